"""What a question asks for, by its words: a figure, a date, a person, a reason, a list.

All patterns are matched against folded text: Simplified, half width, lower case.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rag.text import fold

Kind = Literal["value", "date", "person", "place", "reason", "definition", "list", "other"]

MEASURE = (
    r"(?:价格|费用|人次|[租奖罚基押订股资现罚佣]金|股利|电压|功率|[率额价费龄薪]|(?<![力质测商考较])量"
    r"|(?<![代变])数|(?<![制态程年季印进])度|收入|营收|利润|获利"
    r"|净利|毛利|盈利"
    r"|盈余|亏损|净损|损失|支出|开支|成本|预算|资产|负债|面积|人口|体积|占比|比例|比重|比分|股份|股权|市值"
    r"|产值|估值"
    r"|价值|产能|销售|业绩|票房|身高|[气水体室油]温|海拔|全长|总长|体重|距离|里程|规模|排名|名次|得分|寿命"
    r"|学费|关税|股息|工资|薪资"
    r"|薪水|现金流|eps|gdp|cpi)"
)
"""What a noun that can be measured ends with; 質量, 力量, 代數, 制度 and the like are none."""
ENGLISH_MEASURE = (
    r"\b(?:revenues?|turnover|sales|income|profits?|loss(?:es)?|margins?|earnings|ebitda|eps|gdp|prices?"
    r"|costs?|expenses?"
    r"|spending|budget|fees?|wages?|salary|share|stake|percentage|proportion|ratio|rate|number|amount"
    r"|total|headcount"
    r"|population|area|size|height|length|depth|width|weight|mass|volume|capacity|output|production"
    r"|temperature"
    r"|speed|distance|duration|age|range|valuation|market cap(?:italization)?|magnitude|density|score"
    r"|growth|rents?|tax(?:es)?|debt|assets|deficit|surplus|fine|dose|frequency|turnout|inflation|dividend"
    r"|yield"
    r"|altitude|elevation|premium|interest|investment|funding|power|energy|voltage|attendance|consumption"
    r"|gdp|toll|odds|(?:average|total|median|maximum|minimum|combined) \w+)\b"
)

_WHEN = (
    r"何时|何[年月日]|什么时[候间]|哪一?[年天月日季]|第几季|几[月号时点]|星期几|周几|多久以前"
    r"|哪一?个(?:月|季|年)"
)
_VALUE = r"多少|多[大高长重宽远快深贵厚久]|(?<!星期)(?<![礼拜周])几(?!月|号|时|点|乎|何)|[占分]之几"
_ENGLISH_VALUE = (
    r"\bhow (?:many|much|large|big|high|old|long|heavy|far|fast|tall|deep|wide|often)|\bwhat (?:share|rate"
    r"|percent\w*|proportion)"
    r"|\b(?:at|to|by|of) what (?:\w+ )?(?:temperature|speed|price|age|rate|cost)"
)
_LIST = (
    r"哪些|(?<!第)哪几|有(?:什么|何)(?!用|时)|有谁|列[出举]|^list\b|^name (?:the|all|three|two)\b"
    r"|\b(?:which|what) (?!(?:is|was|has|does)\b)(?:\w+ ){0,2}(?!(?:business|gas|bus|process|news|class"
    r"|does|was|is|has)\b)"
    r"\w+s (?:are|were|have|do|does|did|will|can)\b"
    r"|\bwhich (?:\w+ )?(?!(?:business|gas|bus|process|news|class|sports)\b)\w+[^su\W]s (?!(?:is|was|has"
    r"|does)\b)[a-z]+\b"
    r"|^what (?:are|were) the (?:\w+ )?(?!(?:revenues|sales|losses|earnings|profits|costs|expenses"
    r"|margins)\b)\w+s\b"
)
_DEFINITION = (
    r"什么(?:是|叫做?)|何谓|^(?!.*[的最主]).*是(?:一[个种家项座])?什么(?!时)|指的?就?是(?:一种)?什么"
    r"|指什么|什么意思|如何|怎么|怎样|什么样的|介绍"
    r"|^what (?:is|are) (?:an? )?[\w-]+(?: [\w-]+)?\?*$|what does .* mean|\bhow (?:do|does|did|is|are|was"
    r"|were|can|could|will)\b"
)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "reason",
        re.compile(
            r"为什么|为何(?!人|物)|何以|何故|怎么会|因为什么|原因|理由|缘由|\bwhy\b|\breasons?\b"
            r"|^what (?:caused|led to)"
        ),
    ),
    ("list", re.compile(_LIST)),
    ("value", re.compile(_ENGLISH_VALUE)),
    ("date", re.compile(rf"{_WHEN}|\bwhen\b|\bwh(?:at|ich) (?:year|date|month|day|quarter|time)\b")),
    ("value", re.compile(_VALUE)),
    (
        "person",
        re.compile(
            r"谁|哪一?位|什么人|何人|(?:人|家|长|师|员|者|裁|手)(?:的名字|姓名)?(?:叫|是)什么(?:名字?)?"
            r"|\bwho(?:se|m)?\b"
        ),
    ),
    (
        "place",
        re.compile(
            r"哪里|哪儿|哪裏|哪一?个(?:城市|国家|地[方区点]|州|省|县|市)|哪[座国]|何处|何地|什么地[方点]"
            r"|什么城市|\bwhere\b"
            r"|\bwh(?:at|ich) (?:city|country|town|state|province|place|region)\b"
        ),
    ),
)
_ASKING = re.compile(
    r"什么|何|谁|哪|如何|怎|吗|是否|是不是|有没有|能否|会不会|介绍|说明"
    r"|\b(?:what|who|which|when|where|why|how|is|are|was|were|do|does|did|has|have|can|will)\b"
)
_OPENING = re.compile(
    r"^(?:请问(?:一下)?|请?告诉我|我?想(?:知道|问|了解)(?:一下)?|帮我查(?:一下)?|查(?:一下|询)?|tell me"
    r"|please)[,:， ]*"
)
_NOUN_END = re.compile(r"(?:(?:各)?[是为有]|呢|大概|大约|[?!。. :])+$")
_MEASURE_AT_END = re.compile(rf"{MEASURE}$")
_MEASURE_ASKED = re.compile(rf"{MEASURE}(?:是什么|如何|怎么?样|表现如何)[?。]*$")
_DATE_AT_END = re.compile(
    r"(?:日期|(?:成立|上市|创办|发布|发行|开业|开幕|落成|完工|出生|投产)(?:时间|年份|日))$"
)
_ENGLISH_HEAD = re.compile(
    r"^(?:(?:and|so|then) )?(?:what(?:'s| is| was| were| are| will be) )?"
    r"(?P<head>.*?)(?= (?:in|for|of|at|by|from|to|on|during|between|that|per)\b|[?.]*$)"
)
_NOT_A_MEASURE = re.compile(
    r"(?:source|driver|model|strategy|policy|team|list|stream|type|name|plan"
    r"|target date)s?$"
)

_TOGETHER = re.compile(
    r"合计|总和|总计|一共|共计|合共|总共|加起来|加总|共有|\b(?:together|combined|in total|sum)\b"
)
_RELATED = re.compile(
    r"相[比差较]|差距|差多少|差了|之间|合作|合资|合[办建营并]|共[同有]|联手|携手|签[订署]|谁|还是"
    r"|哪[个家一]|(?:更|较)[高低多少大小]"
)
_EACH = re.compile(
    r"各(?:自|是|为|有|占|多少|家|项|[个季年厂厂厅校队区]|业务|部门|地区|产品|几|在)"
    r"|(?<!什么)(?<!何)(?<!的)分别|依序|依次|历年"
    r"|\brespectively\b|\beach (?:of|year|quarter)\b|\bboth\b"
)
_YEARS = r"(?:19|20)\d\d ?年?(?:第?[一二三四1-4]季度?|[上下]半年)?"
_PER_YEAR = re.compile(
    rf"(?:{_YEARS} ?(?:[至到~-]|–) ?{_YEARS}|[近过前这][去]?[两三四五六七八九十\d]+年).{{0,24}}每一?[年季]"
    rf"|每一年"
)
_AND = (
    r"(?:、|以及|(?<![总饱温柔缓共中平祥调协])和(?![平解谐服式约田硕泰])|(?<![参给])与(?![会否其])"
    r"|(?<![普涉提危触波埃])及(?![时格其])"
    r"|(?<!高)跟(?![随进踪]))"
)
_JOINED = re.compile(
    rf"(?P<left>[^,，?。]{{1,60}}?){_AND}(?P<right>[^,，?。]{{1,24}}?)(?:各|分别)?(?:(?:是|为|有|达|占|花|要"
    rf"|约)*(?:多少|几|什么|何时"
    rf"|哪年)|$)"
)
_TWO_ASKED = re.compile(
    rf"(?:{_WHEN}|{_VALUE}|谁).{{0,60}}?[、,，].{{0,60}}?(?:{_WHEN}|{_VALUE}|谁|哪里|什么)"
)
_ENGLISH_JOINED = re.compile(
    rf"{ENGLISH_MEASURE} and (?:the )?(?:\w+ ){{0,2}}{ENGLISH_MEASURE}|\bwhat were .*\band\b"
)
_RELATIVE_CLAUSE = re.compile(r"^(?:由|介于|在|对|从|自|跟|与|和|以)")

_HELD: dict[Kind, re.Pattern[str]] = {
    "value": re.compile(
        r"\d|[〇零一二两三四五六七八九十百千万亿兆半]+ ?(?:多|余"
        r"|来)?(?:[个位名人家年元倍成座条所台辆间件项次种吨米层岁天度坪]|公[里斤尺顷]"
        r"|分之|小时|分钟|百分点)|百分之|翻倍|减半|一半|过半"
        r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|hundred"
        r"|thousand|million|half|doubled)\b"
    ),
    "date": re.compile(
        r"\d{2,4} ?年|\d{1,2} ?[月日号]|\d{4}[-/.]\d|[12]\d{3}|[〇零一二三四五六七八九十]+ ?[年月日号]"
        r"|世纪|年代|[今去前明昨本当翌]年|[今昨明]日"
        r"|季|[上本下]个?[月周]|\b(?:january|february|march|april|june|july|august|september|october|november"
        r"|december)\b|\bq[1-4]\b"
    ),
    "reason": re.compile(
        r"因为|由于|因此|所以|为了|导致|来自|使得|意味|主因|原因|受.{1,12}影响|归因|因.{1,20}[,，而]"
        r"|because|due to|since\b|in order to"
    ),
}
_NO_LIMIT = re.compile(r"")


@dataclass(frozen=True)
class Asked:
    """A question, read."""

    question: str

    @cached_property
    def folded(self) -> str:
        """The question as the patterns see it."""
        return fold(self.question)

    @cached_property
    def kind(self) -> Kind:
        """What would answer it; "other" where its words do not say."""
        if _MEASURE_ASKED.search(self.folded) and (
            re.search(r"\d|[今去前]年", self.folded) or "什么" not in self.folded
        ):
            return "value"
        by_word = next((kind for kind, pattern in _KINDS if pattern.search(self.folded)), None)
        return by_word or self._kind_of_noun()

    @cached_property
    def plural(self) -> bool:
        """Whether it asks for more than one value."""
        if self.kind == "list" or any(p.search(self.folded) for p in (_EACH, _PER_YEAR, _TWO_ASKED)):
            return True
        if _TOGETHER.search(self.folded) or _RELATED.search(self.folded):
            return False
        return bool(_ENGLISH_JOINED.search(self.folded) or self._joins_measured())

    @cached_property
    def wants_figure(self) -> bool:
        """Whether only a figure answers: 多少, 幾, how many."""
        return self.kind == "value" and bool(re.search(f"{_VALUE}|{_ENGLISH_VALUE}", self.folded))

    def fits(self, sentence: str) -> bool:
        """Whether a sentence holds something of the kind that is asked for."""
        return bool(_HELD.get(self.kind, _NO_LIMIT).search(fold(sentence)))

    @cached_property
    def _noun(self) -> str:
        """The question without what opens and ends it."""
        return _NOUN_END.sub("", _OPENING.sub("", self.folded).strip())

    def _kind_of_noun(self) -> Kind:
        """The kind of a question that is a noun (「2024 年毛利率」) or that asks what a named measure is."""
        noun = self._noun
        found = _ENGLISH_HEAD.match(noun)
        head = found["head"] if found else ""
        measured = re.search(ENGLISH_MEASURE, head) and not _NOT_A_MEASURE.search(head)
        if measured and not _ASKING.search(head):
            return "value"
        if not _ASKING.search(noun):
            if _MEASURE_AT_END.search(noun):
                return "value"
            if _DATE_AT_END.search(noun):
                return "date"
        return "definition" if re.search(_DEFINITION, self.folded) else "other"

    def _joins_measured(self) -> bool:
        """Whether 和, 與, 及 or 、 joins what is measured, or the owners of it."""
        if self.kind not in ("value", "date", "person", "place"):
            return False
        joined = _JOINED.search(self._noun)
        return bool(joined and not _RELATIVE_CLAUSE.search(joined["left"]))
