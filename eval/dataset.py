"""Question sets: what is asked, of which articles, and what a right answer must hold."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rag import Turn

DATA = Path(__file__).with_name("data")
ARTICLES = Path(__file__).resolve().parents[1] / "data" / "articles"
HELD_SHARE = 50
"""Per cent of the questions, by hash of the id, that are kept for reports."""

Split = Literal["dev", "held"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what its answer is judged by."""

    id: str
    article: str
    """File that holds the answer or, of an unanswerable question, the nearest text."""
    question: str
    type: str
    script: str
    answers: tuple[tuple[str, ...], ...]
    """Groups; each must be met by one of its alternatives. No groups: the documents do not answer."""
    evidence: tuple[str, ...]
    """Exact quotes of the article that carry the answer."""
    history: tuple[Turn, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer."""
        return bool(self.answers)

    @property
    def split(self) -> Split:
        """ "dev" may be looked at while tuning; "held" is run only for reports."""
        bucket = int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 100
        return "held" if bucket < HELD_SHARE else "dev"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions over one collection of files."""

    name: str
    questions: tuple[Question, ...]
    sources: tuple[Path, ...]
    """Files and folders to ingest before asking."""


def article_set() -> QuestionSet:
    """Questions on the default article."""
    return QuestionSet("article", load_questions(DATA / "article.jsonl"), (ARTICLES,))


def foreign_set() -> QuestionSet:
    """Questions on invented articles in other layouts, asked over all of them together."""
    return QuestionSet("foreign", load_questions(DATA / "foreign.jsonl"), (DATA / "foreign",))


def fresh_set() -> QuestionSet:
    """Questions on three invented articles that nobody looked at while answering was built."""
    return QuestionSet("fresh", load_questions(DATA / "fresh.jsonl"), (DATA / "fresh",))


def load_questions(path: Path) -> tuple[Question, ...]:
    """Questions of a jsonl file, one object a line. Raises ValueError that names file and line."""
    questions = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            questions.append(_question(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{path.name}:{number} is not a question ({error}); see eval/data/README.md"
            ) from error
    return tuple(questions)


def _question(row: Mapping[str, Any]) -> Question:
    history: Sequence[Mapping[str, str]] = row.get("history", [])
    return Question(
        id=row["id"],
        article=row["article"],
        question=row["question"],
        type=row["type"],
        script=row["script"],
        answers=tuple(tuple(group) for group in row["answers"]),
        evidence=tuple(row["evidence"]),
        history=tuple(Turn(turn["question"], turn["answer"]) for turn in history),
    )
