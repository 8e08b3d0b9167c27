"""The parts of a question: subject, time, attribute and question words, so that a follow-up can exchange one.

「甲公司 2024 年的營收是多少」 has all four; what a question does not have is None.
"""

import re
from dataclasses import dataclass

from rag.asked import ENGLISH_MEASURE
from rag.period import periods
from rag.rewrite_words import (
    ASKS,
    LEAD,
    Span,
    is_english,
    is_measure,
    masked,
    measure_at_end,
    segments,
    without_mark,
)
from rag.text import fold

_OPENING = re.compile(r"(?:为什么|为何|请介绍|请问|谁是|什么是)[,， ]*")
_OWNED = re.compile(r"[的在是有由被于将,，]| (?![a-z\d]|[\u4e00-\u9fff]{1,4}(?:[有的]|$))")
_OWNED_BY = tuple("有是在由被为")
_LATIN_NAME = re.compile(r"[A-Z][\w.&'-]*(?: [A-Z\d][\w.&'-]*)*(?=[ \u3400-\u9fff]|$)", re.ASCII)
_NO_NOUN = frozenset("pcdrymtu")
_COPULA = re.compile(r"(?:[是为有在由被和跟与了达占约于 ]|(?<!目)的|来自|分别|达到)+$")
_ENTITY = re.compile(
    r"(?:[了过和跟与向被叫])(?P<asks>谁|(?:哪一?[个家所间款座]|什么)"
    r"(?:公司|企业|集团|机构|银行|大学|学校|产品|城市|国家|品牌|药|厂)?)(?!.*是)"
)

_CAPITAL = r"[A-Z\u00c0-\u00de][\w.&-]*"
_INSTITUTION = "Bank|University|Museum|Institute|Ministry|Department"
_ENGLISH_NAME = re.compile(
    rf"(?:\b(?:(?:{_INSTITUTION}) of )?{_CAPITAL}|[\u3400-\u9fff]+)(?: (?:& )?(?:{_CAPITAL}|\d+\b))*"
)
AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
_ENGLISH_ASKS = re.compile(
    r"(?:and |so |but )?(?:(?:in |at |by |to |for |from |since )?(?:what|who|whom|when|where|why|how|which)\b"
    r"(?: (?:many|much|long|old|tall|big|large|high|wide|far|often))?)?"
    rf"(?P<noun>(?: (?!{AUXILIARY}\b)[\w&-]+){{0,4}}?)(?: (?P<aux>{AUXILIARY}))\b"
)
_ENGLISH_OPENING = re.compile(
    r"(?:(?:and|but|so|in|at|by|to|for|from|since|on|under|what|who|whom|whose|when|where|why|how|which"
    rf"|{AUXILIARY})\b ?)+"
)
_THE = re.compile(rf"\b{AUXILIARY} ((?:the|this|that|a|an) (?:[a-z-]+ )??[a-z-]+)(?=[ ?]|$)")
_NOUN_BEHIND = re.compile(
    r" (?!(?:in|on|at|for|of|from|to|by|with|per|have|has|had|take|is|was)\b)[a-z]+"
    r"(?= (?!in |per |on |at )[a-z])"
)
_OF_OWNER = re.compile(r"\b(?:the|a|an|any) ([^?,]+?) (?:of|for|at|in)(?: the)? $")
_OWNS = re.compile(r"(?:'s|’s|'|’) ([^?,]+?)(?= (?:in|for|during|at|by|as|on|of|from) |[?]|$)")


@dataclass(frozen=True, slots=True)
class Parts:
    """A question and where it names its parts."""

    text: str
    subject: Span | None = None
    time: Span | None = None
    attribute: Span | None = None
    asks: Span | None = None

    @property
    def english(self) -> bool:
        return is_english(self.text)

    @property
    def measured(self) -> bool:
        """Whether the attribute is a figure."""
        attribute = self.of(self.attribute)
        return bool(re.search(ENGLISH_MEASURE, fold(attribute))) if self.english else is_measure(attribute)

    @property
    def head(self) -> int:
        """Where what opens the question, its subject and its time, ends."""
        return max(span[1] for span in (self.subject, self.time, (0, 0)) if span)

    def of(self, span: Span | None) -> str:
        """The words of a part; "" for one that the question does not have."""
        return self.text[span[0] : span[1]] if span else ""

    def exchanged(self, span: Span, new: str) -> str:
        """The question with other words at a place."""
        return self.text[: span[0]] + new + self.text[span[1] :]


def parts(question: str) -> Parts:
    """The parts of a question in Chinese or English."""
    return _english(question) if is_english(question) else _chinese(question)


def topic(old: Parts, told: str = "") -> str:
    """What a question is about, as a phrase without question words: 「甲公司 2024 年的營收」.

    `told` is the name that it was answered with; it takes the place of 哪家公司 and 誰.
    """
    if old.english:
        return _english_topic(old)
    if told and (entity := _ENTITY.search(fold(old.text))):
        return without_mark(old.exchanged(entity.span("asks"), told))
    if not old.asks:
        return without_mark(old.text)
    left = _without_copula(old.text[: old.asks[0]])
    right = without_mark(old.text[old.asks[1] :]).removesuffix("的")
    counted = right and fold(old.of(old.asks)).startswith(("有", "几", "多"))
    return f"{left}的{right}" if counted and old.subject and old.subject[1] == len(left) else left + right


def verbal(old: Parts) -> bool:
    """Whether what stands before the question words is no noun but an act, 「銷售了」."""
    attribute = old.of(old.attribute)
    if old.measured or not attribute:
        return False
    return any(flag in ("v", "ug", "ul") for _, _, flag in segments(attribute))


def owner(old: Parts) -> str:
    """Whom a question asks about: its subject, with the noun of it that has what is asked for."""
    asks = fold(old.of(old.asks))
    if old.subject and old.attribute and asks.startswith("有") and not old.measured and not verbal(old):
        return old.text[old.subject[0] : old.attribute[1]]
    return old.of(old.subject)


def _english_topic(old: Parts) -> str:
    asks = _ENGLISH_ASKS.match(fold(old.text))
    rest = without_mark(old.text)
    if not asks:
        return re.sub(r"^(?:how many|how much|which|what) ", "", rest, flags=re.IGNORECASE)
    noun = old.text[slice(*asks.span("noun"))].strip() if asks["noun"] else ""
    return " ".join(part for part in (noun, rest[asks.end() :].strip()) if part)


def _without_copula(text: str) -> str:
    found = _COPULA.search(fold(text))
    return text[: found.start()] if found else text


def _chinese(question: str) -> Parts:
    folded = fold(question)
    start = 0
    for opening in (LEAD, _OPENING):
        if found := opening.match(folded, start):
            start = found.end()
    asks = ASKS.search(masked(question), start)
    time = next(((one.start, one.end) for one in periods(question)), None)
    if asks and asks.start() == start:
        return _asked_first(question, asks.span(), time)
    end = asks.start() if asks else len(without_mark(question))
    begin = time[1] if time and time[0] <= start else start
    owned = folded[begin:end].lstrip(" ").startswith("的")
    while begin < end and folded[begin] in " 的,，":
        begin += 1
    limit = time[0] if time and begin < time[0] < end else end
    subject_end = begin if owned else begin + _noun(question[begin:limit])
    attribute = max(subject_end, time[1] if time and time[1] <= end else 0)
    while attribute < end and folded[attribute] in " 的,，":
        attribute += 1
    return Parts(
        question,
        (begin, subject_end) if subject_end > begin else None,
        time,
        (attribute, end) if attribute < end else None,
        asks.span() if asks else None,
    )


def _asked_first(question: str, asks: Span, time: Span | None) -> Parts:
    """「誰創辦了甲公司?」: the subject stands behind the verb."""
    rest = without_mark(question)[asks[1] :]
    behind = next((asks[1] + end for _, end, flag in segments(rest) if flag[0] in "vu"), asks[1])
    while question[behind : behind + 1] in ("了", "過", "过"):
        behind += 1
    end = asks[1] + len(rest)
    return Parts(question, (behind, end) if end > behind else None, time, None, asks)


def _noun(text: str) -> int:
    """Length of the name or noun that a text begins with, without what is measured of it."""
    latin = _LATIN_NAME.match(text)
    stop = _OWNED.search(masked(text), latin.end() if latin else 1)
    head = text[: stop.start()] if stop else text
    if fold(head[:1]) in _OWNED_BY:
        return 0
    single, end, last = True, 0, 0
    for begin, word_end, flag in segments(head):
        if begin and _ends_noun(flag, single and word_end - begin == 1):
            break
        single, last, end = single and word_end - begin == 1, begin, word_end
    if stop and fold(stop.group()) == "于" and end == len(head):
        return last or end
    owned = stop and stop.group() == "的"
    return measure_at_end(head) if end == len(head) and not owned else end


def _ends_noun(flag: str, in_name: bool) -> bool:
    """Whether a word is none of a noun; `in_name` in a row of single characters, as unknown names are."""
    if in_name:
        return flag[0] in "pru"
    return flag == "v" or flag[0] in _NO_NOUN or flag in ("vd", "vi")


def _english(question: str) -> Parts:
    folded = fold(question)
    found = next(iter(periods(question)), None)
    time = (found.start, found.end) if found else None
    if time and folded[max(0, time[0] - 4) : time[0]] == "the ":
        time = (time[0] - 4, time[1])
    asks = _ENGLISH_ASKS.match(folded)
    subject = _english_subject(question, time)
    attribute = None
    if subject:
        owned = _OWNS.match(question, subject[1]) or _OF_OWNER.search(question[: subject[0]])
        attribute = owned.span(1) if owned else None
    if not attribute and asks and asks["noun"]:
        attribute = (asks.start("noun") + 1, asks.end("noun"))
    return Parts(question, subject, time, attribute, asks.span() if asks else None)


def _english_subject(question: str, time: Span | None) -> Span | None:
    """The first name; a title such as CEO only if there is no other, else what stands behind "the"."""
    opening = _ENGLISH_OPENING.match(fold(question))
    names = list(_ENGLISH_NAME.finditer(question, opening.end() if opening else 0))
    names = [m for m in names if not time or not time[0] <= m.start() < time[1]]
    names.sort(key=lambda m: m.group().isupper() and len(m.group()) < 5 and m.group().isascii())
    if not names:
        the = _THE.search(fold(question))
        return the.span(1) if the else None
    start, end = names[0].span()
    behind = _NOUN_BEHIND.match(question, end) if question[:start].endswith("the ") else None
    return start, behind.end() if behind else end
