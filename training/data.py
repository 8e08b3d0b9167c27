"""Training units: a question with the passage that answers it and passages, or edits of it, that do not.
Drawn anew for every epoch, so that crops, scripts, layouts and negatives differ each time."""

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from rag.crosslingual import Bridge
from rag.reader import trimmed
from rag.reworded import in_words_of, with_synonyms_of
from rag.text import language, tokens
from training.augment import (
    NAME_TERM,
    SENTENCE,
    Example,
    answer_removed,
    closest,
    converted,
    cropped,
    edited,
    relaid,
    with_title,
)
from training.figures import report

FACTOID = re.compile(
    "谁|誰|何时|何時|哪|几|幾|多少|多高|多大|多长|多長|什么时候|什麼時候|什么名|什麼名|何地|何处|何處"
)
OPEN = re.compile(
    "为什么|為什麼|为何|為何|如何|怎么|怎麼|怎样|怎樣|原因|区别|區別|作用|影响|影響|意义|意義|特点|特點|哪些|什么是|什麼是"
)


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
        self.drcd = [item for item in map(_tidied, drcd) if item and item.id in ids["train"]]
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


def _first(value: Any) -> Any:  # CMRC writes some values as lists
    return value[0] if isinstance(value, list) else value


def _located(text: str, answers: Sequence[dict[str, Any]]) -> tuple[int, int] | None:
    answer, start = _first(answers[0]["text"]), _first(answers[0]["answer_start"])
    if text[start : start + len(answer)] != answer:
        start = text.find(answer)
    return (start, start + len(answer)) if start >= 0 and answer else None


def _tidied(item: Item) -> Item | None:
    """With the answer trimmed as the product trims its spans."""
    e = item.example
    answer = trimmed(e.passage[e.start : e.end])
    start = e.passage.find(answer, e.start)
    return replace(item, example=replace(e, start=start, end=start + len(answer))) if answer else None


def _plausible(item: Item) -> bool:
    """CMRC answers many questions for a name or a date with whole sentences; those teach the wrong length."""
    question, length = item.example.question, item.example.end - item.example.start
    if FACTOID.search(question) and not OPEN.search(question):
        return length <= 22
    return length <= 120


@dataclass(frozen=True)
class Article:
    """An article written for training, with the questions that its writer asked about it."""

    title: str
    asked: tuple[Example, ...]


def articles_in(folder: Path) -> list[Article]:
    """The articles of all `*.jsonl` files below a folder; format in training/data/README.md."""
    return [
        Article(record["title"], tuple(_asked(record)))
        for path in sorted(folder.rglob("*.jsonl"))
        for record in map(json.loads, path.read_text("utf-8").splitlines())
    ]


def _asked(record: dict[str, Any]) -> Iterator[Example]:
    text = record["text"]
    for q in record["questions"]:
        start = -1 if q["a"] is None else text.index(q["s"]) + q["s"].index(q["a"])
        yield Example(q["q"], text, start, -1 if q["a"] is None else start + len(q["a"]))


class Wording:
    """Puts questions into the words of their passages, as the product does before it reads."""

    def __init__(self, articles: Sequence[Article]) -> None:
        texts = {asked.passage for article in articles for asked in article.asked}
        self._bridge = Bridge({term for text in texts for term in tokens(text)})

    def of(self, e: Example) -> Example:
        """The example with its question reworded."""
        if language(e.question) == "en":
            return replace(e, question=in_words_of(e.passage, e.question, self._bridge.phrases(e.question)))
        return replace(e, question=with_synonyms_of(e.passage, e.question))


class Sampler:
    """Draws training units from the corpus and from invented reports."""

    def __init__(self, corpus: Corpus, seed: int) -> None:
        self.corpus = corpus
        self.rng = random.Random(seed)  # noqa: S311
        pool = [i.example.question for i in corpus.cmrc + corpus.drcd]
        found = [m.group() for q in pool for m in NAME_TERM.finditer(q)]
        self.names = found + [t for t in corpus.titles if 3 <= len(t) <= 8]

    def size(self) -> int:
        """Characters of a passage: mostly a chunk, sometimes a paragraph."""
        draw = self.rng.random()
        return self.rng.randint(50, 130) if draw < 0.5 else self.rng.randint(130, 250) if draw < 0.8 else 420

    def finished(self, e: Example, title: str = "") -> Example:
        """One example in a random layout, its question with or without a question mark."""
        if title and self.rng.random() < 0.12:
            e = with_title(e, title, self.rng)
        if self.rng.random() < 0.15:
            e = replace(e, question=e.question.rstrip("?？"))
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

    def written(self, article: Article, wording: Wording) -> Iterator[Unit]:
        """The questions that people wrote on an article, in the words of their passages: answerable ones with
        a passage of it that lacks the answer, unanswerable ones on the passage whose words are closest."""
        rng = self.rng
        for asked in article.asked:
            size = self.size()
            if asked.start >= 0:
                unit = [wording.of(cropped(asked, rng, size))]
                removed = answer_removed(asked, rng, size)
                unit += [wording.of(removed)] if removed else []
            else:
                unit = [wording.of(closest(asked, rng, size))]
            yield [self.finished(e, article.title) for e in unit]

    def epoch(
        self, cmrc: float, drcd: int, invented: float, articles: Sequence[Article], times: int
    ) -> Iterator[Unit]:
        """That share of the CMRC questions, DRCD's `drcd` times, invented reports as a share of these, and
        the questions of the written articles so many times; in random order."""
        corpus = self.corpus
        items = self.rng.sample(corpus.cmrc, int(cmrc * len(corpus.cmrc))) + corpus.drcd * drcd
        draws: list[Callable[[], Iterable[Unit]]] = [partial(self._one, item) for item in items]
        draws += [self._report] * int(len(items) * invented)
        if articles:
            wording = Wording(articles)
            draws += [partial(self.written, article, wording) for article in articles] * times
        self.rng.shuffle(draws)
        for draw in draws:
            yield from draw()

    def _one(self, item: Item) -> list[Unit]:
        return [self.unit(item)]

    def _report(self) -> list[Unit]:
        return [self.invented()]


def batches(
    units: Sequence[list[Any]], tokens: int, length: Callable[[Any], int], rng: random.Random
) -> Iterator[list[list[Any]]]:
    """Units of like length together, at most about `tokens` tokens with padding; in random order."""
    measured = sorted(((max(length(e) for e in u) + rng.randint(0, 6), i) for i, u in enumerate(units)))
    made: list[list[list[Any]]] = []
    batch: list[list[Any]] = []
    for longest, i in measured:
        if batch and longest * (sum(map(len, batch)) + len(units[i])) > tokens:
            made.append(batch)
            batch = []
        batch.append(units[i])
    made.append(batch)
    rng.shuffle(made)
    yield from made
