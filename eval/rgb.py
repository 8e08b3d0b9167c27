"""RGB: questions with passages that answer them and passages that do not, kept wherever the user has them.

They are scored by the same suite as our own sets; no copy of them is part of this repository.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import zip_longest
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from eval.dataset import Question
from eval.run import Progress, Report, evaluate
from eval.scores import Outcome, scores
from eval.steered import REJECTION, SteeredPipeline, bounded_text, whole
from rag import Settings
from rag.catalog import Catalog
from rag.pipeline import LONGEST_QUESTION
from rag.schema import Block, Document
from rag.text import language, tokens, valid

NOISE_RATIOS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
RGB_PASSAGES = 5
"""Passages of a question, as in the RGB paper."""
_ORIGIN = "rgb:"
_NOT_OF_GIVEN_PASSAGES = ("recall", "mrr", "ndcg", "citation", "right_and_cited")
"""Metrics of retrieval and of marked evidence: with RGB nothing is retrieved and no evidence is marked."""


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
    for number, line in enumerate(bounded_text(path).splitlines(), 1):
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
                _ORIGIN + key, document, [whole(document).chunk], [" ".join(tokens(text))], never_searched
            )
    return catalog
