"""English sentences that set a figure beside that of another time: "up from 2.2 million a year earlier".

Subject and measure of the first figure are carried to the second; where two could be meant, nothing is said.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ingest import listwords as words
from ingest.labels import is_measure
from ingest.levels import Sentence, same_class
from ingest.lists import Pair
from ingest.phrase import Figure, Span, phrase_of
from ingest.relative import Time, in_year, months_back, year_back
from ingest.values import missing_unit
from rag.period import Period
from rag.quantity import quantities

MAY_COMPARE_ENGLISH = re.compile(r"\b(?:from|than|compared|versus|vs|against)\b", re.IGNORECASE)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_PARTS = {
    (1, 3): "the first quarter", (4, 6): "the second quarter", (7, 9): "the third quarter",
    (10, 12): "the fourth quarter", (1, 6): "the first half", (7, 12): "the second half",
}  # fmt: skip
_CLAUSE = re.compile(r"[;:]\s|,\s(?=(?:while|but|and|as|whereas)\s)|\s(?=(?:while|whereas|but)\s)")
_RISING = (
    r"(?:rose|grew|climbed|jumped|increased|surged|advanced|gained|expanded|improved|widened|"
    r"fell|dropped|declined|slid|"
    r"decreased|shrank|narrowed|slipped|sank|went|recovered|edged up|edged down|doubled|tripled)(?: sharply|"
    r" slightly)?"
)
_VERB = re.compile(
    rf"\s(?P<verb>(?:has |have |had )?(?:{_RISING}(?: by)?(?: [\d.]+ ?%)?,? to|was|were|is|"
    rf"are|reached|hit|stood at|totall?ed|came in at|came to|"
    r"amounted to|averaged)(?: about| around| nearly| almost| some| over)?)\s*$"
)
_FROM_FIRST = re.compile(rf"\s(?P<verb>(?:has |have |had )?(?:{_RISING}))\s+from\s*$")
_LINK = re.compile(
    r"\s*,?\s*(?:(?:up|down|higher|lower|rising|falling)\s*(?:by )?(?:[\d.]+ ?%)?\s*,?\s*(?:from|"
    r"than)|from|(?:as )?compared (?:with|to)|versus|vs\.?|against)"
    r"(?: about| around| nearly| just| only)?\s*"
)
_TO = re.compile(r"\s*,?\s*to(?: about| around| nearly| almost)?\s*")
_SAME_PART = re.compile(
    r"\s*(?:in|for|during)?\s*(?:the )?(?:same|corresponding|year-ago|year-earlier|prior-year) (?:period|"
    r"quarter|half|month|time)"
    r"(?:,? (?:of |in )?(?:last year|the (?:previous|prior) year|a year (?:earlier|ago|before)))?|"
    r"\s*a year (?:earlier|ago|before)"
)
_PART_BEFORE = re.compile(
    r"\s*(?:in|for|during)?\s*the (?:previous|prior|preceding) (quarter|month)|\s*a (quarter|"
    r"month) (?:earlier|ago|before)"
)
_YEAR_BEFORE = re.compile(
    r"\s*(?:in|for|during)?\s*(?:the (?:previous|prior|preceding) year|the year before)"
)
_IN = re.compile(r"\s*(?:in|for|during|at the end of|as of|by)?\s*")
_END = re.compile(r"\s*(?:$|[.,;])")
_UNSURE = re.compile(
    r"\b(?:expect|forecast|target|plan|would|will|could|may(?! \d)|might|guidance|estimate|"
    r"project|predict|aim|if|whether|not|never|denied|no longer|respectively)(?:s|ed|ing)?\b|"
    r"n't\b"
)
_NO_TOPIC = re.compile(r"(?:it|they|this|that|these|which|he|she|we|there|one|both)\b|.*\d")
_DETERMINER = re.compile(
    r"(?:(?:and|but|while|as|whereas|with|also|meanwhile|however)\s+|,\s*|(?:its|their|our)\s+)+"
)
_MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class _Both:
    """Two figures, the earlier one second, each with the rest of what is said of it."""

    now: Figure
    then: Figure
    topic: Span
    verb: str
    time: Time
    other: Time


def two_periods_english(sentence: str, published: date | None) -> list[Pair]:
    """The statements of one English sentence that sets figures of two times side by side; [] where unsure."""
    phrase = phrase_of(sentence, published)
    if _UNSURE.search(phrase.mask) or words.QUESTION.search(phrase.mask):
        return []
    read = Sentence(phrase, {one.start: one for one in quantities(sentence)}, published)
    edges = [0, *(match.start() for match in _CLAUSE.finditer(phrase.mask)), len(sentence)]
    return [
        pair
        for start, end in pairwise(edges)
        for both in [_both(read, start, end)]
        if both
        for pair in _said(read, both, start)
    ]


def english_label(period: Period) -> str:
    """ "2024", "the third quarter of 2024", "May 2024"; "" for other times."""
    year = str(period.first.year) if period.first else ""
    if period.span or period.day:
        return ""
    if period.months is None:
        return year
    low, high = period.months
    if low == high:
        return f"{_MONTHS[low - 1]} {year}".strip()
    part = _PARTS.get(period.months, "")
    return f"{part} of {year}" if part and year else part


def _both(sentence: Sentence, start: int, end: int) -> _Both | None:
    mask = sentence.phrase.mask
    every = sentence.figures(start, end)
    figures = [one for one in every if sentence.amounts[one.start].unit != "%"] or every
    if len(figures) != 2:
        return None
    first, second = figures
    if not same_class(*(sentence.amounts[figure.start] for figure in figures)):
        return None
    if moved := _FROM_FIRST.search(mask, start, first.start):
        return _moved(sentence, (start, moved.start()), moved["verb"], first, second)
    verb = _VERB.search(mask, start, first.start)
    times = sentence.times(start, second.start)
    if not verb or len(times) > 1:
        return None
    link = _without(mask, (first.end, second.start), times)
    time = _timed(sentence, times[0]) if times else Time("")
    other = _other(sentence, second.end, time)
    if not _LINK.fullmatch(link) or not other:
        return None
    return _Both(first, second, (start, verb.start()), verb["verb"], time, other)


def _moved(sentence: Sentence, topic: Span, verb: str, first: Figure, second: Figure) -> _Both | None:
    """ "grew from 88 in 2022 to 131 in 2024"."""
    mask = sentence.phrase.mask
    between, behind = sentence.times(first.end, second.start), sentence.times(second.end, second.end + 60)
    if len(between) != 1 or not behind or sentence.times(*topic):
        return None
    joint, after = mask[between[0].end : second.start], _IN.match(mask, second.end)
    is_plain = _IN.fullmatch(mask, first.end, between[0].start) and _TO.fullmatch(joint)
    if not is_plain or not after or behind[0].start != after.end():
        return None
    now, then = _timed(sentence, behind[0]), _timed(sentence, between[0])
    return _Both(second, first, topic, f"{verb} to", now, then) if now.said and then.said else None


def _other(sentence: Sentence, at: int, time: Time) -> Time | None:
    """The time behind the second figure, resolved by that of the first."""
    mask, published = sentence.phrase.mask, sentence.published
    for pattern in (_SAME_PART, _PART_BEFORE, _YEAR_BEFORE):
        if found := pattern.match(mask, at):
            return _relative(found, pattern, time, published) if _END.match(mask, found.end()) else None
    begin = _IN.match(mask, at)
    absolute = next((one for one in sentence.phrase.periods if begin and one.start == begin.end()), None)
    if not absolute or not _END.match(mask, absolute.end):
        return None
    other = _timed(sentence, absolute)
    if time.period and (
        absolute.same(time.period) or (absolute.months is None) != (time.period.months is None)
    ):
        return None
    return other if other.said else None


def _relative(
    found: re.Match[str], pattern: re.Pattern[str], time: Time, published: date | None
) -> Time | None:
    written = found.group().strip()
    current = time.period
    if current is None:
        return Time(written)
    if current.span or current.day:
        return None
    if pattern is _PART_BEFORE:
        length = 3 if "quarter" in written else 1
        before = months_back(current, length)
    else:
        before = year_back(in_year(current, published))
        if pattern is _YEAR_BEFORE and current.months is not None:
            return None
    return Time(f"in {english_label(before)}", before) if before and english_label(before) else None


def _timed(sentence: Sentence, period: Period) -> Time:
    label = english_label(period)
    return Time(f"in {label}" if label else "", period)


def _without(mask: str, span: Span, times: list[Period]) -> str:
    """The text of a span without its times and their prepositions."""
    start, end = span
    for time in times:
        if start <= time.start and time.end <= end:
            before = re.sub(
                r"\s(?:in|for|during|at the end of|as of)\s(?:the\s)?$", "", mask[start : time.start]
            )
            return before + mask[time.end : end]
    return mask[start:end]


def _said(sentence: Sentence, both: _Both, origin: int) -> list[Pair]:
    phrase = sentence.phrase
    start, end = both.topic
    for period in sentence.times(start, end):  # "In 2024, revenue was …"
        start = max(start, period.end)
    opening = _DETERMINER.match(
        phrase.mask, start + len(phrase.mask[start:end]) - len(phrase.mask[start:end].lstrip(" ,"))
    )
    start = opening.end() if opening else start
    topic = phrase.text[start:end].strip(" ,")
    folded = phrase.mask[start:end].strip(" ,")
    plain = re.sub(r"^the\s+", "", folded)
    if (
        not topic
        or _NO_TOPIC.match(folded)
        or len(folded.split()) > _MOST_WORDS
        or "," in folded
        or not is_measure(plain)
    ):
        return []
    topic = topic[0].upper() + topic[1:]
    spans = (both.now.span, both.then.span)
    units = [missing_unit(phrase, one, other) for one, other in (spans, spans[::-1])]
    be = "were" if both.verb.split()[-1:] == ["were"] else "was"
    time = both.time
    if both.other.period and time.period and time.period.first is None:
        dated = in_year(time.period, sentence.published)
        time = Time(f"in {english_label(dated)}", dated)
    texts = [
        f"{topic} {both.verb} {phrase.text[slice(*spans[0])]}{units[0]} {time.said}",
        f"{topic} {be} {phrase.text[slice(*spans[1])]}{units[1]} {both.other.said}",
    ]
    return [Pair(*span, text.strip(), origin) for span, text in zip(spans, texts, strict=True)]
