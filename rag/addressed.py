"""Which articles a question names by their day: 「三月那篇」, 「依 11 月的消息」, "the September report".

The day is that of the article, not of what it tells, so it must not be looked for in the sentences.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.agreement import published
from rag.period import Period, periods
from rag.schema import Document
from rag.text import fold

_NOUN = r"(?:新闻稿|新闻|报[道导]|文章|消息|说法|稿子?|公告稿)"
_ISSUED = r"(?:的|那|这|该|份|所?(?:刊[登出载]?|发[布表出稿]?|登[出载]?|公布)的?)*"
_SAYS = r"(?:里面?|中|上|内|指出|提到|所?说|写|显示|来看|看|宣布|公布|报[道导]|的)"
_ARTICLE = re.compile(rf"{_ISSUED}(?:一?[篇则条](?:的?{_NOUN})?){_SAYS}*[,:]?")
_REPORT = re.compile(rf"{_ISSUED}{_NOUN}(?P<says>{_SAYS}*)[,:]?")
_ACCORDING = re.compile(r"(?P<according>依据?照?|根据|按照?|据|照|从|在|看) ?$")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
ENGLISH_DAY = (
    rf"(?:(?:(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?)|\d{{4}}-\d\d(?:-\d\d)?)"
)
ENGLISH_NOUN = r"(?:news |press )?(?:article|report|story|piece|news|announcement|release|coverage)"
_ENGLISH = re.compile(
    rf"(?:\b(?:did|does|according to|based on|as reported in|as stated in|per|in|as of|by)\s)?"
    rf"(?:(?:the|a|that|its) )?(?:\b(?P<day>{ENGLISH_DAY})(?!\d)(?:'s)? {ENGLISH_NOUN}"
    rf"|{ENGLISH_NOUN} (?:of|from|dated|(?:published|released|posted)(?: on| in)?)"
    rf" (?P<later>{ENGLISH_DAY})(?!\d))"
    rf"(?: (?:says?|said|states?|stated|reports?|reported),?)?(?: that)?,? ?"
    rf"|\bas of (?P<then>{ENGLISH_DAY})(?!\d),? ?"
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A question without the words that name an article by its day, and the ids of those of that day."""

    question: str
    documents: frozenset[str]


def addressed(question: str, documents: Sequence[Document]) -> Addressed | None:
    """The articles that a question names by their day; None where it names none, or none that is there."""
    for start, end, day in _named(question):
        meant = frozenset(one.id for one in documents if issued(one, day))
        rest = f"{question[:start]}{question[end:]}".strip(" ,\uff0c")
        if meant and rest:
            return Addressed(rest, meant)
    return None


def issued(document: Document, day: str) -> bool:
    """Whether an article was published on a day or in a month or year, named as in 「三月」 or "May 2031"."""
    on = published(document)
    if on is None:
        return False
    named = periods(day) or periods(f"{day} {on.year}")
    return any(_holds(period, on) for period in named[:1])


def _holds(period: Period, on: date) -> bool:
    if period.first and period.last:
        return period.first <= on <= period.last
    low, high = period.months or (0, 0)
    return low <= on.month <= high and (period.day is None or period.day == on.day)


def _named(question: str) -> list[tuple[int, int, str]]:
    """Stretches of a question that name an article, and the day in each."""
    plain = fold(question)
    found = []
    for period in periods(question):
        before = _ACCORDING.search(plain, 0, period.start)
        article = _ARTICLE.match(plain, period.end)
        report = _REPORT.match(plain, period.end)
        end = article.end() if article else report.end() if report and (before or report["says"]) else None
        if end is not None:
            found.append((before.start() if before else period.start, end, plain[period.start : period.end]))
    for match in _ENGLISH.finditer(plain):
        day = match["day"] or match["later"] or match["then"]
        found.append((*match.span(), day))
    return found
