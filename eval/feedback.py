"""From use to evaluation: thumbs and corrections become candidate questions, for a person to review.

A candidate is no question of a set before somebody has read it: `review` says what is left to do. The
format of the feedback file is told in `ui/feedback.py`.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag.text import language

LONGEST_LINE = 2**20
"""Bytes; the page writes shorter ones."""
LINE_BREAKS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\x85\u2028\u2029"}
"""What `str.splitlines` takes for the end of a line and JSON does not escape."""
FIELDS: Mapping[str, tuple[type, ...]] = {
    "question": (str,),
    "history": (list,),
    "liked": (bool,),
    "correction": (str, type(None)),
    "answer": (str,),
    "short": (str, type(None)),
    "refused": (bool,),
    "citations": (list,),
}

Row = Mapping[str, Any]
Candidate = dict[str, Any]


def candidates(path: Path) -> list[Candidate]:
    """A candidate for every question in the feedback file, in the form of `eval/data/*.jsonl` with `review`.

    Of several lines on a question (after the same history) one counts: a correction before a thumb, a later
    one before an earlier. Lines that are not JSON (torn by a crash) are left out and logged. Raises
    ValueError that names a line of another form, FileNotFoundError when there is no feedback.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no feedback in {path}; thumbs given in `python -m ui` are kept there"
        )
    chosen: dict[str, Row] = {}
    for row in _rows(path):
        key = json.dumps([row["question"].strip(), row["history"]], ensure_ascii=False)
        if key not in chosen or row["correction"] or not chosen[key]["correction"]:
            chosen[key] = row
    return [_candidate(key, row) for key, row in chosen.items()]


def write_candidates(feedback: Path, out: Path) -> int:
    """Write the candidates to the new file `out`, one a line; returns how many.

    Raises as `candidates` does, and FileExistsError rather than undo a review.
    """
    found = candidates(feedback)
    lines = [json.dumps(one, ensure_ascii=False).translate(LINE_BREAKS) + "\n" for one in found]
    try:
        with out.open("x", encoding="utf-8", errors="replace") as file:
            file.writelines(lines)
    except FileExistsError as error:
        raise FileExistsError(f"{out} exists and may have been reviewed; name another file") from error
    return len(found)


def _rows(path: Path) -> list[Row]:
    rows = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        where = f"{path.name}:{number}"
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            raise ValueError(f"{where} is longer than feedback can be; remove the line")
        try:
            row = json.loads(line)
        except ValueError:
            logging.getLogger(__name__).warning("%s is torn and left out", where)
            continue
        if not _is_feedback(row):
            raise ValueError(f"{where} is not feedback as ui/feedback.py describes it; remove the line")
        rows.append(row)
    return rows


def _is_feedback(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and all(isinstance(row.get(name, ...), kinds) for name, kinds in FIELDS.items())
        and all(_has_texts(turn, "question", "answer") for turn in row["history"])
        and all(_has_texts(one, "quote", "document") for one in row["citations"])
    )


def _has_texts(given: Any, *names: str) -> bool:
    return isinstance(given, dict) and all(isinstance(given.get(name), str) for name in names)


def _candidate(key: str, row: Row) -> Candidate:
    answer, review = _answer(row)
    return {
        "id": f"c-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:12]}",
        "article": next((one["document"] for one in row["citations"]), ""),
        "question": row["question"].strip(),
        "type": _type(row),
        "script": language(row["question"]),
        "answers": [[answer]] if answer else [],
        "evidence": list(dict.fromkeys(one["quote"] for one in row["citations"])),
        "history": [{name: turn[name] for name in ("question", "answer")} for turn in row["history"]],
        "review": f"{review}; set article to the file name; it was answered: {row['answer']}",
    }


def _answer(row: Row) -> tuple[str | None, str]:
    """The acceptable answer as far as it is known, and what a reviewer has to do."""
    if row["correction"]:
        return row["correction"], "corrected: shorten the answer to its key, check the evidence"
    if row["liked"] and row["refused"]:
        return None, "refusal liked: keep the answers empty, choose the type of unanswerable question"
    if row["liked"]:
        return row["short"], "liked: give the acceptable answers, keep the evidence that carries them"
    return None, "disliked: write the answers and their evidence, or leave both empty if there is none"


def _type(row: Row) -> str:
    """A guess, for review."""
    if row["liked"] and row["refused"] and not row["correction"]:
        return "not_stated"
    return "follow_up" if row["history"] else "fact"
