"""Fusion against a second implementation written from its definition; hybrid search over a real index."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.catalog import Catalog
from rag.retrieve import Retriever, fuse
from rag.settings import Settings
from rag.terms import SearchTerms
from rag.text import tokens
from rag.vectors import Vectors
from tests.test_catalog import article, random_vectors

Ranking = list[tuple[str, float]]

SCORES = st.floats(-1e6, 1e6).map(lambda score: round(score, 3))
RANKING = st.dictionaries(st.sampled_from("abcdefghij"), SCORES, max_size=8).map(
    lambda scores: sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
)
WEIGHTS = st.tuples(*[st.floats(0.01, 1)] * 3)


def by_definition(rankings: list[Ranking], weights: tuple[float, ...]) -> dict[str, float]:
    """Each item's weighted mean of its scores, scaled to 0 (worst held, or not held) … 1 (best held)."""
    voters = [(dict(ranking), weight) for ranking, weight in zip(rankings, weights, strict=True) if ranking]
    fused = {}
    for item in {item for scores, _ in voters for item in scores}:
        points = []
        for scores, weight in voters:
            worst, best = min(scores.values()), max(scores.values())
            if item not in scores:
                point = 0.0
            elif best == worst:
                point = 1.0
            else:
                point = (scores[item] - worst) / (best - worst)
            points.append(weight * point)
        fused[item] = sum(points) / sum(weight for _, weight in voters)
    return fused


@given(st.tuples(RANKING, RANKING, RANKING), WEIGHTS)
def test_fusion_is_the_weighted_mean_of_scaled_scores(
    rankings: tuple[Ranking, ...], weights: tuple[float, ...]
) -> None:
    fused = fuse(rankings, weights)
    assert dict(fused) == pytest.approx(by_definition(list(rankings), weights), abs=1e-12)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))
    assert len(dict(fused)) == len(fused)
    assert all(-1e-9 <= score <= 1 + 1e-9 for _, score in fused)


@given(st.tuples(RANKING, RANKING), st.floats(0.01, 1), st.floats(0.5, 100), st.floats(-100, 100))
def test_fusion_does_not_depend_on_the_scale_of_a_ranking(
    rankings: tuple[Ranking, Ranking], share: float, factor: float, shift: float
) -> None:
    one, other = rankings
    scaled = [(item, score * factor + shift) for item, score in one]
    if len({score for _, score in scaled}) == len({score for _, score in one}):
        expected = dict(fuse([one, other], [share, 1 - share / 2]))
        assert dict(fuse([scaled, other], [share, 1 - share / 2])) == pytest.approx(expected, abs=1e-3)


@given(RANKING, st.floats(0.01, 1), st.floats(0, 1))
def test_an_empty_ranking_has_no_say(ranking: Ranking, weight: float, other: float) -> None:
    alone = dict(fuse([ranking], [1.0]))
    assert dict(fuse([ranking, []], [weight, other])) == pytest.approx(alone)
    assert dict(fuse([[], ranking], [other, weight])) == pytest.approx(alone)


def test_fusion_of_nothing_is_nothing() -> None:
    assert fuse([], []) == fuse([[]], [1.0]) == fuse([[], []], [0.5, 0.5]) == []


def test_fusion_by_example() -> None:
    dense = [("a", 0.9), ("b", 0.8), ("c", 0.7)]
    lexical = [("b", 12.0), ("d", 6.0), ("a", 2.0)]
    fused = fuse([dense, lexical], [0.25, 0.75])
    assert [item for item, _ in fused] == ["b", "d", "a", "c"]
    assert [score for _, score in fused] == pytest.approx([0.25 * 0.5 + 0.75, 0.75 * 0.4, 0.25, 0.0])


def test_ties_go_by_id() -> None:
    assert fuse([[("b", 1.0), ("a", 1.0)], [("c", 3.0)]], [0.5, 0.5]) == [("a", 0.5), ("b", 0.5), ("c", 0.5)]


def test_every_ranking_needs_its_weight() -> None:
    with pytest.raises(ValueError, match="zip"):
        fuse([[("a", 1.0)], []], [1.0])


# Search

PASSAGES = (
    "玉山是台灣最高的山,海拔 3,952 公尺。",
    "雪山海拔 3,886 公尺,是第二高的山。",
    "昨天股市下跌,成交量縮小。",
    "新的橋樑於 1998 年通車。",
    "餐廳賣牛肉麵,一碗 180 元。",
    "玉山國家公園有黑熊。",
)


class Pointer:
    """Embeds any question as one given vector."""

    def __init__(self, vector: np.ndarray) -> None:
        self.vector = vector

    def query(self, text: str) -> np.ndarray:
        return self.vector


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    made = Catalog.create(tmp_path_factory.mktemp("index"))
    document, chunks = article("d", *PASSAGES)
    with made.transaction():
        words = [" ".join(tokens(passage)) for passage in PASSAGES]
        made.put("/a", document, chunks, words, random_vectors(len(PASSAGES)))
    return made


@pytest.fixture(scope="module")
def vectors(catalog: Catalog) -> Iterator[Vectors]:
    opened = Vectors(catalog, Settings(home=catalog.home))
    yield opened
    opened.close()


@cache  # the dictionary takes a second to load
def search_terms(catalog: Catalog) -> SearchTerms:
    return SearchTerms(catalog)


def retriever(catalog: Catalog, vectors: Vectors, near: int = 0, **configured: float) -> Retriever:
    settings = Settings(home=catalog.home, **configured)  # type: ignore[arg-type]
    embedder = Pointer(random_vectors(len(PASSAGES))[near])
    return Retriever(catalog, vectors, embedder, search_terms(catalog), settings)


def test_hits_are_chunks_best_first_and_at_most_k(catalog: Catalog, vectors: Vectors) -> None:
    for k in range(1, 9):
        hits = retriever(catalog, vectors).retrieve("最高的山是哪座?", k)
        assert len(hits) == min(k, len(PASSAGES))
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert all(0 <= hit.score <= 1 for hit in hits)
        assert len({hit.chunk.id for hit in hits}) == len(hits)
        assert hits[0].chunk.text == PASSAGES[0]


@pytest.mark.parametrize("near", range(len(PASSAGES)))
def test_with_the_whole_weight_on_one_side_its_order_holds(
    catalog: Catalog, vectors: Vectors, near: int
) -> None:
    question = "玉山海拔幾公尺?"
    dense = [i for i, _ in vectors.search(random_vectors(len(PASSAGES))[near], 10)]
    lexical = [i for i, _ in catalog.search(tokens(question), 10)]
    by_meaning = retriever(catalog, vectors, near, dense_weight=1).retrieve(question, 10)
    by_words = retriever(catalog, vectors, near, dense_weight=0).retrieve(question, 10)
    assert [hit.chunk.id for hit in by_meaning][:5] == dense[:5]
    assert [hit.chunk.id for hit in by_words][: len(lexical) - 1] == lexical[:-1]


def test_both_sides_together_are_their_fusion(catalog: Catalog, vectors: Vectors) -> None:
    question = "哪座山第二高?"
    found = retriever(catalog, vectors, 3, dense_weight=0.4).retrieve(question, 10)
    dense = vectors.search(random_vectors(len(PASSAGES))[3], 50)
    lexical = catalog.search(tokens(question), 50)
    expected = by_definition([dense, lexical], (0.4, 0.6))
    assert {hit.chunk.id: hit.score for hit in found} == pytest.approx(expected)


@pytest.mark.parametrize("question", ["???", "xyzzy", "", "\ud800", "😀"])
def test_without_known_words_the_meaning_decides(catalog: Catalog, vectors: Vectors, question: str) -> None:
    hits = retriever(catalog, vectors, near=4).retrieve(question, 2)
    assert hits[0].chunk.text == PASSAGES[4]
    assert hits[0].score == pytest.approx(1)


def test_more_hits_than_candidates_can_be_had(catalog: Catalog, vectors: Vectors) -> None:
    assert len(retriever(catalog, vectors, candidates=1).retrieve("玉山", 6)) == 6


@pytest.mark.parametrize("k", [0, -1])
def test_no_hits_cannot_be_asked_for(catalog: Catalog, vectors: Vectors, k: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        retriever(catalog, vectors).retrieve("玉山", k)


@settings(deadline=None, max_examples=30)
@given(st.text(st.characters(), max_size=40))
def test_any_question_can_be_searched(catalog: Catalog, vectors: Vectors, question: str) -> None:
    assert len(retriever(catalog, vectors).retrieve(question, 3)) == 3


def test_what_left_the_catalog_is_no_hit(tmp_path: Path) -> None:
    catalog = Catalog.create(tmp_path)
    document, chunks = article("d", *PASSAGES)
    with catalog.transaction():
        change = catalog.put("/a", document, chunks, ["山"] * len(chunks), random_vectors(len(chunks)))
    with catalog.transaction():
        catalog.remove("/a")
    vectors = Vectors(catalog, Settings(home=tmp_path))
    stale = [(chunk_id, 0.5) for chunk_id in change.added]
    vectors.search = lambda vector, k, documents: stale  # type: ignore[method-assign]
    assert retriever(catalog, vectors).retrieve("山", 5) == []
