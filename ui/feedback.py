"""Thumbs and corrections, kept on this machine: what people say about answers becomes questions to ask.

The file `feedback.jsonl` in the index folder has one JSON object a line, in UTF-8; lines are only ever added:

- `time`: when the thumb was given, ISO 8601 in UTC.
- `question`, `query`: as asked, and as completed from the history.
- `history`: the earlier turns, `[{"question": …, "answer": …}]`.
- `liked`: whether the thumb points up. `correction`: what the person says is right, or null.
- `answer`, `short`, `refused`, `engine`: as in `rag.Answer`; `answer` is its text.
- `citations`: `[{"quote": …, "document": …}]`, the document by its title.

Of several lines on one question each is a person's word; a line that is not JSON was torn by a crash.
"""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag import Answer, Turn
from rag.errors import IndexUnusable
from rag.text import valid

FILE = "feedback.jsonl"
LOCK = "feedback.lock"
LARGEST_FILE = 64 * 2**20
"""Bytes; whoever can reach the page can give thumbs."""
LONGEST_QUESTION, LONGEST_TEXT, LONGEST_NAME = 1000, 4000, 300
"""Characters that are kept of a question; of an answer, a quote or a correction; and of a title."""
MOST_TURNS, MOST_CITATIONS = 6, 20
WAIT_S = 5.0
"""How long others may keep the file."""


def keep(
    home: Path,
    *,
    question: str,
    history: Sequence[Turn],
    answer: Answer,
    liked: bool,
    correction: str | None = None,
) -> Path:
    """Add a line on one answer to the file in `home` and return its path; on disk when this returns.

    Safe to call from several threads and processes. Longer texts than the limits above are cut; a blank
    correction is none. Raises `IndexUnusable` when the file cannot be written.
    """
    line = _line(question, history, answer, liked, (correction or "").strip() or None)
    path = home / FILE
    try:
        _append(path, json.dumps(line, ensure_ascii=False).encode() + b"\n")
    except OSError as error:
        raise IndexUnusable(f"cannot keep the feedback in {path} ({error}); make {home} writable") from error
    return path


def _append(path: Path, line: bytes) -> None:
    """One writer at a time; a line that a crash has torn is ended first, so that it tears no other."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(path.with_name(LOCK), timeout=WAIT_S), path.open("a+b") as file:
            size = file.seek(0, os.SEEK_END)
            if size + len(line) > LARGEST_FILE:
                raise IndexUnusable(
                    f"{path} is full; review it with: python -m eval --from-feedback, then move it away"
                )
            if size:
                file.seek(-1, os.SEEK_END)
            torn = size and file.read(1) != b"\n"
            file.write(b"\n" + line if torn else line)
            file.flush()
            os.fsync(file.fileno())
    except Timeout as error:
        raise IndexUnusable(f"{path} is being written by others for {WAIT_S:g} s; try again") from error


def _line(
    question: str, history: Sequence[Turn], answer: Answer, liked: bool, correction: str | None
) -> dict[str, Any]:
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "question": _cut(question, LONGEST_QUESTION),
        "query": _cut(answer.query, LONGEST_QUESTION),
        "history": [
            {"question": _cut(turn.question, LONGEST_QUESTION), "answer": _cut(turn.answer, LONGEST_TEXT)}
            for turn in history[-MOST_TURNS:]
        ],
        "liked": liked,
        "correction": None if correction is None else _cut(correction, LONGEST_TEXT),
        "answer": _cut(answer.text, LONGEST_TEXT),
        "short": None if answer.short is None else _cut(answer.short, LONGEST_TEXT),
        "refused": answer.refused,
        "citations": [
            {"quote": _cut(one.quote, LONGEST_TEXT), "document": _cut(one.title, LONGEST_NAME)}
            for one in answer.citations[:MOST_CITATIONS]
        ],
        "engine": _cut(answer.engine, LONGEST_NAME),
    }


def _cut(text: str, most: int) -> str:
    """At most so many characters, that can be encoded."""
    return valid(text[:most])
