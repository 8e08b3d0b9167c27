"""Fits the extractive engine's two models: `python -m training.support ARTICLES`.

ARTICLES is a folder of written articles with questions (training/data/README.md) that the reader was not
trained on. Half of the articles, by turns, fit; the other half are reported on; what is shipped is fitted on
all. By turns a question is asked over all articles, and as if its own were the only one.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from ingest import ingest
from rag import Pipeline, Settings
from rag.asked import Asked
from rag.embed import Embedder
from rag.find import Finder
from rag.reader import Reader
from rag.schema import Document, Hit
from rag.support import FEATURES, Candidate, certainty
from rag.terms import SearchTerms

WIDE = 50
"""Passages that are retrieved to find those of one article among them."""
DECAY = 0.003
UNANSWERABLE = 0.5
"""Weight of a question without an answer: people ask fewer of them than were written."""
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6)
MIDDLE = 0.4
"""Threshold of the table by kind."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Features (n, FEATURES) of what was found for a question; which answers, and which is left out."""

    article: str
    kind: str
    answerable: bool
    features: np.ndarray
    right: np.ndarray
    ignored: np.ndarray
    short: bool | None
    """Whether the bare answer, where there is one in the right sentence, holds or lies in the gold one."""


def main() -> None:
    """Print both models' weights and the refusal table."""
    parser = argparse.ArgumentParser(prog="python -m training.support")
    parser.add_argument("articles", type=Path)
    records = _records(parser.parse_args().articles)
    with tempfile.TemporaryDirectory() as scratch:
        samples = list(_samples(records, Path(scratch)))
    names = sorted({sample.article for sample in samples})
    fitting = [s for s in samples if names.index(s.article) % 2 == 0]
    held = [s for s in samples if names.index(s.article) % 2]
    weights, certainty = fit(samples)
    lines = [
        "fitted on one half of the articles, on the other:",
        *report(fit(fitting), held),
        "shipped:",
        f"weights=({', '.join(f'{w:.2f}' for w in weights)}),",
        f"certainty=({', '.join(f'{w:.2f}' for w in certainty)}),",
    ]
    print("\n".join(lines))  # noqa: T201


def _records(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for path in sorted(folder.rglob("*.jsonl")) for line in path.open(encoding="utf-8")
    ]


def _samples(records: Sequence[dict[str, Any]], scratch: Path) -> Iterator[Sample]:
    settings = Settings(home=scratch / "index")
    rows = [
        {"title": r["title"], "text": r["text"], "published": r["published"], "url": r["id"]} for r in records
    ]
    file = scratch / "articles.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    ingest([file], settings)
    pipeline = Pipeline(settings)
    embedder, reader = Embedder.load(settings), Reader.load(settings)
    finder = Finder(pipeline.catalog, embedder, SearchTerms(pipeline.catalog), reader)
    origins = {origin.rpartition("#")[2]: held for origin, held in pipeline.catalog.origins().items()}
    for done, record in enumerate(records, 1):
        document = cast(Document, pipeline.catalog.document(origins[record["id"]]))
        for number, asked in enumerate(record["questions"]):
            hits = pipeline.retrieve(asked["q"], WIDE)
            if number % 2:
                hits = [hit for hit in hits if hit.chunk.document_id == document.id]
            yield _sample(record, asked, document, finder, hits[: settings.top_k])
        print(f"\r{done}/{len(records)}", end="" if done < len(records) else "\n", file=sys.stderr)  # noqa: T201


def _sample(
    record: dict[str, Any], asked: dict[str, Any], document: Document, finder: Finder, hits: Sequence[Hit]
) -> Sample:
    found = finder.find(Asked(asked["q"]), hits)
    gold = None
    if asked["a"] is not None:
        start = document.text.index(asked["s"]) + asked["s"].index(asked["a"])
        gold = (start, start + len(asked["a"]))
    candidates = found.candidates
    right = np.array([gold is not None and _answers(c, document, gold) for c in candidates], dtype=bool)
    said_alone = any(ok and c.statement for ok, c in zip(right, candidates, strict=True))
    ignored = right & np.array([said_alone and c.statement is None for c in candidates], dtype=bool)
    short = None
    if found.short and right[0]:
        short = asked["a"] in found.short or found.short in asked["a"]
    return Sample(
        record["id"], asked["kind"], gold is not None, found.features, right & ~ignored, ignored, short
    )


def _answers(candidate: Candidate, document: Document, gold: tuple[int, int]) -> bool:
    if candidate.document.id != document.id:
        return False
    one = candidate.statement
    start, end = (
        (one.value_start, one.value_end) if one else (candidate.evidence.start, candidate.evidence.end)
    )
    return start < gold[1] and gold[0] < end


def fit(samples: Sequence[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """Weights by the softmax over a question's candidates; certainty by logistic regression on the best."""
    usable = [s for s in samples if s.right.any()]
    weights = torch.zeros(len(FEATURES), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")
    data = [
        (torch.tensor(s.features[~s.ignored], dtype=torch.float32), torch.tensor(s.right[~s.ignored]))
        for s in usable
    ]

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        total = DECAY * (weights**2).sum()
        for features, right in data:
            scores = features @ weights
            total = total + (scores.logsumexp(0) - scores[right].logsumexp(0)) / len(data)
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    fitted = weights.detach().numpy()
    rows, answers = _best(fitted, samples)
    trust = [1.0 if s.answerable else UNANSWERABLE for s in samples if len(s.features)]
    model = LogisticRegression(C=0.5, max_iter=5000, fit_intercept=False).fit(rows, answers, trust)
    return fitted, model.coef_[0]


def _best(weights: np.ndarray, samples: Sequence[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """Of each question's best candidate: its `CERTAINTY`, and whether it is right."""
    rows, answers = [], []
    for s in samples:
        if len(s.features):
            scores = s.features @ weights
            order = np.argsort(-scores, kind="stable")
            rows.append(certainty([float(scores[i]) for i in order], s.features[order]))
            answers.append(bool(s.right[order[0]] or s.ignored[order[0]]))
    return np.array(rows), np.array(answers)


def report(model: tuple[np.ndarray, np.ndarray], samples: Sequence[Sample]) -> list[str]:
    """How often the best candidate is right, what a threshold refuses, and the bare answers."""
    weights, certainty = model
    samples = [s for s in samples if len(s.features)]
    rows, right = _best(weights, samples)
    confidence = 1 / (1 + np.exp(-rows @ certainty))
    answerable = np.array([s.answerable for s in samples])
    lines = [
        f"best is right: {right[answerable].mean():.3f} of {answerable.sum()}",
        f"AUROC: right {roc_auc_score(right, confidence):.3f}, "
        f"answerable {roc_auc_score(answerable, confidence):.3f}",
    ]
    for threshold in THRESHOLDS:
        kept = confidence >= threshold
        lines.append(
            f"refuse below {threshold}: right {(right & kept)[answerable].mean():.3f}, "
            f"refused {(~kept)[~answerable].mean():.3f}, false refusal {(~kept)[answerable].mean():.3f}"
        )
    shorts = [s.short for s in samples if s.short is not None]
    lines.append(f"bare answers: {len(shorts)}, right {np.mean(shorts):.3f}")
    kinds: dict[str, list[bool]] = {}
    for s, ok, sure in zip(samples, right, confidence >= MIDDLE, strict=True):
        kinds.setdefault(s.kind, []).append(bool(ok and sure) if s.answerable else not sure)
    return [*lines, "  ".join(f"{kind} {np.mean(values):.2f}" for kind, values in sorted(kinds.items()))]


if __name__ == "__main__":
    main()
