"""Which of several articles holds: the newest that answers, unless the question asks for what held before.

Within one sentence that tells a change, the new value answers, or the old one where that is asked for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.asked import Asked, Kind
from rag.changed import Change, changes, same_value, turned
from rag.find import PERIOD, SHORT_FROM, Found
from rag.period import Period, periods
from rag.prompts_articles import said_earlier
from rag.quantity import quantities
from rag.short import bare_answer
from rag.support import Candidate
from rag.text import language
from rag.units import units
from rag.versions import figure_periods, measured, same_kind, same_measure, same_subject, value

Wish = Literal["old", "new"]

READ_FROM = 0.3
"""The reader's probability from which what it finds in another article counts."""
READ_FROM_WISHED = 0.15
"""The same where the question asks for the newest or for what was said before."""

_OFFICE = r"[^,。的]{0,6}(?:长|总经理|总裁|主席|主任|主管|教练|负责人|发言人|ceo|cfo|coo)"
_NEW = re.compile(
    r"最新|目前|现[在任今]|如今|改[成为到]|已经|更新后|修正后|调整后|最终"
    r"|\b(?:now|latest|current|currently|updated|revised|new|newest|most recent)\b"
)
_OLD = re.compile(
    r"原[先本订定来]|原(?:计划|预[计定估期])|当初|最初|起初|早先|先前|此前|一开始|旧的|旧(?:版|目标|时程|说法|闻)|[前首]任"
    rf"|(?<![目以之日年月天提面眼跟空从])前(?={_OFFICE})|原(?={_OFFICE})"
    r"|(?<![\d年月日])之前(?=的|公布|预|说|宣布|计划|规划|定|设|是)|[从由](?:多少|几|何时|什么时|哪)"
    r"|\b(?:original|originally|initial|initially|at first|former|formerly|from what|first planned|used to)\b"
    r"|\bprevious(?:ly)?\b(?! (?:year|quarter|month))"
    r"|\bearlier (?:report|article|story|target|plan|estimate|figure|forecast|version|date)"
)
_WITHIN: Mapping[Kind, float] = {"value": 4.5, "date": 4.5, "person": 4.5, "place": 4.5, "other": 1.5}
"""By what is asked for: score (log odds) below the best one's up to which another article may answer too."""

WISHED = 4.5
"""The same where the question asks for the newest or for what was said before."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is quoted, the sentence that answers first."""

    candidates: tuple[Candidate, ...]
    short: str | None
    """The bare answer in the first candidate, where the reader is sure of one."""
    notes: tuple[str, ...] = ()


def wish(asked: Asked) -> Wish | None:
    """Whether a question asks for what holds now or for what held before; None where it does not say."""
    if _NEW.search(asked.folded):
        return "new"
    return "old" if _OLD.search(asked.folded) else None


def current(found: Found, kept: Sequence[Candidate]) -> Chosen:
    """What to quote of the best candidates `kept`: the version that holds, and none of the others."""
    asked, best = found.asked, found.candidates[0]
    if best.span is None or asked.plural or asked.kind not in _WITHIN:
        return Chosen(tuple(kept), found.short)
    wished = wish(asked)
    versions = _versions(found)
    pick = min if wished == "old" else max
    chosen = pick(versions, key=_day)
    answer = chosen
    if chosen.span and _of_one_time(asked, chosen):
        answer = replace(chosen, span=turned(chosen.said, chosen.span, wished == "old"))
    others = [c for c in kept if all(c.evidence != one.evidence for one in versions)]
    notes = () if wished else _earlier(asked, answer, versions)
    return Chosen((answer, *others), _short(asked, answer), notes)


def _versions(found: Found) -> list[Candidate]:
    """The best candidate and those of articles of other days that answer the same, one of each article; then
    those that tell what replaced one of these."""
    asked, best = found.asked, found.candidates[0]
    by_article = {best.document.id: best}
    if best.document.published:
        for number, other in enumerate(found.candidates[1:], 1):
            if other.document.id not in by_article and _answers_too(found, number):
                by_article[other.document.id] = other
    for other in sorted(found.candidates, key=_day):
        known = by_article.get(other.document.id)
        changed = changes(other.said)
        if not changed or other.statement or (known and known.evidence != other.evidence):
            continue
        for version in list(by_article.values()):
            if change := _replaced(asked, version, other, changed):
                by_article[other.document.id] = replace(other, span=change.new, read=version.read)
    return list(by_article.values())


def _answers_too(found: Found, number: int) -> bool:
    """Whether a candidate of an article of another day answers the question as the best one does."""
    asked, best, other = found.asked, found.candidates[0], found.candidates[number]
    return (
        other.span is not None
        and other.read is not None
        and other.read.probability >= (READ_FROM_WISHED if wish(asked) else READ_FROM)
        and bool(other.document.published)
        and found.scores[number] >= found.scores[0] - (WISHED if wish(asked) else _WITHIN[asked.kind])
        and float(found.features[number, PERIOD]) >= float(found.features[0, PERIOD])
        and same_kind(asked, best, other)
        and same_subject(asked, best, other)
        and same_measure(asked, best, other)
    )


def _replaced(asked: Asked, version: Candidate, later: Candidate, changed: Sequence[Change]) -> Change | None:
    """Which change of a sentence is one of the value of an older version, or of its own."""
    if _day(later) < _day(version) or not _of_one_time(asked, later):
        return None
    if not same_subject(asked, version, later):
        return None
    if asked.kind != "date" and _apart(figure_periods(version), figure_periods(later)):
        return None
    words = measured(asked, version, later)
    counted = any(units().kinds.get(figure.unit) == "count" for figure in quantities(value(version)))
    if words and not counted and words.isdisjoint(measured(asked, later, version)):
        return None
    held = value(version)
    return next((one for one in changed if same_value(later.said[slice(*one.old)], held)), None)


def _of_one_time(asked: Asked, candidate: Candidate) -> bool:
    """Whether a change in the sentence is none from one time to another, where the question names a time:
    「2031 年至 2033 年由 3 億元增至 5 億元」."""
    if asked.kind == "date" or not periods(asked.question):
        return True
    named = {(one.first, one.last, one.months) for one in figure_periods(candidate)}
    return len(named) <= 1 and not any(one.span for one in figure_periods(candidate))


def _short(asked: Asked, answer: Candidate) -> str | None:
    """The bare answer; of a change, without its other end, which may look like that of a range."""
    if answer.span is None or answer.read is None or answer.read.probability < SHORT_FROM:
        return None
    start, end = answer.span
    if any(answer.span in (change.old, change.new) for change in changes(answer.said)):
        return bare_answer(asked, answer.said[start:end], 0, end - start)
    return bare_answer(asked, answer.said, start, end)


def _earlier(asked: Asked, answer: Candidate, versions: Sequence[Candidate]) -> tuple[str, ...]:
    """That the last of the older articles said otherwise of the same time, where one did."""
    for version in sorted(versions, key=_day, reverse=True):
        differs = _day(version) < _day(answer) and not same_value(value(version), value(answer))
        if differs and _of_one_matter(asked, answer, version):
            said = _short(asked, version) or value(version)
            return (said_earlier(language(asked.question), version.document.title, _day(version), said),)
    return ()


def _of_one_matter(asked: Asked, answer: Candidate, version: Candidate) -> bool:
    if _apart(figure_periods(version), figure_periods(answer)):
        return False
    if same_measure(asked, answer, version):
        return True
    return _replaced(asked, version, answer, changes(answer.said)) is not None


def _apart(ours: Sequence[Period], theirs: Sequence[Period]) -> bool:
    """Whether both name times, and none that overlap."""
    return bool(ours and theirs) and not any(
        one.within(other) or other.within(one) for one in ours for other in theirs
    )


def _day(candidate: Candidate) -> str:
    return candidate.document.published or ""
