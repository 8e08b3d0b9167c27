"""`python -m ingest PATH…`: bring the index up to date, show progress, end with a table of what was done."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ingest.index import IngestReport, ingest
from rag.errors import IndexStale, RagError
from rag.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when everything was read, 2 when something was skipped, 1 for an error."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest", description="Index articles (txt, md, html, pdf, docx, jsonl)."
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files and folders")
    parser.add_argument("--prune", action="store_true", help="forget what vanished from these paths")
    parser.add_argument("--rebuild", action="store_true", help="make the whole index anew")
    parser.add_argument(
        "--rebuild-if-stale", action="store_true", help="--rebuild if another version made the index"
    )
    parser.add_argument("--home", type=Path, help="index folder (default: RAG_HOME or data/index)")
    options = parser.parse_args(arguments)
    if not options.paths and not options.rebuild:
        parser.error("name at least one PATH, or --rebuild")
    try:
        settings = Settings(home=options.home) if options.home else Settings()
        report = _ingest(options, settings)
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(_table(report))
    return 2 if report.skipped else 0


def _ingest(options: argparse.Namespace, settings: Settings) -> IngestReport:
    def run(rebuild: bool) -> IngestReport:
        return ingest(options.paths, settings, prune=options.prune, rebuild=rebuild, progress=_show_progress)

    try:
        return run(options.rebuild)
    except IndexStale:
        if not options.rebuild_if_stale:
            raise
        return run(rebuild=True)


def _show_progress(name: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{done}/{total} {name}", end="" if done < total else "\n", file=sys.stderr, flush=True)
    elif name:
        print(f"{done + 1}/{total} {name}", file=sys.stderr)


def _table(report: IngestReport) -> str:
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "removed": len(report.removed),
        "unchanged": len(report.unchanged),
        "skipped": len(report.skipped),
        "records written": report.written,
        "articles in the index": report.documents,
        "chunks in the index": report.chunks,
    }
    lines = [f"{name:<22}{count:>8}" for name, count in counts.items()]
    lines += [f"skipped {skipped.name}: {skipped.reason}" for skipped in report.skipped]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
