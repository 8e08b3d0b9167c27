"""Cuts a document into the passages that are retrieved: whole sentences, exact offsets, heading path.

Chunks never cross a heading or text that the cleaner left out.
"""

import hashlib
import re
from collections.abc import Iterator

from rag.schema import Block, Chunk, Document
from rag.text import sentences

Span = tuple[int, int]

LONGEST_SENTENCE = 600
"""Characters; text without any sentence end is cut at a comma or blank before this, else right here."""

_PAUSE = re.compile(r"[，、：]|(?<!\d)[,:]|[,:](?!\d)|(?<!\d)\s")
_VISIBLE = re.compile(r"\S")


def split(document: Document, chunk_chars: int) -> list[Chunk]:
    """Chunks of at most `chunk_chars` characters, save that a sentence up to `LONGEST_SENTENCE` stays whole.

    Consecutive paragraphs under one heading share a chunk while they fit.
    """
    return [
        _chunk(document, start, end, heading)
        for heading, paragraphs in _sections(document)
        for start, end in _pack(document.text, paragraphs, chunk_chars)
    ]


def _sections(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """Runs of paragraphs with their heading path; a heading that heads nothing is read as a paragraph."""
    path: list[Block] = []
    paragraphs: list[Block] = []

    def section() -> tuple[tuple[str, ...], list[Block]]:
        heading = path if paragraphs else path[:-1]
        return tuple(document.text[b.start : b.end] for b in heading), paragraphs or path[-1:]

    for block in document.blocks:
        if block.level == 0:
            paragraphs.append(block)
            continue
        if paragraphs or (path and block.level <= path[-1].level):
            yield section()
        path = [*(b for b in path if b.level < block.level), block]
        paragraphs = []
    if paragraphs or path:
        yield section()


def _pack(text: str, paragraphs: list[Block], chunk_chars: int) -> Iterator[Span]:
    current: Span | None = None
    for paragraph in paragraphs:
        whole = (paragraph.start, paragraph.end)
        fits = paragraph.end - paragraph.start <= chunk_chars
        for start, end in [whole] if fits else _pieces(text, *whole):
            if current and end - current[0] <= chunk_chars and not text[current[1] : start].strip():
                current = (current[0], end)
            else:
                if current:
                    yield current
                current = (start, end)
    if current:
        yield current


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    for left, right in sentences(text[start:end]):
        yield from _bounded(text, start + left, start + right)


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > LONGEST_SENTENCE:
        limit = start + LONGEST_SENTENCE
        pauses = [m.end() for m in _PAUSE.finditer(text, start + 1, limit + 1) if m.end() <= limit]
        cut = pauses[-1] if pauses else limit
        yield start, start + len(text[start:cut].rstrip())
        rest = _VISIBLE.search(text, cut, end)
        if rest is None:
            return
        start = rest.start()
    yield start, end


def _chunk(document: Document, start: int, end: int, heading: tuple[str, ...]) -> Chunk:
    text = document.text[start:end]
    digest = hashlib.sha256(f"{document.id}\0{start}\0{end}\0{text}".encode()).hexdigest()
    return Chunk(digest[:16], document.id, start, end, text, heading)
