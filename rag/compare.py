"""Comparisons of two figures, computed exactly: 上升還是下降, 差多少, 幾倍, 誰比較多.

A question is taken apart into one question for each figure; the two answers are compared as decimals.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from rag.asked import Asked
from rag.operands import chinese_comparison
from rag.operands_english import english_comparison, when
from rag.operations import Comparison, Operation
from rag.period import periods
from rag.quantity import Quantity, quantities
from rag.text import Language, fold, is_han, language
from rag.units import compatible, units

__all__ = ["Comparison", "Operation", "amount", "comparison", "conclusion", "figure"]

LONGEST = 200
"""Characters; a longer question does not only compare."""

PRECISION = 100
"""Digits of the arithmetic: more than any two figures of a text take together."""

_HANT = {
    "up": "上升",
    "down": "下降",
    "more": "較高",
    "less": "較低",
    "many": "較多",
    "few": "較少",
    "same": "兩者相同",
    "flat": "持平",
    "by": "相差",
    "times": "倍",
    "about": "約",
    "grew": "成長",
    "shrank": "減少",
}
_ENGLISH_MONEY = {
    "元": "yuan",
    "CNY": "yuan (RMB)",
    "TWD": "New Taiwan dollars",
    "USD": "US dollars",
    "HKD": "Hong Kong dollars",
    "JPY": "yen",
    "EUR": "euros",
    "GBP": "pounds",
    "KRW": "won",
    "SGD": "Singapore dollars",
    "AUD": "Australian dollars",
    "CAD": "Canadian dollars",
    "CHF": "Swiss francs",
    "INR": "rupees",
    "THB": "baht",
}
_MONEY = {
    "TWD": "元新台幣",
    "CNY": "元人民幣",
    "USD": "美元",
    "HKD": "港元",
    "JPY": "日圓",
    "EUR": "歐元",
    "GBP": "英鎊",
    "KRW": "韓元",
    "SGD": "新加坡元",
    "AUD": "澳元",
    "CAD": "加元",
    "CHF": "瑞士法郎",
    "INR": "印度盧比",
    "THB": "泰銖",
}
_ENGLISH_UNITS = {
    "%": "percentage points",
    "pp": "percentage points",
    "基點": "basis points",
    "倍": "times",
    "人": "people",
    "年": "years",
    "個月": "months",
    "天": "days",
    "小時": "hours",
    "分鐘": "minutes",
    "秒": "seconds",
    "歲": "years",
    "公里": "km",
    "公尺": "m",
    "公分": "cm",
    "平方公里": "km²",
    "平方公尺": "m²",
    "公頃": "hectares",
    "公斤": "kg",
    "公克": "g",
    "噸": "tonnes",
    "度": "degrees",
    "輛": "vehicles",
}
_SCALES: dict[bool, tuple[tuple[int, int, str], ...]] = {
    False: ((12, 4, "兆"), (8, 4, "億"), (4, 2, "萬")),
    True: ((12, 4, "trillion"), (9, 4, "billion"), (6, 4, "million")),
}
"""Power of ten, most decimals that are shown with it, name."""


def comparison(asked: Asked, published: date | None = None) -> Comparison | None:
    """The question taken apart; None where it does not compare two periods or two owners.

    `published` resolves 去年, 今年 and the like; without it they stay as they are written.
    """
    question = asked.question.strip()
    if not question or len(question) > LONGEST:
        return None
    take_apart = english_comparison if language(question) == "en" else chinese_comparison
    return take_apart(question, published)


def figure(short: str | None) -> Quantity | None:
    """The one figure of a bare answer; None where it has none, several or a range."""
    found = quantities(short) if short else []
    return found[0] if len(found) == 1 and found[0].low == found[0].high else None


def conclusion(
    asked_in: Language, made: Comparison, shown: tuple[str, str], values: tuple[Quantity, Quantity]
) -> str | None:
    """The comparison in words, with both figures as they are written; None where they do not compare.

    Raises nothing: ratios and growth of zero or negative figures, and of units that differ, are None.
    """
    if not compatible(values[0].unit, values[1].unit) or any(value.low != value.high for value in values):
        return None
    unit = max((value.unit for value in values), key=lambda one: (one != "", one not in ("元", "個")))
    over_time = all(_is_time(label) for label in made.labels)
    with localcontext(Context(prec=PRECISION)):
        result = _result(asked_in, made, (values[0].low, values[1].low), unit, over_time)
    if result is None:
        return None
    if asked_in == "en":
        named = [
            f"{text} {when(label) if over_time else f'for {label}'}"
            for label, text in zip(made.labels, shown, strict=True)
        ]
        return f"{named[0]} and {named[1]}: {result}."
    simplified = asked_in == "zh-Hans"
    was = "为" if simplified else "為"
    said = [
        f"{label}{was}{' ' * (not is_han(text[0]))}{text}"
        for label, text in zip(made.labels, shown, strict=True)
    ]
    return ",".join([*said, f"{_simplified(result) if simplified else result}。"])


def _is_time(label: str) -> bool:
    found = periods(label)
    return len(found) == 1 and len(label) - (found[0].end - found[0].start) <= len("the ")


def _result(
    asked_in: Language, made: Comparison, numbers: tuple[Decimal, Decimal], unit: str, over_time: bool
) -> str | None:
    if made.operation == "ratio":
        return _ratio(asked_in, made, numbers, over_time)
    if made.operation == "growth" and unit not in ("%", "pp"):
        return _growth(asked_in, numbers)
    difference = numbers[1] - numbers[0]
    by = amount(abs(difference), unit, asked_in)
    if over_time and made.operation not in ("greater", "smaller"):
        if asked_in == "en":
            return f"{'rose' if difference > 0 else 'fell'} by {by}" if difference else "unchanged"
        return f"{_HANT['up' if difference > 0 else 'down']} {by}" if difference else _HANT["flat"]
    if not difference:
        return "the two are equal" if asked_in == "en" else _HANT["same"]
    lower = made.operation == "smaller"
    named = made.labels[int((difference > 0) != lower)]
    if asked_in == "en":
        return f"{named} is {'lower' if lower else 'higher'}, by {by}"
    counted = units().kinds.get(unit) == "count"
    how = _HANT[("few" if lower else "many") if counted else ("less" if lower else "more")]
    return f"{named}{how},{_HANT['by']} {by}"


def _ratio(
    asked_in: Language, made: Comparison, numbers: tuple[Decimal, Decimal], over_time: bool
) -> str | None:
    """The second period to the first, the first owner to the second; turned round where that is below one."""
    if min(numbers) <= 0:
        return None
    above, below = (1, 0) if over_time else (0, 1)
    if numbers[above] < numbers[below]:
        above, below = below, above
    times, rounded = _rounded(numbers[above], numbers[below])
    if asked_in == "en":
        return f"{made.labels[above]} is {'about ' * rounded}{times} times {made.labels[below]}"
    space = " " * (not is_han(made.labels[below][0]))
    return f"{made.labels[above]}是{space}{made.labels[below]}的{'約' * rounded} {times} {_HANT['times']}"


def _growth(asked_in: Language, numbers: tuple[Decimal, Decimal]) -> str | None:
    first, second = numbers
    if first <= 0 or second < 0:
        return None
    if first == second:
        return "unchanged" if asked_in == "en" else _HANT["flat"]
    percent, rounded = _rounded(abs(second - first) * 100, first)
    if asked_in == "en":
        return f"{'rose' if second > first else 'fell'} by {'about ' * rounded}{percent}%"
    return f"{_HANT['grew' if second > first else 'shrank']}{_HANT['about'] * rounded} {percent}%"


def _rounded(above: Decimal, below: Decimal) -> tuple[str, bool]:
    """A quotient with at most two decimals, and whether that is not all of it."""
    quotient = (above / below).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return _plain(quotient), quotient * below != above


def amount(value: Decimal, unit: str, asked_in: Language = "zh-Hant") -> str:
    """A difference as a person would write it, exact: 「1.9 億元」, 「13 個百分點」, "190 million yuan"."""
    english = asked_in == "en"
    number, scale = _scaled(value, unit, english)
    if english:
        counted = units().kinds.get(unit) == "count"
        named = _ENGLISH_UNITS.get(unit) or _ENGLISH_MONEY.get(unit, "" if counted else unit)
        named = named[:-1] if value == 1 and named.endswith("s") else named
        return " ".join(part for part in (number, scale, named) if part)
    named = _MONEY.get(unit, "個百分點" if unit in ("%", "pp") else unit)
    written = f"{number} {scale}{named}".strip()
    return _simplified(written).replace("兆", "万亿") if asked_in == "zh-Hans" else written


def _scaled(value: Decimal, unit: str, english: bool) -> tuple[str, str]:
    """A number in the largest magnitude that shows all of it: 「1.9」, 「億」."""
    with localcontext(Context(prec=PRECISION)):
        for power, decimals, name in _SCALES[english]:
            scaled = value.scaleb(-power)
            if unit not in ("%", "pp", "倍") and scaled >= 1 and not scaled.scaleb(decimals) % 1:
                return _plain(scaled), name
    return _plain(value), ""


def _simplified(text: str) -> str:
    """Traditional words of this module as Simplified ones; figures and Latin letters stay as they are."""
    return "".join(new if old > "\u3400" else old for old, new in zip(text, fold(text), strict=True))


def _plain(value: Decimal) -> str:
    whole, point, part = format(value, "f").partition(".")
    part = part.rstrip("0")
    return f"{int(whole):,}{point if part else ''}{part}"
