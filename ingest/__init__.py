"""Articles into the index: `from ingest import ingest`, or `python -m ingest PATH…`."""

from ingest.index import IngestReport, ingest

__all__ = ["IngestReport", "ingest"]
