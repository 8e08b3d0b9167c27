"""A PDF file -> its text layer in paragraphs.

A page knows lines at places and no paragraphs; those are pieced together here, across pages too.
"""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.formats import PARSER_ERRORS, Content, plausible_title
from ingest.lines import join, runs_on
from rag.errors import LoadError
from rag.text import HAN

MOST_PAGES = 3_000
MOST_CHARACTERS = 20_000_000


def read_pdf(data: bytes) -> Content:
    """The text layer of a PDF file, with the lines of each paragraph joined and page furniture left out.

    Raises `LoadError` for files that are damaged, encrypted, too long or only scanned.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise LoadError("is encrypted; save a copy without password")
        if len(reader.pages) > MOST_PAGES:
            raise LoadError(f"has more than {MOST_PAGES} pages; split it")
        pages = list(_page_lines(page.extract_text() for page in reader.pages))
        title = reader.metadata.title if reader.metadata else None
    except LoadError:
        raise
    except (*PARSER_ERRORS, PyPdfError) as error:
        raise LoadError(f"is no readable PDF ({error}); open it in a PDF viewer and save it again") from error
    text = _paragraphs(_without_furniture(pages))
    if not re.search(r"\w", text):
        raise LoadError("has no text layer, only images; run OCR over it first")
    if len(re.findall("[\ufffd\ue000-\uf8ff\x01-\x08]", text)) > len(text) / 5:
        raise LoadError("has a text layer without readable characters; run OCR over it first")
    return Content(text, title=plausible_title(title))


def _page_lines(texts: Iterator[str]) -> Iterator[list[str]]:
    left = MOST_CHARACTERS
    for text in texts:
        left -= len(text)
        if left < 0:
            raise LoadError(f"holds more than {MOST_CHARACTERS} characters; split it")
        yield [line for line in _close_up(text).splitlines() if line.strip()]


def _close_up(text: str) -> str:
    """Text without spaces between Chinese characters where the layout put them between most of them."""
    spaced = len(re.findall(rf"[{HAN}] (?=[{HAN}])", text))
    if spaced > len(re.findall(rf"[{HAN}](?=[{HAN}])", text)):
        return re.sub(rf"(?<=[{HAN}]) (?=[{HAN}])", "", text)
    return text


def _without_furniture(pages: Sequence[Sequence[str]]) -> list[str]:
    """All lines but page numbers and running heads, which would break sentences that cross a page end."""

    def pattern(line: str) -> str:
        return re.sub(r"\d+", "#", "".join(line.split()))

    def edges(page: Sequence[str]) -> set[int]:
        return {i for i in (0, 1, len(page) - 2, len(page) - 1) if 0 <= i < len(page)}

    seen = Counter(p for page in pages for p in {pattern(page[i]) for i in edges(page)})
    repeated = {p for p, count in seen.items() if count >= max(2, len(pages) / 2)}
    lines = []
    for number, page in enumerate(pages, 1):
        edge = edges(page)
        for i, line in enumerate(page):
            is_number = re.sub(r"\W|page|第|[頁页]", "", line, flags=re.IGNORECASE) == str(number)
            if i not in edge or not (is_number or pattern(line) in repeated):
                lines.append(line)
    return lines


def _paragraphs(lines: Sequence[str]) -> str:
    paragraphs: list[str] = []
    continued = False
    for line, runs in zip(lines, runs_on(lines), strict=True):
        line = line.strip()
        if not continued:
            paragraphs.append(line)
        elif re.search(r"(?<![\w-])[a-z]+-$", paragraphs[-1]) and line[:1].islower():
            paragraphs[-1] = paragraphs[-1][:-1] + line
        else:
            paragraphs[-1] = join(paragraphs[-1], line)
        continued = runs
    return "\n\n".join(paragraphs)
