"""A question in the words of a passage, so that the reader compares like with like: English words that the
passage has Chinese ones for give way to these, and a Chinese word to the passage's own for the same thing.

Measured on the English questions of the written validation articles (docs/extractive.md).
"""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from rag.crosslingual import Phrase
from rag.period import periods
from rag.text import fold


def in_words_of(passage: str, question: str, phrases: Iterable[Phrase]) -> str:
    """An English question with its times in Chinese, and with the longest word of the passage that may stand
    for each of its phrases."""
    held = fold(passage)
    said = [(one.start, one.end, one.label()) for one in periods(question) if one.first]
    for phrase in phrases:
        words = [word for word in phrase.words if word in held]
        if words and not any(start < phrase.end and phrase.start < end for start, end, _ in said):
            said.append((phrase.start, phrase.end, max(words, key=len)))
    made = question
    for start, end, chinese in sorted(said, reverse=True):
        made = f"{made[:start]}{chinese}{made[end:]}"
    return made


def with_synonyms_of(passage: str, question: str) -> str:
    """A Chinese question in which a term that the passage lacks is the one that it uses instead, folded; the
    question as it is where nothing is changed."""
    asked, held = fold(question), fold(passage)
    made = asked
    for group in _synonyms():
        own = next((term for term in group if term in asked), None)
        if own and not any(term in held for term in group if term in own):
            made = made.replace(own, next((term for term in group if term in held), own))
    return question if made == asked else made


@cache
def _synonyms() -> Sequence[tuple[str, ...]]:
    """Groups of terms for the same thing, folded; within a group the longer first."""
    rows = resources.files("rag").joinpath("synonyms.tsv").read_text("utf-8").splitlines()
    return [tuple(sorted(row.split("\t"), key=len, reverse=True)) for row in rows if row]
