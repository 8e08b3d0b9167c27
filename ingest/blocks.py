"""Headings and paragraphs of an article's body, as blocks with levels."""

import re
from collections.abc import Sequence

from ingest.chrome import is_prose
from ingest.layout import is_row
from ingest.lines import width
from ingest.page import Line
from rag.schema import Block

_MOST_HEADING_CHARACTERS = 40
_NO_HEADING_ENDS = "。．.!！?？;；:：…,，、」』”’|"
_CAPTION = re.compile(r"[▲△▼◎※●•]|[(\[【]?图[片/:：]")
_FIELD = re.compile(r"[^:]{1,8}:\s*\S")
_NUMBERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"第\s?[\d一二三四五六七八九十百]+\s?[章篇部节回]",
        r"[一二三四五六七八九十]+[、.\s]",
        r"\([一二三四五六七八九十]+\)",
        r"\d{1,2}[、.)](?!\d)",
        r"\(\d{1,2}\)|\d{1,2}\.\d{1,2}",
    )
)
"""How headings are numbered, outermost first."""


def blocks_of(body: Sequence[Line]) -> tuple[Block, ...]:
    """One block for each line; level 0 for paragraphs, from 1 for headings.

    Where headings are not marked, one is a short line of its own, without a full stop, above a paragraph; its
    level follows its numbering.
    """
    if any(line.depth for line in body):
        return tuple(Block(line.start, line.end, line.depth) for line in body)
    headings = _unmarked_headings(body)
    ranks = sorted({rank for i in headings if (rank := numbering(body[i].folded)) is not None})
    return tuple(
        Block(line.start, line.end, _level(line, ranks) if i in headings else 0)
        for i, line in enumerate(body)
    )


def numbering(line: str) -> int | None:
    """How far inside its numbering stands: 0 for 第一章, 1 for 一、, … None without number."""
    return next((rank for rank, pattern in enumerate(_NUMBERS) if pattern.match(line)), None)


def _level(line: Line, ranks: Sequence[int]) -> int:
    rank = numbering(line.folded)
    return 1 if rank is None else ranks.index(rank) + 1


def _unmarked_headings(body: Sequence[Line]) -> set[int]:
    is_spaced = 4 * sum(line.apart for line in body) >= len(body)
    headings: set[int] = set()
    for at in range(len(body) - 2, -1, -1):
        is_numbered = numbering(body[at].folded) is not None
        follows_text = not is_spaced and (is_numbered or _ends_sentence(body[at - 1]))
        stands_alone = at == 0 or body[at].apart or follows_text
        above_inner = at + 1 in headings and numbering(body[at + 1].folded) is not None
        if stands_alone and (_is_text(body[at + 1]) or above_inner) and _may_be_heading(body, at):
            headings.add(at)
    return headings


def _is_text(line: Line) -> bool:
    has_clauses = width(line.shown) > _MOST_HEADING_CHARACTERS and bool(re.search("[，,]", line.shown))
    return has_clauses or is_prose(line.folded)


def _ends_sentence(line: Line) -> bool:
    return line.shown[-1] in _NO_HEADING_ENDS


def _may_be_heading(body: Sequence[Line], at: int) -> bool:
    line = body[at]
    return (
        len(line.shown) <= _MOST_HEADING_CHARACTERS
        and not _ends_sentence(line)
        and not line.mark
        and not is_row(body, at)
        and not _CAPTION.match(line.folded)
        and not (at and all(_FIELD.match(other.folded) for other in (body[at - 1], line)))
        and not is_prose(line.folded)
    )
