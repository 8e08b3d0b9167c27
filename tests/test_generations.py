"""What another process writes is found at the very next question, by everyone who has the index open."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.catalog import Catalog
from rag.retrieve import Retriever
from rag.settings import Settings
from rag.terms import SearchTerms
from rag.text import tokens
from rag.vectors import Vectors
from tests.test_catalog import article, random_vectors
from tests.test_vectors import QUERY, elsewhere, nearest, put, ranked, remove


class Pointer:
    """Embeds any question as one given vector."""

    def query(self, text: str) -> np.ndarray:
        return QUERY


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog.create(tmp_path / "index")
    writer = Vectors(made, Settings(home=made.home))
    put(made, "/a", "a", 6, seed=1, to=writer)
    put(made, "/b", "b", 6, seed=2, to=writer)
    writer.close()
    return made


def opened(catalog: Catalog, count: int) -> list[Vectors]:
    """So many stores of one index in this process, all of which have searched."""
    stores = [Vectors(catalog, Settings(home=catalog.home)) for _ in range(count)]
    for store in stores:
        assert ranked(store) == nearest(catalog, QUERY)
    return stores


WRITES = (
    "put(catalog, '/a', 'new', 6, seed=3, to=vectors); remove(catalog, '/b', vectors)"
    "; put(catalog, '/c', 'c', 6, seed=4, to=vectors)"
)


def test_several_of_one_process_see_what_another_process_wrote(catalog: Catalog) -> None:
    """A client of chromadb that two share is not closed while one of them has it, and stays stale."""
    stores = opened(catalog, 3)
    elsewhere(WRITES, catalog.home)
    for store in stores:
        assert {chunk_id.split("/")[0] for chunk_id in ranked(store)} == {"new", "c"}
        assert ranked(store) == nearest(catalog, QUERY)
    elsewhere("remove(catalog, '/c', vectors)", catalog.home)
    for store in reversed(stores):
        assert ranked(store) == nearest(catalog, QUERY)
        store.close()


def test_several_of_one_process_see_what_one_of_them_wrote(catalog: Catalog) -> None:
    one, other, third = opened(catalog, 3)
    put(catalog, "/c", "c", 5, seed=5, to=one)
    assert ranked(other) == ranked(one) == nearest(catalog, QUERY)
    remove(catalog, "/a", to=other)
    assert ranked(third) == ranked(one) == ranked(other) == nearest(catalog, QUERY)
    one.close()
    assert ranked(third) == ranked(other) == nearest(catalog, QUERY)
    other.close()
    third.close()


def test_two_retrievers_find_a_new_article_at_the_next_question(catalog: Catalog) -> None:
    settings = Settings(home=catalog.home, dense_weight=1)
    terms = SearchTerms(catalog)
    retrievers = [
        Retriever(catalog, Vectors(catalog, settings), Pointer(), terms, settings) for _ in range(2)
    ]
    for retriever in retrievers:
        assert {hit.chunk.document_id for hit in retriever.retrieve("段", 12)} == {"a", "b"}
    elsewhere("put(catalog, '/c', 'c', 6, seed=99, to=vectors)", catalog.home)
    assert np.allclose(random_vectors(6, 99)[0], QUERY)  # so that the first of c is the nearest of all
    for retriever in retrievers:
        assert retriever.retrieve("段", 3)[0].chunk.id == "c/0"


def test_english_words_reach_the_terms_of_a_new_article(catalog: Catalog) -> None:
    terms = SearchTerms(catalog)
    assert ("桥梁",) not in terms.groups("bridge")
    before = terms.groups("bridge")
    elsewhere(
        """
document, chunks = article('c', '橋樑')
from rag.text import tokens
with catalog.transaction():
    catalog.put('/c', document, chunks, [' '.join(tokens('橋樑'))], random_vectors(1))
""",
        catalog.home,
    )
    assert terms.groups("bridge") != before
    assert any("桥" in term for group in terms.groups("bridge") for term in group)


def test_the_bridge_notices_an_index_replaced_by_another_of_the_same_generation(tmp_path: Path) -> None:
    def index_of(word: str) -> Catalog:
        made = Catalog.create(tmp_path / "index")
        document, chunks = article(word, word)
        with made.transaction():
            made.put("/a", document, chunks, [" ".join(tokens(word))], random_vectors(1))
        return made

    terms = SearchTerms(index_of("橋樑"))
    assert any(terms.groups("bridge"))
    shutil.rmtree(tmp_path / "index")
    index_of("市場")
    assert not any(terms.groups("bridge"))
    assert any(terms.groups("market"))
