"""Comparisons: taken apart by hand, concluded by hand, computed against fractions."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.asked import Asked
from rag.compare import Comparison, amount, comparison, conclusion, figure
from rag.quantity import Quantity

PUBLISHED = date(2025, 10, 1)
TAKEN_APART = [
    ("去年的失業率是否比前年低?", "direction", "2023 年失業率是多少?", "2024 年失業率是多少?"),
    ("2023 年的得票數和 2019 年相差多少票?", "difference", "2019 年得票數是多少?", "2023 年得票數是多少?"),
    (
        "請問 2020 到 2024 這五年,會員人數成長了幾倍?",
        "ratio",
        "2020 年會員人數是多少?",
        "2024 年會員人數是多少?",
    ),
    ("臺北 101 和東京鐵塔哪一座比較高?", "greater", "臺北 101 有多高?", "東京鐵塔有多高?"),
    ("男性的平均壽命比女性短幾歲?", "difference", "男性的平均壽命是多少?", "女性的平均壽命是多少?"),
    (
        "What was the change in exports between 2020 and 2021?",
        "difference",
        "What were exports in 2020?",
        "What were exports in 2021?",
    ),
    (
        "2023 年和 2024 年甲公司的毛利率相差多少?",
        "difference",
        "2023 年甲公司的毛利率是多少?",
        "2024 年甲公司的毛利率是多少?",
    ),
    (
        "甲公司的毛利率從 2023 年到 2024 年是上升還是下降?",
        "direction",
        "2023 年甲公司的毛利率是多少?",
        "2024 年甲公司的毛利率是多少?",
    ),
    ("蓝启2024年的营收是2022年的几倍?", "ratio", "2022 年蓝启的营收是多少?", "2024 年蓝启的营收是多少?"),
    (
        "藍啟 2024 年的營收比 2023 年多多少?",
        "difference",
        "2023 年藍啟的營收是多少?",
        "2024 年藍啟的營收是多少?",
    ),
    (
        "與 2022 年相比,藍啟 2023 年的淨利增加了多少?",
        "difference",
        "2022 年藍啟的淨利是多少?",
        "2023 年藍啟的淨利是多少?",
    ),
    (
        "2022 年至 2024 年藍啟營收成長了百分之幾?",
        "growth",
        "2022 年藍啟營收是多少?",
        "2024 年藍啟營收是多少?",
    ),
    ("2023 到 2024 年營收的成長率是多少?", "growth", "2023 年營收是多少?", "2024 年營收是多少?"),
    ("哪一年的營收比較高,2022 還是 2023 年?", "greater", "2022 年營收是多少?", "2023 年營收是多少?"),
    ("2022 和 2023 年哪一年的營收較低?", "smaller", "2022 年營收是多少?", "2023 年營收是多少?"),
    (
        "今年上半年的營收比去年同期高多少?",
        "difference",
        "2024 年上半年營收是多少?",
        "2025 年上半年營收是多少?",
    ),
    (
        "2024 年第三季營收比上一季高多少?",
        "difference",
        "2024 年第二季營收是多少?",
        "2024 年第三季營收是多少?",
    ),
    (
        "2024 年第一季營收比上一季高多少?",
        "difference",
        "2023 年第四季營收是多少?",
        "2024 年第一季營收是多少?",
    ),
    (
        "2025 年上半年毛利率與去年同期相比是上升還是下降",
        "direction",
        "2024 年上半年毛利率是多少?",
        "2025 年上半年毛利率是多少?",
    ),
    ("2024 年的員工人數比前一年有沒有增加?", "direction", "2023 年員工人數是多少?", "2024 年員工人數是多少?"),
    ("2023、2024 兩年的毛利率差幾個百分點?", "difference", "2023 年毛利率是多少?", "2024 年毛利率是多少?"),
    ("毛利率 2023 年到 2024 年是升是降?", "direction", "2023 年毛利率是多少?", "2024 年毛利率是多少?"),
    (
        "藍啟的客戶 2024 年比 2023 年多了幾家?",
        "difference",
        "2023 年藍啟的客戶有多少家?",
        "2024 年藍啟的客戶有多少家?",
    ),
    (
        "比亞迪 2024 年比 2023 年多賣了多少輛車?",
        "difference",
        "2023 年比亞迪賣了多少輛車?",
        "2024 年比亞迪賣了多少輛車?",
    ),
    (
        "和泰汽車 2022 年到 2023 年的營收變化如何?",
        "direction",
        "2022 年和泰汽車的營收是多少?",
        "2023 年和泰汽車的營收是多少?",
    ),
    ("甲公司的營收比乙公司多多少?", "difference", "甲公司的營收是多少?", "乙公司的營收是多少?"),
    ("甲公司和乙公司誰的毛利率比較高?", "greater", "甲公司的毛利率是多少?", "乙公司的毛利率是多少?"),
    ("甲廠與乙廠產能相差多少?", "difference", "甲廠的產能是多少?", "乙廠的產能是多少?"),
    (
        "甲公司與乙公司 2024 年的營收相差多少?",
        "difference",
        "2024 年甲公司的營收是多少?",
        "2024 年乙公司的營收是多少?",
    ),
    ("甲公司營收是乙公司的幾倍?", "ratio", "甲公司的營收是多少?", "乙公司的營收是多少?"),
    ("誰的營收比較高,甲公司還是乙公司?", "greater", "甲公司的營收是多少?", "乙公司的營收是多少?"),
    ("甲公司比乙公司多賣了幾輛車?", "difference", "甲公司賣了幾輛車?", "乙公司賣了幾輛車?"),
    ("玉山比雪山高多少?", "difference", "玉山有多高?", "雪山有多高?"),
    ("王小明比李大同大幾歲?", "difference", "王小明幾歲?", "李大同幾歲?"),
    ("甲公司的毛利率比乙公司高嗎?", "direction", "甲公司的毛利率是多少?", "乙公司的毛利率是多少?"),
    (
        "Did Lanqi's revenue rise or fall from 2022 to 2023?",
        "direction",
        "What was Lanqi's revenue in 2022?",
        "What was Lanqi's revenue in 2023?",
    ),
    (
        "How much did Lanqi's revenue grow between 2022 and 2023?",
        "difference",
        "What was Lanqi's revenue in 2022?",
        "What was Lanqi's revenue in 2023?",
    ),
    (
        "By what percentage did Lanqi's revenue grow from 2022 to 2024?",
        "growth",
        "What was Lanqi's revenue in 2022?",
        "What was Lanqi's revenue in 2024?",
    ),
    (
        "Which year had higher sales, 2022 or 2023?",
        "greater",
        "What were sales in 2022?",
        "What were sales in 2023?",
    ),
    (
        "Compared with 2022, did Lanqi's revenue increase in 2023?",
        "direction",
        "What was Lanqi's revenue in 2022?",
        "What was Lanqi's revenue in 2023?",
    ),
    (
        "Did revenue in 2024 increase compared with the previous year?",
        "direction",
        "What was revenue in 2023?",
        "What was revenue in 2024?",
    ),
    (
        "How much higher was Lanqi's revenue than Oriwa's in 2023?",
        "difference",
        "What was Lanqi's revenue in 2023?",
        "What was Oriwa's revenue in 2023?",
    ),
    (
        "Which company had higher revenue in 2023, Lanqi or Oriwa?",
        "greater",
        "What was Lanqi's revenue in 2023?",
        "What was Oriwa's revenue in 2023?",
    ),
    (
        "What is the difference in revenue between Lanqi and Oriwa?",
        "difference",
        "What was Lanqi's revenue?",
        "What was Oriwa's revenue?",
    ),
    (
        "How many times larger is Lanqi's revenue than Oriwa's?",
        "ratio",
        "What was Lanqi's revenue?",
        "What was Oriwa's revenue?",
    ),
]
NO_COMPARISON = [
    "2018 年以來人口增加了多少?",
    "和 2023 年合作的廠商相比,成本高多少?",
    "從 2022 年的 3 億元增加到 2023 年的多少?",
    "為什麼毛利率下降",
    "股價上升了多少",
    "2024 年營收比預期高多少?",
    "哪家公司毛利率最高?",
    "由多少家變成多少家?",
    "2024 年營收是多少?",
    "為什麼 2024 年毛利率比 2023 年下降?",
    "2022 年成立的甲公司 2024 年營收增加了多少?",
    "甲公司和乙公司的營收各是多少?",
    "2023 年和 2024 年的營收是多少?",
    "2022 年到 2024 年哪一年營收最高?",
    "比平均高多少?",
    "甲公司的營收比目標低多少?",
    "營收成長率是多少?",
    "2024 年營收成長率是多少?",
    "2022、2023 和 2024 年的營收差多少?",
    "哪些公司的營收比甲公司高?",
    "2023 年和 2024 年甲公司和乙公司的營收差多少?",
    "2024 年上半年的營收比 2023 年高多少?",
    "甲公司何時成立?",
    "",
    "Why did revenue fall from 2022 to 2023?",
    "How much did revenue grow in 2023?",
    "Which company has the highest margin?",
    "What was revenue in 2022 and 2023?",
    "Was revenue higher than expected?",
]
UP, DOWN = ("2023 年", "2024 年"), ("甲公司", "乙公司")


def made(operation: str, labels: tuple[str, str]) -> Comparison:
    return Comparison(operation, labels, ("", ""))  # type: ignore[arg-type]


def concluded(language: str, operation: str, labels: tuple[str, str], *shown: str) -> str | None:
    values = tuple(figure(text) for text in shown)
    assert all(values), shown
    return conclusion(language, made(operation, labels), shown, values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "operation", "first", "second"), TAKEN_APART, ids=[q for q, *_ in TAKEN_APART]
)
def test_a_comparison_is_taken_apart(question: str, operation: str, first: str, second: str) -> None:
    found = comparison(Asked(question), PUBLISHED)
    assert found is not None
    assert (found.operation, found.questions) == (operation, (first, second))


@pytest.mark.parametrize("question", NO_COMPARISON)
def test_what_compares_no_two_figures(question: str) -> None:
    assert comparison(Asked(question), PUBLISHED) is None


def test_relative_periods_stay_as_written_without_a_day_of_publication() -> None:
    found = comparison(Asked("今年的營收比去年高多少?"))
    assert found is not None
    assert found.labels == ("去年", "今年")


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("營收從 2022 年到 2025 年 11 月翻了幾倍?", ("2022 年", "2025 年 11 月")),
        ("客戶從 2025 上半年到第三季多了多少?", ("2025 年上半年", "2025 年第三季")),
        ("入住率從 2025 年第一季到第二季掉了幾個百分點?", ("2025 年第一季", "2025 年第二季")),
    ],
)
def test_the_ends_of_a_range_may_be_unlike(question: str, labels: tuple[str, str]) -> None:
    found = comparison(Asked(question))
    assert found is not None
    assert found.labels == labels


def test_a_part_of_a_year_is_one_of_the_year_of_publication() -> None:
    found = comparison(Asked("第三季收入是去年同期的幾倍?"), date(2025, 11, 5))
    assert found is not None
    assert found.labels == ("2024 年第三季", "2025 年第三季")


@pytest.mark.parametrize(
    ("language", "operation", "labels", "shown", "said"),
    [
        (
            "zh-Hant",
            "difference",
            UP,
            ("1.2 億元", "3.1 億元"),
            "2023 年為 1.2 億元,2024 年為 3.1 億元,上升 1.9 億元。",
        ),
        (
            "zh-Hans",
            "difference",
            UP,
            ("1.2 億元", "3.1 億元"),
            "2023 年为 1.2 億元,2024 年为 3.1 億元,上升 1.9 亿元。",
        ),
        ("zh-Hant", "direction", UP, ("56.3%", "50%"), "2023 年為 56.3%,2024 年為 50%,下降 6.3 個百分點。"),
        ("zh-Hans", "direction", UP, ("56.3%", "50%"), "2023 年为 56.3%,2024 年为 50%,下降 6.3 个百分点。"),
        (
            "en",
            "direction",
            ("2023", "2024"),
            ("56.3%", "50%"),
            "56.3% in 2023 and 50% in 2024: fell by 6.3 percentage points.",
        ),
        (
            "en",
            "difference",
            ("2023", "2024"),
            ("1.2 億美元", "3.1 億美元"),
            "1.2 億美元 in 2023 and 3.1 億美元 in 2024: rose by 190 million US dollars.",
        ),
        ("zh-Hant", "direction", UP, ("5 家", "5 家"), "2023 年為 5 家,2024 年為 5 家,持平。"),
        (
            "zh-Hant",
            "ratio",
            UP,
            ("1.2 億元", "3.1 億元"),
            "2023 年為 1.2 億元,2024 年為 3.1 億元,2024 年是 2023 年的約 2.58 倍。",
        ),
        (
            "zh-Hant",
            "ratio",
            DOWN,
            ("6 萬人", "2 萬人"),
            "甲公司為 6 萬人,乙公司為 2 萬人,甲公司是乙公司的 3 倍。",
        ),
        ("zh-Hant", "growth", UP, ("1 億元", "1.5 億元"), "2023 年為 1 億元,2024 年為 1.5 億元,成長 50%。"),
        ("zh-Hant", "growth", UP, ("3 億元", "1 億元"), "2023 年為 3 億元,2024 年為 1 億元,減少約 66.67%。"),
        ("zh-Hant", "growth", UP, ("30%", "35%"), "2023 年為 30%,2024 年為 35%,上升 5 個百分點。"),
        (
            "zh-Hant",
            "greater",
            DOWN,
            ("3 家", "12 家"),
            "甲公司為 3 家,乙公司為 12 家,乙公司較多,相差 9 家。",
        ),
        ("zh-Hant", "smaller", DOWN, ("3%", "12%"), "甲公司為 3%,乙公司為 12%,甲公司較低,相差 9 個百分點。"),
        ("zh-Hant", "greater", DOWN, ("3%", "3%"), "甲公司為 3%,乙公司為 3%,兩者相同。"),
        (
            "zh-Hant",
            "difference",
            UP,
            ("-2 億元", "1 億元"),
            "2023 年為 -2 億元,2024 年為 1 億元,上升 3 億元。",
        ),
        (
            "en",
            "greater",
            ("Lanqi", "Oriwa"),
            ("3 公里", "5 公里"),
            "3 公里 for Lanqi and 5 公里 for Oriwa: Oriwa is higher, by 2 km.",
        ),
    ],
)
def test_conclusions(
    language: str, operation: str, labels: tuple[str, str], shown: tuple[str, str], said: str
) -> None:
    assert concluded(language, operation, labels, *shown) == said


@pytest.mark.parametrize(
    ("operation", "shown"),
    [
        ("difference", ("3 億元", "5%")),
        ("difference", ("3 億美元", "5 億歐元")),
        ("difference", ("3 家", "5 公里")),
        ("ratio", ("0 元", "5 元")),
        ("ratio", ("-3 億元", "5 億元")),
        ("growth", ("-3 億元", "5 億元")),
        ("growth", ("0 元", "5 元")),
    ],
)
def test_what_does_not_compare(operation: str, shown: tuple[str, str]) -> None:
    assert concluded("zh-Hant", operation, UP, *shown) is None


def test_a_figure_is_one_value() -> None:
    one = figure("243.77 億元")
    assert one is not None
    assert (one.low, one.unit) == (Decimal(24_377_000_000), "元")
    assert (
        figure(None)
        is figure("")
        is figure("甲公司")
        is figure("3 至 5 億元")
        is figure("3 億元和 5 億元")
        is None
    )


@pytest.mark.parametrize(
    ("value", "unit", "language", "written"),
    [
        ("190000000", "元", "zh-Hant", "1.9 億元"),
        ("123456789", "元", "zh-Hant", "123,456,789 元"),
        ("2966", "家", "zh-Hans", "2,966 家"),
        ("1500000000000", "TWD", "zh-Hant", "1.5 兆元新台幣"),
        ("1500000000000", "元", "zh-Hans", "1.5 万亿元"),
        ("12300", "人", "zh-Hant", "1.23 萬人"),
        ("12345", "人", "zh-Hant", "12,345 人"),
        ("1", "%", "en", "1 percentage point"),
        ("0.5", "%", "zh-Hans", "0.5 个百分点"),
        ("190000000", "CNY", "en", "190 million yuan (RMB)"),
        ("30", "家", "en", "30"),
    ],
)
def test_amounts(value: str, unit: str, language: str, written: str) -> None:
    assert amount(Decimal(value), unit, language) == written  # type: ignore[arg-type]


DECIMALS = st.decimals(min_value=-(10**15), max_value=10**15, places=4, allow_nan=False)
SCALES = {"": 1, "萬": 10**4, "億": 10**8, "兆": 10**12}


def read_back(written: str) -> Fraction:
    found = re.search(r"([\d,.]+) ?([萬億兆]?)", written)
    assert found
    return Fraction(found[1].replace(",", "")) * SCALES[found[2]]


@given(DECIMALS, DECIMALS)
def test_a_difference_is_exact(first: Decimal, second: Decimal) -> None:
    values = (Quantity(0, 1, first, first, "元"), Quantity(0, 1, second, second, "元"))
    said = conclusion("zh-Hant", made("difference", UP), ("甲", "乙"), values)
    assert said is not None
    result = said.rsplit(",2024 年為乙,")[1]
    if first == second:
        assert result == "持平。"
    else:
        assert result.startswith("上升" if second > first else "下降")
        assert read_back(result) == abs(Fraction(second) - Fraction(first))


@given(DECIMALS.filter(lambda value: value > 0), DECIMALS.filter(lambda value: value > 0))
def test_a_ratio_is_at_most_half_a_hundredth_off(first: Decimal, second: Decimal) -> None:
    values = (Quantity(0, 1, first, first, "元"), Quantity(0, 1, second, second, "元"))
    said = conclusion("zh-Hant", made("ratio", UP), ("甲", "乙"), values)
    assert said is not None
    times = re.search(r"的(約?) ([\d,.]+) 倍。$", said)
    assert times
    exact = max(Fraction(first), Fraction(second)) / min(Fraction(first), Fraction(second))
    shown = Fraction(times[2].replace(",", ""))
    assert abs(shown - exact) <= Fraction(1, 200)
    assert bool(times[1]) == (shown != exact)
