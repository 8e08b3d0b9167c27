"""What the lines above a table or list say of all of it: whose figures, of what, of when, in which unit.

The nearest line is believed first; what it says in more than one way is not taken.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest import listwords
from ingest import tablewords as words
from ingest.labels import is_measure, is_unit, said_time, without_unit
from ingest.phrase import word_edges
from ingest.rows import TextLine
from rag.period import Period, periods
from rag.schema import Document
from rag.text import fold, is_name, rare_words, sentences

_MOST_TITLE, _MOST_MEASURE, _MOST_NAME = 44, 14, 14
_NEAR = 3
_LONGEST_SEARCHED = 20_000
_ENGLISH_NAME = re.compile(
    r"(?:The )?((?:[A-Z][\w&.-]*)(?: (?:[A-Z][\w&.-]*|of|and))* [A-Z][\w&.-]*)(?:'s)?\b"
)
_MARKS = re.compile(r"^[#>\s*•·▪●○■◆◎▍–—-]+|[*_`【】]")


@dataclass(frozen=True, slots=True)
class Caption:
    """Each is "" or None where it is not said."""

    subject: str = ""
    measure: str = ""
    unit: str = ""
    period: Period | None = None
    time: str = ""
    """The period, said in full."""


def caption_of(document: Document, lines: Sequence[TextLine], first: int, last: int) -> Caption:
    """What is said above the lines `first` to `last`, or of their unit right below."""
    at, unit = first - 1, ""
    for line in [*lines[last + 1 : last + 3], *reversed(lines[max(0, first - 2) : first])]:
        unit = unit_line(line.text) or unit
    while at >= 0 and unit_line(lines[at].text):
        at -= 1
    lead = _shown(lines[at].text) if at >= 0 and not _is_row(lines[at].text) else ""
    above = next((_shown(line.text) for line in reversed(lines[: max(0, at)]) if line.level), "")
    own = _last_clause(lead)
    titles = [text for text in (own, "" if own and is_title(own) else above) if text and is_title(text)]
    published = date.fromisoformat(document.published) if document.published else None
    near = "".join(line.text for line in lines[max(0, first - _NEAR) : first]) if first > _NEAR else None
    subject, is_of_title = _subject(document, lead, above, near)
    near_by = [_of_title(title, published) for title in titles]
    of_all = is_of_title and is_title(document.title)
    found = [*near_by, *([_of_title(document.title, published)] if of_all else [])]
    return Caption(
        subject=subject,
        measure=next((one.measure for one in near_by if one.measure), ""),
        unit=next((one.unit for one in found if one.unit), unit),
        period=next((one.period for one in found if one.period), None),
        time=next((one.time for one in found if one.period), ""),
    )


def unit_line(text: str) -> str:
    """The unit that a line says and nothing else, 「單位:億元」."""
    found = words.UNIT_LINE.fullmatch(fold(text))
    if not found:
        return ""
    unit = text[slice(*found.span("unit" if found["unit"] else "english"))].strip()
    return unit if is_unit(unit) else ""


def is_title(text: str) -> bool:
    """Whether a line is a short phrase, not a sentence of clauses."""
    bare = re.sub(r"\([^()]*\)", "", fold(text)).strip(" :。.")
    return 0 < len(bare) <= _MOST_TITLE * (1 if re.search(r"[\u3400-\u9fff]", bare) else 2) and not re.search(
        r"[,;!?。|]|\.\s", bare
    )


def _of_title(text: str, published: date | None) -> Caption:
    """What a title says: 「2024 年各分店營收(萬元)」."""
    rest, unit = without_unit(text.strip(" :：。."))
    found = [] if words.NO_OCCASION.search(fold(rest)) else periods(rest, published)
    period = found[0] if len(found) == 1 and not found[0].span else None
    time = said_time(rest[period.start : period.end], period) if period else ""
    if period and period.day:  # 「截至 2024 年 12 月 31 日止年度」
        year = period.first.year if period.first and listwords.UNTIL.match(fold(rest), period.end) else None
        period = next(iter(periods(f"{year} 年")), None) if year else None
        time = period.label() if period else ""
    for one in reversed(found):
        rest = rest[: one.start] + rest[one.end :]
    return Caption(measure=_measure(rest), unit=unit, period=period, time=time)


def _measure(title: str) -> str:
    """What is measured, where the title without its time is little more: 「各分店營收」 is 「營收」."""
    for pattern in (words.STRIPPED, words.TIMELESS):
        title = _without(pattern, title)
    title = re.split(r" (?:by|for each|per) ", title)[0].strip(" :：的")
    if each := words.EACH.match(fold(title)):
        rest = title[each.end() :]
        title = next((rest[at:].lstrip("的") for at in range(1, len(rest)) if _stands_alone(rest, at)), "")
    if "的" in title:
        title = title[title.rindex("的") + 1 :]
    if not 1 < len(title) <= _MOST_MEASURE * (1 if re.search(r"[\u3400-\u9fff]", title) else 3):
        return ""
    return title if is_measure(fold(title)) and not listwords.SAYING.match(fold(title)) else ""


def _stands_alone(rest: str, at: int) -> bool:
    """Whether the text behind 各 may be cut here: 「分店|營收」."""
    folded = fold(rest)
    return at in word_edges(folded, 0, len(folded))[1:-1] and is_measure(folded[at:].lstrip("的"))


def _without(pattern: re.Pattern[str], text: str) -> str:
    folded = fold(text)
    for match in reversed(list(pattern.finditer(folded))):
        text = text[: match.start()] + text[match.end() :]
    return text.strip()


def _subject(document: Document, lead: str, above: str, near: str | None) -> tuple[str, bool]:
    """Whose figures they are, and whether only the title of the article says so: that counts where it is near
    or its name is."""
    for text in dict.fromkeys((_last_clause(lead), lead, above)):
        if text and (subject := subject_of(text, document.text)):
            return subject, False
    subject = subject_of(document.title, document.text)
    return (subject, True) if subject and (near is None or subject in near) else ("", False)


def subject_of(text: str, article: str) -> str:
    """The name with which a title or sentence begins, "" where that is unsure."""
    text = _MARKS.sub("", text)
    if not re.search(r"[\u3400-\u9fff]", text):
        named = _ENGLISH_NAME.match(text)
        return named[1] if named else ""
    folded = re.sub(r"^(?:关于|有关)", lambda match: " " * len(match.group()), fold(text))
    begin = len(folded) - len(folded.lstrip())
    found = periods(text)
    end = min(
        [match.start() for match in words.NAME_ENDS.finditer(folded, begin + 1)][:1]
        + [period.start for period in found[:1]]
        + [len(text)]
    )
    name, plain = text[begin:end].strip(), folded[begin:end].strip()
    if (
        not 2 <= len(plain) <= _MOST_NAME
        or words.NO_SUBJECT.fullmatch(plain)
        or re.search(r"[与和及跟]|(?<![a-z])\d", plain)
    ):
        return ""
    is_known = (
        is_name(plain)
        or rare_words(plain)
        or listwords.OWNER.search(plain)
        or article.count(name, 0, _LONGEST_SEARCHED) > 2
    )
    return name if is_known and not is_measure(plain) else ""


def _last_clause(text: str) -> str:
    """Of the last sentence, where it points at what follows: 「…,各店營收如下:」."""
    ends = sentences(text)
    last = text[slice(*ends[-1])] if ends else ""
    clauses = re.split(r"[,，;；]", last)
    points = re.search(r"[:：]\s*$|如下|下表|as follows|below", last)
    return (clauses[-1] if points else last).strip()


def _shown(text: str) -> str:
    return _MARKS.sub("", text).strip()


def _is_row(text: str) -> bool:
    return bool(re.search(r"[|｜│\t]", text)) or bool(words.KEYED.fullmatch(fold(text)))
