"""What stands before 分別: the names or times to which the values of a list belong one by one."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ingest import listwords as words
from ingest.phrase import Phrase, Span, word_edges
from rag.text import is_name

Kind = Literal["time", "measure", "thing", "amount"]
_MOST_NAME = 30
_LEAST_NOUN = 2


@dataclass(frozen=True, slots=True)
class Keys:
    """One list of keys; the text from `start` to `end` is what a single key takes the place of."""

    start: int
    end: int
    names: tuple[str, ...]
    kind: Kind
    """Times; things measured (營收、淨利); other names; or amounts, which are values that stand first."""
    spans: tuple[Span, ...] = ()
    """Of times and amounts: where each stands; all members of a range at the range."""
    range: bool = False
    """Whether the times are one range, which may be meant as one stretch."""


@dataclass(frozen=True, slots=True)
class Nested:
    """A list of which it is unclear what is listed."""


def times_in(phrase: Phrase, start: int, end: int) -> list[Keys]:
    """The lists of times in a span, and ranges of time with more than one member."""
    return [
        Keys(run.start, run.end, run.names, "time", run.spans, range=not run.listed)
        for run in phrase.runs
        if start <= run.start and run.end <= end and len(run.names) == len(set(run.names)) > 1
    ]


def names_in(phrase: Phrase, start: int, end: int) -> Keys | Nested | None:
    """The enumeration of names in one clause, without what goes with all of them."""
    parts = phrase.members(start, end)
    if parts is None or len(parts) < 2:
        return Nested() if parts is None else None
    bounds = _bounds(phrase, parts)
    if bounds is None or words.WITH_OWN.search(phrase.mask, *parts[-1]):
        return Nested()
    left, right = bounds
    spans = [(left, parts[0][1]), *parts[1:-1], (parts[-1][0], right)]
    names = tuple(phrase.text[a:b].strip() for a, b in spans)
    if not all(0 < len(name) <= _MOST_NAME for name in names) or len(set(names)) < len(names):
        return Nested()
    if any(words.PRONOUN.fullmatch(phrase.mask[a:b].strip()) for a, b in spans):
        return Nested()
    figures = [phrase.figures_in(*span) for span in spans]
    if all(
        len(found) == 1 and found[0].start == a and not found[0].is_time
        for found, (a, _) in zip(figures, spans, strict=True)
    ):
        return Keys(left, right, names, "amount", tuple(found[0].span for found in figures))
    end_of_list = _past_sum(phrase, right, end, names)
    if end_of_list is None:
        return Nested()
    is_measure = all(words.MEASURE.search(phrase.mask[a:b]) for a, b in spans)
    return Keys(left, end_of_list, names, "measure" if is_measure else "thing")


def _bounds(phrase: Phrase, parts: list[Span]) -> Span | None:
    """Where the first name begins and the last one ends; None where 的 leaves that unsure."""
    mask, first, last = phrase.mask, parts[0], parts[-1]
    left = _begin(phrase, *first)
    possessive = [mask[a:b].rfind("的") + 1 for a, b in [(left, first[1]), *parts[1:]]]
    if any(possessive[1:-1]):
        return (left, last[1]) if all(possessive) else None
    edges = word_edges(mask, *last)[1:]
    ending = next((edge for edge in edges if words.TAIL.match(mask, edge, last[1])), last[1])
    right = _before_time(phrase, last[0], ending)
    right = _before_sum(mask, last[0], right)
    if possessive[0] and possessive[-1]:
        if words.MEASURE.search(mask[left : first[1]]):
            return (left, last[1]) if words.MEASURE.search(mask[last[0] : last[1]]) else None
        return left + possessive[0], right
    if possessive[0]:
        left += possessive[0]
    elif possessive[-1] and words.QUALIFYING.search(mask, last[0], right):
        return None
    if left >= first[1] or right <= last[0]:
        return None
    right = _before_shared(phrase, parts, left, right)
    if not possessive[0]:
        left = _behind_owner(
            phrase, (left, first[1]), (parts[1][0], right if len(parts) == 2 else parts[1][1])
        )
    return left, right


def _begin(phrase: Phrase, start: int, end: int) -> int:
    """Where the first name can begin at the earliest: behind times, prepositions, 「…顯示」, 「其中」."""
    at = start
    for period in phrase.periods:
        if start <= period.start and period.end < end:
            at = max(at, period.end)
    edges = word_edges(phrase.mask, at, end)
    at = max([at, *(b for a, b in pairwise(edges) if phrase.mask[a:b] in words.AT and b < end)])
    for pattern in (words.SAYING, words.OPENING, words.PREPOSITION, words.AFTER_TIME):
        match = pattern.match(phrase.mask, at, end)
        if match and match.end() < end:
            at = match.end()
    return at


def _before_time(phrase: Phrase, start: int, end: int) -> int:
    return min([end, *(period.start for period in phrase.periods if start < period.start < end)])


def _before_sum(mask: str, start: int, end: int) -> int:
    found = words.APPOSITION.search(mask, start + 1, end)
    return found.start() if found else end


def _past_sum(phrase: Phrase, start: int, end: int, names: tuple[str, ...]) -> int | None:
    """The end of 「三家公司」 behind three names; `start`: there is none; None: the number is another."""
    found = words.APPOSITION.match(phrase.mask, start, end)
    if not found:
        return start
    number = found.group("number")
    if (int(number) if number.isdigit() else words.NUMERALS[number]) != len(names):
        return None
    if all(len(name) == 1 for name in names) and words.PART_OF_NAME.fullmatch(found.group("unit")):
        return found.start("unit")
    at = found.end()
    edges = word_edges(phrase.mask, at, end)
    following = phrase.mask[at : edges[1]] if len(edges) > 1 else ""
    other = words.MEASURE.search(following) or words.ADJECTIVE.search(following)
    is_noun = re.match(r"[\u4e00-\u9fff]{2}", following) and not words.TAIL.match(phrase.mask, at, end)
    return edges[1] if is_noun and not other else at


def _before_shared(phrase: Phrase, parts: list[Span], left: int, right: int) -> int:
    """Where the last name ends before a word that goes with all: 「台北與高雄|人口」."""
    mask, begin = phrase.mask, parts[-1][0]
    others = [mask[left : parts[0][1]], *(mask[a:b] for a, b in parts[1:-1])]
    edges = word_edges(phrase.mask, begin, right)
    if all(len(other.strip()) == 1 for other in others) and edges[1] == begin + 1 < right:
        return edges[1]  # 男、女|代表
    for edge in edges[1:-1]:
        ending = others[-1][-1]
        alike = mask[edge - 1] == ending and all(other.endswith(ending) for other in others)
        if alike and edge - begin >= 2 and not words.BOUND.match(mask, edge, right):
            return edge
    pattern = words.RATE if all(words.MEASURE.search(other) for other in others) else words.MEASURE
    if any(pattern.search(other) for other in others):
        return right
    shared, shortest = right, min(len(other.strip()) for other in others)
    for edge in reversed(edges[1:-1]):
        is_measure = pattern.search(mask[edge:shared])
        is_its_kind = shared < right and shared - edge >= _LEAST_NOUN and edge - begin >= shortest
        if not (is_measure or is_its_kind):
            break
        shared = edge
    return shared


def _behind_owner(phrase: Phrase, first: Span, second: Span) -> int:
    """Where the first name begins behind an owner of all: 「遠山|營收與淨利」, 「台灣|男性與女性」."""
    mask, (start, end) = phrase.mask, first
    edges = word_edges(phrase.mask, start, end)
    if words.DEFINITE.match(mask, start):
        noun = 2 if mask[start : edges[1]] in ("该", "此") else 1
        return phrase.trimmed(edges[noun], end)[0] if len(edges) > noun + 1 else start
    count = len(word_edges(phrase.mask, *second)) - 1
    is_measure = bool(words.MEASURE.search(mask[slice(*second)]))
    if len(edges) - 1 <= count or (not is_measure and is_name(phrase.folded[slice(*second)])):
        return start
    unknown = next((i for i, (a, b) in enumerate(pairwise(edges)) if b - a > 1), 0)
    for edge in [edges[-1 - count], *([edges[unknown]] if unknown > 1 else [])]:
        owner = mask[start:edge].strip()
        if (words.OWNER.search(owner) or is_name(owner)) and not words.ADJECTIVE.search(owner):
            return phrase.trimmed(edge, end)[0]
    return start
