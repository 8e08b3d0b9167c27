"""Numbers as they are written: digits, Chinese numerals, English words, and any of them with a magnitude.

`rag.quantity` and `rag.period` find the number with the patterns here and read it with `read`.
All patterns are for text that `rag.text.fold` has folded: Simplified, half width, lower case.
"""

import re
from decimal import Decimal

from rag.text import fold

_HAN_DIGIT = {
    **{digit: value for value, digit in enumerate("〇一二三四五六七八九")},
    **{digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "○": 0,
    "两": 2,
}
_SMALL = {"十": 1, "百": 2, "千": 3, "拾": 1, "佰": 2, "仟": 3}
_BIG = {"万": 4, "亿": 8, "兆": 12}
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORD = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
    "a": 1,
}
_SCALE = {
    "hundred": 2, "thousand": 3, "k": 3, "million": 6, "mn": 6, "m": 6, "billion": 9, "bn": 9, "b": 9,
    "trillion": 12, "tn": 12,
}  # fmt: skip

HAN_DIGITS = "".join(_HAN_DIGIT)
ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,7}(?!,?\d)|\d{1,20}(?!\d))(?:\.\d{1,12}(?!\d))?"
_BEFORE_UNIT = r"百(?!分[之点])|千(?![瓦米克卡赫伏焦帕])|兆(?![瓦赫帕焦欧位字])"
MAGNITUDE = rf"(?:[十百千]?(?:万亿|[万亿]|兆(?![瓦赫帕焦欧位字]))|{_BEFORE_UNIT})"
"""What follows digits in Chinese: 萬, 千萬, 萬億, 兆 (10¹², as in Taiwan); not the prefix of 千瓦 or 兆赫."""
_REST = r"(?:(?:\d|\d{3,4}|(?<=万) ?\d,\d{3})(?![\d,.年月日a-z]))"
MIXED = rf"{ARABIC}(?: ?{MAGNITUDE}(?: ?{ARABIC} ?{MAGNITUDE}){{0,3}}{_REST}?)?"
"""Digits with or without Chinese magnitudes: 1,234.5 / 12.34 億 / 3 億 2,000 萬 / 1萬2000 / 3萬5."""
_TAEL = "(?<=[十百千万亿])两(?![百千万亿])"
_HAN_PART = rf"(?:(?!{_TAEL})[{HAN_DIGITS}十拾佰仟廿卅万亿]|{_BEFORE_UNIT})"
HAN = rf"{_HAN_PART}{{1,40}}(?:点[{HAN_DIGITS}]{{1,12}}{MAGNITUDE}?)?"
"""Chinese numerals: 三億兩千萬, 一千二百, 二〇二四, 三點五億, 七八十."""
_UNIT_WORD = "|".join(sorted(_WORD, key=len, reverse=True))
_ENGLISH_BELOW_100 = rf"(?:{_UNIT_WORD})(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
ENGLISH = rf"\b{_ENGLISH_BELOW_100}(?: hundred(?:(?: and)? {_ENGLISH_BELOW_100})?)?\b"
"""English number words below 1,000; the magnitude behind them is `SCALE`."""
SCALE = r"(?:hundred|thousand|million|billion|trillion|[mbt]n|[kmb])(?![a-z\d])"

_COLLOQUIAL = re.compile(rf"[百千佰仟万亿][\d{HAN_DIGITS}]$")
_PIECE = re.compile(rf"{ARABIC}|[{HAN_DIGITS}]+|.")
NEIGHBOURS = "一[二两]|[二两]三|三[四五]|四五|五六|六七|七八|八九"
"""Two digits that name a range: 七八 is 7 to 8."""


def read(written: str) -> tuple[Decimal, Decimal] | None:
    """Lowest and highest value of a number written as `MIXED`, `HAN` or `ENGLISH` find it; None: no number.

    They differ only for two neighbouring digits, 「三四百」 = 300 to 400; 「三萬五」 is 35,000.
    """
    if written[0].isascii() and written[0].isalpha():
        value = _english(written)
        return value, value
    if "点" in written:
        return _with_point(written)
    pair = None if re.search(r"\d", written) else re.search(NEIGHBOURS, written)
    if pair and not re.search(rf"[{HAN_DIGITS}]{{3}}", written):
        at = pair.start()
        low, high = _sum(written[: at + 1] + written[at + 2 :]), _sum(written[:at] + written[at + 1 :])
        return None if low is None or high is None else (low, high)
    value_or_none = _sum(written)
    return None if value_or_none is None else (value_or_none, value_or_none)


def scaled(value: Decimal, magnitude: str) -> Decimal:
    """A value times an English or Chinese magnitude: 3 and "bn", 5 and "千萬"."""
    power = _SCALE.get(magnitude)
    if power is None:
        power = sum((_SMALL | _BIG)[character] for character in magnitude)
    return _plain(value.scaleb(power))


def _with_point(written: str) -> tuple[Decimal, Decimal] | None:
    whole, _, rest = written.partition("点")
    digits = re.match(rf"[{HAN_DIGITS}]+", rest)
    before = _sum(whole)
    if digits is None or before is None:
        return None
    value = scaled(before + Decimal(f"0.{_positional(digits.group())}"), rest[digits.end() :])
    return value, value


def _positional(digits: str) -> str:
    return "".join(str(_HAN_DIGIT[digit]) for digit in digits)


def _sum(written: str) -> Decimal | None:
    """Value of digits and magnitudes: 萬, 億 and 兆 multiply what stands before them below their own size."""
    sections: list[tuple[int, Decimal]] = []  # (power of the magnitude, value)
    section, digit, power = Decimal(0), None, 0
    for piece in _PIECE.findall(written.replace("廿", "二十").replace("卅", "三十")):
        if piece == " ":
            continue
        if piece in _SMALL:
            power = _SMALL[piece]
            section += (Decimal(1) if digit is None else digit).scaleb(power)
            digit = None
        elif piece in _BIG:
            power = _BIG[piece]
            section += digit or 0
            while sections and sections[-1][0] < power:
                section += sections.pop()[1]
            if not section:
                section = Decimal(1)
            sections.append((power, section.scaleb(power)))
            section, digit = Decimal(0), None
        elif piece[0] in _HAN_DIGIT:
            digit = Decimal(_positional(piece))
        elif piece[0].isdigit():
            digit = Decimal(piece.replace(",", ""))
        else:
            return None
    if digit and power > 1 and _COLLOQUIAL.search(written):
        digit = digit.scaleb(power - 1)
    return _plain(section + (digit or 0) + sum(value for _, value in sections))


def _plain(value: Decimal) -> Decimal:
    """Without an exponent, so that it prints as people write it: 3.20E+8 as 320000000."""
    return Decimal(f"{value:f}")


def _english(written: str) -> Decimal:
    total = 0
    for word in re.findall(r"[a-z]+", written):
        total = total * 100 if word == "hundred" else total + _WORD.get(word, 0)
    return Decimal(total)


_BULLET = re.compile("[\u2460-\u24ff\u2776-\u2793\u3220-\u3247\u3280-\u32b0]")
_FOOTNOTE = re.compile(r"(?<!m)[⁰¹²³⁴-⁹]+|(?<=m)[⁰¹⁴-⁹]+")
_CLAUSE_COMMA = re.compile(r"(?<![０-９])，|，(?![０-９])")


def folded(text: str) -> str:
    """`rag.text.fold`, of the same length, with what only looks like a part of a number taken out.

    Bullets ① and footnote marks ¹ become blanks, a full-width comma between half-width digits becomes 、
    (「為 3，500 及 8」 lists 3 and 500, 「３，５００」 is one number).
    """
    blank = _FOOTNOTE.sub(lambda match: " " * len(match.group()), _BULLET.sub(" ", text))
    return fold(_CLAUSE_COMMA.sub("、", blank))
