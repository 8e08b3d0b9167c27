"""`python -m ingest PATH…`: bring the index up to date, show progress, end with a table of what was done."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest.index import IngestReport, ingest
from ingest.remove import remove
from rag.errors import IndexStale, RagError
from rag.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when everything was done, 2 when something was skipped, 1 for an error.

    With --json each line of the output is an object: {"event": "progress", "file", "done", "total"}, and last
    {"event": "done", …the fields of `IngestReport`} or {"event": "error", "message"}.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.remove and (options.paths or options.rebuild or options.prune):
        parser.error("--remove goes alone")
    if not options.paths and not options.rebuild and not options.remove:
        parser.error("name at least one PATH, or --rebuild, or --remove ORIGIN")
    try:
        settings = Settings(home=options.home) if options.home else Settings()
        report = remove(options.remove, settings) if options.remove else _ingest(options, settings)
    except RagError as error:
        if options.json:
            _print_event({"event": "error", "message": str(error)})
        else:
            print(f"error: {error}", file=sys.stderr)
        return 1
    if options.json:
        _print_event({"event": "done", **asdict(report)})
    else:
        print(_table(report))
    return 2 if report.skipped else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest", description="Index articles (txt, md, html, pdf, docx, jsonl)."
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files and folders")
    parser.add_argument("--prune", action="store_true", help="forget what vanished from these paths")
    parser.add_argument("--rebuild", action="store_true", help="make the whole index anew")
    parser.add_argument(
        "--rebuild-if-stale", action="store_true", help="--rebuild if another version made the index"
    )
    parser.add_argument(
        "--remove", nargs="+", metavar="ORIGIN", help="forget what came from these files (path, or path#key)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, for programs")
    parser.add_argument("--home", type=Path, help="index folder (default: RAG_HOME or data/index)")
    return parser


def _ingest(options: argparse.Namespace, settings: Settings) -> IngestReport:
    progress = _print_progress if options.json else _show_progress

    def run(rebuild: bool) -> IngestReport:
        return ingest(options.paths, settings, prune=options.prune, rebuild=rebuild, progress=progress)

    try:
        return run(options.rebuild)
    except IndexStale:
        if not options.rebuild_if_stale:
            raise
        return run(rebuild=True)


def _print_progress(name: str, done: int, total: int) -> None:
    _print_event({"event": "progress", "file": name, "done": done, "total": total})


def _print_event(event: Mapping[str, Any]) -> None:
    print(json.dumps(event), flush=True)  # in ASCII, whatever the encoding of the console


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
