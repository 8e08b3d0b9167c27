"""Every sentence the system says in its own words, in the three languages it is asked in."""

from collections.abc import Mapping
from typing import Literal

from rag.text import Language

Lack = Literal["name", "period"]
"""What a question names and the passages do not: a company, person or thing; a year or another period."""

LONGEST_SHOWN = 60
"""Characters of a question that are repeated in a refusal."""

_REFUSAL: Mapping[Language, str] = {
    "zh-Hant": "文中未提及這個問題的答案。找的是:「{query}」{lack}",
    "zh-Hans": "文中未提及这个问题的答案。找的是:「{query}」{lack}",
    "en": "The articles do not answer this question. Looked for: “{query}”{lack}",
}
_LACK: Mapping[Language, Mapping[Lack, str]] = {
    "zh-Hant": {"name": "。文中沒有提到所問的對象。", "period": "。文中沒有所問期間的資料。"},
    "zh-Hans": {"name": "。文中没有提到所问的对象。", "period": "。文中没有所问期间的资料。"},
    "en": {"name": ". They do not mention what it names.", "period": ". They say nothing about that period."},
}

_IN_ITS_WORDS: Mapping[Language, str] = {
    "zh-Hant": "原文寫道:", "zh-Hans": "原文写道:", "en": "In the words of the article: ",
}  # fmt: skip


def introduced(asked_in: Language, written_in: Language) -> str:
    """What stands before a quote in another language or script than the question's; "" before others."""
    return "" if asked_in == written_in else _IN_ITS_WORDS[asked_in]


def refusal(asked_in: Language, query: str, lack: Lack | None) -> str:
    """That the documents do not answer, what was looked for and, where it is known, what they lack."""
    shown = query if len(query) <= LONGEST_SHOWN else query[:LONGEST_SHOWN] + "…"
    return _REFUSAL[asked_in].format(query=shown, lack=_LACK[asked_in][lack] if lack else "")
