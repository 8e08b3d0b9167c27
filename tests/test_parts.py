"""Questions with several questions in them, and traps that are one question, each taken apart by hand."""

import pytest

from rag.parts import MOST, parts

SEVERAL = [
    ("甲公司的毛利率是多少?淨虧損呢?", ("甲公司的毛利率是多少?", "甲公司的淨虧損是多少?")),
    ("誰創辦了它,哪一年創辦?", ("誰創辦了它?", "它哪一年創辦?")),
    ("西班牙給甲補貼多少、工廠哪年投產?", ("西班牙給甲補貼多少?", "工廠哪年投產?")),
    ("甲 2024 年營收多少、淨損多少?", ("甲 2024 年營收多少?", "甲 2024 年淨損多少?")),
    (
        "甲公司 2024 年的營收是多少,淨損是多少?",
        ("甲公司 2024 年的營收是多少?", "甲公司 2024 年的淨損是多少?"),
    ),
    ("When was it founded and by whom?", ("When was it founded?", "By whom was it founded?")),
    ("When and where was Lanqi founded?", ("When was Lanqi founded?", "Where was Lanqi founded?")),
    (
        "When was Lanqi founded? How many employees does it have?",
        ("When was Lanqi founded?", "How many employees does Lanqi have?"),
    ),
    (
        "What was Lanqi's revenue in 2023, and what was its net profit?",
        ("What was Lanqi's revenue in 2023?", "What was Lanqi's net profit in 2023?"),
    ),
    (
        "Who is the CEO of Lanqi? Where is its headquarters?",
        ("Who is the CEO of Lanqi?", "Where is Lanqi's headquarters?"),
    ),
    ("誰發明了這種電池?為什麼不能量產?", ("誰發明了這種電池?", "這種電池為什麼不能量產?")),
    ("2023 年毛利率是多少?2024 年呢?", ("2023 年毛利率是多少?", "2024 年毛利率是多少?")),
    ("藍啟的董事長是誰?總經理呢?", ("藍啟的董事長是誰?", "藍啟的總經理是誰?")),
    ("請問藍啟何時上市,在哪裡上市?", ("藍啟何時上市?", "藍啟在哪裡上市?")),
    ("他在哪裡出生?哪年過世?", ("他在哪裡出生?", "他哪年過世?")),
    ("新橋何時通車?全長幾公里?", ("新橋何時通車?", "新橋全長幾公里?")),
    ("新橋何時通車?全長幾公里?總造價多少?", ("新橋何時通車?", "新橋全長幾公里?", "新橋總造價多少?")),
    ("蓝启科技是谁创办的?现在有多少员工?", ("蓝启科技是谁创办的?", "蓝启科技现在有多少员工?")),
    ("藍旗科技何時成立?總部在哪裡?", ("藍旗科技何時成立?", "藍旗科技總部在哪裡?")),
    ("甲公司的執行長是誰;乙公司的執行長是誰?", ("甲公司的執行長是誰?", "乙公司的執行長是誰?")),
    ("甲公司有多少員工?乙公司的廠房在哪裡?", ("甲公司有多少員工?", "乙公司的廠房在哪裡?")),
    ("門票多少錢?博物館幾點開門?", ("門票多少錢?", "博物館幾點開門?")),
    ("為什麼股價下跌?公司的市值是多少?", ("為什麼股價下跌?", "公司的市值是多少?")),
    ("谁设计了这座桥,什么时候设计的?", ("谁设计了这座桥?", "这座桥什么时候设计的?")),
    ("毛利率是多少?研發費用是多少?", ("毛利率是多少?", "研發費用是多少?")),
]

ONE = [
    "甲、乙兩廠的產能各多少?",
    "營收和淨利各多少?",
    "毛利率上升?還是下降?",
    "毛利率是上升還是下降?",
    "從多少家變成多少家?",
    "誰的營收比較高,高多少?",
    "哪一年的營收較高,2022 還是 2023 年?",
    "何時、何地成立?",
    "甲公司什麼時候、在哪裡成立?",
    "在哪些國家、哪些城市設廠?",
    "現場有多少人、多少輛車?",
    "這樣說對嗎?",
    "甲公司賺錢,對嗎?",
    "共有幾家分店,其中幾家在海外?",
    "我在讀這篇文章。毛利率是多少?",
    "真的嗎?毛利率是多少?",
    "2023 年和 2024 年甲公司的毛利率相差多少?",
    "為什麼毛利率下降,營收卻上升?",
    "「誰是誰?什麼是什麼?」這本書的作者是誰?",
    "誰在哪一年創辦了它?",
    "How much did revenue and profit grow?",
    "Who founded it and when?",
    "What was the revenue, right?",
    "Did it rise? Or fall?",
    "Is A's margin higher than B's?",
    "What is research and development?",
    "A?B?C?D?",
    "他問誰來了,什麼時候走的?",
    "無論多少人參加、哪一天舉行,費用是多少?",
    "哪些公司投資了它,投資了多少?",
    "如果毛利率下降,獲利會如何?",
    "甲公司成立於哪一年?",
    "What are the terms and conditions?",
    "毛利率",
    "",
    "??",
    "Which companies and which banks invested?",
    "幾乎所有產品都漲價,漲了多少?",
    "與 2022 年相比,2023 年的營收增加了多少?",
    "Why did sales, which had grown, fall?",
]


def test_the_tables_are_large() -> None:
    assert len(SEVERAL) + len(ONE) >= 50


@pytest.mark.parametrize(("question", "each"), SEVERAL, ids=[question for question, _ in SEVERAL])
def test_several_questions_are_taken_apart_and_completed(question: str, each: tuple[str, ...]) -> None:
    assert parts(question) == each


@pytest.mark.parametrize("question", ONE)
def test_one_question_stays_whole(question: str) -> None:
    assert parts(question) == (question,)


def test_a_form_to_fill_in_stays_whole() -> None:
    form = "藍啟何時成立?誰是執行長?總部在哪裡?有多少員工?"
    assert form.count("?") > MOST
    assert parts(form) == (form,)


@pytest.mark.parametrize("question", [question for _, each in SEVERAL for question in each])
def test_a_part_has_no_more_parts(question: str) -> None:
    assert parts(question) == (question,)
