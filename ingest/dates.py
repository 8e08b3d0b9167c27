"""Dates as pages and metadata fields write them.

The loader reads them from declared fields, the cleaner from the lines around an article.
"""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MINGUO_EPOCH = 1911

DATE = re.compile(
    rf"""
      (?<![\d.]) \d{{4}} \s?[-/／.．年]\s? \d{{1,2}} \s?[-/／.．月]\s? \d{{1,2}} (?!\d|\.\d) (?:\s?日)?
    | (?:民[国國]\s?\d{{2,3}}|(?<!\d)1\d\d) \s?年\s? \d{{1,2}} \s?月\s? \d{{1,2}} \s?日
    | (?<!\d) (?:19|20)\d\d [01]\d [0-3]\d (?!\d)
    | \b {_MONTH} \.? \s+ \d{{1,2}} (?:st|nd|rd|th)? ,? \s+ \d{{4}} (?!\d)
    | (?<!\d) \d{{1,2}} (?:st|nd|rd|th)? \s+ {_MONTH} \.? ,? \s+ \d{{4}} (?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A full date: 2025-12-03, 2025/12/3, 2025年12月3日, 民國114年12月3日, 20251203, Dec 3, 2025, 3 Dec 2025."""


def iso_date(text: str) -> str | None:
    """The first full date in a text as YYYY-MM-DD, as printed (no time zone arithmetic), or None."""
    for match in DATE.finditer(text):
        try:
            return date(*_year_month_day(match.group())).isoformat()
        except ValueError:
            continue
    return None


def _year_month_day(written: str) -> tuple[int, int, int]:
    numbers = [int(number) for number in re.findall(r"\d+", written)]
    if len(numbers) == 1:
        return numbers[0] // 10_000, numbers[0] // 100 % 100, numbers[0] % 100
    if len(numbers) == 2:
        name = re.search(_MONTH, written, re.IGNORECASE)
        month = _MONTHS.index(name.group()[:3].lower()) + 1 if name else 0
        return max(numbers), month, min(numbers)
    year, month, day = numbers
    return (year if year >= 1000 else year + _MINGUO_EPOCH), month, day
