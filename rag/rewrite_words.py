"""Words of Chinese questions that follow-ups are completed by: openings, question words, names, nouns.

All patterns of the `rewrite` modules are matched against folded text: Simplified, half width, lower case.
"""

import re

from rag.asked import MEASURE
from rag.text import fold, is_han, is_name, language, rare_words, tagged

Span = tuple[int, int]
Word = tuple[int, int, str]
"""Offsets of a word and its part of speech, as jieba names it."""

CLASSIFIER = (
    r"[个家所座位款种项届间条件张次台辆颗剂支名人岁倍元块年月天日季度周期轮层页吨米分部本篇首队艘列场班枚片"
    r"只票]"
)
"""What counts things behind 多少, 幾 and 哪."""
UNIT = rf"(?:公[里斤尺顷分]|平方公?[里尺米]|[万亿钱度成组]|小时|分钟|{CLASSIFIER})"
LEAD = re.compile(
    r"(?:(?:好的?|嗯|喔|哦|原来如此|了解|ok)[,，。! ]+|(?:那么?|而|再来|另外|还有|然后|所以|至于|换成|改成"
    r"|换[做作]|改看|只看|如果是|如果换成|若是|请问|我想知道|想问)[,， ]*)+"
)
ASKS = re.compile(
    r"(?:(?:分别|各|大约|大概|一共|总共|究竟|到底)?(?:[是为有达约占在由和跟与被](?!一)|来自|达到|等于)*)"
    rf"(?:多少{UNIT}*|多[大高久长远重宽深快厚]|(?<!未)第?几(?!乎)(?:{UNIT}|点)*|什么(?:时候|时间|地方)?|谁"
    rf"|哪[一些几]?(?:里|儿|{CLASSIFIER})*|何[时地处人]|为什么|为何|如何|怎么?样?|吗[?]*$)"
)
"""The question words of a question, with the copula before and what is counted behind them."""
_ENGLISH_OPENING = re.compile(
    r"(?:and |but |so )?(?:what|who|whose|whom|when|where|why|how|which|is|are|was|were|do|does|did|has|have"
    r"|can|will)\b"
    r"(?= [a-z\u3400-\u9fff])"
)
_PARTICLE = re.compile(r"(?:的话|来着)?[呢吗嘛吧咧?!。. ]*$")
_TITLE = re.compile(r"《[^》]+》|「[^」]+」|『[^』]+』|“[^”]+”")
_TERM = re.compile(rf"{MEASURE}$|^(?:c[a-z]o|ipo|eps|roe|gdp|esg)$")
_FUNCTION_FLAGS = frozenset("prudcymt")
_NAME_FLAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz", "eng"})
_MODIFIER = re.compile("[年月日单总净毛]|每[年月日天]|平均|海外|国内|全年|研发|营业|税前|税后")


def is_english(text: str) -> bool:
    """Whether a question is asked in English, though most of its words may be Chinese names."""
    return bool(_ENGLISH_OPENING.match(fold(text))) or language(text) == "en"


def without_mark(question: str) -> str:
    """A question without 呢, 嗎 and question mark."""
    found = _PARTICLE.search(fold(question))
    return question[: found.start()] if found else question


def without_lead(question: str) -> str:
    """A question without 那, 換成 and the like."""
    lead = LEAD.match(fold(question))
    return question[lead.end() if lead else 0 :].strip()


def masked(text: str) -> str:
    """The folded text with blanks in place of titles in brackets, whose words are none of the question."""
    return _TITLE.sub(lambda title: "\0" * len(title.group()), fold(text))


def segments(text: str) -> list[Word]:
    """The words of a text; a title in brackets is one."""
    found: list[Word] = []
    at, folded = 0, fold(text)
    for title in [*_TITLE.finditer(folded), None]:
        for word, flag in tagged(folded[at : title.start() if title else len(folded)]):
            found.append((at, at + len(word), flag))
            at += len(word)
        if title:
            found.append((*title.span(), "nz"))
            at = title.end()
    return found


def names_something(text: str) -> bool:
    """Whether a text holds a proper name, a title in brackets or a word that no dictionary has."""
    single, nominal = "", False
    for begin, end, flag in [*segments(text), (0, 0, "")]:
        word = fold(text[begin:end])
        if len(word) == 1 and is_han(word) and flag[0] not in _FUNCTION_FLAGS:
            single, nominal = single + word, nominal or flag[0] not in "vaf"
            continue
        if (nominal and len(single) > 1 and is_name(single) and rare_words(single)) or flag == "nz":
            return True
        single, nominal = "", False
        noun = flag[:1] in ("n", "x", "i", "e") and len(word) > 1 and not _TERM.search(word)
        if noun and (flag in _NAME_FLAGS or is_name(word)):
            return True
    return False


def opens_with_name(text: str) -> bool:
    """Whether a text begins with what may be a name, a rare word before another noun: 「浮島影業」."""
    words = segments(text)
    if len(words) < 2 or words[0][1] < 2 or words[1][2] not in ("n", "vn", "j", "ns", "nz"):
        return False
    first = fold(text[: words[0][1]])
    rare = is_name(first) or (words[0][2].startswith("n") and rare_words(first))
    return bool(rare) and is_han(first[0]) and not _TERM.search(first)


def is_measure(text: str) -> bool:
    """Whether a noun is one that is measured, 「毛利率」."""
    return bool(re.search(f"{MEASURE}$", fold(text)))


def measure_at_end(text: str) -> int:
    """Where the measured noun that ends a text begins, 「月產能」 of 「北廠月產能」; its length if none."""
    found = re.search(f"{MEASURE}$", fold(text))
    if not found:
        return len(text)
    words = segments(text)
    start = next((begin for begin, end, _ in words if begin <= found.start() < end), found.start())
    for begin, end, _ in reversed(words):
        if end == start and _MODIFIER.fullmatch(fold(text[begin:end])):
            start = begin
    return start
