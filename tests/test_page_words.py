"""Every visible word comes from the string files, in three languages; every colour can be read."""

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT
from ui.i18n import LANGUAGES, words

UI = ROOT / "ui"
STRINGS = {language: UI / "strings" / f"{language}.toml" for language in LANGUAGES}
HAN = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
VISIBLE = {"label", "placeholder", "info", "title", "aria_label"}
"""Arguments of components and elements that people read."""
ASKED_IN_THE_ARTICLES_LANGUAGE = {"examples.py"}
PAIRS = [
    *itertools.product(["ink", "quiet", "accent", "warn"], ["paper", "sheet"]),
    *itertools.product(["ink"], ["tint", "mark", "answer", "warn-tint"]),
    ("accent", "tint"),
    ("warn", "warn-tint"),
    ("quiet", "warn-tint"),
    ("sheet", "accent"),
]
"""Text and what it stands on, as style.css has it."""


def modules() -> list[Path]:
    return sorted(UI.glob("*.py"))


def constants(path: Path) -> Iterator[ast.Constant]:
    """The texts in the code, docstrings left out."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node


def test_all_languages_have_the_same_words_with_the_same_places_to_fill() -> None:
    tables = {language: tomllib.loads(path.read_text("utf-8")) for language, path in STRINGS.items()}
    first = tables[LANGUAGES[0]]
    for table in tables.values():
        assert list(table) == list(first), "the same keys, in the same order"
        for key, said in table.items():
            assert said.strip(), key
            assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", first[key])), key


def test_chinese_files_are_in_their_own_script_and_english_has_no_chinese() -> None:
    import opencc

    to_simplified, to_traditional = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    for key, said in words("zh-Hans").items():
        if key != "language_name":
            assert to_simplified.convert(said) == said, key
    assert any(to_traditional.convert(said) != said for said in words("zh-Hans").values())
    for key, said in words("en").items():
        assert not HAN.search(said), key


def test_an_unknown_language_is_the_default_one() -> None:
    assert words("xx") == words(LANGUAGES[0]) == words("../en")


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.name)
def test_no_visible_word_is_left_in_the_code(path: Path) -> None:
    if path.name not in ASKED_IN_THE_ARTICLES_LANGUAGE:
        assert [node.value for node in constants(path) if HAN.search(node.value)] == []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        for given in getattr(node, "keywords", []) if isinstance(node, ast.Call) else []:
            if given.arg in VISIBLE and isinstance(given.value, ast.Constant):
                assert not re.search(r"[A-Za-z]{2}", str(given.value.value)), ast.unparse(node)


def test_no_visible_word_is_left_in_script_and_style() -> None:
    for path in (UI / "static").iterdir():
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert set(HAN.findall(text)) <= set("「」"), path.name
        assert re.findall(r"textContent = \"([^\"]*)\"", text) in ([], ["×"])


def test_every_word_is_used_and_every_used_word_exists() -> None:
    known = set(words(LANGUAGES[0]))
    code = [node.value for path in modules() for node in constants(path)]
    literal = known & set(code)
    prefixes = tuple(part for part in code if re.fullmatch(r"[a-z_]+_", part))
    assert {key for key in known - literal if not key.startswith(prefixes)} == set()
    used = "".join(path.read_text("utf-8") for path in modules())
    assert set(re.findall(r"(?:words|said)\[\"(\w+)\"\]", used)) <= known


def colours() -> dict[str, tuple[str, str]]:
    style = (UI / "static" / "style.css").read_text("utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", style)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_contrasts_with_its_ground_as_level_aa_asks(text: str, ground: str, theme: int) -> None:
    known = colours()
    assert contrast(known[text][theme], known[ground][theme]) >= 4.5
