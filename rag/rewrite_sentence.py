"""Follow-ups that are sentences and leave out their subject, or the time that they are of: 「有多少員工?」"""

import re
from collections.abc import Sequence

from rag.asked import MEASURE, Asked
from rag.period import periods
from rag.rewrite_answer import answered
from rag.rewrite_named import LONGEST
from rag.rewrite_parts import Parts, owner, parts, topic
from rag.rewrite_time import dated
from rag.rewrite_words import (
    ASKS,
    is_english,
    names_something,
    opens_with_name,
    segments,
    without_lead,
    without_mark,
)
from rag.schema import Turn
from rag.text import fold

_STANDING = re.compile(
    r"(?:什么是|谁是|.{0,4}介绍)\S|为什么.{6}|为何.{6}|.{0,4}(?:文章|文中|本文|报道|报导|新闻)|.{0,3}[你您我咱]"
    r"|[今明昨后]天|现在几点|(?:怎么|如何)[^了会这那].+[^的了]$|其[他它][^的呢]|别的.*的|[这本]篇|所有|每[家个]|各[家个国]"
    r"|全[球国]|哪[家个些一]*(?:公司|国家|企业|城市|学校).*的|[^的]{3,}有(?:什么|哪些)\S{2}|.+(?:到|和|与).+有?多[远大]"
)
_ENGLISH_STANDING = re.compile(r"\b(?:you|your|i|me|my|today|tomorrow|article)\b")
_ENGLISH_NAME = re.compile(r"(?<=\S )[A-Z][\w-]+|[\u3400-\u9fff]")
_DEFINITE = re.compile(
    r"(?:and|but|so) |(?:what|which|who|where|when|how)(?: \w+){0,2} the (?!most|least|\w+est\b)"
    r"(?:\w+ ){0,2}\w+\?*$"
    r"|which \w+ (?:is|was)\b|which ones?\b"
)
_THE = re.compile(r"\bthe (?=\w+(?: \w+)?\?*$)")
_EVENT = re.compile(
    r"(?:主要|最终|真正)?的?(?:目的|原因|理由|结果|影响|金额|条件|方式|时间|地点|过程|对象|代价|好处)"
)
_PRONOUN = re.compile("[它他她其]们?")
_WHO_DID = re.compile("由?谁.+的")
_SPENT = re.compile("花|用了|耗|付")
_SAME = re.compile(r"[这该此那同][一个座项款种台部次批][^\s?]")
_OWNED_BY_NOUN = re.compile(r"(?!.{0,3}[最常主较更新旧大小])[^的\d其这那该此]{3,}的(?!是)[^的]{2,}")
_ALSO = re.compile(r"(?:在\S{1,6})?[也又还](?:是|有|会|要|在|能)")
_OF_WHAT_WAS_SAID = re.compile(
    rf"其中|后来|改[成为到]|调[到高低整]|由|分[^别]|被|占|是(?!谁)|靠|用|以|从|怎么|如何|{_EVENT.pattern}"
)
_OF_THE_SUBJECT = re.compile(
    rf"什么时候|何时|在哪|有|花|成立|总部|{ASKS.pattern}|.{{0,4}}{MEASURE}(?:{ASKS.pattern})"
)
_OVER_TIME = re.compile(
    r"(?:营业?[收额]|收入|净利|毛利|利润|获利|盈余|亏损|净损|损失|率|费用|支出|开支|成本|现金流|销量|销售额|出货量?|产量"
    r"|票房|流量|业绩)$"
)
_ENGLISH_OVER_TIME = re.compile(
    r"\b(?:revenues?|turnover|sales|income|profits?|loss(?:es)?|margins?|earnings|ebitda|eps|costs?|expenses?|spending"
    r"|output|shipments)\b"
)
LONGEST_WORDS = 7


def stands(question: str) -> bool:
    """Whether a question is one that has no need of a subject: 「什麼是光合作用?」, 「你是誰?」"""
    if is_english(question):
        return bool(_ENGLISH_STANDING.search(fold(question)))
    return bool(_STANDING.match(fold(without_mark(question))))


def depends(question: str) -> bool:
    """Whether a sentence leaves out what it is about: it is short, and names nothing."""
    if is_english(question):
        short = len(question.split()) <= LONGEST_WORDS
        return short and not _ENGLISH_NAME.search(question) and bool(_DEFINITE.match(fold(question)))
    rest = without_lead(question)
    if _ALSO.match(fold(rest)):
        return True
    if names_something(rest) or opens_with_name(rest) or _OWNED_BY_NOUN.match(fold(rest)):
        return False
    short = len(question) <= LONGEST or bool(_SAME.match(fold(rest)))
    return short and bool(ASKS.search(fold(rest)))


def with_subject(question: str, said: Sequence[Turn]) -> str:
    """A sentence with the subject of the last question, or behind all that this is about."""
    old = parts(said[-1].question)
    if is_english(question):
        subject = old.of(old.subject)
        named = subject and not subject.startswith("the ")
        owned = _THE.sub(f"{subject}'s ", question, count=1) if named else question
        return owned if owned != question else f"{topic(old)}: {question}"
    rest = without_lead(question)
    folded, about, subject = fold(rest), topic(old, answered(said[-1])), owner(old)
    if not subject or _PRONOUN.fullmatch(fold(subject)) or _SAME.match(folded):
        return f"{about},{rest}"
    if _EVENT.match(folded) and not old.measured:
        return f"{about}的{rest}"
    if (_SPENT.match(folded) or _WHO_DID.match(folded)) and _acts_on(old):
        return f"{about}{'是' * bool(_WHO_DID.match(folded))}{rest}"
    if Asked(old.text).kind == "reason" or folded.startswith("其中"):
        return f"{about},{rest}"
    if _OF_WHAT_WAS_SAID.match(folded):
        return f"{about}{rest}"
    time = next(iter(periods(rest)), None)
    if time and time.start == 0:
        return f"{subject}{dated(rest, said)}"
    return in_its_time(f"{subject}{'' if _OF_THE_SUBJECT.match(folded) else ','}{rest}", old)


def in_its_time(question: str, old: Parts) -> str:
    """A question about a figure that changes with time, in the time of the old one; others as they are."""
    new = parts(question)
    over_time = _ENGLISH_OVER_TIME if new.english else _OVER_TIME
    varies = new.subject and over_time.search(fold(new.of(new.attribute)))
    if not old.time or not new.subject or not varies or periods(question) or new.english != old.english:
        return question
    if new.english:
        return f"{without_mark(question)} in {old.of(old.time)}?"
    return f"{question[: new.subject[1]]} {old.of(old.time)}{question[new.subject[1] :]}"


def _acts_on(old: Parts) -> bool:
    """Whether a question says that its subject does something with something, 「收購遠川」."""
    said = topic(old)[old.subject[1] - old.subject[0] :] if old.subject else ""
    flags = [flag for _, _, flag in segments(said)]
    verb = next((at for at, flag in enumerate(flags) if flag[0] == "v"), len(flags))
    return not old.measured and any(flag[0] in "njx" for flag in flags[verb + 1 :])
