"""Where lines were broken at a column and not at the end of a paragraph.

PDF pages and hard-wrapped text files need the same judgement before anyone can tell a heading from a line.
"""

import re
import unicodedata
from collections.abc import Sequence

from rag.text import HAN

_UNBROKEN_BELOW = 30  # columns; lines of verse, lists and tables are shorter than any page is wide
_UNBROKEN_ABOVE = 120
_FULL = 0.88
_ENDS = re.compile(r"[。．.!！?？;；:：…|][」』”’\"）)\]】》〉]*\s*$")
_STARTS = re.compile(r"\s{2,}|\u3000|[•·▪●○■□◆◇*–—-]\s|[(（]?\d{1,3}[.)）、]\s|[#|>]")
_WIDE_CHARACTER = rf"[{HAN}\u3000-\u303f\uff00-\uffef]"
_WIDE = re.compile(_WIDE_CHARACTER)
WRAP = re.compile(rf"(?<={_WIDE_CHARACTER})[ \t]*\r?\n[ \t]*(?={_WIDE_CHARACTER})")
"""A line break between two Chinese characters."""


def width(text: str) -> int:
    """Columns that a text takes in a fixed-width font: two for each East Asian character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def join(left: str, right: str) -> str:
    """Two lines as one; a line break next to a Chinese character stands for nothing, else for a space."""
    is_tight = not left or not right or _WIDE.match(left[-1]) or _WIDE.match(right[0])
    return left + ("" if is_tight else " ") + right


def runs_on(lines: Sequence[str]) -> list[bool]:
    """For each line, whether the next one continues its paragraph.

    A line runs on when it ends no sentence and the first word of the next would not have fitted any more.
    The column is the width of the lines in which half of the text stands.
    """
    widths = [width(line.strip()) for line in lines]
    column = _weighted_median(widths)
    if not _UNBROKEN_BELOW <= column <= _UNBROKEN_ABOVE:
        return [False] * len(lines)
    return [
        bool(line.strip() and following.strip())
        and not _ENDS.search(line)
        and not _STARTS.match(following)
        and taken + _first_word(following) >= _FULL * column
        for line, following, taken in zip(lines, [*lines[1:], ""], widths, strict=True)
    ]


def _weighted_median(widths: Sequence[int]) -> int:
    passed, half = 0, sum(widths) / 2
    for columns in sorted(widths):
        passed += columns
        if passed >= half:
            return columns
    return 0


def _first_word(line: str) -> int:
    word = re.match(rf"\s*(?:[{HAN}]|[^\s{HAN}]+)", line)
    return width(word.group().strip()) + 1 if word else 0
