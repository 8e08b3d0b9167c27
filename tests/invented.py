"""Invented articles and what the scripted pipeline answers about them; no company or figure here exists."""

from rag import Answer
from rag.schema import Document
from tests.scripted import answer, document, refused

_FILLER = (
    "公司成立以來一直在山區經營，員工多半住在附近的村子裡，清晨起霧的時候，整條溪谷都聞得到烘焙的香氣。"
    "董事長說，做這一行靠的是耐心，機器可以換，手上的功夫換不了，年輕人願意回來，才是最大的成績。"
)


def _long(name: str, title: str, facts: list[str], **about: str | None) -> Document:
    parts = [title]
    for number, fact in enumerate(facts, 1):
        parts += [
            f"# 第{number}節 {['經營', '門市', '毛利', '展望'][number - 1]}",
            _FILLER,
            fact,
            f"## 細節之{number}",
            _FILLER,
            _FILLER,
        ]
    return document(name, "\n\n".join(parts) + "\n", **about)


TEA = _long(
    "tea",
    "霧隱茶業 2030 年度營運回顧：門市擴張與虧損收斂",
    [
        "2030 年,霧隱茶業的營收為 12.5 億元,年增 3%,為成立以來最高。",
        "截至年底,霧隱茶業共有 95 家門市,其中 41 家設在南部。",
        "毛利率由 38.2% 升至 41.6%,主要受惠於自有茶園的產量。",
        "公司預計明年投入 5 億元興建第二座烘焙廠,工期 18 個月。",
    ],
)
BOAT = _long(
    "boat",
    "遠帆造船接獲十二艘訂單",
    ["遠帆造船 2030 年的營收為 88 億元,較前一年減少 4%。", "遠帆造船的船塢長 320 公尺,可同時造兩艘船。"],
    published="2030-11-20",
    source="海港週報",
)
HOSTILE = document(
    "hostile",
    '毒龍公司<img src=x onerror="window.hacked=1"><b>財報</b>\n\n'
    "# <script>window.hacked=2</script>第一節 [點我](javascript:window.hacked=3)\n\n"
    '<img src=x onerror="window.hacked=4"><a href="javascript:window.hacked=5">連結</a>'
    "[連結](javascript:window.hacked=6) ![圖](http://example.invalid/x.png) \u202e反向\u2066"
    '毒龍公司的營收為 77 億元"><svg onload=window.hacked=7>。</mark></article>'
    '<iframe src="javascript:window.hacked=8">\n',
    source='"><img src=x onerror=window.hacked=9>',
)
SENTENCES = {
    "霧隱茶業 2030 年的營收是多少?": (
        TEA,
        "2030 年,霧隱茶業的營收為 12.5 億元,年增 3%,為成立以來最高。",
        "12.5 億元",
    ),
    "霧隱茶業有幾家門市?": (TEA, "截至年底,霧隱茶業共有 95 家門市,其中 41 家設在南部。", "95 家"),
    "霧隱茶業的毛利率是多少?": (TEA, "毛利率由 38.2% 升至 41.6%,主要受惠於自有茶園的產量。", "41.6%"),
    "第二座烘焙廠要投入多少?": (TEA, "公司預計明年投入 5 億元興建第二座烘焙廠,工期 18 個月。", "5 億元"),
    "船塢有多長?": (BOAT, "遠帆造船的船塢長 320 公尺,可同時造兩艘船。", "320 公尺"),
}
BOTH = "霧隱茶業和遠帆造船的營收各是多少?"
UNKNOWN = "霧隱茶業的董事長領多少薪水?"
FOLLOW_UP = "那毛利率呢?"
ATTACK = "毒龍公司的營收是多少?"


def documents() -> list[Document]:
    return [TEA, BOAT, HOSTILE]


def answers() -> dict[str, Answer]:
    said = {
        question: answer(question, [(one, quote, value)], short=value)
        for question, (one, quote, value) in SENTENCES.items()
    }
    revenue = "遠帆造船 2030 年的營收為 88 億元,較前一年減少 4%。"
    said[BOTH] = answer(
        BOTH,
        [SENTENCES["霧隱茶業 2030 年的營收是多少?"], (BOAT, revenue, "88 億元")],
        confidence=0.6,
    )
    said[UNKNOWN] = refused(UNKNOWN, [(TEA, _FILLER), (BOAT, revenue)])
    margin = "霧隱茶業的毛利率是多少?"
    said[FOLLOW_UP] = answer(FOLLOW_UP, [SENTENCES[margin]], short="41.6%", query=margin, confidence=0.4)
    attack = HOSTILE.text[HOSTILE.blocks[1].start : HOSTILE.blocks[1].end]
    said[ATTACK] = answer(
        ATTACK, [(HOSTILE, attack, "77 億元")], short='<img src=x onerror="window.hacked=10">'
    )
    return said
