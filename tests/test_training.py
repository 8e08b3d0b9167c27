"""What training is fed: answers where they are said to be, held-out templates and articles kept apart."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sklearn")

from training.augment import Example, answer_removed, closest, cropped, edited, relaid, with_title
from training.data import articles_in, batches
from training.figures import report
from training.metrics import auroc, exact, f1, refusal_recall
from training.writer import Writer, templates

WRITTEN = Path(__file__).resolve().parents[1] / "training" / "data"
TEXT = (
    "石門橋由工程師許懷恩設計，於1936年完工，全長214公尺。"
    "橋面寬8公尺。GLM模型在17日發布（第2版）！它位於河的北岸。"
)
ANSWERS = ("許懷恩", "1936年", "214公尺", "8公尺", "17日", "GLM模型", "河的北岸")


def example(answer: str) -> Example:
    start = TEXT.index(answer)
    return Example("石門橋由誰設計?", TEXT, start, start + len(answer))


def same(a: str, b: str) -> bool:
    """Equal but for spaces and width."""
    return a.replace(" ", "").replace("，", ",") == b.replace(" ", "").replace("，", ",")


@given(st.sampled_from(ANSWERS), st.integers(0, 10_000), st.integers(10, 90))
def test_answers_survive_crop_layout_and_title(answer: str, seed: int, size: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    cut = cropped(example(answer), rng, size)
    assert cut.passage in TEXT and cut.passage[cut.start : cut.end] == answer
    laid = relaid(with_title(cut, "石門橋", rng), rng)
    assert same(laid.passage[laid.start : laid.end], answer)
    assert laid.passage[laid.start : laid.end].strip() == laid.passage[laid.start : laid.end]


@given(st.sampled_from(ANSWERS), st.integers(0, 1000))
def test_a_passage_without_its_answer_has_none(answer: str, seed: int) -> None:
    bare = answer_removed(example(answer), random.Random(seed), 200)  # noqa: S311
    assert bare is None or (answer not in bare.passage and bare.start == -1)


def test_the_closest_crop_shares_most_with_the_question() -> None:
    e = Example("橋面多寬?", TEXT, -1, -1)
    shared = [len(set(e.question) & set(closest(e, random.Random(i), 12).passage)) for i in range(20)]  # noqa: S311
    plain = [len(set(e.question) & set(cropped(e, random.Random(i), 12).passage)) for i in range(20)]  # noqa: S311
    assert sum(shared) > sum(plain)


@pytest.mark.parametrize("part", ["train", "valid"])
def test_written_articles_answer_where_they_say(part: str) -> None:
    articles = articles_in(WRITTEN / part)
    assert sum(len(a.asked) for a in articles) > 600
    for asked in (asked for article in articles for asked in article.asked):
        assert asked.start == -1 or asked.passage[asked.start : asked.end].strip()


def test_written_articles_for_validation_are_not_trained_on() -> None:
    parts = [{a.title for a in articles_in(WRITTEN / part)} for part in ("train", "valid")]
    assert not parts[0] & parts[1]


@given(st.integers(0, 1000))
def test_an_edited_question_asks_for_what_the_passage_lacks(seed: int) -> None:
    e = Example("石門橋在1936年由誰完工?", TEXT, 5, 8)
    changed = edited(e, ["《紅樓夢》", "Verlin", "翠屏山"], random.Random(seed))  # noqa: S311
    assert changed and changed != e.question
    assert "1936" not in changed or changed.startswith(("翠屏山", "Verlin"))


@given(st.integers(0, 100_000), st.booleans())
def test_reports_answer_where_they_say(seed: int, held_out: bool) -> None:
    made = report(random.Random(seed), held_out, ["這是一句無關的話。"])  # noqa: S311
    for fact in made.facts:
        assert made.text[fact.start : fact.end].strip() == made.text[fact.start : fact.end] != ""
    for asked in made.asked:
        assert asked.start == -1 or 0 <= asked.start < asked.end <= len(made.text)


def test_training_never_sees_the_held_out_templates() -> None:
    for kind, sentences in templates()["sentences"].items():
        sides = [{Writer(random.Random(i), held).pick(kind) for i in range(400)} for held in (False, True)]  # noqa: S311
        assert not sides[0] & sides[1] and sides[0] | sides[1] == set(sentences)


def test_batches_hold_every_unit_once_and_keep_the_bound() -> None:
    units = [[n] * (1 + n % 2) for n in range(10, 60)]
    made = list(batches(units, 300, lambda n: n, random.Random(1)))  # type: ignore[arg-type]  # noqa: S311
    assert sorted(map(tuple, (u for b in made for u in b))) == sorted(map(tuple, units))
    assert all(sum(map(len, b)) * max(max(u) for u in b) <= 300 + 120 for b in made)


@pytest.mark.parametrize(
    ("found", "answer", "em", "overlap"),
    [
        ("1936年", "1936年。", 1, 1),
        ("1936", "1936年", 0, 8 / 9),
        ("許懷恩", "工程師許懷恩", 0, 6 / 9),
        ("ABC", "abc", 1, 1),
        ("甲", "乙", 0, 0),
        ("", "乙", 0, 0),
    ],
)
def test_metrics_by_hand(found: str, answer: str, em: float, overlap: float) -> None:
    assert exact(found, [answer]) == em
    assert f1(found, [answer]) == pytest.approx(overlap)


def test_ranking_metrics_against_a_second_implementation() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    p, n = rng.normal(1, 1, 80).round(1), rng.normal(0, 1, 120).round(1)
    assert auroc(p, n) == pytest.approx(roc_auc_score([1] * 80 + [0] * 120, [*p, *n]))
    assert refusal_recall([1, 2, 3, 4], [0, 0.5, 5, 6], 0.0) == 0.5
