"""What a Chinese question compares: two periods or two owners, and a plain question for the figure of each.

The operands are taken by the structure of the sentence; what leaves a remainder compares nothing. All
patterns are matched against folded text: Simplified, half width, lower case.
"""

import re
from datetime import date

from rag.asked import MEASURE
from rag.operations import CUT, DEGREE, PLAIN, Comparison, Read, read_comparison
from rag.period import periods
from rag.period_pair import PeriodPair, label, period_pair
from rag.text import first_word, fold

_LINK_BEHIND = re.compile(
    r"(?:的|年|[两这]年|[, ])*(?:相比|比起|相较|对比|和|与|跟|同|以及|及|到|至|、|比|较|还是|或|vs|~"
    r"|[-–—](?!\d))|,"
)
_LINK_BEFORE = re.compile(r"(?:比|较|是|为|和|与|跟|到|至|从|自|相较于?|相对于?|比起|相当于|对比|还是|或) ?$")
_LEADING = re.compile(
    r"的|之间|期间|[两这]年|[两二]季|这?[两三四五六七八九十\d]{1,2}年[间内来里]?(?=,)|[间之,、 ]"
    r"|相比(?:之下|较)?|相较(?:之下|于)?|比起来?|对比|和|与|跟|同"
    r"|以及|及|到|至|比|较|还是|或[是者]?|是|从|自|在|则"
    r"|vs\.?"
)
_TRAILING = re.compile(
    r"(?:的|之间|期间|[,、 ]|相?比(?:较|起)?|较|相较于?|相对于?|对比|(?<![总饱温共平])和|(?<!参)与|跟"
    r"|(?<![合共不])同|以?(?<![普涉])及"
    r"|到|至|从|(?<!各)自|由|在|还?是|为|于|或|占|相当于|有|了|又|会|将|约|大约|大概|总共|一共|究竟|到底"
    r"|分别|vs\.?)+$"
)
_LEFT_OVER = re.compile(r"[谁哪几吗?]|什么|多少|何|如何|怎么|最|[比较差]$|相[比差]|差距|或|还是")
_AND = re.compile(
    r"(?<![总饱温柔缓共中平祥调协])和(?![平解谐服式约田硕泰])|(?<![参给])与(?!会)|跟(?!随)|以及"
    r"|(?<![普涉提])及(?!时)|、|还是"
    r"|或者?是?|vs\.?"
)
_MODIFIER = re.compile(
    r"总|净|毛|年|月|日|平均|研发|营业|营运|经营|销售|行销|管理|员工|客户|用户|市场|人均|出口|进口|生产"
    r"|占地|建筑|单季|全年|海外|国内|税后"
    r"|税前|每."
)
_OWNER_END = re.compile(r"(?:的|之间|相比|两者|二者|两[家座个](?:公司)?|[,、 ])+$")
_IN = re.compile(r"[在于,的 ]+$")
LONGEST = 30
"""Characters of an owner, and of what both figures are of; more are a clause."""


def chinese_comparison(question: str, published: date | None) -> Comparison | None:
    """A Chinese question taken apart; None where it does not compare two periods or two owners."""
    read = read_comparison(question)
    if read is None:
        return None
    pair = period_pair(read.text, published)
    return _between_periods(read, pair) if pair else _between_owners(read, published)


def _between_periods(read: Read, pair: PeriodPair) -> Comparison | None:
    folded, text = read.folded, read.text
    if read.operation in ("greater", "smaller") and pair.members > 2:
        return None
    if len(pair.spans) == 2 and not _linked(folded, *pair.spans):
        return None
    kept = text
    for start, end in pair.spans:
        kept = kept[:start] + CUT * (end - start) + kept[end:]
    rest = _joined(re.split(f"{CUT}+", kept))
    if not rest or len(rest) > LONGEST or _LEFT_OVER.search(fold(rest)) or _AND.search(fold(rest)):
        return None
    predicate = PLAIN if read.predicate.startswith(DEGREE) else read.predicate
    first, second = (label(one, text, english=False) for one in pair.periods)
    return Comparison(
        read.operation,
        (first, second),
        (_question(first, rest, predicate), _question(second, rest, predicate)),
    )


def _linked(folded: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether the words between or before two periods set them against each other."""
    between = folded[first[1] : second[0]]
    return bool(_LINK_BEHIND.match(between) or _LINK_BEFORE.search(between))


def _joined(pieces: list[str]) -> str:
    """What stands around the operands, without the words that tie them together, and nothing twice."""
    rest = ""
    for at, piece in enumerate(pieces):
        kept = _trimmed(piece, leading=at > 0)
        if not kept or fold(rest).endswith(fold(kept)):
            continue
        of = "的" if rest and fold(piece).lstrip().startswith("的") else ""
        rest += of + kept
    return rest


def _trimmed(piece: str, leading: bool) -> str:
    while leading and (found := _LEADING.match(fold(piece))):
        word = first_word(fold(piece))
        if len(word) > found.end() and not _LEADING.fullmatch(word):
            break
        piece = piece[found.end() :]
    return piece[: len(_TRAILING.sub("", fold(piece)))].strip()


def _question(before: str, rest: str, predicate: str) -> str:
    space = " " if before and rest[0].isascii() and not before[-1].isascii() else ""
    if predicate.startswith("有多少") and re.search(r"[数量]$", fold(rest)):
        predicate = PLAIN
    gap = " " if rest[-1].isascii() else ""
    return f"{before}{space}{rest}{gap}{predicate}?"


def _between_owners(read: Read, published: date | None) -> Comparison | None:
    text, time = read.text, ""
    found = periods(text, published)
    if found and (found[0].span or any(not one.same(found[0]) for one in found)):
        return None
    if found:
        time = label(found[0], text, english=False)
        for one in reversed(found):
            before = _IN.sub("", text[: one.start])
            text = before + (text[one.end :] if before else re.sub("^[的, ,、]+", "", text[one.end :]))
    taken = _owners(read, text.strip())
    if taken is None:
        return None
    first, second, attribute = taken
    if not attribute and read.predicate == PLAIN:
        return None
    predicate = read.predicate.replace(DEGREE, "有多") if not attribute else PLAIN
    predicate = read.predicate if read.predicate.startswith("有多少") else predicate
    of = "的" if attribute else ""
    questions = [_question(time, f"{owner}{of}{attribute}", predicate) for owner in (first, second)]
    return Comparison(read.operation, (first, second), (questions[0], questions[1]))


def _owners(read: Read, text: str) -> tuple[str, str, str] | None:
    """The two owners and what of theirs is compared, "" where the sentence does not name it."""
    left, _, asked = text.partition(CUT)
    asked = _trimmed(asked, leading=True)
    parts = _halves(left, "是|为|相当于" if read.operation == "ratio" else "比|较|相较于")
    if parts is None:
        return None
    first, attribute = _owner(parts[0])
    second, also = _owner(parts[1])
    attributes = {fold(one): one for one in (attribute, also, asked) if one}
    if len(attributes) > 1 or fold(first) == fold(second):
        return None
    for owner in (first, second):
        if not 0 < len(owner) <= LONGEST or _LEFT_OVER.search(fold(owner)) or _AND.search(fold(owner)):
            return None
    return first, second, next(iter(attributes.values()), "")


def _halves(text: str, between: str) -> tuple[str, str] | None:
    folded = fold(text)
    splits = [found.span() for found in re.finditer(between, folded) if found.start() > 0] or [
        found.span() for found in _AND.finditer(folded) if found.start() > 0
    ]
    if len(splits) != 1:
        return None
    return text[: splits[0][0]], text[splits[0][1] :]


def _owner(half: str) -> tuple[str, str]:
    """An owner and what of it is named: 「甲公司的營收」, 「甲廠產能」, 「甲公司」."""
    half = half[: len(_OWNER_END.sub("", fold(half)))].strip()
    folded = fold(half)
    at = folded.rfind("的")
    if 0 < at < len(half) - 1:
        return half[:at], half[at + 1 :]
    words, rest = [], folded
    while rest:
        words.append(first_word(rest))
        rest = rest[len(words[-1]) :]
    if len(words) < 2 or not re.search(f"{MEASURE}$", words[-1]):
        return half, ""
    size = len(words.pop())
    while len(words) > 1 and _MODIFIER.fullmatch(words[-1]):
        size += len(words.pop())
    return half[:-size], half[-size:]
