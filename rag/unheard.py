"""Names in a question, for certain: what asks for one firm's revenue is not answered by another's.

A tagger takes many ordinary words for names, so a dictionary decides: CC-CEDICT writes the pinyin of proper
names with a capital. What no dictionary has is a name where one stands: at the beginning, before 的 or a
time, or before 公司, 銀行, 大學.
"""

import re

from rag.crosslingual import ordinary_words
from rag.text import HAN, fold, is_han, language, names, rare_words

_OPENS = re.compile(r"(?= ?(?:的|在|有|共|目前|现在|今年|去年|明年|前年|预计|计划|上半|下半|第|\d))")
_FIRM = re.compile(
    r"公司|集团|科技|智能|银行|汽车|大学|医院|证券|资本|软件|电子|电力|储能|生技|生物|制药|药业|航空|航运|食品"
    r"|保险|能源|机器人|光电|半导体|材料|工业|控股|国际|医疗|电池|化学|化工|钢铁|建设|实业|电机|精密|网络|物流|云"
    r"|县|镇|乡"
)
_NO_NAME = re.compile(r"[到了过着来去得能会要想让把被不没多少个位名家人者从是几哪谁掉]")
_MARKED = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]+-?\d[A-Za-z0-9.-]*|[A-Z][a-z]+[A-Z][A-Za-z]+)")
"""A model number or a capital inside: a Chinese article writes such names as they are."""
_PART_OF_YEAR = re.compile(r"(?i)(?:[qh][1-4]|fy|mid-?|early-?|late-?)(?:fy)?\d*|yoy|qoq")
_HAN_RUN = re.compile(f"[{HAN}]+")
_TIME = re.compile(r"^(?:请问|那么?|\d{4} ?年(?:度|底|初|末)?|[今去明前]年|上半年|下半年|[ ,])+")
LONGEST = 8
LONGEST_REACH = 24
"""Characters before a name in which it may be compared with."""
_COMPARING = re.compile(
    r"超越|超过|赶超|领先|胜过|击败|打败|优于|高于|低于|多于|少于|大于|小于|落后|逊于|不如|取代|相比|比起|较|(?<![占百对同环])比(?![重例率如赛])"
)
_COMPARED_WITH = re.compile(
    rf"(?:{_COMPARING.pattern})[了过于]?(?:同[业行]的?)?(?:[^,，。;；、]{{1,10}}(?:、|和|与|及|以及))*$"
)


def sure_names(question: str) -> list[str]:
    """The names in a question that are names for certain, folded."""
    found = (match.group() for match in _MARKED.finditer(question))
    marked = [fold(name) for name in found if not _PART_OF_YEAR.fullmatch(name)]
    if language(question) == "en":
        return marked + [name for name in _HAN_RUN.findall(fold(question)) if len(name) > 1]
    asked = _TIME.sub("", fold(question))
    rare = (word.rstrip("的在有") for word in rare_words(asked))
    candidates = dict.fromkeys((*names(question), *rare))
    return marked + [name for name in candidates if name and is_han(name[0]) and _is_sure(name, asked)]


def mentions(text: str, name: str) -> bool:
    """Whether at least half of a folded name, in one piece, stands in the folded text."""
    least = max(2, -(-len(name) // 2))
    return any(name[at : at + least] in text for at in range(len(name) - least + 1))


def only_compared(said: str, name: str) -> bool:
    """Whether a folded name stands in the folded sentence only as what something else is compared with:
    「超越了甲和乙,市占率為 6.6%」 gives no share of theirs."""
    places = [found.start() for found in re.finditer(re.escape(name), said)]
    return bool(places) and all(_COMPARED_WITH.search(said, max(0, at - LONGEST_REACH), at) for at in places)


def compares(question: str) -> bool:
    """Whether a question itself sets one thing against another."""
    return bool(_COMPARING.search(fold(question)))


def _is_sure(name: str, asked: str) -> bool:
    if not 2 <= len(name) <= LONGEST:
        return False
    known = ordinary_words().get(name)
    if known is not None:
        return not known
    if _NO_NAME.search(name):
        return False
    at = asked.find(name)
    behind = at + len(name)
    return bool(_FIRM.match(asked, behind) or (at == 0 and _OPENS.match(asked, behind)))
