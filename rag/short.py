"""The bare answer: the reader's span, grown to its figure with the unit, or nothing where it is unsure.

Rules are about the language: which questions ask for one value, and what belongs to a figure.
"""

import re

from rag.text import fold

LONGEST = 20
"""Characters of a bare answer; more is a clause, and stands in the sentence anyway."""

_ASKS_VALUE = re.compile(
    r"多少|几[个位家年成倍台人支张]|几 ?%|占比|比例|比率|how (?:many|much|large|high|old|long|heavy)|percent"
)
_ASKS_NAME_OR_DATE = re.compile(
    r"谁|哪[一两]?[位人家年月天日]|何时|什么时候|几[月号]|\bwho\b|\bwhen\b|what (?:year|date|month|day)"
)
_ASKS_MORE = re.compile(
    r"各|分别|相比|比.*[多少高低]|差|[和与、].*(?:多少|几)|合计|总共|变化|more|less|than|each|respectively|differ"
)
_LIST = re.compile(r"分别|依序|依次|各|respectively")
_ASKED_UNITS = (
    (re.compile(r"几成|几 ?%|占比|比例|比率|percent|what share|率"), re.compile(r"%|成$")),
    (re.compile(r"how heavy|多重"), re.compile(r"公斤|吨|kg")),
    (re.compile(r"几 ?月"), re.compile(r"\d ?月")),
)
_ASKED_MEASURE = re.compile(r"(?:多少|几) ?([家台辆支张座件项位间所只颗片人])")
_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千零]+)"
_UNIT = (
    r"(?: ?(?:%|[十百千]?[万亿兆]+))?"
    r"(?: ?(?:(?:新台币|人民币|美|欧|日|港|英)?元|英镑|个百分点|公斤|公里|公尺|小时|分钟|[gmk]wh|kg|km"
    r"|个(?:多?月|小时|星期|季度)|[个位家年月日号人名台辆座支张件项种次倍成度天周岁吨米股层间所只]))?"
)
_DATE = re.compile(
    r"\d{4} ?年(?:底|初|[上下]半年| ?第?[一二三四]季度?| ?\d{1,2} ?月(?: ?\d{1,2} ?[日号])?)?"
    r"|\d{1,2} ?月(?: ?\d{1,2} ?[日号])?"
)
_FIGURE = re.compile(rf"{_NUMBER}{_UNIT}(?:[至到~-] ?{_NUMBER}{_UNIT})?")


def bare_answer(question: str, sentence: str, start: int, end: int) -> str | None:
    """The part of `sentence` that answers by itself; the span is `sentence[start:end]`.

    None where the question asks for more than one value or for a clause, where the span is long or holds
    several figures, and where the sentence is a list or has a second figure of the same unit.
    """
    asked, held = fold(question), fold(sentence)
    if _ASKS_MORE.search(asked) or _LIST.search(held) or end - start > LONGEST:
        return None
    if _ASKS_VALUE.search(asked):
        found = _figure(asked, held, start, end)
    else:
        found = _grown(held, start, end) if _ASKS_NAME_OR_DATE.search(asked) else None
    if found is None or not _unit_fits(asked, held[slice(*found)]):
        return None
    return sentence[slice(*found)].strip()


def _figure(asked: str, held: str, start: int, end: int) -> tuple[int, int] | None:
    """Offsets of the one figure in the span; None where another figure of the sentence has the same unit."""
    figures = list(_FIGURE.finditer(held))
    met = [figure for figure in figures if figure.start() < end and start < figure.end()]
    if len(met) != 1:
        return None
    unit = _unit(met[0].group())
    rivals = [f for f in figures if f != met[0] and unit and _unit(f.group()) == unit]
    return None if rivals else met[0].span()


def _unit(figure: str) -> str:
    return re.sub(r"[\d,.\s]+", "", figure)


def _unit_fits(asked: str, figure: str) -> bool:
    if (measure := _ASKED_MEASURE.search(asked)) and measure.group(1) not in figure:
        return False
    return all(unit.search(figure) for asks, unit in _ASKED_UNITS if asks.search(asked))


def _grown(held: str, start: int, end: int) -> tuple[int, int]:
    """The span with the rest of a figure or date that it cuts."""
    for whole in (*_FIGURE.finditer(held), *_DATE.finditer(held)):
        if whole.start() < end and start < whole.end():
            start, end = min(start, whole.start()), max(end, whole.end())
    return start, end
