"""One example made into many: crops, edited questions, scripts and layouts, the answer's offsets kept."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from opencc import OpenCC

SENTENCE = re.compile(r"[^。!?！？\n]+[。!?！？\n]*[」』）)]*")
HALF_WIDTH = str.maketrans("，：；（）！？", ",:;()!?")
NUMBER_TERM = re.compile(r"\d{4}(?=年)|\d+(?=[月日世])|\d+")
NAME_TERM = re.compile(r"《[^》]{1,20}》|「[^」]{2,12}」|[A-Za-z][A-Za-z .-]{2,}")
OPPOSITES: list[tuple[str, str]] = re.findall(
    r"(\w+)/(\w+)",
    "最大/最小 最高/最低 最早/最晚 第一/第三 首次/第二次 出生/去世 出生/逝世 父親/母親 父亲/母亲 "
    "東部/西部 东部/西部 北部/南部 上半年/下半年 增加/減少 增加/减少 成立/解散 開始/結束 开始/结束 "
    "畢業/任教 毕业/任教 丈夫/妻子 冠軍/亞軍 冠军/亚军 面積/人口 面积/人口 作者/譯者 導演/編劇 导演/编剧 "
    "進口/出口 进口/出口 春季/秋季 男性/女性 總統/總理 总统/总理",
)
NAME_LIKE = re.compile(r"^[^的是在了有與和及而被為为哪何誰谁什麼么多少幾几年月日]{3,8}$")


@dataclass(frozen=True)
class Example:
    """A question and a passage; the answer is `passage[start:end]`, or (-1, -1) for none."""

    question: str
    passage: str
    start: int
    end: int


@cache
def converter(name: str) -> OpenCC:
    """An OpenCC converter, made once."""
    return OpenCC(name)


@cache
def converted(text: str, name: str) -> str:
    """The text in the other script where that keeps all offsets, else unchanged."""
    other: str = converter(name).convert(text)
    return other if len(other) == len(text) else text


def cropped(e: Example, rng: random.Random, size: int) -> Example:
    """Whole sentences around the answer, or anywhere without one, up to about `size` characters."""
    sentences = [m.span() for m in SENTENCE.finditer(e.passage)] or [(0, len(e.passage))]
    if e.start >= 0:
        first = max(i for i, (a, _) in enumerate(sentences) if a <= e.start or i == 0)
        last = max(first, max(i for i, (a, _) in enumerate(sentences) if a < e.end or i == 0))
    else:
        first = last = rng.randrange(len(sentences))
    while True:
        before = first > 0 and sentences[last][1] - sentences[first - 1][0] <= size
        after = last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= size
        if not before and not after:
            break
        if before and (not after or rng.random() < 0.5):
            first -= 1
        else:
            last += 1
    a, b = sentences[first][0], sentences[last][1]
    if e.start < 0:
        return replace(e, passage=e.passage[a:b])
    b = max(b, e.end)
    return replace(e, passage=e.passage[a:b], start=e.start - a, end=e.end - a)


def answer_removed(e: Example, rng: random.Random, size: int) -> Example | None:
    """The sentences around the answer's, without it; None where the answer stands elsewhere too."""
    sentences = [m.span() for m in SENTENCE.finditer(e.passage)]
    rest = [e.passage[a:b] for a, b in sentences if b <= e.start or a >= e.end]
    text = "".join(rest)
    if len(text) < 30 or e.passage[e.start : e.end] in text:
        return None
    return cropped(Example(e.question, text, -1, -1), rng, size)


def closest(e: Example, rng: random.Random, size: int) -> Example:
    """For a question without an answer, the crop of three that shares most characters with it."""
    crops = [cropped(e, rng, size) for _ in range(3)]
    return max(crops, key=lambda c: len(set(c.question) & set(c.passage)))


def edited(e: Example, names: Sequence[str], rng: random.Random) -> str | None:
    """The question with one thing changed to what the passage does not speak of."""
    swaps = [*_numbers(e, rng), *_names(e, names, rng), *_opposites(e), *_subject(e, names, rng)]
    usable = [(old, new) for old, new in swaps if old in e.passage and new not in e.passage]
    if not usable:
        return None
    old, new = rng.choice(usable)
    return e.question.replace(old, new, 1)


def _numbers(e: Example, rng: random.Random) -> Iterator[tuple[str, str]]:
    for old in NUMBER_TERM.findall(e.question):
        if len(old) < 9:
            yield old, str(max(1, int(old) + rng.choice((-11, -7, -3, -2, -1, 1, 2, 3, 5, 12))))


def _names(e: Example, names: Sequence[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    for old in NAME_TERM.findall(e.question):
        alike = [n for n in names if n[0] == old[0] or (n[0].isascii() and old[0].isascii())]
        if alike:
            yield old, rng.choice(alike)


def _opposites(e: Example) -> Iterator[tuple[str, str]]:
    for pair in OPPOSITES:
        for old, new in (pair, pair[::-1]):
            if old in e.question:
                yield old, new


def _subject(e: Example, names: Sequence[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    subject = _shared_name(e.question, e.passage)
    plain = [n for n in rng.sample(list(names), min(20, len(names))) if n[0] not in "《「"]
    if subject and plain:
        yield subject, plain[0]


def _shared_name(question: str, passage: str) -> str | None:
    """The longest run at the beginning of the question that the passage has too: its subject."""
    for start in range(0, 3):
        for length in range(8, 2, -1):
            piece = question[start : start + length]
            if len(piece) == length and piece in passage and NAME_LIKE.match(piece):
                return piece
    return None


def relaid(e: Example, rng: random.Random) -> Example:
    """The same in another layout: half-width punctuation, spaces around Latin and digits."""
    text = e.passage
    if rng.random() < 0.5:
        text = text.translate(HALF_WIDTH)
    style = rng.random()
    if style < 0.4:
        spaced = re.sub(
            r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])", "\0", text
        )
    elif style < 0.6:
        spaced = re.sub(
            r"(?<=[\u4e00-\u9fff]) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9%]) (?=[\u4e00-\u9fff])", "\1", text
        )
    else:
        return replace(e, passage=text)
    return _offsets_followed(e, spaced)


def _offsets_followed(e: Example, marked: str) -> Example:
    """Turns \\0 into an added space and \\1 into a removed one, and moves the answer along."""
    out, where, at = [], [], 0
    for character in marked:
        if character == "\0":
            out.append(" ")
            continue
        where.append(len(out))
        at += 1
        if character != "\1":
            out.append(character)
    where.append(len(out))
    text = "".join(out)
    if e.start < 0:
        return replace(e, passage=text)
    start, end = where[e.start], where[e.end - 1] + (marked.replace("\0", "")[e.end - 1] != "\1")
    return replace(e, passage=text, start=start, end=end)


def in_script(text: str, traditional: bool) -> str:
    """The text in one of the scripts; what is in that script already stays as its author wrote it."""
    simplified: str = converter("t2s").convert(text)
    if not traditional:
        return simplified
    changed: str = text if simplified != text else converter("s2tw").convert(text)
    return changed


def with_title(e: Example, title: str, rng: random.Random) -> Example:
    """The passage below its title, as chunks sometimes come."""
    head = rng.choice((f"{title}\n", f"{title}:", f"# {title}\n", f"{title} > "))
    shift = len(head) if e.start >= 0 else 0
    return replace(e, passage=head + e.passage, start=e.start + shift, end=e.end + shift)
