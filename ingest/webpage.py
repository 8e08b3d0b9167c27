"""A web page -> its main text as Markdown, and what its metadata declare."""

import logging
import re
from html.parser import HTMLParser
from typing import Any

from ingest.dates import iso_date
from ingest.decode import decode
from ingest.formats import PARSER_ERRORS, Content, Outline, walk
from ingest.lines import WRAP
from rag.errors import LoadError

MOST_CHARACTERS = 5_000_000


def read_html(data: bytes) -> Content:
    """The main text of a web page as Markdown, found by trafilatura; short pages are taken whole.

    Raises `LoadError` for pages that are too large or hold no text.
    """
    page = re.sub(r"data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=]+", "", decode(data))
    if len(page) > MOST_CHARACTERS:
        raise LoadError(f"is a page of over {MOST_CHARACTERS} characters; split it into articles")
    if "<pre" not in page:
        page = WRAP.sub("", page)  # to a browser it is a space, to a reader of Chinese nothing
    found = _main_content(page)
    if found is None:
        whole = _WholePage(page)
        return Content(whole.text, markdown=True, title=whole.title)
    # trafilatura gives a page that is too short to judge as one element, without headings and tables
    text = _tree_text(found.body) if len(found.body) > 1 else _WholePage(page).text
    return Content(
        text,
        markdown=True,
        title=found.title,
        source=found.sitename or found.hostname,
        published=iso_date(found.date or ""),
        url=found.url,
    )


def _main_content(page: str) -> Any:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        return trafilatura.bare_extraction(
            page,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except PARSER_ERRORS:
        return None  # the page is then taken whole


def _tree_text(body: Any) -> str:
    """Text of trafilatura's tree; walked without recursion, as pages nest deeper than Python does."""
    kinds = {"p": "p", "quote": "p", "code": "p", "item": "li", "lb": "br", "row": "tr", "cell": "td"}
    outline = Outline()
    for entering, element in walk(body):
        kind = element.get("rend", "h2") if element.tag == "head" else kinds.get(element.tag)
        if entering:
            if kind:
                outline.begin(kind)
            outline.add(element.text)
        else:
            if kind:
                outline.end(kind)
            outline.add(element.tail)
    return outline.text()


class _WholePage(HTMLParser):
    """All that a page shows outside of navigation, forms and scripts."""

    _HIDDEN = re.compile(
        "aside|button|footer|form|head|iframe|nav|noscript|rp|rt|script|select|style|svg|template"
    )
    _INLINE = re.compile(
        "a|abbr|b|bdi|bdo|cite|code|del|em|font|i|ins|kbd|label|mark|q|rb|rp|rt|ruby|s|small|span|strong|sub|sup"
        "|time|u|wbr"
    )

    def __init__(self, page: str) -> None:
        super().__init__()
        self._outline = Outline()
        self._title = ""
        self._in_title = False
        self._hidden: list[str] = []
        self.feed(page)
        self.close()

    @property
    def text(self) -> str:
        """Markdown."""
        return self._outline.text()

    @property
    def title(self) -> str | None:
        """What the page's <title> says."""
        return self._title.strip() or None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("article", "body", "main"):
            self._hidden = []  # what an author forgot to close hides no article
        elif self._HIDDEN.fullmatch(tag):
            self._hidden.append(tag)
        self._in_title = tag == "title" and "svg" not in self._hidden
        if not self._INLINE.fullmatch(tag):
            self._outline.begin(self._kind(tag))

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        if not self._INLINE.fullmatch(tag):
            self._outline.end(self._kind(tag))

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._title += data
        elif not self._hidden:
            self._outline.add(data)

    @staticmethod
    def _kind(tag: str) -> str:
        known = {"li": "li", "br": "br", "tr": "tr", "td": "td", "th": "td"}
        return tag if re.fullmatch("h[1-6]", tag) else known.get(tag, "p")
