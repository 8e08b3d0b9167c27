"""Dense search over a real Chroma: ranks as plain numpy does, never a stale hit, recovery from damage."""

import shutil
import socket
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.catalog import Catalog
from rag.errors import VectorsUnavailable
from rag.settings import Settings
from rag.vectors import FOLDER, Vectors, writer_lock
from tests.paths import ROOT
from tests.test_catalog import article, random_vectors

QUERY = random_vectors(1, seed=99)[0]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog.create(tmp_path / "index")


@pytest.fixture
def vectors(catalog: Catalog) -> Iterator[Vectors]:
    opened = Vectors(catalog, Settings(home=catalog.home))
    yield opened
    opened.close()


def put(catalog: Catalog, origin: str, name: str, count: int, seed: int, to: Vectors | None = None) -> None:
    """A document of so many chunks into the catalog and, where given, into Chroma."""
    document, chunks = article(name, *(f"段{i}" for i in range(count)))
    embedded = random_vectors(count, seed)
    with catalog.transaction():
        change = catalog.put(origin, document, chunks, [chunk.text for chunk in chunks], embedded)
    if to:
        to.apply(change, embedded)


def remove(catalog: Catalog, origin: str, to: Vectors) -> None:
    with catalog.transaction():
        change = catalog.remove(origin)
    to.apply(change, np.empty((0, 0)))


def nearest(catalog: Catalog, query: np.ndarray) -> list[str]:
    """Second implementation: all cosines of what the catalog holds, by numpy."""
    batches = list(catalog.vectors())
    ids = [i for batch, _ in batches for i in batch]
    cosines = np.concatenate([stored for _, stored in batches]) @ query if ids else np.empty(0)
    return [ids[i] for i in np.argsort(-cosines)]


def ranked(vectors: Vectors, k: int = 1000) -> list[str]:
    return [chunk_id for chunk_id, _ in vectors.search(QUERY, k)]


def elsewhere(code: str, home: Path) -> None:
    """Run code in another process that knows `home`, `catalog`, `vectors`, `put` and `remove`."""
    setup = """
        import sys
        from pathlib import Path
        from tests.test_vectors import *
        home = Path(sys.argv[1])
        catalog = Catalog(home)
        vectors = Vectors(catalog, Settings(home=home))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(setup) + code, str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


# Searching


def test_the_ranking_is_that_of_the_cosines(catalog: Catalog, vectors: Vectors) -> None:
    put(catalog, "/a", "a", 60, seed=1, to=vectors)
    stored = random_vectors(60, 1)
    for seed in range(5):
        query = random_vectors(1, seed + 50)[0]
        found = vectors.search(query, 10)
        assert [i for i, _ in found] == nearest(catalog, query)[:10]
        expected = sorted(stored @ query, reverse=True)[:10]
        assert [score for _, score in found] == pytest.approx(expected, abs=1e-5)
    assert len(vectors.search(QUERY, 1000)) == 60


def test_an_empty_index_has_no_hits(vectors: Vectors) -> None:
    assert vectors.search(QUERY, 5) == []


def test_writes_are_followed_one_by_one(catalog: Catalog, vectors: Vectors) -> None:
    put(catalog, "/a", "a", 5, seed=1, to=vectors)
    put(catalog, "/b", "b", 4, seed=2, to=vectors)
    assert ranked(vectors) == nearest(catalog, QUERY)
    put(catalog, "/a", "c", 6, seed=3, to=vectors)
    assert ranked(vectors) == nearest(catalog, QUERY)
    put(catalog, "/copy", "b", 4, seed=2, to=vectors)
    remove(catalog, "/b", to=vectors)
    assert ranked(vectors) == nearest(catalog, QUERY)
    remove(catalog, "/copy", to=vectors)
    remove(catalog, "/a", to=vectors)
    assert ranked(vectors) == nearest(catalog, QUERY) == []


def test_following_does_not_fill_anew(catalog: Catalog, vectors: Vectors) -> None:
    put(catalog, "/a", "a", 5, seed=1, to=vectors)
    uid = catalog.manifest()["uid"]
    put(catalog, "/b", "b", 5, seed=2, to=vectors)
    ranked(vectors)
    vectors.catch_up()
    assert catalog.manifest()["uid"] == uid
    assert [folder.name for folder in (catalog.home / FOLDER).iterdir()] == [uid]


def test_threads_search_while_one_writes(catalog: Catalog, vectors: Vectors) -> None:
    put(catalog, "/a", "a", 5, seed=1, to=vectors)
    with ThreadPoolExecutor(4) as pool:
        searches = [pool.submit(ranked, vectors) for _ in range(12)]
        for i in range(4):
            put(catalog, "/b", f"b{i}", 3, seed=i, to=vectors)
        searches += [pool.submit(ranked, vectors) for _ in range(4)]
        assert all({f"a/{i}" for i in range(5)} <= set(search.result(60)) for search in searches)
    assert ranked(vectors) == nearest(catalog, QUERY)


# Other writers


def test_what_another_process_wrote_is_found_and_nothing_stale(catalog: Catalog, vectors: Vectors) -> None:
    put(catalog, "/a", "a", 6, seed=1, to=vectors)
    put(catalog, "/b", "b", 6, seed=2, to=vectors)
    assert ranked(vectors) == nearest(catalog, QUERY)
    elsewhere(
        "put(catalog, '/a', 'new', 6, seed=3, to=vectors); remove(catalog, '/b', vectors)"
        "; put(catalog, '/c', 'c', 6, seed=4, to=vectors)",
        catalog.home,
    )
    assert {chunk_id.split("/")[0] for chunk_id in ranked(vectors)} == {"new", "c"}
    assert ranked(vectors) == nearest(catalog, QUERY)


def test_what_was_only_catalogued_is_found(catalog: Catalog, vectors: Vectors) -> None:
    """As after a crash between the two writes; the number of chunks does not tell."""
    put(catalog, "/a", "a", 6, seed=1, to=vectors)
    ranked(vectors)
    put(Catalog(catalog.home), "/a", "new", 6, seed=3)
    assert ranked(vectors) == nearest(catalog, QUERY)


def test_two_of_one_process_do_not_disturb_each_other(catalog: Catalog, vectors: Vectors) -> None:
    other = Vectors(catalog, Settings(home=catalog.home))
    put(catalog, "/a", "a", 4, seed=1, to=vectors)
    assert ranked(other) == ranked(vectors) == nearest(catalog, QUERY)
    other.close()
    assert ranked(vectors) == nearest(catalog, QUERY)
    put(catalog, "/b", "b", 4, seed=2, to=other)
    other.close()
    assert ranked(vectors) == nearest(catalog, QUERY)


def test_while_a_writer_is_at_work_search_gives_what_there_is(catalog: Catalog, vectors: Vectors) -> None:
    put(catalog, "/a", "a", 4, seed=1, to=vectors)
    old = ranked(vectors)
    uid = catalog.manifest()["uid"]
    with ThreadPoolExecutor(1) as pool, writer_lock(catalog.home, 1) as ours:
        assert ours
        put(catalog, "/b", "b", 4, seed=2)
        assert pool.submit(ranked, vectors).result(30) == old
        assert catalog.manifest()["uid"] == uid
    assert ranked(vectors) == nearest(catalog, QUERY)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with writer_lock(tmp_path, 0) as first:
        with writer_lock(tmp_path, 0) as second:
            assert (first, second) == (True, False)
        with ThreadPoolExecutor(1) as pool:
            assert not pool.submit(lambda: writer_lock(tmp_path, 0).__enter__()).result()
    with writer_lock(tmp_path, 0) as again:
        assert again


def test_an_index_replaced_by_another_of_the_same_generation_is_noticed(
    catalog: Catalog, vectors: Vectors
) -> None:
    put(catalog, "/a", "a", 4, seed=1, to=vectors)
    ranked(vectors)
    generation = catalog.generation()
    shutil.rmtree(catalog.home)
    new = Catalog.create(catalog.home)
    writer = Vectors(new, Settings(home=new.home))
    put(new, "/a", "b", 4, seed=2, to=writer)
    while new.generation() < generation:
        put(new, "/a", f"b{new.generation()}", 4, seed=2, to=writer)
    writer.close()
    assert new.generation() == generation
    assert ranked(vectors) == nearest(new, QUERY)


# Damage


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def overwrite_databases(folder: Path) -> None:
    for path in folder.rglob("chroma.sqlite3"):
        path.write_bytes(b"garbage " * 1000)


def empty_databases(folder: Path) -> None:
    for path in folder.rglob("chroma.sqlite3"):
        path.write_bytes(b"")


def drop_a_table(folder: Path) -> None:
    for path in folder.rglob("chroma.sqlite3"):
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE collections")
        connection.close()


@pytest.mark.parametrize("damage", [delete, overwrite_databases, empty_databases, drop_a_table])
def test_search_recovers_from_damage(
    catalog: Catalog, vectors: Vectors, damage: Callable[[Path], None]
) -> None:
    put(catalog, "/a", "a", 6, seed=1, to=vectors)
    vectors.close()
    damage(catalog.home / FOLDER)
    assert ranked(vectors) == nearest(catalog, QUERY)
    assert len(list((catalog.home / FOLDER).iterdir())) == 1  # and what was damaged is gone


@pytest.mark.parametrize("damage", [overwrite_databases, drop_a_table])
def test_a_writer_recovers_from_damage(
    catalog: Catalog, vectors: Vectors, damage: Callable[[Path], None]
) -> None:
    put(catalog, "/a", "a", 6, seed=1, to=vectors)
    vectors.close()
    damage(catalog.home / FOLDER)
    put(catalog, "/b", "b", 3, seed=2, to=vectors)
    vectors.catch_up()
    assert ranked(vectors) == nearest(catalog, QUERY)


def test_a_folder_deleted_while_open_is_survived(catalog: Catalog, vectors: Vectors) -> None:
    put(catalog, "/a", "a", 6, seed=1, to=vectors)
    ranked(vectors)
    delete(catalog.home / FOLDER)
    assert ranked(vectors) == nearest(catalog, QUERY)
    put(catalog, "/b", "b", 3, seed=2, to=vectors)
    assert ranked(vectors) == nearest(catalog, QUERY)
    vectors.close()
    assert ranked(vectors) == nearest(catalog, QUERY)


def test_damaged_segments_lose_nothing(catalog: Catalog, vectors: Vectors) -> None:
    put(catalog, "/a", "a", 2100, seed=1, to=vectors)
    for content in (b"\xff" * 64, b""):
        vectors.close()
        segments = list((catalog.home / FOLDER).rglob("*.bin"))
        assert segments
        for path in segments:
            path.write_bytes(content)
        found = ranked(vectors, 2100)
        assert found[:10] == nearest(catalog, QUERY)[:10]
        assert len(found) == 2100


def test_a_file_in_the_place_of_the_folder_is_named(catalog: Catalog, vectors: Vectors) -> None:
    put(catalog, "/a", "a", 6, seed=1)
    (catalog.home / FOLDER).write_text("no folder")
    with pytest.raises(VectorsUnavailable, match=f"remove .*{FOLDER}"):
        ranked(vectors)
    (catalog.home / FOLDER).unlink()
    assert ranked(vectors) == nearest(catalog, QUERY)


# A server


def test_no_server_is_said_with_its_address_and_a_remedy(catalog: Catalog) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: a connection is refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        vectors = Vectors(catalog, Settings(home=catalog.home, chroma_url=url))
        with pytest.raises(VectorsUnavailable, match=r"127\.0\.0\.1.*RAG_CHROMA_URL"):
            vectors.search(QUERY, 3)
        with pytest.raises(VectorsUnavailable, match="RAG_CHROMA_URL"):
            put(catalog, "/a", "a", 2, seed=1, to=vectors)
    assert catalog.counts() == (1, 2)  # the catalog has it; the next run brings it to the server
    assert not (catalog.home / FOLDER).exists()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = tmp_path_factory.mktemp("server")
    command = Path(sys.executable).with_name("chroma")
    process = subprocess.Popen(
        [command, "run", "--path", data, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_a_server_serves_several_indexes(server: str, tmp_path: Path) -> None:
    catalogs = [Catalog.create(tmp_path / name) for name in ("one", "two")]
    stores = [Vectors(c, Settings(home=c.home, chroma_url=server)) for c in catalogs]
    for seed, (catalog, vectors) in enumerate(zip(catalogs, stores, strict=True)):
        put(catalog, "/a", f"a{seed}", 5, seed=seed, to=vectors)
        put(catalog, "/a", f"c{seed}", 5, seed=seed + 20, to=vectors)
    for catalog, vectors in zip(catalogs, stores, strict=True):
        assert ranked(vectors) == nearest(catalog, QUERY)
        assert not (catalog.home / FOLDER).exists()
        put(catalog, "/c", "late", 2, seed=7)
        assert ranked(vectors) == nearest(catalog, QUERY)


def test_nothing_piles_up_on_a_server(server: str, catalog: Catalog) -> None:
    import chromadb

    vectors = Vectors(catalog, Settings(home=catalog.home, chroma_url=server))
    put(catalog, "/a", "a", 2, seed=1, to=vectors)
    client = chromadb.HttpClient("127.0.0.1", int(server.rpartition(":")[2]))
    before = client.count_collections()
    put(catalog, "/a", "late", 2, seed=2)
    ranked(vectors)
    assert client.count_collections() == before
