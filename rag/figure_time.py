"""Which time and direction each figure of a text belongs to, so that the right figure of another year, or a
rise told as a fall, is found out."""

import re
from collections.abc import Iterator, Sequence

from rag.carried import figures, same_amount
from rag.period import Period, periods
from rag.quantity import Quantity, quantities
from rag.sources import Source
from rag.text import fold

_UP = re.compile(
    r"增|[上提回爬]升|升[至到]|成长|[上调]?涨|提高|扩大|上[调修]|\b(?:rose|risen?|rise|grew|grow\w*|increas\w+|up)\b"
)
_DOWN = re.compile(
    r"减|[下调]?降(?!低成本)|下[滑跌挫调修]|跌|萎缩|缩[小减短]|衰退|\b(?:fell|fall\w*|decreas\w+|declin\w+|drop\w*|down|shrank)\b"
)
_GAIN = re.compile(r"盈[利余]|获利|净利|[净纯]赚|\bprofit")
_LOSS = re.compile(r"亏|净损|\bloss")
_CLAUSE_END = re.compile(r"[，；;。！？!?]|(?<!\d),|,(?!\d{3}(?!\d))")
_COMPARED = re.compile(r"(?:[较比从由于]|相比于?|相较于?|compared (?:to|with)|from|than|vs\.?) ?$")
"""Before a time that a figure is only compared with."""
_IN_TURN = re.compile(r"分别|依序|依次|各[为是有占]|respectively")


def other_time(sentence: str, sources: Sequence[Source]) -> str | None:
    """The first figure of the sentence that its sources give only for other times; else None.

    Lists (分別為) are compared by the order of their figures and, where they are said alone, member by
    member."""
    if _IN_TURN.search(fold(sentence)):
        return None if any(_same_order(sentence, source) for source in sources) else sentence
    for one in figures(sentence):
        stated = _times(sentence, one, [p for s in sources for p in periods(sentence, s.published)])
        held = [times for source in sources for times in _held(source, one)]
        if stated and held and all(times and not _agree(stated, times) for times in held):
            return sentence[one.start : one.end]
    return None


def other_direction(sentence: str, sources: Sequence[Source]) -> str | None:
    """The first figure of the sentence that rises, or is a gain, where its sources only let it fall, or
    call it a loss, and the other way round; else None. A clause that says both says nothing."""
    for one in figures(sentence):
        told = _direction(sentence, one)
        held = [
            _direction(source.text, other)
            for source in sources
            for other in quantities(source.text)
            if same_amount(one, other)
        ]
        for pair in range(2):
            if held and told[pair] and all(there[pair] == -told[pair] for there in held):
                return sentence[one.start : one.end]
    return None


def _direction(text: str, one: Quantity) -> tuple[int, int]:
    """(rise, gain) of the clause of a figure: 1, -1 for the opposite, 0 where it says neither or both."""
    clause = fold(text[slice(*_clause(text, one))])
    rise = bool(_UP.search(clause)) - bool(_DOWN.search(clause))
    return rise, bool(_GAIN.search(clause)) - bool(_LOSS.search(clause))


def _clause(text: str, one: Quantity) -> tuple[int, int]:
    """Offsets of the clause of a figure."""
    ends = [match.end() for match in _CLAUSE_END.finditer(text)]
    start = max((end for end in ends if end <= one.start), default=0)
    return start, min((end for end in ends if end >= one.end), default=len(text))


def _same_order(sentence: str, source: Source) -> bool:
    """Whether the figures of the sentence stand in the source one after the other, for as many times."""
    rest = iter(quantities(source.text))
    stated = figures(sentence)
    told = periods(sentence, source.published)
    members = told[0].members() if len(told) == 1 else []
    if len(members) > 1 and len(stated) > 1 and len(stated) % len(members):
        return False
    return all(any(same_amount(one, other) for other in rest) for one in stated)


def _held(source: Source, one: Quantity) -> Iterator[list[Period]]:
    """The times of each place where the source says the figure; of a list, those of its members said
    alone."""
    texts = [*source.said] if source.said else [source.text]
    listed = not source.said and _IN_TURN.search(fold(source.text))
    for text in texts if any(_holds(said, one) for said in source.said) else [source.text]:
        told = periods(text, source.published)
        for other in quantities(text):
            if same_amount(one, other):
                yield [] if listed or (text is source.text and source.said) else _times(text, other, told)


def _holds(text: str, one: Quantity) -> bool:
    return any(same_amount(one, other) for other in quantities(text))


def _times(text: str, one: Quantity, told: Sequence[Period]) -> list[Period]:
    """The times in the clause of the figure; with a baseline (較 2021 年) in it, or none, also the last
    before."""
    start, end = _clause(text, one)
    inside = [p for p in told if start <= p.start and p.end <= end]
    before = [p for p in told if p.end <= start and not _COMPARED.search(fold(text[: p.start]))]
    compared = any(_COMPARED.search(fold(text[: p.start])) for p in inside)
    if compared:
        return inside + before[-1:] if before else []
    return inside or before[-1:]


def _agree(stated: Sequence[Period], held: Sequence[Period]) -> bool:
    members = [member for period in held for member in (period, *period.members())]
    return any(
        one.same(other) or one.within(other) or other.within(one) for one in stated for other in members
    )
