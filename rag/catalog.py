"""SQLite: the source of truth, and the lexical (FTS5) index. Everything else can be rebuilt from it.

Readers never wait for a writer: the database is in WAL mode and each thread has its own connection.
"""

import json
import math
import sqlite3
import threading
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

import numpy as np

from rag.errors import IndexMissing, IndexStale, IndexUnusable
from rag.schema import Block, Chunk, Document, Statement
from rag.scope import Scope

FILE = "catalog.db"
SCHEMA_VERSION = "2"
MOST_QUERY_TERMS = 256
WAIT_FOR_WRITER_S = 30.0

State = tuple[str, int]
"""Uid and generation: what an index holds at one moment; whoever keeps something made of it compares them."""

_TABLES = """
CREATE TABLE IF NOT EXISTS manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, text TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL,
    published TEXT, url TEXT, language TEXT NOT NULL, blocks TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS origins (
    origin TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id));
CREATE INDEX IF NOT EXISTS origins_by_document ON origins(document_id);
CREATE TABLE IF NOT EXISTS chunks (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL REFERENCES documents(id),
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, heading TEXT NOT NULL,
    vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS chunks_by_document ON chunks(document_id);
CREATE TABLE IF NOT EXISTS statements (
    document_id TEXT NOT NULL REFERENCES documents(id), start INTEGER NOT NULL, end INTEGER NOT NULL,
    value_start INTEGER NOT NULL, value_end INTEGER NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS statements_by_document ON statements(document_id, start);
-- The terms come folded and segmented from rag.text; the tokenizer has only to split at blanks.
CREATE VIRTUAL TABLE IF NOT EXISTS lexical USING fts5(terms, tokenize = "ascii tokenchars '.%-_+&'");
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(lexical, row);
"""
_CHUNK = "chunks.id, chunks.document_id, chunks.start, chunks.end, chunks.text, chunks.heading"
_DOCUMENT = "id, text, title, source, published, url, language, blocks"


@dataclass(frozen=True, slots=True)
class Change:
    """Ids of the chunks that a write added and removed."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of articles."""

    id: str
    title: str
    source: str
    published: str | None
    characters: int
    chunks: int
    statements: int


class Catalog:
    """The index in a folder. Safe to share between threads.

    Raises `IndexMissing`, `IndexStale` or `IndexUnusable`, each with the remedy.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._local = threading.local()
        if not (home / FILE).is_file():
            raise IndexMissing(f"there is no index in {home}; run: python -m ingest PATH…, or set RAG_HOME")
        schema = self.manifest().get("schema")
        if schema != SCHEMA_VERSION:
            raise IndexStale(
                f"the index in {home} has schema {schema}, not {SCHEMA_VERSION}; "
                f"move {home} away and run: python -m ingest PATH…"
            )

    @classmethod
    def create(cls, home: Path) -> "Catalog":
        """The catalog of `home`; an empty one is made where there is none."""
        try:
            home.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(home / FILE, timeout=WAIT_FOR_WRITER_S, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            manifest = {"schema": SCHEMA_VERSION, "uid": uuid.uuid4().hex[:12], "generation": "0"}
            values = ",".join(f"('{key}','{value}')" for key, value in manifest.items())
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone():
                connection.executescript(
                    f"BEGIN IMMEDIATE; {_TABLES} INSERT OR IGNORE INTO manifest VALUES {values}; COMMIT;"  # noqa: S608
                )
            connection.close()
        except (OSError, sqlite3.Error) as error:
            raise IndexUnusable(
                f"cannot make an index in {home} ({error}); choose another RAG_HOME"
            ) from error
        return cls(home)

    # Reading

    def manifest(self) -> dict[str, str]:
        """What built the index: schema, uid, generation, and what `stamp` recorded."""
        return dict(self._rows("SELECT key, value FROM manifest"))

    def generation(self) -> int:
        """Grows with every write."""
        return int(self._rows("SELECT value FROM manifest WHERE key = 'generation'")[0][0])

    def state(self) -> State:
        """The identity of what the index holds now."""
        rows = dict(self._rows("SELECT key, value FROM manifest WHERE key IN ('uid', 'generation')"))
        return rows["uid"], int(rows["generation"])

    def counts(self) -> tuple[int, int]:
        """Number of documents and of chunks."""
        return self._rows("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)")[0]

    def origins(self) -> dict[str, str]:
        """Origin (path, or path#key) → document id."""
        return dict(self._rows("SELECT origin, document_id FROM origins"))

    def documents(self) -> list[Document]:
        """All documents, newest first."""
        rows = self._rows(f"SELECT {_DOCUMENT} FROM documents ORDER BY published DESC, title")  # noqa: S608
        return [_document(row) for row in rows]

    def entries(self) -> list[Entry]:
        """What there is of each article, without the articles themselves; newest first."""
        rows = self._rows(
            "SELECT id, title, source, published, length(text),"
            " (SELECT count(*) FROM chunks WHERE document_id = documents.id),"
            " (SELECT count(*) FROM statements WHERE document_id = documents.id)"
            " FROM documents ORDER BY published DESC, title"
        )
        return [Entry(*row) for row in rows]

    def document(self, document_id: str) -> Document | None:
        rows = self._rows(f"SELECT {_DOCUMENT} FROM documents WHERE id = ?", (document_id,))  # noqa: S608
        return _document(rows[0]) if rows else None

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """The chunks that exist among `ids`, by id."""
        rows = self._rows(
            f"SELECT {_CHUNK} FROM chunks WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
            (json.dumps(list(ids)),),
        )
        return {row[0]: _chunk(row) for row in rows}

    def statements(self, document_id: str) -> list[Statement]:
        """What was derived from a document, in the order of the text."""
        rows = self._rows(
            "SELECT document_id, start, end, value_start, value_end, text, kind FROM statements"
            " WHERE document_id = ? ORDER BY start, rowid",
            (document_id,),
        )
        return [Statement(*row) for row in rows]

    def within(self, scope: Scope) -> dict[str, str | None]:
        """Document id → day of publication of the articles that a scope admits."""
        return dict(
            self._rows(
                "SELECT id, published FROM documents"
                " WHERE (?1 IS NULL OR id IN (SELECT value FROM json_each(?1)))"
                " AND (?2 IS NULL OR published >= ?2) AND (?3 IS NULL OR published <= ?3)",
                (
                    None if scope.documents is None else json.dumps(sorted(scope.documents)),
                    scope.since and scope.since.isoformat(),
                    scope.until and scope.until.isoformat(),
                ),
            )
        )

    def search(
        self, terms: Sequence[str], k: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Chunk ids and BM25 scores (k1 = 1.2, b = 0.75; higher is better) for any term, best first.

        Only from these `documents` where they are given; how rare a term is counts over the whole index.
        """
        distinct = list(dict.fromkeys(terms))[:MOST_QUERY_TERMS]
        if not distinct:
            return []
        query = " OR ".join('"' + term.replace('"', '""').replace("\0", "") + '"' for term in distinct)
        return self._rows(
            "SELECT chunks.id, -bm25(lexical) AS score FROM lexical"
            " JOIN chunks ON chunks.number = lexical.rowid"
            " WHERE lexical MATCH ?1 AND (?2 IS NULL OR document_id IN (SELECT value FROM json_each(?2)))"
            " ORDER BY score DESC, chunks.id LIMIT ?3",
            (query, None if documents is None else json.dumps(list(documents)), k),
        )

    def terms(self) -> list[str]:
        """Every search term of the index."""
        return [term for (term,) in self._rows("SELECT term FROM vocabulary")]

    def knows(self, term: str) -> bool:
        """Whether a search term occurs in the index."""
        return bool(self._rows("SELECT 1 FROM vocabulary WHERE term = ?", (term,)))

    def inverse_frequencies(self, terms: Collection[str]) -> dict[str, float]:
        """Inverse document frequency of each term, as in BM25: ln(1 + (N - n + ½) / (n + ½))."""
        found = dict(
            self._rows(
                "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))",
                (json.dumps(list(terms)),),
            )
        )
        total = self.counts()[1]
        return {t: math.log(1 + (total - found.get(t, 0) + 0.5) / (found.get(t, 0) + 0.5)) for t in terms}

    def vectors(self, batch: int = 2000) -> Iterator[tuple[list[str], np.ndarray]]:
        """All chunk ids with their vectors, float32 (n, dimension), in batches."""
        last = -1
        while rows := self._rows(
            "SELECT number, id, vector FROM chunks WHERE number > ? ORDER BY number LIMIT ?", (last, batch)
        ):
            last = rows[-1][0]
            matrix = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.float32)
            yield [row[1] for row in rows], matrix.reshape(len(rows), -1)

    # Writing, inside `with catalog.transaction():`

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all; the generation grows if there were any."""
        connection = self._connection()
        with _readable_errors(self.home):
            connection.execute("BEGIN IMMEDIATE")
            before = connection.total_changes
            try:
                yield
                if connection.total_changes != before:
                    connection.execute("UPDATE manifest SET value = value + 1 WHERE key = 'generation'")
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # SQLite itself has rolled back when the disk is full
                    connection.execute("ROLLBACK")
                raise

    def stamp(self, values: Mapping[str, str]) -> None:
        """Record in the manifest what the index is built with."""
        self._connection().executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", values.items())

    def put(
        self,
        origin: str,
        document: Document,
        chunks: Sequence[Chunk],
        terms: Sequence[str],
        vectors: np.ndarray,
        statements: Sequence[Statement] = (),
    ) -> Change:
        """Let `origin` hold `document`, replacing what it held.

        `terms` are the blank-separated search terms, `vectors` (n, dimension) the embeddings of the chunks;
        `statements` are what was derived from the document.
        """
        execute = self._connection().execute
        added: tuple[str, ...] = ()
        if not execute("SELECT 1 FROM documents WHERE id = ?", (document.id,)).fetchone():
            execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _document_row(document))
            for chunk, words, vector in zip(chunks, terms, vectors, strict=True):
                number = execute(
                    "INSERT INTO chunks(id, document_id, start, end, text, heading, vector)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (*_chunk_row(chunk), vector.astype(np.float32).tobytes()),
                ).lastrowid
                execute("INSERT INTO lexical(rowid, terms) VALUES (?, ?)", (number, words))
            self._connection().executemany(
                "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?)", map(astuple, statements)
            )
            added = tuple(chunk.id for chunk in chunks)
        held = execute("SELECT document_id FROM origins WHERE origin = ?", (origin,)).fetchone()
        execute("INSERT OR REPLACE INTO origins VALUES (?, ?)", (origin, document.id))
        return Change(added, self._drop_unreferenced(held[0]) if held else ())

    def remove(self, origin: str) -> Change:
        """Forget `origin`, and its document unless another origin holds the same."""
        execute = self._connection().execute
        held = execute("SELECT document_id FROM origins WHERE origin = ?", (origin,)).fetchone()
        execute("DELETE FROM origins WHERE origin = ?", (origin,))
        return Change(removed=self._drop_unreferenced(held[0]) if held else ())

    def renew_uid(self) -> str:
        """Give the index a new identity: vector stores made before are no longer its own."""
        uid = uuid.uuid4().hex[:12]
        with self.transaction():
            self.stamp({"uid": uid})
        return uid

    def clear(self) -> None:
        """Forget everything."""
        for table in ("lexical", "statements", "chunks", "origins", "documents"):
            self._connection().execute(f"DELETE FROM {table}")  # noqa: S608

    def _drop_unreferenced(self, document_id: str) -> tuple[str, ...]:
        execute = self._connection().execute
        if execute("SELECT 1 FROM origins WHERE document_id = ?", (document_id,)).fetchone():
            return ()
        rows = execute("SELECT number, id FROM chunks WHERE document_id = ?", (document_id,)).fetchall()
        for number, _ in rows:
            execute("DELETE FROM lexical WHERE rowid = ?", (number,))
        execute("DELETE FROM statements WHERE document_id = ?", (document_id,))
        execute("DELETE FROM chunks WHERE document_id = ?", (document_id,))
        execute("DELETE FROM documents WHERE id = ?", (document_id,))
        return tuple(chunk_id for _, chunk_id in rows)

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple]:  # type: ignore[type-arg]
        with _readable_errors(self.home):
            return self._connection().execute(sql, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection, opened anew if the file was replaced by another."""
        file = self.home / FILE
        try:
            inode = file.stat().st_ino
        except OSError as error:
            raise IndexMissing(f"the index in {self.home} is gone; run: python -m ingest PATH…") from error
        if getattr(self._local, "inode", None) != inode:
            with _readable_errors(self.home):
                connection = sqlite3.connect(
                    f"{file.absolute().as_uri()}?mode=rw",
                    uri=True,
                    timeout=WAIT_FOR_WRITER_S,
                    isolation_level=None,
                )
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection, self._local.inode = connection, inode
        return self._local.connection  # type: ignore[no-any-return]


@contextmanager
def _readable_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise IndexUnusable(
            f"the index in {home} cannot be used ({error}); check free space and permissions, "
            f"or move {home} away and run: python -m ingest PATH…"
        ) from error


def _document_row(document: Document) -> tuple[str | None, ...]:
    blocks = json.dumps([list(asdict(block).values()) for block in document.blocks])
    return (
        document.id, document.text, document.title, document.source, document.published, document.url,
        document.language, blocks,
    )  # fmt: skip


def _document(row: tuple) -> Document:  # type: ignore[type-arg]
    document_id, text, title, source, published, url, language, blocks = row
    outline = tuple(Block(*block) for block in json.loads(blocks))
    return Document(document_id, text, title, source, published, url, language, outline)


def _chunk_row(chunk: Chunk) -> tuple[object, ...]:
    heading = json.dumps(chunk.heading, ensure_ascii=False)
    return chunk.id, chunk.document_id, chunk.start, chunk.end, chunk.text, heading


def _chunk(row: tuple) -> Chunk:  # type: ignore[type-arg]
    chunk_id, document_id, start, end, text, heading = row
    return Chunk(chunk_id, document_id, start, end, text, tuple(json.loads(heading)))
