"""Articles out of the index by origin, and with them the uploaded originals that nothing else came from."""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from ingest.index import WAIT_FOR_OTHER_INGEST_S, IngestReport
from ingest.load import Skipped
from rag import uploads
from rag.catalog import Catalog
from rag.errors import IndexUnusable
from rag.settings import Settings
from rag.vectors import Vectors, writer_lock


def remove(origins: Sequence[str], settings: Settings) -> IngestReport:
    """Forget what came from these origins: path#key for one article of a jsonl file, path for all of a file.

    What the index does not hold is in `skipped`. Needs no embedding model. Raises `IndexMissing`,
    `IndexUnusable`, `VectorsUnavailable`.
    """
    catalog = Catalog(settings.home)
    with writer_lock(settings.home, WAIT_FOR_OTHER_INGEST_S) as ours:
        if not ours:
            raise IndexUnusable(f"another ingest into {settings.home} is at work; try again when it is done")
        held = catalog.origins()
        matching = {origin: _matching(origin, held) for origin in origins}
        known = tuple(dict.fromkeys(origin for found in matching.values() for origin in found))
        vectors = Vectors(catalog, settings)
        try:
            for origin in known:
                with catalog.transaction():
                    change = catalog.remove(origin)
                vectors.apply(change, np.empty((0, 0)))
            vectors.catch_up()
        finally:
            vectors.close()
        uploads.discard(settings.home, known, held.keys() - set(known))
    documents, chunks = catalog.counts()
    unknown = (origin for origin, found in matching.items() if not found)
    return IngestReport(
        added=(),
        changed=(),
        removed=known,
        unchanged=(),
        skipped=tuple(Skipped(one, "is not in the index; check how it is written") for one in unknown),
        written=0,
        documents=documents,
        chunks=chunks,
    )


def _matching(origin: str, held: Collection[str]) -> list[str]:
    if origin in held:
        return [origin]
    path = Path(origin).expanduser().resolve().as_posix()
    several = path.lower().endswith(".jsonl")
    return [one for one in held if one == path or (several and one.startswith(f"{path}#"))]
