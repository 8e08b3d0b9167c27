"""Relative times made absolute before a text is read: 「今年第一季」, said in 2025, is 「2025 年第一季」.

A question asks for 2025; a reader that sees only the passage cannot know which year 今年 was.
"""

import re
from dataclasses import dataclass
from datetime import date

from rag.period import periods

_HAS_YEAR = re.compile(r"\d{4}|\d{2}(?=年|H|Q)|民[國国]|[〇零一二三四五六七八九]{4}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A text with other words for some stretches, and where each of its characters came from."""

    text: str
    origin: tuple[int, ...]
    """Offset in the original of each character, and of the end; all characters of a replaced stretch share
    its start."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original; a stretch that was replaced is taken whole."""
        first, last = self.origin[start], self.origin[end]
        if last <= first or (end > start and self.origin[end - 1] == last):
            last = next((at for at in self.origin[end:] if at > first), self.origin[-1])
        return first, last


def resolved(text: str, published: date | None) -> Resolved:
    """The text with the year of every period that only `published`, or a time before it, tells."""
    pieces: list[str] = []
    origin: list[int] = []
    at = 0
    for period in periods(text, published) if published else ():
        surface = text[period.start : period.end]
        if period.first is None or _HAS_YEAR.search(surface) or not (label := period.label()):
            continue
        pieces += [text[at : period.start], label]
        origin += [*range(at, period.start), *[period.start] * len(label)]
        at = period.end
    pieces.append(text[at:])
    origin += [*range(at, len(text) + 1)]
    return Resolved("".join(pieces), tuple(origin))
