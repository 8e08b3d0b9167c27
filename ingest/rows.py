"""Lines of an article, and the tables that some of them are: rows parted by bars, tabs or wide blanks.

Cells keep their offsets; what a table says is read in `ingest.table`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.schema import Block

Separator = Literal["bar", "tab", "blank"]

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_RULE = re.compile(r"[\s|+:=_\-–—─━┼│]*")
_SPLITS: dict[Separator, re.Pattern[str]] = {
    "bar": re.compile(r"[|｜│]"),
    "tab": re.compile(r"\t"),
    "blank": re.compile(r" {2,}|\u3000+"),
}
_EDGE = re.compile(r"^[\s*_`]+|[\s*_`]+$")
_MOST_COLUMNS = 30
_MOST_ROWS = 400
_LONGEST_ROW = 600


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands between two separators; `text` is trimmed and may be empty."""

    start: int
    end: int
    text: str


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A whole line of the text of which a block covers at least a part."""

    start: int
    end: int
    text: str
    """Without white space around it; so are the offsets."""
    level: int
    """Of the heading that it is, 0 for other lines."""


@dataclass(frozen=True, slots=True)
class Table:
    """A row of headers and the rows below it, all with as many cells."""

    header: Row
    rows: tuple[Row, ...]
    first: int
    """Which of the lines the header is."""
    last: int
    """Which of the lines the last row is."""


def lines_of_blocks(text: str, blocks: Sequence[Block]) -> list[TextLine]:
    """The lines on which the blocks stand, in order; no line of site chrome."""
    found: list[TextLine] = []
    ends = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
    for block in blocks:
        following = ends.search(text, block.end)
        begin = _line_start(text, block.start)
        for line in _LINE.finditer(text, begin, following.start() if following else len(text)):
            shown = line.group().strip()
            start = line.start() + line.group().index(shown) if shown else line.start()
            if re.search(r"[^\W_]", shown) and (not found or start >= found[-1].end):
                found.append(TextLine(start, start + len(shown), shown, block.level))
    return found


def tables(text: str, lines: Sequence[TextLine]) -> Iterator[Table]:
    """The tables among the lines, in order."""
    at = 0
    while at < len(lines):
        kind = _separator(lines[at])
        last = at
        while kind and last + 1 < len(lines) and _continues(text, lines[last], lines[last + 1], kind):
            last += 1
        if kind and last > at and (table := _table(text, lines, at, last, kind)):
            yield table
        at = last + 1


def is_empty(cell: Cell) -> bool:
    """Whether a cell shows nothing: blank, a dash, N/A."""
    return (
        re.fullmatch(
            r"(?:[-–—−―－./…*]+|n\.?/?a\.?|n\.?m\.?|無|无|不適用|不适用|null|none)?", cell.text.lower()
        )
        is not None
    )


def _line_start(text: str, at: int) -> int:
    while at and not re.match(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text[at - 1]):
        at -= 1
    return at


def _separator(line: TextLine) -> Separator | None:
    if line.level or len(line.text) > _LONGEST_ROW:
        return None
    return next((kind for kind, split in _SPLITS.items() if split.search(line.text)), None)


def _continues(text: str, line: TextLine, following: TextLine, kind: Separator) -> bool:
    """Whether the next line is a row of the same table; blank lines part only rows of bars."""
    between = text[line.end : following.start]
    is_near = _RULE.fullmatch(between) and (kind == "bar" or between.count("\n") <= 1 or "-" in between)
    return bool(is_near) and _separator(following) == kind


def _table(text: str, lines: Sequence[TextLine], first: int, last: int, kind: Separator) -> Table | None:
    if last - first > _MOST_ROWS:
        return None
    rows = [_cells(text, line, kind) for line in lines[first : last + 1]]
    if kind != "blank" or not rows[0][0].text:
        rows = _without_empty_edges(rows)
    counts = [len(row) for row in rows]
    count = max(counts[1:], key=counts[1:].count)
    above = next(
        i for i, other in enumerate(counts) if other == count or (other == count - 1 and kind != "bar")
    )
    header, body = rows[above], rows[above + 1 :]
    if len(header) < count:
        header = (Cell(header[0].start, header[0].start, ""), *header)  # nothing above the first column
    even = tuple(row for row in body if len(row) == count)
    if not 2 <= count <= _MOST_COLUMNS or not even or 2 * len(even) < len(body):
        return None
    return Table(header, even, first + above, last)


def _cells(text: str, line: TextLine, kind: Separator) -> Row:
    """The cells of the whole line, with the blanks before its first word."""
    begin = _line_start(text, line.start)
    edges = [begin, *(at for mark in _SPLITS[kind].finditer(text, begin, line.end) for at in mark.span())]
    spans = zip([*edges[::2]], [*edges[1::2], line.end], strict=True)
    return tuple(_cell(text, start, end) for start, end in spans)


def _cell(text: str, start: int, end: int) -> Cell:
    piece = text[start:end]
    shown = _EDGE.sub("", piece)
    at = start + piece.index(shown) if shown else start
    return Cell(at, at + len(shown), shown)


def _without_empty_edges(rows: list[Row]) -> list[Row]:
    """Without first and last columns in which no row has anything."""
    if all(not row[0].text for row in rows):
        rows = [row[1:] for row in rows]
    if all(row and not row[-1].text for row in rows):
        rows = [row[:-1] for row in rows]
    return [row or (Cell(0, 0, ""),) for row in rows]
