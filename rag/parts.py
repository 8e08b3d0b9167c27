"""A question with two or three questions in it, taken apart, so that each is answered by itself.

Where that is not sure the question stays whole: a part that lost its context is answered wrongly.
"""

import re

from rag.asked import MEASURE, Asked
from rag.compare import comparison
from rag.rewrite import complete
from rag.schema import Turn
from rag.text import fold, language

MOST = 3
"""More questions than this are a form to fill in, and stay whole."""
LONGEST = 300
"""Characters of a question that is taken apart."""

FULL_WIDTH = "\uff1f"
"""The question mark of Chinese text."""

_ASKS = re.compile(
    r"多[少大高长重久远深宽]|(?<!未)几(?!乎)|什么|谁|哪|何[时地人处年月日以]|为何|如何|怎|吗[?]*$|呢[?]*$"
    r"|是否|有没有"
)
_QUESTION_PHRASE = re.compile(
    r"(?:在|于|由|从|有|是|和|到|向)?(?:哪[些个几一]?[\u4e00-\u9fff]{0,2}|何[时地人处年月日]"
    r"|多少[\u4e00-\u9fff]?|几[\u4e00-\u9fff]?|谁"
    r"|什么(?:时候|地方|[\u4e00-\u9fff]{0,2})|为什么|如何|怎么)"
)
_WHOLE = re.compile(
    r"(?:从|由).*(?:多少|几).*(?:到|至|成|为).*(?:多少|几)|无论|不论|不管|越.*越"
    r"|(?<!请)(?<!想)问(?![题一])|如果|假如|选项"
    r"|哪一?个.*[abcd][.、:)]"
)
_HANGING = re.compile(
    r"^(?:还是|或|是不是|是吗|对吗|对不对|对吧|真的吗|好吗|可以吗|行吗|谢|其中|分别|各|相?差|占[多几]|多少"
    r"|几|也|才|都|就|吧|呢"
    r"|[高低多少快大升降增减](?:出|了)?(?:多少|几))"
)
_UNFINISHED = re.compile(
    r"(?:(?<![是于在])(?:何时|什么时[候间]|哪一?[年月天日季])|(?<!是)为(?:什么|何)|如何|怎么|怎样|(?:由|从"
    r"|向|给|和|与|跟)谁|何地|在何处)$"
)
_UNFINISHED_PLACE = re.compile(r"在(?:哪[里儿]?|什么地方|哪[个座]?[\u4e00-\u9fff]{1,3})$")
_END_OF_QUESTION = re.compile(r"[?]+")
_CLAUSE = re.compile(r"[,;] ?(?:以及|还有|并且|另外|同时|而且|那么|那|而|又)?|(?:以及|还有)(?=.{2})|、")
_QUOTED = re.compile(r"[「『《“\"(][^」』》”\")]*[」』》”\")]")
_LEAD = re.compile(
    r"^(?:请问(?:一下)?|我?想(?:知道|问|请教)(?:一下)?|请告诉我|那么?|还有|以及|另外|而且|并且|and "
    r"|also,? )[,: ]*"
)
_BARE_MEASURE = re.compile(r"(?P<what>[^,]{1,8}?)(?:是|为|有|达|约)?多少[\u4e00-\u9fff]?")
_DID_TO = re.compile(
    r"(?:是?谁|哪[家个位][\u4e00-\u9fff]{0,3}?|什么人)(?!是|的)(?:[\u4e00-\u9fff]{1,4}?了"
    r"|[\u4e00-\u9fff]{2})(?P<object>[^,?]{1,20})"
)
_AGAIN = re.compile("又(?=[是有為为占多])")
_TAG = re.compile(r"(?:真的|是|对|好|可以|你好)吗?")
_SUBJECT = re.compile(
    r"(?P<subject>[^,?]{1,20}?)(?:(?:是)?(?:在|于)?(?:何[时地年处]|什么时[候间]|哪一?[年天月里儿]|为什么"
    r"|为何|怎么|如何)|是(?:由)?谁|由谁)"
)
_BARE_VALUE = re.compile(r"(?:是|为|有)?多少[?]*$")
_ATTRIBUTE = re.compile(rf"(?:(?!的)[\u4e00-\u9fff]){{0,4}}{MEASURE}")
_OWNED = re.compile(r"[^,的]{2,16}(?<![这那该其])的(?!是)[^,]{2}")
_OWN_SUBJECT = re.compile(rf"(?![^,]{{0,4}}了)(?:(?!{_ASKS.pattern}).){{2}}")
_STARTS_LATER = re.compile(
    r"^(?:(?:是)?(?:在|于)?(?:何[时地年处]|什么时[候间]|哪一?[年天月里儿]|为什么|为何|怎么|如何|在哪))"
)

_WH = r"(?:(?:by|in|at|on|to|for|from|with|since) )?(?:what|who|whom|when|where|why|how|which)\b"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b"
_ENGLISH_CLAUSE = re.compile(rf",? (?:and|and also|,) (?={_WH})|; ?(?={_WH})")
_ENGLISH_ASKS = re.compile(rf"^(?:and |so |but )?(?:{_WH}|{_AUXILIARY})")
_ENGLISH_HANGING = re.compile(
    r"^(?:or|right|isn't|is it|is that (?:right|so|true|correct)|really|thanks?"
    r"|please|correct)\b"
)
_BARE_WH = re.compile(r"(?:by whom|where|when|why|how|in (?:which|what) (?:year|city|country|place))")
_SHARED_CLAUSE = re.compile(rf"(?P<wh>{_BARE_WH.pattern}|who|how) (?P<rest>{_AUXILIARY} .+)")
_TWO_WH = re.compile(
    rf"(?P<one>{_BARE_WH.pattern}),? and (?P<two>{_BARE_WH.pattern}) (?P<rest>{_AUXILIARY} .+)"
)


def parts(question: str) -> tuple[str, ...]:
    """The questions in a question, each complete by itself; the question alone where it is one."""
    whole = question.strip()
    if len(whole) > LONGEST or comparison(Asked(whole)):
        return (question,)
    found = _english(whole) if language(whole) == "en" else _chinese(whole)
    return found if 1 < len(found) <= MOST else (question,)


def _chinese(whole: str) -> tuple[str, ...]:
    folded = _QUOTED.sub(lambda quoted: "\0" * len(quoted.group()), fold(whole))
    if _WHOLE.search(folded):
        return ()
    pieces = [
        clause
        for sentence in _pieces(whole, folded, (0, len(whole)), _END_OF_QUESTION)
        for clause in _clauses(whole, folded, sentence)
    ]
    if len(pieces) > MOST:
        return ()
    texts = [_AGAIN.sub("", whole[start:end].strip(" ,;\uff0c、\uff1b。")) for start, end in pieces]
    if not all(_asks(text) and not _TAG.fullmatch(fold(text)) for text in texts) or any(
        map(_hangs, texts[1:])
    ):
        return ()
    mark = FULL_WIDTH if FULL_WIDTH in whole else "?"
    done: list[str] = []
    for text in texts:
        complete_one = _completed(f"{_without_lead(text)}{mark}", done)
        if complete_one is None:
            return ()
        done.append(complete_one)
    return tuple(done)


def _pieces(
    whole: str, folded: str, span: tuple[int, int], separator: re.Pattern[str]
) -> list[tuple[int, int]]:
    found, start = [], span[0]
    for mark in separator.finditer(folded, *span):
        found.append((start, mark.start()))
        start = mark.end()
    found.append((start, span[1]))
    return [(start, end) for start, end in found if whole[start:end].strip(" ,\uff0c。、")]


def _clauses(whole: str, folded: str, sentence: tuple[int, int]) -> list[tuple[int, int]]:
    """The clauses of a sentence that each ask; the sentence alone where one of them is not finished."""
    found = [sentence]
    for mark in _CLAUSE.finditer(folded, *sentence):
        start, end = found[-1]
        left, right = folded[start : mark.start()].strip(), folded[mark.end() : end].strip()
        if not (_asks(left) and _asks(right)):
            continue
        unfinished = _UNFINISHED.search(left) or (mark.group() == "、" and _UNFINISHED_PLACE.search(left))
        if unfinished or _hangs(right) or len(_QUESTION_PHRASE.sub("", left)) < 2:
            return [sentence]
        found[-1:] = [(start, mark.start()), (mark.end(), end)]
    return found


def _asks(text: str) -> bool:
    return bool(_ASKS.search(fold(text)))


def _hangs(text: str) -> bool:
    """Whether a clause only goes on with the question before it."""
    return bool(_HANGING.match(fold(_without_lead(text))))


def _without_lead(text: str) -> str:
    found = _LEAD.match(fold(text))
    return text[found.end() :] if found else text


def _completed(part: str, before: list[str]) -> str | None:
    """A part with what it leaves to the ones before it; None where it is not sure what that is."""
    if not before:
        return part
    said, first = fold(part).rstrip("?"), before[0]
    later = _STARTS_LATER.match(said)
    did = _DID_TO.fullmatch(fold(first).rstrip("?"))
    if did and later:
        return f"{first[slice(*did.span('object'))]}{part}"
    if _OWNED.match(said) or _ATTRIBUTE.fullmatch(_BARE_VALUE.sub("", fold(first))):
        return part if _OWN_SUBJECT.match(said) else None
    history = [Turn(one, "") for one in before]
    measure = _BARE_MEASURE.fullmatch(said)
    if measure and "多少" in fold(first) and not re.search(r"\d ?年|的", said):
        return complete(f"{part[: measure.end('what')]}呢?", history)
    asked = complete(part, history)
    if not asked.endswith(part) or (asked == part and not later):
        return asked
    subject = _SUBJECT.match(fold(first))
    if subject and not re.search("[的是]$", subject["subject"]):
        return f"{first[: subject.end('subject')].rstrip()}{part}"
    if asked != part and not re.search("[,\uff0c]", asked):
        return asked
    return part if _OWN_SUBJECT.match(said) else None


def _english(whole: str) -> tuple[str, ...]:
    folded = fold(whole)
    sentences = [
        whole[start:end].strip() for start, end in _pieces(whole, folded, (0, len(whole)), _END_OF_QUESTION)
    ]
    texts = [text for sentence in sentences for text in _english_clauses(sentence)]
    if not all(
        _ENGLISH_ASKS.match(fold(text)) or fold(text).startswith(("what about", "and its")) for text in texts
    ):
        return ()
    if any(_ENGLISH_HANGING.match(fold(text)) for text in texts[1:]):
        return ()
    done: list[str] = []
    for text in texts:
        part = _without_lead(text)
        part = f"{part[:1].upper()}{part[1:]}?"
        done.append(complete(part, [Turn(one, "") for one in done]) if done else part)
    return tuple(done)


def _english_clauses(sentence: str) -> list[str]:
    """The clauses that each ask; 「when … and by whom」 gives its clause to both."""
    folded = fold(sentence)
    if two := _TWO_WH.fullmatch(folded):
        rest = sentence[two.start("rest") :]
        return [f"{sentence[slice(*two.span(name))]} {rest}" for name in ("one", "two")]
    split = _ENGLISH_CLAUSE.search(folded)
    if not split or not _ENGLISH_ASKS.match(folded):
        return [sentence]
    left, right = sentence[: split.start()], sentence[split.end() :]
    if _BARE_WH.fullmatch(fold(right)):
        shared = _SHARED_CLAUSE.fullmatch(fold(left))
        return [left, f"{right} {left[shared.start('rest') :]}"] if shared else [sentence]
    finished = len(left.split()) > 2 and len(right.split()) > 2
    return [left, *_english_clauses(right)] if finished else [sentence]
