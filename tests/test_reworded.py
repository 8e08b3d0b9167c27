"""Questions in the words of a passage."""

import pytest

from rag.crosslingual import Bridge
from rag.reworded import in_words_of, with_synonyms_of
from rag.text import tokens

PASSAGE = "禾豐科技董事長張偉宣布,公司去年營收成長三成,員工人數增至 800 人,資本支出為 5 億元。"


@pytest.mark.parametrize(
    ("question", "worded"),
    [
        ("What was the revenue last year?", "What was the 营收 去年?"),
        ("How many employees are there?", "How many 员工 are there?"),
        ("Who is the chairman?", "Who is the 董事长?"),
        ("What did Zhang Wei announce?", "What did 张伟 宣布?"),
        ("What is the gross margin?", "What is the gross margin?"),
        ("the company's capital expenditure", "the 公司's 资本支出"),
    ],
)
def test_english_words_give_way_to_the_passages_own(question: str, worded: str) -> None:
    assert in_words_of(PASSAGE, question, Bridge(tokens(PASSAGE)).phrases(question)) == worded


@pytest.mark.parametrize(
    ("passage", "question", "worded"),
    [
        ("首席執行官是林安。", "執行長是誰?", "首席执行官是谁?"),
        ("CEO 林安表示…", "執行長是誰?", "ceo是谁?"),
        ("執行長林安表示…", "執行長是誰?", "執行長是誰?"),
        ("全年收入為 5 億元", "去年的營收是多少?", "去年的收入是多少?"),
        ("全年收入為 5 億元", "去年的營業收入是多少?", "去年的營業收入是多少?"),
        ("全年虧損 5 億元", "去年的營收是多少?", "去年的營收是多少?"),
        ("市場份額達 12%", "市佔率多少?", "市场份额多少?"),
    ],
)
def test_a_term_that_the_passage_lacks_becomes_the_one_it_uses(
    passage: str, question: str, worded: str
) -> None:
    assert with_synonyms_of(passage, question) == worded
