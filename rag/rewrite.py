"""Follow-up questions made complete from the history, by rule: 「那 2023 年呢?」 asks what was asked before.

A question is read as subject, time, attribute and question words; what a follow-up leaves out is taken from
the question before it, and what it names takes the place of the old.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.schema import Turn
from rag.text import first_word, fold, is_name, language

Span = tuple[int, int]

# All patterns are matched against folded text: Simplified, half width, lower case.
_YEAR = r"(?:[12]\d{3}|[〇零一二三四五六七八九]{4})"
_PART = r"(?:[上下]半年|全年|第?[一二三四1-4] ?季度?|\d{1,2} ?月份?(?: ?\d{1,2} ?[日号])?|h[12]|q[1-4])"
_TIME = re.compile(
    rf"{_YEAR} ?年度?(?: ?的? ?{_PART})?|{_YEAR} ?{_PART}"
    rf"|[今去前明]年(?: ?{_PART})?|[上下本]个?[月季]度?|{_PART}|(?<![\d.])(?:19|20)\d\d(?![\d.])"
)
_ENGLISH_TIME = re.compile(
    rf"(?:the )?(?:first|second) half of {_YEAR}|(?:q[1-4]|h[12])(?: of)? {_YEAR}|{_YEAR} ?(?:q[1-4]|h[12])?"
    r"|(?:this|last|next) (?:year|quarter|month)"
)
_LEADING_YEAR = re.compile(rf"(?:{_YEAR} ?年?|[今去前明]年) ?")
_LEAD = re.compile(r"(?:那么|那|而|再来|另外|还有|然后|至于|换成|如果是|若是|and |but |so )[,， ]*")
_ABOUT = re.compile(r"(?:(?:what|how) about|and|what if it is) ")
_ENDS_AS_QUESTION = re.compile(r"[呢?][?!。. ]*$")
_PARTICLE = re.compile(r"[呢吗嘛?!。. ]*$")
_ASKS = re.compile(
    r"(?:分别|大约|大概|一共|总共)?(?:[是为有达约占]|达到|等于)?(?:多[少大高久长远重宽深快]|几|什么|谁|哪|如何|怎么|怎样|何时|吗)"
)
_ASKS_FIRST = re.compile(r"(?:谁是|什么是|哪[家个些](?:公司)?是?|为什么|为何|请问|请介绍)[,， ]*")
_ENGLISH_ASKS = re.compile(
    r"\b(?:what|how|who|when|where|which|why|is|are|was|were|do|does|did|has|have|can)\b"
)
_WHY = re.compile(r"(?:为什么|为何|原因(?:是什么|何在)?|怎么会|why)")
_WHO = re.compile(r"谁|哪一?位|\bwho\b")
_PRONOUN = re.compile(
    r"它们|它|牠|他们|(?<!其)他(?!人)|她|其(?![他它中余实次])|(?:该|这家|这间|那家)(?:公司|企业|集团)"
    r"|\b(?:its?|they|their|he|his|she|her|(?:this|that|the) company(?:'s)?)\b"
)
_PERSON = frozenset({"he", "his", "she", "her"})
_POSSESSIVE = re.compile(r"(?:its|their|his|her|.*'s)$")
_SUBJECT_ENDS = re.compile(r"的|在|是|有|于|由|为|被|将|预计|[,， ]")
_ENGLISH_SUBJECT = re.compile(r"\b[A-Z][\w.&-]*(?: [A-Z][\w.&-]*)*")
_ORGANISATION = re.compile(r"[A-Z]|公司|集團|集团|银行|銀行")
_HEADLESS = re.compile(r"什么时候|何时|在哪|有?多少|有哪些|有几|成立[于在]|总部")
_ARTICLE = re.compile(r"(?:the|its|their|his|her) ", re.IGNORECASE)
_STANDING = re.compile(r"(?:什么是|谁是|.{0,4}介绍)\S|为什么|为何|.{0,4}(?:文章|文中|本文|报道|报导|新闻)")
_OF_THE_SAME = re.compile(
    r"[这该此那][个座项款种台部次][^\s?]|"
    r"^(?:and )?(?:what|how (?:much|many|high|large)) (?:was|is|were|are) (?:it|they)\b|\bof those\b"
)
LONGEST_OUTCOME = 5
"""Characters behind 為什麼, question mark included; more than that has a subject of its own."""
LONGEST_ELLIPSIS = 12
"""Characters; a Chinese question without a name that is no longer than this leaves something out."""
LONGEST_ELLIPSIS_WORDS = 7
LONGEST_FRAGMENT = 8
"""Characters; a longer text without question words is a request, not a fragment of one."""


def complete(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked without the history; itself when it stands alone."""
    before = ""
    for turn in history:
        before = _complete(turn.question.strip(), before)
    return _complete(question.strip(), before)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Where a question names its parts; None where it does not."""

    text: str
    subject: Span | None
    time: Span | None
    attribute: Span | None

    def with_part(self, name: str, new: str) -> str | None:
        """The question with one part exchanged; None where it has no such part."""
        span: Span | None = getattr(self, name)
        return self.text[: span[0]] + new + self.text[span[1] :] if span else None

    def of(self, span: Span | None) -> str:
        return self.text[span[0] : span[1]] if span else ""


def _complete(question: str, before: str) -> str:
    if not before or not question:
        return question
    english = language(question) == "en"
    old = _english_parts(before) if language(before) == "en" else _chinese_parts(before)
    fragment = _fragment(question, english)
    if fragment:
        return _exchange(old, fragment, english)
    if _OF_THE_SAME.search(fold(question)):
        return _with_topic(question, old)
    new = _english_parts(question) if english else _chinese_parts(question)
    if pronoun := _PRONOUN.search(fold(question)):
        own = english and new.subject and new.subject[0] < pronoun.start()
        return question if own else _resolve(question, pronoun.span(), old)
    if english or not old.subject:
        return question if _stands_alone(question, english) else _with_topic(question, old)
    rest = question[lead.end() :] if (lead := _LEAD.match(fold(question))) else question
    if (why := _WHY.match(fold(rest))) and len(rest) - why.end() <= LONGEST_OUTCOME and not is_name(rest):
        return _without_question_words(old.text) + rest
    without_subject = new.time and not new.subject and not is_name(new.of(new.attribute))
    if without_subject or (_HEADLESS.match(fold(rest)) and not is_name(rest)):
        return f"{old.of(old.subject)} {rest}"
    return question if _stands_alone(question, english) else _with_topic(rest, old)


def _stands_alone(question: str, english: bool) -> bool:
    """Whether a question names what it is about, or is long enough to say it."""
    if english:
        return len(question.split()) > LONGEST_ELLIPSIS_WORDS or bool(_ENGLISH_SUBJECT.search(question, 1))
    return (
        len(question) > LONGEST_ELLIPSIS
        or is_name(question)
        or bool(_STANDING.match(fold(question)))
        or not (_ASKS.search(fold(question)) or _WHY.search(fold(question)))
    )


def _with_topic(question: str, old: _Parts) -> str:
    """The question behind what the old one was about, where no part of that can be exchanged."""
    if language(old.text) == "en":
        return f"{old.text} {question}"
    return f"{_without_question_words(old.text)},{question}"


def _fragment(question: str, english: bool) -> str:
    """What a question that is no sentence names, 「那 2023 年呢?」 → 「2023 年」; else the empty string."""
    folded = fold(question)
    lead = (_ABOUT if english else _LEAD).match(folded)
    rest = question[lead.end() if lead else 0 : _PARTICLE.search(folded).start()]  # type: ignore[union-attr]
    said = fold(rest)
    if _WHY.fullmatch(said):
        return rest
    asks = (_ENGLISH_ASKS if english else _ASKS).search(said)
    if asks and lead and not english and _bare_attribute(rest[: asks.start()]):
        return rest[: asks.start()]
    if asks or _PRONOUN.search(said) or not any(character.isalnum() for character in said):
        return ""
    if _TIME.fullmatch(said.strip(" 的")):
        return rest.strip(" 的")
    marked = lead or _ENDS_AS_QUESTION.search(folded)
    longest = LONGEST_ELLIPSIS * (1 + english) if lead else LONGEST_FRAGMENT
    return rest.strip(" 的,，") if marked and len(rest) <= longest else ""


def _bare_attribute(text: str) -> bool:
    """「毛利率」 of 「那毛利率是多少」: a short noun that is no name and holds no time."""
    return 0 < len(text) <= LONGEST_FRAGMENT and not is_name(text) and not _TIME.search(fold(text))


def _exchange(old: _Parts, fragment: str, english: bool) -> str:
    """The old question with the named part in the place of its own."""
    folded = fold(fragment)
    if _WHY.fullmatch(folded):
        return f"{fragment} {old.text}" if english else fragment + _without_question_words(old.text)
    time = (_ENGLISH_TIME if english else _TIME).search(folded)
    if time and len(fragment) - (time.end() - time.start()) <= len("in the 的"):
        named = fragment[slice(*time.span())]
        year = _LEADING_YEAR.match(fold(old.of(old.time)))
        if year and not english and not _LEADING_YEAR.match(time.group()):
            named = old.of(old.time)[: year.end()] + named
        added = f"{_without_particle(old.text)} in {named}?" if english else f"{named}{old.text}"
        return old.with_part("time", named) or added
    owner, of, owned = fragment.partition("的")
    if of and is_name(owner) and old.subject and old.attribute:
        return (old.with_part("attribute", owned) or "").replace(old.of(old.subject), owner, 1)
    if english:
        fragment = _ARTICLE.sub("", fragment, count=1)
    named_one = _ORGANISATION.search(fragment) or (not english and is_name(fragment))
    part = "subject" if named_one else "attribute"
    return old.with_part(part, fragment) or f"{_without_particle(old.text)} {fragment}?"


def _resolve(question: str, pronoun: Span, old: _Parts) -> str:
    """The question with what the old one was about in the place of its pronoun."""
    referent = old.of(old.subject)
    word = fold(question[pronoun[0] : pronoun[1]])
    if _WHO.search(fold(old.text)) and (language(question) != "en" or word in _PERSON):
        attribute = old.of(old.attribute)
        english = f"the {attribute} of {referent}" if attribute else referent
        referent = english if language(old.text) == "en" else _without_question_words(old.text)
    if not referent:
        return question
    mark = "'s" if _POSSESSIVE.match(word) else "的" if word == "其" else ""
    return question[: pronoun[0]] + referent + mark + question[pronoun[1] :]


def _chinese_parts(question: str) -> _Parts:
    folded = fold(question)
    start = 0
    for opening in (_LEAD, _ASKS_FIRST):
        if found := opening.match(folded, start):
            start = found.end()
    asks = _ASKS.search(folded, start + 1)
    end = asks.start() if asks else _PARTICLE.search(folded).start()  # type: ignore[union-attr]
    time = _TIME.search(folded, start, end)
    if time and time.start() == start:
        start = time.end()
        head_taken = folded[start : start + 1] == "的"
        start += len(folded[start:end]) - len(folded[start:end].lstrip(" 的,，"))
        if head_taken:
            return _Parts(question, None, time.span(), (start, end) if start < end else None)
    stop = _SUBJECT_ENDS.search(folded, start, end)
    limits = [m.start() for m in (stop, time) if m and m.start() > start]
    subject_end = min(limits, default=start + len(first_word(folded[start:end])))
    attribute_start = max(subject_end, time.end() if time and time.start() >= subject_end else 0)
    attribute_start += len(folded[attribute_start:end]) - len(folded[attribute_start:end].lstrip(" 的,，"))
    return _Parts(
        question,
        (start, subject_end) if subject_end > start else None,
        time.span() if time else None,
        (attribute_start, end) if attribute_start < end else None,
    )


def _english_parts(question: str) -> _Parts:
    time = _ENGLISH_TIME.search(fold(question))
    names = [m for m in _ENGLISH_SUBJECT.finditer(question) if m.start() > 0]
    names = [m for m in names if not time or not time.start() <= m.start() < time.end()]
    names.sort(
        key=lambda m: m.group().isupper()
    )  # a title such as CEO is the subject only if nothing else is
    subject = names[0].span() if names else None
    attribute = None
    if subject:
        owned = re.compile(r"'s (.+?)(?= in | for | during |[?]|$)").match(question, subject[1])
        owner = re.search(r"\b(?:the|a|an) (.+?) (?:of|for|at)(?: the)? $", question[: subject[0]])
        found = owned or owner
        attribute = found.span(1) if found else None
    return _Parts(question, subject, time.span() if time else None, attribute)


def _without_particle(question: str) -> str:
    return question[: _PARTICLE.search(fold(question)).start()]  # type: ignore[union-attr]


def _without_question_words(question: str) -> str:
    folded = fold(question)
    opening = _ASKS_FIRST.match(folded)
    start = opening.end() if opening else 0
    asks = _ASKS.search(folded, start + 1)
    return question[start : asks.start()] if asks else _without_particle(question[start:])
