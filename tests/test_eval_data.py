"""The evaluation sets decide what the project believes about itself, so their own soundness is tested:
form, quotas, and that every quote and every answer stands in the article it is said to come from."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import opencc
import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "eval" / "data"
ARTICLE_FOLDERS = {
    "article": ROOT / "data" / "articles",
    "foreign": DATA / "foreign",
    "fresh": DATA / "fresh",
}

KEYS = ["id", "article", "question", "type", "script", "answers", "evidence", "history"]
SCRIPTS = {"zh-Hant", "zh-Hans", "en"}
ANSWERABLE = {
    "fact": 25,
    "list_figure": 30,
    "date": 10,
    "person": 3,
    "list": 12,
    "why": 12,
    "what_is": 8,
    "comparison": 12,
    "yes_no": 10,
    "metadata": 5,
    "two_part": 10,
    "follow_up": 15,
}
UNANSWERABLE = {
    "off_topic": 12,
    "wrong_year": 12,
    "wrong_entity": 12,
    "not_stated": 12,
    "false_premise": 12,
    "instruction": 8,
}
ANSWER_MAY_BE_ABSENT = {"yes_no", "comparison", "metadata"}  # computed, judged or reformatted

Row = dict[str, Any]


def load(name: str) -> list[Row]:
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def article_text(name: str, row: Row) -> str:
    return (ARTICLE_FOLDERS[name] / str(row["article"])).read_text(encoding="utf-8")


def fold(text: str) -> str:
    """Full width to half width, all white space removed."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def simplified(text: str) -> str:
    return str(opencc.OpenCC("t2s").convert(text))


every_set = pytest.mark.parametrize("name", list(ARTICLE_FOLDERS))
ONLY_FRESH = {"paraphrase", "wrong_attribute"}


@every_set
def test_rows_have_exactly_the_agreed_form(name: str) -> None:
    for row in load(name):
        assert list(row) == KEYS, row
        assert row["type"] in ANSWERABLE.keys() | UNANSWERABLE.keys() | ONLY_FRESH, row["id"]
        assert row["script"] in SCRIPTS, row["id"]
        assert all(row[key] == row[key].strip() != "" for key in ("id", "article", "question")), row["id"]
        assert all(isinstance(quote, str) and quote for quote in row["evidence"]), row["id"]
        for group in row["answers"]:
            assert group, row["id"]
            assert all(isinstance(alternative, str) and fold(alternative) for alternative in group), row["id"]
            assert len(set(group)) == len(group), row["id"]
        for turn in row["history"]:
            assert list(turn) == ["question", "answer"], row["id"]
            assert turn["question"] and turn["answer"], row["id"]


def test_ids_and_questions_are_unique_over_all_sets() -> None:
    rows = [row for name in ARTICLE_FOLDERS for row in load(name)]
    ids = Counter(row["id"] for row in rows)
    questions = Counter((fold(row["question"]).casefold(), json.dumps(row["history"])) for row in rows)
    assert [key for key, count in ids.items() if count > 1] == []
    assert [key for key, count in questions.items() if count > 1] == []
    assert all(re.fullmatch(r"a\d{3}", row["id"]) for row in load("article"))
    assert all(re.fullmatch(r"f\d{3}", row["id"]) for row in load("foreign"))
    assert all(re.fullmatch(r"n\d{3}", row["id"]) for row in load("fresh"))


def test_article_quotas() -> None:
    rows = load("article")
    counts = Counter(row["type"] for row in rows)
    assert len(rows) >= 220
    for kind, least in (ANSWERABLE | UNANSWERABLE).items():
        assert counts[kind] >= least, kind
    assert counts["off_topic"] <= 15
    assert sum(not row["answers"] for row in rows) >= 65
    scripts = Counter((row["script"], bool(row["answers"])) for row in rows)
    for script in SCRIPTS - {"zh-Hant"}:
        assert scripts[script, True] >= 25, script
        assert scripts[script, False] >= 15, script


def test_foreign_quotas() -> None:
    rows = load("foreign")
    counts = Counter(row["type"] for row in rows)
    assert len(rows) >= 120
    assert counts.keys() == ANSWERABLE.keys() | UNANSWERABLE.keys()
    assert sum(not row["answers"] for row in rows) >= 36
    scripts = Counter((row["script"], bool(row["answers"])) for row in rows)
    for script in SCRIPTS - {"zh-Hant"}:
        assert scripts[script, True] >= 25, script
        assert scripts[script, False] >= 10, script


@every_set
def test_evidence_stands_verbatim_in_the_named_article(name: str) -> None:
    missing = [
        (row["id"], quote)
        for row in load(name)
        for quote in row["evidence"]
        if quote not in article_text(name, row)
    ]
    assert missing == []


@every_set
def test_answers_and_evidence_come_together_or_not_at_all(name: str) -> None:
    for row in load(name):
        answerable = row["type"] in ANSWERABLE or row["type"] == "paraphrase"
        assert bool(row["answers"]) == answerable, row["id"]
        assert bool(row["evidence"]) == answerable, row["id"]
        assert bool(row["history"]) == (row["type"] == "follow_up"), row["id"]


@every_set
def test_every_answer_group_is_carried_by_the_evidence(name: str) -> None:
    uncarried = [
        (row["id"], group)
        for row in load(name)
        if row["type"] not in ANSWER_MAY_BE_ABSENT
        for group in row["answers"]
        if not any(fold(alternative) in fold("\n".join(row["evidence"])) for alternative in group)
    ]
    assert uncarried == []


@pytest.mark.parametrize("name", ["article", "foreign"])
def test_no_question_is_copied_from_its_article(name: str) -> None:
    copied = [
        row["id"]
        for row in load(name)
        if fold(row["question"]).rstrip("?。!") in fold(article_text(name, row))
    ]
    assert copied == []


@every_set
def test_script_label_is_the_script_of_the_question(name: str) -> None:
    wrong = []
    for row in load(name):
        question = row["question"]
        changed_by_folding = simplified(question) != question
        latin_words = len(re.findall(r"[A-Za-z]+", question))
        fits = {
            "zh-Hant": changed_by_folding,
            "zh-Hans": not changed_by_folding,
            "en": latin_words >= 4,
        }
        if not fits[row["script"]] and len(question) > len("Who led it?"):
            wrong.append((row["id"], question))
    assert wrong == []


def test_foreign_articles_vary_in_script_and_length() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(DATA.joinpath("foreign").iterdir())]
    traditional = [simplified(text) != text for text in texts]
    assert sum(traditional) >= 4
    assert traditional.count(False) >= 2
    assert all(400 <= len(fold(text)) <= 900 for text in texts)


def test_every_foreign_article_is_asked_about() -> None:
    answerable = Counter(row["article"] for row in load("foreign") if row["answers"])
    names = {path.name for path in DATA.joinpath("foreign").iterdir()}
    assert answerable.keys() == names
    assert min(answerable.values()) >= 15
