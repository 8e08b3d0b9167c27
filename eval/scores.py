"""From outcomes to figures: every mean with a bootstrap interval, by set, type, script and split."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.calibration import Calibration, RiskCoverage, auroc, expected_calibration_error, risk_coverage
from eval.dataset import Question
from eval.judge import Verdict
from eval.metrics import char_f1, exact_match, ndcg_at_k, percentile, unsupported_sentence_rate
from eval.statistics import clustered_bootstrap
from rag import Answer

SEED = 0
BREAKDOWN = "accuracy"
"""The metric that is also given by type, script and split."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, what was answered, and how it did."""

    set: str
    question: Question
    answer: Answer
    verdict: Verdict
    exact_quotes: tuple[bool, ...]
    """Of each citation: whether the document holds the quote at its offsets."""


@dataclass(frozen=True, slots=True)
class Score:
    """One figure; `low` and `high` are None where no interval is defined."""

    set: str
    metric: str
    group: str
    """"all", "type:…", "script:…" or "split:…"."""
    value: float
    low: float | None
    high: float | None
    n: int


def scores(outcomes: Sequence[Outcome]) -> list[Score]:
    """All figures of one set, in the order of the table."""
    found = [_mean(metric, "all", outcomes) for metric in _MEANS]
    found += [_whole(metric, outcomes) for metric in _WHOLES]
    for family in ("type", "script", "split"):
        for group in sorted({getattr(o.question, family) for o in outcomes}):
            part = [o for o in outcomes if getattr(o.question, family) == group]
            found.append(_mean(BREAKDOWN, f"{family}:{group}", part))
    return [score for score in found if score]


def _mean(metric: str, group: str, outcomes: Sequence[Outcome]) -> Score | None:
    """A mean over the outcomes for which the metric is defined, with its interval clustered by article."""
    values = [(_MEANS[metric](o), o.question.article) for o in outcomes]
    defined = [(float(value), article) for value, article in values if value is not None]
    if not defined:
        return None
    interval = clustered_bootstrap([v for v, _ in defined], [a for _, a in defined], seed=SEED)
    return Score(outcomes[0].set, metric, group, interval.value, interval.low, interval.high, interval.n)


def _whole(metric: str, outcomes: Sequence[Outcome]) -> Score | None:
    value = _WHOLES[metric](outcomes)
    return None if value is None else Score(outcomes[0].set, metric, "all", value, None, None, len(outcomes))


def _if_answerable(value: Callable[[Outcome], float]) -> Callable[[Outcome], float | None]:
    return lambda o: value(o) if o.question.answerable else None


def _if_retrievable(value: Callable[[Outcome], float]) -> Callable[[Outcome], float | None]:
    return lambda o: value(o) if o.verdict.ranks else None


def _recall_at(k: int) -> Callable[[Outcome], float | None]:
    return _if_retrievable(
        lambda o: sum(rank is not None and rank <= k for rank in o.verdict.ranks) / len(o.verdict.ranks)
    )


def _ndcg(o: Outcome) -> float:
    """Relevant: passages that hold a gold quote, and quotes that no passage holds."""
    retrieved = {rank for rank in o.verdict.ranks if rank}
    missing = {f"missing {i}" for i, rank in enumerate(o.verdict.ranks) if not rank}
    return ndcg_at_k(retrieved | missing, range(1, len(o.answer.hits) + 1), 10)


def _unsupported(o: Outcome) -> float | None:
    """Sentences of the text without a mark, the short answer's frame included; a refusal claims nothing."""
    if o.answer.refused:
        return None
    lines = [line for line in o.answer.text.splitlines() if line.strip()]
    return unsupported_sentence_rate((line, bool(_MARK.search(line))) for line in lines)


def _references(o: Outcome) -> list[str] | None:
    """Acceptable bare answers, where there is one to compare with."""
    return list(o.question.answers[0]) if len(o.question.answers) == 1 and o.answer.short else None


_MARK = re.compile(r"\[\d+\]")
_MEANS: dict[str, Callable[[Outcome], float | None]] = {
    "accuracy": lambda o: o.verdict.right,
    "answer_accuracy": _if_answerable(lambda o: o.verdict.correct),
    "right_and_cited": _if_answerable(lambda o: o.verdict.correct and bool(o.verdict.cited)),
    "refusal_recall": lambda o: None if o.question.answerable else o.answer.refused,
    "refusal_precision": lambda o: not o.question.answerable if o.answer.refused else None,
    "false_refusal": _if_answerable(lambda o: o.answer.refused),
    "recall@1": _recall_at(1),
    "recall@5": _recall_at(5),
    "mrr": _if_retrievable(lambda o: 1 / o.verdict.rank if o.verdict.rank else 0.0),
    "ndcg@10": _if_retrievable(_ndcg),
    "citation_precision": lambda o: o.verdict.citation_precision,
    "citation_recall": lambda o: o.verdict.citation_recall,
    "quote_exactness": lambda o: sum(o.exact_quotes) / len(o.exact_quotes) if o.exact_quotes else None,
    "unsupported_sentences": _unsupported,
    "short_exact_match": lambda o: exact_match(o.answer.short or "", r) if (r := _references(o)) else None,
    "short_char_f1": lambda o: char_f1(o.answer.short or "", r) if (r := _references(o)) else None,
}
"""Metrics that are means over questions; None leaves a question out."""
_WHOLES: dict[str, Callable[[Sequence[Outcome]], float | None]] = {
    "auroc": lambda all_: auroc([o.answer.confidence for o in all_], [o.question.answerable for o in all_]),
    "aurc": lambda all_: curves(all_)[0].aurc,
    "ece": lambda all_: curves(all_)[1].error,
    "latency_p50": lambda all_: percentile([o.answer.timings["total"] for o in all_], 50),
    "latency_p95": lambda all_: percentile([o.answer.timings["total"] for o in all_], 95),
}
"""Metrics of a whole set, without interval."""


def curves(outcomes: Sequence[Outcome]) -> tuple[RiskCoverage, Calibration]:
    """Errors among the most confident answers; and how the confidence agrees with there being an answer."""
    confidences = [o.answer.confidence for o in outcomes]
    return (
        risk_coverage(confidences, [o.verdict.correct for o in outcomes]),
        expected_calibration_error(confidences, [o.question.answerable for o in outcomes]),
    )
