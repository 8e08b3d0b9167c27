"""Fits and calibrates the extractive engine's sentence model: `python -m training.extractive DATASETS`.

Weights are fitted on DRCD train ids; refusal is measured on DRCD valid ids (other articles), each question
once with its passages and once with every passage that holds the answer taken away. Prints what
`rag/support.py` ships as the weights of all features but the reader's two, which are 0 here: the reader
was trained on the same ids. Those two and the calibration: docs/extractive.md. Nothing of `data/articles`
is looked at.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from ingest import ingest
from rag import Pipeline, Settings
from rag.embed import Embedder
from rag.schema import Hit
from rag.support import FEATURES, SentenceScorer, candidates
from rag.terms import SearchTerms

SEED = 0
QUESTIONS = 350
"""Of each of train and valid."""
SPARE = 6
"""Passages beyond `top_k` that are retrieved, to take the place of those taken away."""
FALSE_REFUSALS = (0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its accepted answers, and the paragraph that holds them."""

    question: str
    paragraph: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Features (n, FEATURES) of the sentences found for a question, and which of them hold the answer."""

    features: np.ndarray
    holds: np.ndarray


def main() -> None:
    """Print the fitted weights, the calibration and the refusal table."""
    parser = argparse.ArgumentParser(prog="python -m training.extractive")
    parser.add_argument("datasets", type=Path, help="folder that holds drcd/")
    folder = parser.parse_args().datasets / "drcd"
    data = json.loads((folder / "DRCD_dev.json").read_text("utf-8"))["data"]
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(home=Path(scratch) / "index")
        ingest([_as_articles(data, Path(scratch))], settings)
        pipeline = Pipeline(settings)
        scorer = SentenceScorer(pipeline.catalog, Embedder.load(settings), SearchTerms(pipeline.catalog))
        train, valid = (
            list(_samples(_asked(data, folder / f"drcd_dev_{part}_qids.txt"), pipeline, scorer))
            for part in ("train", "valid")
        )
    _report(train, valid)


def _as_articles(data: Sequence[dict], folder: Path) -> Path:
    """Every paragraph as an article of its own."""
    file = folder / "drcd.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for article in data:
            for paragraph in article["paragraphs"]:
                row = {"title": article["title"], "text": paragraph["context"], "url": paragraph["id"]}
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return file


def _asked(data: Sequence[dict], ids_file: Path) -> list[Asked]:
    ids = set(ids_file.read_text("utf-8").split())
    found = [
        Asked(qa["question"], paragraph["context"], tuple(a["text"] for a in qa["answers"]))
        for article in data
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
        if qa["id"] in ids
    ]
    random.Random(SEED).shuffle(found)  # noqa: S311 - a sample, not a secret
    return found[:QUESTIONS]


def _samples(
    asked: Sequence[Asked], pipeline: Pipeline, scorer: SentenceScorer
) -> Iterator[tuple[Sample, Sample]]:
    """For each question: as retrieved, and with what holds the answer taken away."""
    top_k = pipeline.settings.top_k
    for done, one in enumerate(asked, 1):
        hits = pipeline.retrieve(one.question, top_k + SPARE)
        without = [hit for hit in hits if not any(answer in hit.chunk.text for answer in one.answers)]
        yield _sample(one, hits[:top_k], scorer), _sample(one, without[:top_k], scorer)
        print(f"\r{done}/{len(asked)}", end="" if done < len(asked) else "\n", file=sys.stderr)  # noqa: T201


def _sample(one: Asked, hits: Sequence[Hit], scorer: SentenceScorer) -> Sample:
    found = candidates(hits, ())
    holds = [
        c.evidence.text in one.paragraph and any(answer in c.evidence.text for answer in one.answers)
        for c in found
    ]
    features = scorer.features(one.question, found) if found else np.zeros((0, len(FEATURES)))
    return Sample(features, np.array(holds, dtype=bool))


def _report(train: Sequence[tuple[Sample, Sample]], valid: Sequence[tuple[Sample, Sample]]) -> None:
    everything = [sample for pair in train for sample in pair]
    model = LogisticRegression(C=10, max_iter=1000, fit_intercept=False)
    model.fit(
        np.vstack([sample.features for sample in everything]),
        np.concatenate([sample.holds for sample in everything]),
    )
    weights = model.coef_[0]
    present, absent = (
        np.array(
            [(sample.features @ weights).max() for pair in valid if len((sample := pair[side]).features)]
        )
        for side in (0, 1)
    )
    scores = np.concatenate([present, absent])
    answerable = np.concatenate([np.ones(len(present)), np.zeros(len(absent))])
    platt = LogisticRegression().fit(scores[:, None], answerable)
    best = [bool(s.holds[np.argmax(s.features @ weights)]) for s, _ in valid if len(s.features)]
    lines = [
        f"weights {dict(zip(FEATURES, weights.round(2).tolist(), strict=True))}",
        f"slope {platt.coef_[0, 0]:.3f} offset {platt.intercept_[0]:.3f}",
        f"best sentence holds the answer: {np.mean(best):.3f}",
        f"AUROC, answer present against taken away: {roc_auc_score(answerable, scores):.3f}",
    ]
    for share in FALSE_REFUSALS:
        threshold = np.quantile(present, share)
        confidence = 1 / (1 + np.exp(-(platt.coef_[0, 0] * threshold + platt.intercept_[0])))
        refused = np.mean(absent < threshold)
        lines.append(f"refuse below {confidence:.2f}: false refusals {share:.0%}, refused {refused:.1%}")
    print("\n".join(lines))  # noqa: T201


if __name__ == "__main__":
    main()
