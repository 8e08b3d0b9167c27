"""Whether two sentences of different articles answer one question about one thing, so that the newer holds.

Two firms are never versions of each other, nor are the figures of two years.
"""

from rag.agreement import Named, published
from rag.asked import Asked
from rag.changed import alike
from rag.period import Period, periods
from rag.quantity import quantities
from rag.schema import Document
from rag.support import Candidate
from rag.text import content, fold, is_han, names, rare_words, tokens

OPENING = {"en": 120}
SHORT_OPENING = 24
"""Characters at the beginning of an article in which it names what it is about, besides its title."""
SHARED_TITLE = 4
"""Characters that two titles share in one piece when they are about one thing."""
LEAST_LATIN = 4
DAYS_OF_MONTH = 30.44

_PLANS = frozenset(
    """
    预计 预估 预期 预定 计划 规划 打算 准备 现在 目前 最新 如今 原本 原先 原来 原订 原定 首任 现任
    前任 当初 最初 先前 改成 改为 已经
    will would does have been this that there their now latest current currently planned expected going
    originally original
    """.split()  # noqa: SIM905 - as words of a text it can be read
)
"""Words that tell how sure or how new something is, and not what it is."""


def same_subject(asked: Asked, one: Candidate, other: Candidate) -> bool:
    """Whether two articles speak of what is asked about: what the question names and one of them has in its
    title, the other has in its title, its opening or the sentence itself. Of a question that names nothing
    in a title: whether the titles share a name."""
    words = _words(asked)
    titles = [fold(c.document.title) for c in (one, other)]
    abouts = [_about(c) for c in (one, other)]
    titled = {word for word in words if word in titles[0] or word in titles[1]}
    if any(word not in about for word in titled for about in abouts):
        return False
    arounds = [f"{about}\n{fold(c.hit.chunk.text)}" for about, c in zip(abouts, (one, other), strict=True)]
    named = Named(asked).names
    if any(_carried(name, arounds[0]) != _carried(name, arounds[1]) for name in named):
        return False
    return bool(titled or named) or _titles_share(one.document, other.document)


def same_measure(asked: Asked, one: Candidate, other: Candidate) -> bool:
    """Whether the other sentence carries as much of what is asked about the subject as the one does, and no
    figure for a longer or shorter time."""
    lengths = [{_months(period) for period in figure_periods(candidate)} for candidate in (one, other)]
    if all(lengths) and lengths[0].isdisjoint(lengths[1]):
        return False
    return len(measured(asked, one, other)) <= len(measured(asked, other, one))


def measured(asked: Asked, said: Candidate, beside: Candidate) -> set[str]:
    """The words of the question in a sentence, without those that both articles are about anyway."""
    abouts = [f"{fold(c.document.title)}{_opening(c.document)}" for c in (said, beside)]
    sentence = fold(said.said)
    return {
        word
        for word in _words(asked) - _PLANS
        if word in sentence and not all(word in about for about in abouts)
    }


def same_kind(asked: Asked, one: Candidate, other: Candidate) -> bool:
    """Whether what the reader found is of one kind: two figures of one unit, two times, two others; or only
    the other is a time, and a time is asked for."""
    return alike(value(one), value(other)) or (
        asked.kind == "date" and bool(periods(value(other))) and not periods(value(one))
    )


def value(candidate: Candidate) -> str:
    """What the reader found in the sentence, a figure with its unit; "" where it found nothing there."""
    if candidate.span is None:
        return ""
    start, end = candidate.span
    met = [one for one in quantities(candidate.said) if one.start < end and start < one.end]
    if len(met) == 1:
        start, end = min(start, met[0].start), max(end, met[0].end)
    return candidate.said[start:end]


def figure_periods(candidate: Candidate) -> list[Period]:
    """The months, quarters and years that a sentence speaks of, without the one that is its answer."""
    start, end = candidate.span or (0, 0)
    return [
        period
        for period in periods(candidate.said, published(candidate.document))
        if (period.end <= start or end <= period.start) and _months(period)
    ]


def _months(period: Period) -> int:
    """How many months a period has; 0 for one of days, and where that is not known."""
    if period.first and period.last:
        return round(((period.last - period.first).days + 1) / DAYS_OF_MONTH)
    if period.day or not period.months:
        return 0
    return period.months[1] - period.months[0] + 1


def _words(asked: Asked) -> set[str]:
    """What the question speaks of, folded: its words without figures and question words."""
    plain = content(asked.question)
    return {
        word
        for word in [*tokens(plain, ("word",)), *rare_words(fold(plain))]
        if not any(character.isdigit() for character in word)
        and len(word) >= (2 if is_han(word[0]) else LEAST_LATIN)
    }


def _about(candidate: Candidate) -> str:
    return f"{fold(candidate.document.title)}\n{_opening(candidate.document)}\n{fold(candidate.said)}"


def _opening(document: Document) -> str:
    first = next((block for block in document.blocks if not block.level), None)
    return (
        fold(document.text[first.start : first.start + OPENING.get(document.language, SHORT_OPENING)])
        if first
        else ""
    )


def _carried(name: str, text: str) -> bool:
    """Whether a text has the name or, as a short form of it, its first half."""
    return name in text or (len(name) > SHARED_TITLE - 1 and name[: (len(name) + 1) // 2] in text)


def _titles_share(one: Document, other: Document) -> bool:
    if set(names(one.title)) & set(names(other.title)):
        return True
    first, second = fold(one.title), fold(other.title)
    pieces = {first[at : at + SHARED_TITLE] for at in range(len(first) - SHARED_TITLE + 1)}
    return any(piece.isalnum() and piece in second for piece in pieces)
