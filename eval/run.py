"""Asks a system the questions of a set and scores what it says: `evaluate` is the suite in one function."""

import inspect
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.dataset import Question, QuestionSet
from eval.judge import judge
from eval.scores import Outcome, Score, scores
from rag import Answer, Pipeline, Settings
from rag.catalog import Catalog
from rag.errors import RagError

System = Callable[..., Answer]
"""`answer(question)`, or `answer(question, history)` for one that understands follow-ups."""
Progress = Callable[[int, int], None]
TEXT_FILES = (".txt", ".md")


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found."""

    outcomes: tuple[Outcome, ...]
    scores: tuple[Score, ...]
    catalog: Catalog | None = None
    """Where the cited documents are, if the system answers from an index of ours."""


def evaluate(
    answer: System,
    questions: Sequence[Question],
    *,
    texts: Mapping[str, str],
    name: str = "questions",
    catalog: Catalog | None = None,
    progress: Progress | None = None,
) -> Report:
    """Ask every question and judge the answers.

    `texts` are the articles by file name. With a `catalog`, a quote counts as exact when the document has it
    at its offsets; without, it has only to stand in some article.
    """
    takes_history = len(inspect.signature(answer).parameters) > 1
    outcomes = []
    for done, question in enumerate(questions, 1):
        given = answer(question.question, question.history) if takes_history else answer(question.question)
        outcomes.append(
            Outcome(name, question, given, judge(question, given, texts), _exact(given, catalog, texts))
        )
        if progress:
            progress(done, len(questions))
    return Report(tuple(outcomes), tuple(scores(outcomes)), catalog)


def evaluate_set(
    question_set: QuestionSet,
    questions: Sequence[Question],
    settings: Settings,
    answer: System | None = None,
    progress: Progress | None = None,
) -> Report:
    """Evaluate on an index of the set's own articles; `answer` is another system to be asked instead."""
    build_index(question_set, settings)
    system = answer or Pipeline(settings).answer
    return evaluate(
        system,
        questions,
        texts=read_texts(question_set),
        name=question_set.name,
        catalog=None if answer else Catalog(settings.home),
        progress=progress,
    )


def build_index(question_set: QuestionSet, settings: Settings) -> None:
    """Ingest the set's articles into `settings.home`, as a user would. Raises `RagError`."""
    sources = [str(source) for source in question_set.sources]
    options = ["--prune", "--rebuild-if-stale", "--home", str(settings.home)]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "ingest", *sources, *options], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise RagError(f"the articles of the set {question_set.name} cannot be ingested: {said}")


def read_texts(question_set: QuestionSet) -> dict[str, str]:
    """The set's articles by file name."""
    return {path.name: path.read_text("utf-8") for path in _files(question_set.sources)}


def peak_memory_mb() -> float:
    """Most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _files(sources: Sequence[Path]) -> Iterator[Path]:
    for source in sources:
        found = sorted(source.iterdir()) if source.is_dir() else [source]
        yield from (path for path in found if path.suffix in TEXT_FILES)


def _exact(said: Answer, catalog: Catalog | None, texts: Mapping[str, str]) -> tuple[bool, ...]:
    if catalog is None:
        return tuple(any(c.quote in text for text in texts.values()) for c in said.citations)
    documents = [(c, catalog.document(c.document_id)) for c in said.citations]
    return tuple(d is not None and d.text[c.start : c.end] == c.quote for c, d in documents)
