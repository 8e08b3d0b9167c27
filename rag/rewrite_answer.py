"""What an answer in the history names, so that a follow-up can refer to it: a name, a list, what was said."""

import re

from rag.rewrite_words import is_english
from rag.schema import Turn
from rag.text import fold, names, sentences, tagged

_MARKS = re.compile(r"\s*\[\d+\]")
_JOINT = re.compile(r"、| ?(?:以及|[和及与跟]|\band\b|\bor\b|\bwith\b|\bvs\.?|还是|或) ?|, ?(?:and |or )?")
_OPENS_LIST = re.compile(
    r".*(?:[有是为:]|包括|包含|分别|\b(?:are|is|has|have|include[sd]?|were|does|do|did|which|in|at)\b) ?"
)
_QUOTED = re.compile(r"[「『“\"]([^」』”\"]{4,})[」』”\"]")
_NAME = re.compile(r"[A-Z\u00c0-\u00de][\w.'-]*(?: [A-Z\u00c0-\u00de][\w.'-]*)*")
_OPENING_WORDS = frozenset(
    {"The", "A", "An", "In", "At", "On", "It", "Yes", "No", "Because", "They", "He", "She"}
)
_COPULAS = frozenset("是有为在由")
_NOUNS = frozenset("njxeilbsfag")
LONGEST_NAME = 16
"""Characters of a bare answer in Chinese."""
LONGEST_CLAUSE = 40
"""Characters of an answer, which is third-party text, that are taken into a question."""
LONGEST_READ = 500
"""Characters of an answer that are looked at."""


def answered(turn: Turn) -> str:
    """What a bare answer names, else the one name in it that the question does not have; "" if none."""
    text = _clean(turn.answer)
    if is_english(text):
        return _english_name(text, turn.question)
    if 0 < len(text) <= LONGEST_NAME and _nominal(text):
        return "" if items(text) else text
    asked = fold(turn.question)
    new = [name for name in names(_first_sentence(text)) if name not in asked and len(name) > 1]
    if len(set(new)) != 1:
        return ""
    at = fold(text).find(new[0])
    return text[at : at + len(new[0])] if at >= 0 else ""


def _english_name(text: str, question: str) -> str:
    """The one name in an English answer that the question does not have; "" where there are none or more."""
    found = dict.fromkeys(name.group().rstrip(".,") for name in _NAME.finditer(_first_sentence(text)))
    new = [name for name in found if name not in question and name.split()[0] not in _OPENING_WORDS]
    return new[0] if len(new) == 1 else ""


def items(text: str) -> list[str]:
    """The members of the first list in a text, 「產品有甲、乙和丙。」; [] where it has none."""
    sentence = _first_sentence(_clean(text)).rstrip(" 。.?？!")
    marks = [found.span() for found in _JOINT.finditer(fold(sentence)) if found.start() > 0]
    if not marks:
        return []
    starts, ends = [0, *(end for _, end in marks)], [*(start for start, _ in marks), len(sentence)]
    found = [sentence[start:end].strip(" 「」") for start, end in zip(starts, ends, strict=True)]
    opens = _OPENS_LIST.match(fold(found[0]))
    listed = [found[0][opens.end() if opens else 0 :].strip(), *found[1:]]
    return listed if max(map(len, listed)) <= LONGEST_CLAUSE else []


def clause(turn: Turn) -> str:
    """The last clause of an answer's first sentence; "" for a bare answer or a long one."""
    sentence = _first_sentence(_clean(turn.answer)).rstrip("。.」』”")
    clauses = [one for one in re.split("[,，;；：:]", sentence) if one.strip()]
    said = clauses[-1].strip("「『“ ") if clauses else ""
    return said if 4 < len(said) <= LONGEST_CLAUSE else ""


def quote(turn: Turn) -> str:
    """The words that an answer quotes, else its last clause."""
    quoted = _QUOTED.search(_clean(turn.answer))
    return quoted.group(1)[:LONGEST_CLAUSE] if quoted else clause(turn)


def is_person(name: str) -> bool:
    """Whether a name is one of a person, as far as its form tells."""
    latin = re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", name)
    return bool(latin) or all(flag.startswith("nr") for _, flag in tagged(fold(name)))


def _nominal(text: str) -> bool:
    """Whether a bare answer is one name or noun; single characters may be those of an unknown name."""
    return all(
        flag[0] in _NOUNS
        or flag == "vn"
        or (len(word) == 1 and flag[0] not in "rdpcu" and word not in _COPULAS)
        for word, flag in tagged(fold(text))
    )


def _clean(answer: str) -> str:
    return _MARKS.sub("", answer[:LONGEST_READ]).strip().rstrip("。.")


def _first_sentence(text: str) -> str:
    found = sentences(text)
    return text[slice(*found[0])] if found else ""
