"""Units and measure words: how each is written, what kind it is, and which count the same things.

The table is `units.tsv`; names of units are Traditional, what is searched is folded (`rag.text.fold`).
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rag.text import fold

_SIGNS = {
    "人民币": "CNY", "rmb": "CNY", "cny": "CNY", "新台币": "TWD", "台币": "TWD", "nt$": "TWD", "ntd": "TWD",
    "twd": "TWD", "us$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "hk$": "HKD", "hkd": "HKD",
    "港币": "HKD", "港元": "HKD", "jpy": "JPY", "日元": "JPY", "日币": "JPY", "eur": "EUR", "€": "EUR",
    "欧元": "EUR", "gbp": "GBP", "£": "GBP", "英镑": "GBP", "krw": "KRW", "₩": "KRW", "s$": "SGD",
    "sgd": "SGD", "a$": "AUD", "aud": "AUD", "c$": "CAD", "cad": "CAD", "chf": "CHF", "inr": "INR",
    "₹": "INR", "$": "元", "¥": "元",
}  # fmt: skip
SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
"""A currency before its number; a bare $ or ¥ does not say whose, so it is 元, as the bare word is."""

AMBIGUOUS = frozenset("分点级起首局字票克米瓦度股层头片块粒本份席例宗里斤磅国球门节段尾站集班")
"""Measure words that one Chinese digit does not count: 十分, 一點, 三級, 一度."""

_INTERCHANGEABLE = ({"台", "輛"}, {"台", "部"}, {"輛", "部"})
_GENERIC = "個"
_END_OF_WORD = r"(?![a-z\d])"


@dataclass(frozen=True, slots=True)
class Units:
    """The table, ready to search."""

    pattern: str
    """Matches one written unit, the longest; not where it only begins another word (2 分別, 5 部分)."""
    names: dict[str, str]
    """Written unit to the name of the unit."""
    kinds: dict[str, str]
    """Name of a unit to "share", "money", "count" or "measure"."""


@cache
def units() -> Units:
    """All units of `units.tsv`."""
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    others: list[str] = []
    table = resources.files("rag").joinpath("units.tsv").read_text("utf-8").splitlines()
    for row in table[1:]:
        kind, name, written, *not_before = row.split("\t")
        kinds[name] = kind
        names.update(dict.fromkeys(fold(written).split("|"), name))
        others += [re.escape(word) for part in not_before for word in fold(part).split("|")]
    longest_first = sorted(names, key=len, reverse=True)
    written_as = [re.escape(word) + _END_OF_WORD * word[-1].isascii() for word in longest_first]
    singles = len([name for name in names if len(name) > 1])
    pattern = f"{'|'.join(written_as[:singles])}|(?!{'|'.join(others)})(?:{'|'.join(written_as[singles:])})"
    return Units(f"(?:{pattern})", names, kinds)


def sign_currency(sign: str) -> str:
    """The currency a sign before a number names."""
    return _SIGNS[sign]


def compatible(one: str, other: str) -> bool:
    """Whether two units may count the same thing.

    A bare number or 元 may be any money, a bare number also any count; 個 may stand for any measure word of
    counting; 台 and 輛 both count vehicles. 人, 名 and 位 are one unit already, and so are 家 and 間.
    """
    if one == other or {one, other} in _INTERCHANGEABLE:
        return True
    kinds = {units().kinds.get(unit, "") for unit in (one, other)}
    if kinds == {"money"} or kinds == {"", "money"}:
        return not {one, other}.isdisjoint({"元", ""})
    return kinds == {"", "count"} or (kinds == {"count"} and _GENERIC in (one, other))
