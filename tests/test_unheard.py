"""Names for certain, and whether a text mentions them. All names are invented or of countries and cities."""

import pytest

from rag.text import fold
from rag.unheard import mentions, only_compared, sure_names


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("昇達4月合併營收多少", "升达"),
        ("遠帆在泰國的付費企業有多少戶?", "泰国"),
        ("2031 年歐洲市場的佔比?", "欧洲"),
        ("魯維銀行2030年的總資產是多少?", "鲁维"),
        ("VoltEdge 今年賣了幾台?", "voltedge"),
        ("ZX-90 的售價是多少?", "zx-90"),
        ("How many people does 弘砌電子 employ?", "弘砌电子"),
        ("What did VoltEdge earn in 2031?", "voltedge"),
    ],
)
def test_what_is_surely_a_name(question: str, name: str) -> None:
    assert any(name in found for found in sure_names(question))


@pytest.mark.parametrize(
    "question",
    [
        "飛機是跟誰租來的",
        "融到的錢要拿來做什麼",
        "員工揚言不上班的風波後來怎麼收場",
        "顧客買了什麼東西?",
        "去年 EPS 多少?",
        "2031H1 的毛利率?",
        "今年 Q3 成長多少?",
        "Who is the CEO and what was the YoY growth in mid-2031?",
        "How much did Larkfield earn in FY2031?",
    ],
)
def test_what_may_be_an_ordinary_word_is_none(question: str) -> None:
    assert sure_names(question) == []


@pytest.mark.parametrize(
    ("name", "text", "held"),
    [
        ("弘砌電子", "弘砌今年擴廠", True),
        ("泰國", "在越南設廠", False),
        ("voltedge", "VoltEdge 交車", True),
        ("歐洲", "欧洲订单", True),
    ],
)
def test_half_of_a_name_is_a_mention(name: str, text: str, held: bool) -> None:
    assert mentions(fold(text), fold(name)) is held


@pytest.mark.parametrize(
    ("said", "name", "only"),
    [
        ("甲公司超越了乙公司和丙集團,市佔率為 6.6%。", "丙集團", True),
        ("甲公司超越了乙公司和丙集團,市佔率為 6.6%。", "乙公司", True),
        ("甲公司超越了乙公司和丙集團,市佔率為 6.6%。", "甲公司", False),
        ("乙公司的市佔率為 4%,低於甲公司。", "乙公司", False),
        ("乙公司的市佔率為 4%,低於甲公司。", "甲公司", True),
        ("甲公司和乙公司的市佔率分別為 6% 和 4%。", "乙公司", False),
        ("丁公司設廠。", "甲公司", False),
        ("營收占比甲公司 20%、乙公司 30%。", "甲公司", False),
        ("2031 年比甲公司多賣出 20 輛。", "甲公司", True),
    ],
)
def test_a_name_that_is_only_compared_with(said: str, name: str, only: bool) -> None:
    assert only_compared(fold(said), fold(name)) is only
