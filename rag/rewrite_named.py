"""What a Chinese follow-up names that is no sentence of its own: 「毛利率呢?」, 「國內的又是多少?」"""

import re
from dataclasses import dataclass

from rag.period import periods
from rag.rewrite_parts import Parts
from rag.rewrite_words import (
    ASKS,
    LEAD,
    UNIT,
    is_measure,
    names_something,
    opens_with_name,
    segments,
    without_lead,
    without_mark,
)
from rag.text import fold

_TOWARDS = (
    r"(?:[又还再就则也都才却只仅已]|只有|大约|大概|总共|一共|是|为|有|到了?|在|变成|变为|成为|成长到|达到?"
    r"|[涨升降跌掉增减来变做剩]到?|增加到|减少到|剩下|会|将|预计|预期|预估|可能|占|卖|值|要|花|了|得|需|可|能)*"
)
_VALUE = rf"(?:多少|几){UNIT}*|什么(?:水平|程度|数字|价位|样子?)"
_FRAGMENT = re.compile(
    rf"(?P<content>.*?)(?P<ask>{_TOWARDS}(?:{_VALUE}|如何|怎么?样)了?|)"
    r"(?P<mark>(?:的话|来着|是(?=[?]))?[呢吗咧了]*[?!。. ]*)"
)
_AGAIN = re.compile(r"[又还才变涨升降跌掉]|只有|剩|到")
_EMPTY = re.compile(r"^(?:[又還还再就]|我想知道)+|(?:同期|方面|的?部分|的情[況况]|[這这那][邊边])$")
_LIKE_A_TIME = re.compile(
    r"(?:[一二三四五六七八九十几多\d]+|百)年[前后]|以前|从前|过去|目前|现在|最近|将来|未来"
)
_FILLED = re.compile(r"[了过得的又会还再将约 ]|预[计期估]|大[约概]")
_WH = re.compile(
    r"(?P<why>怎么(?=下|上|变|增|减|成|衰|掉|[升降跌涨])|为什么|为何|为啥|何以|怎么会(?=掉|下|变|这)?|怎么回事"
    r"|(?:主要)?(?:原因|理由)(?:是什么|为何|何在|呢)?)"
    r"|(?P<when>(?:是)?(?:在)?(?:什么时[候间]|何时|哪一?[年天]|几时|几月))(?P<event>的事|发生的)?"
    r"|(?P<where>(?:是)?(?:位于|在)?(?:哪里|哪儿|何处|何地|什么地方))"
    r"|(?P<degree>有?多[大高长宽重深厚快远久贵])"
    r"|(?P<who>(?:是|由|跟|和|与|被)?谁)|(?P<how>(?:是)?(?:如何|怎么)(?:做到|办到)?)"
)
_MORE = re.compile(
    r"(?:那|然后)?(?P<asks>还有)(?:其[他它]的?|别的)?(?:呢|吗|哪些|什么|谁|哪[个家位])*[?!。. ]*"
)
LONGEST = 12
"""Characters; a Chinese question without a name that is no longer than this leaves something out."""
LONGEST_BARE = 8
"""Characters; a longer text without question words or 「那」 is a request, not a fragment of one."""
LONGEST_PREDICATE = 5
"""Characters behind 為什麼; more have a subject of their own."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a follow-up names, as it is written; "" for what it does not."""

    time: str = ""
    what: str = ""
    """Another owner, attribute or circumstance."""
    asks: str = ""
    """Question words that take the place of the old ones: 什麼時候, "Why"."""
    kind: str = ""
    """Of those: why, why it, when, where, degree, who, how, more; count where `what` is counted as before."""


def named(question: str, old: Parts) -> Named | None:
    """What a Chinese follow-up names; None where it is a sentence."""
    if more := _MORE.fullmatch(fold(question)):
        return Named(asks=question[slice(*more.span("asks"))], kind="more")
    rest = without_lead(question)
    if asks := _question_words(rest, old):
        return asks
    found = _FRAGMENT.fullmatch(fold(rest))
    content = rest[slice(*found.span("content"))] if found else ""
    if not found or ASKS.search(fold(content)) or fold(content).startswith("其中"):
        return None
    time, what = _time_and_rest(content)
    if _is_whole(content, time, what):
        return None
    if time and found["ask"] and _said(what, old) and len(_FILLED.sub("", fold(what))) < LONGEST_PREDICATE:
        what = ""
    if not any(character.isalnum() for character in time + what):
        return None
    lead = bool(LEAD.match(fold(question)))
    if what and not _is_fragment(what, found, lead, old):
        return None
    marked = lead or found["ask"] or re.search("[呢咧?]", found["mark"])
    longest = LONGEST if lead or found["ask"] else LONGEST_BARE
    if what and not time and _counts_alike(found["ask"], old):
        return Named(what=what, asks=old.of(old.asks), kind="count")
    return Named(time, what) if marked and len(what) <= longest else None


def _is_whole(content: str, time: str, what: str) -> bool:
    """Whether a time stands between an owner and what is owned, or before both: then nothing is left out."""
    before, _, behind = content.partition(time) if time else (content, "", "")
    owner, of, owned = what.partition("的")
    if time and of and owned and (names_something(owner) or opens_with_name(owner)):
        return True
    return bool(time and (names_something(before) or opens_with_name(before)) and behind.strip(" 的,，"))


def _is_fragment(what: str, found: re.Match[str], lead: bool, old: Parts) -> bool:
    """Whether what stands before the question words is a noun that has no sentence of its own."""
    ask, says, measure = found["ask"], _says(what), is_measure(what)
    statement = not lead and not measure and not re.search("[呢咧]", found["mark"])
    if ask.startswith("了") or (says and (ask or "吗" in found["mark"] or statement)):
        return False
    if lead or (len(what) <= LONGEST_BARE and (not ask or _AGAIN.search(ask) or what.endswith("的"))):
        return True
    if "的" in what or len(what) > LONGEST_BARE:
        return False
    return _counts_alike(ask, old) or not (measure or names_something(what))


def _counts_alike(ask: str, old: Parts) -> bool:
    """Whether the old question counts something with the same words: 「有幾隻」."""
    same = ask.strip("是有") == fold(old.of(old.asks)).strip("是有")
    counted = without_mark(old.text[old.asks[1] :]) if old.asks else ""
    return same and bool(counted) and bool(re.search("(?:几|多少).", ask))


def _question_words(rest: str, old: Parts) -> Named | None:
    """「什麼時候?」, 「為什麼下降?」, 「什麼時候簽的?」 where 簽 was said."""
    found = _WH.match(fold(rest))
    if not found:
        return None
    behind = without_mark(rest)[found.end() :]
    if len(behind) >= LONGEST_PREDICATE:
        return None
    kind = next(key for key, value in found.groupdict().items() if value and key != "event")
    if kind == "why" and behind and not names_something(behind):
        return Named(asks=without_mark(rest), kind="why it")
    return Named(asks=rest[slice(*found.span(kind))], kind=kind) if _said(behind, old) else None


def _said(words: str, old: Parts) -> bool:
    """Whether all that words say stands in the old question."""
    return set(_FILLED.sub("", fold(words))) <= set(fold(old.text))


def _says(what: str) -> bool:
    """Whether words hold a verb of their own: 「學生有優惠」."""
    return not what.endswith("的") and any(flag in ("v", "d", "c") for _, _, flag in segments(what))


def _time_and_rest(content: str) -> tuple[str, str]:
    time = next(iter(periods(content)), None)
    vague = None if time else _LIKE_A_TIME.match(fold(content))
    if time:
        before = re.sub("[到在了 ]+$", "", content[: time.start])
        what = f"{before}{content[time.end :].lstrip('的 ,，')}"
        written = content[time.start : time.end]
    else:
        written = content[: vague.end()] if vague else ""
        what = content[len(written) :]
    return written, _EMPTY.sub("", what.strip(" ,，")).strip(" ,，")
