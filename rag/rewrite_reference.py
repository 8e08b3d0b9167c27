"""What 它, 「第二個」 and "the latter" stand for: what the question before or its answer names."""

import re
from collections.abc import Sequence

from rag.rewrite_answer import answered, clause, is_person, items, quote
from rag.rewrite_parts import Parts, parts, topic
from rag.rewrite_words import (
    ASKS,
    CLASSIFIER,
    LEAD,
    Span,
    is_english,
    names_something,
    without_lead,
    without_mark,
)
from rag.schema import Turn
from rag.text import fold

_TITLE = (
    r"(?:新|现任|前)?(?:先生|女士|教授|学者|董事长|执行长|总裁|总经理|创办人|创始人|作者|老师|专家|主席|负责人"
    r"|[部市县校院园局馆]长|建筑师|设计师|科学家|艺术家|作家|导演|选手)"
)
_PERSON = re.compile(
    rf"[这那该]位(?:{_TITLE})?|此人|[这那]个人|(?<!其)他(?![们人])|她(?!们)|\b(?:he|his|him|she|her|hers)\b"
)
_THING = re.compile(
    r"它们|它|牠|他们|她们|其(?![他它中余实次])|(?:[该这那此][家间]?)(?:公司|企业|集团|机构|银行)"
    r"|^(?:那么?)?公司(?![法治债])"
    r"|\b(?:its?|they|their|them|(?:this|that|the) (?:company|firm|group)(?:'s)?)\b"
)
_SAME_NOUN = re.compile(r"[这那该此]一?[座家款间项个种部条艘台]?(?P<noun>[\u4e00-\u9fff]{1,3})")
_FIGURE = re.compile(
    r"[这那该此]个?(?:数字|数据|比例|金额|水平|比率|数目|数)|[这那]些"
    r"|(?:^|(?<=[,， ]))[这那](?=[是会有为占算对比跟和]|代表|意味|发生|表示)"
    r"|\b(?:this|that)\b(?= (?:mean|happen|compare|include|represent))|(?<=^is )that\b|(?<=^was )that\b"
    r"|\b(?:this|that|the) (?:figure|number|amount|percentage|ratio|level)\b"
)
_OF_THOSE = re.compile(r"\bof (?:those|these|them)\b")
_THERE = re.compile(r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b")
_ACT = re.compile(
    r"(?:它|他们?|她们?|该?公司)?(?:[这那]么|[这那]样|如此)做|此举|[这该]一?个?(?:举动|决定|做法|行动)"
    r"|\b(?:do(?:ing)? (?:so|this|that)|(?:this|that) (?:move|decision|step))\b"
)
_WHY = re.compile(r"为什么|为何|\bwhy\b")
_WHO_SAID = re.compile(r"[这那]?(?:句?话)?是?(?:由)?谁说的|who said (?:so|that|this|it)|says who")
_WORDS = re.compile(r"(?<![」』”’\"'》])[这那]一?[句段]?话")
_TWO = re.compile(
    rf"[前后]者|[前后]面?[那这]?一?{CLASSIFIER}(?![年月季天期])|\bthe (?:former|latter)\b(?: one)?"
)
_OTHER = re.compile(r"另(?:外一?|一)[个位家款种座方部]|\bthe other(?: one| company| firm)?\b(?! \w+s\b)")
_ORDINAL = re.compile(
    rf"第(?P<n>[一二三四五六1-6]){CLASSIFIER}(?<![季年])|最后一{CLASSIFIER}"
    r"|\bthe last(?: one)?\b(?! (?:year|quarter|month))"
    r"|\bthe (?P<word>first|second|third|fourth|fifth)(?: one)?\b(?! (?:half|quarter|year|time|phase))"
)
_ENGLISH_RANKS = ("first", "second", "third", "fourth", "fifth")
_ENTITY = re.compile(
    r"(?:哪一?[个家所款座]|什么)(?:公司|企业|集团|机构|银行|大学|学校|产品|城市|国家|品牌|药|厂)|[由被]谁|叫什么"
    r"|\b(?:which|what) (?:company|firm|product|university|brand)"
)
_WHO = re.compile(r"谁|哪一?位|\bwho\b")
_OWN = re.compile(r"(?:its|their|his|hers|.*'s)$")
_HER = re.compile(r"her(?= [a-z])")
_IT = re.compile(r"(?<=\w )it\b")
_CHANGES = re.compile(
    r"回升|[上回]?涨|上升|提[升高]|[成增]长|增加|减少|下[降滑跌]|衰退|恶化|改善|翻倍|变[化高低大小多少]|[升降跌]"
    r"|\b(?:rise|rose|fall|fell|grow|grew|drop|increase|decrease|decline|shrink|shrank|improve|worsen|change|jump"
    r"|recover|narrow|widen|go up|go down)"
)
_BARE_IT = re.compile(
    r"(?:and |but |so )?(?:what|how (?:much|many|high|large|big|low)) (?:was|is|were|are) (?:it|they|that)\b"
)
_NAMED_BEFORE = re.compile(r"(?<!^)(?<!\? )\b[A-Z][\w-]+|[\u3400-\u9fff]")
MOST = 3
"""References in one question."""


def resolved(question: str, said: Sequence[Turn]) -> str:
    """The question with names in the place of what refers to them; itself where nothing does."""
    old, folded = parts(said[-1].question), fold(question)
    if _WHO_SAID.search(folded) and not names_something(question):
        return _who_said(question, quote(said[-1]) or topic(old))
    if act := _ACT.search(folded):
        return _act(question, act.span(), old, said[-1])
    for _ in range(MOST):
        once = _resolved(question, said)
        if once == question:
            break
        question = once
    return question


def _resolved(question: str, said: Sequence[Turn]) -> str:
    before = said[-1]
    old = parts(before.question)
    folded = fold(question)
    if of_those := _OF_THOSE.search(folded):
        return _put(question, of_those.span(), f"of the {topic(old)}")
    if (there := _THERE.search(folded)) and old.subject and not _NAMED_BEFORE.search(question):
        return _put(question, there.span(), f"at {old.of(old.subject)}")
    if (words := _WORDS.search(folded)) and quote(before):
        return _put(question, words.span(), f"「{quote(before)}」")
    for pattern, meant in ((_TWO, _one_of_two), (_ORDINAL, _by_number), (_OTHER, _other)):
        if (found := pattern.search(folded)) and (item := meant(found, said)):
            return _named(question, found.span(), item)
    figure = _FIGURE.search(folded)
    if figure and not _names_it_itself(question, figure.start()):
        return _named(question, figure.span(), topic(old))
    return _pronoun(question, old, before)


def _pronoun(question: str, old: Parts, before: Turn) -> str:
    folded = fold(question)
    for same in _SAME_NOUN.finditer(folded):
        for name in (old.of(old.subject), answered(before)):
            if length := _ends_with(fold(name), same["noun"]):
                return _named(question, (same.start(), same.start("noun") + length), name)
    person, thing = _PERSON.search(folded), _THING.search(folded)
    found = person if person and not (thing and thing.start() < person.start()) else thing
    if not found or _names_it_itself(question, found.start()):
        return question
    if found is person:
        referent = _person(old, before)
        question = _IT.sub(old.of(old.subject) or "it", question)
    elif _BARE_IT.match(folded) or (
        old.measured and found.group() in ("它", "it", "they") and _CHANGES.search(folded)
    ):
        referent = topic(old)
    else:
        named = answered(before) if _ENTITY.search(fold(old.text)) else ""
        referent = named if named and not is_person(named) else old.of(old.subject)
    return _named(question, found.span(), referent) if referent else question


def _ends_with(name: str, noun: str) -> int:
    """How many characters of the noun end the name: 1 for 鷺洲大橋 and 「橋花了」; 0 for none."""
    return next((n for n in range(len(noun), 0, -1) if name.endswith(noun[:n])), 0)


def _names_it_itself(question: str, at: int) -> bool:
    """Whether a question names, before the pronoun, what that stands for."""
    head = question[:at]
    if is_english(question):
        return bool(_NAMED_BEFORE.search(head))
    return names_something(without_lead(head).strip(" ,，"))


def _person(old: Parts, before: Turn) -> str:
    """「甲公司的董事長沈先生」 where the question before asked who that is; else its subject."""
    if not _WHO.search(fold(old.text)):
        return old.of(old.subject)
    name, described = answered(before), topic(old)
    if old.english:
        return name or re.sub("^founded", "the founder of", described)
    titled = bool(name and old.attribute and described.endswith(old.of(old.attribute)))
    return described + name if titled else name or described


def _who_said(question: str, said: str) -> str:
    if is_english(question):
        return f"Who said that {said}?"
    return f"「{said}」是{question[fold(question).index('谁') :]}"


def _act(question: str, act: Span, old: Parts, before: Turn) -> str:
    """What was done stands in the question before or in its answer: both are named."""
    rest = f"{question[: act[0]]}{question[act[1] :]}"
    if is_english(question):
        return f"Why did {topic(old)}?" if _WHY.search(fold(rest)) else f"{topic(old)}: {question}"
    if why := _WHY.search(fold(rest)):
        asked_last = old.asks and len(without_mark(old.text)) == old.asks[1]
        return f"{rest[slice(*why.span())]}{(asked_last and clause(before)) or topic(old)}?"
    done = ",".join(part for part in dict.fromkeys((topic(old), clause(before))) if part)
    return f"{done},{rest.lstrip(' ,，')}"


def _joined_in(question: str) -> list[str]:
    """The two or more that a question joins, each without what is asked of it."""
    asks = ASKS.search(fold(question))
    joined = items(question[: asks.start()] if asks and asks.start() else question)
    return [re.sub("的.*", "", one) for one in joined]


def _one_of_two(found: re.Match[str], said: Sequence[Turn]) -> str:
    """The former or latter of two that the question, else its answer, joins."""
    pair = _joined_in(said[-1].question)
    pair = pair if len(pair) == 2 else items(said[-1].answer)
    if len(pair) != 2:
        return ""
    return pair[0] if re.match("前|.*former", found.group()) else pair[1]


def _by_number(found: re.Match[str], said: Sequence[Turn]) -> str:
    listed = items(said[-1].answer)
    word, number = found["word"], found["n"]
    rank = _ENGLISH_RANKS.index(word) + 1 if word else len(listed)
    if number:
        rank = int(number) if number.isdigit() else "一二三四五六".index(number) + 1
    return listed[rank - 1] if 1 < len(listed) >= rank else ""


def _other(_: re.Match[str], said: Sequence[Turn]) -> str:
    """Of two that were asked about, the one that the last answer, or the last question, does not name."""
    pair, answer = _joined_in(said[-1].question), said[-1].answer
    if len(pair) == 2 and (pair[0] in answer) != (pair[1] in answer):
        return pair[pair[0] in answer]
    subjects = [old.of(old.subject) for old in (parts(turn.question) for turn in reversed(said))]
    return next((one for one in subjects if one and one != subjects[0]), "")


def _put(question: str, span: Span, words: str) -> str:
    return question[: span[0]] + words + question[span[1] :]


def _named(question: str, span: Span, referent: str) -> str:
    """The question with a name in the place of a pronoun, in the possessive where that is."""
    word = fold(question[slice(*span)])
    owns = _OWN.match(word) or _HER.match(fold(question[span[0] :]))
    han = re.search("[\u3400-\u9fff]$", word)
    mark = "'s" if owns and not han else "的" if word == "其" else ""
    lead = LEAD.match(fold(question))
    start = lead.end() if lead and lead.end() == span[0] else 0
    return _put(question, span, referent + mark)[start:]
