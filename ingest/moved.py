"""Clauses in which a figure moves from one time to another, 「毛利率由上季的 41% 降至 38%」, and how a figure
of another time is said.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ingest.frames import divided
from ingest.labels import is_measure
from ingest.levels import PLAIN_TAIL, PLANNED, POINTING, Level, Sentence, counts, same_class, topic_in
from ingest.lists import Pair
from ingest.phrase import Figure, Span
from ingest.relative import RELATIVE, Time, earlier, in_year
from ingest.values import missing_unit
from rag.period import Period
from rag.text import fold, language

_FROM = re.compile(r"\s*(?:由|从|自|较|比)\s?(?:原[先本来]的?)?")
_MOVING = re.compile(
    r"\s*(?:的水准|的水平)?\s*(?:大幅|小幅|进一步|一路|逐步|逐年|略微?|微|快速|迅速|缓步|持续|再|又)*\s*"
    r"(?:[\u4e00-\u9fff]{1,4}?(?:至|到|为|成)|[\u4e00-\u9fff]{2,4}\s?(?:约|逾|近)?\s?[\d.]+\s?%\s?,?\s?(?:至|"
    r"到|为|达到?))\s*"
)
_BETWEEN = re.compile(r"\s*(?:的|时|之?时的|为|是)?\s*")
_MOST_OWNED, _MOST_CONTEXT = 8, 30


def time_at(sentence: Sentence, at: int, current: Time, *, alike: bool = True) -> tuple[Time, int] | None:
    """The time that begins at an offset and differs from the current one, said in full, and where it ends;
    `alike`: only one as long as that."""
    mask = sentence.phrase.mask
    at += len(mask[at:]) - len(mask[at:].lstrip())
    relative = RELATIVE.match(mask, at)
    absolute = next((time for time in sentence.phrase.periods if time.start == at), None)
    if relative and (absolute is None or absolute.end <= relative.end()):
        time = earlier(mask[at : relative.end()].replace("的", ""), current.period, sentence.published)
        if time and time.is_year_before and current.said[-1:] in ("底", "末"):
            time = replace(time, said=time.said + current.said[-1])
        return (time, relative.end()) if time else None
    if absolute is None or absolute.span:
        return None
    time = sentence.said(absolute)
    is_other = current.period is None or (
        not absolute.same(current.period) and (not alike or _is_comparable(absolute, current.period))
    )
    end = absolute.end + (mask[absolute.end : absolute.end + 1] in ("底", "末"))
    return (time, end) if is_other else None


def _is_comparable(one: Period, other: Period) -> bool:
    """Whether two times are as long, or both moments."""
    lengths = [(time.months or (1, 12))[1] - (time.months or (1, 12))[0] for time in (one, other)]
    return lengths[0] == lengths[1] and bool(one.day) == bool(other.day)


def moved_in(sentence: Sentence, clause: Span, time: Time) -> list[Pair]:
    """The statements of 「T 由 P 的 V 增至 V」; [] where the clause is none or its times are unsure."""
    mask, (start, end) = sentence.phrase.mask, clause
    found = next((one for one in _FROM.finditer(mask, start, end) if one.start() > start), None)
    figures = sentence.figures(found.end(), end) if found else []
    if not found or len(figures) not in (2, 3):
        return []
    first, last = figures[0], figures[-1]
    topic = topic_in(sentence, start, _before_plan(mask, start, found.start()))
    own = sentence.times(start, found.start())
    behind = sentence.times(first.end, last.start)
    current = sentence.said((behind or own)[0]) if behind or own else time
    other = time_at(sentence, found.end(), current)
    if (
        not topic
        or not other
        or len(own) + len(behind) > 1
        or not _BETWEEN.fullmatch(mask, other[1], first.start)
    ):
        return []
    between = mask[first.end : behind[0].start if behind else last.start]
    rest = mask[behind[0].end : last.start] if behind else ""
    amounts = [sentence.amounts[figure.start] for figure in (first, last)]
    is_plain = counts(topic, amounts[0]) and _MOVING.fullmatch(between) and not rest.strip(" 的底末")
    if not is_plain or not same_class(*amounts) or not PLAIN_TAIL.fullmatch(mask, last.end, end):
        return []
    pairs = [_pair(sentence, first, last, topic, other[0], start, "")]
    if not PLANNED.search(mask, start, last.start):
        verb = (
            "" if len(figures) == 3 else sentence.phrase.text[first.end : first.end + len(between)].lstrip()
        )
        now = dated(current, other[0], sentence.published)
        pairs.append(_pair(sentence, last, first, topic, now, start, verb))
    return pairs


def _before_plan(mask: str, start: int, end: int) -> int:
    planned = re.compile(r"(?:将|预计|拟|计划|打算)?(?:会)?\s*$").search(mask, start, end)
    return planned.start() if planned else end


def _pair(
    sentence: Sentence, figure: Figure, other: Figure, topic: str, time: Time, origin: int, verb: str
) -> Pair:
    text = sentence.phrase.text
    unit = missing_unit(sentence.phrase, figure.span, other.span)
    verb = verb or (copula(text) if is_measure(fold(topic)) else " ")
    return Pair(*figure.span, phrased(time, "", topic, f"{verb}{text[slice(*figure.span)]}{unit}"), origin)


def context_of(sentence: Sentence, level: Level, levels: Sequence[Level]) -> str | None:
    """What the topic of a level needs before it: its owner, named by an earlier one; None where unsure."""
    folded = fold(level.topic)
    if POINTING.match(folded):
        clauses = sentence.phrase.clauses(0, level.start)
        start, end = next((one for one in reversed(clauses) if one[0] < one[1]), (0, 0))
        is_plain = 0 < end - start <= _MOST_CONTEXT and not sentence.figures(start, end)
        return sentence.phrase.text[start:end].strip() + ":" if is_plain else None
    if len(folded) > _MOST_OWNED or "的" in folded or divided(folded)[0] or not is_measure(folded):
        return ""
    owners = [divided(one.topic)[0] for one in levels if one.start < level.start]
    return next((owner for owner in reversed(owners) if owner), "")


def dated(time: Time, other: Time, published: date | None) -> Time:
    """A time without year beside one of the year before, in the year it must be of."""
    if time.period is None or time.period.first or other.period is None or not other.is_year_before:
        return time
    period = in_year(time.period, published)
    ending = time.said[-1] if time.said[-1:] in ("底", "末") else ""
    return Time(period.label() + ending, period) if period.first else time


def phrased(time: Time, context: str, topic: str, said: str) -> str:
    """「2024 年第三季遠山的收入為 2 億元」."""
    pointed = context.endswith(":")
    head, owner = (context, "") if pointed else ("", context)
    gap = " " if re.search(r"[\da-zA-Z]$", time.said) else ""
    return f"{head}{time.said}{gap}{owner}{topic}{said}".strip()


def copula(text: str) -> str:
    """為, in the script of a text."""
    return "为 " if "为" in text or language(text) == "zh-Hans" else "為 "
