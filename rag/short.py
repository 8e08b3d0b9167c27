"""The bare answer: the reader's span, grown to its figure with the unit or to its date, or nothing where the
question wants a clause or several values."""

import re

from rag.asked import Asked
from rag.period import Period, periods
from rag.quantity import Quantity, quantities
from rag.text import fold
from rag.units import compatible

LONGEST = 24
"""Characters of a bare answer; more is a clause, and stands in the sentence anyway."""

_LIST = re.compile(r"分别|依序|依次|respectively")
_ASKED_UNITS = (
    (
        re.compile(r"几成|几 ?%|百分之几|占比|比例|比率|percent|what share|率"),
        frozenset({"%", "pp", "倍", ""}),
    ),
    (re.compile(r"个百分点|percentage point"), frozenset({"pp", "%"})),
    (re.compile(r"几倍|多少倍"), frozenset({"倍"})),
)
_ASKED_SHARE = re.compile(r"几成|几 ?%|百分之几|(?:what|how many) percent")
_NUMERAL = re.compile("[一二两三四五六七八九十百千万亿半]")
_SHARES = frozenset({"%", "pp", "倍"})
_ASKED_MEASURE = re.compile(r"(?:多少|几) ?([家台辆支张座件项位间所只颗片人名])")


def bare_answer(asked: Asked, said: str, start: int, end: int) -> str | None:
    """The part of `said` that answers by itself; the reader's span is `said[start:end]`.

    None where the question asks for more than one value or for a clause, where the span is long or holds
    several figures, where the sentence is a list, and where the figure has another unit than is asked for.
    """
    if (
        asked.plural
        or asked.kind in ("reason", "definition")
        or end - start > LONGEST
        or _LIST.search(fold(said))
    ):
        return None
    grow = _figure if asked.kind == "value" else _grown
    found = grow(asked, said, start, end)
    return said[slice(*found)].strip(" ,、;:，；：") if found else None


def holds_figure(asked: Asked, said: str) -> bool:
    """Whether a sentence has a number, and of a question that says 幾 % or 幾成, one that is a share."""
    if _ASKED_SHARE.search(asked.folded):
        return any(one.unit in _SHARES for one in quantities(said))
    return asked.fits(said) or _NUMERAL.search(fold(said)) is not None


def _figure(asked: Asked, said: str, start: int, end: int) -> tuple[int, int] | None:
    """Offsets of the one figure that the span meets."""
    met = [q for q in quantities(said) if q.start < end and start < q.end]
    return (met[0].start, met[0].end) if len(met) == 1 and _unit_fits(asked, met[0]) else None


def _unit_fits(asked: Asked, figure: Quantity) -> bool:
    measure = _ASKED_MEASURE.search(asked.folded)
    if measure and not any(compatible(unit.unit, figure.unit) for unit in quantities(f"1{measure.group(1)}")):
        return False
    return all(figure.unit in units for asks, units in _ASKED_UNITS if asks.search(asked.folded))


def _grown(asked: Asked, said: str, start: int, end: int) -> tuple[int, int]:
    """The span with the rest of a figure or date that it cuts."""
    wholes: list[Quantity | Period] = [*quantities(said), *periods(said)]
    for whole in wholes:
        if whole.start < end and start < whole.end:
            start, end = min(start, whole.start), max(end, whole.end)
    return start, end
