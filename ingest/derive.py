"""Statements that are found and read alone: members of 「分別為」 lists, cells of tables, figures of two
periods, and what an article says of itself.

A list of figures gives a reader three answers to one question; a statement gives one.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from ingest import listwords as words
from ingest.caption import caption_of
from ingest.chrome import agency, claims
from ingest.dates import DATE, iso_date
from ingest.earlier import MAY_COMPARE, two_periods
from ingest.earlier_english import MAY_COMPARE_ENGLISH, two_periods_english
from ingest.fact import Fact
from ingest.keyed import facts_of, groups
from ingest.lists import Pair, pairs
from ingest.respectively import english_pairs
from ingest.rows import lines_of_blocks, tables
from ingest.table import facts
from rag.schema import Document, Statement
from rag.text import fold, sentences

_LONGEST_SENTENCE = 600
_LONGEST_STATEMENT = 240
_MAY_LIST = re.compile(r"[分依各(（]|respectively", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_SAID = {
    "zh-Hant": {
        "title": "本文的標題是《{}》",
        "published": "本文發佈於 {}",
        "source": "本文的來源是{}",
        "author": "本文的作者是{}",
    },
    "zh-Hans": {
        "title": "本文的标题是《{}》",
        "published": "本文发布于 {}",
        "source": "本文的来源是{}",
        "author": "本文的作者是{}",
    },
    "en": {
        "title": "The title of this article is “{}”",
        "published": "This article was published on {}",
        "source": "The source of this article is {}",
        "author": "The author of this article is {}",
    },
}
_MOST_BESIDE_TITLE = 30
_NAME = re.compile(r"[^\W\d_](?:[^\n()（）/|]*[^\W\d_])?")
_DATES = ("published", "date", "updated")
_SOURCES = ("source", "publisher", "author")

Span4 = tuple[int, int, int, int]
"""Sentence or line, and the value in it."""


def derive(document: Document) -> tuple[Statement, ...]:
    """Statements about the article (title, publication date, source, author; each only where the text shows
    it), then those of its sentences and those of its tables, in order. Offsets are those of `Document.text`;
    what can be read two ways gives none.
    """
    listed = list(_of_tables(document))
    values = {one.value_start for one in listed}
    said = (one for one in _of_lists(document) if one.value_start not in values)
    return (*_about(document), *said, *listed)


def _of_lists(document: Document) -> Iterator[Statement]:
    published = date.fromisoformat(document.published) if document.published else None
    for block in document.blocks:
        for pieces in _whole_sentences(document.text[block.start : block.end]):
            spans = [(block.start + start, block.start + end) for start, end in pieces]
            begin, end = spans[0][0], spans[-1][1]
            sentence = document.text[begin:end]
            for pair in _pairs(sentence, published):
                start = max(a for a, _ in spans if a <= begin + pair.origin)
                stop = min(b for _, b in spans if begin + pair.end <= b)
                if len(pair.text) <= _LONGEST_STATEMENT:
                    value = (begin + pair.start, begin + pair.end)
                    yield _statement(document, "list", (start, stop, *value), pair.text)


def _pairs(sentence: str, published: date | None) -> Iterator[Pair]:
    """What the lists of a sentence say, then what its figures of two times say beside that."""
    found: list[Pair] = []
    if _MAY_LIST.search(sentence):
        found += (english_pairs if words.RESPECTIVELY.search(sentence.lower()) else pairs)(
            sentence, published
        )
    yield from found
    listed = {pair.start for pair in found}
    if _HAN.search(sentence):
        beside = two_periods(sentence, published) if MAY_COMPARE.search(sentence) else []
    else:
        beside = two_periods_english(sentence, published) if MAY_COMPARE_ENGLISH.search(sentence) else []
    yield from (pair for pair in beside if pair.start not in listed)


def _of_tables(document: Document) -> Iterator[Statement]:
    """Statements of the rows of tables and of lines that give a key its figure; each cites its line."""
    published = date.fromisoformat(document.published) if document.published else None
    lines = lines_of_blocks(document.text, document.blocks)
    for table in tables(document.text, lines):
        caption = caption_of(document, lines, table.first, table.last)
        yield from _said(document, facts(table, caption, published))
    for entries in groups(lines, published):
        caption = caption_of(document, lines, entries.first, entries.last)
        yield from _said(document, facts_of(entries, caption))


def _said(document: Document, found: Iterator[Fact]) -> Iterator[Statement]:
    for fact in found:
        text = fact.text(document.language)
        if len(text) <= _LONGEST_STATEMENT:
            yield _statement(document, "list", (*fact.line, *fact.value), text)


def _whole_sentences(text: str) -> Iterator[list[tuple[int, int]]]:
    """Sentences with those that only a semicolon parts from the one before, which may name their subject."""
    group: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if group and (text[group[-1][1] - 1] not in ";；" or end - group[0][0] > _LONGEST_SENTENCE):
            yield group
            group = []
        if end - start <= _LONGEST_SENTENCE:
            group.append((start, end))
    if group:
        yield group


def _about(document: Document) -> Iterator[Statement]:
    said = _SAID[document.language]
    if span := _title(document):
        yield _statement(document, "title", span, said["title"].format(document.title))
    claimed = list(_claims_around(document))
    if document.published and (span := _claim(document, claimed, _DATES, document.published)):
        yield _statement(document, "published", span, said["published"].format(_day(document)))
    if span := _claim(document, claimed, _SOURCES, document.source) or _agency(document):
        yield _statement(document, "source", span, said["source"].format(document.source))
    if span := next((span for kind, span in claimed if kind == "author"), None):
        name = _NAME.search(document.text, *span[2:])
        if name:
            yield _statement(
                document, "author", (*span[:2], *name.span()), said["author"].format(name.group())
            )


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the lines, without white space around them."""
    for line in re.compile(r"[^\n\r]+").finditer(text, start, end):
        if shown := line.group().strip():
            at = line.start() + line.group().index(shown)
            yield at, at + len(shown)


def _title(document: Document) -> Span4 | None:
    """The first line that says the title and little else."""
    for start, end in _lines(document.text, 0, len(document.text)):
        at = document.text.find(document.title, start, end)
        if at >= 0 and end - start - len(document.title) <= _MOST_BESIDE_TITLE:
            return start, end, at, at + len(document.title)
    return None


def _claims_around(document: Document) -> Iterator[tuple[str, Span4]]:
    """What the lines around the blocks say of the article: kind, span of the line and of what is said."""
    edges = [0, *(at for block in document.blocks for at in (block.start, block.end)), len(document.text)]
    for begin, stop in zip(edges[::2], edges[1::2], strict=True):
        for start, end in _lines(document.text, begin, stop):
            for kind, a, b in claims(fold(document.text[start:end])):
                yield kind, (start, end, start + a, start + b)


def _claim(
    document: Document, claimed: Sequence[tuple[str, Span4]], kinds: Sequence[str], value: str
) -> Span4 | None:
    """The first line that claims the value, by the best kind, and where in it the value stands."""
    for kind in kinds:
        for start, end, a, b in (span for other, span in claimed if other == kind):
            if kinds is _DATES:
                dates = (match.span() for match in DATE.finditer(document.text, a, b))
                found = next((span for span in dates if iso_date(document.text[slice(*span)]) == value), None)
            else:
                at = document.text.find(value, a, b)
                found = (at, at + len(value)) if at >= 0 else None
            if found:
                return start, end, *found
    return None


def _agency(document: Document) -> Span4 | None:
    """The agency in the dateline of a wire report."""
    for block in document.blocks[:1]:
        span = agency(fold(document.text[block.start : block.end]))
        start, end = (block.start + at for at in span) if span else (0, 0)
        if span and document.text[start:end] == document.source:
            return block.start, end, start, end
    return None


def _day(document: Document) -> str:
    day = date.fromisoformat(document.published or "")
    return day.isoformat() if document.language == "en" else f"{day.year} 年 {day.month} 月 {day.day} 日"


def _statement(document: Document, kind: str, span: Span4, text: str) -> Statement:
    start, end, value_start, value_end = span
    return Statement(document.id, start, end, value_start, value_end, text, kind)
