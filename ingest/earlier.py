"""Sentences that set a figure beside that of another time: 「第三季收入 8 億元,去年同期只有 2 億元」.

Subject and measure of the first figure are carried to the second; where two could be meant, nothing is said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from ingest import listwords as words
from ingest.labels import is_measure
from ingest.levels import PLAIN_TAIL, REACHING, Level, Sentence, level_in, same_class
from ingest.lists import Pair
from ingest.moved import context_of, copula, dated, moved_in, phrased, time_at
from ingest.phrase import Figure, Span, phrase_of
from ingest.relative import RELATIVE, Time
from ingest.values import missing_unit, values_at
from rag.quantity import Quantity, quantities
from rag.text import fold

MAY_COMPARE = re.compile(r"同期|同[季月]|[去上前]年|[上前]一?[個个]?[年季月]|[由從从自較较比於于]|\d\s?年")
_BESIDE = re.compile(
    r"\((?=(?:[^()]*同[期季]|[去上前]一?年|[上前]一?[季月]|\d{4} ?年|第?[一二三四]季)[^()]*\d[^()]*\))[^()"
    r"]*\)"
)
_GIVEN = re.compile(r"([^,;:。]{2,20}):(?=\s?\d)")
"""A colon that may stand for 為."""
_THIS_FIGURE = re.compile(
    r"\s*[而但]?(?:这一?|该|此)个?(?:数字|数据|数值|比例|比率|指标|金额|水平)(?:则|在|于)*\s*"
)
_COMPARED = re.compile(
    r"(?P<before>\s*(?:远|明显|大幅|也|更|均|仍|略|且|已|皆|都|小幅|相|微)*)(?:相?较于?|相?比于?|"
    r"[高低多少优劣好]于|超过|超越|不及|逊于|不如)\s?(?=[去上前今\d第一二三四])"
)
_BETWEEN = re.compile(r"\s*(?:的|时|之?时的|为|是|:|,)?\s*")
_BEHIND_COMPARED = re.compile(
    r"\s*(?:的(?:水准|水平|高点|纪录))?(?:相比|为[高低多少])?\s*(?:$|,|[增成上提扩减下衰降萎高低多少缩升跌涨翻大小明微略年同]|"
    r"\()"
)
_MOST_RATIO = 20
"""Figures of one thing at two times do not differ more; with others in the sentence, those are not meant."""


@dataclass(frozen=True, slots=True)
class _Beside:
    """A figure of another time, and the level beside which it is set."""

    level: Level
    time: Time
    figure: Figure

    def as_level(self, sentence: Sentence) -> Level:
        """The figure as a level beside which a third one may be set."""
        amount = sentence.amounts[self.figure.start]
        return replace(self.level, figure=self.figure, quantity=amount, time=self.time, is_beside=True)


def two_periods(sentence: str, published: date | None) -> list[Pair]:
    """The statements of one Chinese sentence that sets figures of two times side by side; [] where unsure."""
    folded = fold(sentence)
    opened = _BESIDE.sub(lambda match: f",{match.group()[1:-1]},", folded)
    opened = _GIVEN.sub(lambda match: f"{match[1]} " if _is_given(match[1]) else match.group(), opened)
    text = "".join(a if b == c else b for a, b, c in zip(sentence, opened, folded, strict=True))
    phrase = phrase_of(text, published)
    if words.QUESTION.search(phrase.mask):
        return []
    read = Sentence(phrase, {one.start: one for one in quantities(text)}, published)
    edges = [0, *(match.end() for match in re.finditer(";", phrase.mask)), len(text)]
    found: dict[int, Pair] = {}
    time = Time("")
    for part in pairwise(edges):
        if not words.SUPPOSED.search(phrase.mask, *part):
            pairs, time = _of_part(read, part, time)
            found.update((pair.start, pair) for pair in pairs if pair.start not in found)
    return [found[at] for at in sorted(found)]


def _is_given(before: str) -> bool:
    """Whether a colon behind these words stands for 為."""
    return is_measure(before) or RELATIVE.fullmatch(before.strip()) is not None


def _of_part(sentence: Sentence, part: Span, time: Time) -> tuple[list[Pair], Time]:
    """The statements of clauses between semicolons, and the time that holds behind them."""
    levels: list[Level] = []
    found: list[Pair] = []
    for clause in sentence.phrase.clauses(*part):
        if moved := moved_in(sentence, clause, time):
            found += moved
            continue
        beside = _listed(sentence, clause, levels) or _compared(sentence, clause, levels, time)
        beside = beside or _following(sentence, clause, levels)
        for one in beside:
            found += _said(sentence, one, levels)
            levels.append(one.as_level(sentence))
        if beside:
            continue
        if level := level_in(sentence, clause, time):
            levels.append(level)
            time = level.time
        elif told := _told(sentence, clause):
            time = told
    return found, time


def _following(sentence: Sentence, clause: Span, levels: Sequence[Level]) -> list[_Beside]:
    """「,去年同期只有 2 億元」, 「,這個數字在 2022 年是 2 億元」: a clause of a time and a figure."""
    mask, (start, end) = sentence.phrase.mask, sentence.phrase.core(*clause)
    if this := _THIS_FIGURE.match(mask, start, end):
        start = this.end()
    figures = sentence.figures(start, end)
    if not levels or len(figures) != 1 or not PLAIN_TAIL.fullmatch(mask, figures[0].end, end):
        return []
    amount = sentence.amounts[figures[0].start]
    is_relative = RELATIVE.match(mask, start) is not None
    for level in reversed([one for one in levels if not (is_relative and one.is_beside)]):
        other = time_at(sentence, start, level.time, alike=not this)
        if other is None or not same_class(level.quantity, amount):
            continue
        reaching = REACHING.search(mask, other[1], figures[0].start)
        named = mask[other[1] : reaching.start() if reaching else figures[0].start].strip(" 的:")
        rivals = [
            one.quantity for one in levels if one.topic != level.topic and _may_be(one.quantity, amount)
        ]
        rivals += _unread(sentence, levels, level, start, amount)
        is_named = bool(named) and fold(level.topic).endswith(named)
        if this or is_named or not (named or rivals):
            return [_Beside(level, other[0], figures[0])]
        if named:
            return []
    return []


def _listed(sentence: Sentence, clause: Span, levels: Sequence[Level]) -> list[_Beside]:
    """「,去年同期分別為 24 億元和 0.6 億元」 behind as many levels."""
    mask, (start, end) = sentence.phrase.mask, sentence.phrase.core(*clause)
    mark = words.MARKER.search(mask, start, end)
    levels = [one for one in levels if not one.is_beside]
    other = time_at(sentence, start, levels[-1].time) if levels and mark else None
    if not mark or not other or mask[other[1] : mark.start()].strip(" 则的"):
        return []
    values = values_at(sentence.phrase, mark.end(), end)
    if not values or values.named or values.keyed or len(values.members) != len(levels):
        return []
    figures = [Figure(value.start, value.end, is_time=False) for value in values.members]
    amounts = [sentence.amounts.get(figure.start) for figure in figures]
    pairs = zip(levels, amounts, strict=True)
    if not all(amount and same_class(level.quantity, amount) for level, amount in pairs):
        return []
    return [_Beside(level, other[0], figure) for level, figure in zip(levels, figures, strict=True)]


def _compared(sentence: Sentence, clause: Span, levels: list[Level], time: Time) -> list[_Beside]:
    """「,較去年同期的 5 億元增長 24%」, 「,低於去年同期的 1.3 億元」."""
    mask, (start, end) = sentence.phrase.mask, sentence.phrase.core(*clause)
    found = _COMPARED.search(mask, start, end)
    if not found:
        return []
    mains = [one for one in levels if not one.is_beside]
    level = mains[-1] if mains and found.start() == start else None
    if level and _unread(sentence, levels, level, start, level.quantity):
        return []
    if found.start() > start and (level := level_in(sentence, (clause[0], found.start()), time)):
        levels.append(level)
    other = time_at(sentence, found.end(), level.time) if level else None
    figures = sentence.figures(other[1], end) if other else []
    if not level or not other or not figures or not _BETWEEN.fullmatch(mask, other[1], figures[0].start):
        return []
    is_alike = same_class(level.quantity, sentence.amounts[figures[0].start])
    behind = _BEHIND_COMPARED.match(mask, figures[0].end, end)
    return [_Beside(level, other[0], figures[0])] if is_alike and behind else []


def _told(sentence: Sentence, clause: Span) -> Time | None:
    """The time of a clause that holds for those behind it: not one with which a figure is compared."""
    times = sentence.times(*clause)
    if len(times) != 1 or times[0].span:
        return None
    is_beside = sentence.figures(*clause) and RELATIVE.search(sentence.phrase.mask, *clause)
    return None if is_beside else sentence.said(times[0])


def _unread(
    sentence: Sentence, levels: Sequence[Level], level: Level, end: int, amount: Quantity
) -> list[Quantity]:
    """Figures behind a level that are none themselves and may be what a figure is set beside."""
    read = {one.figure.start for one in levels}
    figures = [one for one in sentence.figures(level.figure.end, end) if one.start not in read]
    return [one for figure in figures if _may_be(one := sentence.amounts[figure.start], amount)]


def _may_be(one: Quantity, amount: Quantity) -> bool:
    """Whether the second may be the first of another time."""
    low, high = sorted((abs(one.low), abs(amount.low)))
    return same_class(one, amount) and high <= _MOST_RATIO * low


def _said(sentence: Sentence, beside: _Beside, levels: Sequence[Level]) -> Iterator[Pair]:
    """The statements about a level and about the figure beside it."""
    level, text = beside.level, sentence.phrase.text
    context = context_of(sentence, level, levels)
    if context is None:
        return
    span = level.figure.span
    unit = missing_unit(sentence.phrase, span, beside.figure.span)
    time = dated(level.time, beside.time, sentence.published)
    said = f"{level.verb}{text[slice(*span)]}{unit}{level.tail}"
    yield Pair(*span, phrased(time, context, level.topic, said), level.start)
    verb = copula(text) if level.measured else " "
    unit = missing_unit(sentence.phrase, beside.figure.span, span)
    tail = "" if level.measured else level.tail
    said = f"{verb}{text[slice(*beside.figure.span)]}{unit}{tail}"
    yield Pair(*beside.figure.span, phrased(beside.time, context, level.topic, said), level.start)
