"""Chroma: dense search over the catalog's vectors; embedded in the index folder, or a server by URL.

Chroma is derived: it is stamped with the catalog's generation, and filled anew when the two disagree.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from rag.catalog import Catalog, Change
from rag.errors import IndexUnusable, VectorsUnavailable
from rag.settings import Settings

FOLDER = "chroma"
WRITER_LOCK = "writer.lock"
_BATCH = 2000


@contextmanager
def writer_lock(home: Path, wait_s: float) -> Iterator[bool]:
    """Hold the one right to write to the index; yields False when it was not to be had within `wait_s`."""
    from filelock import FileLock, Timeout

    lock = FileLock(home / WRITER_LOCK)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        yield False
        return
    except OSError as error:
        raise IndexUnusable(f"cannot write in {home} ({error}); choose another RAG_HOME") from error
    try:
        yield True
    finally:
        lock.release()


class Vectors:
    """Nearest-neighbour search by cosine. Safe to share between threads.

    An embedded client keeps a stale view of what other processes write (chromadb 1.5), so it is closed and
    opened again whenever the catalog's generation has moved. Raises `VectorsUnavailable`.
    """

    def __init__(self, catalog: Catalog, settings: Settings) -> None:
        self._catalog = catalog
        self._url = settings.chroma_url
        self._lock = threading.RLock()
        self._client: Any = None
        self._collection: Any = None
        self._generation: int | None = None

    def search(self, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
        """Chunk ids and cosine similarities (-1 to 1), nearest first."""
        with self._lock, _readable_errors(self._url):
            if self._generation != self._catalog.generation():
                self._reopen()
                self._repair()
            try:
                return self._nearest(vector, k)
            except _chroma_errors():  # an unreadable collection, or one just replaced by another process
                self._reopen()
                self._repair(unreadable=True)
                return self._nearest(vector, k)

    def apply(self, change: Change, vectors: np.ndarray) -> None:
        """Follow the catalog's last write; `vectors` (n, dimension) belong to `change.added`.

        Only under the `writer_lock`.
        """
        with self._lock, _readable_errors(self._url):
            if self._collection is None:
                self._reopen()
            generation = self._catalog.generation()
            if self._generation != generation - 1:
                self._fill()
                return
            if change.removed:
                self._collection.delete(ids=list(change.removed))
            self._add(change.added, vectors)
            self._stamp(generation)

    def catch_up(self) -> None:
        """Fill Chroma anew if it does not hold what the catalog holds. Only under the `writer_lock`."""
        with self._lock, _readable_errors(self._url):
            self._reopen()
            if not self._agrees():
                self._fill()

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = self._generation = None

    def _nearest(self, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
        count = self._collection.count()
        if not count:
            return []
        found = self._collection.query(
            query_embeddings=[vector.tolist()], n_results=min(k, count), include=["distances"]
        )
        return [(i, 1 - d) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def _repair(self, unreadable: bool = False) -> None:
        """Fill the collection where it lags behind, unless a writer is at work, who will do it."""
        if unreadable or not self._agrees():
            with writer_lock(self._catalog.home, wait_s=0) as ours:
                if ours:
                    self._fill()

    def _agrees(self) -> bool:
        return (
            self._generation == self._catalog.generation()
            and self._collection.count() == self._catalog.counts()[1]
        )

    def _reopen(self) -> None:
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        self.close()
        settings = ChromaSettings(anonymized_telemetry=False)
        if self._url:
            url = urlsplit(self._url)
            tls = url.scheme == "https"
            self._client = chromadb.HttpClient(
                url.hostname or "localhost", url.port or (443 if tls else 8000), ssl=tls, settings=settings
            )
        else:
            self._client = chromadb.PersistentClient(self._catalog.home / FOLDER, settings=settings)
        self._collection = self._client.get_or_create_collection(
            self._name(), embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        self._generation = (self._collection.metadata or {}).get("generation")

    def _fill(self) -> None:
        for collection in self._client.list_collections():
            if not self._url or collection.name == self._name():  # a server may be shared by other catalogs
                self._client.delete_collection(collection.name)
        self._collection = self._client.create_collection(
            self._name(), embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        generation = self._catalog.generation()
        for ids, vectors in self._catalog.vectors():
            self._add(ids, vectors)
        self._stamp(generation)

    def _add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        for i in range(0, len(ids), _BATCH):
            self._collection.upsert(ids=list(ids[i : i + _BATCH]), embeddings=vectors[i : i + _BATCH])

    def _stamp(self, generation: int) -> None:
        self._collection.modify(metadata={"generation": generation})
        self._generation = generation

    def _name(self) -> str:
        return f"wenju-{self._catalog.manifest()['uid']}"


def _chroma_errors() -> tuple[type[Exception], ...]:
    from chromadb.errors import ChromaError

    return (ChromaError,)


@contextmanager
def _readable_errors(url: str) -> Iterator[None]:
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, httpx.HTTPError, ValueError) as error:  # a refused connection is a ValueError there
        remedy = (
            f"start the server at {url}, or unset RAG_CHROMA_URL"
            if url
            else "run: python -m ingest --rebuild"
        )
        raise VectorsUnavailable(f"dense search is not available ({error}); {remedy}") from error
