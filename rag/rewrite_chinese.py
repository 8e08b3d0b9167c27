"""A Chinese question with what a follow-up names in the place of its own."""

import re

from rag.asked import Asked
from rag.rewrite_alike import alike, circumstance
from rag.rewrite_answer import answered
from rag.rewrite_named import Named
from rag.rewrite_parts import Parts, owner, parts, topic, verbal
from rag.rewrite_words import is_measure, measure_at_end, names_something, segments, without_mark
from rag.schema import Turn
from rag.text import fold, language

_PREPOSITION = re.compile(r"(?:[只光单仅]|仅仅)?(?:在|跟|和|与|对|按|以|用|从|就|拿)(?=.)")
_EARLIER = re.compile(r"(?:再?[上前下]|最近|首)一?[届次代任期轮场](?:的)?")
_COUNTABLE = re.compile(r"(?:员工|人员|人手|客户|用户|会员|学生|门市|分店|工厂|据点|店)$")
_OTHERS = (
    (
        "是誰",
        r"(?:[董理事院校署局部市县行会社店园馆]长|总裁|总经理|执行官|创[办始]人|负责人|主席|老板|c[a-z]o)$",
    ),
    ("在哪裡", r"(?:总部|位置|地址|地点)$"),
    ("是什麼", r"(?:原因|目的|结果|影响|方式|理由|意义|特色|优点|缺点|功能|用途|职业|背景)$"),
)
_COUNTED = re.compile(r"有多少|有几|几|哪些")
_DIRECTION = re.compile("上升|下降|成长|增长|增加|减少|下滑|衰退|回升|提高")


def exchanged(old: Parts, new: Named, before: Turn) -> str:
    """The old Chinese question with what is named in the place of its own; `before` is its turn."""
    if new.kind == "count" and old.asks:
        return f"{old.text[: old.asks[1]]}{new.what}?"
    if new.kind:
        return _asking(old, new, before)
    text = old.text
    if new.time:
        text = old.exchanged(old.time, new.time) if old.time else f"{new.time}{text}"
    return _with_what(parts(text), new.what) if new.what else text


def _asking(old: Parts, new: Named, before: Turn) -> str:
    """The old question with other question words."""
    said = topic(old, answered(before))
    if new.kind == "more":
        at = max(old.head, old.attribute[1] if old.attribute and not verbal(old) else 0)
        return f"{old.text[:at]}{new.asks[0]}{old.text[at:].lstrip('的')}"
    if new.kind == "why it" or new.asks in ("誰", "是誰", "谁", "是谁"):
        return f"{said}{'是' * (new.asks in ('誰', '谁'))}{new.asks}?"
    if new.kind == "why" and Asked(old.text).kind == "value":
        return f"{said}{new.asks}{_direction(before.answer)}?"
    if new.kind in ("degree", "where") and (old.measured or new.kind == "degree"):
        thing = said[: measure_at_end(said)].rstrip("的") if old.measured else owner(old)
        return f"{thing or said}{new.asks}?"
    if re.search("因|理由", new.asks):
        return f"{said}的{new.asks}?"
    head = old.text[: old.head].rstrip()
    if old.text[old.head : old.head + 1] == "的" or not said.startswith(head):
        return f"{said}{new.asks}?"
    return f"{head}{new.asks}{said[len(head) :].lstrip()}?"


def _direction(answer: str) -> str:
    found = _DIRECTION.search(fold(answer))
    return answer[slice(*found.span())] if found else "上升或下降"


def _with_what(old: Parts, what: str) -> str:
    """The old question with another owner, attribute or circumstance."""
    prefix = _PREPOSITION.match(fold(what))
    bare = what[prefix.end() if prefix else 0 :].removesuffix("的")
    holder, of, owned = bare.partition("的")
    both = bool(of and owned and not prefix and old.subject)
    if both and old.attribute and (names_something(holder) or alike(old, holder)):
        return _with_what(parts(old.exchanged(old.attribute, owned)), holder)
    if _EARLIER.fullmatch(fold(what)):
        earlier = _EARLIER.search(fold(old.text))
        return old.exchanged(earlier.span(), what) if earlier else f"{what}{old.text}"
    if like := alike(old, bare):
        figure = is_measure(bare) and old.attribute and like[1] == old.attribute[1]
        return f"{old.text[: like[0]]}{bare}{_asks(old)}" if figure else old.exchanged(like, bare)
    if prefix:
        asks = old.asks[0] if old.asks else len(without_mark(old.text))
        return old.exchanged(circumstance(old) or (asks, asks), what)
    if names_something(bare) and old.subject and not is_measure(bare):
        return old.exchanged(old.subject, bare)
    return _modified(old, bare) if what.endswith("的") else _with_attribute(old, bare)


def _with_attribute(old: Parts, what: str) -> str:
    """The old question about another attribute, asked for as that is."""
    subject, measure = owner(old), is_measure(what)
    for asks, nouns in _OTHERS:
        if re.search(nouns, fold(what)):
            return f"{subject}的{what}{fold(asks) if language(old.text) == 'zh-Hans' else asks}?"
    noun = old.asks and old.attribute and old.attribute[1] == old.asks[0] and not verbal(old)
    if old.asks and old.attribute and noun and (measure or not old.measured):
        return f"{old.text[: old.attribute[0]]}{what}{_asks(old) if measure else old.text[old.asks[0] :]}"
    if old.asks and _COUNTED.search(fold(old.of(old.asks))) and not measure:
        return f"{old.text[: old.asks[1]]}{what}?"
    head = old.text[: old.head]
    if _COUNTABLE.search(fold(what)):
        return f"{head}有多少{what}?"
    if old.attribute and old.measured:
        modifier = measure_at_end(old.of(old.attribute))
        return old.exchanged((old.attribute[0], old.attribute[0] + modifier), what)
    if verbal(old) and old.subject and not measure:
        return f"{old.of(old.subject)}的{what}{old.text[old.subject[1] :]}"
    value = measure or Asked(old.text).kind == "value"
    asks = old.of(old.asks) if fold(old.of(old.asks))[:1] in ("是", "在") else ""
    return f"{head}{'的' * bool(head)}{what}{'是多少' if value else asks}?"


def _asks(old: Parts) -> str:
    """How a figure is asked for, without the unit of the old one: 是多少 for 「幾公里」."""
    asks = fold(old.of(old.asks))
    if Asked(old.text).kind != "value" or not old.asks:
        return "是多少?"
    return old.text[old.asks[0] :] if asks.endswith("多少") else "是多少?"


def _modified(old: Parts, what: str) -> str:
    """Another modifier before the last noun: 「國內的」 in 「海外營收」."""
    span = old.attribute
    if old.asks and _COUNTED.search(fold(old.of(old.asks))) and not old.measured:
        behind = len(without_mark(old.text))
        span = (old.asks[1], behind) if behind > old.asks[1] else span
    if old.subject and not names_something(old.of(old.subject)) and not old.measured:
        head = segments(old.of(old.subject))[-1][0] if not span else len(old.of(old.subject))
        return old.exchanged((old.subject[0], old.subject[0] + head), what + "的" * (not span))
    if not span:
        at = old.asks[0] if old.asks else 0
        return old.exchanged((at, at), what)
    last = segments(old.of(span))[-1]
    return old.exchanged((span[0], span[0] + last[0]), f"{what}的")
