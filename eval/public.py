"""Public question sets, read from wherever the user keeps them: SQuAD-shaped reading sets, and RGB.

They are scored by the same suite as our own sets; no copy of them is part of this repository.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from itertools import zip_longest
from math import ceil
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from eval.dataset import Question, QuestionSet
from eval.metrics import char_f1, exact_match
from eval.run import Progress, Report, build_index, evaluate
from eval.scores import SEED, Outcome, Score, scores
from eval.statistics import clustered_bootstrap
from rag import Answer, Hit, Pipeline, Settings
from rag.catalog import Catalog
from rag.pipeline import LONGEST_QUESTION
from rag.schema import Block, Chunk, Document
from rag.text import fold, language, sentences, tokens, valid

MOST_BYTES = 200 * 2**20
"""Of a file."""
REJECTION = "gold_removed"
"""Type of the questions whose answer is kept out of the passages."""
NOISE_RATIOS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
RGB_PASSAGES = 5
"""Passages of a question, as in the RGB paper."""
_ORIGIN = "rgb:"
_NOT_OF_GIVEN_PASSAGES = ("recall", "mrr", "ndcg", "citation", "right_and_cited")
"""Metrics of retrieval and of marked evidence: with RGB nothing is retrieved and no evidence is marked."""


class ReadSpan(Protocol):
    """What is needed of a span that a reader has found."""

    @property
    def text(self) -> str:
        """The answer, word for word."""


class Reader(Protocol):
    """Anything that finds answers in passages."""

    def read(self, question: str, passages: Sequence[str]) -> Sequence[ReadSpan]:
        """Spans, best first; none: the passages do not answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """A `ReadSpan`."""

    text: str


class SteeredPipeline(Pipeline):
    """The product, also asked over other passages than it would find. Not to be shared between threads."""

    _find: Callable[[str, int], list[Hit]] | None = None

    def retrieve(self, query: str, k: int) -> list[Hit]:
        """The passages that the question is steered to; without steering, the best ones."""
        return self._find(query, k) if self._find else super().retrieve(query, k)

    def answer_from(self, question: str, passages: Sequence[str]) -> Answer:
        """The answer from nothing but these texts, each a whole document of the index, in this order.

        Raises ValueError for a text that is no document.
        """
        if unknown := [passage for passage in passages if passage not in self._by_text]:
            raise ValueError(f"not in the index: {unknown[0][:50]!r}; ingest it first")
        hits = [_whole(self._by_text[passage]) for passage in passages]
        return self._answer(question, lambda _query, _k: hits)

    def answer_without(self, question: str, strings: Iterable[str]) -> Answer:
        """The answer when no document that holds one of the strings is found."""
        held = [fold(string) for string in strings]

        def find(query: str, k: int) -> list[Hit]:
            found = super(SteeredPipeline, self).retrieve(query, max(k, self.settings.candidates))
            texts = ((hit, self._folded.get(hit.chunk.document_id, "")) for hit in found)
            return [hit for hit, text in texts if not any(string in text for string in held)][:k]

        return self._answer(question, find)

    def read(self, question: str, passages: Sequence[str]) -> list[ReadSpan]:
        """As a `Reader`: the bare answer or, while there is none, the best sentence."""
        said = self.answer_from(question, passages)
        best = said.short or next((citation.quote for citation in said.citations), None)
        return [Said(best)] if best and not said.refused else []

    def _answer(self, question: str, find: Callable[[str, int], list[Hit]]) -> Answer:
        self._find = find
        try:
            return self.answer(question)
        finally:
            self._find = None

    @cached_property
    def _by_text(self) -> dict[str, Document]:
        return {document.text: document for document in self.catalog.documents()}

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {document.id: fold(document.text) for document in self.catalog.documents()}


def _whole(document: Document) -> Hit:
    """All of a document as one passage."""
    return Hit(Chunk(document.id, document.id, 0, len(document.text), document.text, ()), 1.0)


def _text(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} is larger than {MOST_BYTES / 2**20:.0f} MB; split it")
    return path.read_text("utf-8")


# SQuAD-shaped sets


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
        for number, article in enumerate(json.loads(_text(path))["data"][:articles], 1):
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


# RGB


@dataclass(frozen=True, slots=True)
class RgbQuestion:
    """A question with passages that answer it and passages that do not."""

    question: Question
    positive: tuple[str, ...]
    """Where the answer has several parts: a passage for the first, for the second, …, and from the start."""
    least_positive: int
    """Number of parts: so many passages answer the question."""
    negative: tuple[str, ...]

    def passages(self, noise: float, count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """At most `count` passages, positive and negative, a share of `noise` (0 to 1) of them negative.

        The first of each kind are taken, and where one kind runs short, more of the other, as RGB does.
        """
        negatives = ceil(round(count * noise, 9))
        if noise == 1:
            return (), self.negative[:count]
        positives = max(count - min(negatives, len(self.negative)), self.least_positive)
        chosen = self.positive[:positives]
        return chosen, self.negative[: max(0, count - len(chosen))]


def load_rgb(path: Path) -> tuple[RgbQuestion, ...]:
    """Questions of a jsonl file of RGB (Chen et al., AAAI 2024), each text once. Raises ValueError."""
    found: dict[str, RgbQuestion] = {}
    for number, line in enumerate(_text(path).splitlines(), 1):
        try:
            one = _rgb_question(json.loads(line)) if line.strip() else None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"{path}:{number} is not RGB ({error!r}); needs id, query, answer, positive, negative"
            ) from error
        if one:
            found.setdefault(one.question.question, one)
    if not found:
        raise ValueError(f"{path} has no questions; give a jsonl file of RGB")
    return tuple(found.values())


def evaluate_rgb(
    name: str,
    asked: Sequence[RgbQuestion],
    folder: Path,
    settings: Settings,
    noise_ratios: Sequence[float] = NOISE_RATIOS,
    count: int = RGB_PASSAGES,
    progress: Progress | None = None,
) -> Report:
    """Every question at every noise ratio (type "noise_0.4"), answered from `count` passages in mixed order.

    Without any positive passage (ratio 1, negative rejection) the type is "gold_removed" and refusing is
    right. Accuracy by type is what RGB reports, save that a key is matched as `key_match` does, not as any
    substring. The passages' catalog is made anew in `folder`; it takes no embedding, as nothing is retrieved.
    """
    given = {noise: {one: one.passages(noise, count) for one in asked} for noise in noise_ratios}
    handed_out = {p for each in given.values() for parts in each.values() for part in parts for p in part}
    catalog = _catalog_of(handed_out, folder)
    product = SteeredPipeline(replace(settings, home=folder))
    outcomes = [
        _without_citation_scores(outcome)
        for noise, passages in given.items()
        for outcome in _answered(name, product, noise, passages, progress)
    ]
    kept = (s for s in scores(outcomes) if not s.metric.startswith(_NOT_OF_GIVEN_PASSAGES))
    return Report(tuple(outcomes), tuple(kept), catalog)


def _answered(
    name: str,
    product: SteeredPipeline,
    noise: float,
    passages: Mapping[RgbQuestion, tuple[tuple[str, ...], tuple[str, ...]]],
    progress: Progress | None,
) -> Sequence[Outcome]:
    """The questions, each asked of its own passages."""
    mixed = {one.question: _mixed(one.question.id, parts) for one, parts in passages.items()}
    by_text = {question.question: held for question, held in mixed.items()}
    return evaluate(
        lambda question: product.answer_from(question, by_text[question]),
        [_at_noise(one.question, noise, positive) for one, (positive, _) in passages.items()],
        texts={question.article: "\n\n".join(held) for question, held in mixed.items()},
        name=name,
        catalog=product.catalog,
        progress=progress,
    ).outcomes


def _rgb_question(row: Mapping[str, Any]) -> RgbQuestion | None:
    """An answer is a text, or texts all of which are needed, each of which may be a list of wordings.

    None where there is no answer, or the question is empty or too long to be asked.
    """
    asked = valid(row["query"]).strip()
    parts = row["answer"] if isinstance(row["answer"], list) else [row["answer"]]
    wordings = (part if isinstance(part, list) else [part] for part in parts)
    groups = [group for part in wordings if (group := tuple(str(w) for w in part if str(w).strip()))]
    if not groups or not 0 < len(asked) <= LONGEST_QUESTION:
        return None
    several = [_texts(group) for group in row["positive"] if isinstance(group, list)]
    return RgbQuestion(
        Question(
            id=str(row["id"]),
            article=str(row["id"]),
            question=asked,
            type="",
            script=language(asked),
            answers=tuple(groups),
            evidence=(),
        ),
        tuple(p for layer in zip_longest(*several) for p in layer if p) or _texts(row["positive"]),
        max(1, len(several)),
        _texts(row["negative"]),
    )


def _texts(passages: Iterable[str]) -> tuple[str, ...]:
    """Each text once."""
    return tuple(dict.fromkeys(text for passage in passages if (text := valid(passage).strip())))


def _mixed(key: str, parts: Iterable[Iterable[str]]) -> list[str]:
    """In an order that tells nothing and is the same in every run."""
    passages = {passage for part in parts for passage in part}
    return sorted(passages, key=lambda passage: sha256(f"{key} {passage}".encode()).digest())


def _at_noise(question: Question, noise: float, positive: tuple[str, ...]) -> Question:
    asked = replace(question, id=f"{question.id}@{noise:g}", type=f"noise_{noise:g}", evidence=positive)
    return asked if positive else replace(asked, type=REJECTION, answers=())


def _without_citation_scores(outcome: Outcome) -> Outcome:
    """RGB marks no evidence: that an answer cites one positive passage and not the others is no fault."""
    verdict = outcome.verdict
    why = "" if verdict.right else verdict.why
    return replace(
        outcome,
        verdict=replace(verdict, cited=None, citation_precision=None, citation_recall=None, why=why),
    )


def _catalog_of(passages: Iterable[str], folder: Path) -> Catalog:
    """A catalog in which each passage is a document of one chunk."""
    catalog = Catalog.create(folder)
    if any(not origin.startswith(_ORIGIN) for origin in catalog.origins()):
        raise ValueError(f"{folder} holds the index of other articles; give a folder for RGB alone")
    with catalog.transaction():
        catalog.clear()
        for text in sorted(passages):
            key = sha256(text.encode()).hexdigest()[:16]
            document = Document(key, text, "", "RGB", None, None, language(text), (Block(0, len(text)),))
            never_searched = np.zeros((1, 1), np.float32)
            catalog.put(
                _ORIGIN + key, document, [_whole(document).chunk], [" ".join(tokens(text))], never_searched
            )
    return catalog
