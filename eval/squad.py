"""SQuAD-shaped reading sets, read from wherever the user keeps them.

They are scored by the same suite as our own sets; no copy of them is part of this repository.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from eval.dataset import Question, QuestionSet
from eval.metrics import char_f1, exact_match
from eval.run import Progress, Report, build_index, evaluate
from eval.scores import SEED, Score, scores
from eval.statistics import clustered_bootstrap
from eval.steered import REJECTION, Reader, SteeredPipeline, bounded_text
from rag import Settings
from rag.pipeline import LONGEST_QUESTION
from rag.text import language, sentences, valid


@dataclass(frozen=True, slots=True)
class ReadingSet:
    """A SQuAD-shaped set: questions over all its paragraphs, and the paragraph that each was written for."""

    question_set: QuestionSet
    texts: Mapping[str, str]
    """Articles by the name that their questions have, paragraphs parted by blank lines."""
    paragraphs: Mapping[str, str]
    """Gold paragraph by question id."""
    left_out: int
    """Questions that cannot be asked: without an answer that stands in the paragraph, or with an id again."""


def load_squad(path: Path, folder: Path, articles: int | None = None) -> ReadingSet:
    """The questions of a SQuAD-shaped file (Rajpurkar et al. 2016), such as DRCD, CMRC 2018 and XQuAD.

    Its paragraphs are written to `folder` as one jsonl of articles, for ingest; `articles` takes only so many
    of the file. An offset that is off is moved to the nearest place that has the text. Raises ValueError.
    """
    found: list[tuple[Question, str]] = []
    texts: dict[str, str] = {}
    lines: list[dict[str, str]] = []
    asked = 0
    try:
        for number, article in enumerate(json.loads(bounded_text(path))["data"][:articles], 1):
            name = f"{number} {article.get('title', '')}".strip()
            contexts = [
                valid(paragraph["context"]).replace("\0", "\ufffd") for paragraph in article["paragraphs"]
            ]
            texts[name] = "\n\n".join(contexts)
            for context, paragraph in zip(contexts, article["paragraphs"], strict=True):
                url = f"https://{path.stem}.invalid/{len(lines) + 1}"
                lines.append({"title": article.get("title") or name, "text": context, "url": url})
                asked += len(paragraph["qas"])
                found += [(q, context) for qa in paragraph["qas"] if (q := _question(qa, name, context))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} is not SQuAD-shaped ({error!r}); needs data → paragraphs → context, qas"
        ) from error
    by_id = {question.id: (question, context) for question, context in reversed(found)}
    if not by_id:
        raise ValueError(f"{path} has no question whose answer stands in its paragraph; give another file")
    folder.mkdir(parents=True, exist_ok=True)
    articles_file = folder / f"{path.stem}.jsonl"
    articles_file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    questions = tuple(by_id[question_id][0] for question_id in reversed(by_id))
    return ReadingSet(
        QuestionSet(path.stem, questions, (articles_file,)),
        texts,
        {question_id: context for question_id, (_, context) in by_id.items()},
        asked - len(questions),
    )


def evaluate_squad(
    reading_set: ReadingSet,
    questions: Sequence[Question],
    settings: Settings,
    reader: Reader | None = None,
    progress: Progress | None = None,
) -> Report:
    """Three tasks: retrieval and reading over all paragraphs; the same with the gold removed; gold reading.

    Gold removed (type "gold_removed"): no paragraph that holds an acceptable answer is found, so refusing is
    right; where another wording answers too, it is not. Gold reading is scored as in `read_gold`, by `reader`
    or, without one, by the product. The index of all paragraphs is made in `settings.home`.
    """
    build_index(reading_set.question_set, settings)
    product = SteeredPipeline(settings)
    answers: dict[str, list[str]] = {}
    for question in questions:
        answers.setdefault(question.question, []).extend(question.answers[0])
    name = reading_set.question_set.name
    removed = [
        replace(q, id=f"{q.id}:{REJECTION}", type=REJECTION, answers=(), evidence=()) for q in questions
    ]
    outcomes = [
        outcome
        for system, asked in (
            (product.answer, questions),
            (lambda question: product.answer_without(question, answers[question]), removed),
        )
        for outcome in evaluate(
            system, asked, texts=reading_set.texts, name=name, catalog=product.catalog, progress=progress
        ).outcomes
    ]
    read = read_gold(reading_set, questions, reader or product)
    return Report(tuple(outcomes), (*scores(outcomes), *read), product.catalog)


def read_gold(reading_set: ReadingSet, questions: Sequence[Question], reader: Reader) -> list[Score]:
    """EM and F1, both as CMRC 2018 has them, of the reader's best span of the gold paragraph; none counts 0.

    Intervals are clustered by article.
    """
    said = [reader.read(q.question, [reading_set.paragraphs[q.id]]) for q in questions]
    best = [spans[0].text if spans else "" for spans in said]
    values: dict[str, list[float]] = {
        "gold_reading_em": [exact_match(b, q.answers[0]) for b, q in zip(best, questions, strict=True)],
        "gold_reading_f1": [char_f1(b, q.answers[0]) for b, q in zip(best, questions, strict=True)],
    }
    name, clusters = reading_set.question_set.name, [q.article for q in questions]
    intervals = {metric: clustered_bootstrap(v, clusters, seed=SEED) for metric, v in values.items()}
    return [Score(name, metric, "all", i.value, i.low, i.high, i.n) for metric, i in intervals.items()]


def _question(qa: Mapping[str, Any], article: str, context: str) -> Question | None:
    """None where no answer stands in the paragraph, or the question is empty or too long to be asked."""
    asked = valid(qa["question"]).strip()
    pairs = [pair for answer in qa["answers"] for pair in _pairs(answer)]
    places = [
        (at, at + len(text)) for text, start in pairs if (at := _nearest(context, text, start)) is not None
    ]
    if not places or not 0 < len(asked) <= LONGEST_QUESTION:
        return None
    start, end = places[0]
    return Question(
        id=str(qa["id"]),
        article=article,
        question=asked,
        type="fact",
        script=language(asked),
        answers=(tuple(dict.fromkeys(text for text, _ in pairs)),),
        evidence=tuple(context[a:b] for a, b in sentences(context) if a < end and start < b),
    )


def _pairs(answer: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Texts that are not blank with their offsets, either of which may come as a list."""
    texts, starts = (
        v if isinstance(v, list) else [v] for v in (answer["text"], answer.get("answer_start", 0))
    )
    for text, start in zip_longest(texts, starts[: len(texts)], fillvalue=0):
        if str(text).strip():
            yield valid(str(text)), int(start or 0)


def _nearest(context: str, text: str, start: int) -> int | None:
    places = [
        at
        for at in (context.rfind(text, 0, max(0, start) + len(text)), context.find(text, max(0, start)))
        if at >= 0
    ]
    return min(places, key=lambda at: abs(at - start), default=None)
