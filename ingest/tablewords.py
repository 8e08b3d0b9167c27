"""The words of tables and of the lines above them, as patterns: what heads a column, what a title adds.

All match text as `rag.text.fold` gives it: Simplified, half width, lower case.
"""

import re

METRIC_HEADER = re.compile(
    r"(?:主要|财务|关键|各项)?(?:项目|指标|科目|数据|内容|类目|统计项|名称及单位)|items?|"
    r"metrics?|indicators?|measures?|figures?"
)
RANK_HEADER = re.compile(r"排名|名次|序号?|编号|序次|次序|no\.?|#|rank(?:ing)?|place|s/?n")
DAY_HEADER = re.compile(r"日期?$|(?:时间|日子)$|\bdate$|\bday$")
VALUE_HEADER = re.compile(r"金额|数值|数额|数字|数量|本期|金额数|值|amount|values?|figures?")
"""Heads a column of whatever the rows measure."""
CHANGE_HEADER = re.compile(
    r"(?:同比|环比|年|季|月|按年|按季)?(?:增减|变动|变化|增长|成长|增|减)(?:率|幅度?|比例|百分比|额|数)?"
    r"|[涨跌升降增减]幅|差异|占比|比重|占.{1,6}比(?:例|重)|yoy|qoq|mom|change|growth|% change|share"
)
TOTAL = re.compile(r"合计|总计|小计|总和|累计|平均|全体|(?:grand |sub)?total|average|overall|sum")

MEASURE_ENGLISH = re.compile(
    r"\b(?:revenues?|sales|turnover|profits?|income|loss(?:es)?|earnings|margins?|costs?|"
    r"prices?|rates?|ratios?|shares?|"
    r"growth|number of .+|counts?|staff|employees|headcount|workers|customers|clients|users|"
    r"subscribers|members|"
    r"visitors|visits|guests|passengers|students|stores|shops|outlets|branches|rooms|beds|"
    r"seats|units(?: sold)?|"
    r"volumes?|output|production|capacity|yields?|area|population|households|density|weight|"
    r"height|length|width|depth|"
    r"distance|range|speed|temperature|rainfall|age|scores?|points|wins|losses|goals|attendance|"
    r"budgets?|spending|"
    r"expenses?|expenditures?|investments?|assets|liabilities|debts?|deposits|loans|cash(?: flow)?|"
    r"dividends?|eps|"
    r"exports?|imports?|orders?|shipments?|deliveries|downloads|installs|inventory|consumption|"
    r"emissions?|efficiency|"
    r"salary|wages?|salaries|rents?|fees?|tax(?:es)?|amounts?|totals?|power|energy|fuel|occupancy|"
    r"utili[sz]ation)"
    r"(?: (?:per|of|in|from|to) .+)?$"
)
MEASURE_MORE = re.compile(
    r"(?:数|量|率|额|值|价|价格|租金|售价|票价|定价|单价|房租|得票|胜场|败场|积分|场次|篇幅|"
    r"里程|航程|续航|尺寸|容量|载重|载客|人口|户"
    r"|字数|页数|评分|评价|时长|工时|时数|耗时|工期|刑期|年资|专利|师资|套数|笔数|件数|次数|"
    r"天数|现金|投入|持股|股利|配息"
    r"|[利价温时落]差|收益|损益|盈利|净损|净亏损?|销售|出货|交付|研发|营业额|存量|流量|客流|"
    r"雨量|降水|气温|湿度|海拔|排放|用电|用水|产出|收成|收视"
    r"|功率|扭力|马力|油耗|电耗|解析度|分辨率|频率|音量|转速|参数|显存|内存|带宽|延迟|准确度|"
    r"精度|总分|平均分|学费|月费|年费|会费|运费"
    r"|毛利|现价|涨跌|市场份额|份额|渗透|覆盖|占地|楼高|楼层|身价|片酬|预购|销售总?额|总数|"
    r"本数|支数|台数|辆数|人数|家数|店数|股数|架次|班次数)$"
    r"|^(?:[直加]营|总)?(?:门店|门市|分店|店面|据点|工厂|座位|床位|房间|学生|教师|会员|成员)$"
)
"""How more names of something measured end, in headers, where nothing else can stand."""
MONEY_MEASURE = re.compile(
    r"收入|营收|营业额|销售额|[经杂]?费|支出|开支|成本|获利|利润|毛利(?!率)|净利(?!率)|纯益(?!率)|"
    r"盈余|收益(?!率)|亏损|损益|净损|净亏|资产|负债|债务|现金"
    r"|款|贷款|存款|金额|总额|市值|估值|价值|产值|预算|投资|股本|权益|薪|工资|奖金|税(?!率)|"
    r"房价|售价|单价|租金|股利|规模"
    r"|\b(?:revenues?|sales|turnover|profits?|income|loss|losses|earnings|costs?|expenses?|"
    r"expenditures?|spending|assets|"
    r"liabilities|debts?|deposits|loans|cash|budgets?|investments?|dividends?|equity|wages?|"
    r"salar(?:y|ies)|value)\b"
)
NO_MONEY = re.compile(
    r"率|比例|比重|占比|[增减涨跌]幅|每股|人均|每[人户件台辆张客间]|\b(?:rate|ratio|margin|"
    r"share|growth|per)\b|%"
)

UNIT_LINE = re.compile(
    r"\(?(?:货币|金额|计量)?单位\s*:\s*(?P<unit>[^()\n]{1,20}?)\)?|\(?(?:in|unit:|units:)\s+(?P<english>[^()"
    r"\n]{1,24}?)\)?"
)
BRACKETED = re.compile(
    r"\s*[(\[【〔]\s*(?:单位\s*[:为]?\s*|in\s+)?(?P<inside>[^()\[\]【】〔〕]{1,20}?)\s*[)\]】〕]\s*$"
)
"""The last bracket of a label, perhaps its unit."""

STRIPPED = re.compile(
    r"^\s*(?:[#>•·▪●○■◆*–—-]+\s*)*(?:第?[一二三四五六七八九十]{1,3}[、.章节]\s*|\(?[一二三四五六七八九十\d]{1,2}[)"
    r"、.](?!\d)\s*)?(?:[图附]?表\s*[一二三四五六七八九十\d.-]*\s*[:、.]?\s*)?(?:关于|有关)?"
    r"|\s*(?:如下表?(?:所示)?|见下表|详见下表|一览表?|统计表?|对照表?|比较表?|明细表?|情况表?|"
    r"概况|情形|情况|表现|排行榜?|变化|走势|表)?\s*[:。.]*\s*$"
)
"""What stands before and behind the words of a title."""
TIMELESS = re.compile(
    r"(?:最?近|过去|历|各|每|近)(?:[一二两三四五六七八九十\d]+\s?)?(?:个)?(?:年度?|季度?|"
    r"月份?|期|年来|季来|日)(?:的|间|内|来)?"
)
EACH = re.compile(r"各(?:大|个|类|项|种|级|地)?")
NAME_ENDS = re.compile(
    r"的|公布|发布|公告|发表|披露|宣布|表示|近|最近|历[年季]|各|主要|重点|关键|财务|财报|"
    r"业绩|营运|运营|经营|营收|营业|获利|销售|产销|季报|年报|月报|半年报"
    r"|成绩单|数据|统计|概况|摘要|一览|简介|基本资料|档案|\s(?![a-z\d])|[:,、。()|【】]"
)
"""What follows the name of the one a title or sentence is about."""
NO_SUBJECT = re.compile(
    r"(?:最?近|历|过去|[一二两三四五六七八九十几多数][款家大个项位座]|本|该|此|这|那|我|全|其|各|某|每|上述|以下|如下|图|附?表|记者|编辑|资料|来源|国内|"
    r"国际|全球|主要|重点|年度|季度|单位|注|备注|根据|截[至止]|关于|以及|其中|目前|今|去|"
    r"昨|明).*"
)
NO_OCCASION = re.compile(
    r"成立|创立|创办|推出|设立|开幕|开业|加入|以来|起(?!重)|建成|启用|上市|入股|收购|投产|"
    r"诞生|出生|自从|之后|以后|之前|以前|前后"
)
"""With a period it is when something came to be, not when the figures are of."""
KEYED = re.compile(
    r"(?:[-*•·▪●○■◆–—‧◎]\s*|\(?\d{1,2}[.)、]\s+)?(?P<key>[^:,。;!?|()]{1,30}?(?:\s?\([^:()]{1,12}\))?)\s*(?:(?<!\d)"
    r":|(?<=\d{4}):|:(?=\s)|——?|\s-\s)\s*(?P<value>(?:[^,。;!?()]|,(?=\d{3})){1,30}?)\s*(?:(?:[(;。]|"
    r",(?!\d{3})).{0,120})?"
)
"""A line that gives one key its value."""
