"""Engines: from a question and its passages to a draft answer. This one quotes; it invents nothing."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.catalog import Catalog
from rag.ground import Draft
from rag.schema import Hit
from rag.settings import Settings
from rag.support import MODEL, SentenceEmbedder, SentenceScorer, candidates
from rag.terms import SearchTerms

KEEP_WITHIN = 0.5
"""A further sentence is quoted when its score (log odds) is at most this much below the best one's."""


class Engine(Protocol):
    """Anything that answers from passages."""

    def draft(self, question: str, hits: Sequence[Hit]) -> Draft:
        """A proposal, to be checked before it is shown. Without evidence its confidence is 0."""


class ExtractiveEngine:
    """The best-supported one to three sentences of the passages, verbatim."""

    def __init__(
        self, catalog: Catalog, embedder: SentenceEmbedder, terms: SearchTerms, settings: Settings
    ) -> None:
        self._scorer = SentenceScorer(catalog, embedder, terms)
        self._most = settings.max_sentences

    def draft(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The sentences in the order of their support; confidence is that of the best one."""
        found = candidates(hits)
        if not found:
            return Draft((), None, 0.0)
        scores = MODEL.scores(self._scorer.features(question, found))
        order = np.argsort(-scores, kind="stable")[: self._most]
        best = float(scores[order[0]])
        evidence = tuple(found[i].evidence for i in order if scores[i] >= best - KEEP_WITHIN)
        return Draft(evidence, None, MODEL.confidence(best))
