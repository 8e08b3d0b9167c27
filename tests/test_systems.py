"""Other people's systems: loaded by name or from a file of answers, with clear words when that fails."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import Question
from eval.run import evaluate
from eval.systems import answers_file, load_system
from rag import Answer, Turn

MODULE = """
from dataclasses import replace
from rag import Answer

LIMIT = 3
SAID = Answer("甲", None, False, (), "", (), 0.5, "mine", {})

def plain(question):
    return replace(SAID, query=question)

def timed(question, top_k=5):
    return replace(SAID, query=f"{question} {top_k}", timings={"total": 9.0, "think": 8.0})

def follows(question, *, history):
    return replace(SAID, query=f"{question} after {len(history)}")

def wordy(question):
    return "甲"

def greedy(question, context):
    return SAID
"""
EARLIER = (Turn("青嶼港在哪裡?", "海灣北側。"),)


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "their_system.py").write_text(MODULE, "utf-8")
    (tmp_path / "their_broken_system.py").write_text("import not_installed_anywhere\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))


def asked(id: str, question: str, history: tuple[Turn, ...] = ()) -> Question:
    return Question(id, "one.txt", question, "fact", "zh-Hant", (("甲",),), ("甲",), history)


QUESTIONS = [
    asked("q1", "誰?"),
    asked("q2", "何時?"),
    asked("q3", "然後呢?"),
    asked("q4", "然後呢?", EARLIER),
]


def test_a_system_is_found_by_its_name() -> None:
    answer = load_system("their_system:plain")("誰?")
    assert (answer.text, answer.query) == ("甲", "誰?")
    assert 0 <= answer.timings["total"] < 1


def test_a_system_that_tells_its_time_is_believed() -> None:
    answer = load_system("their_system:timed")("誰?", EARLIER)
    assert answer.query == "誰? 5"
    assert answer.timings == {"total": 9.0, "think": 8.0}


def test_history_goes_to_those_that_take_it() -> None:
    assert load_system("their_system:follows")("然後呢?", EARLIER).query == "然後呢? after 1"
    report = evaluate(load_system("their_system:follows"), QUESTIONS, texts={"one.txt": "甲"})
    assert [o.answer.query for o in report.outcomes][2:] == ["然後呢? after 0", "然後呢? after 1"]
    plain = evaluate(load_system("their_system:plain"), QUESTIONS, texts={"one.txt": "甲"})
    assert all(o.verdict.correct for o in plain.outcomes)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("their_system", "module:function"),
        (":plain", "module:function"),
        ("their_system:", "module:function"),
        ("their_system:plain()", "module:function"),
        ("no_such_system:plain", "cannot import no_such_system"),
        ("their_broken_system:plain", "not_installed_anywhere"),
        ("their_system:plane", "its functions: .*plain"),
        ("their_system:LIMIT", "is a int"),
        ("their_system:greedy", r"must take \(question\)"),
    ],
)
def test_what_is_no_system_is_named(name: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        load_system(name)


def test_what_is_no_answer_is_named() -> None:
    system = load_system("their_system:wordy")
    with pytest.raises(ValueError, match="their_system:wordy returned a str"):
        system("誰?")


def written(folder: Path, *rows: dict[str, Any] | str) -> Path:
    path = folder / "answers.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def row(**fields: Any) -> dict[str, Any]:
    return {"set": "made_up", "id": "q1", "answer": "甲"} | fields


def first(folder: Path, **fields: Any) -> Answer:
    return answers_file(written(folder, row(**fields)), "made_up", QUESTIONS)("誰?")


def test_answers_come_from_the_file_by_id_or_text(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        row(id="q4", answer="後來\u2028[1]", citations=[{"quote": "甲", "document": "one.txt"}]),
        "",
        {"set": "made_up", "question": "何時?", "answer": "不知道", "refused": True},
        row(short="甲", confidence=0.25),
        row(set="other", answer="乙"),
        row(id="not asked in this run"),
    )
    system = answers_file(path, "made_up", QUESTIONS)
    assert system.missing == ("q3",)
    said = evaluate(system, QUESTIONS, texts={"one.txt": "甲"}).outcomes
    assert [o.answer.text for o in said] == ["甲", "不知道", "", "後來\u2028[1]"]
    assert [o.answer.refused for o in said] == [False, True, False, False]
    assert [o.answer.confidence for o in said] == [0.25, 0.0, 0.0, 1.0]
    assert [o.verdict.correct for o in said] == [True, False, False, False]
    assert said[0].answer.short == "甲"
    assert said[3].verdict.cited
    assert said[3].answer.citations[0].title == "one.txt"


def test_every_question_missing_is_named(tmp_path: Path) -> None:
    assert answers_file(written(tmp_path, row()), "another set", QUESTIONS).missing == (
        "q1",
        "q2",
        "q3",
        "q4",
    )


@pytest.mark.parametrize(
    ("text", "shown", "quotes"),
    [
        ("甲[1]乙[2]", "甲[1]乙[2]", ["a", "b", "c"]),
        ("甲[3]乙[1][3]", "甲[1]乙[2][1]", ["c", "a", "b"]),
        ("甲[4]乙[0]丙[2025]", "甲(4)乙(0)丙(2025)", ["a", "b", "c"]),
        ("甲[" + "9" * 5000 + "]", "甲(" + "9" * 5000 + ")", ["a", "b", "c"]),
        ("甲", "甲", ["a", "b", "c"]),
    ],
)
def test_marks_are_numbered_by_first_use_and_lead_to_a_citation(
    tmp_path: Path, text: str, shown: str, quotes: Sequence[str]
) -> None:
    answer = first(tmp_path, answer=text, citations=[{"quote": quote} for quote in "abc"])
    assert answer.text == shown
    assert [(c.number, c.quote) for c in answer.citations] == list(enumerate(quotes, 1))


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": None},
        {"answer": "字" * 20_001},
        {"id": ["q1"]},
        {"short": 4},
        {"refused": "no"},
        {"confidence": 1.5},
        {"confidence": True},
        {"confidence": float("nan")},
        {"citations": "甲"},
        {"citations": ["甲"]},
        {"citations": [{"quote": " "}]},
        {"citations": [{"document": "one.txt"}]},
        {"citations": [{"quote": "甲", "document": 1}]},
    ],
)
def test_a_row_that_is_no_answer_is_named(tmp_path: Path, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"answers\.jsonl:1"):
        first(tmp_path, **fields)


@pytest.mark.parametrize(
    "line",
    ["{", "3", '"set id question"', '{"set": "made_up"}', '{"id": "q1"}', '{"set": "made_up", "id": "q1"}'],
)
def test_a_line_that_answers_nothing_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=r"answers\.jsonl:2"):
        answers_file(written(tmp_path, row(id="q2"), line), "made_up", QUESTIONS)


def test_one_answer_a_question(tmp_path: Path) -> None:
    twice = written(tmp_path, row(), {"set": "made_up", "question": "誰?", "answer": "乙"})
    with pytest.raises(ValueError, match=r"answers\.jsonl:2 answers q1 a second time"):
        answers_file(twice, "made_up", QUESTIONS)
    unclear = written(tmp_path, {"set": "made_up", "question": "然後呢?", "answer": "乙"})
    with pytest.raises(ValueError, match="give the id"):
        answers_file(unclear, "made_up", QUESTIONS)
