"""The articles as HTML: the list of them, one to read, and what became of what was handed in."""

from collections.abc import Iterator, Sequence

from rag.catalog import Entry
from rag.schema import Document
from rag.text import fold
from ui.html import Html, apart, join, tag
from ui.i18n import Words
from ui.intake import Problem

MOST_LISTED = 200
"""Articles that the list shows; the field above it narrows them down."""
LONGEST_SHOWN = 200_000
"""Characters of an article that are shown."""


def listing(entries: Sequence[Entry], wanted: str, said: Words) -> Html:
    """The articles that hold every word of `wanted` in title, source or date, in any Chinese script."""
    parts = fold(wanted).lower().split()
    found = [entry for entry in entries if all(part in _searched(entry) for part in parts)]
    count = tag("p", said["library_count"].format(count=len(entries)), class_="hint", role="status")
    if not found:
        empty = said["library_no_match" if entries else "library_none"]
        return join([count, tag("p", empty, class_="hint")]) if entries else tag("p", empty, class_="hint")
    left = len(found) - MOST_LISTED
    more = tag("p", said["library_more"].format(count=left), class_="hint") if left > 0 else ""
    names = ("title", "published", "source", "characters", "chunks", "statements")
    head = tag("tr", *(tag("th", said[f"library_{name}"], scope="col") for name in names))
    rows = (_row(entry, said) for entry in found[:MOST_LISTED])
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="articles")
    return join([count, tag("div", table, class_="scroll", tabindex=0), more])


def _searched(entry: Entry) -> str:
    return fold(f"{entry.title} {entry.source} {entry.published or ''}").lower()


def _row(entry: Entry, said: Words) -> Html:
    button = tag(
        "button",
        apart(entry.title),
        type="button",
        data_document=entry.id,
        title=said["library_open"].format(title=entry.title),
    )
    counts = (entry.characters, entry.chunks, entry.statements)
    return tag(
        "tr",
        tag("th", button, scope="row"),
        tag("td", entry.published or said["undated"], class_="day"),
        tag("td", apart(entry.source)),
        *(tag("td", f"{count:,}", class_="number") for count in counts),
    )


def open_article(document: Document | None, said: Words) -> Html:
    """The article as a page to read."""
    if document is None:
        return tag("section", tag("p", said["library_empty"], class_="hint"), class_="reader empty")
    return tag(
        "section",
        tag(
            "article",
            tag("h2", apart(document.title)),
            tag("p", *_byline(document, said), class_="byline"),
            *_body(document, said),
            lang=document.language,
        ),
        class_="reader",
        aria_label=document.title,
    )


def _byline(document: Document, said: Words) -> Iterator[Html]:
    yield tag("span", apart(document.source))
    yield tag("span", document.published or said["undated"])
    if document.url:  # ingest keeps only http and https
        link = {"href": document.url, "target": "_blank", "rel": "noopener noreferrer nofollow"}
        yield tag("a", said["library_original"], **link)


def _body(document: Document, said: Words) -> Iterator[Html]:
    for block in document.blocks:
        if block.end > LONGEST_SHOWN:
            yield tag("p", said["library_cut"].format(most=f"{LONGEST_SHOWN:,}"), class_="hint")
            return
        name = {0: "p", 1: "h3"}.get(block.level, "h4")
        yield tag(name, document.text[block.start : block.end])


def status(problems: Sequence[Problem], *lines: str) -> Html:
    """What was done, and beside the name of each file why it was not."""
    told = [tag("p", line) for line in lines]
    if problems:
        items = (tag("li", *_beside(problem)) for problem in problems)
        told.append(tag("ul", *items, class_="problems"))
    return tag("div", *told, class_="told", role="status") if told else Html()


def _beside(problem: Problem) -> Iterator[str]:
    if problem.name:
        yield tag("b", apart(problem.name))
        yield " "
    yield problem.reason
