"""How the parts of a time are written in digits (2024-05-03, 2024Q3, 1H25) and in English."""

import re
from datetime import date, timedelta

from rag.numerals import MAGNITUDE
from rag.period_parts import (
    NOT_IN_NUMBER,
    Form,
    Part,
    day_form,
    full_year,
    half,
    quarters,
    shifted,
    shifted_months,
)
from rag.text import first_word
from rag.units import units

_SHIFTS = {"this": 0, "last": -1, "next": 1, "today": 0, "yesterday": -1, "tomorrow": 1}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_COUNTING = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_CARDINAL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")

_NAME = (
    r"(?<![a-z])(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_TH = "(?:st|nd|rd|th)?"
_NOT_A_YEAR = re.compile(r"(?:约|近|逾|超过|多达|高达|共|总计|合计|第|no\.|about|nearly|over|some) ?$")
_LISTED = r"(?: ?(?:[、和及与]|以及) ?\d[\d,]*(?:\.\d+)?){0,20} ?"


def parts() -> tuple[Part, ...]:
    """Parts in digits and English; where two begin at one place, the first in the table is tried first."""
    return (*_in_digits(), *_in_english())


def _in_digits() -> tuple[Part, ...]:
    own = NOT_IN_NUMBER
    return (
        (rf"{own}([12]\d{{3}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})(?![\d-]|\.\d)", _iso),
        (rf"{own}([12]\d{{3}})[-/](0[1-9]|1[0-2])()(?![\d/-]|\.\d)", _iso),
        (rf"{own}((?:19|20)\d\d)([01]\d)([0-3]\d)(?![\d.,-]| ?{MAGNITUDE})", _compact),
        (rf"{own}((?:19|20)\d0)s\b", lambda match, _: Form(int(match[1]), years=10)),
        (rf"{own}(\d{{4}}|\d\d)(?: ?年)? ?([qh])([1-4])(?![a-z\d])", lambda m, _: _coded(m[2], m[3], m[1])),
        (rf"{own}([1-4])([qh]) ?'?(\d{{4}}|\d\d)(?!\d)", lambda m, _: _coded(m[2], m[1], m[3])),
        (rf"{own}([qh])([1-4]) ?'(\d\d)(?!\d)", lambda m, _: _coded(m[1], m[2], m[3])),
        (
            rf"{own}q([1-4])(?:[-–~]q?([1-4]))?(?![a-z\d])",
            lambda m, _: quarters(int(m[1]), int(m[2] or m[1])),
        ),
        (rf"{own}h([12])(?![a-z\d])", lambda match, _: half(int(match[1]))),
        (rf"{own}((?:19|20)\d\d)(?: ?[-–—~] ?|/)(\d{{4}}|\d\d)(?![\d/-])(?: ?年度?)?", _years),
        (rf"{own}((?:19|20)\d\d|2100)(?![a-z\d_%/:]|[.-]\d|,\d{{3}}(?!\d))", _bare),
    )


def _in_english() -> tuple[Part, ...]:
    return (
        (
            r"\b(?:fy|fiscal(?: year)?|calendar(?: year)?) ?'?(\d{4}|\d\d)(?!\d)",
            lambda match, _: Form(full_year(match[1]), role="bare"),
        ),
        (
            r"\b(this|last|next) (?:fiscal )?year(?!s)\b",
            lambda m, published: shifted(published, _SHIFTS[m[1]]),
        ),
        (
            r"\b(this|last|next) (month|quarter)\b",
            lambda m, published: shifted_months(published, 1 if m[2] == "month" else 3, _SHIFTS[m[1]]),
        ),
        (
            r"\b(today|yesterday|tomorrow)\b",
            lambda m, published: day_form(published and published + timedelta(days=_SHIFTS[m[1]])),
        ),
        (
            rf"\b(\d{{1,2}})(?:-(\d{{1,2}}))?{_TH} (?:of )?({_NAME})",
            lambda match, _: _day(match[3], match[1], match[2]),
        ),
        (
            rf"({_NAME}) (\d{{1,2}}){_TH}(?:[-–](\d{{1,2}}))?(?!,?\d)",
            lambda match, _: _day(match[1], match[2], match[3]),
        ),
        (f"({_NAME})", lambda match, _: Form(months=(_month(match[1]),) * 2, role="name")),
        (
            rf"\b({'|'.join(_COUNTING)})[- ](quarter|half)\b",
            lambda match, _: _counted(_COUNTING[match[1]], match[2]),
        ),
        (
            rf"\bfirst ({'|'.join(_CARDINAL)}) months\b",
            lambda match, _: Form(months=(1, _CARDINAL.index(match[1]) + 2), role="dependent"),
        ),
        (
            r"\b(?:early|mid|late|the end of|end of|year-end|full[- ]year)(?=[ -](?:19|20)\d\d)",
            lambda _, __: Form(role="edge"),
        ),
    )


def _iso(match: re.Match[str], _: date | None) -> Form | None:
    return Form(int(match[1]), (int(match[2]), int(match[2])), int(match[3] or 0) or None)


def _compact(match: re.Match[str], _: date | None) -> Form | None:
    possible = 1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31
    return _iso(match, _) if possible else None


def _coded(kind: str, number: str, year: str) -> Form | None:
    """「2024Q3」, 「1H25」: `kind` is q or h."""
    if kind == "q":
        return quarters(int(number), int(number), full_year(year))
    return half(int(number), full_year(year)) if int(number) < 3 else None


def _years(match: re.Match[str], _: date | None) -> Form | None:
    """「2022-24」, 「2022–2024」."""
    first, last = int(match[1]), int(match[1][: 4 - len(match[2])] + match[2])
    return Form(first, years=last - first + 1, step=12) if last > first else None


def _bare(match: re.Match[str], _: date | None) -> Form | None:
    """A year without 年, unless it is counted (「2024 人」), approximate, or in a list of counted numbers."""
    before = match.string[max(0, match.start() - 8) : match.start()]
    rest = match.string[match.end() : match.end() + 200]
    if _NOT_A_YEAR.search(before) or re.match(" ?年", rest):
        return None
    listed = re.match(rf"{_LISTED}(?:(?P<unit>{units().pattern})|{MAGNITUDE})", rest)
    return None if listed and _counts(listed, rest) else Form(int(match[1]), role="bare")


def _counts(listed: re.Match[str], rest: str) -> bool:
    """Whether what follows is a unit or magnitude and not the beginning of another word (「2024 台北展」)."""
    unit = listed["unit"]
    if not unit or unit == "年":
        return not unit
    return unit.isascii() or first_word(rest[listed.start("unit") :][:8]) == unit


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


def _day(name: str, day: str, last: str | None) -> Form:
    until = int(last) if last and int(last) > int(day) else None
    return Form(months=(_month(name), _month(name)), day=int(day), last_day=until)


def _counted(number: int, kind: str) -> Form | None:
    """ "Third quarter"; a first half without a year may be that of a match."""
    if kind == "quarter":
        return quarters(number, number)
    return half(number, role="dependent") if number < 3 else None
