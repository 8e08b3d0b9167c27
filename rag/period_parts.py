"""The parts of a written time (year, half, month, day): what each says, found in a text and put together.

How parts are written stands in `rag.period_zh` and `rag.period_en`; ranges and days in `rag.period`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache


@dataclass(frozen=True, slots=True)
class Form:
    """What one part, or several put together, says; None is what it does not say."""

    year: int | None = None
    months: tuple[int, int] | None = None
    day: int | None = None
    last_day: int | None = None
    """The last day of 「3 至 8 日」."""
    years: int = 1
    """10 for a decade, 3 for 「2022-24」."""
    step: int = 0
    """Months of each member where the form is a range by itself (「1-6 月」 1, 「第一至三季」 3)."""
    shift: int | None = None
    """Years from now of 去年, 今年."""
    role: str = ""
    """What else the part needs to be a time:
    "bare"       nothing, but it is a year without 年 and may stand behind its month ("May 2024")
    "relative"   the unknown day of publication
    "edge"       a year or month beside it, to which it adds nothing (年底, early)
    "same part"  a year before it and a part of a year further before (同期)
    "dependent"  a year, beside it or inherited
    "name"       a capital and a preposition, else it is the word may or march
    "weak day"   a month, beside it or inherited
    """


@dataclass(frozen=True, slots=True)
class Found:
    """A form and where it stands."""

    start: int
    end: int
    form: Form


Reading = Callable[[re.Match[str], date | None], Form | None]
Part = tuple[str, Reading]
"""A pattern for folded text, and what a match says given the day of publication (None: it is no time)."""

Table = Callable[[], tuple[Part, ...]]

NOT_AFTER_THOUSANDS = r"(?<!(?<!\d\d\d)\d,)"
"""Not in 「12,024」; 「2022,2023」 and 「增長,2024」 are no thousands."""
NOT_IN_NUMBER = rf"(?<![a-z\d._$¥€£#/:-]){NOT_AFTER_THOUSANDS}"
AND = re.compile(r" ?(?:[、,和及与&]|以及|\band\b|\bor\b) ?")
TO = re.compile(r" ?(?:起|间)?(?:-|–|—|~|至|到|\bto\b|\bthrough\b|\buntil\b|\btill\b) ?(?:[次隔翌]年 ?)?")
_JOINT = re.compile(r" ?的? ?")
_BEFORE_YEAR = re.compile(r" ?,? ?(?:(?:of|in) )?(?:the )?-?")
_IN = re.compile(r"\b(?:in|since|by|of|from|to|until|last|during|through|early|late|mid|and)[ -]$")


def shifted(published: date | None, years: int) -> Form:
    """今年, 去年, last year."""
    if published is None:
        return Form(shift=years, role="relative")
    return Form(published.year + years, shift=years)


def shifted_months(published: date | None, length: int, count: int) -> Form:
    """The month (length 1) or quarter (3) `count` after that of publication."""
    if published is None:
        return Form(role="relative")
    first = ((published.year * 12 + published.month - 1) // length + count) * length
    return Form(first // 12, (first % 12 + 1, first % 12 + length))


def day_form(day: date | None) -> Form:
    """One known day, or one relative to an unknown day."""
    return Form(day.year, (day.month, day.month), day.day) if day else Form(role="relative")


def half(number: int, year: int | None = None, role: str = "") -> Form:
    """The first or second half of a year."""
    return Form(year, (6 * number - 5, 6 * number), role=role)


def quarters(first: int, last: int, year: int | None = None) -> Form | None:
    """One quarter, or the quarters from `first` to `last`."""
    if first > last:
        return None
    return Form(year, (3 * first - 2, 3 * last), step=3 if last > first else 0)


def full_year(written: str) -> int:
    """「24」 and 「2024」 as 2024."""
    return int(written) if len(written) > 2 else 2000 + int(written)


def located(sentence: str, offset: int, published: date | None, parts: Table) -> list[Found]:
    """The times of one folded sentence, put together and with inherited years; `offset` is its place."""
    found: list[Found] = []
    for start, end, form in _scan(sentence, published, parts):
        left = found[-1] if found else None
        merged = _merged(left.form, form, sentence[left.end : start]) if left else None
        if left and merged:
            found[-1] = Found(left.start, end, merged)
        else:
            found.append(Found(start, end, form))
    return [Found(one.start + offset, one.end + offset, one.form) for one in _with_years(sentence, found)]


def is_time(found: Found, plain: str, text: str) -> bool:
    """Whether a form has what its role needs."""
    form = found.form
    if form.role == "name" and form.year is None:
        before = plain[max(0, found.start - 8) : found.start]
        return text[found.start].isupper() and bool(_IN.search(before))
    if form.role in ("dependent", "same part"):
        return form.year is not None
    return form.role != "edge" and (form.role != "weak day" or form.months is not None)


@cache
def _compiled(parts: Table) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], Reading], ...]]:
    """A pattern that finds where any part begins, and each part with its reading."""
    table = parts()
    anywhere = "|".join(re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern) for pattern, _ in table)
    return re.compile(anywhere), tuple((re.compile(pattern), reading) for pattern, reading in table)


def _scan(sentence: str, published: date | None, parts: Table) -> Iterator[tuple[int, int, Form]]:
    anywhere, each = _compiled(parts)
    at = 0
    while begins := anywhere.search(sentence, at):
        at = begins.start()
        for pattern, reading in each:
            match = pattern.match(sentence, at)
            form = reading(match, published) if match else None
            if match and form:
                yield at, match.end(), form
                at = match.end()
                break
        else:
            at += 1


def _merged(left: Form, right: Form, gap: str) -> Form | None:
    """Two neighbours as one time, where they are one."""
    if len(gap) > 10:
        return None
    dated = (left.year is not None or left.role == "relative") and not left.day
    if right.role == "edge":
        return left if gap in ("", " ") and (dated or left.months) else None
    if _JOINT.fullmatch(gap):
        if dated and right.role == "same part":
            return replace(left, role="same part")
        if dated and right.year is None and right.months and not left.months:
            role = "relative" if left.role == "relative" else ""
            return replace(right, year=left.year, shift=left.shift, role=role)
        if _one_month(left) and right.day and not right.months:
            return replace(left, day=right.day, last_day=right.last_day)
    later = right.role in ("bare", "relative") or right.shift is not None
    if later and not dated and not right.months and (left.months or left.role == "edge"):
        if not _BEFORE_YEAR.fullmatch(gap):
            return None
        return replace(left, year=right.year, shift=right.shift, role=right.role.replace("bare", ""))
    return None


def _one_month(form: Form) -> bool:
    return bool(form.months and form.months[0] == form.months[1] and not form.day)


def _with_years(sentence: str, found: list[Found]) -> list[Found]:
    """With the year (for a lone day, the month) of the time before, else of one joined from behind."""
    result: list[Found] = []
    found = _with_later_year(found)
    anchor = Form()
    for one in found:
        form = _completed(one.form, anchor)
        result.append(replace(one, form=form))
        if form.year or form.months or form.role == "relative":
            anchor = form
    for at in range(len(result) - 2, -1, -1):
        left, right = result[at], result[at + 1]
        gap = sentence[left.end : right.start]
        if _yearless(left.form) and right.form.year and (AND.fullmatch(gap) or TO.fullmatch(gap)):
            result[at] = replace(left, form=replace(left.form, year=right.form.year, role=""))
    return result


def _with_later_year(found: list[Found]) -> list[Found]:
    """A half or quarter and the one year far behind it are one time: "first-half revenue in 2025"."""
    if len(found) != 2 or not _yearless(found[0].form) or found[1].form.role != "bare":
        return found
    part, year = found
    lone = part.form.day is None and year.form.months is None and year.form.years == 1
    if not lone or part.form.role == "name":
        return found
    return [replace(part, form=replace(part.form, year=year.form.year, role=""))]


def _yearless(form: Form) -> bool:
    return form.year is None and form.months is not None and form.role != "relative"


def _completed(form: Form, anchor: Form) -> Form:
    year = anchor.year if anchor.years == 1 else None
    if form.role == "same part":
        if year and form.shift is not None:
            return replace(form, year=year + form.shift, months=anchor.months, role="")
        return replace(form, months=anchor.months, role="" if form.year else "relative")
    if form.day and not form.months:
        month = anchor.months if anchor.months and anchor.months[0] == anchor.months[1] else None
        return replace(form, year=year, months=month, role="") if month else form
    if _yearless(form):
        return replace(form, year=year, role="" if year else form.role)
    return form
