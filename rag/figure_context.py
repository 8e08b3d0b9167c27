"""What makes a written number no quantity: names, codes, ordinals, clock times, idioms, vague numbers.

`rag.quantity` asks here about each number it matches; texts are folded (`rag.numerals.folded`).
"""

import re
from decimal import Decimal

from rag.numerals import HAN_DIGITS, MAGNITUDE, NEIGHBOURS
from rag.units import AMBIGUOUS, SIGN

BLANK = "\x00"

_PHONE = (
    r"\+\d[\d ()-]{6,18}\d|\(0\d{1,3}\) ?\d{3,4}[- ]?\d{3,4}|(?<!\d)0\d{1,3}[- ]\d{3,4}[- ]?\d{3,4}(?!\d)"
    r"|(?<!\d)\d{3,4}-\d{3,4}-\d{3,4}(?!\d)"
)
_CODE = (
    r"(?<![\d.,])0\d+(?![\d.])|\d{1,20}(?:\.\d{1,20}){2,10}|\d{3,6}\.[a-z]{1,3}(?![a-z])|\(\d{4,6}\)"
    r"|(?:代码|代号|电话|邮编|编号|传真|分机|专线|股号) ?:? ?[\d-]{1,20}"
)
_CLOCK_OR_PLACE = (
    r"""(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)|\d{1,3}° ?\d{1,2}['′](?: ?\d{1,2}(?:\.\d{1,4})?["″])?"""
)
_NAME = rf"(?<![a-z\d])(?!(?:{SIGN})\d)[a-z][a-z_]{{0,30}}[-_.]?\d[a-z\d.+-]{{0,30}}"
_NO_FIGURE = re.compile(f"{_PHONE}|{_CODE}|{_CLOCK_OR_PLACE}|{_NAME}")

_ORDINAL = re.compile(r"(?:第|№|#|no\.|\btop|(?:公元|西元|(?<![目以此之日先年月当])前)) ?$")
_LABEL = re.compile(
    r"(?:[附图表章号]|步骤|figure|fig\.|table|chapter|section|page|step|version|part|phase|level|v\.?) ?$"
)
_LATIN = re.compile(r"([A-Za-z][A-Za-z0-9.+-]{0,30}) $")
_BEFORE_FIGURES = frozenset(
    """
    about over nearly almost roughly some around in of from to at by the only than and or between under above
    below is are was were has have had up down reached total with for per an a on least most just more less
    approximately plus another all these those into including but if its our their we they it
    """.split()  # noqa: SIM905 - as words of a text it can be read
)
_SUFFIX = re.compile(r" ?(?:[号级楼代版路街巷弄室期章节强大世系维线环月日年时]|世纪)|[a-z_]|[/:.]\d")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_NO_RANGE = re.compile(f"(?!{NEIGHBOURS})[{HAN_DIGITS}]{{2}}(?<![〇零○])(?<![〇零○].)")
_VAGUE = re.compile(
    rf"(?<![十百千万{HAN_DIGITS}])[{HAN_DIGITS}]、$"
    r"|[几数好周初]$|(?:星期|礼拜|[几数] ?[十百千万]{1,2}) ?$"
)
_DETERMINED = re.compile(r"[哪某每这那同另任进唯统单逐之万上下]$")
_IDIOM = re.compile("一(?:部[分份]|次性|家人(?!工)|分为|条龙|例外|年一度|部曲|席之地)|三部曲|四季|百年|千年")
_CLOCK = re.compile(rf"(?:[上下中]午|[早晚]上|晚间|凌晨|今[早晚]|[时点日天]|{BLANK}) ?$")
_MOVED = re.compile(r"[涨跌升降高低破加减扣报收挫弹达逾] ?[至到了于]? ?$")
_NEGATIVE_BEHIND = re.compile(r"[^\W为是达约至到于率值a-z]$")


def without_codes(plain: str) -> str:
    """The text with blanks for phone numbers, codes, versions, clock times, coordinates and names (A320)."""
    return _NO_FIGURE.sub(lambda match: BLANK * len(match.group()), plain)


def is_no_quantity(match: re.Match[str], value: Decimal) -> bool:
    """Whether the words around a number make it an ordinal, a clock time, an idiom or a vague number.

    The match is one of `rag.quantity`: groups number, unit, sign, scale, minus.
    """
    before, after = _around(match)
    if _ORDINAL.search(before) or after.startswith(("几", "数")) or re.search(r"[a-z\d_]$|\d[./:]$", before):
        return True
    if _is_clock(match["unit"], before, value):
        return True
    if match["number"][0].isascii():
        return _is_article(match, value)
    if _VAGUE.search(before) or _IDIOM.match(match.string, match.start("number")):
        return True
    return not match["minus"] and _is_word(match["number"], match["unit"], before)


def stands_alone(match: re.Match[str], text: str) -> bool:
    """Whether a number without unit is a figure and not a part of a name, a label or a word."""
    number, before, after = match["number"], *_around(match)
    if match["sign"] or match["scale"]:
        return True
    if not re.search(r"\d", number):
        return bool(re.search(f"[{HAN_DIGITS}]", number[:-1]) and re.search("[百千万亿兆点]", number))
    if _MOBILE.fullmatch(number):
        return False
    if re.search(f"{MAGNITUDE}|,", number + (match["more"] or "")):
        return True
    latin = _LATIN.search(text[max(0, match.start() - 32) : match.start()])
    if latin and latin[1] != latin[1].lower() and latin[1].lower() not in _BEFORE_FIGURES:
        return False
    if (
        re.match(r"-[a-z\d]", after)
        or re.search(r"\d-$", before)
        or (match["minus"] == "-" and _NEGATIVE_BEHIND.search(before))
    ):
        return False
    return not (_LABEL.search(before) or _SUFFIX.match(after))


def _around(match: re.Match[str]) -> tuple[str, str]:
    return (
        match.string[max(0, match.start() - 12) : match.start()],
        match.string[match.end() : match.end() + 8],
    )


def _is_clock(unit: str | None, before: str, value: Decimal) -> bool:
    """「下午 3 點」 and 「15 點 30 分」, not 「上漲 3 點」."""
    if unit not in ("点", "分") or _MOVED.search(before):
        return False
    return bool(_CLOCK.search(before)) or (unit == "点" and value <= 24 and value == int(value))


def _is_article(match: re.Match[str], value: Decimal) -> bool:
    """ "A company", "one of them" and 「4K」 count nothing."""
    if match["number"] == "a":
        return not match["scale"]
    if match["number"] == "one":
        return not (match["scale"] or match["unit"])
    return match["scale"] == "k" and value < 10 and not match["sign"]


def _is_word(number: str, unit: str | None, before: str) -> bool:
    """Whether Chinese digits are a part of a word: 唯一, 十分, 零件, 哪一家, 二手."""
    if len(number) > 1 or number == "半" or unit is None:
        return bool(_NO_RANGE.fullmatch(number))
    return (
        unit in AMBIGUOUS
        or (number == "一" and bool(_DETERMINED.search(before)))
        or (number in "万亿兆" and not re.search(r"[上近逾超过破达满] ?$", before))
        or (number in "〇零二" and unit in "件次部头级手支位")
    )
