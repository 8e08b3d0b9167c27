"""Head, body and foot of a page: which of its lines are the site's and which the article's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import chrome
from ingest.lines import width
from ingest.page import Line

_HEAD_OF_VERSE = 8
_MOST_STRAY_LINES = 6
_MOST_STRAY_COLUMNS = 60
_MOST_RELATED_WITHIN = 6
_MOST_VALUE_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a page and what they are."""

    lines: Sequence[Line]
    head: int
    """So many lines stand before the first paragraph."""
    has_prose: bool
    """False for verse, lists and the like, where nothing tells a paragraph from a title."""
    chrome: frozenset[int]
    """Lines of the site around the article."""


def layout_of(lines: Sequence[Line]) -> Layout:
    """Judge each line: by itself in the head, from the end upward in the foot, strictly in between."""
    text = (i for i in range(len(lines)) if chrome.is_prose(lines[i].folded) and not _is_furniture(lines, i))
    first = next(text, None)
    head = min(len(lines), _HEAD_OF_VERSE) if first is None else first
    site = {i for i in range(head) if _is_furniture(lines, i)}
    site |= {i for i, line in enumerate(lines) if chrome.is_interruption(line.folded)}
    site |= _values(lines, head, site)
    site |= _names(lines, head, site)
    site |= _related(lines, head)
    site |= _comments(lines, head)
    foot = _foot(lines, 0, site, 0) if first is None else _foot(lines, head, site, _MOST_STRAY_LINES)
    return Layout(lines, head, first is not None, frozenset(site | set(range(foot, len(lines)))))


def is_row(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is a row of a table: the line above or below has as many bars."""
    bars = lines[at].shown.count("|")
    around = [lines[i].shown.count("|") for i in (at - 1, at + 1) if 0 <= i < len(lines)]
    return "|" in lines[at].mark or (bars > 0 and bars in around)


def _is_furniture(lines: Sequence[Line], at: int) -> bool:
    line = lines[at]
    if line.depth:
        return chrome.related(line.folded) is not None or chrome.opens_comments(line.folded)
    if is_row(lines, at):
        return chrome.is_buttons(line.folded)
    return chrome.is_furniture(line.folded)


def _names(lines: Sequence[Line], head: int, site: set[int]) -> set[int]:
    """Names and numbers among the details below a title: an author, a publisher, a counter."""
    title = next((i for i in range(head) if i not in site), head)
    last = max((i for i in site if i < head), default=0)
    return {i for i in range(title + 1, last) if chrome.is_name(lines[i].shown)}


def _values(lines: Sequence[Line], head: int, site: set[int]) -> set[int]:
    """Short lines below a label that has nothing behind its colon."""
    return {
        i
        for i in range(1, head)
        if i - 1 in site
        and (found := chrome.label(lines[i - 1].folded))
        and found[1] == found[2]
        and width(lines[i].shown) <= _MOST_VALUE_COLUMNS
    }


def _related(lines: Sequence[Line], head: int) -> set[int]:
    """Links to other articles: single lines, and lists from a header to a paragraph or the end."""
    site: set[int] = set()
    below, at_end = len(lines), True  # where the paragraph or list below begins
    for at in range(len(lines) - 1, head - 1, -1):
        named = chrome.related(lines[at].folded)
        if named == "" and (at_end or below - at - 1 <= _MOST_RELATED_WITHIN):
            site.update(range(at, below))
            below = at
        elif named is not None:
            site.add(at)
        elif chrome.is_prose(lines[at].folded):
            below, at_end = at, False
    return site


def _comments(lines: Sequence[Line], head: int) -> set[int]:
    """Everything from the header of the readers' comments on, if most of the text stands above it."""
    above = 0
    half = sum(len(line.shown) for line in lines) / 2
    for at, line in enumerate(lines):
        if at > head and above > half and chrome.opens_comments(line.folded):
            return set(range(at, len(lines)))
        above += len(line.shown)
    return set()


def _foot(lines: Sequence[Line], first: int, site: set[int], most_stray: int) -> int:
    """Where the foot begins: upward from the end over chrome, and over stray lines with more chrome above."""
    begin, stray = len(lines), 0
    for at in range(len(lines) - 1, first, -1):
        folded = lines[at].folded
        if stray and (chrome.is_interruption(folded) or chrome.related(folded)):
            break  # those stand within articles too, and then what is below them is text
        if at in site or (_is_furniture(lines, at) and not chrome.is_bare_date(folded)):
            begin, stray = at, 0
        elif stray < most_stray and _may_be_stray(folded):
            stray += 1
        else:
            break
    return begin


def _may_be_stray(line: str) -> bool:
    """Whether a line is so short and simple that it may be a tag, a name or a link."""
    return width(line) <= _MOST_STRAY_COLUMNS and not re.search("[，,。]", line)
