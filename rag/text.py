"""The only module that knows Chinese: script folding, tokens, sentences, language.

Documents and queries go through the same functions; the index is stamped with `TEXT_VERSION`.
"""

import contextlib
import logging
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Literal

from rag.settings import user_cache

TEXT_VERSION = "1"
"""Changes whenever `fold` or `tokens` give another result for some text."""

Language = Literal["zh-Hant", "zh-Hans", "en"]
TokenKind = Literal["space", "word", "bigram"]

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_RUN = re.compile(f"[{HAN}]+")
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[a-zA-Z\u00c0-\u024f][a-zA-Z0-9\u00c0-\u024f'’.-]*")
_NAME_FLAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz", "eng"})  # jieba's part-of-speech tags
_QUOTED = re.compile(r"[「『《“\"]([^」』》”\"]{2,20})[」』》”\"]")
_MARKED_NAME = re.compile(r"\b(?:[A-Za-z]+[-.]?\d[\w.-]*|[A-Z]\w*[A-Z]\w*)\b")
_LATIN_NAME = re.compile(r"[a-z\u00c0-\u024f][a-z0-9\u00c0-\u024f'&.+-]+")
_PART_OF_YEAR = re.compile(r"[qh][1-4](?:fy)?(?:\d{2}|\d{4})?|fy\d{2,4}|[1-4][qh]\d{2,4}")
_FUNCTION = re.compile("[的是在有和与及比了被把每各几年季月日]")
_MEASURE = re.compile("[率额量数价费收损益利税金款薪值期]$")
_LONGEST_RUN = 500
_RARE_WORD, _RARE_CHARACTER = 250, 2500  # counts in jieba's dictionary
_SURROGATE = re.compile("[\ud800-\udfff]")

_ALNUM = rf"(?:(?![{HAN}])[^\W_])"
_TOKEN = re.compile(
    rf"(?P<amount>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?%?)"
    rf"|(?P<name>{_ALNUM}+(?:[.\-_+&]{_ALNUM}+)*%?)"
    rf"|(?P<han>[{HAN}]+)"
)
_PART = re.compile(rf"\d+(?:\.\d+)*|{_ALNUM}+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_QUESTION_WORDS = frozenset(
    """
    请问 请 告诉 告诉我 有没有 是不是 是否 为什么 为何 什么 什么样 什么时候 何时 多少 多大 多高 多久 多长 多远
    几 几个 哪 哪个 哪些 哪里 哪儿 哪一 哪一个 哪一年 哪年 哪位 哪家 哪种 谁 如何 怎么 怎样 怎么样
    吗 呢 吧 嘛 的 了 是
    """.split()  # noqa: SIM905 - as words of a text it can be read
)
_UNIT = re.compile(rf"[ \t]?([{HAN}])")


def fold(text: str) -> str:
    """Traditional to Simplified, full width to half width, lower case; one character for one character.

    `len(fold(text)) == len(text)` for every string, so offsets found in the folded text hold in the text.
    """
    narrow = "".join(map(_narrow, valid(text)))
    simplified = _converter("t2s").convert(narrow)
    return simplified if len(simplified) == len(narrow) else "".join(map(_simplify, narrow))


def valid(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, so that it can be encoded, stored and tokenised."""
    return _SURROGATE.sub("\ufffd", text)


def tokens(text: str, kinds: tuple[TokenKind, ...] = ("word", "bigram")) -> list[str]:
    """Search terms of a text, in order, folded; a term may occur more than once.

    Han runs give jieba words and character bigrams; numbers, percentages, dates and Latin words stay whole
    and also give their parts ("abc-1.5": "abc-1.5", "abc", "1.5") and the number with the unit that follows
    it ("17 日": "17", "17日"). `kinds` chooses jieba words, bigrams or both for Han runs; ("space",)
    only splits at white space (a baseline to measure against).
    """
    folded = fold(text)
    if kinds == ("space",):
        return folded.split()
    return [term for match in _TOKEN.finditer(folded) for term in _terms(folded, match, kinds)]


def content(question: str) -> str:
    """The question with blanks in place of question words and particles: what an answer can share with it.

    Whole jieba words only, so that a name like 哪吒 stays.
    """
    kept = list(question)
    for run in _HAN_RUN.finditer(fold(question)):
        at = run.start()
        for word in _words(run.group()):
            if word in _QUESTION_WORDS:
                kept[at : at + len(word)] = " " * len(word)
            at += len(word)
    return "".join(kept)


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences: ordered, disjoint, trimmed, together holding every non-blank character.

    A line break ends a sentence; so do 。！？；… and ! ? ; with the closing marks behind them, and a full
    stop between a word and the start of another sentence. Numbers ("4.5", "5,926") are never split.
    """
    spans = []
    for line in re.finditer(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+", text):
        start = line.start()
        for end in [*_sentence_ends(text, line.start(), line.end()), line.end()]:
            piece = text[start:end]
            if stripped := piece.strip():
                left = start + len(piece) - len(piece.lstrip())
                spans.append((left, left + len(stripped)))
            start = end
    return spans


def language(text: str) -> Language:
    """Language and script by counting; Chinese text that shows neither script counts as Traditional."""
    han = "".join(_HAN_RUN.findall(text))
    if len(han) < len(_LATIN_WORD.findall(text)):
        return "en"
    traditional = _differences(han, _converter("t2s").convert(han))
    simplified = _differences(han, _converter("s2t").convert(han))
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def is_han(character: str) -> bool:
    """Whether one character is a Chinese ideograph."""
    return bool(_HAN_CHARACTER.match(character))


def first_word(text: str) -> str:
    """The first jieba word of a folded text, as it stands there."""
    return next(iter(_segmenter().cut(text)), "")


def rare_words(text: str) -> list[str]:
    """Words of a folded text that are rare in general Chinese, and runs of single characters with a rare
    one among them: most names of persons, places and firms, whatever a tagger takes them for."""
    found, single = [], ""
    for word in [*_segmenter().cut(text, HMM=False), "\n\n"]:
        if len(word) == 1 and is_han(word):
            single += word
            continue
        if len(single) > 1 and any(_count(character) < _RARE_CHARACTER for character in single):
            found.append(single)
        single = ""
        pairs = [word[at : at + 2] for at in range(0, len(word), 2)]
        if is_han(word[0]) and all(_count(part) < _RARE_WORD for part in {word, min(pairs, key=_count)}):
            found.append(word)
    return found


def _count(word: str) -> int:
    """How often jieba's dictionary counted a word."""
    return int(_segmenter().FREQ.get(word) or 0)


def is_name(text: str) -> bool:
    """Whether a text holds a proper name (of a person, place, organisation, mark) or an unknown word."""
    known = _segmenter().FREQ
    words = list(_tagger().cut(fold(text)))
    return (len(words) > 1 and all(len(word.word) == 1 and is_han(word.word) for word in words)) or any(
        word.flag in _NAME_FLAGS or (len(word.word) > 1 and is_han(word.word[0]) and not known.get(word.word))
        for word in words
    )


def tagged(text: str) -> list[tuple[str, str]]:
    """The jieba words of a folded text, in order and without gap, with their part-of-speech tags."""
    return [(word.word, word.flag) for word in _tagger().cut(text)]


def names(text: str) -> list[str]:
    """The proper names of a text, folded, in order: quoted words, Latin names, and runs of words that jieba
    takes for names or does not know. An English text gives only its words with a digit or a second capital,
    since a Chinese article writes its other names in Chinese.
    """
    folded = fold(text)
    quoted = [m.group(1) for m in _QUOTED.finditer(folded)]
    if language(text) == "en":
        marked = [fold(m.group()) for m in _MARKED_NAME.finditer(text)]
        return quoted + [name for name in marked if not _PART_OF_YEAR.fullmatch(name)]
    latin = [m.group().rstrip(".-") for m in _LATIN_NAME.finditer(_QUOTED.sub(" ", folded))]
    latin = [name for name in latin if not _PART_OF_YEAR.fullmatch(name)]
    runs: list[str] = []
    joined = False
    for word in _tagger().cut(_LATIN_NAME.sub(" ", _QUOTED.sub(" ", folded))):
        name = _names_something(word.word, word.flag)
        if name and joined:
            runs[-1] += word.word
        elif name:
            runs.append(word.word)
        joined = name
    return quoted + latin + runs


def _names_something(word: str, flag: str) -> bool:
    if word in _QUESTION_WORDS or not is_han(word[0]) or _FUNCTION.search(word):
        return False
    if flag in _NAME_FLAGS:
        return True
    return len(word) > 1 and not _segmenter().FREQ.get(word) and not _MEASURE.search(word)


def _differences(before: str, after: str) -> int:
    return sum(a != b for a, b in zip(before, after, strict=False))


@cache
def _converter(direction: str) -> Any:
    import opencc

    return opencc.OpenCC(direction)


@lru_cache(maxsize=65536)
def _narrow(character: str) -> str:
    for form in (unicodedata.normalize("NFKC", character).lower(), character.lower()):
        if len(form) == 1:
            return form
    return character


@lru_cache(maxsize=65536)
def _simplify(character: str) -> str:
    converted = str(_converter("t2s").convert(character))
    return converted if len(converted) == 1 else character


@cache
def _segmenter() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    folder = user_cache()
    with contextlib.suppress(
        OSError
    ):  # jieba would else keep its compiled dictionary in a folder all may write
        folder.mkdir(parents=True, exist_ok=True)
        segmenter.tmp_dir = str(folder)
    return segmenter


@cache
def _tagger() -> Any:
    import jieba.posseg

    return jieba.posseg.POSTokenizer(_segmenter())


def _words(run: str) -> Iterator[str]:
    """jieba's words of a Han run; in slices, since its model takes quadratic time."""
    for at in range(0, len(run), _LONGEST_RUN):
        yield from _segmenter().cut(run[at : at + _LONGEST_RUN])


def _terms(folded: str, match: re.Match[str], kinds: tuple[TokenKind, ...]) -> Iterator[str]:
    word = match.group()
    if match.lastgroup == "han":
        if "word" in kinds:
            yield from (w for w in _words(word) if len(w) > 1 or len(word) == 1)
        if "bigram" in kinds:
            yield from (word[i : i + 2] for i in range(len(word) - 1))
            if len(word) == 1 and "word" not in kinds:
                yield word
        return
    if match.lastgroup == "amount":
        word = word.replace(",", "")
    yield word
    parts = _PART.findall(word)
    if parts != [word]:
        yield from parts
    if _NUMBER.fullmatch(word) and (unit := _UNIT.match(folded, match.end())):
        yield word + unit.group(1)


_ENDS = re.compile(r"(?:[。！？；｡]|…+|[!?;]|\.(?=[\s\"'”’」』)\]）】]|$))+[」』”’\"'）)】》〉\]]*")
_VISIBLE = re.compile(r"\S")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(（「])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Inc|Ltd|Co|Corp|No|vs|etc|approx|est|[ap]\.m|"
    r"e\.g|i\.e|[A-Z](?:\.[A-Z])+|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$"
)


def _sentence_ends(text: str, start: int, end: int) -> Iterator[int]:
    for match in _ENDS.finditer(text, start, end):
        if match.group()[0] != "." or _full_stop(text, start, match.start(), match.end(), end):
            yield match.end()


def _full_stop(text: str, line_start: int, at: int, after: int, line_end: int) -> bool:
    """Whether the dot at `at` ends a sentence and not an abbreviation, initial or list number."""
    following = _VISIBLE.search(text, after, line_end)
    before = text[max(line_start, at - 12) : at]
    if _ABBREVIATION.search(before) or before.strip().isdigit():
        return False
    return (
        following is None or following[0].isupper() or is_han(following[0]) or following[0] in "“\"'「『(（"
    )
