"""Is this line of the site or of the article? Judged by its words alone; where it stands is for `layout`.

Every function takes a line as `rag.text.fold` gives it, without Markdown.
"""

import re
from collections.abc import Iterator

from ingest import vocabulary as words
from ingest.dates import DATE
from ingest.lines import width
from rag.text import fold

_SEPARATORS = (">", "»", "›", "|", "/", "·", "•")
_KINDS = ("published", "source", "author", "picture", "other")
_LEAST_MENU_ITEMS = 5
_MOST_DATE_CHARACTERS = 80
_MOST_CHROME_CHARACTERS = 200


def is_prose(line: str) -> bool:
    """Whether a line is a sentence or more, and no title, label or button."""
    length = len(line.split())
    if "。" in line or length >= 25 or (width(line) > 90 and length < 12):
        return True
    if line[-1:] in ("，", ",", "、", ";", ":") and width(line) > 30:
        return True
    return length >= 8 and bool(words.SENTENCE_END.search(line))


def is_bare_date(line: str) -> bool:
    """Whether a line holds a date and not even a label for it, as letters do at their end."""
    return is_date(line) and not re.search(r"\w", words.WHEN.sub(" ", line))


def is_date(line: str) -> bool:
    """Whether a line holds dates and times and nothing else but a label for them."""
    if len(line) > _MOST_DATE_CHARACTERS or not re.search(r"\d", line):
        return False
    return not re.search(r"\w", words.BARE_LABEL.sub("", words.WHEN.sub(" ", line)))


def label(line: str) -> tuple[str, int, int] | None:
    """Kind of a label line and span of its value, which may be empty; None for other lines.

    Kinds: "published", "updated", "source", "author", "picture" and "other".
    """
    found = words.LABEL.fullmatch(line)
    if not found:
        return None
    if found.group("name"):
        return "author", *found.span("name")
    kind = next(kind for kind in _KINDS if found.group(kind))
    if kind == "published":
        if found.group("value") and not is_date(found.group("value")):
            return None
        kind = "updated" if words.UPDATED.search(found.group("published")) else kind
    return kind, *found.span("value")


def crumbs(line: str) -> list[tuple[int, int]]:
    """Spans of the segments of a bread crumb or navigation line; [] for other lines."""
    at_home = bool(words.HOME.match(line))
    if "。" in line or (":" in line and not at_home):
        return []
    for separator in _SEPARATORS:
        mark = re.escape(separator)
        tight = separator in ">»›|" or at_home
        pattern = rf"\s*{mark}\s*" if tight else rf"\s+{mark}(?:\s+|$)|^{mark}\s+"
        count = len(re.findall(pattern, line))
        enough = count >= 2 or (count == 1 and separator in ">»›") or line.strip(separator) != line
        segments = _split(line, pattern) if enough else []
        if segments and _are_short([line[start:end] for start, end in segments]):
            return segments
    return []


def claims(line: str) -> Iterator[tuple[str, int, int]]:
    """What a line of chrome says of the article: kinds of `label`, "publisher" and "date", with spans."""
    if len(line) > _MOST_CHROME_CHARACTERS:
        return
    segments = crumbs(line)
    parts = segments or _details(line)
    if not segments and (is_date(line) or any(words.BARE_LABEL.fullmatch(line[a:b]) for a, b in parts)):
        parts = [(0, len(line))]
    for start, end in parts:
        part = line[start:end]
        if not segments and (found := label(part)):
            yield found[0], start + found[1], start + found[2]
        elif words.WHEN.search(part):
            is_labelled = is_date(part) and not is_bare_date(part)
            yield (
                "updated" if words.UPDATED.search(part) else "published" if is_labelled else "date",
                start,
                end,
            )
        elif reporter := words.REPORTER.search(part):
            yield "author", start + reporter.start("name"), start + reporter.end("name")
        elif is_publisher(part):
            yield "publisher", start, end


def agency(line: str) -> tuple[int, int] | None:
    """Span of the agency in the dateline that a wire report begins with."""
    found = words.DATELINE.match(line)
    return found.span("agency") if found else None


def is_publisher(name: str) -> bool:
    """Whether a name looks like that of a newspaper, agency, broadcaster or site."""
    return bool(words.PUBLISHER.fullmatch(name.strip(" ()[]【】《》「」")))


def is_name(shown: str) -> bool:
    """Whether a line, not folded, may be just the name of a person or publisher, or a number."""
    latin = re.fullmatch(r"[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,3}", shown)
    return bool(latin) or width(shown) <= 8 or (width(shown) <= 24 and is_publisher(fold(shown)))


def is_interruption(line: str) -> bool:
    """Chrome wherever it stands, within an article too: page numbers, advert marks, picture credits."""
    found = label(line)
    is_credit = found is not None and found[0] == "picture" and len(line) <= 40
    return is_credit or bool(words.PAGE_NUMBER.fullmatch(line) or words.ADVERT.fullmatch(line))


def related(line: str) -> str | None:
    """For a line that leads to other articles, what follows on it: "" for a header; None for other lines."""
    found = words.RELATED.fullmatch(line) if len(line) <= 120 else None
    return (found.group("title") or "") if found else None


def opens_comments(line: str) -> bool:
    """Whether the readers' comments begin here."""
    return len(line) <= 40 and bool(words.COMMENTS.fullmatch(line))


def is_buttons(line: str) -> bool:
    """Whether a line is made of the buttons, menu items and numbers of a site."""
    rest, replaced = words.BUTTON.subn(" ", line)
    return len(line) <= 100 and replaced > 0 and not re.search(r"[^\W\d]", rest)


def is_furniture(line: str) -> bool:
    """Chrome at the head and foot of a page: crumbs, labels, buttons, adverts of the site, rights."""
    return len(line) <= _MOST_CHROME_CHARACTERS and bool(
        is_interruption(line)
        or related(line) is not None
        or crumbs(line)
        or _is_menu(line)
        or _is_details(line)
        or _is_call(line)
        or words.RIGHTS.match(line)
        or words.CONSENT.match(line)
        or words.END_MARK.fullmatch(line)
    )


def _split(line: str, separator: str | re.Pattern[str]) -> list[tuple[int, int]]:
    """Spans of what stands between separators, without what shows no letter or digit."""
    spans, start = [], 0
    for match in [*re.finditer(separator, line), None]:
        end = match.start() if match else len(line)
        if re.search(r"\w", line[start:end]):
            spans.append((start, end))
        start = match.end() if match else end
    return spans


def _are_short(segments: list[str]) -> bool:
    *others, last = segments
    longest = 120 if others else 30  # the last of several may be the title of the page
    return width(last) <= longest and all(width(segment) <= 30 for segment in others) and not is_prose(last)


def _is_menu(line: str) -> bool:
    """Many very short items; English ones only if a menu would have them, as English titles look the same."""
    items = line.split()
    is_short = len(items) >= _LEAST_MENU_ITEMS and all(
        re.fullmatch(r"[^\W\d_a-z]{1,4}", item) for item in items
    )
    return is_short or is_buttons(line)


def _details(line: str) -> list[tuple[int, int]]:
    """Spans of the parts of a line of details; dates are one part each, whatever they are written with."""
    return _split(words.WHEN.sub(lambda match: "0" * len(match.group()), line), words.PART)


def _is_details(line: str) -> bool:
    """Date, author, source and counters, alone or in a row with at most one name among them."""
    if width(line) > 160 or "。" in line:
        return False
    if _is_detail(line):
        return True
    parts = [line[start:end] for start, end in _details(line)]
    others = [part for part in parts if not _is_detail(part) and not is_publisher(part)]
    if any(DATE.search(part) for part in parts) and words.TIME.search(line):
        return sum(map(width, others)) <= 40
    is_known = len(others) < len(parts) and any(_is_detail(part) for part in parts)
    return is_known and len(others) <= 1 and sum(map(width, others)) <= 24


def _is_detail(part: str) -> bool:
    return bool(
        label(part)
        or is_date(part)
        or words.BARE_LABEL.fullmatch(part)
        or words.BYLINE.fullmatch(part)
        or words.COUNT.fullmatch(part)
        or is_buttons(part)
    )


def _is_call(line: str) -> bool:
    if words.CALL.search(line):
        return len(line) <= 120 and (bool(words.READER.search(line)) or width(line) <= 60)
    return "。" not in line and width(line) <= 80 and bool(words.SHORT_CALL.search(line))
