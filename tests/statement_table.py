"""Tables of texts with the statements that should be made of them, and how statements are judged by them.

A row of a table: `text` with each value in [ ], `each`: for each value its keys (those of several statements
about one value are separated by ";"), `all`: keys of every statement. A row with `trap` has none.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.derive import derive
from rag.schema import Block, Document, Statement
from rag.text import fold, language

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Gold:
    start: int
    end: int
    keys: frozenset[str]


@dataclass(frozen=True)
class Row:
    text: str
    published: str | None
    gold: tuple[Gold, ...]


def plain(text: str) -> str:
    return re.sub(r"\s+", "", fold(text))


def rows_of(name: str) -> tuple[Row, ...]:
    return tuple(row_of(json.loads(line)) for line in (DATA / name).read_text("utf-8").splitlines())


def row_of(fields: dict[str, Any]) -> Row:
    pieces = re.split(r"[\[\]]", fields["text"])
    text, spans = "", []
    for i, piece in enumerate(pieces):
        if i % 2:
            spans.append((len(text), len(text) + len(piece)))
        text += piece
    shared = [key for key in fields.get("all", "").split("|") if key]
    gold = [
        Gold(*span, frozenset(plain(key) for key in [*shared, *keys.split("|")]))
        for span, each in zip(spans, fields.get("each", []), strict=True)
        for keys in each.split(";")
    ]
    assert bool(gold) != ("trap" in fields), text
    return Row(text, fields.get("published"), tuple(gold))


def document(text: str, published: str | None = None) -> Document:
    """An article with one block for each line."""
    blocks = tuple(Block(*line.span()) for line in re.finditer(r"\S(?:.*\S)?", text))
    return Document("d", text, "§", "-", published, None, language(text), blocks)


def is_right(statement: Statement, gold: Gold, row: Row) -> bool:
    """Exact value, its keys in the text, and no key that only other members have."""
    said = plain(statement.text)
    others = {key for other in row.gold for key in other.keys} - gold.keys
    foreign = {key for key in others if not any(key in own for own in gold.keys)}
    return (
        (statement.value_start, statement.value_end) == (gold.start, gold.end)
        and statement.start <= gold.start < gold.end <= statement.end
        and all(key in said for key in gold.keys)
        and plain(row.text[gold.start : gold.end]) in said
        and not any(key in said for key in foreign)
    )


def judged(row: Row) -> tuple[int, list[Statement], list[Gold]]:
    """Number of right statements, the wrong ones, and what was missed."""
    missed, wrong = list(row.gold), []
    for statement in derive(document(row.text, row.published)):
        match = next((gold for gold in missed if is_right(statement, gold, row)), None)
        if match:
            missed.remove(match)
        elif statement.kind == "list":
            wrong.append(statement)
    return len(row.gold) - len(missed), wrong, missed


def scores(rows: Sequence[Row]) -> tuple[float, float]:
    """Precision and recall."""
    results = [judged(row) for row in rows]
    right = sum(count for count, _, _ in results)
    wrong = sum(len(found) for _, found, _ in results)
    missed = sum(len(left) for _, _, left in results)
    return right / max(1, right + wrong), right / (right + missed)
