"""Articles as pages to read, with what an answer quotes marked in place, the answer inside it stronger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag import Answer
from rag.schema import Block, Document
from ui.html import Html, apart, dotted, join, tag
from ui.i18n import Words

NEAREST = 3
"""Passages that a refusal shows."""
LONGEST_SHOWN = 200_000
"""Characters of an article that are shown whole; of a longer one, as many around the first mark."""


@dataclass(frozen=True, slots=True)
class Place:
    """What to mark: characters `start` to `end` of a document, and in them the answer, where there is one."""

    key: str
    """The number of the citation, "1"; "p1" for a passage that is near a refused question."""
    document_id: str
    title: str
    quote: str
    start: int
    end: int
    value: tuple[int, int] | None = None


def places(answer: Answer) -> list[Place]:
    """What an answer quotes; for a refusal, the nearest passages."""
    if answer.refused:
        chunks = [hit.chunk for hit in answer.hits[:NEAREST]]
        return [Place(f"p{n}", c.document_id, "", c.text, c.start, c.end) for n, c in enumerate(chunks, 1)]
    return [
        Place(str(c.number), c.document_id, c.title, c.quote, c.start, c.end, c.value)
        for c in answer.citations
    ]


def empty_reader(words: Words) -> Html:
    """The pane before the first answer."""
    return tag("section", tag("p", words["article_empty"], class_="hint"), class_="reader empty")


def reader(
    turn: int,
    marked: Sequence[Place],
    documents: Mapping[str, Document],
    words: Words,
    *,
    focus: str,
    asked: bool,
) -> Html:
    """The pane: one page an article, the others behind tabs; the script scrolls to the place called `focus`.

    `documents` holds the articles by id; of one that is gone by now only the quotes are shown. `turn` is the
    answer's number in the chat; `asked` says that a person has asked for the place.
    """
    ids = list(dict.fromkeys(place.document_id for place in marked))
    pages = []
    for number, document_id in enumerate(ids):
        here = [place for place in marked if place.document_id == document_id]
        document = documents.get(document_id)
        inside = _page(document, here, words) if document else _gone(here, words)
        pages.append(tag("div", inside, class_="panel", data_panel=number, hidden=number > 0))
    close = tag(
        "button", "×", type="button", class_="close", data_close=True, aria_label=words["article_close"]
    )
    return tag(
        "section",
        close,
        _tabs(ids, marked, documents),
        *pages,
        class_="reader",
        data_turn=turn,
        data_focus=focus,
        data_asked=asked,
        aria_label=words["article"],
    )


def _tabs(ids: Sequence[str], marked: Sequence[Place], documents: Mapping[str, Document]) -> Html:
    if len(ids) < 2:
        return Html()
    titles = {place.document_id: place.title for place in marked if place.title}
    titles |= {document_id: document.title for document_id, document in documents.items()}
    buttons = [
        tag("button", titles.get(one, ""), type="button", data_tab=n, aria_pressed=str(n == 0).lower())
        for n, one in enumerate(ids)
    ]
    return tag("nav", *buttons, class_="articles")


def _page(document: Document, marked: Sequence[Place], words: Words) -> Html:
    shown = _shown(document, marked)
    body = [_block(document, block, marked) for block in shown]
    if len(document.text) > LONGEST_SHOWN:
        body.insert(0, tag("p", words["article_long"], class_="hint"))
    byline = dotted(apart(part) for part in (document.source, document.published or words["undated"]) if part)
    return tag(
        "article",
        tag("h2", document.title),
        tag("p", byline, class_="byline"),
        *body,
        lang=document.language,
    )


def _gone(marked: Sequence[Place], words: Words) -> Html:
    quotes = (tag("p", tag("mark", place.quote, data_mark=place.key, tabindex=0)) for place in marked)
    return tag("article", tag("p", words["article_gone"], class_="hint"), *quotes)


def _shown(document: Document, marked: Sequence[Place]) -> list[Block]:
    """The blocks in order, and what is quoted outside them: a date line or a title of the raw text."""
    first = min((place.start for place in marked), default=0)
    left, right = first - LONGEST_SHOWN // 2, first + LONGEST_SHOWN // 2
    whole = len(document.text) <= LONGEST_SHOWN
    blocks = [block for block in document.blocks if whole or (block.end > left and block.start < right)]
    outside = {gap for place in marked for gap in _outside(document, place)}
    return sorted([*blocks, *outside], key=lambda block: (block.start, block.end))


def _outside(document: Document, place: Place) -> Iterator[Block]:
    """The parts of a place that no block covers, blank ones left out."""
    cuts = [place.start]
    for block in document.blocks:
        if block.start < place.end and place.start < block.end:
            cuts += [max(block.start, place.start), min(block.end, place.end)]
    cuts.append(place.end)
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        if document.text[start:end].strip():
            yield Block(start, end)


def _block(document: Document, block: Block, marked: Sequence[Place]) -> Html:
    here = [place for place in marked if place.start < block.end and block.start < place.end]
    name = {0: "p", 1: "h3"}.get(block.level, "h4")
    return tag(name, join(_pieces(document.text, block, here)))


def _pieces(text: str, block: Block, here: Sequence[Place]) -> Iterator[str]:
    """The text of a block, each run of quoted characters in one <mark>, the answer in it in <strong>."""
    edges = {block.start, block.end, *(edge for place in here for edge in (place.start, place.end))}
    for start, end in pairwise(sorted(edge for edge in edges if block.start <= edge <= block.end)):
        covering = [place for place in here if place.start <= start and end <= place.end]
        inside = join(_strong(text, start, end, covering))
        keys = [place.key for place in covering]
        near = "near" if covering and all(key.startswith("p") for key in keys) else None
        yield tag("mark", inside, data_mark=" ".join(keys), tabindex=0, class_=near) if keys else inside


def _strong(text: str, start: int, end: int, covering: Sequence[Place]) -> Iterator[str]:
    values = [place.value for place in covering if place.value]
    edges = {start, end, *(edge for value in values for edge in value if start < edge < end)}
    for left, right in pairwise(sorted(edges)):
        piece = text[left:right]
        strong = any(value[0] <= left and right <= value[1] for value in values)
        yield tag("strong", piece) if strong else piece
