"""Which of several periods had the most or the least: 「哪一年的毛利率最高?」, "Which year had most?".

The article seldom says so; the statements made of a list or a table hold a figure for each period, and the
largest of them is told by comparing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rag.period import Period, periods
from rag.period_pair import STEPS, label
from rag.quantity import quantities
from rag.schema import Statement
from rag.text import Language, fold, language
from rag.units import compatible

_WHICH = r"哪一?个?(?:会计|财政)?(?:年度?|季度?|月份?|半年|期间?|时期|财年)"
_ADJECTIVE = r"最(?P<end>高|多|大|低|少|小)"
_CHINESE = re.compile(
    rf"(?P<before>.*?){_ADJECTIVE}的?(?:是|出现在|落在|发生在)在?{_WHICH}[?]*"
    rf"|(?P<before2>.*?){_WHICH}的?(?P<what>.*?)(?:是|为)?{_ADJECTIVE.replace('end', 'end2')}[?]*"
)
_ENGLISH = re.compile(
    r"(?:in |during )?(?:which|what) (?:fiscal )?(?:year|quarter|half|month|period),? (?:did (?P<owner>.+?)"
    r" (?:have|report|post|record|see)|(?:had|saw|brought|recorded)) (?:its |their |the )?"
    r"(?P<end>highest|largest|biggest|most|lowest|smallest|fewest|least) (?P<what>.+?)[?]*"
    r"|(?:in |during )?(?:which|what) (?:year|quarter|half|month|period) (?:was|were) (?P<what2>.+?)"
    r" (?:the )?(?P<end2>highest|largest|biggest|lowest|smallest)[?]*"
)
_LOW = frozenset({"低", "少", "小", "lowest", "smallest", "fewest", "least"})
_AMONG = re.compile(r"^[^,，]{0,14}(?:[里裡中内間间]|之[间間]|(?:年|季|期)),|^(?:among|of) [^,]{1,30}, ")
_EDGES = " ,，的在是"
_WORDS: dict[Language, dict[bool, str]] = {
    "zh-Hant": {True: "最低", False: "最高"},
    "zh-Hans": {True: "最低", False: "最高"},
    "en": {True: "lowest", False: "highest"},
}
LEAST = 2
"""Figures of different periods, to compare."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """A question for the period of the highest or lowest of several figures."""

    question: str
    """The plain question for one such figure."""
    lowest: bool
    within: tuple[Period, ...]
    """The periods that are named as those to choose from."""
    months: int | None
    """Months of each: 12 for 哪一年; None for 哪一期."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The statement of the highest or lowest figure, and its period."""

    statement: Statement
    period: Period

    def label(self, asked_in: Language) -> str:
        """The period's name in the language of the question."""
        return label(self.period, self.statement.text, english=asked_in == "en")


def extreme(question: str) -> Extreme | None:
    """The question taken apart; None where it does not ask for such a period."""
    whole = question.strip()
    english = language(whole) == "en"
    among = _AMONG.match(fold(whole))
    text = whole[among.end() if among else 0 :]
    found = (_ENGLISH if english else _CHINESE).fullmatch(fold(text))
    if not found:
        return None
    held = {name: text[slice(*found.span(name))].strip(_EDGES) for name in found.groupdict() if found[name]}
    end = fold(held.get("end") or held["end2"])
    what = held.get("what") or held.get("what2") or ""
    named = "".join(part for part in (held.get("before") or held.get("before2"), what) if part)
    if english:
        named = f"{held['owner']}'s {what}" if "owner" in held else what
    within = tuple(one for one in periods(whole) if one.first)
    if not english:
        for one in reversed(periods(named)):
            named = named[: one.start] + named[one.end :]
    named = named.strip(_EDGES)
    if len(named) < LEAST or re.search(r"[?？,，]|最", named):
        return None
    which = re.search(rf"{_WHICH}|\b(?:year|quarter|half|month|period)\b", fold(text))
    months = next((many for word, many in STEPS if which and word in which.group()), None)
    plain = f"What was {named}?" if english else f"{named}是多少?"
    return Extreme(plain, end in _LOW, within, months)


def reached(asked: Extreme, best: Statement, statements: Sequence[Statement]) -> Reached | None:
    """Of the statements made of the same sentence or table as the best one and alike but for period and
    figure, that of the highest or lowest figure; None with fewer than two, and where two share the place."""
    topic = _topic(best)
    figures: list[tuple[Decimal, Period, Statement]] = []
    unit = None
    for one in statements:
        period, value = _period(one), _figure(one)
        if period is None or value is None or _topic(one) != topic:
            continue
        low, high = period.months or (1, 12)
        if asked.months and high - low + 1 != asked.months:
            continue
        if asked.within and not any(period.within(other) for other in asked.within):
            continue
        unit = unit or value[1]
        if not compatible(unit, value[1]):
            return None
        figures.append((value[0], period, one))
    if len({period.label() for _, period, _ in figures}) < LEAST:
        return None
    pick = min if asked.lowest else max
    most = pick(amount for amount, _, _ in figures)
    first = [(period, one) for amount, period, one in figures if amount == most]
    if len({period.label() for period, _ in first}) != 1:
        return None
    period, one = first[0]
    return Reached(one, period)


def told(asked_in: Language, asked: Extreme, found: Reached, value: str) -> str:
    """「2023 年最高,為 64.6%。」"""
    how = _WORDS[asked_in][asked.lowest]
    if asked_in == "en":
        return f"It was {how} in {found.label(asked_in)}, at {value}."
    return f"{found.label(asked_in)}{how},{'为' if asked_in == 'zh-Hans' else '為'} {value}。"


def _period(one: Statement) -> Period | None:
    found = [period for period in periods(one.text) if period.first and not period.span]
    return found[0] if len(found) == 1 else None


def _figure(one: Statement) -> tuple[Decimal, str] | None:
    found = quantities(one.text[-(one.value_end - one.value_start) - 4 :])
    return (found[-1].low, found[-1].unit) if found and found[-1].low == found[-1].high else None


def _topic(one: Statement) -> str:
    """What a statement is about, without its period and its figure."""
    period = _period(one)
    text = one.text
    if period:
        text = text[: period.start] + text[period.end :]
    for figure in reversed(quantities(text)):
        text = text[: figure.start] + text[figure.end :]
    return re.sub(r"[\s為为是达達到至已]+", "", fold(text))
