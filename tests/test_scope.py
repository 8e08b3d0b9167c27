# ruff: noqa: F811 - a fixture is imported
"""Asking some of the articles: both searches keep to the scope, fill from it, and an empty one is refused."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import ingest
from rag.catalog import Catalog
from rag.chain import AnswerChain, HybridRetriever, Question
from rag.pipeline import Pipeline
from rag.retrieve import EQUAL_WITHIN, Retriever, newest_first
from rag.schema import Answer, Block, Chunk, Document, Hit, Turn
from rag.scope import EVERYTHING, Scope
from rag.settings import Settings
from rag.terms import SearchTerms
from rag.text import tokens
from rag.vectors import Vectors
from tests.test_index import line, model, text  # noqa: F401 - a fixture

FIRST = date(2030, 1, 1)
ARTICLES, PASSAGES = 40, 3
SENTENCES = ("{name}鎮的大橋長 {n} 公尺。", "{name}鎮去年有 {n} 位遊客。", "{name}鎮的市場在早上開門。")


def day_of(number: int) -> str | None:
    """Article n appeared n days after the first; every fifth has no date."""
    return None if number % 5 == 4 else (FIRST + timedelta(days=number)).isoformat()


def article(number: int) -> tuple[Document, list[Chunk]]:
    texts = [sentence.format(name=f"第{number}", n=100 + number) for sentence in SENTENCES]
    blocks, text = [], ""
    for one in texts:
        blocks.append(Block(len(text), len(text) + len(one)))
        text += one + "\n"
    name = f"d{number:02}"
    document = Document(name, text, f"題 {number}", "日報", day_of(number), None, "zh-Hant", tuple(blocks))
    chunks = [Chunk(f"{name}/{i}", name, b.start, b.end, texts[i], ()) for i, b in enumerate(blocks)]
    return document, chunks


def embedded(text: str) -> np.ndarray:
    """A vector that depends on the text alone, (8,), L2-normalised."""
    vector = np.random.default_rng(list(text.encode()[:60])).normal(size=8).astype(np.float32)
    return vector / np.linalg.norm(vector)


class Embedder:
    """The real protocols, without a model."""

    def query(self, text: str) -> np.ndarray:
        return embedded(text)

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([embedded(text) for text in texts])


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    made = Catalog.create(tmp_path_factory.mktemp("index"))
    for number in range(ARTICLES):
        document, chunks = article(number)
        with made.transaction():
            words = [" ".join(tokens(chunk.text)) for chunk in chunks]
            made.put(f"/{number}", document, chunks, words, Embedder().documents([c.text for c in chunks]))
    return made


@pytest.fixture(scope="module")
def vectors(catalog: Catalog) -> Iterator[Vectors]:
    opened = Vectors(catalog, Settings(home=catalog.home))
    yield opened
    opened.close()


@cache  # the dictionary takes a second to load
def search_terms(catalog: Catalog) -> SearchTerms:
    return SearchTerms(catalog)


@pytest.fixture(scope="module")
def retriever(catalog: Catalog, vectors: Vectors) -> Retriever:
    return Retriever(catalog, vectors, Embedder(), search_terms(catalog), Settings(home=catalog.home))


def admitted(scope: Scope) -> set[str]:
    """Second implementation: which articles a scope admits, decided one by one in Python."""
    found = set()
    for number in range(ARTICLES):
        document, _ = article(number)
        published = date.fromisoformat(document.published) if document.published else None
        chosen = scope.documents is None or document.id in scope.documents
        after = scope.since is None or (published is not None and published >= scope.since)
        before = scope.until is None or (published is not None and published <= scope.until)
        if chosen and after and before:
            found.add(document.id)
    return found


DAYS = st.none() | st.integers(-3, ARTICLES + 3).map(lambda n: FIRST + timedelta(days=n))
IDS = st.sampled_from([f"d{n:02}" for n in range(ARTICLES)] + ["gone", "\ud800", "'; --"])
SCOPES = st.builds(Scope, documents=st.none() | st.frozensets(IDS, max_size=12), since=DAYS, until=DAYS)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scope=SCOPES)
def test_a_scope_admits_what_it_says(catalog: Catalog, scope: Scope) -> None:
    assert catalog.within(scope).keys() == admitted(scope)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scope=SCOPES, k=st.integers(1, 20), question=st.sampled_from(["大橋長幾公尺?", "市場", "xyzzy"]))
def test_hits_come_from_the_scope_and_fill_from_it(
    retriever: Retriever, scope: Scope, k: int, question: str
) -> None:
    hits = retriever.retrieve(question, k, scope)
    allowed = admitted(scope)
    assert {hit.chunk.document_id for hit in hits} <= allowed
    assert len(hits) == min(k, PASSAGES * len(allowed))
    assert len({hit.chunk.id for hit in hits}) == len(hits)


@pytest.mark.parametrize("numbers", [[7], [3, 21], range(0, ARTICLES, 2), range(ARTICLES)])
def test_dense_search_ranks_the_scope_as_the_cosines_do(vectors: Vectors, numbers: Sequence[int]) -> None:
    chunks = [chunk for number in numbers for chunk in article(number)[1]]
    query = embedded("哪一座橋?")
    expected = sorted(chunks, key=lambda chunk: -float(embedded(chunk.text) @ query))
    found = vectors.search(query, 6, {f"d{number:02}" for number in numbers})
    assert [chunk_id for chunk_id, _ in found] == [chunk.id for chunk in expected[:6]]


def test_lexical_search_keeps_its_order_within_the_scope(catalog: Catalog) -> None:
    words = tokens("大橋長 105 公尺 遊客")
    everything = catalog.search(words, 1000)
    some = {f"d{number:02}" for number in (5, 6, 30)}
    expected = [(chunk_id, score) for chunk_id, score in everything if chunk_id.split("/")[0] in some]
    assert catalog.search(words, 1000, some) == expected
    assert catalog.search(words, 2, some) == expected[:2]
    assert catalog.search(words, 5, set()) == []


def test_without_a_scope_everything_is_searched(retriever: Retriever) -> None:
    whole = Scope(frozenset(f"d{number:02}" for number in range(ARTICLES)))
    assert retriever.retrieve("大橋", 8) == retriever.retrieve("大橋", 8, EVERYTHING)
    assert retriever.retrieve("大橋", 8) == retriever.retrieve("大橋", 8, whole)


def test_an_index_filled_before_there_were_scopes_is_filled_anew(tmp_path: Path, catalog: Catalog) -> None:
    home = tmp_path / "index"
    shutil.copytree(catalog.home, home, ignore=shutil.ignore_patterns("chroma"))
    copy = Catalog(home)
    old = Vectors(copy, Settings(home=home))
    query = embedded("橋")
    assert old.search(query, 3)
    kept = old._collection  # as a former version wrote it: no documents with the vectors, no layout
    held = kept.get(include=["embeddings"])
    kept.delete(ids=held["ids"])
    kept.upsert(ids=held["ids"], embeddings=held["embeddings"])
    kept.modify(metadata={"generation": copy.generation()})
    old.close()
    assert len(Vectors(copy, Settings(home=home)).search(query, 9, {"d03", "d04"})) == 2 * PASSAGES


# Newest first


def hit(name: str, score: float) -> Hit:
    return Hit(Chunk(f"{name}/{score}", name, 0, 1, "x", ()), score)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0, 1)), max_size=12),
    st.dictionaries(st.sampled_from("abcd"), st.none() | st.sampled_from(["2031-01-01", "2032-01-01"])),
)
def test_only_what_scores_equally_changes_places(
    scored: list[tuple[str, float]], published: dict[str, str | None]
) -> None:
    hits = sorted((hit(name, score) for name, score in scored), key=lambda one: -one.score)
    ordered = newest_first(hits, published)
    assert sorted(map(id, ordered)) == sorted(map(id, hits))
    for earlier, later in pairwise(ordered):
        assert earlier.score >= later.score - EQUAL_WITHIN
        if later.score > earlier.score:
            one, other = (published.get(h.chunk.document_id) or "" for h in (earlier, later))
            assert one > other


def test_of_equal_hits_the_newest_comes_first_and_the_undated_last() -> None:
    hits = [hit("best", 0.9), hit("undated", 0.505), hit("old", 0.5), hit("new", 0.5), hit("worse", 0.4)]
    published = {"best": "2001-01-01", "old": "2030-12-31", "new": "2031-01-01", "worse": "2040-01-01"}
    ordered = [one.chunk.document_id for one in newest_first(hits, published)]
    assert ordered == ["best", "new", "old", "undated", "worse"]


def test_without_dates_the_order_is_that_of_the_scores() -> None:
    hits = [hit("a", 0.5), hit("b", 0.499), hit("a", 0.498)]
    assert newest_first(hits, {}) == hits
    assert newest_first([], {}) == []


# The whole way


@pytest.fixture(scope="module")
def pipeline(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    folder = tmp_path_factory.mktemp("towns")
    towns = [("河灣", 320, "2030-01-01"), ("沙洲", 410, "2031-01-01"), ("山城", 520, None)]
    lines = (line(town, text(town, n), **({"date": day} if day else {})) for town, n, day in towns)
    (folder / "towns.jsonl").write_text("".join(lines), "utf-8")
    configured = Settings(home=folder / "index", embedding_model=str(model))
    ingest([folder / "towns.jsonl"], configured)
    return Pipeline(configured)


def ids(pipeline: Pipeline) -> dict[str, str]:
    return {document.title: document.id for document in pipeline.catalog.documents()}


QUESTION = "鐵橋長幾公尺?"


def test_every_way_to_ask_keeps_to_the_scope(pipeline: Pipeline) -> None:
    for title, document_id in ids(pipeline).items():
        scope = Scope(documents=frozenset({document_id}))
        asked: Question = {"question": QUESTION, "history": [Turn("前一個問題?", "…")], "scope": scope}
        answers = [
            pipeline.answer(QUESTION, scope=scope),
            next(event for event in pipeline.stream(QUESTION, scope=scope) if isinstance(event, Answer)),
            AnswerChain(pipeline).invoke(asked),
            *AnswerChain(pipeline).batch([asked, {"question": QUESTION, "scope": scope}]),
            list(AnswerChain(pipeline).stream(asked))[-1],
        ]
        for answer in answers:
            assert isinstance(answer, Answer)
            assert {one.chunk.document_id for one in answer.hits} == {document_id}
            assert {citation.title for citation in answer.citations} <= {title}
        found = HybridRetriever(pipeline=pipeline, k=9, scope=scope).invoke(QUESTION)
        assert {document.metadata["document_id"] for document in found} == {document_id}
        assert {hit.chunk.document_id for hit in pipeline.retrieve(QUESTION, 9, scope=scope)} == {document_id}


def test_without_a_scope_all_articles_are_asked(pipeline: Pipeline) -> None:
    everywhere = set(ids(pipeline).values())
    for answer in (pipeline.answer(QUESTION), AnswerChain(pipeline).invoke(QUESTION)):
        assert {one.chunk.document_id for one in answer.hits} == everywhere
    found = HybridRetriever(pipeline=pipeline, k=9).invoke(QUESTION)
    assert {document.metadata["document_id"] for document in found} == everywhere


def test_days_bound_the_articles_and_the_undated_is_left_out(pipeline: Pipeline) -> None:
    named = ids(pipeline)
    for scope, title in [
        (Scope(until=date(2030, 12, 31)), "河灣"),
        (Scope(since=date(2030, 1, 2)), "沙洲"),
        (Scope(since=date(2031, 1, 1), until=date(2031, 1, 1)), "沙洲"),
    ]:
        hits = pipeline.answer(QUESTION, scope=scope).hits
        assert {hit.chunk.document_id for hit in hits} == {named[title]}


@pytest.mark.parametrize(
    "question", [QUESTION, "河灣和沙洲的鐵橋哪座較長?", "文章的標題是什麼?", "How long?"]
)
@pytest.mark.parametrize(
    "scope",
    [
        Scope(frozenset()),
        Scope(frozenset({"gone"})),
        Scope(since=date(2099, 1, 1)),
        Scope(since=date(2031, 1, 1), until=date(2030, 1, 1)),
    ],
)
def test_a_scope_without_articles_is_refused_not_an_error(
    pipeline: Pipeline, question: str, scope: Scope
) -> None:
    answer = pipeline.answer(question, scope=scope)
    assert (answer.refused, answer.hits, answer.citations) == (True, (), ())
