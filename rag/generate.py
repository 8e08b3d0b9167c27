"""Engines: from a question and its passages to a draft answer. This one quotes; it invents nothing."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.catalog import Catalog
from rag.ground import Draft
from rag.reader import Span
from rag.schema import Hit
from rag.settings import Settings
from rag.short import bare_answer
from rag.support import MODEL, Candidate, SentenceEmbedder, SentenceScorer, candidates
from rag.terms import SearchTerms

KEEP_WITHIN = 2.0
"""A further sentence is quoted when its score (log odds) is at most this much below the best one's."""
SHORT_FROM = 0.93
"""The reader's probability from which its span is given as the bare answer."""


class Engine(Protocol):
    """Anything that answers from passages."""

    def draft(self, question: str, hits: Sequence[Hit]) -> Draft:
        """A proposal, to be checked before it is shown. Without evidence its confidence is 0."""


class PassageReader(Protocol):
    """What is needed of a reader."""

    def read(self, question: str, passages: Sequence[str], least: float | None = None) -> list[Span]:
        """The best span of each passage whose probability is at least `least`."""


class ExtractiveEngine:
    """The best-supported one to three sentences of the passages, verbatim; the bare answer in the first."""

    def __init__(
        self,
        catalog: Catalog,
        embedder: SentenceEmbedder,
        terms: SearchTerms,
        reader: PassageReader,
        settings: Settings,
    ) -> None:
        self._scorer = SentenceScorer(catalog, embedder, terms)
        self._reader = reader
        self._most = settings.max_sentences

    def draft(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The sentences in the order of their support; confidence is that of the best one."""
        found = candidates(hits, self._reader.read(question, [hit.chunk.text for hit in hits], least=0))
        if not found:
            return Draft((), None, 0.0)
        scores = MODEL.scores(self._scorer.features(question, found))
        order = np.argsort(-scores, kind="stable")[: self._most]
        best = float(scores[order[0]])
        evidence = tuple(found[i].evidence for i in order if scores[i] >= best - KEEP_WITHIN)
        return Draft(evidence, _short(question, found[order[0]]), MODEL.confidence(best))


def _short(question: str, best: Candidate) -> str | None:
    if best.read is None or best.span is None or best.read.probability < SHORT_FROM:
        return None
    return bare_answer(question, best.evidence.text, *best.span)
