"""Training units: a question with the passage that answers it and passages, or edits of it, that do not.
Drawn anew for every epoch, so that crops, scripts, layouts and negatives differ each time."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from opencc import OpenCC
from sklearn.feature_extraction.text import TfidfVectorizer

from training.figures import report

SENTENCE = re.compile(r"[^。!?！？\n]+[。!?！？\n]*[」』）)]*")
FACTOID = re.compile("谁|誰|何时|何時|哪|几|幾|多少|多高|多大|多长|多長|什么时候|什麼時候|什么名|什麼名|何地|何处|何處")
OPEN = re.compile("为什么|為什麼|为何|為何|如何|怎么|怎麼|怎样|怎樣|原因|区别|區別|作用|影响|影響|意义|意義|特点|特點|哪些|什么是|什麼是")
HALF_WIDTH = str.maketrans("，：；（）！？", ",:;()!?")
NUMBER_TERM = re.compile(r"\d{4}(?=年)|\d+(?=[月日世])|\d+")
NAME_TERM = re.compile(r"《[^》]{1,20}》|「[^」]{2,12}」|[A-Za-z][A-Za-z .-]{2,}")
OPPOSITES = [tuple(p.split("/")) for p in (
    "最大/最小 最高/最低 最早/最晚 第一/第三 首次/第二次 出生/去世 出生/逝世 父親/母親 父亲/母亲 東部/西部 东部/西部 北部/南部 "
    "上半年/下半年 增加/減少 增加/减少 成立/解散 開始/結束 开始/结束 畢業/任教 毕业/任教 丈夫/妻子 冠軍/亞軍 冠军/亚军 "
    "面積/人口 面积/人口 作者/譯者 導演/編劇 导演/编剧 進口/出口 进口/出口 春季/秋季 男性/女性 總統/總理 总统/总理"
).split()]  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A question and a passage; the answer is `passage[start:end]`, or (-1, -1) for none."""

    question: str
    passage: str
    start: int
    end: int


@dataclass(frozen=True)
class Item:
    """One question of a data set, on its whole paragraph."""

    id: str
    title: str
    paragraph: int
    example: Example
    answers: tuple[str, ...] = ()


Unit = list[Example]
"""Examples of one question are neighbours; the answerable one, if any, comes first."""


@cache
def converter(name: str) -> Any:
    """An OpenCC converter, made once."""
    return OpenCC(name)


@cache
def converted(text: str, name: str) -> str:
    """The text in the other script where that keeps all offsets, else unchanged."""
    other: str = converter(name).convert(text)
    return other if len(other) == len(text) else text


class Corpus:
    """The paragraphs and training questions of DRCD and CMRC 2018, and the held-out ones of DRCD."""

    def __init__(self, folder: Path) -> None:
        self.paragraphs: list[str] = []
        self.titles: list[str] = []
        self.articles: dict[str, list[int]] = {}
        self.train: list[Item] = []
        self.valid: list[Item] = []
        ids = {
            part: set((folder / f"drcd/drcd_dev_{part}_qids.txt").read_text().split())
            for part in ("train", "valid")
        }
        drcd = self._read(folder / "drcd/DRCD_dev.json", "drcd")
        self.valid = [item for item in drcd if item.id in ids["valid"]]
        self.drcd = [item for item in drcd if item.id in ids["train"]]
        cmrc = self._read(folder / "cmrc2018/cmrc2018_train.json", "cmrc")
        cmrc += self._read(folder / "cmrc2018/cmrc2018_trial.json", "trial")
        self.cmrc = [item for item in map(_tidied, cmrc) if item and _plausible(item)]
        held_out = {item.paragraph for item in self.valid}
        self._trainable = [i for i in range(len(self.paragraphs)) if i not in held_out]
        self._near = self._neighbours()

    def _read(self, path: Path, prefix: str) -> list[Item]:
        items = []
        for article in json.loads(path.read_text("utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                number = len(self.paragraphs)
                text = paragraph["context"]
                self.paragraphs.append(text)
                self.titles.append(article["title"])
                self.articles.setdefault(f"{prefix}:{article['title']}", []).append(number)
                for qa in paragraph["qas"]:
                    found = _located(text, qa["answers"])
                    if found:
                        answers = tuple(_first(a["text"]) for a in qa["answers"])
                        example = Example(qa["question"].strip(), text, *found)
                        items.append(Item(qa["id"], article["title"], number, example, answers))
        return items

    def _neighbours(self) -> dict[int, list[int]]:
        """By training paragraph, the lexically closest other ones and those of the same article."""
        texts = [converted(self.paragraphs[i], "t2s") for i in self._trainable]
        vectors = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), min_df=2, max_df=0.2, dtype=np.float32)
        matrix = vectors.fit_transform(texts)
        near = {}
        for at in range(0, len(texts), 500):
            scores = np.asarray((matrix[at : at + 500] @ matrix.T).todense())
            for row, best in enumerate(np.argpartition(-scores, 12, axis=1)[:, :12]):
                me = self._trainable[at + row]
                near[me] = [self._trainable[j] for j in best if self._trainable[j] != me]
        held_out = {item.paragraph for item in self.valid}
        for members in self.articles.values():
            for me in members:
                if me in near:
                    near[me] = [m for m in members if m != me and m not in held_out] * 3 + near[me]
        return near

    def without_answer(self, item: Item, rng: random.Random) -> str | None:
        """A close paragraph that lacks the answer."""
        answer = converted(item.answers[0] if item.answers else "", "t2s")
        for other in rng.sample(self._near[item.paragraph], min(4, len(self._near[item.paragraph]))):
            if answer not in converted(self.paragraphs[other], "t2s"):
                return self.paragraphs[other]
        return None

    def sentence(self, rng: random.Random) -> str:
        """A sentence of a training paragraph."""
        sentences = [s for s in SENTENCE.findall(self.paragraphs[rng.choice(self._trainable)]) if len(s) < 90]
        return str(rng.choice(sentences)) if sentences else ""


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def _located(text: str, answers: Sequence[dict[str, Any]]) -> tuple[int, int] | None:
    answer, start = _first(answers[0]["text"]), _first(answers[0]["answer_start"])
    if text[start : start + len(answer)] != answer:
        start = text.find(answer)
    return (start, start + len(answer)) if start >= 0 and answer else None


def _tidied(item: Item) -> Item | None:
    """Without white space and sentence punctuation at the ends of the answer."""
    e = item.example
    start, end = e.start, e.end
    while end > start and e.passage[end - 1] in "。,，;；、 \n":
        end -= 1
    while start < end and e.passage[start] in "。,，;；、 \n":
        start += 1
    return replace(item, example=replace(e, start=start, end=end)) if end > start else None


def _plausible(item: Item) -> bool:
    """CMRC answers many questions for a name or a date with whole sentences; those teach the wrong length."""
    question, length = item.example.question, item.example.end - item.example.start
    if FACTOID.search(question) and not OPEN.search(question):
        return length <= 22
    return length <= 120


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


def edited(e: Example, names: Sequence[str], rng: random.Random) -> str | None:
    """The question with one thing changed to what the passage does not speak of."""
    question = e.question
    edits: list[str] = []
    for match in NUMBER_TERM.finditer(question):
        old = match.group()
        if old in e.passage and len(old) < 9:
            new = str(max(1, int(old) + rng.choice((-11, -7, -3, -2, -1, 1, 2, 3, 5, 12))))
            if new not in e.passage:
                edits.append(question[: match.start()] + new + question[match.end() :])
    for match in NAME_TERM.finditer(question):
        if match.group() in e.passage:
            kind = match.group()[0]
            same = [n for n in names if n[0] == kind or (kind.isalpha() and n[0].isalpha() and n[0].isascii())]
            new = rng.choice(same) if same else ""
            if new and new not in e.passage:
                edits.append(question.replace(match.group(), new))
    for pair in OPPOSITES:
        for old, new in (pair, pair[::-1]):
            if old in question and new not in e.passage and old in e.passage:
                edits.append(question.replace(old, new))
    shared = _shared_name(question, e.passage)
    if shared and names:
        plain = [n for n in rng.sample(list(names), min(20, len(names))) if n not in e.passage and n[0] not in "《「"]
        if plain:
            edits.append(question.replace(shared, plain[0]))
    return rng.choice(edits) if edits else None


NAME_LIKE = re.compile(r"^[^的是在了有與和及而被為为哪何誰谁什麼么多少幾几年月日]{3,8}$")


def _shared_name(question: str, passage: str) -> str | None:
    """The longest run of characters at the beginning of the question that the passage has too: its subject."""
    for start in range(0, 3):
        for length in range(8, 2, -1):
            piece = question[start : start + length]
            if len(piece) == length and piece in passage and NAME_LIKE.match(piece):
                return piece
    return None


def relaid(e: Example, rng: random.Random) -> Example:
    """The same in another layout: half-width punctuation, spaces between Chinese and the rest added or taken."""
    text = e.passage
    if rng.random() < 0.5:
        text = text.translate(HALF_WIDTH)
    style = rng.random()
    if style < 0.4:
        spaced = re.sub(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])", "\0", text)
    elif style < 0.6:
        spaced = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9%]) (?=[\u4e00-\u9fff])", "\1", text)
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


def rescripted(e: Example, rng: random.Random) -> Example:
    """Passage and question each in a random script, Traditional twice as often."""
    passage = in_script(e.passage, rng.random() < 0.67)
    question = in_script(e.question, rng.random() < 0.67)
    draw = rng.random()
    if draw < 0.15:
        question = question.rstrip("?？")
    elif draw < 0.5:
        question = question.replace("?", "？") if rng.random() < 0.5 else question.replace("？", "?")
    return replace(e, passage=passage if len(passage) == len(e.passage) else e.passage, question=question)


def with_title(e: Example, title: str, rng: random.Random) -> Example:
    """The passage below its title, as chunks sometimes come."""
    head = rng.choice((f"{title}\n", f"{title}:", f"# {title}\n", f"{title} > "))
    shift = len(head) if e.start >= 0 else 0
    return replace(e, passage=head + e.passage, start=e.start + shift, end=e.end + shift)


class Sampler:
    """Draws training units from the corpus and from invented reports."""

    def __init__(self, corpus: Corpus, seed: int) -> None:
        self.corpus = corpus
        self.rng = random.Random(seed)
        pool = [i.example.question for i in corpus.cmrc + corpus.drcd]
        found = [m.group() for q in pool for m in NAME_TERM.finditer(q)]
        self.names = found + [t for t in corpus.titles if 3 <= len(t) <= 8]

    def size(self) -> int:
        """Characters of a passage: mostly a chunk, sometimes a paragraph."""
        draw = self.rng.random()
        return self.rng.randint(50, 130) if draw < 0.62 else self.rng.randint(130, 250) if draw < 0.88 else 420

    def finished(self, e: Example, title: str = "") -> Example:
        """One example in a random script and layout."""
        if title and self.rng.random() < 0.12:
            e = with_title(e, title, self.rng)
        e = rescripted(e, self.rng)
        return relaid(e, self.rng) if self.rng.random() < 0.5 else e

    def unit(self, item: Item) -> Unit:
        """The question on its passage, and about one counterexample."""
        rng, size = self.rng, self.size()
        answerable = cropped(item.example, rng, size)
        unit = [self.finished(answerable, item.title)]
        draw = rng.random()
        if draw < 0.3:
            question = edited(answerable, self.names, rng)
            if question:
                return [*unit, self.finished(Example(question, answerable.passage, -1, -1), item.title)]
        if draw < 0.5:
            removed = answer_removed(item.example, rng, size)
            if removed:
                return [*unit, self.finished(removed, item.title)]
        other = self.corpus.without_answer(item, rng)
        if other and rng.random() < 0.92:
            negative = cropped(Example(item.example.question, other, -1, -1), rng, size)
            unit.append(self.finished(negative, item.title if rng.random() < 0.5 else ""))
        return unit

    def invented(self, held_out: bool = False) -> Unit:
        """Two questions on an invented report, more often answerable than not."""
        rng = self.rng
        while True:
            fillers = [self.corpus.sentence(rng)] if rng.random() < 0.3 else []
            made = report(rng, held_out, fillers)
            if len(made.text) <= 320 and made.asked:
                break
        passage = made.text
        answered = [a for a in made.asked if a.start >= 0]
        missing = [a for a in made.asked if a.start < 0]
        chosen = rng.sample(answered, min(2 if rng.random() < 0.5 else 1, len(answered)))
        chosen += rng.sample(missing, min(1, len(missing)))
        return [self.finished(Example(a.text, passage, a.start, a.end)) for a in chosen]

    def epoch(self, drcd: int, invented: float) -> list[Unit]:
        """All CMRC questions once, DRCD's `drcd` times, and invented reports as that share of the rest."""
        items = self.corpus.cmrc + self.corpus.drcd * drcd
        self.rng.shuffle(items)
        units = [self.unit(item) for item in items]
        units += [self.invented() for _ in range(int(len(items) * invented))]
        self.rng.shuffle(units)
        return units


def batches(units: Sequence[Unit], tokens: int, length: Any, rng: random.Random) -> Iterator[list[Unit]]:
    """Units of like length together, at most about `tokens` tokens with padding; in random order."""
    measured = sorted(((max(length(e) for e in u) + rng.randint(0, 6), i) for i, u in enumerate(units)))
    made: list[list[Unit]] = []
    batch: list[Unit] = []
    for longest, i in measured:
        if batch and longest * (sum(map(len, batch)) + len(units[i])) > tokens:
            made.append(batch)
            batch = []
        batch.append(units[i])
    made.append(batch)
    rng.shuffle(made)
    yield from made
