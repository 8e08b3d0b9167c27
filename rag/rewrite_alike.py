"""Which words of a Chinese question another noun stands in for: 南廠 for 北廠, 毛利率 for 營收."""

import itertools

from rag.rewrite_parts import Parts
from rag.rewrite_words import Span, Word, is_measure, segments
from rag.text import fold

_NO_NOUN = frozenset("uvprcdym")
LEAST = 1.2
"""A likeness below this is none."""
LONGEST_RUN = 4
"""Words that one noun takes the place of."""


def alike(old: Parts, what: str) -> Span | None:
    """Where the words stand that are most like the noun in form and kind; None where none are."""
    words = [word for word in segments(old.text) if not inside(word, old.time) and not inside(word, old.asks)]
    folded, sought, kind = fold(old.text), fold(what), _kind(what)
    best, found = LEAST, None
    for run in _runs(old.text, words):
        span = (run[0][0], run[-1][1])
        likeness = _likeness(folded[slice(*span)], sought, kind, owner=inside(run[0], old.subject))
        if likeness > best:
            best, found = likeness, span
    return found


def circumstance(old: Parts) -> Span | None:
    """「在全球」 of 「在全球排第幾」; None where a question names no place."""
    words = segments(old.text)
    for at, (begin, _, flag) in enumerate(words[:-1]):
        if flag == "p" and old.text[begin] == "在" and not inside(words[at], old.asks):
            end = next((b for b, _, f in words[at + 1 :] if f[0] in "vpudm"), words[-1][1])
            return begin, min(end, old.asks[0] if old.asks else end)
    return None


def inside(word: Word, span: Span | None) -> bool:
    """Whether a word begins in a part."""
    return bool(span and span[0] <= word[0] < span[1])


def _runs(text: str, words: list[Word]) -> list[list[Word]]:
    """Neighbouring words that may be one noun."""
    found = []
    for at in range(len(words)):
        for last in range(at, min(at + LONGEST_RUN, len(words))):
            run = words[at : last + 1]
            begin, end, flag = run[-1]
            noun = flag[0] not in _NO_NOUN or flag == "vn" or _kind(text[begin:end])
            if not noun or any(one[1] != other[0] for one, other in itertools.pairwise(run)):
                break
            found.append(run)
    return found


def _likeness(one: str, other: str, kind: str, *, owner: bool) -> float:
    """Characters shared at the end count most, then those at the beginning; equal kinds help."""
    if one == other:
        return 0.0
    start, end = _shared(one, other), _shared(one[::-1], other[::-1])
    same = bool(kind) and kind == _kind(one) and not owner
    return 2 * end + start + 2 * same - 0.3 * abs(len(one) - len(other)) - 0.1 * owner


def _shared(one: str, other: str) -> int:
    """How many characters two words begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _kind(text: str) -> str:
    """Measure or place; "" for other words."""
    if is_measure(text):
        return "measure"
    words = segments(text)
    return "place" if len(words) == 1 and words[0][2] in ("ns", "s") else ""
