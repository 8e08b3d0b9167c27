"""Times in a text in one normal form, so that a question, its evidence and an answer can be compared.

「2025H1」, 「2025 年上半年」, "first half of 2025" and 「2025 年 1-6 月」 are the same days.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from rag import period_en, period_zh
from rag.numerals import folded
from rag.period_parts import TO, Form, Found, Part, is_time, located
from rag.text import sentences

_NAMED = {
    (1, 3): "第一季", (4, 6): "第二季", (7, 9): "第三季", (10, 12): "第四季", (1, 6): "上半年",
    (7, 12): "下半年", (1, 9): "前三季", (1, 12): "",
}  # fmt: skip
_LEAP_YEAR = 2000
_End = tuple[int | None, tuple[int, int] | None, int | None]
"""Year, months and day of one end of a range."""


@dataclass(frozen=True, slots=True)
class Period:
    """A time as written; the days are inclusive."""

    start: int
    end: int
    """Offsets in the text, end exclusive."""
    first: date | None
    last: date | None
    """2024: 2024-01-01 and 2024-12-31; None where the year is unknown."""
    months: tuple[int, int] | None
    """For a part of a year, 上半年 (1, 6), 5 月 (5, 5); None for whole years."""
    day: int | None
    """Day of the month, of a single day or the first of a range of days."""
    span: bool
    """True for a range of periods, 「2022 年至 2024 年」."""
    step: int = 0
    """Months of each member of a range: 12, 6, 3 or 1; 0 where it has no members."""
    last_day: int | None = None
    """Day of the month that ends a range of days."""

    def same(self, other: "Period") -> bool:
        """Whether the days are the same; where one has no year, whether months and days of the month are."""
        if self.first and other.first:
            return (self.first, self.last) == (other.first, other.last)
        known = bool(self.months or self.day)
        return known and (self.months, self.day, self.last_day) == (other.months, other.day, other.last_day)

    def within(self, other: "Period") -> bool:
        """Whether these days lie in the other's; where one has no year, whether months and days do."""
        if self.first and self.last and other.first and other.last:
            return other.first <= self.first and self.last <= other.last
        if not (self.months or self.day) or not (other.first or other.months or other.day):
            return False
        if other.day and self.months == other.months:
            return bool(self.day and other.day <= self.day <= (other.last_day or other.day))
        (low, high), months = other.months or (1, 12), self.months or (1, 12)
        return low <= months[0] <= months[1] <= high and not (other.day and not self.day)

    def members(self) -> list["Period"]:
        """The years, halves, quarters or months of a range, each at the offsets of the range; else itself.

        「2022 年至 2024 年上半年」 has 2022, 2023 and the first half of 2024.
        """
        if not self.step:
            return [self]
        if self.first and self.last:
            low, high = _index(self.first), _index(self.last)
        else:
            low, high = (month - 1 for month in self.months or (1, 12))
        found = []
        for at in range(low, high + 1, self.step):
            year, month = divmod(at, 12)
            months = (month + 1, min(at + self.step - 1, high) % 12 + 1)
            form = Form(year if self.first else None, None if months == (1, 12) else months)
            found.append(_period(Found(self.start, self.end, form)))
        return [member for member in found if member]

    def label(self) -> str:
        """In Traditional Chinese: 「2025 年上半年」, 「2024 年 5 月 3 日」; "" where nothing is known."""
        first, last = self.first, self.last
        if not self.span:
            if first and last and last.year - first.year == 9:
                return f"{first.year} 年代"
            return _label(first.year if first else None, self.months, self.day)
        (year, months, day), (last_year, last_months, last_day) = self._ends()
        end = _label(None if last_year == year else last_year, last_months, last_day)
        return f"{_label(year, months, day)}至{'' if end.startswith(('第', '上', '下')) else ' '}{end}"

    def _ends(self) -> list["_End"]:
        """What to say of the two ends of a range."""
        if self.step:
            members = self.members()
            ends = (members[0], members[-1])
            return [(end.first.year if end.first else None, end.months, None) for end in ends]
        if self.first and self.last:
            days = (self.first, self.last)
            return [(day.year, (day.month, day.month), day.day if self.day else None) for day in days]
        low, high = self.months or (1, 12)
        return [(None, (low, low), self.day), (None, (high, high), self.last_day)]


def periods(text: str, published: date | None = None) -> list[Period]:
    """All times in a text, in order, without overlap.

    With `published`, relative ones (今年, 去年同期, 上季, 本月, 昨日) resolve against it. A part without
    year takes the year of the nearest time before it in the same sentence, where that is one year (a
    lone day, its month); where none is before it, that of a time joined to it from behind ("May to July
    2024"). 年初, 年底 and 年度 are the whole year, a fiscal year the year it is named after. 最近, 「三年」
    and years before our era are none.
    """
    plain = folded(text)
    found: list[Period] = []
    for start, end in sentences(text):
        times = located(plain[start:end], start, published, _parts)
        found += _ranges(plain, [time for time in times if is_time(time, plain, text)])
    return found


def _parts() -> tuple[Part, ...]:
    return (*period_zh.parts(), *period_en.parts())


def _ranges(plain: str, times: list[Found]) -> Iterator[Period]:
    """Two times joined by 至 become one range."""
    at = 0
    while at < len(times):
        joined = _range(plain, times[at], times[at + 1]) if at + 1 < len(times) else None
        period = joined or _period(times[at])
        if period:
            yield period
        at += 2 if joined else 1


def _range(plain: str, left: Found, right: Found) -> Period | None:
    gap = plain[left.end : right.start]
    between = gap == " and " and plain[max(0, left.start - 8) : left.start] == "between "
    first, last = _period(left), _period(right)
    if not (between or TO.fullmatch(gap)) or not first or not last or first.span or last.span:
        return None
    year = right.form.year
    next_year = "年" in gap or bool(first.first and last.first and first.first > last.first)
    if next_year and year and year == left.form.year:
        last = _period(replace(right, form=replace(right.form, year=year + 1)))
    if not last or bool(first.first) != bool(last.first):
        return None
    if first.first and last.first and first.first >= last.first:
        return None
    months = (first.months or (1, 12))[0], (last.months or (1, 12))[1]
    part = first.months or last.months
    return Period(
        left.start,
        right.end,
        first.first,
        last.last,
        months if part else None,
        first.day,
        span=True,
        step=_step(first, last),
        last_day=last.day,
    )


def _step(first: Period, last: Period) -> int:
    """Months of each member of the range from one period to another; 0 where they are of different kinds."""
    if first.day or last.day:
        return 0
    one, other = (months[1] - months[0] + 1 for months in (first.months or (1, 12), last.months or (1, 12)))
    if one == 12 and (not last.months or last.months[0] == 1):
        return 12
    return one if one == other and one in (6, 3, 1) else 0


def _period(found: Found) -> Period | None:
    """The form as days; None where there are no such days."""
    form = found.form
    low, high = form.months or (1, 12)
    year = form.year or _LEAP_YEAR
    last_year = year + form.years - 1
    try:
        first = date(year, low, form.day or 1)
        last = date(last_year, high, form.last_day or form.day or calendar.monthrange(last_year, high)[1])
    except ValueError:
        return None
    known = form.year is not None
    return Period(
        found.start,
        found.end,
        first if known else None,
        last if known else None,
        form.months,
        form.day,
        span=bool(form.step or form.last_day),
        step=form.step,
        last_day=form.last_day,
    )


def _index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _label(year: int | None, months: tuple[int, int] | None, day: int | None) -> str:
    head = f"{year} 年" if year else ""
    if months in _NAMED:
        return head + _NAMED[months]
    parts = [head] if head else []
    if months:
        parts.append(f"{months[0]} 月" if months[0] == months[1] else f"{months[0]} 月至 {months[1]} 月")
    if day:
        parts.append(f"{day} 日")
    return " ".join(parts)
