"""Dense and lexical search over the same chunks, fused into one ranking; higher is better, always."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from rag.catalog import Catalog
from rag.schema import Hit
from rag.scope import EVERYTHING, Scope
from rag.settings import Settings
from rag.terms import SearchTerms
from rag.vectors import Vectors

EQUAL_WITHIN = 0.02
"""Fused scores (0 to 1) that differ by no more do not tell which of two articles answers better."""


class QueryEmbedder(Protocol):
    """What the retriever needs of an embedding model."""

    def query(self, text: str) -> np.ndarray:
        """L2-normalised vector (dimension,)."""


class Retriever:
    """Hybrid search. Raises `VectorsUnavailable`, `IndexUnusable`."""

    def __init__(
        self,
        catalog: Catalog,
        vectors: Vectors,
        embedder: QueryEmbedder,
        terms: SearchTerms,
        settings: Settings,
    ) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._embedder = embedder
        self._terms = terms
        self._candidates = settings.candidates
        self._dense_weight = settings.dense_weight

    def retrieve(self, query: str, k: int, scope: Scope = EVERYTHING) -> list[Hit]:
        """The `k` best chunks of the scope, best first; of equal ones (`EQUAL_WITHIN`) the newest article's.

        Scores are fused, 0 to 1, comparable within this query only. Raises ValueError for `k` below 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        wanted = max(k, self._candidates)
        documents = None if scope == EVERYTHING else self._catalog.within(scope).keys()
        dense = self._vectors.search(self._embedder.query(query), wanted, documents)
        words = [term for group in self._terms.groups(query) for term in group]
        lexical = self._catalog.search(words, wanted, documents)
        fused = fuse([dense, lexical], [self._dense_weight, 1 - self._dense_weight])
        chunks = self._catalog.chunks([chunk_id for chunk_id, _ in fused])
        hits = [Hit(chunks[chunk_id], score) for chunk_id, score in fused if chunk_id in chunks]
        published = self._catalog.within(Scope(frozenset(hit.chunk.document_id for hit in hits)))
        return newest_first(hits, published)[:k]


def newest_first(hits: Sequence[Hit], published: Mapping[str, str | None]) -> list[Hit]:
    """Hits that come best first, with equal ones in the order of their articles' days, undated ones last."""
    ordered: list[Hit] = []
    while rest := hits[len(ordered) :]:
        equal = [hit for hit in rest if hit.score >= rest[0].score - EQUAL_WITHIN]
        ordered += sorted(equal, key=lambda hit: published.get(hit.chunk.document_id) or "", reverse=True)
    return ordered


def fuse(
    rankings: Sequence[Sequence[tuple[str, float]]], weights: Sequence[float]
) -> list[tuple[str, float]]:
    """Weighted sum of min-max normalised scores, best first; ties by id.

    What a ranking does not hold counts as its worst. The weight of an empty ranking goes to the others.
    (CombSUM of Fox & Shaw 1994 on normalised scores; measured better here than reciprocal rank fusion.)
    """
    voting = [(ranking, weight) for ranking, weight in zip(rankings, weights, strict=True) if ranking]
    total = sum(weight for _, weight in voting) or 1.0
    fused: dict[str, float] = {}
    for ranking, weight in voting:
        scores = [score for _, score in ranking]
        low, span = min(scores), max(scores) - min(scores)
        for item, score in ranking:
            normalised = (score - low) / span if span else 1.0
            fused[item] = fused.get(item, 0.0) + weight / total * normalised
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))
