"""Scores of the shipped model, and its calibration: on DRCD's held-out articles, on invented reports of
held-out templates, on articles written for validation.

`python -m training.evaluate --model FOLDER --data FOLDER`"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from rag.reader import Reader, Span
from training.augment import Example, closest, converted, cropped, edited, in_script
from training.data import Corpus, Item, Sampler, Wording, articles_in
from training.metrics import auroc, exact, f1, refusal_recall
from training.vocabulary import is_han

SEED = 11
PASSAGE = 250
FALSE_REFUSAL = 0.1
NEAREST = 8
WRITTEN = Path(__file__).with_name("data") / "valid"


@dataclass(frozen=True)
class Read:
    """What the reader made of one question."""

    example: Example
    answers: tuple[str, ...]
    span: Span | None

    @property
    def score(self) -> float:
        """Its margin; very low where there is nothing to read."""
        return self.span.score if self.span else -99.0

    @property
    def text(self) -> str:
        """Its words."""
        return self.span.text if self.span else ""


def read(reader: Reader, examples: Sequence[Example], answers: Sequence[tuple[str, ...]]) -> list[Read]:
    """Each question on its own passage."""
    spans = [reader.read(e.question, [e.passage], least=0) for e in examples]
    return [Read(e, a, s[0] if s else None) for e, a, s in zip(examples, answers, spans, strict=True)]


def nearest(corpus: Corpus) -> Callable[[Item], list[int]]:
    """By question, DRCD's paragraphs in the order of their lexical likeness (character bigrams)."""
    numbers = sorted({item.paragraph for item in corpus.drcd + corpus.valid})
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True)
    matrix = vectors.fit_transform([converted(corpus.paragraphs[n], "t2s") for n in numbers])

    def ranked(item: Item) -> list[int]:
        question = vectors.transform([converted(item.example.question, "t2s")])
        order = np.argsort(-(matrix @ question.T).toarray()[:, 0])
        return [numbers[i] for i in order[: 3 * NEAREST]]

    return ranked


def over_passages(reader: Reader, corpus: Corpus, items: Sequence[Item]) -> dict[str, float]:
    """The nearest paragraphs by words, read together: the right one among them, then without any answer."""
    ranked = nearest(corpus)
    found, scores, without = [], [], []
    for item in items:
        order = ranked(item)
        with_gold = (
            order[:NEAREST] if item.paragraph in order[:NEAREST] else [item.paragraph, *order[: NEAREST - 1]]
        )
        bare = [n for n in order if not any(a in corpus.paragraphs[n] for a in item.answers)][:NEAREST]
        spans = reader.read(item.example.question, [corpus.paragraphs[n] for n in with_gold], least=0)
        found.append(spans[0].text)
        scores.append(spans[0].score)
        without.append(
            reader.read(item.example.question, [corpus.paragraphs[n] for n in bare], least=0)[0].score
        )
    pairs = list(zip(found, items, strict=True))
    return {
        "questions": len(items),
        "em": float(np.mean([exact(t, i.answers) for t, i in pairs])),
        "f1": float(np.mean([f1(t, i.answers) for t, i in pairs])),
        "auroc": auroc(scores, without),
        "refused_at_10": refusal_recall(scores, without),
    }


def spans_of(reads: Sequence[Read]) -> dict[str, float]:
    """Exact match and F1."""
    return {
        "questions": len(reads),
        "em": float(np.mean([exact(r.text, r.answers) for r in reads])),
        "f1": float(np.mean([f1(r.text, r.answers) for r in reads])),
    }


def refusal_of(positive: Sequence[Read], negative: Sequence[Read]) -> dict[str, float]:
    """How well scores tell answerable from unanswerable."""
    p, n = [r.score for r in positive], [r.score for r in negative]
    return {"questions": len(n), "auroc": auroc(p, n), "refused_at_10": refusal_recall(p, n)}


def removed(corpus: Corpus, items: Sequence[Item]) -> list[Example]:
    """Each question on the nearest paragraph, by words, that has none of its answers."""
    ranked = nearest(corpus)
    return [
        Example(i.example.question, next(corpus.paragraphs[n] for n in ranked(i)
                if not any(a in corpus.paragraphs[n] for a in i.answers)), -1, -1)
        for i in items
    ]  # fmt: skip


def near_misses(corpus: Corpus, items: Sequence[Item]) -> list[Example]:
    """The questions that can be edited to what their paragraph does not speak of."""
    rng = random.Random(SEED)  # noqa: S311
    names = Sampler(corpus, SEED).names
    changed = [(edited(i.example, names, rng), i) for i in items]
    return [Example(q, i.example.passage, -1, -1) for q, i in changed if q]


def figures(corpus: Corpus, count: int) -> list[Example]:
    """Questions on invented reports whose templates training never saw."""
    sampler = Sampler(corpus, SEED)
    return [e for _ in range(count) for e in sampler.invented(held_out=True)]


def written(folder: Path) -> list[Example]:
    """Questions on the articles written for validation, each on a passage of about 250 characters and in its
    words."""
    rng = random.Random(SEED)  # noqa: S311
    articles = articles_in(folder)
    asked = [e for article in articles for e in article.asked]
    read = [cropped(e, rng, PASSAGE) if e.start >= 0 else closest(e, rng, PASSAGE) for e in asked]
    return list(map(Wording(articles).of, read))


def told_apart(reader: Reader, examples: Sequence[Example]) -> dict[str, float]:
    """Spans of the answerable ones, and how well these are told from the others."""
    reads = read(reader, examples, [(e.passage[e.start : e.end],) if e.start >= 0 else () for e in examples])
    positive = [r for r in reads if r.answers]
    return spans_of(positive) | refusal_of(positive, [r for r in reads if not r.answers])


def mostly_latin(text: str) -> bool:
    """Whether a question is an English one, whatever the names in it."""
    return 2 * sum(map(is_han, text)) < sum(c.isascii() and c.isalpha() for c in text)


def parity(reader: Reader, items: Sequence[Item]) -> float:
    """Share of questions with the same answer in Simplified, full-width and as asked."""
    same = 0
    for item in items:
        e = cropped(item.example, random.Random(SEED), PASSAGE)  # noqa: S311
        variants = [e.question, in_script(e.question, False), e.question.translate(FULL_WIDTH)]
        spans = [reader.read(q, [e.passage], least=0) for q in variants]
        same += len({(s[0].start, s[0].end) if s else None for s in spans}) == 1
    return same / len(items)


FULL_WIDTH = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}


def scaling(positive: Sequence[float], negative: Sequence[float]) -> tuple[float, float]:
    """Slope and offset of Platt's logistic fit, both classes weighed alike."""
    x = np.array([*positive, *negative])[:, None]
    y = np.array([1] * len(positive) + [0] * len(negative))
    fit = LogisticRegression(class_weight="balanced").fit(x, y)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


def expected_calibration_error(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Over ten bins, fitted on one half and measured on the other (Naeini et al. 2015)."""
    rng = np.random.default_rng(SEED)
    p, n = rng.permutation(positive), rng.permutation(negative)
    errors = []
    for fit, held in ((0, 1), (1, 0)):
        slope, offset = scaling(p[fit::2], n[fit::2])
        count = min(len(p[held::2]), len(n[held::2]))
        x = np.concatenate([p[held::2][:count], n[held::2][:count]])
        y = np.array([1] * count + [0] * count)
        probability = 1 / (1 + np.exp(-(slope * x + offset)))
        bins = np.minimum((probability * 10).astype(int), 9)
        gaps = [
            abs(probability[bins == b].mean() - y[bins == b].mean()) * (bins == b).mean() for b in set(bins)
        ]
        errors.append(sum(gaps))
    return float(np.mean(errors))


def latency(reader: Reader, items: Sequence[Item]) -> dict[str, float]:
    """Milliseconds for one question over eight passages of about 250 characters."""
    passages = [cropped(i.example, random.Random(SEED), PASSAGE).passage for i in items[:NEAREST]]  # noqa: S311
    times = []
    for item in items[:40]:
        begun = time.perf_counter()
        reader.read(item.example.question, passages)
        times.append(1000 * (time.perf_counter() - begun))
    return {"p50": float(np.percentile(times, 50)), "p95": float(np.percentile(times, 95))}


def evaluate(
    reader: Reader, corpus: Corpus, limit: int, joint: int
) -> tuple[dict[str, object], dict[str, float]]:
    """All scores, and the calibration that they suggest."""
    items = random.Random(SEED).sample(corpus.valid, min(limit, len(corpus.valid)))  # noqa: S311
    gold = read(reader, [i.example for i in items], [i.answers for i in items])
    none = read(reader, removed(corpus, items), [()] * len(items))
    misses = near_misses(corpus, items)
    missed = read(reader, misses, [()] * len(misses))
    made = figures(corpus, limit // 2)
    english = [e for e in made if mostly_latin(e.question)]
    asked, in_english = (
        written(WRITTEN),
        [mostly_latin(e.question) for a in articles_in(WRITTEN) for e in a.asked],
    )
    scores: dict[str, object] = {
        "drcd_gold_paragraph": spans_of(gold),
        "drcd_gold_removed": refusal_of(gold, none),
        "drcd_near_misses": refusal_of(gold, missed),
        "figures_held_out_templates": told_apart(reader, made),
        "figures_in_english": told_apart(reader, english),
        "written_articles": told_apart(reader, asked),
        "written_articles_in_english": told_apart(reader, list(compress(asked, in_english))),
        "script_and_width_parity": parity(reader, items[:100]),
        "latency_ms_8_passages_of_250": latency(reader, items),
    }
    if joint:
        scores["drcd_eight_paragraphs"] = over_passages(reader, corpus, items[:joint])
    yes, no = [r.score for r in gold], [r.score for r in none + missed]
    slope, offset = scaling(yes, no)
    scores["expected_calibration_error"] = expected_calibration_error(yes, no)
    threshold = float(np.quantile(yes, FALSE_REFUSAL))
    least = 1 / (1 + np.exp(-(slope * threshold + offset)))
    return scores, {"slope": round(slope, 4), "offset": round(offset, 4), "least": round(float(least), 4)}


def main() -> None:
    """Prints the scores as JSON; with `--calibrate` also rewrites the model's `calibration.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--model", "--data"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--limit", type=int, default=761, help="questions of DRCD valid")
    parser.add_argument("--joint", type=int, default=150, help="questions read over eight paragraphs")
    parser.add_argument("--calibrate", action="store_true")
    arguments = parser.parse_args()
    reader = Reader.from_folder(arguments.model)
    scores, calibration = evaluate(reader, Corpus(arguments.data), arguments.limit, arguments.joint)
    if arguments.calibrate:
        (arguments.model / "calibration.json").write_text(json.dumps(calibration) + "\n")
    rounded = json.loads(json.dumps(scores), parse_float=lambda text: round(float(text), 3))
    sys.stdout.write(json.dumps(rounded | {"calibration": calibration}, indent=2) + "\n")


if __name__ == "__main__":
    main()
