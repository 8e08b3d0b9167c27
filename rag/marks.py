"""A model's text as it arrives, cut into sentences with the sources that each cites.

The result does not depend on how the stream is cut: a mark or a sentence is held back until it is whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.text import sentences

_OPEN, _CLOSE = r"\[【［", r"\]】］"
_NUMBERS = r"[\d \t,，、]{1,24}"
_TOKEN = re.compile(rf"[{_OPEN}](?P<inside>{_NUMBERS})[{_CLOSE}]|(?P<partial>[{_OPEN}](?:{_NUMBERS})?\Z)")
_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?!\d)")
_LINE = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """One sentence without its marks."""

    text: str
    cited: tuple[int, ...]
    """Numbers of known sources, each once, in the order of their marks; () where it cites none."""


class MarkParser:
    """Reads one answer, `feed` by `feed`; `end` gives what is left.

    Accepts [1], [1][2], [1,2], 【1】 and ［１］. A mark belongs to the sentence before it, at the start of
    a line to the one behind it. Numbers of no source are dropped; text in brackets that is no number stays.
    """

    def __init__(self, sources: int) -> None:
        self._sources = sources
        self._pending = ""
        self._plain = ""
        self._marks: list[tuple[int, tuple[int, ...]]] = []
        self._given = 0

    def feed(self, piece: str) -> list[CitedSentence]:
        """The sentences that are whole now: those behind which another has begun."""
        self._take(self._pending + piece)
        spans = sentences(self._plain)
        return list(self._sentences(spans, len(spans) - 1))

    def end(self) -> list[CitedSentence]:
        """The rest, when nothing more comes."""
        self._plain += self._pending
        self._pending = ""
        spans = sentences(self._plain)
        return list(self._sentences(spans, len(spans)))

    def _take(self, text: str) -> None:
        """Sort text from marks; keep back what may become a mark."""
        at = 0
        self._pending = ""
        for found in _TOKEN.finditer(text):
            if found["inside"] and not _NUMBER.search(found["inside"]):
                continue  # [2024] and [,] are text
            self._plain += text[at : found.start()]
            at = found.end()
            if found["inside"]:
                self._marks.append((len(self._plain), self._known(found["inside"])))
            else:
                self._pending = found.group()
        self._plain += text[at:]

    def _known(self, inside: str) -> tuple[int, ...]:
        numbers = (int(number) for number in _NUMBER.findall(inside))
        return tuple(number for number in numbers if 1 <= number <= self._sources)

    def _sentences(self, spans: list[tuple[int, int]], whole: int) -> Iterator[CitedSentence]:
        for number in range(self._given, whole):
            start, end = spans[number]
            text = without_marks(self._plain[start:end])
            cited = [n for at, known in self._marks if self._owner(at, spans) == number for n in known]
            if any(character.isalnum() for character in text):
                yield CitedSentence(text, tuple(dict.fromkeys(cited)))
        self._given = max(self._given, whole)

    def _owner(self, at: int, spans: list[tuple[int, int]]) -> int:
        """The sentence a mark at this offset of the plain text belongs to."""
        before = [number for number, (start, _) in enumerate(spans) if start < at]
        previous = before[-1] if before else 0
        following = previous + 1 if before else 0
        if at_line_start(self._plain, at) and following < len(spans):
            gap = self._plain[at : spans[following][0]]
            return previous if _LINE.search(gap) else following
        return previous


def at_line_start(text: str, at: int) -> bool:
    """Whether only blanks stand between the line break (or the start) and this offset."""
    before = _LINE.split(text[:at])[-1]
    return not before.strip()


def without_marks(text: str) -> str:
    """The text without anything that reads as a mark, also where a mark stood inside of one."""
    while (plain := _TOKEN.sub(lambda found: "" if _is_mark(found) else found.group(), text)) != text:
        text = plain
    return text.strip()


def _is_mark(found: re.Match[str]) -> bool:
    return bool(found["inside"] and _NUMBER.search(found["inside"]))
