"""Invented reports full of figures, with questions about them: what encyclopaedia text does not teach.
Every name and number is random. Of each list of templates every fourth is held out for validation."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import Formatter

HELD_OUT_EVERY = 4


@dataclass(frozen=True)
class Period:
    """A year, half ("H"), quarter ("Q") or month ("M") with its number."""

    year: int
    kind: str = "Y"
    number: int = 0


@dataclass(frozen=True)
class Asked:
    """A question and where its answer lies in the passage; no answer: (-1, -1)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Fact:
    """`value` at (start, end) is the `metric` (index into METRICS) of `company` in `period`."""

    company: str
    metric: int
    period: Period
    start: int
    end: int


@dataclass
class Report:
    """A passage in the making."""

    text: str
    facts: list[Fact]
    asked: list[Asked]


GIVEN = "凌曜嘉啟辰鴻宏泰昕晟瀚磐銘禾澄翊晶聯元承豐陽遠景旭恆岳崧沛穎駿奕睿皓曄亞創映朗森渝桐霖寰宸昶勁"
TRADES = ("科技", "電子", "半導體", "生技", "能源", "材料", "精密", "航空", "食品", "汽車", "軟體", "光電", "資訊", "物流", "銀行", "證券", "醫療", "智能", "機器人", "紡織", "化工", "航運")
SUFFIXES = ("", "", "", "公司", "集團", "控股", "股份有限公司")
LATIN = ("lu", "mo", "ra", "vex", "tri", "on", "sy", "nor", "qua", "bel", "zen", "ka", "dra", "fi", "pol", "ter", "ori", "xa", "ne", "gra")
PEOPLE = ("陳", "林", "王", "李", "張", "吳", "劉", "蔡", "楊", "許", "鄭", "謝", "郭", "洪", "曾", "趙", "周", "徐", "孫", "馬")
PLACES = ("臺北", "新竹", "高雄", "臺南", "上海", "深圳", "杭州", "北京", "成都", "東京", "首爾", "新加坡", "柏林", "倫敦", "矽谷", "檳城", "河內", "廣州", "武漢", "香港")

# Names in Chinese, in English, and the kind of value.
METRICS: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (("營收", "營業收入", "收入", "總收入"), ("revenue", "sales"), "money"),
    (("淨利", "淨利潤", "稅後淨利"), ("net profit", "net income"), "money"),
    (("淨虧損", "虧損", "經調整淨虧損"), ("net loss", "loss"), "money"),
    (("毛利",), ("gross profit",), "money"),
    (("毛利率",), ("gross margin",), "percent"),
    (("營業利益率", "營益率"), ("operating margin",), "percent"),
    (("研發費用", "研發支出", "研發投入", "研發開支"), ("R&D spending", "research and development expenses"), "money"),
    (("資本支出",), ("capital expenditure",), "money"),
    (("客戶數", "客戶數量", "客戶"), ("number of customers", "customers"), "firms"),
    (("員工人數", "員工數", "員工"), ("number of employees", "headcount"), "people"),
    (("市占率", "市場份額", "市占"), ("market share",), "percent"),
    (("出貨量",), ("shipments",), "pieces"),
    (("銷量", "銷售量"), ("sales volume", "units sold"), "pieces"),
    (("年產能", "產能"), ("production capacity", "capacity"), "capacity"),
    (("每股盈餘", "EPS"), ("earnings per share", "EPS"), "share"),
    (("門市數", "門市數量", "門市"), ("number of stores", "stores"), "shops"),
    (("活躍用戶", "月活躍用戶", "用戶數"), ("active users", "users"), "users"),
    (("融資金額", "融資額"), ("amount raised", "funding"), "money"),
    (("現金及約當現金", "現金儲備"), ("cash", "cash reserves"), "money"),
    (("估值", "投後估值"), ("valuation",), "money"),
    (("海外營收占比", "海外收入占比"), ("share of overseas revenue", "overseas share of revenue"), "percent"),
    (("專利數", "專利數量"), ("number of patents", "patents"), "patents"),
    (("股息", "現金股利"), ("dividend", "cash dividend"), "share"),
    (("旅客量", "載客量"), ("passengers", "passenger volume"), "users"),
    (("發電量",), ("electricity output", "power generation"), "energy"),
    (("良率",), ("yield rate",), "percent"),
    (("流動負債淨額", "負債總額"), ("total liabilities", "net liabilities"), "money"),
    (("訂單金額", "在手訂單"), ("order backlog", "orders"), "money"),
)
UNITS = {
    "money": ("億元", "億美元", "萬元", "億元人民幣", "億", "百萬美元", "兆元", "億港元", "萬億元", "億歐元"),
    "firms": ("家", "家", "萬家"),
    "people": ("人", "名", "人", "萬人"),
    "pieces": ("台", "萬台", "輛", "萬輛", "萬片", "億顆", "萬件", "套"),
    "capacity": ("噸", "萬噸", "萬片", "萬台", "GWh", "MW"),
    "share": ("元", "元", "美元", "港元"),
    "shops": ("家", "間"),
    "users": ("萬人", "萬戶", "億人", "萬", "人次", "萬人次"),
    "patents": ("項", "件"),
    "energy": ("億度", "GWh", "萬度"),
}
DIGITS = "零一二三四五六七八九"

ONE = (
    "{p},{c}的{m}為{v}。", "{c}{p}{m}達{v}。", "{c}表示,{p}{m}約{v}。", "{c}公布{p}財報,{m}來到{v}。",
    "根據{c}的公告,{p}的{m}為{v},符合市場預期。", "{p}{c}的{m}攀升至{v},創下新高。", "{c}在{p}錄得{m}{v}。",
    "{p},{c}{m}{v},優於原先預估。", "招股書顯示,{c}{p}的{m}達到{v}。", "{c}指出,公司{p}{m}突破{v}。",
    "截至{p}底,{c}的{m}共計{v}。", "{c}去年宣布擴產後,{p}的{m}升至{v}。",
)
FROM_TO = (
    "{c}的{m}由{p}的{v}增至{p2}的{v2}。", "{c}{p2}的{m}為{v2},高於{p}的{v}。", "從{p}的{v}到{p2}的{v2},{c}的{m}持續成長。",
    "{c}{p2}{m}達{v2},而{p}為{v}。", "{p2},{c}的{m}從{p}的{v}下滑至{v2}。", "{p}{c}的{m}僅{v},{p2}則升至{v2}。",
    "相較於{p}的{v},{c}{p2}的{m}降到{v2}。", "{c}的{m}在{p}還是{v},到了{p2}已變成{v2}。",
)
GROWN = (
    "{p},{c}的{m}為{v},年增{g}。", "{c}{p}{m}達{v},較前一年同期成長{g}。", "{p}{c}{m}為{v},同比增長{g}。",
    "{c}{p}的{m}為{v},與去年同期相比增加{g}。", "{c}公布,{p}{m}年增{g},達到{v}。", "受惠於需求回溫,{c}{p}{m}成長{g}至{v}。",
)
GROWTH_ASKED = (
    "{c}{p}的{m}年增多少?", "{c}{p}{m}成長了多少?", "{p}{c}的{m}成長幅度是多少?", "{c}在{p}的{m}同比增長率為何?",
    "By how much did {c}'s {e} grow in {q}?", "What was the growth rate of {c}'s {e} in {q}?",
    "How fast did {c}'s {e} grow in {q}?", "What was the year-on-year increase in {c}'s {e} for {q}?",
)
BY_PERIOD = (
    "{ps},{c}的{m}分別為{vs}。", "{c}在{ps}的{m}分別為{vs}。", "{ps}{c}的{m}依序為{vs}。", "{c}{ps}{m}分別達到{vs}。",
    "招股書顯示,{ps},{c}的{m}分別為{vs},波動明顯。", "{c}的{m}於{ps}分別是{vs}。", "{ps},公司({c})錄得{m}分別為{vs}。",
    "財報指出,{c}{ps}的{m}各為{vs}。",
)
BY_COMPANY = (
    "{p},{cs}的{m}分別為{vs}。", "{cs}{p}的{m}分別達{vs}。", "{cs}在{p}的{m}依序為{vs}。", "就{m}而言,{cs}{p}分別為{vs}。",
    "{p}{cs}{m}各為{vs},差距不大。", "同業之中,{cs}{p}的{m}分別是{vs}。", "統計顯示,{p}{cs}的{m}分別約{vs}。",
    "若比較{p}的{m},{cs}分別為{vs}。",
)
BY_METRIC = (
    "{p},{c}的{ms}分別為{vs}。", "{c}{p}{ms}分別達{vs}。", "{c}公布{p}的{ms},依序為{vs}。", "{p}{c}的{ms}分別是{vs}。",
    "{c}的{ms}在{p}分別為{vs}。", "{c}{p}財報顯示,{ms}分別為{vs}。", "{p},{c}錄得{ms}各{vs}。", "{c}{p}的{ms}分別來到{vs}。",
)
RANKED = (
    "{p},{c}以{v}的{m}居首,{c2}以{v2}緊追在後。", "以{p}{m}計,{c}排名第一,為{v};其次是{c2}的{v2}。",
    "{p}{m}最高的是{c}({v}),第二名為{c2}({v2})。", "{c}{p}{m}為{v},{c2}則為{v2}。",
    "{c}的{p}{m}是{v},同期{c2}只有{v2}。", "{p}{m}方面,{c}為{v},{c2}為{v2}。",
)
ASKED = (
    "{c}{p}的{m}是多少?", "{c}在{p}的{m}為何?", "{p}{c}的{m}有多少?", "{c}的{m}在{p}是多少?",
    "請問{c}{p}{m}達到多少?", "{c}{p}{m}多少", "{p}時{c}的{m}為多少?", "{c}{p}的{m}約為多少?",
    "{c}於{p}錄得多少{m}?", "{p},{c}{m}是多少?", "想知道{c}{p}的{m}", "{c} {p} {m}?",
)
ASKED_ENGLISH = (
    "What was {c}'s {m} in {p}?", "How much was {c}'s {m} in {p}?", "What {m} did {c} report for {p}?",
    "In {p}, what was the {m} of {c}?", "{c} {m} {p}", "What was the {m} of {c} in {p}?",
    "Tell me {c}'s {m} for {p}.", "What did {c}'s {m} amount to in {p}?",
)
# An event, with questions for the slots of it.
EVENTS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("{c}成立於{y},總部位於{w},由{n}創辦。", (("y", "{c}是哪一年成立的?"), ("w", "{c}的總部在哪裡?"), ("n", "{c}是誰創辦的?"), ("y", "When was {c} founded?"), ("w", "Where is {c} headquartered?"), ("n", "Who founded {c}?"))),
    ("{n}於{y}在{w}創立{c}。", (("y", "{c}何時創立?"), ("w", "{c}在哪裡創立?"), ("n", "誰創立了{c}?"), ("n", "Who is the founder of {c}?"))),
    ("{d},{c}推出新產品{x},售價{v}。", (("d", "{c}什麼時候推出{x}?"), ("v", "{x}的售價是多少?"), ("x", "{c}推出了什麼新產品?"), ("d", "When did {c} launch {x}?"), ("v", "How much does {x} cost?"), ("x", "What product did {c} launch?"))),
    ("{c}宣布,{n}將自{d}起出任執行長,接替{n2}。", (("n", "{c}的新任執行長是誰?"), ("d", "{n}何時出任{c}執行長?"), ("n2", "{c}的前任執行長是誰?"), ("n", "Who is the new CEO of {c}?"))),
    ("{c}與{c2}簽署協議,將在{w}興建新廠,投資金額為{v}。", (("w", "{c}與{c2}將在哪裡興建新廠?"), ("v", "{c}與{c2}興建新廠的投資金額是多少?"), ("c2", "{c}與誰合作興建新廠?"), ("v", "How much will {c} and {c2} invest in the new plant?"))),
    ("{c}於{d}完成{r}融資,由{c2}領投,金額為{v}。", (("d", "{c}何時完成{r}融資?"), ("c2", "{c}的{r}融資由誰領投?"), ("v", "{c}的{r}融資金額是多少?"), ("c2", "Who led {c}'s latest funding round?"))),
    ("由於{why},{c}決定延後{w}新廠的量產時程。", (("why", "{c}為什麼延後{w}新廠的量產?"), ("why", "{c}延後量產的原因是什麼?"), ("why", "Why did {c} delay mass production at its new plant in {w}?"), ("w", "{c}延後量產的新廠位於哪裡?"))),
    ("{c}{p}獲利下滑,主要原因是{why}。", (("why", "{c}{p}獲利為什麼下滑?"), ("why", "是什麼原因導致{c}{p}獲利下滑?"), ("why", "Why did {c}'s profit fall?"), ("why", "{c}獲利下滑的主因是什麼?"))),
    ("{x}是{c}開發的{what},採用{k}架構。", (("what", "{x}是什麼?"), ("what", "什麼是{x}?"), ("c", "{x}是誰開發的?"), ("k", "{x}採用什麼架構?"), ("what", "What is {x}?"), ("c", "Who developed {x}?"))),
    ("{c}旗下品牌包括{xs}。", (("xs", "{c}旗下有哪些品牌?"), ("xs", "{c}擁有哪些品牌?"), ("xs", "Which brands does {c} own?"), ("xs", "{c}的品牌有哪幾個?"))),
    ("{c}的主要競爭對手為{cs}。", (("cs", "{c}的競爭對手有哪些?"), ("cs", "誰是{c}的主要競爭對手?"), ("cs", "Who are the competitors of {c}?"))),
    ("{c}預計{d}在{w}掛牌上市,發行價介於{v}至{v2}之間,募資用途為{use}。", (("d", "{c}預計何時上市?"), ("w", "{c}將在哪裡掛牌上市?"), ("use", "{c}募資的用途是什麼?"), ("d", "When will {c} go public?"), ("use", "What will {c} use the proceeds for?"))),
)
WHY = ("原料價格大幅上漲", "全球需求疲軟與庫存過高", "關鍵設備交期延長", "匯率波動造成匯兌損失", "新產品研發投入增加", "工廠遭遇地震停工三週", "人力短缺", "主要客戶縮減訂單", "當地環評尚未通過", "出口管制使晶片取得困難")
WHAT = ("開源大型語言模型", "車用感測晶片", "雲端資料庫服務", "工業協作機器人", "遠距醫療平台", "新一代固態電池", "語音辨識引擎", "電動巴士", "影像生成模型", "智慧倉儲系統")
KINDS = ("混合專家(MoE)", "雙層堆疊", "分散式", "模組化", "微服務", "Transformer", "RISC-V", "三明治式")
USES = ("擴充產能", "償還銀行借款", "研發下一代產品", "海外市場拓展", "興建研發中心及補充營運資金", "併購同業")
ROUNDS = ("A 輪", "B 輪", "C 輪", "天使輪", "D 輪", "Pre-IPO 輪")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def fill(template: str, values: dict[str, str]) -> tuple[str, dict[str, tuple[int, int]]]:
    """The filled template and where each value landed first."""
    text, places = "", {}
    for literal, name, _, _ in Formatter().parse(template):
        text += literal
        if name is not None:
            places.setdefault(name, (len(text), len(text) + len(values[name])))
            text += values[name]
    return text, places


class Writer:
    """Writes random reports; `held_out` chooses between training and validation templates."""

    def __init__(self, rng: random.Random, held_out: bool) -> None:
        self.rng = rng
        self.held_out = held_out

    def pick(self, templates: Sequence[str]) -> str:
        """A template of this side of the split."""
        last = HELD_OUT_EVERY - 1
        return self.rng.choice(
            [t for i, t in enumerate(templates) if (i % HELD_OUT_EVERY == last) == self.held_out]
        )

    def company(self) -> str:
        """A company that does not exist."""
        rng = self.rng
        latin = "".join(rng.sample(LATIN, rng.choice((2, 3)))).capitalize()
        if rng.random() < 0.2:
            return latin + rng.choice(("", " AI", " Inc.", " Motors", ""))
        name = "".join(rng.sample(GIVEN, 2)) + rng.choice((*TRADES, "")) + rng.choice(SUFFIXES)
        return f"{name}({latin})" if rng.random() < 0.1 else name

    def person(self) -> str:
        """A person's name."""
        return self.rng.choice(PEOPLE) + "".join(self.rng.sample(GIVEN, self.rng.choice((1, 2, 2))))

    def product(self) -> str:
        """A product's name."""
        rng = self.rng
        name = "".join(rng.sample(LATIN, 2)).capitalize()
        return rng.choice((name, f"{name}-{rng.randint(1, 9)}", f"{name} {rng.choice(('X', 'Pro', 'Max', '2', '3.5'))}"))

    def number(self) -> str:
        """An amount as reports write it: decimals, thousands, sometimes Chinese numerals."""
        rng = self.rng
        style = rng.random()
        if style < 0.5:
            return f"{rng.uniform(0.3, 900):.{rng.choice((1, 2, 2))}f}"
        if style < 0.7:
            return str(rng.randint(2, 990))
        if style < 0.9:
            return f"{rng.randint(1000, 99999):,}" if rng.random() < 0.6 else str(rng.randint(1000, 9999))
        return rng.choice(("", "三", "兩", "五", "八")) + rng.choice(("百", "千", "十")) if style < 0.95 else DIGITS[rng.randint(2, 9)]

    def value(self, metric: int, unit: str | None = None) -> str:
        """A value that this metric may have."""
        rng, kind = self.rng, METRICS[metric][2]
        if kind == "percent":
            return self.percent()
        unit = unit or rng.choice(UNITS[kind])
        return self.number() + rng.choice(("", "", " ")) + unit

    def percent(self) -> str:
        """A share or a rate."""
        rng = self.rng
        if rng.random() < 0.06:
            return rng.choice((DIGITS[rng.randint(1, 9)] + "成", "百分之" + DIGITS[rng.randint(1, 9)], "近" + DIGITS[rng.randint(2, 9)] + "成"))
        return f"{rng.uniform(0.1, 99):.{rng.choice((0, 1, 1, 2))}f}" + rng.choice(("%", "%", "%", " %", "％"))

    def period(self) -> Period:
        """A reporting period."""
        kind = self.rng.choice("YYYYHHQQQM")
        return Period(self.rng.randint(2004, 2031), kind, self.rng.randint(1, {"Y": 1, "H": 2, "Q": 4, "M": 12}[kind]))

    def chinese(self, p: Period, asking: bool = False) -> str:
        """A period as Chinese text writes it; a question may use another form than the report."""
        rng, year = self.rng, f"{p.year}年"
        if p.kind == "Y":
            return rng.choice((year, year, year, f"{year}全年", f"{year}度"))
        if p.kind == "H":
            half = "上下"[p.number - 1]
            forms = [f"{year}{half}半年", f"{year}{half}半年", f"{p.year}H{p.number}"]
            return rng.choice(forms + [f"{year}前六個月"] * (p.number == 1 and asking))
        if p.kind == "Q":
            quarter = DIGITS[p.number]
            return rng.choice((f"{year}第{quarter}季", f"{year}第{quarter}季度", f"{p.year}Q{p.number}", f"{year}第{quarter}季"))
        return f"{year}{p.number}月"

    def english(self, p: Period) -> str:
        """A period in English."""
        if p.kind == "Y":
            return str(p.year)
        if p.kind == "H":
            return self.rng.choice((f"the {('first', 'second')[p.number - 1]} half of {p.year}", f"H{p.number} {p.year}"))
        if p.kind == "Q":
            return self.rng.choice((f"the {('first', 'second', 'third', 'fourth')[p.number - 1]} quarter of {p.year}", f"Q{p.number} {p.year}"))
        return f"{MONTHS[p.number - 1]} {p.year}"

    def day(self) -> str:
        """A date."""
        rng = self.rng
        return rng.choice(("{y}年{m}月{d}日", "{m}月{d}日", "{y}年{m}月")).format(y=rng.randint(2004, 2031), m=rng.randint(1, 12), d=rng.randint(1, 28))

    def joined(self, items: Sequence[str]) -> str:
        """A Chinese list."""
        last = self.rng.choice(("和", "及", "與", "、", "以及"))
        return "、".join(items[:-1]) + last + items[-1]

    def metric_name(self, metric: int) -> str:
        """One of the metric's Chinese names."""
        return self.rng.choice(METRICS[metric][0])

    def metrics(self, count: int) -> list[int]:
        """Different metrics."""
        return self.rng.sample(range(len(METRICS)), count)


def _listing(w: Writer, template: str, slots: dict[str, str], values: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """A sentence with a list of values, and where each value stands."""
    joined = w.joined(values)
    text, places = fill(template, {**slots, "vs": joined})
    at, spans = places["vs"][0], []
    for value in values:
        start = text.index(value, at)
        spans.append((start, start + len(value)))
        at = start + len(value)
    return text, spans


def one(w: Writer, c: str) -> Report:
    """A single figure."""
    m, p = w.metrics(1)[0], w.period()
    text, at = fill(w.pick(ONE), {"c": c, "m": w.metric_name(m), "p": w.chinese(p), "v": w.value(m)})
    return Report(text, [Fact(c, m, p, *at["v"])], [])


def from_to(w: Writer, c: str) -> Report:
    """A figure of two periods."""
    m, p = w.metrics(1)[0], w.period()
    p2 = Period(p.year + w.rng.randint(1, 3), p.kind, p.number)
    values = {"c": c, "m": w.metric_name(m), "p": w.chinese(p), "v": w.value(m), "p2": w.chinese(p2), "v2": w.value(m)}
    text, at = fill(w.pick(FROM_TO), values)
    return Report(text, [Fact(c, m, p, *at["v"]), Fact(c, m, p2, *at["v2"])], [])


def grown(w: Writer, c: str) -> Report:
    """A figure and its growth."""
    m, p = w.metrics(1)[0], w.period()
    names = METRICS[m]
    values = {"c": c, "m": w.metric_name(m), "p": w.chinese(p), "v": w.value(m), "g": w.percent()}
    text, at = fill(w.pick(GROWN), values)
    question = w.pick(GROWTH_ASKED).format(c=c, p=values["p"], m=values["m"], e=names[1][0], q=w.english(p))
    return Report(text, [Fact(c, m, p, *at["v"])], [Asked(question, *at["g"])])


def by_period(w: Writer, c: str) -> Report:
    """One metric over several periods, as a range of years or as a list."""
    m, count, rng = w.metrics(1)[0], w.rng.choice((2, 3, 3, 3, 4, 5)), w.rng
    first = rng.randint(2004, 2027)
    style = rng.random()
    if style < 0.25:
        year = rng.randint(2004, 2031)
        periods = [Period(year, "Q", i + 1) for i in range(min(count, 4))]
        spelled = f"{year}年" + w.joined([f"第{DIGITS[i + 1]}季" for i in range(len(periods))])
    else:
        periods = [Period(first + i) for i in range(count)]
        if style < 0.55 and count > 2:
            spelled = rng.choice(("從{a}年至{b}年", "{a}年至{b}年", "{a}年到{b}年", "{a}-{b}年")).format(a=first, b=first + count - 1)
        else:
            spelled = w.joined([w.chinese(p) if rng.random() < 0.2 else f"{p.year}年" for p in periods])
        if rng.random() < 0.3:
            half = Period(first + count, "H", 1)
            periods.append(half)
            spelled += rng.choice(("以及", "和", "及")) + w.chinese(half)
    unit = None if METRICS[m][2] == "percent" else rng.choice(UNITS[METRICS[m][2]])
    values = [w.value(m, unit) for _ in periods]
    text, spans = _listing(w, w.pick(BY_PERIOD), {"c": c, "m": w.metric_name(m), "ps": spelled}, values)
    return Report(text, [Fact(c, m, p, *s) for p, s in zip(periods, spans, strict=True)], [])


def by_company(w: Writer, c: str) -> Report:
    """One metric of several companies."""
    m, p = w.metrics(1)[0], w.period()
    companies = [c] + [w.company() for _ in range(w.rng.choice((1, 1, 2, 3)))]
    w.rng.shuffle(companies)
    slots = {"cs": w.joined(companies), "m": w.metric_name(m), "p": w.chinese(p)}
    text, spans = _listing(w, w.pick(BY_COMPANY), slots, [w.value(m) for _ in companies])
    return Report(text, [Fact(x, m, p, *s) for x, s in zip(companies, spans, strict=True)], [])


def by_metric(w: Writer, c: str) -> Report:
    """Several metrics of one company."""
    metrics, p = w.metrics(w.rng.choice((2, 2, 3, 4))), w.period()
    slots = {"c": c, "ms": w.joined([w.metric_name(m) for m in metrics]), "p": w.chinese(p)}
    text, spans = _listing(w, w.pick(BY_METRIC), slots, [w.value(m) for m in metrics])
    return Report(text, [Fact(c, m, p, *s) for m, s in zip(metrics, spans, strict=True)], [])


def ranked(w: Writer, c: str) -> Report:
    """Two companies compared."""
    m, p, c2 = w.metrics(1)[0], w.period(), w.company()
    values = {"c": c, "c2": c2, "m": w.metric_name(m), "p": w.chinese(p), "v": w.value(m), "v2": w.value(m)}
    text, at = fill(w.pick(RANKED), values)
    return Report(text, [Fact(c, m, p, *at["v"]), Fact(c2, m, p, *at["v2"])], [])


def table(w: Writer, c: str) -> Report:
    """A table as lines: periods across, metrics down."""
    metrics, first = w.metrics(w.rng.choice((2, 3))), w.rng.randint(2004, 2027)
    periods = [Period(first + i) for i in range(w.rng.choice((2, 3)))]
    bar = w.rng.choice((" | ", "\t", " ", "|"))
    text, facts = f"{c}財務摘要\n" + bar.join(["項目", *(f"{p.year}年" for p in periods)]) + "\n", []
    for m in metrics:
        text += w.metric_name(m)
        for p in periods:
            text += bar
            value = w.value(m)
            facts.append(Fact(c, m, p, len(text), len(text) + len(value)))
            text += value
        text += "\n"
    return Report(text, facts, [])


def event(w: Writer, c: str) -> Report:
    """Something that happened, with questions about who, where, when and why."""
    rng = w.rng
    template, questions = rng.choice(
        [e for i, e in enumerate(EVENTS) if (i % HELD_OUT_EVERY == HELD_OUT_EVERY - 1) == w.held_out]
    )
    names = [w.product() for _ in range(3)]
    values = {
        "c": c, "c2": w.company(), "y": f"{rng.randint(1950, 2030)}年", "w": rng.choice(PLACES), "n": w.person(),
        "n2": w.person(), "d": w.day(), "x": names[0], "v": w.value(0), "v2": w.value(0), "r": rng.choice(ROUNDS),
        "why": rng.choice(WHY), "p": w.chinese(w.period()), "what": rng.choice(WHAT), "k": rng.choice(KINDS),
        "xs": w.joined(names), "cs": w.joined([w.company(), w.company(), w.company()][: rng.choice((2, 3))]), "use": rng.choice(USES),
    }  # fmt: skip
    text, at = fill(template, values)
    return Report(text, [], [Asked(q.format(**values), *at[slot]) for slot, q in questions])


KINDS_OF_SENTENCE: tuple[tuple[Callable[[Writer, str], Report], int], ...] = (
    (one, 5), (from_to, 3), (grown, 3), (by_period, 5), (by_company, 3), (by_metric, 3), (ranked, 2), (table, 1), (event, 6),
)  # fmt: skip


def ask(w: Writer, fact: Fact) -> str:
    """A question for the value of a fact, three in four in Chinese."""
    zh, en, _ = METRICS[fact.metric]
    if w.rng.random() < 0.25:
        return w.pick(ASKED_ENGLISH).format(c=_latin(fact.company), m=w.rng.choice(en), p=w.english(fact.period))
    return w.pick(ASKED).format(c=_short(w, fact.company), m=w.rng.choice(zh), p=w.chinese(fact.period, asking=True))


def _latin(company: str) -> str:
    """The name an English question uses: the one in brackets, where there is one."""
    return company.rstrip(")").split("(")[-1]


def _short(w: Writer, company: str) -> str:
    """The name a Chinese question uses, often without its legal form."""
    name = company.split("(")[0]
    for suffix in ("股份有限公司", "控股", "集團"):
        if name.endswith(suffix) and w.rng.random() < 0.5:
            return name.removesuffix(suffix)
    return name


def near_miss(w: Writer, fact: Fact, facts: Sequence[Fact]) -> str | None:
    """A question about a fact that no sentence states: another period, company or metric."""
    rng, p = w.rng, fact.period
    change = rng.random()
    if change < 0.45:
        near = [Period(p.year + d, p.kind, p.number) for d in (-2, -1, 1, 2)]
        near += [Period(p.year, "Y", 1)] if p.kind != "Y" else [Period(p.year, "H", rng.choice((1, 2)))]
        near += [Period(p.year, p.kind, p.number % {"H": 2, "Q": 4, "M": 12}[p.kind] + 1)] if p.kind != "Y" else []
        other = Fact(fact.company, fact.metric, rng.choice(near), -1, -1)
    elif change < 0.7:
        present = [f.company for f in facts if f.company != fact.company]
        company = rng.choice(present) if present and rng.random() < 0.5 else w.company()
        other = Fact(company, fact.metric, p, -1, -1)
    else:
        other = Fact(fact.company, w.metrics(1)[0], p, -1, -1)
    stated = {(f.company, f.metric, f.period.year, f.period.kind, f.period.number if f.period.kind != "Y" else 0) for f in facts}
    key = (other.company, other.metric, other.period.year, other.period.kind, other.period.number if other.period.kind != "Y" else 0)
    confusable = {0: {12}, 12: {0}, 2: {1}, 1: {2, 3}, 3: {1}, 11: {12}}
    alike = {(key[0], m, *key[2:]) for m in confusable.get(other.metric, set())}
    return None if stated & ({key} | alike) else ask(w, other)


def report(rng: random.Random, held_out: bool, fillers: Sequence[str], sentences: int | None = None) -> Report:
    """A passage of one to four sentences about one or two companies, with filler, and questions of both kinds."""
    w = Writer(rng, held_out)
    companies = [w.company() for _ in range(rng.choice((1, 1, 2)))]
    makers, weights = zip(*KINDS_OF_SENTENCE, strict=True)
    parts = [
        maker(w, rng.choice(companies))
        for maker in rng.choices(makers, weights, k=sentences or rng.choice((1, 1, 2, 2, 3, 4)))
    ]
    parts += [Report(f, [], []) for f in fillers]
    rng.shuffle(parts)
    whole = Report("", [], [])
    for part in parts:
        at = len(whole.text)
        whole.text += part.text
        whole.facts += [Fact(f.company, f.metric, f.period, f.start + at, f.end + at) for f in part.facts]
        whole.asked += [Asked(a.text, a.start + at, a.end + at) for a in part.asked]
    whole.facts = _unambiguous(whole.facts)
    for fact in list(whole.facts):
        whole.asked.append(Asked(ask(w, fact), fact.start, fact.end))
        missing = near_miss(w, fact, whole.facts)
        if missing:
            whole.asked.append(Asked(missing, -1, -1))
    return whole


def _unambiguous(facts: Sequence[Fact]) -> list[Fact]:
    """Without facts that two sentences state differently."""
    seen: dict[tuple[str, int, Period], int] = {}
    for f in facts:
        seen[f.company, f.metric, f.period] = seen.get((f.company, f.metric, f.period), 0) + 1
    return [f for f in facts if seen[f.company, f.metric, f.period] == 1]
