"""The words around lists of figures, as patterns: what marks a list, joins it, names its keys.

All match text as `rag.text.fold` gives it: Simplified, half width, lower case.
"""

import re

MARKER = re.compile(
    r"(?:分别|依[序次])\s?(?:依[序次]|分别)?"
    r"|各(?:自|别)?(?=\s?(?:约|近|逾)?\s?(?:[为是占有达得获拿增减升降跌涨\d]"
    r"|(?:[\u4e00-\u9fff]{1,4}了|部署|"
    r"[装建开增加派投捐购订卖售买产交发出入运种裁招聘销借贷分付收花用耗养设添录贡承认提完采存][\u4e00-\u9fff]{0,2})"
    r"\s?(?:约|近|逾)?\s?\d))"
)
"""分別, 依序, 依次; 各 only before a verb or figure (各為, 各有, 各裝設了), not as "every" (各國)."""
RESPECTIVELY = re.compile(r",?\s*\brespectively\b,?")

_WORDS_WITH_JOINER = (
    "总和|饱和|温和|柔和|祥和|附和|随和|(?<!空)调和|(?<!减)缓和|共和[国党]|中和[区反作剂]|和平(?!均)|和解(?![散释决除读])|和谐|"
    "和睦|和谈|和尚|和牛|和服(?!务)|和约(?!\\d)|参与|给与|授与|赋与|与会|与否|与此|与众|与日|及时(?![代间])|及早|及格|及其(?!他)|及以[上下]|"
    "涉及|波及|普及|遍及|提及|危及|顾及|不及|埃及|来得及|跟[进踪随上前班风]|高跟|"
    "[与和跟]前?[^,;、]{1,12}相[比较]|现金及(?:现金|银行|约当)?|[销贸][售易]及|一般及|管理及"
)
INSIDE_WORD = re.compile(_WORDS_WITH_JOINER)
"""Words and fixed terms in which 和, 及, 與 or 跟 joins no members."""
JOINER = re.compile(r"\s*(?:(?P<comma>、)\s*)?(?P<last>以及|还有|[和及与跟&])\s*|\s*、\s*")
PERIOD_JOINER = re.compile(
    r"\s*(?:全年|年?底|年?末)?\s*(?:[、,/&]\s*)?(?:以及|[和及与跟]|\band\b)?\s*(?:截[至止])?\s*"
)
UNTIL = re.compile(r"\s?止(?:(?P<months>\s?(?:[一二三四五六七八九十]{1,2}|\d{1,2})\s?个月)|(?:财政)?年度)")
AS_OF = re.compile(r"截[至止]\s*$")
CLAUSE_END = re.compile(r"[;。!?…]|:(?!\d)|(?<!\d):|,(?!\d{3}(?!\d))|(?<!\d),")

QUESTION = re.compile(r"多少|几[个家名年位成]|哪|什么|谁|何[时者人地]|[?]|吗$")
SUPPOSED = re.compile(
    r"(?:^|[,;:。])\s*(?:如果|假[如设若使]|倘若|若(?![干把按以从依就论看])|设(?![有立计备施置厂])|除非)|是否|\b(?:if|whether|unless)\b"
)
"""Nothing in such a sentence is claimed."""
DENIED = re.compile(r"并非|不是|并?未|没有?|无法|\bnot\b")
"""Nothing behind it in its clause is claimed."""
PRONOUN = re.compile(
    r"(?:前|后|两|二|三|此|再|其)者|[他她它我你](?:们)?|自己|其|其中|第?[一二三四五六七八九十\d]+|上述.*|以下.*|"
    r"(?:该|此|这|那)?(?:[两二三四五六七八九十几数]|\d+)\s?(?:者|家|国|地|人|队|方|组|校|市|县|店|厂|个|位|名)"
)
"""Names that say nothing out of their sentence."""

OPENING = re.compile(
    r"\s*(?:其中|而|并且?|此外|另外|同时|因此|不过|但是?|且|另|至于|以及|当中|则)?(?:,|的是)?\s*(?:其中)?,?\s*"
)
ADVERBS = re.compile(r"[\s,]*(?:则|(?<!平)均|都|也|皆|又|已|将|便|就|还|总?共|合共)?\s*$")
SAYING = re.compile(
    r".*(?:显示|指出|表示|发现|认为|造成|导致|分为|分成|透露|称|公布|宣布|统计|估计|预计|包括|例如|当中|其中|之中)"
)
PREPOSITION = re.compile(r"\s*(?:在|于|从|自|对于?|就|按|由|截至|截止|除了?|关于|至于|随着|根据|据)\s*")
QUALIFYING = re.compile(
    r"^(?:刚|最|另)|加入|排名|来自|位于|成立|上市|负责|担任|入股|推出|收购|主打|专注|叫做"
)
"""Before a 的 with a name behind it: 新加入的青禾; what stands before it is no name itself."""
APPOSITION = re.compile(
    r"\s*等?\s*(?<!第)(?<!第\s)(?P<number>[一两二三四五六七八九十]|\d{1,2})\s?(?P<unit>县市|省市|大|个|家|间|国|地|人|者|所|队|市|省|县|区|位|名|款|项|类|种"
    r"|座|部|处|艘|条|组|校|州|厂|店|站|行|方|党|岛|村|支|场|门|科|期|年|季|月|天|日)"
)
"""What sums up the members behind them: 三家(公司), 兩國, 等五家(廠商)."""
TAIL = re.compile(
    r"的|等(?=[\s一两二三四五六七八九十\d的])|在(?!线|职)|于|对|占|以(?![上下内外])|当中|之中|之间|中(?=,|$)|组成|构成|每(?=[人天日年月周次])|拿下|获得|取得|达到|共|合计|合共|同比|环比"
    r"|(?:今|去|前|本)年|则$|均$|都$|也$|皆$|又$"
)
"""Where the last member of a list of names ends."""
NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}

MEASURE = re.compile(
    r"(?:[率额量数价值比费利分温度]|收入|营收|费用|获利|利润|毛利|净利|纯益|盈余|成本|支出|开支|人口|价格|里程|水位|面积|寿命|年龄|身高|体重|得分|成绩|席次?|席位"
    r"|票房|客户|用户|员工|人次|产能|资产|负债|现金流?|库存|存货|订单|贷款|存款|债务?|薪资|工资|月薪|年薪|预算|投资|规模|排名|占比"
    r"|比重|增速|[涨增跌降]幅|亏损|比例|速度|时间|距离|浓度|指数|直径|深度|厚度|长度|高度|质量|重量|电压|电流|功率|市值|股价|房价|油价"
    r"|交易|流入|流出|出口|进口|顺差|逆差|权重|周期|规模|奖金|罚款|税|eps|gdp|cpi|roe)$"
)
"""How the name of something measured ends."""
RATE = re.compile(
    r"(?:同比|年|环比|月|季)?(?:增长率|成长率|增长|成长率|年?增率|年?减率|增速|[涨增跌降]幅|占比|比重|变动率?|比例)$"
)
"""A measure of another measure: 營收的增幅."""
ADJECTIVE = re.compile(
    r"(?:平均|总|净|最高|最低|最大|最小|年均|月均|人均|每[股人日年月]|高|低|大|小|新|旧|单|双|主|副|非|税[前后])$"
)
"""Before a measure these belong to its name, not to all members of a list."""
OWNER = re.compile(
    r"(?:公司|集团|银行|大学|学院|医院|机构|部门|企业|团队|政府|[市县省国州区店厂队校院社部组班站馆军行党会])$|^(?:其|该|本|此|全)"
)
DEFINITE = re.compile(r"其|该|此")
"""Begins an owner that is meant for all members, whatever they are."""
BOUND = re.compile(r"\s*[及或]?以[上下内外]|\s*[)」』》”]")
"""What cannot be parted from the word before it."""

_MODIFIER = (
    r"(?:大?约|近|逾|超过?|不到|不足|至少|高达|仅|只有?|达到?|多达|将近|接近|了"
    r"|(?:同比|环比|按年|按季|年)?(?:增长|增加|成长|上升|上涨|上扬|提高|扩大|增|升|涨|减少|下降|下跌|下滑|降低|衰退|萎缩|减|降|跌|亏损|盈利|获利))"
)
MODIFIER = re.compile(rf"\s*{_MODIFIER}*\s*")
MODIFIER_AT_END = re.compile(rf"{_MODIFIER}+\s*$")
"""About, nearly, up, down: it goes with one figure, not with the list."""
COPULA = re.compile(r"\s*(?:为|是|有|占|达到?|则?为|来到)?\s*:?\s*")
BARE_COPULA = re.compile(r"\s*(?:为|是|约为?|约是|达到?)?:?\s*(?:约|近|逾)?\s*")
ACHIEVING = re.compile(r"\s*(?:实现|录得|取得|完成|创造|贡献|创下|拥有)(?:了|的)?\s*")
"""Before the measure that stands behind 分別: 分別實現營收 3 億元."""
GROWTH = re.compile(
    r"\s*(?:并|且|亦|也|均)*(?:较(?:上年|去年|前一?年|上季|上月)(?:同期)?|(?:与|同)(?:去年|上年)(?:同期)?相比|同比|环比|按年|按季|按月|年|月|季)"
    r"(?:约|则|又|再)*(?:增长|增加|成长|上升|上涨|提高|扩大|增|升|涨|减少|下降|下跌|下滑|降低|衰退|减|降|跌)了?(?:约|近|逾)?\s*"
    r"|\s*(?:增长|增加|成长|上升|上涨|减少|下降|下跌|下滑|增幅|降幅|涨幅|跌幅|年增|年减|占比)(?:约|近|逾|为|达|是)?\s*"
)
"""A clause of growth behind a list: its figures belong to the same keys."""
BARE = re.compile(
    r"(?:同比|环比|按年|按季|按月|年|再|又|亦|平均|合计|较(?:上年|去年|前一?年|上季|上月)(?:同期)?)?(?:则|均|也)?\s*"
)
"""A head that names nothing of its own."""
COMPARED = re.compile(r"\s*(?:并|又|再|均)?[比较与]\s*")
"""Before a time with which the values are compared, not one of theirs: 比上年末增加…"""
WITH_OWN = re.compile(r"及其(?!他)")
PER_UNIT = re.compile(r"\s*每.{1,4}$")
COMPARING = re.compile(r"[占较比]|同比|环比")
"""Begins a head that says something of what the list before it counts."""
SAME_TIME = re.compile(r"同期的?")
CONTRAST = re.compile(r"则|而(?!且)|至于|反观")
"""With a head that names another owner: 乙則分別為…"""
PART = re.compile(r"[\s,而]*其中")
POINTING = re.compile(r"\s*(?:[这那此若]|对此|因此|所以|结果|如果)")
"""Begins a clause that says nothing without the sentence before it."""
COMPOSED = re.compile(r"(?:组成|构成|组合而成),")
LISTING = re.compile(r"(?:分为|分成|包括|包含|即|[有是为])\s*$")
"""Ends what stands before a list that has a clause of its own: 分為甲組和乙組,…"""
MONEY = re.compile(r"元|[$€£¥]|美金|台币|港币|人民币")
PART_OF_NAME = re.compile(r"[国队区组班校县市厂店站线]")
"""Behind names of one character what sums them up is part of each: 北、中、南三區."""
BOTH = re.compile(r"(?:其|[两二三四五六七八九十](?:者|组|国|地|队|方|家(?:公司)?|人|校|市|州|厂))的?\s*")

LINKING = re.compile(
    r"\s*(?P<verb>(?:名?为|是|叫做?|称为|来自于?|位于|坐落于|坐落在|设在|落在|投向|投入|流向|用于|归于|分给|拨给|捐给|颁给|授予|送给|交给|留给|卖给|毕业于|出生于|生于|成立于|建于|担任|出任|获得|夺得|拿下|荣获"
    r"|属于?|改名为|更名为|排名?|名列|位居|位列|排在|前往|飞往|来到|去了|改为|转往)了?:?)\s*"
)
"""Verbs that tie names to names one by one."""
AGENT = re.compile(r"\s*(?P<verb>由|被|在|于|归|自|从)\s*")
AGENT_TAIL = re.compile(
    r"的|(?:获得|夺得|夺下|拿下|摘下|取得|夺冠|包办|担任|出任|接任|兼任|负责|主持|执导|主演|饰演|主办|承办|举办|举行|创作|作曲|演唱|撰写|设计"
    r"|制作|生产|制造|兴建|承建|经营|管理|提供|出版|发行|成立|设立|上市|落成|开幕|开始|启用|通车|投产|出土|发现|召开|登场|进行|出发|起飞|当选|胜出|毕业|出生|去世|逝世)了?"
)
"""What ends the names behind 由 or 在."""
AT = ("在", "于", "对", "中", "由", "是", "为", "有")
"""Words between what goes with all and a list: 公司在國內與海外, 客戶是甲與乙."""
TIMES_SUMMED = re.compile(
    r"\s*(?:期间|之?间|各年度?|这?[两三四五六](?:个?财?年度?|年|次|届|个?季度?|个月))?\s*,?\s*"
)
"""Behind a list of times: 三年間, 兩次."""
AFTER_TIME = re.compile(r"\s*(?:全年|全季|期间|间|的|以来|,)?\s*")
ACTING = re.compile(r"\s*(?:(?![至到增减升降])[\u4e00-\u9fff]){2,8}\s*")
"""Between the last figure of a list and another that is the same for all."""
PRESENTING = re.compile(r"[^、]*?(?:为|是|有|包括|包含)\s*")
