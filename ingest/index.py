"""Files to index: load, clean, split, embed, store. Idempotent, resumable, one transaction an article."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ingest.clean import clean
from ingest.derive import derive
from ingest.load import Loaded, Skipped, find_files, load
from ingest.split import split
from rag.catalog import Catalog
from rag.embed import Embedder
from rag.errors import IndexStale, IndexUnusable
from rag.schema import Chunk, Document, Statement
from rag.settings import Settings
from rag.text import TEXT_VERSION, tokens
from rag.vectors import Vectors, writer_lock

INDEX_VERSION = "3"
"""Changes whenever cleaning, splitting, deriving, or what is embedded and searched, changes."""
LONGEST_HEADING = 200
"""Characters of a title or heading that are indexed with each passage below it."""
WAIT_FOR_OTHER_INGEST_S = 600.0

_KEYED = re.compile(r"(?<=\.jsonl)#", re.IGNORECASE)

Progress = Callable[[str, int, int], None]
"""Called with (file name, files done, files in all)."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did. `added` … `unchanged` hold origins: a path, or path#key where a file has many."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    """What could not be read: (name, reason)."""
    written: int
    """Records (documents, chunks and statements) written by this run."""
    documents: int
    """Documents in the index now."""
    chunks: int
    """Chunks in the index now."""


def ingest(
    paths: Sequence[Path | str] | Path | str,
    settings: Settings | None = None,
    *,
    prune: bool = False,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the index of `settings.home` up to date with files and folders.

    `prune` forgets what came from these paths and is no longer there. `rebuild` makes the whole index anew,
    from the files it came from or, where they are gone, from the stored texts. A file that cannot be read is
    in `skipped`; what the index holds of it stays. Raises `IndexStale`, `IndexUnusable`, `ModelUnavailable`.
    """
    settings = settings or Settings()
    paths = [paths] if isinstance(paths, str | Path) else paths
    with writer_lock(settings.home, WAIT_FOR_OTHER_INGEST_S) as ours:
        if not ours:
            raise IndexUnusable(f"another ingest into {settings.home} is at work; try again when it is done")
        catalog = Catalog.create(settings.home)
        writer = _Writer(catalog, settings)
        try:
            targets = [Path(path).expanduser().resolve() for path in paths]
            seen = _rebuild(writer, targets, progress) if rebuild else _update(writer, targets, progress)
            removed = _prune(writer, targets, seen) if prune else ()
            writer.vectors.catch_up()
        finally:
            writer.vectors.close()
    documents, chunks = catalog.counts()
    return IngestReport(
        added=seen.with_fate("added"),
        changed=seen.with_fate("changed"),
        removed=removed,
        unchanged=seen.with_fate("unchanged"),
        skipped=tuple(seen.skipped),
        written=writer.written,
        documents=documents,
        chunks=chunks,
    )


def embedded_text(document: Document, chunk: Chunk) -> str:
    """What is embedded for a chunk: title and headings, which tell articles apart, and its text."""
    return "\n".join([document.title[:LONGEST_HEADING], searched_text(chunk)])


def searched_text(chunk: Chunk) -> str:
    """What lexical search sees: headings and text; words of the title would tell no chunk from the next."""
    return "\n".join([*(line[:LONGEST_HEADING] for line in chunk.heading), chunk.text])


def search_terms(chunk: Chunk, statements: Sequence[Statement]) -> list[str]:
    """The terms of a chunk, and those that only the statements made of its sentences have: the years between
    the ends of a range, for one."""
    own = tokens(searched_text(chunk))
    made = " ".join(s.text for s in statements if s.start < chunk.end and chunk.start < s.end)
    return own + sorted(set(tokens(made)) - set(own))


@dataclass
class _Seen:
    """What the run has come across so far."""

    fates: dict[str, str] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    damaged: set[Path] = field(default_factory=set)
    """Files and folders of which something was skipped: what is missing of them may still be there."""

    def with_fate(self, fate: str) -> tuple[str, ...]:
        return tuple(origin for origin, f in self.fates.items() if f == fate)


class _Prepared(NamedTuple):
    """What `Catalog.put` stores with a document."""

    chunks: Sequence[Chunk] = ()
    terms: Sequence[str] = ()
    vectors: np.ndarray = np.empty((0, 0))
    statements: Sequence[Statement] = ()

    @property
    def records(self) -> int:
        return 1 + len(self.chunks) + len(self.statements)


class _Writer:
    """Puts documents into catalog and Chroma; loads the embedding model only when there is work for it."""

    def __init__(self, catalog: Catalog, settings: Settings) -> None:
        self.catalog = catalog
        self.vectors = Vectors(catalog, settings)
        self.written = 0
        self.recipe = {
            "index_version": INDEX_VERSION,
            "text_version": TEXT_VERSION,
            "chunk_chars": str(settings.chunk_chars),
            "embedding_model": settings.embedding_model,
        }
        self.most_bytes = settings.max_file_mb * 2**20
        self._settings = settings

    @cached_property
    def embedder(self) -> Embedder:
        return Embedder.load(self._settings)

    def put(self, origin: str, document: Document) -> None:
        """Store one document in a transaction of its own."""
        known = self.catalog.document(document.id) is not None
        self._refuse_other_recipe({"embedder": self.embedder.name})
        prepared = _Prepared() if known else self._prepare(document)
        with self.catalog.transaction():
            self._stamp()
            change = self.catalog.put(origin, document, *prepared)
        self.vectors.apply(change, prepared.vectors)
        self.written += 0 if known else prepared.records

    def put_all_anew(self, documents: Mapping[str, Document]) -> None:
        """Let the index hold these documents, by origin, and nothing else; all in one transaction."""
        prepared = {document.id: self._prepare(document) for document in documents.values()}
        with self.catalog.transaction():
            self.catalog.clear()
            self._stamp()
            for origin, document in documents.items():
                self.catalog.put(origin, document, *prepared[document.id])
        self.written += sum(made.records for made in prepared.values())

    def remove(self, origin: str) -> None:
        with self.catalog.transaction():
            change = self.catalog.remove(origin)
        self.vectors.apply(change, np.empty((0, 0)))

    def refuse_stale(self) -> None:
        """Raises `IndexStale` when the index was built in another way than this run would build it."""
        self._refuse_other_recipe(self.recipe)

    def _refuse_other_recipe(self, wanted: Mapping[str, str]) -> None:
        manifest = self.catalog.manifest()
        for key, value in wanted.items():
            if manifest.get(key, value) != value:
                raise IndexStale(
                    f"the index was built with {key} {manifest[key]}, now it is {value}; "
                    "run: python -m ingest --rebuild"
                )

    def _stamp(self) -> None:
        built_by = {"embedder": self.embedder.name, "dimension": str(self.embedder.dimension)}
        self.catalog.stamp({**self.recipe, **built_by})

    def _prepare(self, document: Document) -> "_Prepared":
        chunks = split(document, self._settings.chunk_chars)
        statements = derive(document)
        terms = [" ".join(search_terms(chunk, statements)) for chunk in chunks]
        vectors = self.embedder.documents([embedded_text(document, chunk) for chunk in chunks])
        return _Prepared(chunks, terms, vectors, statements)


def _update(writer: _Writer, targets: Sequence[Path], progress: Progress | None) -> _Seen:
    writer.refuse_stale()
    seen = _Seen()
    held = writer.catalog.origins()
    for origin, document in _documents(find_files(targets), writer.most_bytes, seen, progress):
        if held.get(origin) == document.id:
            seen.fates[origin] = "unchanged"
        else:
            writer.put(origin, document)
            seen.fates[origin] = "changed" if origin in held else "added"
    return seen


def _rebuild(writer: _Writer, targets: Sequence[Path], progress: Progress | None) -> _Seen:
    seen = _Seen()
    held = writer.catalog.origins()
    sources = sorted({file for origin in held if (file := _file(origin)).is_file()})
    read = dict(_documents(find_files([*targets, *sources]), writer.most_bytes, seen, progress))
    stored = {
        origin: document
        for origin, document_id in held.items()
        if origin not in read and (document := writer.catalog.document(document_id))
    }
    writer.put_all_anew({**stored, **read})
    seen.fates = {origin: "changed" if origin in held else "added" for origin in read}
    return seen


def _documents(
    files: Sequence[Path], most_bytes: int, seen: _Seen, progress: Progress | None
) -> Iterator[tuple[str, Document]]:
    """Every article of the files with its origin; what cannot be read goes into `seen.skipped`."""
    origins = set()
    for done, file in enumerate(dict.fromkeys(file.resolve() for file in files)):
        if progress:
            progress(file.name, done, len(files))
        for item in load(file, most_bytes):
            if isinstance(item, Loaded) and item.origin not in origins:
                origins.add(item.origin)
                yield item.origin, clean(item)
                continue
            if isinstance(item, Loaded):
                item = Skipped(item.origin, "two articles have this key; give each its own url or title")
            seen.skipped.append(item)
            seen.damaged.add(file)
    if progress:
        progress("", len(files), len(files))


def _prune(writer: _Writer, targets: Sequence[Path], seen: _Seen) -> tuple[str, ...]:
    gone = []
    for origin in writer.catalog.origins():
        file = _file(origin)
        named = file in targets and not file.exists()
        below = any(file == target or target in file.parents for target in targets)
        doubtful = not seen.damaged.isdisjoint([file, *file.parents])
        if named or (below and origin not in seen.fates and not doubtful):
            writer.remove(origin)
            gone.append(origin)
    return tuple(gone)


def _file(origin: str) -> Path:
    return Path(_KEYED.split(origin, maxsplit=1)[0])
