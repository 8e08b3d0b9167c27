"""The two periods that a question compares: named both, or one named and the other counted from it.

「2024 年第三季比上一季」 names two; 「2022 年到 2024 年」 its first and its last year.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.period import Period, periods
from rag.period_parts import TO
from rag.text import fold


@dataclass(frozen=True, slots=True)
class PeriodPair:
    """Two periods of equal length, the earlier first."""

    spans: tuple[tuple[int, int], ...]
    """Where they stand in the question, in its order; one span where they are the ends of a range."""
    periods: tuple[Period, Period]
    members: int
    """Periods in the range, ends included; 2 where both are named."""


_PREVIOUS = re.compile(
    r"(?:[上前]一个?(?:年度?|季度?|月|半年)|上个?(?:季度?|月)|上年(?!度))(?:同期)?"
    r"|(?:the )?(?:previous|prior|preceding) (?:year|quarter|month|half)|(?:the|a) (?:year|quarter"
    r"|month) (?:before|earlier)"
    r"|(?:the )?same (?:period|quarter|half) (?:a year earlier|(?:of|in) the (?:previous|prior) year"
    r"|last year)"
)
STEPS = (
    ("同期", 12),
    ("same ", 12),
    ("半年", 6),
    ("half", 6),
    ("年", 12),
    ("year", 12),
    ("季", 3),
    ("quarter", 3),
    ("月", 1),
    ("month", 1),
)
"""Words of a time and its length in months; of several that fit, the first counts."""
_AGE = {
    "前": -2,
    "去": -1,
    "上": -1,
    "昨": -1,
    "las": -1,
    "今": 0,
    "本": 0,
    "thi": 0,
    "明": 1,
    "下": 1,
    "nex": 1,
}
_ENGLISH_PARTS = {
    (1, 6): "the first half of {}", (7, 12): "the second half of {}", (1, 3): "the first quarter of {}",
    (4, 6): "the second quarter of {}", (7, 9): "the third quarter of {}",
    (10, 12): "the fourth quarter of {}",
    (1, 9): "the first nine months of {}",
}  # fmt: skip


def period_pair(question: str, published: date | None) -> PeriodPair | None:
    """The two periods of a question; None where it has another number, or their lengths differ."""
    folded = fold(question)
    found = [_dated(one, published) for one in periods(question, published)]
    if previous := _PREVIOUS.search(folded):
        own = [one for one in found if one.end <= previous.start() or previous.end() <= one.start]
        before = _before(own[0], previous) if len(own) == 1 else None
        if before:
            found = sorted((own[0], before), key=lambda one: one.start)
    if len(found) == 1 and len(members := found[0].members()) > 1:
        return PeriodPair(((found[0].start, found[0].end),), (members[0], members[-1]), len(members))
    if len(found) == 1 and (ends := _ends(question, found[0], published)):
        return PeriodPair(((found[0].start, found[0].end),), ends, 2)
    if len(found) != 2 or found[0].same(found[1]) or _length(found[0]) != _length(found[1]):
        return None
    spans = tuple((one.start, one.end) for one in found)
    first, second = sorted(found, key=lambda one: _time(one, folded))
    return PeriodPair(spans, (first, second), 2)


def _dated(period: Period, published: date | None) -> Period:
    """A part of a year without its year, in the year of publication; where that was still to come, in the one
    before."""
    if published is None or period.first or period.day or not period.months:
        return period
    low, high = period.months
    year = published.year - (low > published.month)
    return replace(period, first=date(year, low, 1), last=date(year, high, monthrange(year, high)[1]))


def _ends(question: str, span: Period, published: date | None) -> tuple[Period, Period] | None:
    """The two ends of a range of unlike ones: 「2022 年到 2025 年 11 月」, 「2025 上半年到第三季」."""
    for mark in TO.finditer(fold(question), span.start, span.end):
        before, after = question[span.start : mark.start()], question[mark.end() : span.end]
        ends = periods(f"{before}、{after}", published)
        if len(ends) == 2 and ends[0].first and ends[1].first:
            return ends[0], ends[1]
    return None


def label(period: Period, question: str, english: bool) -> str:
    """A period's name, 「2024 年上半年」, "the first half of 2024"; as written where its year is unknown."""
    if period.first is None or period.last is None:
        return question[period.start : period.end]
    if not english:
        return period.label()
    if period.day:
        return f"{period.first.day} {period.first:%B %Y}"
    if period.months is None:
        return str(period.first.year)
    if named := _ENGLISH_PARTS.get(period.months):
        return named.format(period.first.year)
    if period.months[0] == period.months[1]:
        return f"{period.first:%B %Y}"
    return f"{period.first:%B} to {period.last:%B %Y}"


def _before(period: Period, previous: re.Match[str]) -> Period | None:
    """The period before another one, as long as that or a year earlier, at the place of 「上一季」."""
    if period.span or period.day or period.first is None or period.last is None:
        return None
    step = next(months for word, months in STEPS if word in previous.group())
    if step not in (12, _length(period)):
        return None
    index = period.first.year * 12 + period.first.month - 1 - step
    after = index + _length(period)
    first = date(index // 12, index % 12 + 1, 1)
    last = date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
    months = (first.month, last.month) if period.months else None
    return replace(period, start=previous.start(), end=previous.end(), first=first, last=last, months=months)


def _length(period: Period) -> int:
    """Months; 0 for a single day."""
    low, high = period.months or (1, 12)
    return 0 if period.day else high - low + 1


def _time(period: Period, folded: str) -> tuple[int, date, tuple[int, int]]:
    """What puts periods in order: the first day; without a year 去 before 今, then the months."""
    written = folded[period.start : period.end]
    age = next((age for word, age in _AGE.items() if written.startswith(word)), 0)
    return (0 if period.first else age, period.first or date.min, period.months or (1, 12))
