"""Times that a follow-up counts from what was asked before: 「隔年呢?」 and "a year earlier" name a year.

They are written out, so that what is found and compared is the time that was meant.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.asked import Asked
from rag.numerals import read
from rag.period import Period, periods
from rag.period_pair import label
from rag.rewrite_words import is_english, names_something
from rag.schema import Turn
from rag.text import fold

# All patterns are matched against folded text: Simplified, half width, lower case.
_NUMBER = r"[一二两三四五六七八九十]|\d{1,2}"
_UNIT = r"半年度?|年度?|季度?|月份?"
_NO_WORD = r"(?![收薪产报营化终代轻纪均增利级份])"
_PERIOD = "year|season|quarter|month|half"
_COUNT = "a|one|two|three|four|five|ten"
_COUNTED = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_COUNTED_FROM = re.compile(
    rf"(?P<year_ago>(?:[去上]年|[前上]一个?年度?)的?同期)|前年同期"
    rf"|(?P<same_part>同期|同一?(?:时期|期间)|当时|那时候?)"
    rf"|(?P<same>(?:[那这该当]一?|同一?)(?:{_UNIT}){_NO_WORD})"
    rf"|再?往?(?P<back>[前早上])[推数]?(?P<n1>[一1])个?(?P<u1>{_UNIT})"
    rf"|再?(?:往前[推数]?|早)(?P<n2>{_NUMBER})个?(?P<u2>{_UNIT})|上个?(?P<u3>季度?|月份?|年度)(?!半)"
    rf"|(?P<n4>{_NUMBER}) ?个?(?P<u4>{_UNIT})(?:[以之])?(?P<way>[前后])"
    rf"|(?:再过|过了?)(?P<n6>{_NUMBER})个?(?P<u8>{_UNIT})"
    rf"|再?(?:往?[后下隔]|接下来的?|接着的?|紧接着的?)[推数]?(?P<n5>[一1])个?(?P<u5>{_UNIT})"
    rf"|(?:[隔次翌]一?|来(?=年))(?P<u6>{_UNIT})|下个?(?P<u7>季度?|月份?|年度)|(?P<second>第二年)|(?P<middle>年中)"
    r"|(?:再|更)?(?:往|之|以)?(?P<earlier>前|早之?前?)(?=呢|\?|$)|(?P<later>(?:再|更)?(?:往|之|以)后|后来|接下来)(?=呢|\?|$)"
)
_COUNTED_FROM_ENGLISH = re.compile(
    rf"(?P<year_ago>(?:the )?same (?:period|quarter|half|time) (?:(?:of|in) (?:the (?:previous|prior"
    rf"|preceding) year|last year)|a year (?:earlier|before)|the (?:year before|previous year)|last year))"
    rf"|(?P<same_part>(?:the )?same (?:period|quarter|half|time))"
    rf"|(?P<same>(?:that|the) (?:very |same )?(?:{_PERIOD})(?= ?[?,]| *$)|(?:that|the) same (?:{_PERIOD}))"
    rf"|(?P<n1>{_COUNT}|\d{{1,2}}) (?P<u1>{_PERIOD})s? (?P<way1>earlier|before|prior|later|after|on)\b"
    rf"|(?:the )?(?P<u2>{_PERIOD}) (?P<way2>before|after|prior|following)\b"
    rf"|the (?P<way3>previous|prior|preceding|following|next|subsequent) (?:fiscal )?(?P<u3>{_PERIOD})\b"
    rf"|(?P<way4>previous|prior|preceding|following|subsequent) (?P<u4>{_PERIOD})\b"
    rf"|(?P<middle>mid-?year|(?:the )?middle of (?:the|that) year)|(?P<end>year[- ]end)"
    r"|(?P<earlier>before (?:that|then)\b)|(?P<later>after (?:that|then)\b|(?<=and )then$)"
)
_BACK = frozenset({"earlier", "before", "prior", "previous", "preceding", "前"})
_THEN = re.compile(r" (?:that|then)\b(?! \w)")
_TAKES_NO_PREPOSITION = re.compile(
    r"\b(?:in|for|of|during|by|at|from|than|to|since|until|about|was|were|is|with)$"
)
_ENGLISH_PART = re.compile(
    r"(?:the )?(?:first|second|third|fourth|last) (?:half|quarter)|\b[qh][1-4]\b(?! ?'?\d)"
)
_MONTHS = {"年": 12, "半": 6, "季": 3, "月": 1, "y": 12, "h": 6, "q": 3, "m": 1, "s": 12}
_NOW = date(5000, 1, 1)
"""A day of publication that is none: what lies around it was written as 今年 or "last year"."""
_RELATIVE = re.compile(r"[今去前明后]年|(?:this|last|next) year")
_SAID_RELATIVELY = {
    -2: ("前年", "the year before last"),
    -1: ("去年", "last year"),
    0: ("今年", "this year"),
    1: ("明年", "next year"),
}


def absolute(question: str, said: Sequence[Turn]) -> str:
    """The question with the times that are counted from what was said as times of their own; itself where
    it has none, names a year itself, or nothing was said of a time."""
    english = is_english(question)
    found = (_COUNTED_FROM_ENGLISH if english else _COUNTED_FROM).search(fold(question))
    if not found or not (start := reference(said)):
        return question
    own = [one for one in periods(question) if one.end <= found.start() or found.end() <= one.start]
    from_now = "way" in found.groupdict() and found["way"] and names_something(question)
    if any(one.first or one.months for one in own) or from_now:
        return question
    meant = _meant(found, start)
    if meant is None:
        return question
    before, after = question[: found.start()], question[found.end() :]
    if english:
        after = _THEN.sub("", after, count=1)
        free = _TAKES_NO_PREPOSITION.search(fold(before).rstrip())
        return f"{before}{'' if free else 'in '}{name(meant, english=True)}{after}"
    return f"{before}{name(meant, english=False)}{after}"


def dated(time: str, said: Sequence[Turn]) -> str:
    """A time with the year of what was said where it is part of a year without one: 「下半年」, "Q3"."""
    start = reference(said)
    english = is_english(time)
    found = _ENGLISH_PART.search(fold(time)) if english else None
    own = periods(time)
    if not start or not start.first or any(one.first for one in own) or _RELATIVE.search(fold(time)):
        return time
    year = name(replace(start, months=None), english)
    if found:
        joint = " " if found.group()[0] in "qh" else " of "
        return f"{time[: found.end()]}{joint}{year}{time[found.end() :]}"
    if own and own[0].months:
        return f"{time[: own[0].start]}{year}{time[own[0].start :]}"
    return time


def reference(said: Sequence[Turn]) -> Period | None:
    """The time that was last asked about; where a question asked when, the time that the answer names."""
    for turn in reversed(said):
        answered = _times(turn.answer)
        asked = _times(turn.question)
        if answered and Asked(turn.question).kind == "date":
            return answered[0]
        if asked:
            return asked[-1]
        if answered and len({one.first for one in answered}) == 1:
            return answered[0]
    return None


def name(time: Period, english: bool) -> str:
    """「2024 年上半年」, "the first half of 2024"; 去年 where it was written so."""
    written = label(time, "", english)
    said = _SAID_RELATIVELY.get(time.first.year - _NOW.year) if time.first else None
    return re.sub(r"\d{4}(?: 年)?", said[english], written) if said else written


def _times(text: str) -> list[Period]:
    """The times of a text with a year, those after 今年 and the like counted from `_NOW`."""
    own = [one for one in periods(text) if one.first]
    if own:
        return own
    relative = periods(text, _NOW)
    return [one for one in relative if one.first and _RELATIVE.search(fold(text[one.start : one.end]))]


def _meant(found: re.Match[str], start: Period) -> Period | None:
    """The time that is counted from another."""
    groups = {key: value for key, value in found.groupdict().items() if value}
    if "year_ago" in groups:
        return moved(start, -12)
    if found.group() == "前年同期":
        return moved(start, -24)
    if "same_part" in groups:
        return start
    if "middle" in groups:
        return _part(start, (1, 6))
    if "end" in groups:
        return _part(start, None)
    if "same" in groups:
        return _part(start, None) if re.search("年|year|season", groups["same"]) else start
    if "earlier" in groups or "later" in groups:
        low, high = start.months or (1, 12)
        return moved(start, (high - low + 1) * (-1 if "earlier" in groups else 1))
    unit = next((value for key, value in groups.items() if key[0] == "u"), "年")
    count = next((_count(value) for key, value in groups.items() if re.fullmatch(r"n\d", key)), 1)
    way = next((value for key, value in groups.items() if key.startswith("way")), "")
    back = way in _BACK or "back" in groups or "n2" in groups or found.group().startswith("上")
    if count > 1 and _MONTHS[unit[0]] == 12 and start.months and start.months[0] == start.months[1]:
        start = _part(start, None) or start  # 「三年前」 does not mean the same month
    return moved(start, (-count if back else count) * _MONTHS[unit[0]])


def _count(written: str) -> int:
    value = read("二" if written == "两" else written)
    return _COUNTED.get(written) or (int(value[0]) if value else 1)


def _part(start: Period, months: tuple[int, int] | None) -> Period | None:
    if start.first is None:
        return None
    return _period(start.first.year * 12 + (months or (1, 12))[0] - 1, months)


def moved(start: Period, by: int) -> Period | None:
    """A period as long as another, `by` months later; None where that is no step of its kind."""
    if start.first is None:
        return None
    months = start.months
    length = months[1] - months[0] + 1 if months else 12
    if by % 12 and (abs(by) % length or not months):
        return None
    begin = start.first.year * 12 + (months[0] - 1 if months else 0) + by
    return _period(begin, months and (begin % 12 + 1, begin % 12 + length))


def _period(begin: int, months: tuple[int, int] | None) -> Period | None:
    if (months and months[1] > 12) or not date.min.year <= begin // 12 < date.max.year:
        return None
    first = date(begin // 12, begin % 12 + 1, 1)
    end = begin - begin % 12 + (months[1] if months else 12)
    return Period(0, 0, first, date(end // 12, end % 12 + 1, 1) - timedelta(days=1), months, None, span=False)
