"""What the system says in its own words of one article among several: that an older one said otherwise, that
it does not tell its author, when and where it appeared."""

from collections.abc import Mapping
from typing import Literal

from rag.text import Language
from rag.untrusted import visible

Particular = Literal["title", "published", "source", "author"]

LONGEST_TITLE = 60
"""Characters of a title that are repeated."""

_EARLIER: Mapping[Language, str] = {
    "zh-Hant": "較早的文章《{title}》({published})說法不同:{value}",
    "zh-Hans": "较早的文章《{title}》({published})说法不同:{value}",
    "en": "An earlier article, “{title}” ({published}), said otherwise: {value}",
}
_DATED: Mapping[Language, str] = {
    "zh-Hant": "《{title}》發布於 {published}。",
    "zh-Hans": "《{title}》发布于 {published}。",
    "en": "“{title}” was published on {published}. ",
}
_UNKNOWN: Mapping[Language, Mapping[Particular, str]] = {
    "zh-Hant": {
        "title": "《{title}》的文中沒有標題。",
        "published": "《{title}》沒有寫明發布日期。",
        "source": "《{title}》沒有寫明來源。",
        "author": "《{title}》沒有寫明作者。",
    },
    "zh-Hans": {
        "title": "《{title}》的文中没有标题。",
        "published": "《{title}》没有写明发布日期。",
        "source": "《{title}》没有写明来源。",
        "author": "《{title}》没有写明作者。",
    },
    "en": {
        "title": "“{title}” has no title in its text.",
        "published": "“{title}” does not say when it was published.",
        "source": "“{title}” does not say where it was published.",
        "author": "“{title}” does not name its author.",
    },
}


def said_earlier(asked_in: Language, title: str, published: str, value: str) -> str:
    """That an older article gave another value."""
    return _EARLIER[asked_in].format(title=_short(title), published=published, value=visible(value))


def dated(asked_in: Language, title: str, published: str) -> str:
    """When an article was published."""
    return _DATED[asked_in].format(title=_short(title), published=published)


def untold(asked_in: Language, title: str, particular: Particular) -> str:
    """That an article does not say something of itself."""
    return _UNKNOWN[asked_in][particular].format(title=_short(title))


def _short(title: str) -> str:
    shown = visible(title)
    return shown if len(shown) <= LONGEST_TITLE else shown[:LONGEST_TITLE] + "…"
