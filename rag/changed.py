"""What a sentence says was replaced by what: 「由第二季延至第四季」, 「甲卸任,由乙接任」, "from 5 to 7".

A reader that looks for a date, a figure or a person finds both; only the language tells which holds now.
Patterns are matched against folded text: Simplified, half width, lower case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from rag.period import Period, periods
from rag.quantity import Quantity, quantities
from rag.text import fold
from rag.units import compatible

Span = tuple[int, int]
Value = Quantity | Period

LEAD_IN = 9
"""Characters that may stand between 由 or 延至 and the value, 「由原先預估的約 3 億元」."""
TAIL = 25
"""Characters that may stand between a value and "instead of", "260 people at the plant instead of 400"."""

_PART = r"(?:[^,.。;!?\n]|(?<=\d)[.,](?=\d)|(?<=\d), (?=\d{4}\b))"
_TURN = (
    r"(?:延|推迟|推后|顺延|展延|递延|提前|改|变更|调|[上下]修|提|升|降|增|减|加|扩|缩|追加|拉|砍|跌|涨|攀"
    r"|滑|回落|下滑|移|挪|换|修正|更新|成长|翻|压低|放宽|收紧|裁|删)[\u4e00-\u9fff]{0,3}?(?:至|到|为|成|作)"
)
_BEFORE = r"(?:原(?:先|订|定|本|来|为|计划|预[计定估期])|先前|此前|当初|最初|起初)"
_THAN = r"(?:比|[较高低多少早晚][于过]?|而非|不是|取代|不再是)"
_FROM_TO = rf"(?:由|从|自)(?P<old>{_PART}{{1,40}}?){_TURN}(?P<new>{_PART}{{1,30}})"
_PLANNED = rf"{_BEFORE}(?P<old>{_PART}{{1,40}}?)(?:,[^,。;\d]{{0,12}}?)?{_TURN}(?P<new>{_PART}{{1,30}})"
_THAN_PLANNED = (
    rf"{_TURN}(?P<new>{_PART}{{1,30}}?)(?:[,(]{_PART}{{0,8}}?)?{_THAN}?{_BEFORE}的?(?P<old>{_PART}{{1,30}})"
)
_ENGLISH_FROM_TO = (
    rf"\bfrom (?P<old>{_PART}{{1,50}}?) (?:back |up |down |forward |out )?to (?P<new>{_PART}{{1,40}})"
)
_ENGLISH_TO_FROM = rf"\bto (?P<new>{_PART}{{1,40}}?),? from (?P<old>{_PART}{{1,50}})"
_INSTEAD = (
    rf"(?P<new>{_PART}{{1,60}}?),? \(?(?:instead of|rather than|up from|down from|and not|not)"
    rf" (?P<old>{_PART}{{1,50}})"
)
_ENGLISH_TURN = re.compile(
    r"\b(?:cut|rais|lower|increas|reduc|postpon|delay|push|mov|gr[oe]w|ris|rose|f[ae]ll|drop|revis|chang|adjust"
    r"|trim|slash|boost|expand|scal|shift|lift|hik|climb|slip|brought|bring|defer|extend|shorten|widen|narrow"
    r"|upgrad|downgrad|reschedul|slid|jump|put back|(?:up|down)\b)"
)
_ENGLISH_LEAD_IN = re.compile(
    r"(?:(?:an?|the|its|their|about|around|some|roughly|nearly|earlier|original|originally|previous|previously"
    r"|initial|planned|expected|scheduled|target|goal|estimate|forecast|budget|date|as|of|for|in|on|by) )*"
)
_OTHER_TIME = re.compile(
    r"去年|前年|上年|同期|前一年|上一?季|上一?月|上期"
    r"|\b(?:a|last|the previous|the prior) (?:year|quarter|month)\b|\bearlier\b|\bago\b"
)

_LEAVE = (
    r"(?:卸任|离任|去职|请辞|辞任|辞职|辞去|退休|离职|交棒|下台|转任|调任|解任|免职|过世|逝世|病逝|卸下|去世)"
)
_TAKE = r"(?:接任|接掌|接棒|继任|接手|接替|担任|出任|执掌|代理|暂代|升任|兼任|递补|接下|主持|负责|扛起|掌舵)"
_PERSONS = (
    rf"(?P<old>[^,。;]{{2,30}}?){_LEAVE}[^。;]{{0,24}}?(?:由|给)(?P<new>[^,。;由]{{2,24}}?)(?:{_TAKE}|(?=[,。;]|$))",
    rf"(?P<old>[^,。;]{{2,30}}?){_LEAVE}[^。;]{{0,24}}?(?:任命|委任|聘请|指派|推选|选出)"
    rf"(?P<new>[^,。;]{{2,24}}?)(?:为|{_TAKE})",
    r"(?P<new>[^,。;由]{2,24}?)(?:接替|取代)(?:了)?(?P<old>[^,。;]{2,16}?)(?:出任|担任|成为|任|的|[,。;]|$)",
    rf"由(?P<old>[^,。;由]{{2,16}}?)(?:改由|换成|交棒给|改为|交给)(?P<new>[^,。;]{{2,24}}?)(?:{_TAKE}|(?=[,。;]|$))",
)
_ENGLISH_PERSONS = (
    r"(?P<new>[^.;]{3,60}?),? (?:who |has |had |have |will |is |to )*"
    r"(?:replac(?:e[sd]?|ing)|succeed(?:s|ed|ing)?|(?:took|takes|taking) over from)"
    r" (?!by )(?P<old>[^,.;]{3,40})",
    r"(?P<old>[^.;]{3,60}?) (?:was|is|were|will be|has been|is being|to be)"
    r" (?:replaced|succeeded) by (?P<new>[^,.;]{3,50}(?:, [^,.;]{3,40})?)",
)
_TITLE = r"(?:长|总|裁|席|师|任|授|事|经理|者|员|人|官|监|记|生|士|手|家|导|练|帅)"
_HAN_NAME = re.compile(rf"(?:.*{_TITLE})?(?P<name>[\u4e00-\u9fff·]{{2,4}})$")
_HAN_NAME_FIRST = re.compile(
    rf"(?:.*?{_TITLE}(?!{_TITLE}))?(?P<name>[\u4e00-\u9fff·]{{2,4}}?)(?=[已于因在将日上本去今正宣申传, \d]|$)"
)
_LATIN_NAME = re.compile(r"[A-Z][\w.'’-]+(?: (?:(?:de|van|von) )?[A-Z][\w.'’-]+){0,3}")


@dataclass(frozen=True, slots=True)
class Change:
    """Offsets in the sentence of what held before and of what holds now."""

    old: Span
    new: Span


def changes(said: str) -> list[Change]:
    """The changes that a sentence tells. A figure with another time at it (「由去年的 3 億元增至 4 億元」)
    was not replaced: both hold, each for its time."""
    return [*_of_figures(said), *_of_persons(said)]


def turned(said: str, span: Span, old: bool) -> Span:
    """The span, or instead of it the other end of the change to which it belongs; `old`: what held before."""
    for change in changes(said):
        wanted, other = (change.old, change.new) if old else (change.new, change.old)
        if span[0] < other[1] and other[0] < span[1]:
            return wanted
    return span


def same_value(one: str, other: str) -> bool:
    """Whether two bare answers are one time, one figure or, where they are neither, one wording."""
    ours, theirs = _values(one), _values(other)
    if ours or theirs:
        return len(ours) == len(theirs) == 1 and _same(ours[0], theirs[0])
    names = ["".join(fold(text).split()) for text in (one, other)]
    return all(names) and (names[0] in names[1] or names[1] in names[0])


def alike(one: str, other: str) -> bool:
    """Whether one bare answer may take the place of the other: both a time, both a figure of one unit, or
    neither."""
    ours, theirs = _values(one), _values(other)
    if ours and theirs:
        return any(_alike(our, their) for our in ours for their in theirs)
    return not ours and not theirs


def _values(text: str) -> list[Value]:
    """Times and figures in the order of the text."""
    found: list[Value] = [*periods(text), *quantities(text)]
    return sorted(found, key=lambda value: value.start)


def _alike(one: Value, other: Value) -> bool:
    """Whether one may take the place of the other."""
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return compatible(one.unit, other.unit)
    return isinstance(one, Period) and isinstance(other, Period)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.same(other)
    return isinstance(one, Period) and isinstance(other, Period) and one.same(other)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _of_figures(said: str) -> Iterator[Change]:
    plain = fold(said)
    english = (_ENGLISH_FROM_TO, _ENGLISH_TO_FROM) if _ENGLISH_TURN.search(plain) else ()
    for pattern in (_FROM_TO, _PLANNED, _THAN_PLANNED, _INSTEAD, *english):
        for match in _compiled(pattern).finditer(plain):
            befores = _near(said, plain, match.span("old"), far=pattern == _PLANNED)
            nows = (
                _before(said, match.span("new"))
                if pattern == _INSTEAD
                else _near(said, plain, match.span("new"))
            )
            pairs = ((old, new) for old in befores for new in nows if _alike(old, new))
            found = next(pairs, None)
            if found and not _of_another_time(plain, match.span("old"), found[0]):
                old, new = found
                yield Change((old.start, old.end), (new.start, new.end))


def _near(said: str, plain: str, part: Span, *, far: bool = False) -> list[Value]:
    """The values of a part of the sentence that stand near its beginning; with `far`, all."""
    start, end = part
    found = [_moved(value, start) for value in _values(said[start:end])]
    return [
        value
        for value in found
        if (isinstance(value, Quantity) or plain[value.end : value.end + 1] != "的")
        and (far or _leads_in(plain[start : value.start].lstrip()))
    ]


def _leads_in(before: str) -> bool:
    return len(before) <= LEAD_IN or _ENGLISH_LEAD_IN.fullmatch(before) is not None


def _before(said: str, part: Span) -> list[Value]:
    """The values that stand near the end of a part of the sentence, the last one first."""
    start, end = part
    found = [_moved(value, start) for value in _values(said[start:end])]
    return [value for value in reversed(found) if end - value.end <= TAIL]


def _moved(value: Value, by: int) -> Value:
    return replace(value, start=value.start + by, end=value.end + by)


def _of_another_time(plain: str, part: Span, old: Value) -> bool:
    """Whether a figure is that of a time which is named with it."""
    around = f"{plain[part[0] : old.start]} {plain[old.end : part[1]]}"
    return isinstance(old, Quantity) and bool(periods(around) or _OTHER_TIME.search(around))


def _of_persons(said: str) -> Iterator[Change]:
    plain = fold(said)
    for pattern in (*_PERSONS, *_ENGLISH_PERSONS):
        for match in _compiled(pattern).finditer(plain):
            new = _name(said, plain, match.span("new"), last=True)
            old = _name(said, plain, match.span("old"), last=False)
            if new and old:
                yield Change(old, new)


def _name(said: str, plain: str, part: Span, *, last: bool) -> Span | None:
    """The name in a part of the sentence, without the office before it."""
    latin = list(_LATIN_NAME.finditer(said, *part))
    if latin:
        return latin[-1 if last else 0].span()
    found = (_HAN_NAME if last else _HAN_NAME_FIRST).match(plain[slice(*part)].strip())
    if not found:
        return None
    at = plain.index(found["name"], part[0])
    return at, at + len(found["name"])
