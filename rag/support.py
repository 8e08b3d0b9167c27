"""How well a sentence supports an answer, without a trained reader: a few features and a logistic model."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rag.catalog import Catalog
from rag.ground import Evidence
from rag.schema import Hit
from rag.text import fold, sentences, tokens

FEATURES = ("similarity", "sentence_terms", "passage_terms", "passage_rank", "numbers", "kind", "bias")


class SentenceEmbedder(Protocol):
    """What is needed of an embedding model; vectors are L2-normalised."""

    def query(self, text: str) -> np.ndarray:
        """Vector of a question, (dimension,)."""

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of texts, (n, dimension)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a retrieved passage."""

    evidence: Evidence
    hit: Hit


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """All sentences of the passages, in their order."""
    found = []
    for hit in hits:
        chunk = hit.chunk
        for start, end in sentences(chunk.text):
            evidence = Evidence(
                chunk.document_id, chunk.start + start, chunk.start + end, chunk.text[start:end]
            )
            found.append(Candidate(evidence, hit))
    return found


def features(
    question: str, found: Sequence[Candidate], catalog: Catalog, embedder: SentenceEmbedder
) -> np.ndarray:
    """Matrix (candidates, FEATURES), each feature between 0 and 1.

    similarity: cosine of question and sentence. sentence_terms, passage_terms: share of the question's
    search terms, weighted by inverse document frequency, in the sentence and in its passage with headings.
    passage_rank: fused retrieval score. numbers: share of the question's numbers that the passage has.
    kind: whether the sentence holds what is asked for (a number, a date, a reason).
    """
    similarity = embedder.documents([c.evidence.text for c in found]) @ embedder.query(question)
    asked = set(tokens(question))
    weights = catalog.inverse_frequencies(asked)
    numbers = {term for term in asked if term[0].isdigit()}
    kinds = _kinds_asked(question)
    passages = {id(c.hit): set(tokens("\n".join([*c.hit.chunk.heading, c.hit.chunk.text]))) for c in found}
    rows = []
    for candidate, cosine in zip(found, similarity, strict=True):
        sentence = candidate.evidence.text
        passage = passages[id(candidate.hit)]
        rows.append(
            [
                float(cosine),
                _share(asked & set(tokens(sentence)), asked, weights),
                _share(asked & passage, asked, weights),
                candidate.hit.score,
                len(numbers & passage) / len(numbers) if numbers else 1.0,
                float(all(pattern.search(fold(sentence)) for pattern in kinds)),
                1.0,
            ]
        )
    return np.array(rows)


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


def _share(part: set[str], whole: set[str], weights: Mapping[str, float]) -> float:
    total = sum(weights[term] for term in whole)
    return sum(weights[term] for term in part) / total if total else 0.0
