"""Statements from lists, against sentences whose statements were written by hand (`statements.jsonl`).

Every third row of the first 231 was not looked at until the rules were first complete (then precision .98,
recall .91); rows 232 to 279 and 280 to 314 were written later and looked at once before mending (.92, .87;
.98, .92). All have been seen now: the bars below guard, they do not measure.
"""

import time
from dataclasses import replace
from functools import cache

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.derive import derive
from ingest.load import Loaded
from rag.schema import Block, Document, Statement
from rag.text import fold, language
from tests.statement_table import Row, document, is_right, plain, row_of, rows_of, scores


@cache
def table() -> tuple[Row, ...]:
    return rows_of("statements.jsonl")


# The table


def test_the_table_is_large_and_mixed() -> None:
    rows = table()
    traps = [row for row in rows if not row.gold]
    languages = [language(row.text) for row in rows]
    assert len(rows) >= 200
    assert len(traps) >= 90
    assert languages.count("zh-Hans") >= 40
    assert languages.count("en") >= 25
    assert len({row.text for row in rows}) == len(rows)


@pytest.mark.parametrize("tongue", ["zh-Hant", "zh-Hans", "en"])
def test_statements_are_right_and_few_are_missed(tongue: str) -> None:
    precision, recall = scores([row for row in table() if language(row.text) == tongue])
    assert precision >= 0.98
    assert recall >= 0.90


def test_traps_yield_nothing() -> None:
    said = {row.text: derive(document(row.text, row.published)) for row in table() if not row.gold}
    assert {text for text, statements in said.items() if statements} == set()


def test_the_judge_refuses_what_is_wrong() -> None:
    row = row_of({"text": "甲和乙的客戶分別為[95 家]和[30 家]。", "all": "客戶", "each": ["甲", "乙"]})
    right = Statement("d", 0, 20, row.gold[0].start, row.gold[0].end, "甲的客戶為 95 家", "list")
    assert is_right(right, row.gold[0], row)
    for wrong in (
        replace(right, text="乙的客戶為 95 家"),
        replace(right, text="甲和乙的客戶為 95 家"),
        replace(right, text="甲為 95 家"),
        replace(right, text="甲的客戶為 30 家"),
        replace(right, value_end=right.value_end - 1),
        replace(right, start=right.value_end),
    ):
        assert not is_right(wrong, row.gold[0], row)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (
            "從 2022 年至 2024 年,甲公司的收入分別為 1、2 及 3.1 億元。",
            [
                "2022 年甲公司的收入為 1 億元",
                "2023 年甲公司的收入為 2 億元",
                "2024 年甲公司的收入為 3.1 億元",
            ],
        ),
        (
            "去年和今年上半年,公司營收分別為 3 億元與 2 億元,其中研發費用分別占 12% 與 15%。",
            [
                "2024 年公司營收為 3 億元",
                "2025 年上半年公司營收為 2 億元",
                "2024 年公司營收中,研發費用占 12%",
                "2025 年上半年公司營收中,研發費用占 15%",
            ],
        ),
        ("甲、乙兩國的人口分别为3亿、5亿。", ["甲國的人口为3亿", "乙國的人口为5亿"]),
        ("3 億與 5 億元分別來自甲與乙。", ["3 億元來自甲", "5 億元來自乙"]),
        ("北、南兩區的雨量依序為 3、5 毫米。", ["北區的雨量為 3 毫米", "南區的雨量為 5 毫米"]),
        (
            "Sales in May and June were 3 and 5 tons, respectively.",
            ["Sales in May were 3 tons", "Sales in June were 5 tons"],
        ),
    ],
)  # fmt: skip
def test_statements_read_well(sentence: str, said: list[str]) -> None:
    assert [statement.text for statement in derive(document(sentence, "2025-10-01"))] == said


def test_a_list_behind_a_semicolon_cites_the_sentence_that_names_its_keys_too() -> None:
    text = "概況如下。2023 年和 2024 年,公司營收分別為 3 億元和 5 億元;同期淨利分別為 1 億元和 2 億元。餘略。"
    last = derive(document(text))[-1]
    assert last.text == "2024 年公司淨利為 2 億元"
    assert text[last.start : last.end] == text[5:-3]
    assert text[last.value_start : last.value_end] == "2 億元"


# Offsets, scripts, hostile input


def values(text: str, published: str | None) -> list[tuple[int, int]]:
    return [(found.value_start, found.value_end) for found in derive(document(text, published))]


def test_the_other_script_gives_the_same_values() -> None:
    to_traditional = opencc.OpenCC("s2t")
    compared = 0
    for row in table():
        is_simplified = language(row.text) == "zh-Hans"
        other = to_traditional.convert(row.text) if is_simplified else opencc.OpenCC("t2s").convert(row.text)
        if len(other) == len(row.text):
            compared += 1
            assert values(other, row.published) == values(row.text, row.published), row.text
    assert compared >= 0.9 * len(table())


def test_full_width_gives_the_same_values() -> None:
    wide = str.maketrans("0123456789%,:()", "０１２３４５６７８９％，：（）")
    for row in table():
        if language(row.text) != "en":
            assert values(row.text.translate(wide), row.published) == values(row.text, row.published), (
                row.text
            )


@given(st.lists(st.sampled_from(table()), min_size=1, max_size=6), st.sampled_from(["\n", "\n\n", " "]))
@settings(max_examples=50, deadline=None)
def test_statements_of_a_document_are_those_of_its_sentences(rows: list[Row], between: str) -> None:
    text, blocks = "首頁\n", []
    for row in rows:
        blocks.append(Block(len(text), len(text) + len(row.text)))
        text += row.text + between
    found = derive(replace(document(text, "2025-10-01"), blocks=tuple(blocks)))
    alone = [
        replace(
            one,
            start=one.start + block.start,
            end=one.end + block.start,
            value_start=one.value_start + block.start,
            value_end=one.value_end + block.start,
        )
        for row, block in zip(rows, blocks, strict=True)
        for one in derive(document(row.text, "2025-10-01"))
    ]
    assert sorted(found, key=str) == sorted(alone, key=str)


PIECES = st.sampled_from(
    [
        *"甲乙、,和及與的為分別各年月在於占其中()「」0123.%億元 ",
        "分別為",
        "2023 年",
        "至",
        "營收",
        "respectively",
        "and",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_values_within_their_sentences(text: str) -> None:
    for statement in derive(document(text, "2025-10-01")):
        assert (
            0 <= statement.start <= statement.value_start < statement.value_end <= statement.end <= len(text)
        )
        assert plain(text[statement.value_start : statement.value_end]) in plain(statement.text)


@pytest.mark.parametrize(
    "text",
    [
        "、" * 1_000_000,
        "分別為" * 300_000,
        "甲和乙分別為" + "1、" * 300_000 + "2。",
        "(" * 200_000 + "分別",
        "分別為 1、2。「" * 20_000,
        ("2022 年、" * 60 + "分別為" + "1、" * 60 + "2。\n") * 200,
        ("a and b, " * 60 + "respectively.\n") * 300,
    ],
    ids=["commas", "marks", "values", "brackets", "quotes", "times", "english"],
)
def test_hostile_text_takes_bounded_time(text: str) -> None:
    derive(document("分別為 1 和 2。"))  # loads the dictionaries
    began = time.process_time()
    derive(document(text))
    assert time.process_time() - began < 10


def test_many_lines_take_bounded_time() -> None:
    lines = 50_000
    text = "來源:某報 2025-12-03\n甲乙。\n" * lines
    every = len(text) // lines
    blocks = tuple(Block(i * every + every - 4, i * every + every - 1) for i in range(lines))
    began = time.process_time()
    derive(replace(document(text, "2025-12-04"), blocks=blocks))
    assert time.process_time() - began < 20


# What the article says of itself


def page(text: str, **declared: str) -> Document:
    fields = {"title": None, "source": None, "published": None, "url": None} | declared
    return clean(Loaded("/a/article.txt", text, False, **fields))


PAGE = """首頁 > 財經
河岸報告:全球鋼價連三季走低
發佈時間:2025-12-03 10:30 來源:河岸日報

全球鋼價已經連續第三季走低,主要產區的庫存仍在增加,分析師認為短期內不易反轉。

各廠的產量在 2025 年 12 月 3 日以前沒有變化,但是需求疲弱,訂單能見度只有一個半月左右。
"""


def about(found: Document) -> dict[str, tuple[str, str, str]]:
    return {
        one.kind: (one.text, found.text[one.start : one.end], found.text[one.value_start : one.value_end])
        for one in derive(found)
        if one.kind != "list"
    }


def test_title_date_and_source_are_statements_with_the_line_that_says_them() -> None:
    line = "發佈時間:2025-12-03 10:30 來源:河岸日報"
    assert about(page(PAGE)) == {
        "title": (
            "本文的標題是《河岸報告:全球鋼價連三季走低》",
            "河岸報告:全球鋼價連三季走低",
            "河岸報告:全球鋼價連三季走低",
        ),
        "published": ("本文發佈於 2025 年 12 月 3 日", line, "2025-12-03"),
        "source": ("本文的來源是河岸日報", line, "河岸日報"),
    }


def test_what_the_text_does_not_show_is_no_statement() -> None:
    declared = page(PAGE, title="另一個標題", source="另一家報社", published="2025-12-04")
    assert about(declared) == {}


def test_a_date_or_name_within_the_article_is_not_taken_for_its_own() -> None:
    prose = PAGE.split("\n\n", 1)[1]
    assert "published" not in about(page(prose, published="2025-12-03"))
    assert "source" not in about(page(prose, source="分析師"))


def test_statements_are_in_the_language_of_the_article() -> None:
    assert about(page(fold(PAGE)))["published"][0] == "本文发布于 2025 年 12 月 3 日"
    english = (
        "Steel prices fall again\nPublished: December 3, 2025\n\n"
        "Steel prices fell for the third quarter in a row, and analysts do not expect them to rise soon.\n"
    )
    assert about(page(english))["published"] == (
        "This article was published on 2025-12-03", "Published: December 3, 2025", "December 3, 2025",
    )  # fmt: skip
