"""Comparing two runs: the right questions are joined, counted and listed."""

import random
from typing import Any

import pytest

from eval.compare import UNANSWERABLE, compare, render, right
from eval.statistics import mcnemar, paired_bootstrap

Run = dict[str, Any]


def outcome(id: str, correct: bool = False, refused: bool = False, **more: Any) -> Run:
    verdict = {"correct": correct, "cited": None, "refused": refused, "why": f"why {id}"}
    row = {
        "set": "article",
        "id": id,
        "article": "one.txt",
        "type": "fact",
        "script": "zh-Hant",
        "split": "dev",
    }
    return row | {"question": f"問題 {id}?", "verdict": verdict, "answer": {"text": "…"}} | more


def run(*outcomes: Run) -> Run:
    return {"run": {"time": "…"}, "outcomes": list(outcomes)}


def test_right_is_correct_or_refused_where_there_is_no_answer() -> None:
    assert right(outcome("a", correct=True))
    assert not right(outcome("a", refused=True))
    assert right(outcome("a", refused=True, type="wrong_year"))
    assert not right(outcome("a", correct=True, type="wrong_year"))
    assert right(outcome("a", refused=True, type="fact", answers=[]))
    assert not right(outcome("a", refused=True, type="wrong_year", answers=[["甲"]]))


def test_flips_scores_and_what_is_left_out() -> None:
    a = run(
        outcome("a1", correct=True),
        outcome("a2", correct=True),
        outcome("a3", refused=True),
        outcome("a4", refused=True, type="off_topic"),
        outcome("a5", correct=True),
        outcome("f1", correct=True, set="foreign"),
        outcome("only in A"),
    )
    b = run(
        outcome("f1", correct=True, set="foreign"),
        outcome("a1", correct=True),
        outcome("a2", refused=True),
        outcome("a3", correct=True),
        outcome("a4", type="off_topic"),
        outcome("a5", correct=True, question="換了說法?"),
        outcome("a1", set="foreign"),
        outcome("only in B"),
    )
    found = compare(a, b)
    assert [(one.name, one.a, one.b, one.difference.n) for one in found.sets] == [
        ("article", 3 / 4, 2 / 4, 4),
        ("foreign", 1, 1, 1),
        ("all", 4 / 5, 3 / 5, 5),
    ]
    article = found.sets[0]
    assert article.difference.value == -1 / 4
    assert (article.mcnemar.b, article.mcnemar.c, article.mcnemar.p) == (2, 1, 1.0)
    assert [(flip.id, flip.gained, flip.why) for flip in found.flips] == [
        ("a2", False, "why a2"),
        ("a3", True, "why a3"),
        ("a4", False, "why a4"),
    ]
    assert (found.left_out_a, found.left_out_b) == (2, 3)


def test_why_is_that_of_the_run_that_is_wrong() -> None:
    good, bad = outcome("x", correct=True), outcome("x")
    good["verdict"]["why"], bad["verdict"]["why"] = "fine", "says 3"
    assert [
        flip.why for flip in (*compare(run(good), run(bad)).flips, *compare(run(bad), run(good)).flips)
    ] == [
        "says 3",
        "says 3",
    ]


def test_render_shows_rows_counts_and_flips_as_plain_text() -> None:
    a = run(*(outcome(f"q{i}", correct=True) for i in range(9)), outcome("new"), outcome("gone"))
    b = run(*(outcome(f"q{i}") for i in range(9)), outcome("new", correct=True, question="問題 new?"))
    assert render(compare(a, b)).splitlines()[:5] == [
        "set      n   A      B      B - A [95 %]              bootstrap p  only A  only B  McNemar p",
        "article  10  90.0%  10.0%  -80.0% [-100.0%, -40.0%]  0.002        9       1       0.021",
        "",
        "Left out, not asked in the same words in both: 1 of A, 0 of B",
        "",
    ]
    lines = render(compare(a, b)).splitlines()[5:]
    assert lines[:3] == [
        "Lost (right in A only): 9",
        "  article q0 (fact) 問題 q0?",
        "      wrong because: why q0",
    ]
    assert lines[-3:] == [
        "Gained (right in B only): 1",
        "  article new (fact) 問題 new?",
        "      wrong because: why new",
    ]
    same = render(compare(a, a))
    assert "Left out" not in same
    assert "Lost (right in A only): 0" in same


def test_render_bounds_and_disarms_third_party_text() -> None:
    nasty = "\x1b[2J甲\n乙\u202e" + "丙" * 500
    text = render(compare(run(outcome("x", question=nasty)), run(outcome("x", correct=True, question=nasty))))
    assert "[2J甲 乙丙" in text
    assert not set("\x1b\u202e") & set(text)
    assert max(map(len, text.splitlines())) < 120


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({}, "not a run file"),
        ({"outcomes": None}, "not a run file"),
        ({"outcomes": ["text"]}, "not a run file"),
        ({"outcomes": [{"set": "article", "id": "x", "verdict": {}}]}, "article, correct, question"),
        (run(outcome("x"), outcome("x")), "repeats 1"),
        (run(outcome("y")), "no question in common"),
        (run(), "no question in common"),
    ],
)
def test_what_cannot_be_compared_says_what_to_do(bad: Run, message: str) -> None:
    for pair in ((bad, run(outcome("x"))), (run(outcome("x")), bad)):
        with pytest.raises(ValueError, match=message):
            compare(*pair)


def test_comparison_agrees_with_a_plain_implementation() -> None:
    draw = random.Random(1)  # noqa: S311 - test cases, not secrets
    types = ["fact", "date", *sorted(UNANSWERABLE)[:2]]
    for _ in range(1000):
        questions = [
            {"set": draw.choice("st"), "type": draw.choice(types), "article": draw.choice("mn")}
            for _ in range(8)
        ]
        asked = {"a": draw.sample(range(8), 6), "b": draw.sample(range(8), 6)}
        marks = {
            who: {i: draw.choice([0, 1, 2]) for i in ids} for who, ids in asked.items()
        }  # 1 correct, 2 refused
        runs = {
            who: run(*(outcome(str(i), mark == 1, mark == 2, **questions[i]) for i, mark in given.items()))
            for who, given in marks.items()
        }
        good = {
            who: {i: mark == (2 if questions[i]["type"] in UNANSWERABLE else 1) for i, mark in given.items()}
            for who, given in marks.items()
        }
        common = [i for i in asked["a"] if i in asked["b"]]
        found = compare(runs["a"], runs["b"])
        assert found.left_out_a == found.left_out_b == 6 - len(common)
        assert {(flip.id, flip.gained) for flip in found.flips} == {
            (str(i), good["b"][i]) for i in common if good["a"][i] is not good["b"][i]
        }
        for one in found.sets:
            members = [i for i in common if one.name in (questions[i]["set"], "all")]
            a, b = ([good[who][i] for i in members] for who in "ab")
            articles = [questions[i]["set"] + questions[i]["article"] for i in members]
            assert (one.a, one.b) == (a.count(True) / len(a), b.count(True) / len(b))
            assert one.difference == paired_bootstrap(a, b, articles, 0)
            assert one.mcnemar == mcnemar(a, b)
