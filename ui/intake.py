"""What people hand in on the page, on its way into the index: bounded, kept as uploads, then ingested.

`python -m ingest --json` is a process of its own, so that the page keeps answering meanwhile.
"""

import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from rag import uploads
from rag.catalog import Catalog
from rag.errors import RagError
from rag.settings import Settings
from ui.i18n import Words

MOST_FILES = 20
"""Files that are taken at once."""
LONGEST_TITLE, LONGEST_URL = 200, 2000
"""Characters."""
_INDEX_SETTINGS = ("cache", "embedding_model", "chroma_url", "chunk_chars", "max_file_mb")
_REASONS = {
    "type": "of a type that is not read",
    "empty": "is empty",
    "large": "is larger than",
    "binary": "binary",
    "encoding": "is in none of UTF-8",
    "damaged": "is damaged",
    "no_text": "holds no text",
    "images": "has no text layer",
    "unreadable_layer": "has a text layer without readable characters",
    "encrypted": "is encrypted",
    "pdf": "is no readable PDF",
    "docx": "is no readable docx",
    "long": "split it",
    "json": "is no JSON",
    "array": "is one JSON array",
    "line": "has no text",
    "twice": "two articles have this key",
    "gone": "is not in the index",
}
"""Of the words for each reason (`reason_…`), a part of what ingest says; the first that occurs holds."""
_PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|article|div|p|h1)\b", re.I | re.S)
_URL = re.compile(r"https?://[^\s<>\"']+", re.I)


@dataclass(frozen=True, slots=True)
class Problem:
    """What was not done, by the name of the file; without one, the whole."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """A file is being read."""

    file: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it; numbers of articles."""

    added: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: tuple[Problem, ...] = ()


def add_files(given: Sequence[Path], settings: Settings, said: Words) -> Iterator[Step | Outcome]:
    """Keep the files and bring them into the index; what is too many or too large is left out by name."""
    problems = [
        Problem(path.name, said["library_too_many"].format(most=MOST_FILES)) for path in given[MOST_FILES:]
    ]
    kept = []
    for path in given[:MOST_FILES]:
        try:
            if path.stat().st_size > settings.max_file_mb * 2**20:
                problems.append(Problem(path.name, _too_large(settings, said)))
            else:
                kept.append(uploads.keep(settings.home, path.name, path.read_bytes()))
        except OSError as error:
            problems.append(Problem(path.name, error.strerror or said["library_problem"]))
        except RagError as error:
            problems.append(Problem(path.name, str(error)))
    yield from _add(kept, settings, problems, said)


def refused(large: Sequence[str], others: Sequence[str], settings: Settings, said: Words) -> list[Problem]:
    """What to say of files by name: those that are too large, and those that were handed in with them."""
    problems = [Problem(name, _too_large(settings, said)) for name in large]
    return (problems + [Problem(name, said["library_problem"]) for name in others])[:MOST_FILES]


def add_text(text: str, title: str, url: str, settings: Settings, said: Words) -> Iterator[Step | Outcome]:
    """Keep a pasted text, or the source of a web page with its address, and bring it into the index."""
    title, url = (" ".join(part.split()) for part in (title, url))
    reason = ""
    if not text.strip():
        reason = said["library_no_text"]
    elif len(text.encode("utf-8", "replace")) > settings.max_file_mb * 2**20:
        reason = _too_large(settings, said)
    elif len(title) > LONGEST_TITLE or len(url) > LONGEST_URL:
        reason = said["library_too_long"]
    elif url and not _URL.fullmatch(url):
        reason = said["library_bad_url"]
    if reason:
        yield Outcome(problems=(Problem(title, reason),))
        return
    name, data = _as_page(text, title, url) if _PAGE.match(text) else _as_line(text, title, url)
    try:
        kept = [uploads.keep(settings.home, name, data)]
    except RagError as error:
        yield Outcome(problems=(Problem(title, str(error)),))
        return
    yield from _add(kept, settings, [], said)


def remove(document_id: str, settings: Settings, said: Words) -> Iterator[Step | Outcome]:
    """Forget an article, wherever it came from, and the upload that it came in."""
    held = Catalog(settings.home).origins()
    origins = [origin for origin, held_id in held.items() if held_id == document_id]
    if origins:
        yield from _translated(_ingest(settings, ["--remove", *origins], ()), [], said)
    else:
        yield Outcome(problems=(Problem("", said["library_gone"]),))


def _too_large(settings: Settings, said: Words) -> str:
    return said["library_too_large"].format(most=settings.max_file_mb)


def _as_page(text: str, title: str, url: str) -> tuple[str, bytes]:
    """A web page as its own source; its address is said in the way that pages say it themselves."""
    link = f'<link rel="canonical" href="{escape(url)}">\n' if url else ""
    return f"{title or (url.split('/')[2] if url else 'page')}.html", _encoded(link + text, "utf-8-sig")


def _as_line(text: str, title: str, url: str) -> tuple[str, bytes]:
    """A text as one line of jsonl: the only format in which a title stands beside a text and not in it."""
    fields = {"text": text, **({"title": title} if title else {}), **({"url": url} if url else {})}
    name = title or " ".join(text.split())[:20]
    return f"{name}.jsonl", _encoded(json.dumps(fields, ensure_ascii=False), "utf-8")


def _encoded(text: str, codec: str) -> bytes:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode(codec)


def _add(
    kept: Sequence[Path], settings: Settings, problems: Sequence[Problem], said: Words
) -> Iterator[Step | Outcome]:
    if kept:
        yield from _translated(_ingest(settings, [str(path) for path in kept], kept), problems, said)
    else:
        yield Outcome(problems=tuple(problems))


def _translated(
    events: Iterator[Mapping[str, Any]], problems: Sequence[Problem], said: Words
) -> Iterator[Step | Outcome]:
    """The events of an ingest as steps and, last, the outcome."""
    for event in events:
        if event["event"] == "progress" and event["file"]:
            yield Step(event["file"], event["done"], event["total"])
        elif event["event"] == "done":
            skipped = (Problem(one["name"], reason_in(one["reason"], said)) for one in event["skipped"])
            numbers = (
                len(event["added"]) + len(event["changed"]),
                len(event["unchanged"]),
                len(event["removed"]),
            )
            yield Outcome(*numbers, problems=(*problems, *skipped))
        elif event["event"] == "error":
            yield Outcome(problems=(*problems, Problem("", event["message"])))
        elif event["event"] == "died":
            yield Outcome(
                problems=(*problems, Problem("", said["library_died"].format(status=event["status"])))
            )


def reason_in(reason: str, said: Words) -> str:
    """What ingest says of a file, in the language of the page where there are words for it."""
    return next((said[f"reason_{key}"] for key, part in _REASONS.items() if part in reason), reason)


def _ingest(
    settings: Settings, arguments: Sequence[str], kept: Sequence[Path]
) -> Iterator[Mapping[str, Any]]:
    """The events of `python -m ingest`; it ends its work even when nobody listens any more.

    Of the uploads in `kept` those that did not become articles are deleted at the end.
    """
    command = [sys.executable, "-m", "ingest", "--json", "--home", str(settings.home), *arguments]
    process = subprocess.Popen(  # noqa: S603 - our own program; the arguments are paths below the uploads
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=_environment(settings)
    )
    events: queue.Queue[Mapping[str, Any] | None] = queue.Queue()

    def listen() -> None:
        finished = False
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in process.stdout:
            with suppress(ValueError, TypeError, KeyError):  # what some library prints is none of ours
                event = json.loads(line)
                finished = finished or event["event"] in ("done", "error")
                events.put(event)
        status = process.wait()
        with suppress(RagError):
            uploads.discard(settings.home, map(str, kept), Catalog(settings.home).origins())
        if not finished:
            events.put({"event": "died", "status": status})
        events.put(None)

    threading.Thread(target=listen, daemon=True).start()
    yield from iter(events.get, None)


def _environment(settings: Settings) -> dict[str, str]:
    """The page's settings, as far as they concern an index, and no key of a language model."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("RAG_LLM", "RAG_ENGINE"))
    }
    return inherited | {f"RAG_{name.upper()}": str(getattr(settings, name)) for name in _INDEX_SETTINGS}
