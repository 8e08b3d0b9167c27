"""The catalog: what goes in comes out, all or nothing; BM25 as another implementation computes it."""

import math
import sqlite3
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.catalog import FILE, Catalog, Change
from rag.errors import IndexMissing, IndexStale, IndexUnusable
from rag.schema import Block, Chunk, Document
from rag.text import tokens

DIMENSION = 8


def article(name: str, *passages: str) -> tuple[Document, list[Chunk]]:
    """A document with a chunk for each passage."""
    text, blocks = "", []
    for passage in passages:
        blocks.append(Block(len(text), len(text) + len(passage)))
        text += passage + "\n"
    document = Document(name, text, f"題 {name}", "來源", "2031-05-06", None, "zh-Hant", tuple(blocks))
    chunks = [
        Chunk(f"{name}/{i}", name, b.start, b.end, text[b.start : b.end], ("標題",))
        for i, b in enumerate(blocks)
    ]
    return document, chunks


def random_vectors(count: int, seed: int = 0) -> np.ndarray:
    """L2-normalised, (count, DIMENSION)."""
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def put(catalog: Catalog, origin: str, name: str, *passages: str, seed: int = 0) -> Change:
    """One document in a transaction of its own, searched by the words of its passages."""
    document, chunks = article(name, *passages)
    with catalog.transaction():
        return catalog.put(origin, document, chunks, passages, random_vectors(len(chunks), seed))


def state(catalog: Catalog) -> tuple[object, ...]:
    """Everything that a reader can see."""
    stored = [(ids, vectors.tobytes()) for ids, vectors in catalog.vectors()]
    return (
        catalog.manifest(), catalog.counts(), catalog.origins(), catalog.documents(), sorted(catalog.terms()),
        stored, catalog.search(catalog.terms(), 1000),
    )  # fmt: skip


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog.create(tmp_path / "index")


# Ranking


def bm25(passages: Sequence[Sequence[str]], query: Sequence[str]) -> dict[int, float]:
    """Robertson & Walker's BM25, k1 = 1.2, b = 0.75; too common a term counts for 1e-6, as in SQLite."""
    mean_length = sum(map(len, passages)) / len(passages)
    scores: dict[int, float] = {}
    for term in set(query):
        holding = [i for i, passage in enumerate(passages) if term in passage]
        rarity = math.log((len(passages) - len(holding) + 0.5) / (len(holding) + 0.5)) if holding else 0.0
        for i in holding:
            frequency = Counter(passages[i])[term]
            length = 1 - 0.75 + 0.75 * len(passages[i]) / mean_length
            weight = frequency * 2.2 / (frequency + 1.2 * length)
            scores[i] = scores.get(i, 0.0) + max(rarity, 1e-6) * weight
    return scores


@pytest.mark.parametrize("seed", range(6))
def test_search_ranks_as_another_bm25_does(catalog: Catalog, seed: int) -> None:
    random = np.random.default_rng(seed)
    words = [*"甲乙丙丁戊", "營收", "56.7%", "zx-7.5", "5926億", "r&d", "a_b", "2023-11-05", "café"]
    words += [f"w{i}" for i in range(20)]
    shares = 1 / np.arange(1, len(words) + 1)
    corpus = [
        list(random.choice(words, size=random.integers(1, 40), p=shares / shares.sum())) for _ in range(40)
    ]
    put(catalog, "/a", "d", *map(" ".join, corpus))
    for _ in range(10):
        query = list(random.choice(words, size=random.integers(1, 8)))
        expected = bm25(corpus, query)
        found = catalog.search(query, 100)
        assert dict(found) == pytest.approx({f"d/{i}": score for i, score in expected.items()}, rel=1e-9)
        assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
        assert catalog.search(query, 3) == found[:3]


def test_inverse_frequencies_are_those_of_bm25(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "甲 乙", "甲", "甲 丙 丙")
    expected = {
        term: math.log(1 + (3 - n + 0.5) / (n + 0.5)) for term, n in {"甲": 3, "丙": 1, "無": 0}.items()
    }
    assert catalog.inverse_frequencies({"甲", "丙", "無"}) == pytest.approx(expected)
    assert catalog.inverse_frequencies([]) == {}


def test_every_token_of_our_text_is_one_term_of_the_index(catalog: Catalog) -> None:
    text = (
        "".join(chr(c) for c in range(0x20, 0x3400))
        + " R&D ZX-7.5 a_b 1,234.5% 17 日 café x+y v1.2.3 臺灣大學"
    )
    words = tokens(text + " " + " ".join(chr(c) for c in range(0x20, 0x3000)))
    put(catalog, "/a", "d", " ".join(words))
    assert set(catalog.terms()) == set(words)
    assert all(catalog.knows(word) for word in list(dict.fromkeys(words))[::50])
    assert not catalog.knows("臺")
    assert catalog.search([words[-1]], 5)


@pytest.mark.parametrize(
    "terms",
    [
        [],
        ["無此詞"],
        [""],
        ['a"b', '"'],
        ["a\0b", "\0"],
        ["NEAR(a b)", "a OR b", "terms:a", "*", "^a", "-a", "a*"],
        [f"x{i}" for i in range(5000)],
        ["x" * 1_000_000],
    ],
    ids=lambda terms: ascii(terms)[:30],
)
def test_no_query_breaks_the_search(catalog: Catalog, terms: list[str]) -> None:
    put(catalog, "/a", "d", "甲 乙")
    assert catalog.search(terms, 5) == []
    assert catalog.search([*terms[:5], "甲"], 5) == catalog.search(["甲"], 5)
    assert set(catalog.inverse_frequencies(terms)) == set(terms)


def test_any_number_of_chunks_can_be_asked_for(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "甲", "乙")
    assert list(catalog.chunks([f"x{i}" for i in range(100_000)] + ["d/1"])) == ["d/1"]
    assert catalog.chunks([]) == {}


# Storing


def test_documents_chunks_and_vectors_come_out_as_they_went_in(catalog: Catalog) -> None:
    text = "標題 😀\r\n\u3000段落\u2028 A\0B 'x\"; DROP TABLE chunks;--\n"
    document = Document(
        "ö", text, "題\n'", "源", None, "http://example.org/?a=1", "en", (Block(0, 4, 2), Block(6, 9))
    )
    chunk = Chunk("c", "ö", 6, 9, text[6:9], ("標題 😀", '"'))
    vectors = np.array([[1.5, -0.0, 3e-39, 1e30]], np.float32)
    with catalog.transaction():
        assert catalog.put("/p #%?", document, [chunk], ["段落 a"], vectors) == Change(("c",), ())
    assert catalog.document("ö") == document
    assert catalog.document("none") is None
    assert catalog.documents() == [document]
    assert catalog.chunks(["c", "none"]) == {"c": chunk}
    assert catalog.origins() == {"/p #%?": "ö"}
    assert catalog.counts() == (1, 1)
    ((ids, stored),) = catalog.vectors()
    assert (ids, stored.tobytes()) == (["c"], vectors.tobytes())
    assert Catalog(catalog.home).document("ö") == document


def test_vectors_come_in_batches_that_hold_all(catalog: Catalog) -> None:
    put(catalog, "/a", "d", *"甲乙丙丁戊", seed=1)
    put(catalog, "/b", "e", *"己庚", seed=2)
    batches = list(catalog.vectors(batch=3))
    assert [len(ids) for ids, _ in batches] == [3, 3, 1]
    assert [i for ids, _ in batches for i in ids] == [*(f"d/{i}" for i in range(5)), "e/0", "e/1"]
    expected = np.concatenate([random_vectors(5, 1), random_vectors(2, 2)])
    assert np.array_equal(np.concatenate([vectors for _, vectors in batches]), expected)


def test_documents_come_newest_first(catalog: Catalog) -> None:
    for name, published in {"a": "2020-01-02", "b": None, "c": "2021-12-31", "d": "2020-01-02"}.items():
        document, chunks = article(name, "文")
        document = replace(document, published=published)
        with catalog.transaction():
            catalog.put(f"/{name}", document, chunks, ["文"], random_vectors(1))
    assert [document.id for document in catalog.documents()] == ["c", "a", "d", "b"]


def test_a_changed_document_takes_the_place_of_the_old(catalog: Catalog) -> None:
    put(catalog, "/a", "old", "甲", "乙", "共")
    put(catalog, "/b", "other", "共")
    assert put(catalog, "/a", "new", "丙", "共") == Change(("new/0", "new/1"), ("old/0", "old/1", "old/2"))
    assert catalog.document("old") is None
    assert catalog.chunks(["old/0"]) == {}
    assert catalog.search(["甲", "乙"], 9) == []
    assert {i for i, _ in catalog.search(["共"], 9)} == {"new/1", "other/0"}
    assert sorted(catalog.terms()) == sorted({"丙", "共"})
    assert {i for ids, _ in catalog.vectors() for i in ids} == {"new/0", "new/1", "other/0"}
    assert catalog.counts() == (2, 3)


def test_a_document_lives_as_long_as_one_origin_holds_it(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "甲")
    assert put(catalog, "/copy", "d", "甲") == Change()
    assert catalog.counts() == (1, 1)
    with catalog.transaction():
        assert catalog.remove("/a") == Change()
    assert catalog.search(["甲"], 9)
    with catalog.transaction():
        assert catalog.remove("/copy") == Change((), ("d/0",))
    assert catalog.counts() == (0, 0)
    assert catalog.terms() == []
    assert catalog.origins() == {}


def test_replacing_one_holder_of_a_shared_document_leaves_it_to_the_other(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "甲")
    put(catalog, "/copy", "d", "甲")
    assert put(catalog, "/a", "e", "乙") == Change(("e/0",), ())
    assert catalog.origins() == {"/a": "e", "/copy": "d"}
    assert put(catalog, "/copy", "e", "乙") == Change((), ("d/0",))


def test_clear_forgets_all_but_what_the_index_is(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "甲", "乙")
    with catalog.transaction():
        catalog.stamp({"embedder": "e@1"})
        catalog.clear()
    assert catalog.counts() == (0, 0)
    assert (catalog.documents(), catalog.origins(), catalog.terms()) == ([], {}, [])
    assert list(catalog.vectors()) == []
    assert catalog.manifest()["embedder"] == "e@1"
    put(catalog, "/a", "d", "甲", "乙")
    assert catalog.search(["甲"], 9)[0][0] == "d/0"


# Transactions


class Interrupted(BaseException):
    """Something no one expects, as Ctrl-C is."""


def test_an_interrupted_transaction_leaves_no_trace(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "甲", "乙")
    before = state(catalog)
    document, chunks = article("e", "丙", "丁")
    with pytest.raises(Interrupted), catalog.transaction():
        catalog.put("/a", document, chunks, ["丙", "丁"], random_vectors(2))
        catalog.remove("/none")
        catalog.stamp({"embedder": "x"})
        assert catalog.counts() == (1, 2)
        raise Interrupted
    assert state(catalog) == before
    put(catalog, "/a", "e", "丙", "丁")
    assert catalog.search(["丙"], 9)


@pytest.mark.parametrize(
    ("terms", "vectors"),
    [(["丙"], random_vectors(2)), (["丙", "丁"], random_vectors(1))],
    ids=["terms", "vectors"],
)
def test_what_does_not_match_is_not_stored_by_half(
    catalog: Catalog, terms: list[str], vectors: np.ndarray
) -> None:
    before = state(catalog)
    document, chunks = article("e", "丙", "丁")
    with pytest.raises(ValueError, match="zip"), catalog.transaction():
        catalog.put("/a", document, chunks, terms, vectors)
    assert state(catalog) == before


def test_a_full_disk_is_named_and_leaves_no_trace(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "甲", "乙")
    before = state(catalog)
    connection = catalog._connection()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(IndexUnusable, match=r"full.*free space"):
        put(catalog, "/b", "e", *("長" * 3000 for _ in range(20)))
    assert state(catalog) == before


def test_the_generation_grows_by_one_with_each_change_and_only_then(catalog: Catalog) -> None:
    assert catalog.generation() == 0
    put(catalog, "/a", "d", "甲")
    assert catalog.generation() == 1
    with catalog.transaction():
        catalog.remove("/none")
    with catalog.transaction():
        pass
    catalog.search(["甲"], 3)
    Catalog.create(catalog.home)
    assert catalog.generation() == 1
    with catalog.transaction():
        catalog.remove("/a")
        catalog.stamp({"a": "b"})
    assert catalog.generation() == 2


def test_readers_see_the_state_before_until_a_writer_is_done(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "甲")
    reader = Catalog(catalog.home)
    before = state(reader)
    document, chunks = article("e", "乙")
    with catalog.transaction():
        catalog.put("/a", document, chunks, ["乙"], random_vectors(1))
        assert state(reader) == before
    assert reader.search(["甲"], 3) == []
    assert reader.generation() == 2


def test_threads_read_while_one_writes(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "共", "共 甲")
    done = threading.Event()

    def read() -> int:
        rounds = 0
        while not done.is_set() or not rounds:
            found = catalog.search(["共"], 9)
            held = catalog.chunks([i for i, _ in found])
            assert len(found) in (2, 3)
            assert all(chunk.text == "共" or "甲" in chunk.text for chunk in held.values())
            rounds += 1
        return rounds

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for i in range(30):
            put(catalog, "/b", f"e{i % 2}{i}", "共", seed=i)
        done.set()
        assert all(reader.result(30) > 0 for reader in readers)
    assert catalog.counts() == (2, 3)


# What can be wrong with an index


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"python -m ingest") as caught:
        Catalog(tmp_path / "nowhere")
    assert "nowhere" in str(caught.value)
    assert not (tmp_path / "nowhere").exists()


def test_another_schema_says_what_to_do(catalog: Catalog) -> None:
    with catalog.transaction():
        catalog.stamp({"schema": "0"})
    for open_index in (Catalog, Catalog.create):
        with pytest.raises(IndexStale, match=r"schema 0.*python -m ingest"):
            open_index(catalog.home)


def test_an_index_of_another_schema_is_left_as_it_is(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT)")
        connection.execute("INSERT INTO manifest VALUES ('schema', '0')")
        connection.execute("CREATE TABLE origins (path TEXT)")
    connection.close()
    with pytest.raises(IndexStale, match="schema 0"):
        Catalog.create(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a database" * 500], ids=["empty", "garbage"])
def test_a_damaged_index_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexUnusable, match=r"move .* away and run: python -m ingest"):
        Catalog(tmp_path)


def test_a_place_where_no_index_can_be_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(IndexUnusable, match="RAG_HOME"):
            Catalog.create(home)


def test_creating_again_changes_nothing(catalog: Catalog) -> None:
    put(catalog, "/a", "d", "甲")
    before = state(catalog)
    assert state(Catalog.create(catalog.home)) == before


def test_many_may_create_the_same_index_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        manifests = list(pool.map(lambda _: Catalog.create(tmp_path / "index").manifest(), range(8)))
    assert all(manifest == manifests[0] for manifest in manifests)


@pytest.mark.xfail(strict=True, reason="PRAGMA journal_mode = WAL does not wait for a lock")
def test_creating_waits_for_another_who_is_creating(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE begun (x)")
    with ThreadPoolExecutor(1) as pool:
        creating = pool.submit(Catalog.create, tmp_path)
        with pytest.raises(TimeoutError):
            creating.result(0.2)
        other.execute("ROLLBACK")
        other.close()
        assert creating.result(20).counts() == (0, 0)


def test_an_index_replaced_under_an_open_catalog_is_the_one_that_is_read(catalog: Catalog) -> None:
    put(catalog, "/a", "old", "甲")
    assert catalog.search(["甲"], 3)
    catalog.home.rename(catalog.home.with_name("away"))
    with pytest.raises(IndexMissing, match="python -m ingest"):
        catalog.search(["甲"], 3)
    assert not catalog.home.exists()
    put(Catalog.create(catalog.home), "/a", "new", "乙")
    assert catalog.search(["甲"], 3) == []
    assert catalog.search(["乙"], 3)[0][0] == "new/0"
