"""Which of several articles a question about one means, 「三月那篇投產新聞的作者是誰」, and its answer.

The article is chosen by its day and by the words that describe it; what it does not tell of itself is said
to be unknown, and not looked for in its sentences.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.about import asked_about
from rag.addressed import ENGLISH_DAY, issued
from rag.asked import Asked
from rag.ground import Draft, Evidence
from rag.period import periods
from rag.prompts_articles import Particular, dated, untold
from rag.recency import wish
from rag.schema import Document, Statement
from rag.text import Language, content, fold, is_han, language, sentences, tokens

SURE = 0.95
"""Confidence in what an article says of itself: it was found there when the article was read in."""
LEAST = 0.25
"""Share of the describing words, weighted, that an article must carry to be meant."""
IN_TEXT = 0.6
"""Weight of a word in the text; in the title or the source it is 1."""
AS_GOOD = 0.8
"""Share of the best article's score from which another is described as well, so that the day decides."""
LONGEST = 120

_NOUN = r"(?:文章|报[道导]|新闻稿|新闻|稿件|稿子|专文|消息|(?<![论散作课征范国语中英本原])文)"
_NO_NOUN = "(?=的|是|在|由|何|哪|什么|几|谁|出)"
_ONE = rf"[这那该此本](?:一?[篇则条份](?:[^?,。]{{0,16}}?{_NOUN}|{_NO_NOUN})|{_NOUN})|[本原]文"
_CHINESE = re.compile(rf"{_ONE}|.{{2}}的(?:报[道导]|新闻稿?|文章)")
_NO_ARTICLE = re.compile(r"提到|提及|引用|所述|\b(?:mentioned|cited|quoted|described|referred)\b")
_ENGLISH = re.compile(
    rf"\b(?i:the|this|that)(?: (?:(?i:{ENGLISH_DAY}|latest|newest|recent|older|earlier|newer|first|second"
    r"|news|press)|[A-Z][\w'’.-]*))*,?"
    r" (?i:article|report|story|piece|release|news|column|post|write-up|coverage)\b"
)
_ENGLISH_MORE = re.compile(
    r" (?:about|on|covering|regarding|concerning|reporting|announcing|saying|from|in|dated|published|that"
    r"|which)\b"
)
_STANDING = re.compile(rf"[这那该此本](?:一?[篇则条份])?|{_NOUN}[?]?$")
_ISSUED = re.compile(
    rf" ?(?:的|份|号|刊[登出载]?|发[布表出稿]?|登[出载]?|公布)*"
    rf"(?:[这那该](?:一?[篇则条份])?|一?[篇则条]|{_NOUN})"
)
_DESCRIBES_ALL = frozenset(
    """
    文章 报道 报导 新闻 新闻稿 稿件 消息 那篇 这篇 该篇 那则 这则 一篇 本文 原文 作者 记者
    关于 有关 介绍 最新 最近
    article report story piece news release column post coverage the this that about with from which who wrote
    published latest newest recent older earlier newer first its for and
    """.split()  # noqa: SIM905 - as words of a text it can be read
)


@dataclass(frozen=True, slots=True)
class About:
    """A question about an article."""

    kind: Particular
    topic: str
    """The words that stand for the article, 「三月那篇投產新聞」; "" where the question has none."""


def about(asked: Asked) -> About | None:
    """What is asked of which article; None for a question about anything else."""
    question = asked.question.strip()
    kind = asked_about(asked)
    if len(question) > LONGEST or _NO_ARTICLE.search(asked.folded):
        return _about(kind, "")
    for start, end in _stretches(question):
        is_new = question[:start], question[end:]
        shortened = ("this article" if language(question) == "en" else "這篇文章").join(is_new)
        if found := asked_about(Asked(shortened)):
            return _about(found, question[start:end])
    return _about(kind, "")


def meant(topic: str, documents: Sequence[Document]) -> Document | None:
    """The article that the words describe, of documents that come with the best passage's first.

    Its day has to be that of the words, where one of the documents is of that day. None where the words
    describe none of them; the first, where they describe nothing or are of another language.
    """
    day, words = _read(topic)
    if day:
        documents = [document for document in documents if issued(document, day)]
    if not documents:
        return None
    scores = _scores(words, documents)
    best = max(scores)
    foreign = (language(topic) == "en") != (language(documents[0].title) == "en")
    if words and best < LEAST:
        return documents[0] if foreign else None
    likely = [one for one, score in zip(documents, scores, strict=True) if score >= AS_GOOD * best]
    wished = wish(Asked(topic))
    if not wished:
        return documents[scores.index(best)]
    return sorted(likely, key=lambda one: one.published or "", reverse=wished == "new")[0]


def told(
    asked: About, document: Document, statements: Sequence[Statement], asked_in: Language
) -> Draft | None:
    """What the article says of itself, or that it does not; None where the question named no article."""
    said = next((one for one in statements if one.kind == asked.kind), None)
    if said:
        value = (said.value_start, said.value_end)
        evidence = Evidence(document.id, said.start, said.end, document.text[said.start : said.end], value)
        return Draft((evidence,), document.text[slice(*value)], SURE)
    if not asked.topic:
        return None
    if asked.kind == "published" and document.published and (opening := _opening(document)):
        lead = dated(asked_in, document.title, document.published)
        return Draft((opening,), document.published, SURE, lead=lead)
    return Draft((), None, 0.0, notes=(untold(asked_in, document.title, asked.kind),))


def _about(kind: Particular | None, topic: str) -> About | None:
    return About(kind, topic) if kind else None


def _stretches(question: str) -> Iterator[tuple[int, int]]:
    """Stretches that may stand for an article, the longest descriptions first."""
    plain = fold(question)
    for match in _CHINESE.finditer(plain):
        yield from ((start, match.end()) for start in range(match.start() + 1))
    for match in _ENGLISH.finditer(question):
        if _ENGLISH_MORE.match(plain, match.end()):
            ends = [
                found.start() for found in re.finditer(r"(?=[ ?.]|$)", plain) if found.start() > match.end()
            ]
            yield from ((match.start(), end) for end in reversed(ends))
        yield match.span()


def _read(topic: str) -> tuple[str, set[str]]:
    """The day of the article, as it is written, "" for none, and the words that describe it."""
    plain = _STANDING.sub(lambda match: " " * len(match.group()), fold(topic))
    for period in periods(topic):
        if _ISSUED.match(fold(topic), period.end):
            return plain[period.start : period.end], _words(plain[: period.start] + " " + plain[period.end :])
    if (found := _ENGLISH.match(topic)) and (
        day := re.search(rf"\b{ENGLISH_DAY}(?!\w)", fold(found.group()))
    ):
        return day.group(), _words(plain.replace(day.group(), " ", 1))
    return "", _words(plain)


def _words(described: str) -> set[str]:
    found = tokens(content(described))
    return {word for word in found if word not in _DESCRIBES_ALL and len(word) > 1 + (not is_han(word[0]))}


def _scores(words: set[str], documents: Sequence[Document]) -> list[float]:
    """For each document the share of the words that it carries, rare ones counting more, 0 to 1."""
    heads = [fold(f"{one.title}\n{one.source}") for one in documents]
    texts = [fold(one.text) for one in documents]
    weights = {word: math.log(1 + len(texts) / (1 + sum(word in text for text in texts))) for word in words}
    total = sum(weights.values()) or 1.0
    return [
        sum(weight * (1.0 if word in head else IN_TEXT * (word in text)) for word, weight in weights.items())
        / total
        for head, text in zip(heads, texts, strict=True)
    ]


def _opening(document: Document) -> Evidence | None:
    """The first sentence, to cite an article as a whole."""
    for block in document.blocks:
        for start, end in sentences(document.text[block.start : block.end]):
            at = block.start + start, block.start + end
            return Evidence(document.id, *at, document.text[slice(*at)])
    return None
