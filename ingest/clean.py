"""What is the article, and what is the site around it: choosing blocks, never changing a character.

The rules are about the genre (head, body and foot of a page) and keep a line when unsure: one line of chrome
in the index does less harm than one sentence missing.
"""

import hashlib
import json
import re
from collections import Counter
from pathlib import PurePosixPath

from ingest.blocks import blocks_of, numbering
from ingest.chrome import agency, claims, is_prose, is_publisher
from ingest.dates import iso_date
from ingest.layout import Layout, is_row, layout_of
from ingest.lines import width
from ingest.load import Loaded
from ingest.page import Line, lines_of
from rag.schema import Document
from rag.text import fold, language, sentences

_MOST_TITLE_COLUMNS = 120
_LEAST_TITLE_COLUMNS = 12
_LEAST_TITLE_SPACES = 2
_MOST_NAME_COLUMNS = 24
_LEAST_CLAUSE, _MOST_CLAUSE = 8, 40
_CLAUSE_END = re.compile(r"[，,。；;！!？?：:、…](?!\d)|\.(?=\s|$)")
_NO_TITLE_END = re.compile(r"[。，,、：:；;]$|^(?:\S+\s){3,}\S+\.$")


def clean(loaded: Loaded) -> Document:
    """The document with its title, source and date found, and blocks over its headings and paragraphs.

    `Document.text` is `loaded.text`; the blocks are ordered, disjoint, trimmed and not empty, and cover every
    line that is not clearly site chrome.
    """
    lines = lines_of(loaded)
    layout = layout_of(lines)
    title, title_lines = _title(loaded.title, layout)
    body = [line for i, line in enumerate(lines) if i not in layout.chrome | title_lines] or lines
    above_title = {i for i in title_lines if title and not _is_same(lines[i].shown, title)}
    claimed = _claimed(layout, layout.chrome | above_title)
    file_name = PurePosixPath(re.sub(r"(\.jsonl)#.*", r"\1", loaded.origin, flags=re.DOTALL)).name
    title = title or _first_clause(body) or file_name
    said_source = next((claimed[kind] for kind in ("source", "publisher", "author") if kind in claimed), None)
    source = loaded.source or said_source or file_name
    published = loaded.published or claimed.get("published") or claimed.get("updated")
    identity = json.dumps([loaded.text, title, source, published, loaded.url])
    return Document(
        id=hashlib.sha256(identity.encode()).hexdigest()[:16],
        text=loaded.text,
        title=title,
        source=source,
        published=published,
        url=loaded.url,
        language=language("\n".join(line.shown for line in body)),
        blocks=blocks_of(body),
    )


def _title(declared: str | None, layout: Layout) -> tuple[str | None, set[int]]:
    """The title (declared, marked, repeated or first), and the lines that say it or stand above it."""
    lines = layout.lines
    inside = [i for i in range(layout.head) if i not in layout.chrome and _may_be_title(layout, i)]
    if declared:
        same = {i for i in range(layout.head) if _is_same(lines[i].shown, declared)}
        return declared, _with_lines_above(same)
    tops = [i for i, line in enumerate(lines) if line.depth == 1]
    repeated = Counter(_plain(lines[i].shown) for i in inside)
    marked = [i for i in tops if len(tops) == 1 and i in inside]
    twice = [i for i in inside if repeated[_plain(lines[i].shown)] > 1]
    if chosen := marked or twice:
        text = lines[chosen[0]].shown
        return text, _with_lines_above({i for i in inside if _is_same(lines[i].shown, text)})
    if not inside or not _stands_alone(layout, inside[0]):
        return None, set()
    first = next(i for i in inside if not any(_stands_above(layout, i, j) for j in inside if i < j <= i + 4))
    return lines[first].shown, _with_lines_above({first}) if layout.has_prose else set()


def _may_be_title(layout: Layout, at: int) -> bool:
    line = layout.lines[at]
    is_only_heading = sum(other.depth == line.depth for other in layout.lines) == 1
    return (
        width(line.shown) <= _MOST_TITLE_COLUMNS
        and not _NO_TITLE_END.search(line.shown)
        and numbering(line.folded) is None
        and not is_row(layout.lines, at)
        and (line.depth == 1 or (line.depth > 1 and is_only_heading) or not line.mark)
    )


def _is_same(shown: str, title: str) -> bool:
    """Whether a line says the title, with or without the name of the site behind it."""
    short, long = sorted((_plain(shown), _plain(title)), key=len)
    return short == long or (len(short) >= 6 and len(long) - len(short) <= 16 and long.startswith(short))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _with_lines_above(lines: set[int]) -> set[int]:
    return lines | set(range(min(lines, default=0)))


def _stands_alone(layout: Layout, at: int) -> bool:
    after = at + 1
    if after >= len(layout.lines):
        return True
    line = layout.lines[after]
    is_spaced = any(other.apart for other in layout.lines[1:])
    return line.apart or after in layout.chrome or is_prose(line.folded) or not is_spaced


def _stands_above(layout: Layout, above: int, below: int) -> bool:
    """Whether the line above only names a site or section, and the title is the line below."""
    name, title = layout.lines[above], layout.lines[below]
    if width(name.shown) > _MOST_NAME_COLUMNS or width(title.shown) <= width(name.shown):
        return False
    is_repeated = any(line.folded == name.folded for line in layout.lines[layout.head :])
    is_short = width(name.shown) < _LEAST_TITLE_COLUMNS or 1 <= name.shown.count(" ") < _LEAST_TITLE_SPACES
    is_headed = below + 1 in layout.chrome or width(title.shown) >= 2 * width(name.shown)
    return is_repeated or is_publisher(name.folded) or (layout.has_prose and is_short and is_headed)


def _first_clause(body: list[Line]) -> str | None:
    """Of the first sentence, if there is one."""
    shown = next((line.shown for line in body if is_prose(line.folded)), body[0].shown if body else "")
    start, end = next(iter(sentences(shown)), (0, 0))
    mark = _CLAUSE_END.search(shown, start + _LEAST_CLAUSE, end)
    return shown[start : min(mark.start() if mark else end, start + _MOST_CLAUSE)].strip(" 。.") or None


def _claimed(layout: Layout, around: frozenset[int]) -> dict[str, str]:
    """What the lines around the article say about it: source, publisher, author, published, updated."""
    found: dict[str, str] = {}
    for at in sorted(around):
        line = layout.lines[at]
        for kind, start, end in claims(line.folded):
            if at >= layout.head and kind in ("date", "publisher"):
                continue  # at the foot those belong to other articles
            value = line.shown[start:end] if start < end else _line_below(layout, at)
            is_date = kind in ("date", "published", "updated")
            known = iso_date(value) if is_date else value.strip(" ()[]（）【】「」《》")
            if known:
                found.setdefault("published" if kind == "date" else kind, known)
    first = layout.lines[layout.head] if layout.has_prose else None
    if first and (span := agency(first.folded)):
        found.setdefault("publisher", first.shown[slice(*span)])
    return found


def _line_below(layout: Layout, at: int) -> str:
    return layout.lines[at + 1].shown if at + 1 < len(layout.lines) else ""
