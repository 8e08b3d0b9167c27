"""Which time an article means by 「去年同期」, 「前一年」 or 「上季」 beside another time, said in full.

Where two readings are open, the time has none.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from rag.period import Period

_YEAR_MONTHS = (1, 12)
_REPORTED_UNTIL = 4
"""Month up to which an article still reports on the last part of the year before."""

SAME_PART = r"(?:去年|上一?年|前一年|前年)度?(?:的)?同(?:期|季|月|一?时期)"
YEAR_BEFORE = r"(?:去|上一?|前一?)年度?(?![\u4e00-\u9fff]{0,2}季|[上下]半年)\s?(?:全年|年?[底末])?"
PART_BEFORE = r"(?:前|上)一?个?(?:季度?|月)(?:份|[底末])?"
RELATIVE = re.compile(rf"(?P<same>{SAME_PART})|(?P<part>{PART_BEFORE})|(?P<year>{YEAR_BEFORE})")


@dataclass(frozen=True, slots=True)
class Time:
    """A time as it is said in a statement; `period` is None for one that is only known by its words."""

    said: str
    period: Period | None = None
    is_year_before: bool = False
    """Whether it is the same part of the year before."""


def earlier(word: str, current: Period | None, published: date | None) -> Time | None:
    """The time that a folded relative word means, said in full; None where that is unsure.

    `current` is the time of the figure beside it, if the sentence tells.
    """
    found = RELATIVE.fullmatch(word)
    if found is None:
        return None
    if found["part"]:
        return _part_before(word, current)
    if found["same"]:
        return _same_part(word, current, published)
    return _year_before(word, current, published)


def in_year(current: Period, published: date | None) -> Period:
    """A part of a year without year beside 「去年同期」, in the year it must be of; itself where that is
    unsure."""
    if current.first or not current.months or not published:
        return current
    low, high = current.months
    if low <= published.month:
        return _of(published.year, current.months)
    if high == 12 and published.month <= _REPORTED_UNTIL:
        return _of(published.year - 1, current.months)
    return current


def _same_part(word: str, current: Period | None, published: date | None) -> Time | None:
    back = 2 if word.startswith("前年") else 1
    if current is None:
        if published is None or word[0] not in "去上":
            return Time(word)
        return Time(f"{published.year - back} 年同期")
    if current.span or current.day:
        return None
    current = in_year(current, published)
    if current.first is None:
        return Time(f"{word[:2]}{current.label()}") if published is None and current.label() else None
    is_old = word.startswith("去年") and published and not 0 <= published.year - current.first.year <= 1
    if is_old:
        return None
    return replace(_timed(_of(current.first.year - back, current.months)), is_year_before=True)


def _year_before(word: str, current: Period | None, published: date | None) -> Time | None:
    ends = re.search(r"年?[底末]$", word)
    ending = ends.group()[-1] if ends else ""
    if current and current.months not in (None, _YEAR_MONTHS) and not ending:
        return None  # a part of a year beside a whole one
    year = current.first.year if current and current.first else None
    is_told_from_now = (
        word[0] == "去" or word.startswith("前年") or (word.startswith("上年") and year is None)
    )
    if not is_told_from_now:
        before = year - 1 if year else None
    elif published:
        before = published.year - (2 if word.startswith("前年") else 1)
    else:
        return Time(word) if year is None else None
    if before is None or before == year or (is_told_from_now and year and year < before):
        return None
    return Time(f"{before} 年{ending}", _of(before, None))


def _part_before(word: str, current: Period | None) -> Time | None:
    if current is None:
        return Time(word) if word.startswith("上") else None
    before = months_back(current, 3 if "季" in word else 1)
    return _timed(before) if before else None


def months_back(current: Period, length: int) -> Period | None:
    """The quarter (3) or month (1) before one; None for other times, and where the year is then unsure."""
    if not current.months or current.months[1] - current.months[0] + 1 != length or current.day:
        return None
    low = current.months[0] - length
    if low < 1:
        return _of(current.first.year - 1, (low + 12, low + 11 + length)) if current.first else None
    return _of(current.first.year if current.first else None, (low, low + length - 1))


def year_back(current: Period, back: int = 1) -> Period | None:
    """The same part of an earlier year; None where the year is not known."""
    return _of(current.first.year - back, current.months) if current.first else None


def _timed(period: Period) -> Time:
    return Time(period.label(), period)


def _of(year: int | None, months: tuple[int, int] | None) -> Period:
    """The period with this year and these months."""
    low, high = months or _YEAR_MONTHS
    first = date(year, low, 1) if year else None
    last = date(year, high, monthrange(year, high)[1]) if year else None
    part = None if months == _YEAR_MONTHS else months
    return Period(0, 0, first, last, part, None, span=False)
