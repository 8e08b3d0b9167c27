"""How well a sentence supports an answer: retrieval, its words and the reader's span in one logistic model.

`training/support.py` and docs/extractive.md tell where weights and calibration come from.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from rag.agreement import Named, agreement, published
from rag.asked import Asked
from rag.catalog import Catalog
from rag.ground import Evidence
from rag.reader import Span
from rag.resolve import Resolved, resolved
from rag.schema import Document, Hit, Statement
from rag.terms import SearchTerms, TermGroups
from rag.text import sentences, tokens
from rag.untrusted import addresses_model

LIST = "list"
FEATURES = (
    "similarity", "sentence_terms", "passage_terms", "passage_rank", "kind", "bias", "read", "span",
    "statement", "period", "names", "figures",
)  # fmt: skip


CERTAINTY = (
    "bias", "read", "span", "best_read", "best_span", "other_period", "lead", "period", "names", "figures",
)  # fmt: skip
LARGEST_LEAD = 5.0


@dataclass(frozen=True, slots=True)
class SupportModel:
    """Two logistic models (docs/extractive.md): that a sentence answers, over `FEATURES`; that the best
    sentence answers at all, over `CERTAINTY`."""

    weights: tuple[float, ...]
    certainty: tuple[float, ...]

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Log odds (n,) that a sentence holds the answer."""
        scores: np.ndarray = features @ np.array(self.weights)
        return scores

    def confidence(self, scores: Sequence[float], features: np.ndarray) -> float:
        """Probability, 0 to 1, that the best candidate answers; all candidates, best first."""
        return 1 / (1 + math.exp(-float(np.dot(self.certainty, certainty(scores, features)))))


def certainty(scores: Sequence[float], features: np.ndarray) -> list[float]:
    """The values of `CERTAINTY`; candidates best first, features (n, FEATURES).

    read, span: log odds of the reader's probabilities for the best candidate; best_read: the same for the
    passage it is surest of; best_span: its highest probability for any sentence; other_period: 1 where the
    best candidate speaks of another period than the question; lead: of the best score over the next, at most
    5; period, names, figures: as in `FEATURES`.
    """
    best = dict(zip(FEATURES, features[0], strict=True))
    every = dict(zip(FEATURES, features.max(0), strict=True))
    lead = scores[0] - scores[1] if len(scores) > 1 else LARGEST_LEAD
    odds = (_log_odds(best["read"]), _log_odds(best["span"]), _log_odds(every["read"]))
    agreed = (best["period"], best["names"], best["figures"])
    return [1.0, *odds, every["span"], float(best["period"] == 0), min(lead, LARGEST_LEAD), *agreed]


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-3), 1 - 1e-3)
    return math.log(kept / (1 - kept))


MODEL = SupportModel(
    weights=(0.71, 3.10, 1.11, 2.04, 0.72, 0.0, 1.39, 4.06, -0.52, 1.16, 0.96, 0.26),
    certainty=(-0.79, 0.41, -0.03, 0.17, -1.52, -0.68, 0.57, 0.25, 0.38, -0.10),
)


class PassageReader(Protocol):
    """What is needed of a reader."""

    def read(
        self, question: str | Sequence[str], passages: Sequence[str], least: float | None = None
    ) -> list[Span]:
        """The best span of each passage whose probability is at least `least`; one question for all passages,
        or one for each."""


class Rewording(Protocol):
    """What is needed to ask the reader in the words of what it reads."""

    def worded(self, question: str, passages: Sequence[str]) -> list[str]:
        """The question in the words of each passage."""


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
    """A sentence of a retrieved passage, or a statement made of one."""

    evidence: Evidence
    """The sentence, as it is quoted."""
    said: str
    """What is compared and read: the sentence itself or the statement."""
    hit: Hit
    document: Document
    statement: Statement | None = None
    read: Span | None = None
    """What the reader found in the passage, or in the statement; None where there was nothing to read."""
    span: tuple[int, int] | None = None
    """Offsets in `said` of what the reader found; None where that lies in another sentence."""


def candidates(
    hits: Sequence[Hit], documents: Mapping[str, Document], statements: Mapping[str, Sequence[Statement]]
) -> list[Candidate]:
    """All sentences of the passages, in their order, then the statements made of them; of equal ones, from
    copies of an article, the first. Left out: passages of documents that are gone, sentences that give orders
    to a model."""
    found: list[Candidate] = []
    met = set()
    for hit in hits:
        chunk, document = hit.chunk, documents.get(hit.chunk.document_id)
        if document is None:
            continue
        said = [(start + chunk.start, end + chunk.start, None) for start, end in sentences(chunk.text)]
        derived = [
            (one.start, one.end, one)
            for one in statements.get(document.id, ())
            if one.kind == LIST and one.start < chunk.end and chunk.start < one.end
        ]
        for start, end, statement in [*said, *derived]:
            evidence = Evidence(document.id, start, end, document.text[start:end])
            text = statement.text if statement else evidence.text
            if text not in met and not addresses_model(evidence.text):
                met.add(text)
                found.append(Candidate(evidence, text, hit, document, statement))
    return found


def read_by(
    reader: PassageReader, terms: Rewording, question: str, found: Sequence[Candidate]
) -> list[Candidate]:
    """The candidates with what the reader finds in their passages and, each for itself, in the statements."""
    passages = {c.hit.chunk.id: resolved(c.hit.chunk.text, published(c.document)) for c in found}
    places = {chunk_id: number for number, chunk_id in enumerate(passages)}
    statements = [candidate.said for candidate in found if candidate.statement]
    texts = [*(passage.text for passage in passages.values()), *statements]
    spans = {span.passage: span for span in reader.read(terms.worded(question, texts), texts, least=0)}
    said = {text: spans.get(len(places) + number) for number, text in enumerate(statements)}
    return [
        _with_span(candidate, said[candidate.said], 0, None)
        if candidate.statement
        else _with_span(
            candidate,
            spans.get(places[candidate.hit.chunk.id]),
            candidate.evidence.start - candidate.hit.chunk.start,
            passages[candidate.hit.chunk.id],
        )
        for candidate in found
    ]


def _with_span(candidate: Candidate, read: Span | None, at: int, passage: Resolved | None) -> Candidate:
    """The candidate, which begins at offset `at` of what was read; `passage` leads back to the original."""
    if read is None:
        return candidate
    start, end = passage.span(read.start, read.end) if passage else (read.start, read.end)
    inside = at <= start < at + len(candidate.said)
    span = (start - at, min(end - at, len(candidate.said))) if inside else None
    return replace(candidate, read=read, span=span)


class SentenceScorer:
    """Scores the sentences of retrieved passages. Safe to share between threads."""

    def __init__(self, catalog: Catalog, embedder: SentenceEmbedder, terms: SearchTerms) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._terms = terms
        self._vectors = SentenceVectors(embedder)

    def features(self, asked: Asked, found: Sequence[Candidate]) -> np.ndarray:
        """Matrix (candidates, FEATURES), each feature between 0 and 1.

        similarity: cosine of question and sentence. sentence_terms, passage_terms: share of the question's
        term groups, weighted by inverse document frequency, in the sentence and in its passage with headings.
        passage_rank: fused retrieval score, relative to the best passage's. kind: whether the sentence holds
        what is asked for (a number, a date, a reason). read: the reader's probability that the passage
        answers. span: the same for the sentence in which its span begins, 0 for others. statement: 1 for a
        statement. period, names, figures: `rag.agreement`.
        """
        question = asked.question
        similarity = self._vectors.of([c.said for c in found]) @ self._embedder.query(question)
        groups = self._terms.groups(question)
        weights = self._weights(groups)
        named = Named(asked)
        best = max(c.hit.score for c in found) or 1.0
        passages = {
            id(c.hit): set(tokens("\n".join([*c.hit.chunk.heading, c.hit.chunk.text]))) for c in found
        }
        rows = []
        for candidate, cosine in zip(found, similarity, strict=True):
            chunk = candidate.hit.chunk
            agreed = agreement(
                named, candidate.said, chunk.text, chunk.heading, candidate.document, candidate.span
            )
            probability = candidate.read.probability if candidate.read else 0.0
            rows.append(
                [
                    float(cosine),
                    _share(groups, weights, set(tokens(candidate.said))),
                    _share(groups, weights, passages[id(candidate.hit)]),
                    candidate.hit.score / best,
                    float(asked.fits(candidate.said)),
                    1.0,
                    probability,
                    probability if candidate.span else 0.0,
                    float(candidate.statement is not None),
                    agreed.period,
                    agreed.names,
                    agreed.figures,
                ]
            )
        return np.array(rows)

    def _weights(self, groups: TermGroups) -> list[float]:
        """Inverse document frequency of each group: of its commonest term; of a term never seen, if empty."""
        terms = {term for group in groups for term in group}
        frequencies = self._catalog.inverse_frequencies({*terms, ""})
        return [min((frequencies[term] for term in group), default=frequencies[""]) for group in groups]


def _share(groups: TermGroups, weights: Sequence[float], held: set[str]) -> float:
    met = sum(weight for group, weight in zip(groups, weights, strict=True) if not held.isdisjoint(group))
    return met / (sum(weights) or 1.0)
