"""How the parts of a time are written in Chinese: 民國 113 年, 上半年, 第三季度, 十二月三日, 去年同期."""

import re
from datetime import date, timedelta

from rag.numerals import HAN_DIGITS, read
from rag.period_parts import (
    NOT_AFTER_THOUSANDS,
    Form,
    Part,
    day_form,
    full_year,
    half,
    quarters,
    shifted,
    shifted_months,
)

_ERAS = {
    "民国": 1911, "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "康熙": 1661,
    "雍正": 1722, "乾隆": 1735, "嘉庆": 1795, "道光": 1820, "咸丰": 1850, "同治": 1861, "光绪": 1874,
    "宣统": 1908,
}  # fmt: skip
"""The year before the first of the era; a lunar month counts as the solar one of its number."""
_SHIFTS = {"今": 0, "本": 0, "去": -1, "上": -1, "前": -2, "明": 1, "后": 2, "昨": -1, "下": 1}

_TWO = rf"(?:(?<!\d)\d{{1,2}}(?!\d)|(?<![{HAN_DIGITS}十百千])[{HAN_DIGITS}十]{{1,3}})"
_QUARTER = "[1-4一二三四]"
_TO = " ?(?:-|–|—|~|至|到) ?"
_AND = " ?(?:[、和及与]|以及) ?"
_PART_NEXT = rf"(?=度| ?(?:[上下]半年|第 ?{_QUARTER} ?季|{_QUARTER} ?季度|q[1-4]|全年|年底|\d{{1,2}} ?月))"
_EARNED = r"的? ?(?:营收|营业|收入|毛利|净利|净损|亏损|利润|获利|每股|研发|资本支出|财报)"
"""What a year of two digits is the year of: 「23 年營收」, where 「23 年的歷史」 lasted so long."""
_NOT_SINCE = "(?<![以之目提年月日])"
_LASTING = re.compile(r"(?:为期|历时|连续|长达|过去|未来|第|[前首每近约逾满共]) ?$")


def parts() -> tuple[Part, ...]:
    """Parts in Chinese; where two begin at one place, the first in the table is tried first."""
    return (*_years(), *_parts_of_years(), *_days())


def _years() -> tuple[Part, ...]:
    own = rf"(?<![\d.前]){NOT_AFTER_THOUSANDS}"
    year = rf"[12]\d{{3}}|[一二][{HAN_DIGITS}]{{3}}"
    return (
        (rf"({'|'.join(_ERAS)}) ?(元|\d{{1,3}}(?!\d)|[{HAN_DIGITS}十百]{{1,5}}) ?年(?!代)度?", _era),
        (
            r"(?<!民国)(?<!民国 )(?:(?:上|20 ?|二十)世纪 ?)?"
            rf"((?<!\d)\d0|(?<!\d)[12]\d\d0|[{HAN_DIGITS}十]{{1,4}}) ?年代",
            _decade,
        ),
        (r"(?:公元|西元) ?(\d{3,4}) ?年度?", lambda match, _: Form(int(match[1]))),
        (
            rf"{own}({year}) ?(?:年(?![级代]| ?的?历史| ?之久)|财年|学年|会计年)度?",
            lambda match, _: Form(_number(match[1])),
        ),
        (
            rf"{own}([12]\d{{3}})(?=(?:(?:{_TO}|{_AND})[12]\d{{3}}){{1,20}} ?年(?![级代]))",
            lambda match, _: Form(int(match[1])),
        ),
        (
            rf"{own}([89]\d|1[0-3]\d) ?年{_PART_NEXT}度?",
            lambda match, _: Form(int(match[1]) + _ERAS["民国"]),
        ),
        (
            rf"{own}([0-4]\d) ?年{_PART_NEXT}",
            lambda match, _: Form(full_year(match[1])),
        ),
        (
            rf"{own}(1[6-9]|2[1-9]) ?年(?={_EARNED})",
            lambda match, _: Form(full_year(match[1])),
        ),
        (
            r"(?:(?<=[是比较])|(?<=[是比较] ))(1[6-9]|2[1-9]) ?年(?=的?$|的?[几多])",
            lambda match, _: Form(full_year(match[1])),
        ),
        (
            r"(?<![过日以之史线目提此今年月日天])([今本去上前明后])年(?![轻级纪均化代])度?",
            lambda match, published: shifted(published, _SHIFTS[match[1]]),
        ),
        (
            r"年?[底末]|年?初(?![步次级始夏秋冬春创中高一二三四五六七八九十])|全年度?|[上中下]旬",
            lambda _, __: Form(role="edge"),
        ),
        ("同期", lambda _, __: Form(role="same part")),
    )


def _parts_of_years() -> tuple[Part, ...]:
    return (
        (r"[上头]半年度?|上(?=[、和及与]下半年)", lambda _, __: half(1)),
        (r"[下后]半年度?", lambda _, __: half(2)),
        ("半年度", lambda _, __: half(1, role="dependent")),
        (rf"第 ?({_QUARTER})(?:{_TO}第? ?({_QUARTER}))? ?季度?", _quarter),
        (rf"第 ?({_QUARTER})()(?=(?:{_AND}第? ?{_QUARTER}){{1,3}} ?季)", _quarter),
        (
            rf"(?<=[、和及与])({_QUARTER})()(?=(?:{_AND}{_QUARTER}){{0,2}} ?季(?!节))(?: ?季度?)?",
            _listed_quarter,
        ),
        (rf"(?<![个前首续\d{HAN_DIGITS}])({_QUARTER})() ?季度", _quarter),
        (r"[首头]一?季度?", lambda _, __: quarters(1, 1)),
        (r"[前首头] ?([二两三23]) ?季度?", lambda match, _: Form(months=(1, 3 * _number(match[1])))),
        (rf"[前首头] ?({_TWO}) ?个?月", _first_months),
        (
            r"(?<![日以之史])([本上下])一?个?(月|季)(?!度?报)度?",
            lambda m, published: shifted_months(published, 1 if m[2] == "月" else 3, _SHIFTS[m[1]]),
        ),
    )


def _days() -> tuple[Part, ...]:
    month = r"月(?![龄薪]|天(?!气))份?"
    return (
        (rf"({_TWO})(?: ?月份?)?{_TO}({_TWO}) ?{month}", _month),
        (rf"({_TWO})() ?{month}", _month),
        (rf"({_TWO})()(?=(?:{_AND}{_TWO}){{1,11}} ?月)", _month),
        (rf"({_TWO})(?:{_TO}({_TWO}))? ?([日号])(?![元本币圆内游间线])", _day),
        (
            rf"{_NOT_SINCE}([今昨前明])[天日]",
            lambda m, published: day_form(published and published + timedelta(days=_SHIFTS[m[1]])),
        ),
    )


def _number(written: str) -> int:
    """Digits, 十二 or 二〇二四; 0 for what is no number."""
    value = read(written)
    return int(value[0]) if value else 0


def _era(match: re.Match[str], _: date | None) -> Form | None:
    return Form(_ERAS[match[1]] + (1 if match[2] == "元" else _number(match[2])))


def _decade(match: re.Match[str], _: date | None) -> Form | None:
    """「八十年代」 is that of the last century, 「10 年代」 of this."""
    year = _number(match[1])
    if year % 10 or not (year < 100 or 1000 < year < 2100):
        return None
    century = 0 if year > 100 else 1900 if year >= 30 else 2000
    return Form(century + year, years=10)


def _quarter(match: re.Match[str], _: date | None) -> Form | None:
    return quarters(_number(match[1]), _number(match[2] or match[1]))


def _listed_quarter(match: re.Match[str], published: date | None) -> Form | None:
    """The 二 of 「第一、二季」, not the 四 of 「春、四季」."""
    before = match.string[max(0, match.start() - 5) : match.start()]
    return _quarter(match, published) if re.search(rf"{_QUARTER} ?(?:季度?)?[、和及与]$", before) else None


def _first_months(match: re.Match[str], _: date | None) -> Form | None:
    last = _number(match[1])
    return Form(months=(1, last), role="dependent") if 2 <= last <= 11 else None


def _month(match: re.Match[str], _: date | None) -> Form | None:
    first, last = _number(match[1]), _number(match[2] or match[1])
    return Form(months=(first, last), step=1 if last > first else 0) if 1 <= first <= last <= 12 else None


def _day(match: re.Match[str], _: date | None) -> Form | None:
    first, last = _number(match[1]), _number(match[2] or match[1])
    if not 1 <= first <= last <= 31:
        return None
    lasting = _LASTING.search(match.string[max(0, match.start() - 4) : match.start()])
    certain = match[1].isdigit() and match[3] == "日" and not lasting
    return Form(day=first, last_day=last if last > first else None, role="" if certain else "weak day")
