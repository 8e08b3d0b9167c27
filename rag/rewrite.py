"""Follow-up questions made complete from the history, by rule: 「那 2023 年呢?」 asks what was asked before.

A question is read as subject, time, attribute and question words; what a follow-up leaves out is taken from
the question before it, and what it names takes the place of the old.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag import rewrite_chinese, rewrite_english, rewrite_named
from rag.asked import Asked
from rag.period import periods
from rag.rewrite_named import Named
from rag.rewrite_pair import compared
from rag.rewrite_parts import Parts, parts
from rag.rewrite_reference import resolved
from rag.rewrite_sentence import depends, in_its_time, stands, with_subject
from rag.rewrite_time import absolute, dated, name
from rag.rewrite_words import is_english, names_something
from rag.schema import Turn
from rag.text import fold, language, sentences

Completion = Callable[[str, Sequence[Turn]], str]
"""From a question and what was said before it to a question that stands alone."""

_QUESTION = re.compile(r"[^?？]+[?？]*")
_SMALL_TALK = re.compile(
    r"(?:你好|您好|哈[啰喽罗]|嗨|早安|午安|晚安|早上好|多?谢谢?|感谢|好的?|了解|知道了|明白了?|再见|拜拜|辛苦了|没事了?"
    r"|不用了|(?:hello|hi|hey|thanks?(?: you)?|ok(?:ay)?|bye|good(?:bye| morning| evening)?|great|cool|got it"
    r"|i see|never mind)\b)(?:你|您|啊|啦|喔|哦|了|, .*| so much| very much| there)?[!。.~ ?]*"
)
_AGAIN = re.compile(
    r"(?:真的|[你您]?确定|是|对|这样)(?:是|这样)?[吗嘛]|再说一[次遍]|重复一[次遍]"
    r"|(?:可以|能|请)?(?:再)?(?:说|讲|解释)?得?(?:更|再)?(?:详细|仔细)(?:一?[点些])?(?:说明|吗)?"
    r"|(?:are you )?(?:sure|certain)|really|(?:say|repeat) that(?: again)?|tell me more|more details?"
)
_CONTRACTED = re.compile(r"\b([Ww]hat|[Ww]ho|[Ww]here|[Ww]hen|[Hh]ow)['’]s\b")
_WH = {
    "why": ("為什麼", "Why"),
    "when": ("什麼時候", "When"),
    "where": ("在哪裡", "Where"),
    "how": ("怎麼", "How"),
}


def complete(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked without the history; itself when it stands alone."""
    said: list[Turn] = []
    for turn in history:
        for one in _QUESTION.findall(turn.question):
            asked = _complete(one.strip(), said)
            if asked and not _SMALL_TALK.fullmatch(fold(asked)):
                said.append(Turn(asked, turn.answer))
    return _complete(question.strip(), said)


def _complete(question: str, said: Sequence[Turn]) -> str:
    """One question after others that are complete; itself, to the character, where it needs none of them."""
    if not said or not question or _SMALL_TALK.fullmatch(fold(question)):
        return question
    if _AGAIN.fullmatch(fold(question).rstrip("?!。. ")):
        return said[-1].question
    asked = _CONTRACTED.sub(r"\1 is", _without_remark(question))
    done = _completed(asked, said)
    return question if done == asked else done


def _completed(question: str, said: Sequence[Turn]) -> str:
    timed = absolute(question, said)
    if pair := compared(timed, said):
        return pair
    old = parts(said[-1].question)
    reader = rewrite_english if is_english(timed) else rewrite_named
    new = reader.named(timed, old)
    if new and new.time and not new.what:
        return _exchanged(new, said)
    if (whole := resolved(timed, said)) != timed:
        again = reader.named(whole, old)
        return _exchanged(again, said) if again and again.what and not again.kind else in_its_time(whole, old)
    if stands(timed):
        return timed
    if new:
        return _exchanged(new, said)
    counted_from_it = timed != question and parts(timed).subject is None
    return with_subject(timed, said) if counted_from_it or depends(timed) else timed


def _without_remark(question: str) -> str:
    """The question behind a remark, 「原來如此。那淨利呢?」; all of it where no remark is before it."""
    *remarks, last = [question[start:end] for start, end in sentences(question)]
    asked = any(one[-1:] in "?？" for one in remarks)
    return last if remarks and not asked and last[-1:] in "?？" else question


def _exchanged(new: Named, said: Sequence[Turn]) -> str:
    """An earlier question with what is named: the last, for a time alone the last one that has a time."""
    before = said[-1]
    if new.time and not new.what and Asked(before.question).kind != "value":
        before = next((turn for turn in reversed(said) if parts(turn.question).time), before)
    old = parts(before.question)
    new = replace(_in_language(new, old), time=_time(new.time, said, old))
    if new.what and (is_english(new.what)) != old.english and not _is_name(new.what):
        return _asked_of(old, new)
    if old.english:
        return rewrite_english.exchanged(old, new)
    return rewrite_chinese.exchanged(old, new, before)


def _is_name(what: str) -> bool:
    """Whether what is named is somebody or something with a name of its own."""
    return bool(re.match("(?:the )?[A-Z]", what)) if is_english(what) else names_something(what)


def _asked_of(old: Parts, new: Named) -> str:
    """What is named in one language, of a subject that was asked about in another."""
    english = is_english(new.what)
    time = next(iter(periods(new.time or old.of(old.time))), None)
    when = name(time, english) if time and time.first else ""
    subject = old.of(old.subject)
    if english:
        what = re.sub(r"^(?:the|its|their) ", "", new.what)
        return f"What {'was' if when else 'is'} the {what} of {subject}{f' in {when}' if when else ''}?"
    return f"{subject} {when}的{new.what}是多少?"


def _time(written: str, said: Sequence[Turn], old: Parts) -> str:
    """A time with its year, in the language of the question that it is put into."""
    time = dated(written, said) if written else ""
    found = periods(time)
    foreign = (is_english(time)) != old.english or time.strip().isdigit()
    return name(found[0], old.english) if foreign and found and found[0].first else time


def _in_language(new: Named, old: Parts) -> Named:
    """Question words in the language of the old question."""
    kind = new.kind.split()[0] if new.kind else ""
    if kind not in _WH or (is_english(new.asks)) == old.english:
        return new
    asks = _WH[kind][old.english]
    return replace(new, asks=fold(asks) if language(old.text) == "zh-Hans" else asks, kind=kind)
