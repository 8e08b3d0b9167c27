"""How well a sentence supports an answer: retrieval, its words and the reader's span in one logistic model.

`training/extractive.py` and docs/extractive.md tell where weights and calibration come from.
"""

import math
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rag.catalog import Catalog
from rag.ground import Evidence
from rag.reader import Span
from rag.schema import Hit
from rag.terms import SearchTerms, TermGroups
from rag.text import fold, sentences, tokens

FEATURES = ("similarity", "sentence_terms", "passage_terms", "passage_rank", "kind", "bias", "read", "span")


@dataclass(frozen=True, slots=True)
class SupportModel:
    """A logistic model over `FEATURES`, and the calibration of its best score (Platt 1999)."""

    weights: tuple[float, ...]
    slope: float
    offset: float

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Log odds (n,) that a sentence holds the answer."""
        scores: np.ndarray = features @ np.array(self.weights)
        return scores

    def confidence(self, best_score: float) -> float:
        """Probability, 0 to 1, that the passages answer the question at all."""
        return 1 / (1 + math.exp(-(self.slope * best_score + self.offset)))


MODEL = SupportModel((12.05, 4.08, 3.36, 2.7, 1.25, -19.17, 2.0, 6.0), slope=0.380, offset=0.299)


class SentenceEmbedder(Protocol):
    """What is needed of an embedding model; vectors are L2-normalised."""

    def query(self, text: str) -> np.ndarray:
        """Vector of a question, (dimension,)."""

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of texts, (n, dimension)."""


class SentenceVectors:
    """Vectors of sentences, kept for the next question about the same articles.

    Bounded; safe to share between threads.
    """

    def __init__(self, embedder: SentenceEmbedder, most: int = 4096) -> None:
        self._embedder = embedder
        self._most = most
        self._known: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, sentences: Sequence[str]) -> np.ndarray:
        """L2-normalised vectors (n, dimension)."""
        with self._lock:
            known = {text: self._known[text] for text in sentences if text in self._known}
        new = [text for text in dict.fromkeys(sentences) if text not in known]
        if new:
            known.update(zip(new, self._embedder.documents(new), strict=True))
        with self._lock:
            for text in known:
                self._known[text] = known[text]
                self._known.move_to_end(text)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return np.stack([known[text] for text in sentences])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a retrieved passage."""

    evidence: Evidence
    hit: Hit
    read: Span | None
    """What the reader found in the passage; None where there was nothing to read."""

    @property
    def span(self) -> tuple[int, int] | None:
        """Offsets in the sentence of what the reader found, if it begins there."""
        at = self.evidence.start - self.hit.chunk.start
        if self.read is None or not at <= self.read.start < at + len(self.evidence.text):
            return None
        return self.read.start - at, min(self.read.end - at, len(self.evidence.text))


def candidates(hits: Sequence[Hit], spans: Sequence[Span]) -> list[Candidate]:
    """All sentences of the passages, in their order; of equal ones, from copies of an article, the first.

    `spans` has at most one of each passage.
    """
    found = []
    met = set()
    read = {span.passage: span for span in spans}
    for passage, hit in enumerate(hits):
        chunk = hit.chunk
        for start, end in sentences(chunk.text):
            evidence = Evidence(
                chunk.document_id, chunk.start + start, chunk.start + end, chunk.text[start:end]
            )
            if evidence.text not in met:
                met.add(evidence.text)
                found.append(Candidate(evidence, hit, read.get(passage)))
    return found


class SentenceScorer:
    """Scores the sentences of retrieved passages. Safe to share between threads."""

    def __init__(self, catalog: Catalog, embedder: SentenceEmbedder, terms: SearchTerms) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._terms = terms
        self._vectors = SentenceVectors(embedder)

    def features(self, question: str, found: Sequence[Candidate]) -> np.ndarray:
        """Matrix (candidates, FEATURES), each feature between 0 and 1.

        similarity: cosine of question and sentence. sentence_terms, passage_terms: share of the question's
        term groups, weighted by inverse document frequency, in the sentence and in its passage with headings.
        passage_rank: fused retrieval score, relative to the best passage's. kind: whether the sentence holds
        what is asked for (a number, a date, a reason). read: the reader's probability that the passage
        answers. span: the same for the sentence in which its span begins, 0 for others.
        """
        similarity = self._vectors.of([c.evidence.text for c in found]) @ self._embedder.query(question)
        groups = self._terms.groups(question)
        weights = self._weights(groups)
        best = max(c.hit.score for c in found) or 1.0
        kinds = _kinds_asked(question)
        passages = {
            id(c.hit): set(tokens("\n".join([*c.hit.chunk.heading, c.hit.chunk.text]))) for c in found
        }
        return np.array(
            [
                [
                    float(cosine),
                    _share(groups, weights, set(tokens(candidate.evidence.text))),
                    _share(groups, weights, passages[id(candidate.hit)]),
                    candidate.hit.score / best,
                    float(all(pattern.search(fold(candidate.evidence.text)) for pattern in kinds)),
                    1.0,
                    candidate.read.probability if candidate.read else 0.0,
                    candidate.read.probability if candidate.read and candidate.span else 0.0,
                ]
                for candidate, cosine in zip(found, similarity, strict=True)
            ]
        )

    def _weights(self, groups: TermGroups) -> list[float]:
        """Inverse document frequency of each group: of its commonest term; of a term never seen, if empty."""
        terms = {term for group in groups for term in group}
        frequencies = self._catalog.inverse_frequencies({*terms, ""})
        return [min((frequencies[term] for term in group), default=frequencies[""]) for group in groups]


_NUMBER = re.compile(r"\d|[一二两三四五六七八九十百千万亿]+(?:[个位家年元倍成]|分之)")
_DATE = re.compile(r"\d{2,4} ?年|\d{1,2} ?[月日号]|\d{4}-\d|[12]\d{3}|世纪|年代")
_REASON = re.compile(r"因为|由于|因此|所以|为了|导致|来自于?|使得|意味|because|due to|since\b|in order to")
_ASKED = {
    re.compile(
        r"多少|几[个位家年成倍]|占比|比例|比率|how (?:many|much|large|high|old|long)|percent"
    ): _NUMBER,
    re.compile(r"何时|什么时候|哪一?[年天月日]|几[月号]|when\b|wh(?:at|ich) (?:year|date|month|day)"): _DATE,
    re.compile(r"为什么|为何|何以|原因|why\b|reason"): _REASON,
}


def _kinds_asked(question: str) -> list[re.Pattern[str]]:
    folded = fold(question)
    return [held for asked, held in _ASKED.items() if asked.search(folded)]


def _share(groups: TermGroups, weights: Sequence[float], held: set[str]) -> float:
    met = sum(weight for group, weight in zip(groups, weights, strict=True) if not held.isdisjoint(group))
    return met / (sum(weights) or 1.0)
