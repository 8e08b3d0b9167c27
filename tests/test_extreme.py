"""Questions for the period of the highest or lowest figure: what they ask for, and what statements answer."""

from datetime import date

import pytest

from ingest.derive import derive
from rag.extreme import extreme, reached, told
from rag.schema import Block, Document

TEXT = (
    "2031 年至 2033 年及 2034 年上半年,青嵐紙業的收入分別為 3.1 億元、5.2 億元、4.4 億元和 2.9 億元,"
    "毛利率分別為 31%、28%、35%、36%。"
)


def document(text: str = TEXT) -> Document:
    return Document(
        id="one",
        title="青嵐紙業",
        source="",
        url=None,
        published=date(2034, 9, 1).isoformat(),
        language="zh-Hant",
        text=text,
        blocks=(Block(0, len(text), 0),),
    )


@pytest.mark.parametrize(
    ("question", "plain", "lowest", "months"),
    [
        ("青嵐紙業哪一年的收入最高?", "青嵐紙業收入是多少?", False, 12),
        ("哪一季的出貨量最少?", "出貨量是多少?", True, 3),
        ("四個期間裡,青嵐紙業毛利率最高的是哪一期?", "青嵐紙業毛利率是多少?", False, None),
        ("2031 年至 2033 年之間,青嵐紙業哪一年虧損最大?", "青嵐紙業虧損是多少?", False, 12),
        ("Which year had the lowest gross margin?", "What was gross margin?", True, 12),
        ("In which quarter did Qinglan report its highest revenue?", "What was Qinglan's revenue?", False, 3),
    ],
)
def test_what_is_asked(question: str, plain: str, lowest: bool, months: int | None) -> None:
    asked = extreme(question)
    assert asked is not None
    assert (asked.question, asked.lowest, asked.months) == (plain, lowest, months)


@pytest.mark.parametrize(
    "question",
    [
        "哪家公司的收入最高?",
        "最高的山是哪一座?",
        "2031 年的收入是多少?",
        "哪一年成立?",
        "Who has the highest share?",
        "",
    ],
)
def test_other_questions_are_none(question: str) -> None:
    assert extreme(question) is None


@pytest.mark.parametrize(
    ("question", "label", "value"),
    [
        ("青嵐紙業哪一年的收入最高?", "2032 年", "5.2 億元"),
        ("青嵐紙業哪一年的收入最低?", "2031 年", "3.1 億元"),
        ("2032 年至 2033 年之間,青嵐紙業哪一年的收入最低?", "2033 年", "4.4 億元"),
    ],
)
def test_the_statement_that_answers(question: str, label: str, value: str) -> None:
    statements = derive(document())
    asked = extreme(question)
    best = next(one for one in statements if "收入" in one.text)
    found = reached(asked, best, statements) if asked else None
    assert found is not None
    assert found.label("zh-Hant") == label
    assert TEXT[found.statement.value_start : found.statement.value_end] == value


def test_a_half_year_is_no_year_but_a_period() -> None:
    statements = derive(document())
    best = next(one for one in statements if "毛利率" in one.text)
    by_year, by_period = extreme("青嵐紙業哪一年的毛利率最高?"), extreme("青嵐紙業毛利率最高的是哪一期?")
    assert by_year and by_period
    found = [reached(one, best, statements) for one in (by_year, by_period)]
    assert [one and one.label("zh-Hant") for one in found] == ["2033 年", "2034 年上半年"]


def test_what_two_periods_share_is_not_said() -> None:
    text = "2031 年至 2033 年,青嵐紙業的收入分別為 3.1 億元、5.2 億元和 5.2 億元。"
    statements = derive(document(text))
    asked = extreme("青嵐紙業哪一年的收入最高?")
    best = next(one for one in statements if "收入" in one.text)
    assert asked
    assert reached(asked, best, statements) is None


def test_it_is_told_in_the_language_of_the_question() -> None:
    statements = derive(document())
    best = next(one for one in statements if "收入" in one.text)
    asked = extreme("青嵐紙業哪一年的收入最高?")
    found = reached(asked, best, statements) if asked else None
    assert asked and found
    assert told("zh-Hant", asked, found, "5.2 億元") == "2032 年最高,為 5.2 億元。"
    assert told("zh-Hans", asked, found, "5.2 億元") == "2032 年最高,为 5.2 億元。"
    assert told("en", asked, found, "5.2 億元") == "It was highest in 2032, at 5.2 億元."
