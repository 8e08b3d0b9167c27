"""Figures that tell how much something was, not by how much it changed: another time's are set beside them.

A clause that names no subject and measure plainly has none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ingest import listwords as words
from ingest import tablewords
from ingest.labels import is_measure
from ingest.phrase import Figure, Phrase, Span
from ingest.relative import RELATIVE, Time
from rag.period import Period
from rag.quantity import Quantity
from rag.text import fold
from rag.units import compatible, units

CHANGE = re.compile(
    r"(?:增长|增加|成长|上升|上涨|上扬|提高|提升|扩大|减少|下降|下跌|下滑|降低|衰退|萎缩|"
    r"缩减|高出|多出|少了|相差|差距|涨幅|跌幅|增幅|降幅|年增|年减|月增|月减|季增"
    r"|季减|同比|环比|[增升涨减降跌多少高低])(?:了|率)?\s*(?:大?约|近|逾|超过|达)?\s*$"
)
"""Before a figure that is the amount or rate of a change."""
REACHING = re.compile(
    r"\s*(?:(?:已经?|则|却|便|也|亦|更|还|尚|仍|均|又|再|就|一举|一路|首度|首次|一度|同步|"
    r"大幅|小幅|略|微|进一步|随之)*"
    r"(?:(?:一路|首度|首次|一度)?[增升涨减降跌缩扩攀滑拉调提跃拓突冲回站逼掉]\S{0,2}[至到为成破上近]了?|"
    r"创下|录得|达到?了?|来到|只有|仅有?|还有|尚有|约有|共有|共|只?剩下?|为|是|有|约为?|只|"
    r"才)\s*)"
    r"(?:大?约|近|逾|超过|接近|不到|不足|仅|只|高达|多达|至少)?\s*$"
    r"|\s*(?:(?:大?约|近|逾|超过|接近|不到|不足|高达|多达|至少|已|则|为|是|:)\s*)+$"
)
"""Ends what stands before a figure and says only that it is so much."""
PLANNED = re.compile(
    r"预[计估期测]|可望|有望|目标|计划|打算|[拟将](?!近)|希望|力争|上看|挑战|财测|展望|明年|"
    r"后年|下季|下月|原先|原本|原定|如果|可能|会(?=[增达升降减超])"
)
NO_TOPIC = re.compile(
    r"[占达到增升降跌突超创].*|比重|比例|其中|合计|总计|[总共]共?|数字|金额|增速|增幅|年增率?|"
    r"同比|环比|上述|以及|结果|(?:他|她|它|我|你)们?|.*(?:分别|[、?]|各自|"
    + tablewords.NO_OCCASION.pattern
    + r").*"
)
"""Says nothing of what is counted, or more than one thing."""
POINTING = re.compile(r"[该此这那其]")
_OPENING = re.compile(
    r"\s*(?:截[至止]|到了?|在|于|而|但|不过|其中|并|且|另外?|此外|同时|至于|其|尽管|虽然|"
    r"因此|结果|反观|若(?:以|从).{1,6}看|从.{1,6}看)?\s*(?:,|的是)?\s*"
)
_AFTER_TIME = re.compile(r"\s*(?:底|末|止|时|的|全年|全季|单季|当季|期间|间|,)*\s*")
PLAIN_TAIL = re.compile(r"\s*(?:左右|上下|而已|之多|的(?:水准|水平|历史新高|新高))?\s*")
_NOUN_TAIL = re.compile(r"\s?的?[\u4e00-\u9fff]{1,5}")
_SAYING = re.compile(r".*(?:表示|指出|预告|透露|认为|显示|统计|估计|强调|坦言|提到|发现|说|称)\s*")
_REPORTING = re.compile(r"(?:公布|宣布|发布|发表|公告|披露|揭露|交出)(?:了|的)?")
_QUALIFYING = re.compile(r"\s?(?:以[上下])?的(?=[\u4e00-\u9fff]{2})")
_ENDING = re.compile(r"(?:则|均|也|已|仍|还|就|当季|单季|当年|全年|方面|首度|首次|第一次|一度|同步)+$")
_BEGINNING = re.compile(r"^(?:[^\w(]|\ue000|全年|单季|当季|当年|单月)+")
_WORD = re.compile(r"[\u4e00-\u9fff]{2}")
_NO_WORD = re.compile(r"[\d;:,。!?\ue001]")
_LONGEST_TOPIC, _LONGEST_TAIL = 24, 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its figures by where they begin, and the day it was published."""

    phrase: Phrase
    amounts: Mapping[int, Quantity]
    published: date | None

    def figures(self, start: int, end: int) -> list[Figure]:
        """The figures in a span that are no times."""
        inside = self.phrase.figures_in(start, end)
        return [one for one in inside if not one.is_time and one.start in self.amounts]

    def times(self, start: int, end: int) -> list[Period]:
        """The times in a span."""
        return [time for time in self.phrase.periods if start <= time.start and time.end <= end]

    def said(self, period: Period) -> Time:
        """A time of the sentence, with 底 or 末 behind it."""
        ending = re.compile("[底末]").match(self.phrase.mask, period.end)
        end = self.phrase.text[period.end] if ending else ""
        return Time(self.phrase.shown(period.start, period.end) + end, period)


@dataclass(frozen=True, slots=True)
class Level:
    """How much something was at one time."""

    figure: Figure
    quantity: Quantity
    topic: str
    """Subject and measure as written, without the time."""
    verb: str
    """What stands between them and the figure."""
    tail: str
    time: Time
    start: int
    """Where its clause begins."""
    is_beside: bool = False
    """Whether it is itself of a time set beside another one."""

    @property
    def measured(self) -> bool:
        """Whether the topic names what is measured, so that 為 can follow it."""
        return is_measure(fold(self.topic))


def topic_in(sentence: Sentence, start: int, end: int) -> str:
    """The topic in a span; "" where it is none, is planned, denied or of several."""
    phrase = sentence.phrase
    opening = _OPENING.match(phrase.mask, start, end)
    at = opening.end() if opening else start
    said = _SAYING.match(phrase.mask, at, end)
    spans, at = [], said.end() if said else at
    for time in sentence.times(at, end):
        spans.append((at, time.start))
        behind = _AFTER_TIME.match(phrase.mask, time.end, end)
        at = behind.end() if behind else time.end
    spans.append((at, end))
    text = "".join(phrase.text[a:b] for a, b in spans).rstrip(" ,，、的")
    folded = "".join(phrase.mask[a:b] for a, b in spans)[: len(text)]
    ending = _ENDING.search(folded)
    folded = folded[: ending.start() if ending else None]
    beginning = _BEGINNING.match(folded)
    text, folded = (one[beginning.end() if beginning else 0 : len(folded)] for one in (text, folded))
    if reporting := _REPORTING.search(folded):
        text, folded = (one[: reporting.start()] + one[reporting.end() :] for one in (text, folded))
    is_noun = 2 <= len(folded) <= _LONGEST_TOPIC and _WORD.search(folded) and not _NO_WORD.search(folded)
    text = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text)
    is_claimed = not any(pattern.search(folded) for pattern in (PLANNED, words.DENIED, CHANGE))
    return text if is_noun and is_claimed and not NO_TOPIC.fullmatch(folded) else ""


def level_in(sentence: Sentence, clause: Span, before: Time) -> Level | None:
    """The level that a clause tells; `before` is the time of the clauses before it."""
    (start, end), mask = clause, sentence.phrase.mask
    figures, times = sentence.figures(start, end), sentence.times(start, end)
    while len(figures) > 1 and _QUALIFYING.match(mask, figures[0].end, figures[1].start):
        figures = figures[1:]  # 「年付費超過百萬元的大客戶有 412 家」
    relative = RELATIVE.search(mask, start, end)
    if relative and not any(one.start <= relative.start() and relative.end() <= one.end for one in times):
        return None
    if len(figures) != 1 or len(times) > 1 or (relative and relative["same"]):
        return None
    figure = figures[0]
    if CHANGE.search(mask, start, figure.start) or any(
        time.span or time.start > figure.start for time in times
    ):
        return None
    reaching = REACHING.search(mask, start, figure.start)
    verb = reaching.start() if reaching else figure.start
    topic, tail = topic_in(sentence, start, verb), mask[figure.end : end]
    if not topic or len(tail) > _LONGEST_TAIL:
        return None
    level = Level(
        figure,
        sentence.amounts[figure.start],
        topic,
        sentence.phrase.text[verb : figure.start] or " ",
        "" if PLAIN_TAIL.fullmatch(tail) else sentence.phrase.text[figure.end : end],
        sentence.said(times[0]) if times else before,
        start,
    )
    is_plain = counts(topic, level.quantity) and (not level.tail or _NOUN_TAIL.fullmatch(tail))
    return level if level.measured or is_plain else None


def counts(topic: str, quantity: Quantity) -> bool:
    """Whether a figure can be of a topic: of what is no measure itself, so many pieces or so much money."""
    folded, kind = fold(topic), units().kinds.get(quantity.unit)
    return is_measure(folded) or kind in ("count", "money") or (kind == "share" and "占" in folded[1:-1])


def same_class(one: Quantity, other: Quantity) -> bool:
    """Whether two figures may be of one thing: percent with percent, money with money of one currency."""
    kinds = {units().kinds.get(quantity.unit, "") for quantity in (one, other)}
    if kinds & {"share", "measure"}:
        return one.unit == other.unit
    return compatible(one.unit, other.unit)
