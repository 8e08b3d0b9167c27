"""Chroma: dense search over the catalog's vectors; embedded in the index folder, or a server by URL.

Chroma is derived: it is stamped with the catalog's generation, and filled anew when the two disagree.
"""

import secrets
import shutil
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from rag.catalog import Catalog, Change, State
from rag.errors import IndexUnusable, VectorsUnavailable
from rag.settings import Settings

FOLDER = "chroma"
WRITER_LOCK = "writer.lock"
_BATCH = 2000
NEVER_FILLED = -1
LAYOUT = 2
"""What is stored with a vector: its document's id. A collection of another layout is filled anew."""


@contextmanager
def writer_lock(home: Path, wait_s: float) -> Iterator[bool]:
    """Hold the one right to write to the index; yields False when it was not to be had within `wait_s`."""
    from filelock import FileLock, Timeout

    lock = FileLock(home / WRITER_LOCK)
    try:
        home.mkdir(parents=True, exist_ok=True)
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
    opened again whenever the catalog's generation has moved. Each object has a client of its own, because a
    shared one is not really closed, and stays stale, while another object of the process still has it open.
    Raises `VectorsUnavailable`.
    """

    def __init__(self, catalog: Catalog, settings: Settings) -> None:
        self._catalog = catalog
        self._url = settings.chroma_url
        self._lock = threading.RLock()
        self._client: Any = None
        self._collection: Any = None
        self._state: State | None = None

    def search(
        self, vector: np.ndarray, k: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Chunk ids and cosine similarities (-1 to 1), nearest first.

        Only from these `documents` where they are given: then exact for few of them, and for many as near as
        the index walks (recall@50 of .76 to .94 for a scope far from the question among 60,000 chunks).
        """
        if documents is not None and not documents:
            return []
        with self._lock:
            try:
                self._refresh()
                return self._nearest(vector, k, documents)
            except VectorsUnavailable:  # unreadable, or replaced by another process this very moment
                self._refresh(suspect=True)
                return self._nearest(vector, k, documents)

    def apply(self, change: Change, vectors: np.ndarray) -> None:
        """Follow the catalog's last write; `vectors` (n, dimension) belong to `change.added`.

        Only under the `writer_lock`.
        """
        with self._lock:
            try:
                uid, generation = self._catalog.state()
                if self._state != (uid, generation - 1):
                    self._open()
                follows = self._state == (uid, generation - 1)
                if follows:
                    self._follow(change, vectors)
            except VectorsUnavailable:
                follows = False
            if not follows:
                self._start_over()

    def catch_up(self) -> None:
        """Fill Chroma anew if it does not hold what the catalog holds. Only under the `writer_lock`."""
        with self._lock:
            if not self._opens_in_agreement():
                self._start_over()

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = self._state = None

    def _refresh(self, suspect: bool = False) -> None:
        """Open again what another process has changed; fill anew what lags behind or cannot be read.

        While a writer is at work it is left to that one, and what there is is used.
        """
        if self._state == self._catalog.state() and not suspect:
            return
        if suspect or not self._opens_in_agreement():
            with writer_lock(self._catalog.home, wait_s=0) as ours:
                if ours:
                    self._start_over()
                elif self._collection is None:
                    raise VectorsUnavailable("dense search is being rebuilt; ask again in a moment")

    def _opens_in_agreement(self) -> bool:
        try:
            self._open()
            with self._readable_errors():
                count = self._collection.count()
        except VectorsUnavailable:
            self.close()
            return False
        return self._state == self._catalog.state() and count == self._catalog.counts()[1]

    def _open(self) -> None:
        self.close()
        uid, _ = self._catalog.state()
        with self._readable_errors():
            self._client = self._connect(uid)
            self._collection = self._collection_named(uid)
        stamp = self._collection.metadata or {}
        readable = stamp.get("layout") == LAYOUT
        self._state = uid, stamp.get("generation", NEVER_FILLED) if readable else NEVER_FILLED

    def _start_over(self) -> None:
        """Fill a new collection, in a new folder; what was there, readable or not, is left behind."""
        self.close()
        self._reachable()
        old, _ = self._catalog.state()
        uid = self._catalog.renew_uid()
        with self._readable_errors():
            self._client = self._connect(uid)
            self._collection = self._collection_named(uid)
            for ids, vectors in self._catalog.vectors():
                self._add(ids, vectors)
            self._stamp()
            self._remove_left_behind(old, uid)

    def _follow(self, change: Change, vectors: np.ndarray) -> None:
        with self._readable_errors():
            if change.removed:
                self._collection.delete(ids=list(change.removed))
            self._add(change.added, vectors)
            self._stamp()

    def _nearest(
        self, vector: np.ndarray, k: int, documents: Collection[str] | None
    ) -> list[tuple[str, float]]:
        with self._readable_errors():
            count = self._collection.count()
            if not count:
                return []
            found = self._collection.query(
                query_embeddings=[vector.tolist()],
                n_results=min(k, count),
                where=None if documents is None else {"document_id": {"$in": list(documents)}},
                include=["distances"],
            )
        return [(i, 1 - d) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def _add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        for i in range(0, len(ids), _BATCH):
            batch = list(ids[i : i + _BATCH])
            chunks = self._catalog.chunks(batch)
            self._collection.upsert(
                ids=batch,
                embeddings=vectors[i : i + _BATCH],
                metadatas=[{"document_id": chunks[chunk_id].document_id} for chunk_id in batch],
            )

    def _stamp(self) -> None:
        state = self._catalog.state()
        self._collection.modify(metadata={"generation": state[1], "layout": LAYOUT})
        self._state = state

    def _connect(self, uid: str) -> Any:
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        settings = ChromaSettings(anonymized_telemetry=False)
        if not self._url:
            return chromadb.PersistentClient(_own_spelling(self._folder / uid), settings=settings)
        url = urlsplit(self._url)
        tls = url.scheme == "https"
        port = url.port or (443 if tls else 8000)
        return chromadb.HttpClient(url.hostname or "localhost", port, ssl=tls, settings=settings)

    def _collection_named(self, uid: str) -> Any:
        return self._client.get_or_create_collection(
            _collection_name(uid), embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def _reachable(self) -> None:
        if self._url:
            with self._readable_errors():
                self._connect("").close()

    def _remove_left_behind(self, old: str, uid: str) -> None:
        """Free the space of this index's former collections."""
        if self._url:
            if _collection_name(old) in [collection.name for collection in self._client.list_collections()]:
                self._client.delete_collection(_collection_name(old))
            return
        for folder in self._folder.iterdir():
            if folder.name != uid:
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return self._catalog.home / FOLDER

    @contextmanager
    def _readable_errors(self) -> Iterator[None]:
        import httpx
        from chromadb.errors import ChromaError, InvalidArgumentError

        try:
            yield
        except InvalidArgumentError:  # the caller's mistake, not the store's
            raise
        except (ChromaError, httpx.HTTPError, ValueError, AttributeError, OSError) as error:
            # ValueError is chromadb's word for a refused connection, AttributeError for a dead client
            remedy = (
                f"start the server at {self._url} or unset RAG_CHROMA_URL"
                if self._url
                else f"remove {self._folder} and run: python -m ingest --rebuild"
            )
            raise VectorsUnavailable(f"dense search is not available ({error}); {remedy}") from error


def _own_spelling(folder: Path) -> str:
    """The same folder, spelled as nobody else does: chromadb shares a client among equal spellings."""
    return str(folder) + f"{secrets.randbits(48):b}".replace("0", "/").replace("1", "/.")


def _collection_name(uid: str) -> str:
    return f"wenju-{uid}"
