"""Dense and lexical search over the same chunks, fused into one ranking; higher is better, always."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.catalog import Catalog
from rag.schema import Hit
from rag.settings import Settings
from rag.terms import SearchTerms
from rag.vectors import Vectors


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

    def retrieve(self, query: str, k: int) -> list[Hit]:
        """The `k` best chunks, best first; scores are fused, 0 to 1, comparable within this query only.

        Raises ValueError for `k` below 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        wanted = max(k, self._candidates)
        dense = self._vectors.search(self._embedder.query(query), wanted)
        words = [term for group in self._terms.groups(query) for term in group]
        lexical = self._catalog.search(words, wanted)
        fused = fuse([dense, lexical], [self._dense_weight, 1 - self._dense_weight])
        chunks = self._catalog.chunks([chunk_id for chunk_id, _ in fused])
        hits = [Hit(chunks[chunk_id], score) for chunk_id, score in fused if chunk_id in chunks]
        return hits[:k]


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
