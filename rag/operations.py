"""Which comparison a Chinese question asks for: the operation, and what is left without its words.

All patterns are matched against folded text: Simplified, half width, lower case.
"""

import re
from dataclasses import dataclass
from typing import Literal

from rag.text import fold

Operation = Literal["direction", "difference", "ratio", "growth", "greater", "smaller"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two questions for a figure each, and what tells them apart; in the order of time or of the question."""

    operation: Operation
    labels: tuple[str, str]
    questions: tuple[str, str]


_UP = r"(?:上升|增加|成长|增长|增多|变多|变大|变高|扩大|提高|提升|上涨|改善|回升|攀升|进步|多|高|升|涨|增)"
_DOWN = r"(?:下降|掉|减少|衰退|下滑|变少|变小|变低|缩小|缩窄|降低|下跌|恶化|回落|萎缩|退步|少|低|降|跌|减)"
_WAY = rf"(?:{_UP}|{_DOWN})"
_MORE = r"(?:高|多|大|强|长|重|快|贵|久|远)"
_LESS = r"(?:低|少|小|弱|短|轻|慢|便宜|近)"
_HOW = r"(?:多少|几)"
_UNIT = r"(?P<unit>个?百分点|[个家元人名位台辆座间项件张吨度岁天年公里分万亿票场次%]{0,4})"
_ASIDE = r"(?:是|有|为|究竟|到底|又|大约|大概|约|总共|一共|则|会)*"
_OPERATIONS: tuple[tuple[Operation, str], ...] = (
    ("ratio", rf"(?:的|{_ASIDE}(?:相差|差|成长|增长|增加|多|翻|涨|扩大))?了?{_HOW} ?倍"),
    (
        "direction",
        rf"{_ASIDE}{_WAY}了?,?(?:还是|或是|或者?|、){_ASIDE}{_WAY}了?|[是有]{_UP}[是有]{_DOWN}|有没有(?:更"
        rf"|比较)?{_WAY}了?"
        rf"|是否(?:有所|更|较)?{_WAY}了?|(?:有|更)?{_WAY}了?(?:没有|吗)"
        r"|的?(?:有何|有什么|有怎样的|如何|怎么|怎样)变化|的?变化(?:如何|怎么?样|是什么)",
    ),
    (
        "growth",
        rf"(?:{_WAY}|变化)了?(?:百分之{_HOW}|{_HOW} ?%|几成|多少百分比)"
        rf"|的?(?:成长|增长|衰退|下降|减少|增减|变化)[率幅]度?{_ASIDE}(?:多少|几 ?%)?",
    ),
    (
        "difference",
        rf"(?:{_ASIDE}(?:之间的?)?(?:相差|差距|落差|差异|差额|之差|差)了?{_ASIDE}"
        rf"|(?P<adjective>{_WAY}|{_MORE}|{_LESS})(?:出了?|了)?|变化了?){_HOW}{_UNIT}|的?(?:差距|落差|差额"
        rf"|之差){_ASIDE}"
        rf"|[多少](?P<verb>[^多少几的了]{{1,4}}?[了出]{{0,2}}{_HOW}[^多少几谁哪的比]{{0,8}})",
    ),
    ("greater", rf"(?:[更较最]|比较|相对)?(?P<adjective>{_MORE})(?:一?[些点])?"),
    ("smaller", rf"(?:[更较最]|比较|相对)?{_LESS}(?:一?[些点])?"),
)
_WHO = re.compile(
    r"[,，]?(?:是|的?是)?(?:谁|何者|哪(?:一|两)?(?:个(?:公司|国家|城市|地区|年度|季度|月)?|家(?:公司|企业"
    r"|店)?|者|方|年度?|季度?|月|季|种|款|座|国|市"
    r"|地|厂|期|间|支|队|边|台|条|部))的?"
)
_NEVER = re.compile(
    r"为什么|为何|何以|原因|怎么会|预期|预估|预测|预计|目标|哪些|哪几|如果|若是|(?:由|从)(?:多少|几)"
    r"|比(?:平均|以往|以前|之前|过去|同[业行期]|一般)"
)
_OPENING = re.compile(r"^(?:请问(?:一下)?|请?告诉我|我?想(?:知道|问|了解)(?:一下)?|那么?|请)[,: ]*")
_END = re.compile(r"[?？!。.呢啊呀 ]+$")
_WHETHER = re.compile(r"(?:是否|有没有|是不是)(?=[比较].+[^吗]$)")
_OPERANDS_BEHIND = re.compile(
    r"(?P<ask>[^,?]*(?:谁|哪|何者)[^,?]*)[,?:] ?(?P<operands>(?:是)?[^,?]+(?:还是|或是?|和|与|跟|、"
    r"|及)[^,?]+)"
)
CUT = "\0"
"""Stands where an operand or 「哪一家」 was."""
PLAIN = "是多少"
DEGREE = "\1"
"""Opens a predicate that asks for a degree, 有多高; a named attribute makes it 是多少."""


@dataclass(frozen=True, slots=True)
class Read:
    """A question less the words that compare; `folded` is its text folded."""

    operation: Operation
    text: str
    predicate: str
    """What the figure is asked with: 是多少, 有多少家, 賣了多少輛."""

    @property
    def folded(self) -> str:
        return fold(self.text)


def _canonical(question: str) -> str:
    """Without what opens and ends a question; the operands of 「哪一年較高,2022 還是 2023 年」 before it."""
    opening = _OPENING.match(fold(question))
    text = question[opening.end() if opening else 0 :]
    text = text[: len(_END.sub("", fold(text)))]
    if whether := _WHETHER.search(fold(text)):
        text = f"{text[: whether.start()]}{text[whether.end() :]}吗"
    if behind := _OPERANDS_BEHIND.fullmatch(fold(text)):
        operands, ask = (text[slice(*behind.span(part))] for part in ("operands", "ask"))
        return f"{operands},{ask}"
    return text


def read_comparison(question: str) -> Read | None:
    """The comparison in a question; None where it asks for none, or for one with what was expected."""
    text = _canonical(question)
    folded = fold(text)
    if _NEVER.search(folded):
        return None
    for operation, pattern in _OPERATIONS:
        found = re.search(rf"(?:{pattern})$", folded)
        if not found:
            continue
        rest, who = text[: found.start()], None
        if operation in ("greater", "smaller"):
            who = _WHO.search(fold(rest))
            if not who and "还是" not in fold(rest):
                return None
            rest = rest[: who.start()] + CUT + rest[who.end() :] if who else rest
        return Read(operation, rest, _predicate(text, found))
    return None


def _predicate(text: str, found: re.Match[str]) -> str:
    groups = found.groupdict()
    if groups.get("verb"):
        return text[slice(*found.span("verb"))]
    unit, adjective = groups.get("unit") or "", groups.get("adjective")
    written = text[slice(*found.span("unit"))] if unit else ""
    if unit == "岁":
        return f"{text[found.start('unit') - 1 - ('多少' in found.group()) : found.end('unit')]}"
    if unit and unit in "家人名位台辆座间件张个项":
        return f"有多少{written}"
    if adjective and re.fullmatch("[高长重快贵久远]", adjective):
        return f"{DEGREE}{text[slice(*found.span('adjective'))]}"
    return PLAIN
