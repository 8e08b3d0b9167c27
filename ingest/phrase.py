"""A sentence made ready for reading its lists: brackets and quotations masked, figures and times found.

Lists are looked for in the mask, statements are made of the text; both have the same offsets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ingest import listwords as words
from rag.period import Period, periods
from rag.quantity import quantities
from rag.text import first_word, fold

Span = tuple[int, int]
BRACKET, QUOTED = "\ue000", "\ue001"
"""What masks a bracket with its content, and a quotation with its marks."""
_LONGEST_WORD = 12

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_QUOTES = re.compile(
    r"《[^《》]*》|〈[^〈〉]*〉|「[^「」]*」|『[^『』]*』|“[^“”]*”|\"[^\"]*\"|^[^「『“]*[」』”]|[「『“].*",
    re.DOTALL,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_YEAR = 12
_SCORE = re.compile(r"(?<![\d:.,比])\d{1,4}(?:\.\d+)?\s?(?:比|:)\s?\d{1,4}(?:\.\d+)?(?![\d:%比])")
_FILLER = re.compile(f"[{BRACKET}{QUOTED}]")
_MASKED = re.compile(f"{BRACKET}+|{QUOTED}+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity, a score or a time in a list of values."""

    start: int
    end: int
    is_time: bool

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Run:
    """Times that stand in one list, ranges taken apart: 「2022 年至 2024 年以及今年上半年」 has four."""

    start: int
    end: int
    names: tuple[str, ...]
    """In full, whatever is written: 「2022 年」."""
    spans: tuple[Span, ...]
    """Where each stands; all members of a range at the range."""
    listed: bool
    """Whether it is more than one range: a range alone may be meant as one stretch of time."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence; all offsets are in `text`."""

    text: str
    folded: str
    mask: str
    periods: tuple[Period, ...]
    figures: tuple[Figure, ...]
    bracketed: tuple[Figure, ...]
    """Figures inside brackets."""
    runs: tuple[Run, ...]

    def clauses(self, start: int, end: int) -> list[Span]:
        """Spans between commas, colons and semicolons, the last perhaps empty; lists of times stay whole."""
        spans, begin = [], start
        for mark in words.CLAUSE_END.finditer(self.mask, start, end):
            if not any(run.start <= mark.start() < run.end for run in self.runs):
                spans.append((begin, mark.start()))
                begin = mark.end()
        return [*spans, (begin, end)]

    def part_around(self, at: int) -> Span:
        """The span between semicolons, the one before it included."""
        end = self.mask.find(";", at)
        return max(0, self.mask.rfind(";", 0, at)), end if end >= 0 else len(self.mask)

    def members(self, start: int, end: int, *, split_times: bool = False) -> list[Span] | None:
        """Spans of the members of one enumeration, 「甲、乙和丙」; None where it is nested.

        A list of times counts as one member unless it is to be split.
        """
        joiners = list(self._joiners(start, end, () if split_times else self.runs))
        if any(mark.group("last") for mark in joiners[:-1]):
            return None
        edges = [start, *(at for mark in joiners for at in mark.span()), end]
        spans = [self.trimmed(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        return spans if all(a < b for a, b in spans) else None

    def _joiners(self, start: int, end: int, whole: tuple[Run, ...]) -> Iterator[re.Match[str]]:
        inside = [match.span() for match in words.INSIDE_WORD.finditer(self.mask, start, end)]
        inside += [(run.start, run.end) for run in whole]
        inside += [(figure.start, figure.end) for figure in self.figures]
        for mark in words.JOINER.finditer(self.mask, start, end):
            if not any(a <= mark.start() and mark.end() <= b for a, b in inside):
                yield mark

    def trimmed(self, start: int, end: int) -> Span:
        """The span without white space and commas around it."""
        piece = self.mask[start:end]
        left = len(piece) - len(piece.lstrip(" \t,"))
        return start + left, max(start + left, start + len(piece.rstrip(" \t,")))

    def core(self, start: int, end: int) -> Span:
        """The span without 其中, 而 and the like before it and 則, 均 and the like behind it."""
        opening = words.OPENING.match(self.mask, start, end)
        start = opening.end() if opening else start
        adverbs = words.ADVERBS.search(self.mask, start, end)
        return self.trimmed(start, adverbs.start() if adverbs else end)

    def figures_in(self, start: int, end: int) -> list[Figure]:
        return [figure for figure in self.figures if start <= figure.start and figure.end <= end]

    def shown(self, start: int, end: int) -> str:
        """The text of a span, its times said in full: 「去年」 of an article of 2025 is 「2024 年」."""
        pieces, at = [], start
        for period in self.periods:
            if start <= period.start and period.end <= end and self.is_relative(period):
                pieces += [self.text[at : period.start], period.label()]
                at = period.end
        return "".join([*pieces, self.text[at:end]])

    def is_relative(self, period: Period) -> bool:
        """Whether the year of a time is known but not written."""
        return period.first is not None and not re.search(
            r"\d{4}|[〇零一二三四五六七八九]{4}|\d{2}[hq]\d|[hq]\d|民国|fy",
            self.folded[period.start : period.end],
        )


def phrase_of(text: str, published: date | None) -> Phrase:
    """A sentence with what it holds; relative times are resolved by the day it was published."""
    folded = fold(text)
    unquoted = _QUOTES.sub(lambda match: QUOTED * len(match.group()), folded)
    mask = _BRACKETS.sub(lambda match: BRACKET * len(match.group()), unquoted)
    times = [time for time in periods(text, published) if not _FILLER.search(mask, time.start, time.end)]
    scores = [Figure(*match.span(), False) for match in _SCORE.finditer(mask)]
    fixed = [*scores, *(Figure(time.start, time.end, True) for time in times)]
    amounts = [
        Figure(one.start, one.end, False)
        for one in quantities(text)
        if not any(other.start < one.end and one.start < other.end for other in fixed)
    ]
    figures = fixed + [one for one in amounts if not _FILLER.search(mask, *one.span)]
    return Phrase(
        text,
        folded,
        mask,
        tuple(times),
        tuple(sorted(figures, key=lambda figure: figure.start)),
        tuple(one for one in amounts if mask[one.start : one.end].strip(BRACKET) == ""),
        tuple(_runs(text, mask, times)),
    )


def word_edges(mask: str, start: int, end: int) -> list[int]:
    """Offsets at which the words of a span begin, and its end; what is masked is part of no word."""
    edges = [start]
    while edges[-1] < end:
        here = edges[-1]
        masked = _MASKED.match(mask, here, end)
        word = first_word(mask[here : min(end, here + _LONGEST_WORD)])
        edges.append(masked.end() if masked else here + max(1, len(word)))
    return edges


def _runs(text: str, mask: str, times: list[Period]) -> Iterator[Run]:
    group: list[Period] = []
    for time, following in pairwise([*times, None]):
        if time is None:
            break
        group.append(time)
        if not following or not _are_joined(text, mask, time, following):
            yield _run(text, mask, group)
            group = []


def _are_joined(text: str, mask: str, time: Period, following: Period) -> bool:
    """Whether two times stand in one list; a comma joins only English ones and bare years."""
    joiner = mask[time.end : following.start].strip()
    if not joiner or not words.PERIOD_JOINER.fullmatch(joiner):
        return False
    return joiner != "," or mask[time.start : time.end].isdigit() or not _HAN.search(text)


def _run(text: str, mask: str, group: list[Period]) -> Run:
    listed = len(group) > 1
    members = [member for time in group for member in (_members(time, group) if listed else time.members())]
    names = [_name(text, member) for member in members]
    end = group[-1].end
    if until := words.UNTIL.match(mask, end):
        end = until.end()
        if until.group("months") is None:
            names = [
                f"{member.first.year} 年" if member.first else name
                for member, name in zip(members, names, strict=True)
            ]
        elif words.AS_OF.search(mask, 0, group[0].start):
            names = [name + text[slice(*until.span())] for name in names]
        else:
            names[-1] = f"截至 {names[-1]}{text[slice(*until.span())]}"
    return Run(
        group[0].start, end, tuple(names), tuple((member.start, member.end) for member in members), listed
    )


def _members(time: Period, group: list[Period]) -> list[Period]:
    """Of a time within a list; a range of months beside whole years, 「2022 年和 2023 年 1-6 月」, is one."""
    others = {one.months is None for one in group if not one.span}
    return time.members() if others <= {time.step == _YEAR} or time.step == _YEAR else [time]


def _name(text: str, time: Period) -> str:
    """In full; as written where the year is unknown or the text is English."""
    written = text[time.start : time.end]
    if _HAN.search(text):
        return time.label() or written
    return written if time.months or not time.first or written.isdigit() else str(time.first.year)
