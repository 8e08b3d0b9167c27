"""Lists whose members belong one by one to the members of another list, and what each pair says.

Where counts differ, or more than one reading is open, nothing is said.
"""

from dataclasses import dataclass, replace
from datetime import date

from ingest import listwords as words
from ingest.frames import Frame, frame_of, inherited, with_owner
from ingest.keys import Keys, Nested, names_in, times_in
from ingest.phrase import Phrase, Span, phrase_of
from ingest.values import Value, Values, bracketed, growth_at, missing_unit, values_at

_MOST_MARKS = 12
_TOPIC_ENDS = ("", "中", "方面", "上")


@dataclass(frozen=True, slots=True)
class Pair:
    """A value at (start, end) of a sentence, and the statement about it."""

    start: int
    end: int
    text: str
    origin: int
    """Where in the sentence the words of the statement begin."""


@dataclass(frozen=True, slots=True)
class _Listing:
    frame: Frame
    pairs: tuple[Pair, ...]
    end: int


def pairs(sentence: str, published: date | None) -> list[Pair]:
    """The statements that the lists of one Chinese sentence make, in order; [] where it has none."""
    phrase = phrase_of(sentence, published)
    marks = [match.span() for match in words.MARKER.finditer(phrase.mask)]
    if len(marks) > _MOST_MARKS:
        return []
    found: list[Pair] = []
    begin, frame = 0, None
    for mark in marks:
        if mark[0] < begin:
            continue
        part = phrase.part_around(mark[0])
        begin = max(begin, part[0])
        is_claimed = not words.SUPPOSED.search(phrase.mask, *part)
        listing = _listing(phrase, begin, mark, frame) if is_claimed else None
        if listing is None:
            begin, frame = phrase.clauses(mark[1], len(sentence))[0][1], None
            continue
        found += listing.pairs
        begin, frame = listing.end, listing.frame
        while frame.measured and (growth := growth_at(phrase, begin, len(frame.names))):
            found += _said(frame, growth.members)
            begin = growth.end
    return found or [Pair(value.start, value.end, value.said, value.start) for value in bracketed(phrase)]


def _listing(phrase: Phrase, begin: int, mark: Span, previous: Frame | None) -> _Listing | None:
    own = phrase.clauses(begin, mark[0])[-1]
    candidates = _candidates(phrase, begin, mark[0])
    if candidates is None or words.DENIED.search(phrase.mask, *own):
        return None
    if not candidates and (behind := _times_behind(phrase, mark)):
        values = values_at(phrase, behind.end, len(phrase.text))
        frame = frame_of(phrase, behind, begin, behind.end)
        frame = replace(frame, before=frame.before.replace(phrase.text[slice(*mark)], "", 1))
        return _matched(frame, values) if values and len(values.members) == len(behind.names) else None
    values = values_at(phrase, mark[1], len(phrase.text))
    if values is None:
        return None
    count = len(values.members)
    listed = [keys for keys in candidates if not keys.range]
    if count == 1:
        return _each(phrase, begin, mark, values, [keys for keys in listed if keys.start >= own[0]])
    matching = [keys for keys in candidates if len(keys.names) == count]
    if len(matching) == 1 and all(keys in matching or keys.kind != "time" for keys in listed):
        return _with_keys(phrase, begin, mark, values, matching[0], previous)
    if listed or matching:
        return None
    if values.keyed:
        keys = Keys(mark[0], mark[0], ("",) * count, "thing")
        return _matched(frame_of(phrase, keys, begin, mark[0]), values)
    if previous and len(previous.names) == count and all(previous.names):
        share = phrase.mask.startswith("占", mark[1])
        heir = inherited(phrase, previous, own, share)
        return _matched(heir, values) if heir else None
    return None


def _candidates(phrase: Phrase, begin: int, end: int) -> list[Keys] | None:
    """The lists of keys between a mark and the list before it; None where the nearest is nested."""
    clauses = [clause for clause in phrase.clauses(begin, end) if phrase.mask[slice(*clause)].strip()]
    named = [names_in(phrase, *clause) for clause in clauses]
    if named and isinstance(named[-1], Nested):
        return None
    return [*times_in(phrase, begin, end), *(keys for keys in named if isinstance(keys, Keys))]


def _times_behind(phrase: Phrase, mark: Span) -> Keys | None:
    """「分別於 2022 年和 2023 年…」 with a list of values to follow."""
    for keys in times_in(phrase, mark[1], len(phrase.text)):
        if not phrase.mask[mark[1] : keys.start].strip(" 在于从自"):
            return keys
    return None


def _with_keys(
    phrase: Phrase, begin: int, mark: Span, values: Values, keys: Keys, previous: Frame | None
) -> _Listing | None:
    if not _governs(phrase, keys, mark[0], values):
        return None
    frame = frame_of(phrase, keys, begin, mark[0])
    is_price = all(words.MONEY.search(phrase.mask, value.start, value.end) for value in values.members)
    if values.bare and not frame.says_of_what and (frame.names_owners or not is_price):
        return None
    if previous:
        frame = with_owner(frame, previous)
    if keys.kind != "amount" or not values.named:
        return _matched(frame, values)
    units = [missing_unit(phrase, span, keys.spans[-1]) for span in keys.spans]
    frame = replace(frame, names=tuple(name + unit for name, unit in zip(keys.names, units, strict=True)))
    amounts = tuple(Value(*span, value.said) for span, value in zip(keys.spans, values.members, strict=True))
    return _Listing(frame, tuple(_said(frame, amounts)), values.end)


def _governs(phrase: Phrase, keys: Keys, mark: int, values: Values) -> bool:
    """Whether nothing between keys and mark takes their place: no figure of its own, no other subject."""
    figures = [figure for figure in phrase.figures_in(keys.end, mark) if not figure.is_time]
    if any(phrase.mask[figure.start].isdigit() for figure in figures):
        return False
    *between, own = phrase.clauses(keys.end, mark)
    if keys.kind == "time" or not between or phrase.mask[slice(*between[0])].strip() in _TOPIC_ENDS:
        return True
    head = phrase.mask[slice(*phrase.core(*own))]
    measured = words.MEASURE.search(head) or words.COMPARING.match(head)
    return not values.named and (not head or measured is not None)


def _each(phrase: Phrase, begin: int, mark: Span, values: Values, listed: list[Keys]) -> _Listing | None:
    """「甲、乙各得 3 分」: one value that every key has."""
    if not phrase.mask.startswith("各", mark[0]) or len(listed) != 1:
        return None
    frame = frame_of(phrase, listed[0], begin, mark[0])
    return _matched(frame, replace(values, members=values.members * len(frame.names)))


def _matched(frame: Frame, values: Values) -> _Listing:
    lasting = replace(frame, after=frame.after + values.measure)
    return _Listing(lasting, tuple(_said(frame, values.members)), values.end)


def _said(frame: Frame, values: tuple[Value, ...]) -> list[Pair]:
    return [
        Pair(value.start, value.end, frame.say(name, value.said), frame.origin)
        for name, value in zip(frame.names, values, strict=True)
    ]
