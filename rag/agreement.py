"""Whether evidence speaks of what the question names: its period, its names, its figures.

A question about 2026 is not answered from a figure for 2024, nor one about a company the text never names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from rag.asked import Asked
from rag.period import Period, periods
from rag.quantity import Quantity, quantities
from rag.schema import Document
from rag.text import fold, names
from rag.unheard import sure_names

SAME, INSIDE, SILENT, AROUND, OTHER = 1.0, 0.7, 0.5, 0.3, 0.0
"""How evidence stands to an asked period: the same days; inside it; no days; around it; other days."""
SHARED = 0.5
"""Share of a name that must stand in one piece in the text, so that a short form counts as the name."""

_ASKED_PERIOD_OF_EVENT = frozenset({"date", "person", "place", "reason", "definition", "list", "other"})
_BASELINE = re.compile(r"(?:[較较比]|相比於?|相较于?|compared (?:to|with)|from|than|vs\.?) ?(?:於|于)?$")
"""Before the period that a figure is only compared with: 「較 2021 年成長 5%」 is no figure for 2021."""
_CLAUSE_END = re.compile(r"[，；;]|,(?!\d{3}(?!\d))")
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Each 0 (contradicts) to 1 (carries all that is asked); 1 where the question names none."""

    period: float
    names: float
    figures: float


@dataclass(frozen=True)
class Named:
    """What a question names."""

    asked: Asked

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its proper names and unknown words, folded; of an English question, only those not translated."""
        question = self.asked.question
        found = (_EDGE.sub("", name) for name in (*names(question), *sure_names(question)))
        return tuple(dict.fromkeys(name for name in found if len(name) > 1))

    @cached_property
    def figures(self) -> tuple[Quantity, ...]:
        """Quantities that it states."""
        return tuple(quantities(self.asked.question))

    def periods(self, published: date | None) -> list[Period]:
        """The periods it names, relative ones resolved against a date; those without a year only where none
        has one."""
        found = periods(self.asked.question, published)
        return [period for period in found if period.first] or found


def agreement(
    named: Named,
    said: str,
    passage: str,
    headings: Sequence[str],
    document: Document,
    span: tuple[int, int] | None = None,
) -> Agreement:
    """How a sentence or statement, in its passage of its document, carries what the question names; `span`:
    offsets in it of what would answer."""
    around = fold("\n".join([document.title, *headings, passage, said]))
    return Agreement(
        period=_period(named, said, passage, document, span),
        names=_share([_carried(name, around, document) for name in named.names]),
        figures=_figures(named, passage, said),
    )


def published(document: Document) -> date | None:
    """The day of publication, where the article says it."""
    return date.fromisoformat(document.published) if document.published else None


def _period(named: Named, said: str, passage: str, document: Document, span: tuple[int, int] | None) -> float:
    day = published(document)
    wanted = named.periods(day)
    if not wanted:
        return 1.0
    held = [period for period in periods(said, day) if not _BASELINE.search(said[: period.start])]
    own = _members(_up_to(span, said, held) if span else held)
    exact = named.asked.kind not in _ASKED_PERIOD_OF_EVENT
    return min(_carries(one, own, _before(said, passage, day), day, exact) for one in wanted)


def _up_to(span: tuple[int, int], said: str, held: Sequence[Period]) -> list[Period]:
    """The periods that may be those of a span: before it or in its clause. What a later clause says of
    another time (「淨利 2 億元,前年則虧損 4 億元」) is not of this figure."""
    clause = _CLAUSE_END.search(said, span[1])
    end = clause.start() if clause else len(said)
    return [period for period in held if period.start < end]


def _carries(
    wanted: Period, own: Sequence[Period], before: Sequence[Period], day: date | None, exact: bool
) -> float:
    if own:
        return max(_relation(wanted, period, exact) for period in own)
    if before:
        return max(SILENT, max(_relation(wanted, period, exact) for period in before[-1:]))
    current = day is not None and wanted.first is not None and wanted.first.year == day.year
    return INSIDE if current else SILENT


def _relation(wanted: Period, held: Period, exact: bool) -> float:
    if wanted.same(held):
        return SAME
    if held.within(wanted):
        return AROUND if exact and not held.day else INSIDE
    return AROUND if wanted.within(held) else OTHER


def _members(found: Sequence[Period]) -> list[Period]:
    return [member for period in found for member in (period, *period.members())]


def _before(said: str, passage: str, day: date | None) -> list[Period]:
    """Periods of the passage up to the sentence: the last one may still hold for it."""
    at = passage.find(said)
    return periods(passage[:at], day) if at > 0 else []


def _carried(name: str, around: str, document: Document) -> float:
    if name in around or _longest_shared(name, around) >= SHARED * len(name):
        return 1.0
    return 0.5 if name in _folded(document.text) else 0.0


@lru_cache(maxsize=64)
def _folded(text: str) -> str:
    return fold(text)


def _longest_shared(name: str, text: str) -> int:
    for length in range(len(name), 1, -1):
        if any(name[i : i + length] in text for i in range(len(name) - length + 1)):
            return length
    return 0


def _figures(named: Named, passage: str, said: str) -> float:
    if not named.figures:
        return 1.0
    held = quantities(passage) + quantities(said)
    return _share([float(any(one.same(other) for other in held)) for one in named.figures])


def _share(carried: Sequence[float]) -> float:
    return sum(carried) / len(carried) if carried else 1.0
