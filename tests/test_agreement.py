"""Whether evidence carries what a question names, by worked examples."""

from collections.abc import Callable

import pytest

from rag.agreement import Agreement, Named, agreement
from rag.asked import Asked
from rag.schema import Block, Document

PASSAGE = (
    "青嵐紙業 2031 年的營收為 3.1 億元,較 2030 年成長 5%。員工有 240 人。今年上半年在台中設廠,投資 7 億元。"
)


@pytest.fixture
def agreed() -> Callable[[str, str], Agreement]:
    article = Document(
        "a", PASSAGE, "青嵐紙業擴廠", "某報", "2032-08-01", None, "zh-Hant", (Block(0, len(PASSAGE)),)
    )

    def of(question: str, said: str) -> Agreement:
        assert said in PASSAGE
        return agreement(Named(Asked(question)), said, PASSAGE, (), article)

    return of


REVENUE, STAFF, PLANT = (
    "青嵐紙業 2031 年的營收為 3.1 億元,較 2030 年成長 5%。",
    "員工有 240 人。",
    "今年上半年在台中設廠,投資 7 億元。",
)


@pytest.mark.parametrize(
    ("question", "said", "low", "high"),
    [
        ("2031 年的營收是多少?", REVENUE, 1.0, 1.0),
        ("2029 年的營收是多少?", REVENUE, 0.0, 0.0),
        ("2030 年的營收是多少?", REVENUE, 0.0, 0.3),
        ("2031 年第二季的營收是多少?", REVENUE, 0.0, 0.3),
        ("營收是多少?", REVENUE, 1.0, 1.0),
        ("2031 年有多少員工?", STAFF, 0.5, 1.0),
        ("2032 年上半年投資多少?", PLANT, 1.0, 1.0),
        ("2032 年投資多少?", PLANT, 0.0, 0.3),
        ("2032 年在哪裡設廠?", PLANT, 0.6, 1.0),
        ("2032H1 的投資額", PLANT, 1.0, 1.0),
        ("民國 120 年的營收是多少?", REVENUE, 1.0, 1.0),
    ],
)
def test_periods(
    agreed: Callable[[str, str], Agreement], question: str, said: str, low: float, high: float
) -> None:
    assert low <= agreed(question, said).period <= high


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("青嵐紙業的營收", 1.0),
        ("青岚纸业的营收", 1.0),
        ("「赤霞造船」的營收", 0.0),
        ("Orvane-7 的營收", 0.0),
        ("營收多少", 1.0),
    ],
)
def test_names(agreed: Callable[[str, str], Agreement], question: str, share: float) -> None:
    assert agreed(question, REVENUE).names == share


@pytest.mark.parametrize(
    ("question", "share"), [("投資 7 億元做什麼?", 1.0), ("投資 9 億元做什麼?", 0.0), ("投資做什麼?", 1.0)]
)
def test_figures(agreed: Callable[[str, str], Agreement], question: str, share: float) -> None:
    assert agreed(question, PLANT).figures == share


def test_the_period_of_a_figure_stands_before_it_or_in_its_clause() -> None:
    said = "2031 年淨利 2.3 億元,2030 年則虧損 4.1 億元。"
    article = Document("a", said, "青嵐紙業", "某報", None, None, "zh-Hant", (Block(0, len(said)),))
    profit, loss = (said.index("2.3"), said.index("2.3") + 3), (said.index("4.1"), said.index("4.1") + 3)
    later, earlier = Named(Asked("2031 年淨利是多少?")), Named(Asked("2030 年虧損是多少?"))
    assert agreement(later, said, said, (), article, profit).period == 1.0
    assert agreement(earlier, said, said, (), article, profit).period == 0.0
    assert agreement(earlier, said, said, (), article, loss).period == 1.0
