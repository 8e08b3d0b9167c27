"""Every visible word of the page, from the files in `ui/strings/`, which a translator can edit."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

Words = Mapping[str, str]

LANGUAGES = ("zh-Hant", "zh-Hans", "en")
"""Codes (BCP 47) of the files; the first is the default."""
_FOLDER = Path(__file__).with_name("strings")


@cache
def words(language: str) -> Words:
    """The words by key; those of the default language for one that there is no file of."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    return MappingProxyType(tomllib.loads((_FOLDER / f"{known}.toml").read_text("utf-8")))
