"""Bytes to characters: Chinese text files come in UTF-8, UTF-16, GB18030 and Big5, mostly unlabelled.

A wrong guess would index mojibake that no question finds, so whatever fits none of them is refused.
"""

import codecs
import re

from rag.errors import LoadError

_SAMPLE = 20_000  # characters that the choice between GB18030 and Big5 looks at
_LEAST_COMMON = 0.3
_DAMAGE = 0.05
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*(gb|big5)", re.IGNORECASE)


def decode(data: bytes) -> str:
    """The characters of a text file without its byte order mark; line ends stay as they are.

    Raises `LoadError` for binary data and for text in another encoding.
    """
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _strict(data.removeprefix(mark) if codec == "utf-8" else data, codec)
    if b"\0" in data:
        raise LoadError(
            "holds NUL bytes, so it is no text or lacks its byte order mark; save it as UTF-8 text"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _legacy(data)
    if len(_CONTROL.findall(text)) > len(text) / 20:
        raise LoadError("holds binary data and no text; export the text from the program that made it")
    return text


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise LoadError(
            f"is damaged {codec.upper()} at byte {error.start}; save it again as UTF-8"
        ) from error


def _legacy(data: bytes) -> str:
    """GB18030 or Big5, whichever makes the larger share of the characters common ones of its standard.

    Both standards put their common characters first (GB 2312 level 1, Big5 level 1), and what the other
    encoding would read falls outside of them about every other time.
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
        raise LoadError(
            "is in none of UTF-8, UTF-16 with byte order mark, GB18030 and Big5; save it as UTF-8"
        )
    return text


def _candidates(data: bytes) -> tuple[str, ...]:
    declared = _DECLARED.search(data[:4096])
    if declared:
        return ("gb18030",) if declared.group(1).lower() == b"gb" else ("cp950", "big5hkscs")
    return ("gb18030", "cp950", "big5hkscs")


def _is_damaged_utf8(data: bytes) -> bool:
    """A few bad bytes among many good ones are damage; in another encoding most would be bad."""
    bad = data.decode("utf-8", "replace").count("\ufffd")
    return bad < _DAMAGE * sum(byte > 0x7F for byte in data)


def _share_of_common(text: str, codec: str) -> float:
    codes = [character.encode(codec) for character in text[:_SAMPLE] if character > "\x7f"]
    last_row = 0xD7 if codec == "gb18030" else 0xC6
    first_cell = 0xA1 if codec == "gb18030" else 0x40
    unassigned = range(0xA4, 0xB0) if codec == "gb18030" else range(0)
    common = sum(
        len(code) == 2 and 0xA1 <= code[0] <= last_row and code[0] not in unassigned and code[1] >= first_cell
        for code in codes
    )
    return common / max(1, len(codes))
