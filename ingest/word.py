"""A Word document -> Markdown, in document order."""

import io
import re
import zipfile
from typing import Any

from ingest.formats import PARSER_ERRORS, Content, Outline, plausible_title, walk
from rag.errors import LoadError

MOST_UNPACKED_BYTES = 100_000_000


def read_docx(data: bytes) -> Content:
    """Paragraphs, headings, list items and tables of a Word document as Markdown, in document order.

    Raises `LoadError` for files that are damaged or unpack to too much.
    """
    import docx
    from docx.opc.exceptions import OpcError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise LoadError(f"unpacks to over {MOST_UNPACKED_BYTES // 10**6} MB; split it")
        document = docx.Document(io.BytesIO(data))
        text = _document_text(document)
        styled = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Title"]
        title = next(filter(str.strip, styled), None) or plausible_title(document.core_properties.title)
    except LoadError:
        raise
    except (*PARSER_ERRORS, OpcError) as error:
        raise LoadError(f"is no readable docx file ({error}); open it in Word and save it again") from error
    return Content(text, markdown=True, title=title)


def _document_text(document: Any) -> str:
    """Walks the XML itself: python-docx leaves out inserted text, content controls and text boxes."""
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    levels = {style.style_id: _heading_level(style) for style in document.styles}
    breaks = {"br": "br", "cr": "br", "tr": "tr", "tc": "td"}
    outline = Outline()
    for entering, element in walk(document.element.body):
        tag = str(element.tag).removeprefix(word)
        kind = breaks.get(tag)
        if tag == "p":
            style = element.find(f"{word}pPr/{word}pStyle")
            level = levels.get(style.get(f"{word}val")) if style is not None else None
            is_item = element.find(f"{word}pPr/{word}numPr") is not None
            kind = f"h{level}" if level else "li" if is_item else "p"
        if entering and tag in ("t", "tab"):
            outline.add(element.text or " ")
        if kind and entering:
            outline.begin(kind)
        elif kind:
            outline.end(kind)
    return outline.text()


def _heading_level(style: Any) -> int | None:
    """1 to 6 for the built-in title and heading styles and those based on them."""
    for _ in range(10):
        if style is None:
            return None
        if (style.name or "").lower() == "title":
            return 1
        if found := re.fullmatch(r"(?:heading|標題|标题) ?([1-6])", style.name or "", re.IGNORECASE):
            return int(found.group(1))
        style = getattr(style, "base_style", None)
    return None
