"""Every sentence the system says in its own words, in the three languages it is asked in."""

from collections.abc import Mapping

from rag.text import Language

REFUSAL: Mapping[Language, str] = {
    "zh-Hant": "文中未提及這個問題的答案。",
    "zh-Hans": "文中未提及这个问题的答案。",
    "en": "The articles do not answer this question.",
}
