"""Bytes to characters: Chinese text files come in UTF-8, UTF-16, GB18030 and Big5, mostly unlabelled.

A wrong guess would index mojibake that no question finds, so whatever fits none of them is refused.
"""

import codecs
import re

from rag.errors import LoadError

_SAMPLE = 20_000  # characters that the choice between GB18030 and Big5 looks at
_LEAST_COMMON = 0.3
_MOST_DAMAGED = 0.05
_MOST_CONTROL = 0.05
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*(gb|big5)", re.IGNORECASE)
_ABOVE_ASCII = bytes(range(0x80, 0x100))
_COMMON_IN_GB = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_COMMON_IN_BIG5 = re.compile(rb"[\xa1-\xc6][\x40-\xfe]")


def decode(data: bytes) -> str:
    """The characters of a text file without its byte order mark; line ends stay as they are.

    Raises `LoadError` for binary data and for text in another encoding.
    """
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data, "utf-8-sig")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, "utf-16")
    if b"\0" in data:
        raise LoadError("holds NUL bytes, so it is binary or UTF-16 without mark; save it as UTF-8 text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _legacy(data)
    if len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
        raise LoadError("holds binary data and no text; export the text from the program that made it")
    return text


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        name = codec.removesuffix("-sig").upper()
        raise LoadError(f"is damaged {name} at byte {error.start}; save it again as UTF-8") from error


def _legacy(data: bytes) -> str:
    """GB18030 or Big5, whichever finds the larger share of its standard's common characters.

    Both standards keep their common characters together (GB 2312 level 1, Big5 level 1); text read in the
    wrong one of them falls outside about every other time.
    """
    if _is_damaged_utf8(data):
        return _strict(data, "utf-8")
    guesses = []
    for codec in _candidates(data):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        guesses.append((_share_of_common(text, codec), text))
    share, text = max(guesses, key=lambda guess: guess[0], default=(0.0, ""))
    if share < _LEAST_COMMON:
        raise LoadError("is in none of UTF-8, UTF-16 with mark, GB18030 and Big5; save it as UTF-8")
    return text


def _candidates(data: bytes) -> tuple[str, ...]:
    declared = _DECLARED.search(data, 0, 4096)
    if declared:
        return ("gb18030",) if declared.group(1).lower() == b"gb" else ("cp950", "big5hkscs")
    return ("gb18030", "cp950", "big5hkscs")


def _is_damaged_utf8(data: bytes) -> bool:
    """A few bad bytes among many good ones are damage; in another encoding most would be bad."""
    bad = data.decode("utf-8", "replace").count("\ufffd")
    return bad < _MOST_DAMAGED * (len(data) - len(data.translate(None, _ABOVE_ASCII)))


def _share_of_common(text: str, codec: str) -> float:
    common = _COMMON_IN_GB if codec == "gb18030" else _COMMON_IN_BIG5
    codes = [character.encode(codec) for character in text[:_SAMPLE] if character > "\x7f"]
    return sum(bool(common.fullmatch(code)) for code in codes) / max(1, len(codes))
