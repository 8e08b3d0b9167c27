"""Fits and calibrates the extractive engine's sentence model: `python -m training.extractive DATASETS`.

Weights are fitted on DRCD train ids; the refusal curve is measured on DRCD valid ids (other articles), half of
the questions with every passage that holds the answer taken out of the hits. Prints what goes into
`rag/generate.py`. Traditional Chinese Wikipedia; nothing of `data/articles` is looked at.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from ingest import ingest
from rag import Pipeline, Settings
from rag.schema import Hit
from rag.support import FEATURES, candidates, features

SEED = 0
QUESTIONS = 600


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its paragraph and accepted answers."""

    text: str
    paragraph: str
    answers: tuple[str, ...]


class CachedEmbedder:
    """Each sentence of the corpus is embedded once for all questions."""

    def __init__(self, embedder) -> None:  # noqa: ANN001
        self._embedder = embedder
        self._known: dict[str, np.ndarray] = {}

    def query(self, text: str) -> np.ndarray:
        return self._embedder.query(text)

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.documents(new), strict=True))
        return np.stack([self._known[text] for text in texts])
