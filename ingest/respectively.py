"""English lists: "A, B and C were x, y and z, respectively" says three things.

Where counts differ, or more than two lists could be meant, nothing is said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from ingest import listwords as words
from ingest.keys import times_in
from ingest.lists import Pair
from ingest.phrase import Figure, Phrase, Span, phrase_of
from ingest.values import missing_unit

_CLAUSE = re.compile(r"[;:]\s")
_AND = re.compile(r",?\s+and\s+")
_PREPOSITION = (
    r"(?:in|at|for|during|from|by|with|on|to|into|of|between|among|than|as|that|which|who|both|while|but|and)"
)
_VERB = (
    r"(?:was|were|is|are|had|has|have|went|came|won|rose|fell|grew|stood|made|sold|lost|cost|took|held|ran|hit|got|"
    r"led|met|lay|lies?|weighs?|accounts?|contains?|measures?|produces?|earns?|costs?|takes?|holds?|employs?|[a-z]{2,}ed)"
)
_JOINER = re.compile(
    rf"\s*(?:,\s*and|,|and)\s+(?:{_PREPOSITION}\s+)?(?:(?:about|around|nearly|almost|over|some|roughly|approximately)\s+)?"
)
_BREAK = re.compile(rf"\b(?:{_VERB}|{_PREPOSITION}|respectively)\b|,|$")
_BEFORE_NAME = re.compile(rf".*\b(?:{_VERB}|{_PREPOSITION})\s+(?=\S)", re.DOTALL)
_ANY_VERB = re.compile(rf"\b{_VERB}\b")
_UNKNOWN = re.compile(
    r"(?:the\s)?(?:former|latter|first|second|third|last|others?|one|two|three|they|he|she|it|this|that|here|there)"
)
_SINGULAR = {" were ": " was ", " are ": " is ", " have ": " has "}
_MOST_NAME_WORDS = 6


@dataclass(frozen=True, slots=True)
class _List:
    start: int
    end: int
    members: tuple[str, ...]
    spans: tuple[Span, ...]
    kind: Literal["name", "time", "figure"]


def english_pairs(sentence: str, published: date | None) -> list[Pair]:
    """The statements that an English sentence with "respectively" makes; [] where it can be read two ways."""
    phrase = phrase_of(sentence, published)
    if words.SUPPOSED.search(phrase.mask) or words.QUESTION.search(phrase.mask):
        return []
    edges = [0, *(match.end() for match in _CLAUSE.finditer(phrase.mask)), len(sentence)]
    return [pair for clause in pairwise(edges) for pair in _of_clause(phrase, clause)]


def _of_clause(phrase: Phrase, clause: Span) -> list[Pair]:
    marks = list(words.RESPECTIVELY.finditer(phrase.mask, *clause))
    lists = sorted(_lists(phrase, *clause), key=lambda found: found.start) if len(marks) == 1 else []
    if len(lists) != 2 or len(lists[0].members) != len(lists[1].members):
        return []
    first, second = lists
    if words.DENIED.search(phrase.mask, clause[0], second.start):
        return []
    if first.kind == second.kind:
        between = phrase.mask[first.end : second.start]
        if first.kind != "name" or not _ANY_VERB.search(between):
            return []
    value = first if first.kind == "figure" or (second.kind == "name" and first.kind == "time") else second
    if len(set(value.spans)) < len(value.spans):
        return []
    return [
        Pair(*value.spans[i], _said(phrase, clause, marks[0].span(), (first, second), i), clause[0])
        for i in range(len(value.members))
    ]


def _lists(phrase: Phrase, start: int, end: int) -> list[_List]:
    """Lists of times, of figures, and of names."""
    found = [
        _List(keys.start, keys.end, keys.names, keys.spans, "time") for keys in times_in(phrase, start, end)
    ]
    found += [_of_figures(phrase, group) for group in _groups(phrase, start, end)]
    for conjunction in _AND.finditer(phrase.mask, start, end):
        if not any(one.start <= conjunction.start() < one.end for one in found):
            found.append(_names(phrase, start, conjunction.span(), end))
    return found


def _groups(phrase: Phrase, start: int, end: int) -> Iterator[list[Figure]]:
    """Runs of figures with only commas and an "and" between them."""
    group: list[Figure] = []
    for figure, following in pairwise([*phrase.figures_in(start, end), None]):
        if figure is None:
            continue
        group.append(figure)
        joiner = _JOINER.fullmatch(phrase.mask, figure.end, following.start) if following else None
        if joiner and following and following.is_time == figure.is_time:
            continue
        if len(group) > 1 and not figure.is_time:
            yield group
        group = []


def _of_figures(phrase: Phrase, group: list[Figure]) -> _List:
    spans = tuple((figure.start, figure.end) for figure in group)
    said = tuple(phrase.text[slice(*span)] + missing_unit(phrase, span, spans[-1]) for span in spans)
    return _List(spans[0][0], spans[-1][1], said, spans, "figure")


def _names(phrase: Phrase, start: int, conjunction: Span, end: int) -> _List:
    """The names around an "and"; a list of none where they are pronouns or too long."""
    mask = phrase.mask
    word = re.compile(r"(?:the\s+)?\S+").match(mask, conjunction[1], end)
    stop = _BREAK.search(mask, word.end() if word else conjunction[1], end)
    spans = [phrase.trimmed(conjunction[1], stop.start() if stop else end)]
    right = conjunction[0]
    while right > start:
        comma = mask.rfind(", ", start, right)
        left = comma + 1 if comma >= 0 else start
        cut = _BEFORE_NAME.match(mask, left, right)
        is_time = any(left <= time.start and time.end <= right for time in phrase.periods)
        if is_time and len(spans) > 1:
            break
        spans.insert(0, phrase.trimmed(cut.end() if cut else left, right))
        if cut or comma < 0:
            break
        right = comma
    names = tuple(phrase.text[a:b] for a, b in spans)
    sound = all(
        a < b and len(mask[a:b].split()) <= _MOST_NAME_WORDS and not _UNKNOWN.fullmatch(mask, a, b)
        for a, b in spans
    )
    return _List(spans[0][0], spans[-1][1], names if sound else (), tuple(spans), "name")


def _said(phrase: Phrase, clause: Span, mark: Span, lists: tuple[_List, _List], i: int) -> str:
    """The clause with the i-th member in the place of each list."""
    first, second = lists
    pieces = [
        phrase.shown(clause[0], first.start),
        first.members[i],
        phrase.shown(first.end, second.start),
        second.members[i],
        phrase.shown(second.end, max(second.end, mark[0]))
        + phrase.shown(max(second.end, mark[1]), clause[1]),
    ]
    if mark[1] <= second.start:
        pieces[2] = phrase.shown(first.end, mark[0]) + phrase.shown(mark[1], second.start)
        pieces[4] = phrase.shown(second.end, clause[1])
    if not pieces[0].strip() and first.kind == "time" and pieces[1].isdigit():
        pieces[1] = f"In {pieces[1]}"
    is_subject = phrase.mask[clause[0] : first.start].rstrip()[-1:] in ("", ",")
    for plural, singular in _SINGULAR.items() if is_subject else ():
        pieces[2] = pieces[2].replace(plural, singular, 1)
    text = "".join(pieces)
    if "time" in (first.kind, second.kind):
        text = re.sub(r"\b([Ff])rom (?=\d{4})", lambda match: "In " if match.group(1) == "F" else "in ", text)
    return re.sub(r"\s+", " ", text).strip(" ,;.")
