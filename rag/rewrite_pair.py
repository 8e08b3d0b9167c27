"""Follow-ups about figures that were asked before: 「兩者差多少?」, 「跟前一年比呢?」, 「哪一年最高?」

Both figures are named in one question, which the comparison then takes apart again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.asked import Asked
from rag.period import periods
from rag.rewrite_parts import Parts, parts, topic
from rag.rewrite_time import moved, name, reference
from rag.rewrite_words import CLASSIFIER, is_english, without_lead, without_mark
from rag.schema import Turn
from rag.text import fold

_MORE = r"(?:[高低多少大小长短快慢贵重轻早晚强]|便宜)"
_UP_DOWN = r"(?:增加|减少|成长|增长|下降|上升|下滑|衰退|提[高升]|回升|变化|变[多少高低大小]|[增升降涨跌])"
_CHANGE = rf"(?:{_UP_DOWN}|[多少高低])"
_DIFFERENCE = r"(?:相?差|差[距异额别])(?:了|是|有|为)*(?:多少|几|多[大远]).*"
_WHICH = rf"(?:是)?(?:谁|哪一?{CLASSIFIER}|哪[者边国])(?:公司)?的?(?:比较|较|更){_MORE}.*"
_HOW_MUCH_MORE = (
    rf"(?:总共|一共)?{_CHANGE}[^是有的到]?(?:了|出)?(?:多少|几|百分之几).*|是?几倍"
    rf"|(?:是|有|有没有)?{_UP_DOWN}(?:了|还是{_UP_DOWN})?(?:吗|没有)?"
)
_BOTH = re.compile(
    rf"(?:[这那](?=两))?(?:两者|二者|两{CLASSIFIER}|它们|他们)?(?:之间)?(?:相比)?的?(?P<asks>{_DIFFERENCE}|{_WHICH}"
    rf"|(?P<alone>{_HOW_MUCH_MORE})|(?:加起来|合计|总共|一共)(?:是|有)?(?:多少|几).*)"
)
_THAN = re.compile(rf"比.+?(?:相?比)?{_CHANGE}.*")
_WITH = re.compile(
    r"(?:比起|相较于?|[跟和与同比])(?P<other>.+?)(?:相?比(?:较|起来)?|相较|来比)?(?:呢|如何|怎么?样|差多少)*"
)
_AND = re.compile("[和与跟及、]")
_BEST = re.compile(r"(?:是)?(?:在)?(?:哪一?|第几)[年季个月].{0,3}最.{1,3}")
_LOWEST = ("lowest", "worst", "smallest", "least")
_ENGLISH_BEST = re.compile(
    r"(?:and )?(?:in )?(?:which|what) (?P<when>year|quarter|month)\b.*"
    rf"\b(?P<most>highest|best|largest|most|{'|'.join(_LOWEST)})"
)
_ENGLISH_BOTH = re.compile(
    r"(?:(?:and|so) )?(?:what(?:'s| is| was) the (?:difference|gap)(?: between (?:them|the two|those))?"
    r"|(?:by )?how (?:much|far apart) (?:do(?:es)? (?:they|the two) differ|are they)"
    r"|which (?:(?:one )?(?:of (?:them|the two) )?|(?:company|firm|year) )(?:is|was|had|has|were) (?:the )?"
    r"(?P<more>\w+(?:er|ore|ess)))(?: one)?"
)
_ENGLISH_WITH = re.compile(
    r"(?:and )?how (?:does|did) (?:that|it|this) compare (?:with|to) (?:that of )?(?P<other>.+)"
    r"|compared (?:with|to) (?P<other2>.+)"
    r"|(?:and )?how (?:does|did) (?P<other3>(?!it|that|this).+?) compare(?: (?:with|to) (?:it|that))?"
)
_PARTS = ("subject", "time", "attribute")
LONGEST_OTHER = 20
"""Characters of what a figure is compared with; more is a sentence."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A question, and what else stands in the place of one of its parts."""

    old: Parts
    part: str
    first: str
    second: str

    def with_part(self, named: str) -> str:
        """The question with one of the two."""
        return self.old.exchanged(getattr(self.old, self.part), named)


def compared(question: str, said: Sequence[Turn]) -> str:
    """The question with both figures, or the one and what it is compared with; "" where it compares none."""
    old = parts(said[-1].question)
    pair = _pair(parts(said[-2].question), old) if len(said) > 1 else None
    if is_english(question):
        return _english(without_mark(question), old, pair)
    rest = without_lead(question).rstrip("?？!。. ")
    folded = fold(rest)
    if _BEST.fullmatch(folded):
        return f"{_timeless(old)}{rest}?"
    time = next((one for one in periods(rest) if one.start == 0), None)
    then = rest[time.end :].lstrip(" ,，的") if time else ""
    if time and old.measured and _BOTH.fullmatch(fold(then)):
        later = _against(old, rest[: time.end])
        return f"{_joined(later)}{then}?" if later else ""
    if both := _BOTH.fullmatch(folded):
        return _both(rest[slice(*both.span("asks"))], bool(both["alone"]), old, pair, said)
    if _THAN.fullmatch(folded):
        return f"{topic(old)}{rest}?"
    against = _WITH.fullmatch(folded) if Asked(old.text).kind == "value" else None
    other = _against(old, rest[slice(*against.span("other"))]) if against else None
    return f"{_joined(other)}差多少?" if other else ""


def _both(asks: str, alone: bool, old: Parts, pair: _Pair | None, said: Sequence[Turn]) -> str:
    """The two figures; of one that is asked about alone, 「成長了多少?」, that of the year before."""
    if pair:
        return f"{_joined(pair)}{asks}?"
    if _AND.search(fold(topic(old))):
        return f"{topic(old)}{asks}?"
    start = reference(said)
    earlier = moved(start, -12) if start else None
    if alone and old.measured and old.time and earlier:
        return f"{topic(old)}比 {name(earlier, english=False)}{asks}?"
    return ""


def _english(text: str, old: Parts, pair: _Pair | None) -> str:
    folded = fold(text)
    if (best := _ENGLISH_BEST.fullmatch(folded)) and not re.search("[A-Z]", text[1:]):
        if old.english:
            return f"In which {best['when']} was {_timeless(old)} the {best['most']}?"
        most = "低" if best["most"] in _LOWEST else "高"
        return f"{_timeless(old)}哪一{'年' if best['when'] == 'year' else '季'}最{most}?"
    if found := _ENGLISH_WITH.fullmatch(folded):
        at = next(found.span(group) for group in ("other", "other2", "other3") if found[group])
        pair = _against(old, text[slice(*at)])
        return _difference(pair) if pair else ""
    both = _ENGLISH_BOTH.fullmatch(folded)
    if not both or not pair:
        return ""
    if not both["more"]:
        return _difference(pair)
    if not old.english:
        return f"{_joined(pair)}哪個比較高?"
    if pair.part == "time":
        return f"In which year was {_timeless(old)} {both['more']}, {pair.first} or {pair.second}?"
    return f"Which was {both['more']}, {_owners(pair, 'or')}?"


def _difference(pair: _Pair) -> str:
    if not pair.old.english:
        return f"{_joined(pair)}差多少?"
    if pair.part == "time":
        return f"What is the difference between {_timeless(pair.old)} in {pair.first} and {pair.second}?"
    return f"What is the difference between {_owners(pair, 'and')}?"


def _owners(pair: _Pair, joint: str) -> str:
    """ "甲's revenue and 乙's revenue in 2024"."""
    first = topic(parts(_timeless_question(parts(pair.with_part(pair.first)))))
    return f"{first} {joint} {topic(parts(pair.with_part(pair.second)))}"


def _pair(one: Parts, other: Parts) -> _Pair | None:
    """The part in which two questions differ; None where that is not one part alone."""
    if one.english != other.english:
        return None
    named = {part: (one.of(getattr(one, part)), other.of(getattr(other, part))) for part in _PARTS}
    differing = [part for part, (a, b) in named.items() if fold(a).strip() != fold(b).strip()]
    if len(differing) != 1 or not all(named[differing[0]]):
        return None
    return _Pair(other, differing[0], *(text.strip() for text in named[differing[0]]))


def _against(old: Parts, other: str) -> _Pair | None:
    """The old question and what it is compared with: a time, or another owner."""
    other = re.sub(r"^(?:in|the figure for) ", "", other.strip())
    part = "time" if len(periods(other)) == 1 else "subject"
    if getattr(old, part) is None or len(other) > LONGEST_OTHER:
        return None
    other = re.sub(r"['’]s$", "", other)
    return _Pair(old, part, old.of(getattr(old, part)).strip(), other)


def _joined(pair: _Pair) -> str:
    """What is asked about, with both in one place."""
    return topic(parts(pair.with_part(f"{pair.first}和{pair.second}")))


def _timeless(old: Parts) -> str:
    """What the old question is about, in any time."""
    return topic(parts(_timeless_question(old)))


def _timeless_question(old: Parts) -> str:
    if not old.time:
        return old.text
    before, behind = old.text[: old.time[0]].rstrip(), old.text[old.time[1] :]
    if old.english:
        return re.sub(r" (?:in|during|for|at|of)(?: the)?$", "", before) + behind
    of = "的" if before and old.attribute else ""
    return f"{before}{of}{behind.lstrip(' 的')}"
