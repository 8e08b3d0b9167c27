"""What a label of a table or list names: a time, something measured with its unit, or a name; the figures
that fill cells.

Whatever is not plainly one of these is none, so that nothing is said of it.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ingest import listwords
from ingest import tablewords as words
from ingest.phrase import Span
from rag.period import Period, periods
from rag.quantity import quantities
from rag.text import fold
from rag.units import SIGN

Kind = Literal["time", "measure", "name"]

_HAN = re.compile(r"[\u3400-\u9fff]")
_BESIDE_TIME = re.compile(r"\s*(?:年|全年|年?[底末]|度|份|止|截[至止])?\s*(?:\([^()]{1,8}\))?\s*")
_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)[/.](?P<month>0?[1-9]|1[0-2])")
_MORE_UNITS = re.compile(r"[剂盏卷箱锭孔发]|m|m²|m2|ha|l|mm|rpm|nits?|w|v|a|‰|°|lux|l/100 ?km|bps")
_NO_UNIT = re.compile(r"[年季月日周]|年度|季度|\d.*")
_PER = re.compile(r"\s*/\s*\S{1,4}|\s*每\S{1,2}")
_SCALED_SIGN = re.compile(rf"(?P<sign>{SIGN})\s*(?P<scale>m|mn|million|bn|b|billion|k|thousand|trillion|tn)?")
_SIGNED_HAN = re.compile(r"(?P<sign>(?:新)?台币|人民币|港币|美金|日币)(?P<rest>\S*元|[百千万亿]+)")
_SCALES = {
    "m": "million",
    "mn": "million",
    "bn": "billion",
    "b": "billion",
    "k": "thousand",
    "tn": "trillion",
}
_MODIFIER = re.compile(r"\s*(?:[+~≈]|约|近|逾|超过|about|approx\.?|over|nearly)?\s*")
_CLASSIFIER = re.compile(r"\s?[\u3400-\u9fff]{1,2}|\s?/\s?\S{1,4}|\s?以[上下]")
_YEAR = re.compile(r"\d{4}|[〇零一二三四五六七八九]{4}|民国|\d{2}[hq]\d|[hq]\d|fy")
_OF_REPORT = re.compile(
    r"[本上当前][一个]?(?:年|季|月|期|周)|(?:this|last|prior|previous|current) (?:quarter|month|week)"
)
"""Times told from that of the report, which need not be the one of its publication."""
_BRACKET = re.compile(r"\s*\([^()]*\)$")
_MOST_LABEL = 24


@dataclass(frozen=True, slots=True)
class Label:
    """A header, a key or a first cell."""

    said: str
    """Without its unit; a time in full."""
    kind: Kind
    unit: str = ""
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that fills a cell."""

    start: int
    end: int
    """Offsets in the cell of the value."""
    said: str
    """The whole cell."""
    has_unit: bool


def label_of(text: str, published: date | None) -> Label | None:
    """What a label names; None where it is empty, too long or only a number."""
    text = text.strip(" :：*＊")
    if time := time_of(text, published):
        return time
    said, unit = without_unit(text)
    folded = fold(said)
    if not re.search(r"[^\W\d_]", said) or not 0 < len(said) <= _MOST_LABEL * (1 if _HAN.search(said) else 2):
        return None
    return Label(said, "measure" if unit or is_measure(folded) else "name", unit)


def time_of(text: str, published: date | None) -> Label | None:
    """The one time that a label is."""
    month = _MONTH.fullmatch(text)
    text = f"{month['year']}-{int(month['month']):02}" if month else text
    found = periods(text, published)
    if len(found) != 1:
        return None
    (period,) = found
    before, after = fold(text[: period.start]), fold(text[period.end :])
    if before.strip() or not _BESIDE_TIME.fullmatch(after):
        return None
    return Label(said_time(text[: period.end], period) + text[period.end :].rstrip(), "time", "", period)


def said_time(written: str, period: Period) -> str:
    """A time as it is written; in full where only the day of publication tells its year."""
    is_told = period.first is None or _OF_REPORT.match(fold(written)) or _YEAR.search(fold(written))
    return written if is_told else period.label()


def is_measure(folded: str) -> bool:
    """Whether a label names something measured, perhaps with a bracket behind it."""
    folded = _BRACKET.sub("", folded)
    if _HAN.search(folded):
        pattern = listwords.MEASURE.search(folded) or words.MEASURE_MORE.search(folded)
        return bool(pattern or words.CHANGE_HEADER.fullmatch(folded) or words.VALUE_HEADER.fullmatch(folded))
    return bool(words.MEASURE_ENGLISH.search(folded) or words.CHANGE_HEADER.fullmatch(folded))


def without_unit(text: str) -> tuple[str, str]:
    """A label and the unit in its last bracket, 「營收(億元)」; the unit is "" where there is none."""
    bracket = words.BRACKETED.search(fold(text))
    if not bracket:
        return text, ""
    unit = text[slice(*bracket.span("inside"))].strip()
    return (text[: bracket.start()], unit) if is_unit(unit) else (text, "")


def is_unit(text: str) -> bool:
    """Whether a text is a unit, perhaps with a magnitude, a currency or what it is counted per."""
    folded = re.sub(r"[仟佰]", lambda match: "千百"["仟佰".index(match.group())], fold(text)).strip()
    if not folded or _NO_UNIT.fullmatch(folded):
        return False
    if _MORE_UNITS.fullmatch(folded) or _SCALED_SIGN.fullmatch(folded):
        return True
    signed = _SIGNED_HAN.fullmatch(folded)
    folded = signed["rest"] if signed else folded
    found = quantities(f"1 {folded}")
    rest = f"1 {folded}"[found[0].end :] if len(found) == 1 and not found[0].start else folded
    return len(rest) < len(folded) and (not rest or _PER.fullmatch(rest) is not None)


def figure_of(text: str, unit: str = "") -> Figure | None:
    """The one figure that fills a cell; None for several, for words, and for marks that may mean a sign."""
    folded = fold(text)
    if unit and re.fullmatch(r"[12]\d{3}", folded):  # only its unit tells it from a year
        return Figure(0, len(text), text, has_unit=False)
    found = quantities(text)
    if len(found) != 1 or not _MODIFIER.fullmatch(folded, 0, found[0].start):
        return None
    one, end = found[0], found[0].end
    if folded[end:].strip():
        behind = _CLASSIFIER.fullmatch(folded, end)
        end = behind.end() if behind else -1
    start = found[0].start - (folded[found[0].start - 1 : found[0].start] == "+")
    is_scaled = folded[one.end - 1].isalpha() and not one.unit
    has_unit = bool(one.unit) or end > one.end or (is_scaled and not _joins(folded, unit))
    return Figure(start, end, text, has_unit) if end > 0 else None


def _joins(folded: str, unit: str) -> bool:
    """Whether a unit can stand behind 「3.1 萬」."""
    return not re.match(r"[十百千万亿兆%$]", fold(unit))


def with_unit(figure: Figure, unit: str) -> str:
    """The figure as a statement says it: 「10.3 億元」, "$12.4 million"."""
    if figure.has_unit or not unit:
        return figure.said
    folded = fold(unit).strip()
    if folded == "%":
        return f"{figure.said}%"
    scaled, signed = _SCALED_SIGN.fullmatch(folded), _SIGNED_HAN.fullmatch(folded)
    if scaled:
        at = figure.start
        scale = scaled["scale"] or ""
        sign = unit.strip()[: scaled.end("sign")]
        sign += " " if sign[-1:].isalpha() else ""
        return f"{figure.said[:at]}{sign}{figure.said[at:]} {_SCALES.get(scale, scale)}".rstrip()
    unit = unit.strip().replace("仟", "千").replace("佰", "百")
    if signed:
        at = signed.start("rest")
        return f"{unit[:at]} {figure.said} {unit[at:]}"
    return f"{figure.said} {unit}"


def span_in(start: int, figure: Figure) -> Span:
    """Where the figure of a cell that begins at `start` stands."""
    return start + figure.start, start + figure.end
