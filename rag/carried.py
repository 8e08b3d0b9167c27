"""Whether figures, times and names of a sentence stand in the text that it cites, in normal form."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from rag.numerals import HAN as HAN_NUMBER
from rag.numerals import read
from rag.period import Period, periods
from rag.quantity import Quantity, quantities
from rag.sources import Source
from rag.terms import TermGroups
from rag.text import HAN, fold, is_han, language, names, rare_words
from rag.units import compatible

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_HAN_RUN = re.compile(f"[{HAN}]+")
_SERVING = (
    "[年月日季才又再已仍更最为是在的与和及了由从到被将有于对等则占达约且并也都就而其共设较比高低说称使让令]"
)
_EDGE = re.compile(rf"^{_SERVING}+|{_SERVING}+$")
_GENERIC = re.compile(
    "公司|集团|科技|企业|机构|工厂|银行|大学|先生|女士|该|这|位|家|名|人|员|者|长|们|性|化|率|额|量|数|期|品|业|部"
)
_CAPITAL = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][A-Za-z\u00c0-\u024f’'-]*[a-z\u00c0-\u024f]\b")
_ORDINAL = re.compile(rf"第(?P<rank>{HAN_NUMBER})|(?P<number>{HAN_NUMBER}|\d+)(?=[号期届代楼层路厂])")
_ON_YEAR = re.compile(r"年[增减]|同比|同期|[较比](?:去|前一|上)年")
LONGEST_WORD = 3
_ONE = Decimal(1)
_PINYIN_SYLLABLES = 4


class Translate(Protocol):
    """From English words to Chinese terms that may stand for them: `rag.terms.SearchTerms`."""

    def groups(self, question: str) -> TermGroups:
        """For each word that bears meaning, the terms; () if it has none."""


def figures(text: str) -> list[Quantity]:
    """The quantities of a text that state something: 「一家」 with a written 一 may only mean "a"."""
    found = quantities(text)
    return [q for q in found if q.low != _ONE or q.high != _ONE or re.search(r"\d", text[q.start : q.end])]


def same_amount(one: Quantity, other: Quantity) -> bool:
    """Equal values of units that fit; a fall of 5% is a change of -5%."""
    bounds = sorted((abs(one.low), abs(one.high))), sorted((abs(other.low), abs(other.high)))
    return bounds[0] == bounds[1] and compatible(one.unit, other.unit)


def missing_figure(sentence: str, sources: Sequence[Source]) -> str | None:
    """The first figure of the sentence that stands in none of the sources and follows from none; else
    None."""
    held = [q for source in sources for q in (*quantities(source.around), *_numbered(source.around))]
    stated = figures(sentence)
    for one in stated:
        operands = [q for q in stated if q is not one and _given(q, held)]
        if not _given(one, held) and not _computed(one, operands):
            return sentence[one.start : one.end]
    return _missing_digits(sentence, sources)


def _numbered(text: str) -> Iterator[Quantity]:
    """Bare numbers of names and ordinals: the 3 of 「三號線」."""
    for match in _ORDINAL.finditer(fold(text)):
        if value := read(match["rank"] or match["number"]):
            yield Quantity(*match.span(), *value, "")


def _given(one: Quantity, held: Sequence[Quantity]) -> bool:
    """Whether the text says the figure, of a range either the range or both its ends."""
    ends = (replace(one, low=one.low, high=one.low), replace(one, low=one.high, high=one.high))
    return any(same_amount(one, other) for other in held) or (
        one.low != one.high and all(any(same_amount(end, other) for other in held) for end in ends)
    )


def _computed(one: Quantity, operands: Sequence[Quantity]) -> bool:
    """Whether it is exactly, to the digits written, a difference, sum, ratio or growth of two of the
    operands.

    Both operands stand in the sentence and in its sources, so that a reader sees what was computed.
    """
    pairs = [(a, b) for a in operands for b in operands if a is not b and compatible(a.unit, b.unit)]
    return any(_follows(one, a, b) for a, b in pairs if a.low == a.high and b.low == b.high)


def _follows(one: Quantity, a: Quantity, b: Quantity) -> bool:
    value, places = abs(one.low), Decimal(1).scaleb(int(one.low.normalize().as_tuple().exponent))
    if one.unit in ("%", "倍", ""):
        if not b.low:
            return False
        ratio = a.low / b.low
        results = {"%": [(ratio - 1) * 100, ratio * 100], "倍": [ratio], "": [ratio]}[one.unit]
        if one.unit == "%" and a.unit == "%":
            results.append(a.low - b.low)
        return any(abs(result).quantize(places) == value.quantize(places) for result in results)
    if not (compatible(one.unit, a.unit) or (one.unit == "pp" and a.unit == "%")):
        return False
    return value in (abs(a.low - b.low), a.low + b.low)


def _missing_digits(sentence: str, sources: Sequence[Source]) -> str | None:
    """Digits that are no quantity and no time (a model's version, a street number) stand in the text as
    they are."""
    told: list[Quantity | Period] = [*quantities(sentence)]
    told += [period for source in sources for period in periods(sentence, source.published)]
    held = {_plain(match.group()) for s in sources for match in _DIGITS.finditer(fold(s.around))}
    for match in _DIGITS.finditer(fold(sentence)):
        covered = any(one.start <= match.start() and match.end() <= one.end for one in told)
        if not covered and _plain(match.group()) not in held:
            return match.group()
    return None


def _plain(digits: str) -> str:
    return digits.replace(",", "")


def missing_period(sentence: str, sources: Sequence[Source]) -> str | None:
    """The first time of the sentence that none of the sources carries; else None."""
    held = [period for source in sources for period in _held(source)]
    years = {p.first.year for p in held if p.first}
    for source in sources:
        stated = [p for p in periods(sentence, source.published) if not _as_written(sentence, p, source)]
        missing = [
            p for p in stated if not any(_carries(p, other, years) for other in held) and not _spans(p, held)
        ]
        if not missing:
            return None
    return sentence[missing[0].start : missing[0].end]


def _as_written(sentence: str, stated: Period, source: Source) -> bool:
    """Whether the source has the same words for it (今年, 近年), or says 年增 or 同比 for 「去年同期」."""
    written, said = fold(sentence[stated.start : stated.end]), fold(source.around)
    same_time = fold(sentence[stated.end : stated.end + 2]) == "同期" or "同期" in written
    return written in said or (same_time and bool(_ON_YEAR.search(said)))


def _held(source: Source) -> Iterator[Period]:
    day = source.published
    own = periods(source.around, day)
    if not any(period.first for period in periods(source.text, day)):
        own += [*periods(source.before, day)[-1:], *(periods(day.isoformat()) if day else [])]
    for period in own:
        yield from (period, *period.members())


def _carries(stated: Period, held: Period, years: Iterable[int]) -> bool:
    """Whether the source says this time or one inside it; a time without year takes one of the years known
    there."""
    if stated.first and not held.first:
        return stated.first.year in years and (held.same(stated) or held.within(stated))
    return held.same(stated) or held.within(stated)


def _spans(stated: Period, held: Sequence[Period]) -> bool:
    """Whether each member of a stated range is held."""
    members = stated.members()
    return len(members) > 1 and all(any(m.same(other) for other in held) for m in members)


def missing_name(sentence: str, sources: Sequence[Source], translated: Translate) -> str | None:
    """The first name of the sentence that neither the sources nor, where these name nobody, the text before
    hold."""
    said = fold("\n".join(source.around for source in sources))
    if not any(_chinese_names(source.text) for source in sources):
        said += fold("\n".join(source.before for source in sources))
    if language(sentence) == "en":
        chinese = (run for run in _HAN_RUN.findall(fold(sentence)) if run not in said)
        latin = (name for name in _english_names(sentence) if not _names_in(name, said, translated))
        return next(chinese, None) or next(latin, None)
    wanted = [*_chinese_names(sentence), *(_EDGE.sub("", word) for word in rare_words(fold(sentence)))]
    return next((name for name in wanted if len(name) > 1 and not covered(name, said)), None)


def named(text: str) -> list[str]:
    """The names of a text."""
    return _english_names(text) if language(text) == "en" else _chinese_names(text)


def _chinese_names(text: str) -> list[str]:
    found = (_EDGE.sub("", name) for name in names(text))
    return [name for name in dict.fromkeys(found) if len(name) > 1 and not _ordinary(name)]


def _ordinary(name: str) -> bool:
    """Whether a tagger took two common words for a name."""
    return len(name) > LONGEST_WORD and is_han(name[0]) and not rare_words(name)


def covered(name: str, text: str) -> bool:
    """Whether the name consists of pieces, two characters at least, that stand in the folded text."""
    name = fold(name)
    rest = "" if name in text else _GENERIC.sub("\n", name)
    for length in range(len(rest), 1, -1):
        for at in range(len(rest) - length + 1):
            piece = rest[at : at + length]
            if "\n" not in piece and piece in text:
                rest = rest[:at] + "\n" * length + rest[at + length :]
    return len(rest.replace("\n", "")) < 2


def _english_names(text: str) -> list[str]:
    marked = names(text)
    months = {fold(text[p.start : p.end]) for p in periods(text)}
    capital = (match.group().removesuffix("'s").removesuffix("’s") for match in _CAPITAL.finditer(text))
    return [n for n in dict.fromkeys([*marked, *capital]) if not any(fold(n) in month for month in months)]


def _names_in(name: str, text: str, translated: Translate) -> bool:
    folded = fold(name)
    if folded in text or folded.replace("-", "").replace("'", "").replace("’", "") in _pinyin(text):
        return True
    return any(term in text for group in translated.groups(f"the {name}") for term in group)


@lru_cache(maxsize=64)
def _pinyin(text: str) -> frozenset[str]:
    """Pinyin without tones of every one to four neighbouring characters."""
    from pypinyin import lazy_pinyin

    written = set()
    for run in _HAN_RUN.findall(text):
        syllables = lazy_pinyin(run, v_to_u=False)
        for at in range(len(syllables)):
            written |= {"".join(syllables[at : at + n]) for n in range(1, _PINYIN_SYLLABLES + 1)}
    return frozenset(written)
