"""Figures in a text in one normal form, so that a question, its evidence and an answer can be compared.

「12.5 億元」, 「1,250,000,000 元」 and "1.25 billion yuan" are one value; a year or a model's name is none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from rag.figure_context import BLANK, is_no_quantity, stands_alone, without_codes
from rag.numerals import ARABIC, ENGLISH, HAN, HAN_DIGITS, MAGNITUDE, MIXED, SCALE, folded, read, scaled
from rag.period import periods
from rag.units import SIGN, compatible, sign_currency, units


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as written, its unit included."""

    start: int
    end: int
    """Offsets in the text, end exclusive."""
    low: Decimal
    high: Decimal
    """Equal unless it is a range, 「30 至 40 萬」."""
    unit: str
    """Canonical and Traditional (`units.tsv`): "%", "pp", "倍", "元", "USD", "家", "噸"; "" for none."""

    def same(self, other: "Quantity") -> bool:
        """Whether the values are equal and the units may count the same thing (`rag.units.compatible`)."""
        return (self.low, self.high) == (other.low, other.high) and compatible(self.unit, other.unit)


@dataclass(frozen=True, slots=True)
class _Figure:
    quantity: Quantity
    mantissa: Decimal
    """The number without magnitude and unit: 5 for 「5 萬元」."""
    open: bool
    """Nothing is written behind the number: a magnitude and unit further on may be its own too."""
    certain: bool
    """False: only a quantity as the lower end of a range, the 三 of 「三至五成」."""


_PERCENT = {"百": Decimal(1), "千": Decimal("0.1"), "万": Decimal("0.01")}
_TO = re.compile(r" ?(?:-|–|—|~|至|到|to) ?")
_HALF = Decimal("0.5")


@cache
def _pattern() -> re.Pattern[str]:
    unit, scale = units().pattern, SCALE.replace("[kmb]", "[kb]")  # "500m" is money only behind a sign
    fraction = rf"(?P<base>[百千万]|{HAN}|\d{{1,4}}) ?分之 ?(?P<part>-?(?:{MIXED}|{HAN}))"
    tenths = (
        rf"(?P<tenths>{MIXED}|{HAN}) ?成(?![立为功员本长果绩分就交都熟型份品人年])"
        rf"(?: ?(?P<more_tenths>[{HAN_DIGITS}\d])(?![{HAN_DIGITS}十百\d.,]| ?{unit}| ?{MAGNITUDE}))?"
    )
    half = r"(?P<half>半数|一半|过半|(?<!first )(?<!second )\bhalf(?= of| the))"
    sign = rf"(?:(?P<sign>(?<![a-z])(?:{SIGN})) ?)?(?P<minus>(?<![a-z\d])[-−]|负 ?|零下 ?|\bminus )?"
    half_a = r"(?<![上下前后大一多过])半(?=年(?![报度])|小时|个月|个小时|天(?!然))"
    number = (
        rf"(?P<number>{MIXED}|{HAN}|{ENGLISH}|{half_a})(?: ?[余馀多来](?= ?(?:{MAGNITUDE}|{unit})))?"
        rf"(?: ?(?P<more>{MAGNITUDE}))?(?:(?: ?|-)(?P<scale>(?(sign){SCALE}|{scale})))?"
    )
    counted = (
        rf"(?:(?: {{0,2}}|-)(?P<and_half_a>个半(?=小时|钟头|星期))?(?P<unit>{unit}))?"
        r"(?P<and_half>(?<=[年天倍])半(?![年导数]))?"
    )
    return re.compile(f"{fraction}|{tenths}|{half}|{sign}{number}{counted}")


def quantities(text: str) -> list[Quantity]:
    """All figures in a text, in order, without overlap.

    No quantities: dates and years, ordinals (第三, 前三名), names with numbers (A320, 5G, 300750.SZ),
    versions, phone numbers, clock times, and what is only asked or vague (幾, 數十). Approximate ones
    (約, 逾, 十餘家) have the value that is written, 「七八十」 is the range 70 to 80; a part (三分之一, 五成,
    半數) is a percentage. 「一家公司」 is 1 家, though it may only mean "a"; 「698 年」 is 698 years, since
    only 公元 tells. Numbers of a list that share one unit (「1、2 及 3 億元」) keep what stands with each.
    """
    plain, kept, at = folded(text), [], 0
    for period in periods(text):
        kept += [plain[at : period.start], BLANK * (period.end - period.start)]
        at = period.end
    plain = without_codes("".join([*kept, plain[at:]]))
    figures = (_figure(match, text) for match in _pattern().finditer(plain))
    return list(_ranges(plain, [figure for figure in figures if figure]))


def _figure(match: re.Match[str], text: str) -> _Figure | None:
    if match["part"]:
        return _fraction(match)
    if match["tenths"]:
        return _tenths(match)
    if match["half"]:
        return _share(match, Decimal(50), Decimal(50), Decimal(50))
    return _counted(match, text)


def _share(match: re.Match[str], low: Decimal, high: Decimal, mantissa: Decimal) -> _Figure:
    return _Figure(Quantity(*match.span(), low, high, "%"), mantissa, open=False, certain=True)


def _fraction(match: re.Match[str]) -> _Figure | None:
    """百分之五, 千分之三, 三分之一."""
    value = read(match["part"].lstrip("-"))
    whole = None if match["base"] in _PERCENT else read(match["base"])
    if value is None or (whole and not whole[0]):
        return None
    percent = value[0] * 100 / whole[0] if whole else value[0] * _PERCENT[match["base"]]
    if match["part"].startswith("-"):
        percent = -percent
    return _share(match, percent, percent, value[0])


def _tenths(match: re.Match[str]) -> _Figure | None:
    """五成, 七成五, 兩三成."""
    value = read(match["tenths"])
    more = read(match["more_tenths"] or "〇")
    if value is None or more is None or value[1] > 10:
        return None
    return _share(match, value[0] * 10 + more[0], value[1] * 10 + more[0], value[0])


def _counted(match: re.Match[str], text: str) -> _Figure | None:
    written = match["number"]
    value = (_HALF, _HALF) if written == "半" else read(written)
    if value is None or is_no_quantity(match, value[0]):
        return None
    unit, start = units().names[match["unit"]] if match["unit"] else "", match.start()
    if match["sign"] and unit in ("", "元"):
        unit = sign_currency(match["sign"])
    elif match["sign"] and units().kinds[unit] != "money":
        start = match.start("minus") if match["minus"] else match.start("number")
    low, high = sorted(_value(bound, match) for bound in value)
    mantissa = _mantissa(written, value[0])
    return _Figure(
        Quantity(start, match.end(), low, high, unit),
        mantissa,
        open=match["unit"] is None and abs(low) == mantissa,
        certain=bool(unit) or stands_alone(match, text),
    )


def _value(number: Decimal, match: re.Match[str]) -> Decimal:
    for magnitude in (match["more"], match["scale"]):
        number = scaled(number, magnitude) if magnitude else number
    if match["and_half"] or match["and_half_a"]:
        number += _HALF
    return -number if match["minus"] else number


def _mantissa(written: str, value: Decimal) -> Decimal:
    digits = re.match(ARABIC, written)
    bounds = read(digits.group()) if digits else read(written.rstrip("万亿兆") or written)
    return bounds[0] if bounds else value


def _ranges(plain: str, figures: list[_Figure]) -> Iterator[Quantity]:
    """Two figures joined by 至, -, ~ or to become one range."""
    at = 0
    while at < len(figures):
        joined = _joined(plain, figures[at], figures[at + 1]) if at + 1 < len(figures) else None
        if joined:
            yield joined
        elif figures[at].certain:
            yield figures[at].quantity
        at += 2 if joined else 1


def _joined(plain: str, left: _Figure, right: _Figure) -> Quantity | None:
    """The range from left to right, a bare lower end with the magnitude of the upper (「3 至 5 萬」)."""
    low, high = left.quantity, right.quantity
    gap = plain[low.end : high.start]
    dash = gap in ("", " ") and plain[high.start] == "-"
    between = gap == " and " and plain[max(0, low.start - 8) : low.start] == "between "
    if not (dash or between or _TO.fullmatch(gap)) or not (left.certain or right.certain):
        return None
    if dash:
        high = replace(high, low=-high.high, high=-high.low)
    if low.unit and high.unit and not compatible(low.unit, high.unit):
        return None
    bottom = low.low
    if left.open and left.mantissa < right.mantissa:
        bottom *= abs(high.low / right.mantissa)
    return (
        Quantity(low.start, high.end, bottom, high.high, high.unit or low.unit)
        if bottom < high.high
        else None
    )
