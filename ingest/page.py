"""The lines of an article with exact offsets: Markdown marks outside, hard-wrapped lines put together.

Cleaning judges lines; this module says what a line is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.lines import runs_on, width
from ingest.load import Loaded, front_matter
from rag.text import fold

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_VISIBLE = re.compile(rf"[^\s{_INVISIBLE}](?:.*[^\s{_INVISIBLE}])?", re.DOTALL)
_MARK = re.compile(r"(?P<heading>#{1,6})[ \t]+|(?:>[ \t]?|[-*+][ \t]+|\|[ \t]*)+")
_BOLD = re.compile(r"(\*\*|__)(?P<inside>[^*_]+)\1")
_UNSEEN = re.compile(
    r"!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)|(?<=\])\([^)\n]{0,2000}\)|<!--.{0,2000}?-->|\*\*|__|`|[\[\]](?=[^\[\]]*\]?\()"
)
_UNDERLINE = re.compile(r"\s*(=+|-+)\s*")
_MOST_UNDERLINED_COLUMNS = 80
_FENCE = re.compile(r"\s*(?:```|~~~)")
_LEAST_WRAPPED = 0.4  # of all lines; by chance few lines are as long as the line before


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or several that are one paragraph; it shows at least one letter or digit."""

    start: int
    end: int
    shown: str
    """What a reader sees of it: no link addresses, no marks of emphasis."""
    folded: str
    """`shown`, folded; character for character."""
    depth: int
    """Of a Markdown heading: 1 to 6; 0 for anything else."""
    apart: bool
    """Whether an empty line, or nothing, is above it."""
    mark: str
    """The Markdown mark it begins with, such as "- " or "|"; often empty."""


def lines_of(loaded: Loaded) -> list[Line]:
    """The lines of a text in order, without front matter, rules and lines of punctuation."""
    begin = front_matter(loaded.text)[0] if loaded.markdown else 0
    lines: list[Line] = []
    apart, fenced = True, False
    for start, end in _paragraph_spans(loaded.text, begin):
        raw = loaded.text[start:end]
        if loaded.markdown and _FENCE.match(raw):
            fenced = not fenced
        elif loaded.markdown and not apart and _UNDERLINE.fullmatch(raw):
            lines[-1] = _underlined(lines[-1], 1 if "=" in raw else 2)
        elif line := _line(loaded.text, start, end, apart, marked=loaded.markdown and not fenced):
            lines.append(line)
            apart = False
            continue
        apart = True
    return lines


def _paragraph_spans(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Spans of the lines from `begin` on; where the text is hard-wrapped, of its paragraphs."""
    pieces = text[begin:].splitlines(keepends=True)
    runs = runs_on(pieces)
    if sum(runs) < _LEAST_WRAPPED * sum(bool(piece.strip()) for piece in pieces):
        runs = [False] * len(pieces)
    start = end = begin
    for piece, continues in zip(pieces, runs, strict=True):
        end += len(piece)
        if not continues:
            yield start, end
            start = end


def _line(text: str, start: int, end: int, apart: bool, *, marked: bool) -> Line | None:
    start, end = _trimmed(text, start, end)
    mark = _MARK.match(text, start, end) if marked else None
    if mark:
        start, end = _trimmed(text, mark.end(), mark.end() + len(_without_end_mark(text[mark.end() : end])))
    if marked and (bold := _BOLD.fullmatch(text, start, end)):
        start, end = _trimmed(text, *bold.span("inside"))
    shown = _UNSEEN.sub("", text[start:end]).strip() if marked else text[start:end]
    if not re.search(r"[^\W_]", shown):
        return None
    depth = len(mark.group("heading") or "") if mark else 0
    return Line(start, end, shown, fold(shown), depth, apart, mark.group() if mark else "")


def _without_end_mark(line: str) -> str:
    """A heading without closing number signs, a table row without its last bar."""
    line = line.rstrip(" \t|")
    title = line.rstrip("#")
    return title if title[-1:].isspace() else line


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and invisible characters around it."""
    visible = _VISIBLE.search(text, start, end)
    return visible.span() if visible else (start, start)


def _underlined(line: Line, depth: int) -> Line:
    """A Markdown heading of the underlined kind; under a long line the dashes are only a rule."""
    is_heading = not line.depth and width(line.shown) <= _MOST_UNDERLINED_COLUMNS and "。" not in line.shown
    return replace(line, depth=depth) if is_heading else line
