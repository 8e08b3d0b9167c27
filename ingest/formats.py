"""What every format reader needs: the record it fills, a Markdown writer, and what parsers trip over.

The files are other people's: their readers bound sizes and turn whatever goes wrong into a `LoadError`.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

from ingest.lines import join

# What parsers raise on damaged input, besides errors of their own; a bug of ours would show in the tests.
PARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)

_JUNK_TITLE = re.compile(
    r"microsoft |powerpoint|untitled|無標題|无标题|(?:新)?(?:文件|文档|文檔|document) ?\d*$"
    r"|.*\.(?:docx?|pdf|pptx?|indd|tex|html?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Content:
    """What one article of a file says, and what the file declares about it."""

    text: str
    markdown: bool = False
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None


class Outline:
    """Gathers paragraphs, headings, list items and table rows into Markdown, in document order."""

    _CELL = "\x1f"

    def __init__(self) -> None:
        self._written: list[str] = []
        self._pending: list[str] = []
        self._mark = ""
        self._gap = "\n\n"
        self._in_row = False

    def begin(self, kind: str) -> None:
        """`kind`: "p", "h1" to "h6", "li", "br", "tr" or "td"; anything but a cell ends what came before."""
        if kind == "td":
            self._pending.append(self._CELL)
        elif self._in_row and kind != "tr":
            self._pending.append(" ")
        else:
            self._flush()
            self._gap = "\n" if kind in ("br", "tr", "li") else "\n\n"
            self._mark = "#" * int(kind[1]) + " " if kind[0] == "h" else "- " if kind == "li" else ""
            self._in_row = kind == "tr"

    def end(self, kind: str) -> None:
        if kind == "tr":
            self._in_row = False
        if kind not in ("td", "br"):
            self.begin("br" if kind in ("tr", "li") else "p")

    def add(self, text: str | None) -> None:
        self._pending.append(text or "")

    def text(self) -> str:
        self._flush()
        return "".join(self._written).strip()

    def _flush(self) -> None:
        cells = [_on_one_line(cell) for cell in "".join(self._pending).split(self._CELL)]
        if any(cells):
            line = " | ".join(cells if cells[0] else cells[1:])
            self._written.append(f"{self._gap}{self._mark}{line.strip()}")
        self._pending = []


def _on_one_line(text: str) -> str:
    return reduce(join, (" ".join(line.split()) for line in text.splitlines()), "")


def walk(root: Any) -> Iterator[tuple[bool, Any]]:
    """Every element below and including `root`: (True, it) on the way in, (False, it) on the way out."""
    pending = [(True, root)]
    while pending:
        entering, element = pending.pop()
        yield entering, element
        if entering:
            pending.append((False, element))
            pending.extend((True, child) for child in reversed(element))


def plausible_title(title: str | None) -> str | None:
    """A title property that a person wrote, and no file name or default of a program."""
    return None if not title or _JUNK_TITLE.match(title.strip()) else title
