"""Lines that give each key its figure, 「2022 年:3.2 億元」, below a line that says what they are of."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest import tablewords as words
from ingest.caption import Caption
from ingest.fact import Fact
from ingest.labels import Figure, Label, figure_of, label_of, with_unit
from ingest.phrase import Span
from ingest.rows import TextLine
from ingest.table import fits, in_full
from rag.text import fold

_MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One such line."""

    label: Label
    figure: Figure
    value: Span
    line: Span


@dataclass(frozen=True, slots=True)
class Entries:
    """Lines that follow each other, from `first` to `last`."""

    members: tuple[Entry, ...]
    first: int
    last: int


def groups(lines: Sequence[TextLine], published: date | None) -> Iterator[Entries]:
    """Runs of at least two lines with a key and one figure each; a line with a key and words breaks none."""
    at = 0
    while at < len(lines):
        last = at
        while last < min(len(lines), at + _MOST_LINES) and words.KEYED.fullmatch(fold(lines[last].text)):
            last += 1
        members = tuple(entry for line in lines[at:last] if (entry := _entry(line, published)))
        if len(members) >= 2 and 2 * len(members) > last - at:
            yield Entries(members, at, last - 1)
        at = max(last, at + 1)


def facts_of(entries: Entries, caption: Caption) -> Iterator[Fact]:
    """Keys are times or names of what the caption says is measured, or they name what is measured."""
    labels = [entry.label for entry in entries.members]
    counted = Counter(label.said for label in labels)
    are_times = all(label.kind == "time" for label in labels)
    are_measures = 2 * sum(label.kind == "measure" for label in labels) > len(labels)
    are_names = not any(re.search("[率额量数价费]", fold(label.said)) for label in labels)
    for entry in entries.members:
        label = entry.label
        if counted[label.said] > 1:
            continue
        if are_times and caption.measure:
            fact = _fact(entry, caption, caption.measure, caption.subject, in_full(label, caption))
        elif caption.measure and are_names and not are_measures and label.kind != "time":
            fact = _fact(entry, caption, caption.measure, f"{caption.subject}{label.said}", caption.time)
        elif are_measures and (caption.subject or caption.time) and label.kind != "time":
            fact = _fact(entry, caption, label.said, caption.subject, caption.time)
        else:
            continue
        if fact:
            yield fact


def _fact(entry: Entry, caption: Caption, measure: str, owner: str, time: str) -> Fact | None:
    unit = entry.label.unit
    if not entry.figure.has_unit and not unit and caption.unit:
        if not fits(caption, measure):
            return None
        unit = caption.unit
    return Fact(entry.value, entry.line, with_unit(entry.figure, unit), measure, owner, time)


def _entry(line: TextLine, published: date | None) -> Entry | None:
    found = words.KEYED.fullmatch(fold(line.text))
    if not found or line.level:
        return None
    start = found.start("value")
    written = line.text[start : found.end("value")]
    shown = re.sub(r"[\s*_`]+$", "", written)
    label = label_of(line.text[slice(*found.span("key"))].strip("*_` "), published)
    figure = figure_of(shown, label.unit if label else "")
    if not label or not figure:
        return None
    value = (line.start + start + figure.start, line.start + start + figure.end)
    return Entry(label, figure, value, (line.start, line.end))
