"""What questions ask for, against a table of questions sorted by hand (`data/asked.tsv`)."""

from pathlib import Path

import pytest

from rag.asked import Asked

TABLE = [
    row.split("\t") for row in (Path(__file__).parent / "data" / "asked.tsv").read_text("utf-8").splitlines()
]
SEEN = [row[1:] for row in TABLE if row[0] == "seen"]
HELD_OUT = [row[1:] for row in TABLE if row[0] == "held"]
"""Written after the patterns and not used to change them (40 of 41 right); three lots
before had 53 of 56, 57 of 60 and 37 of 41, and were then used."""


def wrong(rows: list[list[str]]) -> list[tuple[str, str, bool]]:
    read = [(question, Asked(question), kind, number == "2") for kind, number, question in rows]
    return [(q, a.kind, a.plural) for q, a, kind, plural in read if (a.kind, a.plural) != (kind, plural)]


def test_the_table_is_large_and_each_question_stands_once() -> None:
    assert len(TABLE) >= 150
    assert len({row[3] for row in TABLE}) == len(TABLE)


@pytest.mark.parametrize("rows", [SEEN, HELD_OUT], ids=["seen", "held out"])
def test_kind_and_number_of_the_answer(rows: list[list[str]]) -> None:
    assert len(wrong(rows)) <= 0.03 * len(rows), wrong(rows)


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("毛利率是多少?", "毛利率為 5%。", "毛利率有所改善。"),
        ("有幾名員工?", "員工共三百餘人。", "員工來自各地。"),
        ("何時啟用?", "工廠於 5 月 3 日啟用。", "工廠已經啟用。"),
        ("When was it opened?", "新橋去年通車。", "新橋已經通車。"),
        ("為什麼延期?", "由於颱風來襲,活動延期。", "活動延期。"),
    ],
)
def test_a_sentence_fits_when_it_holds_what_is_asked_for(question: str, holds: str, lacks: str) -> None:
    assert Asked(question).fits(holds)
    assert not Asked(question).fits(lacks)


def test_any_sentence_fits_a_question_of_no_special_kind() -> None:
    assert Asked("冠軍是哪一隊?").fits("冠軍是甲隊。")
