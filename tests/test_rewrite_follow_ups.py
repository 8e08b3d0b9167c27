"""Four tables of invented follow-ups: what each would be without a history must be held by its completion.

The tables also say what stands alone; that must come through to the character.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.rewrite import complete
from rag.schema import Turn
from rag.text import fold

TABLES = sorted((Path(__file__).parent / "data").glob("rewrite_follow_ups_*.txt"))
GAPS = {
    "還是前面那個比較貴嗎?": "a comparison with an item two turns back",
    "休到什麼時候?": "a verb that only half repeats the one before it, 休園",
    "Which one?": "the old question's words must go, not only be repeated",
    "三年合計多少?": "a sum over three turns",
    "比原定的晚嗎?": "a comparison with a plan, without a subject",
    "那葡萄牙呢?": "a place named in Chinese after an English question",
}


@dataclass(frozen=True)
class Case:
    history: tuple[Turn, ...]
    question: str
    alone: bool
    held: tuple[str, ...]
    not_held: tuple[str, ...]


def read(block: str) -> Case | None:
    """One block of a table; None for a comment."""
    turns: list[tuple[str, str]] = []
    rows: dict[str, str] = {}
    for line in block.splitlines():
        kind, _, text = line.partition(" ")
        if kind == "Q":
            turns.append((text, ""))
        elif kind == "A":
            turns[-1] = (turns[-1][0], text)
        elif kind in ("F", "W", "+", "-"):
            rows[kind] = text
    if "F" not in rows:
        return None
    history = tuple(Turn(question, answer) for question, answer in turns)
    held, not_held = (tuple(rows.get(sign, "").split()) for sign in "+-")
    return Case(history, rows["F"], "W" not in rows, held, not_held)


def cases() -> list[Case]:
    blocks = (block for table in TABLES for block in table.read_text("utf-8").split("\n\n"))
    return [case for case in map(read, blocks) if case]


def holds(text: str, term: str) -> bool:
    """Whether a folded text holds a term, an English one as whole words."""
    term = fold(term.replace("_", " "))
    if term.isascii() and term.replace(" ", "").isalpha():
        return bool(re.search(rf"(?<![a-z]){re.escape(term)}(?![a-z])", text))
    return term in text


QUESTIONS = [
    *(case.question for case in cases()),
    *(turn.question for case in cases() for turn in case.history),
]


def marked() -> list:
    reasons = [(case, GAPS.get(case.question)) for case in cases()]
    return [
        pytest.param(case, marks=pytest.mark.xfail(strict=True, reason=reason) if reason else ())
        for case, reason in reasons
    ]


@pytest.mark.parametrize("case", marked(), ids=lambda case: case.question)
def test_follow_ups_are_asked_as_they_would_be_alone(case: Case) -> None:
    done = complete(case.question, case.history)
    if case.alone:
        assert done == case.question
        return
    folded = fold(done)
    assert all(any(holds(folded, one) for one in term.split("|")) for term in case.held), done
    assert not any(holds(folded, term) for term in case.not_held), done
    assert folded.count("?") < 2, done


QUARTERS = ("第一季", "第二季", "第三季", "第四季")


@settings(deadline=None)
@given(st.integers(1950, 2090), st.integers(0, 3), st.integers(-6, 6))
def test_counted_quarters_are_those_of_the_calendar(year: int, quarter: int, steps: int) -> None:
    history = [Turn(f"禾豐科技 {year} 年{QUARTERS[quarter]}的出貨量是多少?", "")]
    history += [Turn("上一季呢?" if steps < 0 else "下一季呢?", "")] * abs(steps)
    moved = year * 4 + quarter + steps
    asked = complete("毛利率呢?", history)
    assert f"{moved // 4} 年{QUARTERS[moved % 4]}" in asked
    assert "毛利率" in asked


@settings(deadline=None)
@given(st.integers(1910, 2090), st.integers(1, 9))  # years are read from 1900 to 2100
def test_years_earlier_and_later_are_counted(year: int, count: int) -> None:
    history = [Turn(f"What was Helio's revenue in {year}?", "")]
    assert complete(f"And {count} years earlier?", history) == f"What was Helio's revenue in {year - count}?"
    assert complete(f"{count} 年後呢?", history) == f"What was Helio's revenue in {year + count}?"


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(QUESTIONS), st.text(max_size=60)), min_size=1, max_size=3),
    st.one_of(st.sampled_from(QUESTIONS), st.text(max_size=20)),
)
def test_any_answer_leaves_a_question_of_bounded_length(said: list[tuple[str, str]], question: str) -> None:
    history = [Turn(*turn) for turn in said]
    done = complete(question, history)
    assert len(done) <= 3 * (sum(len(asked) + len(answer) for asked, answer in said) + len(question)) + 40
    assert complete(question, history) == done


def test_the_tables_are_large_and_their_gaps_few() -> None:
    found = cases()
    assert len([case for case in found if not case.alone]) >= 290
    assert len([case for case in found if case.alone]) >= 40
    assert len(GAPS) <= 0.03 * len(found)
