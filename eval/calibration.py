"""What the stated confidence is worth: whether it ranks the answers, and whether it means what it says.

Pure functions on plain values. None means undefined; a question that cannot be put is a ValueError.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """Error rate among the most confident answers, as ever more of them are given."""

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    aurc: float
    """Mean of the risks: 0 is best, the error rate is what confidence without information gives."""
    excess_aurc: float
    """`aurc` less that of the best order of the same answers (E-AURC, Geifman et al., ICLR 2019)."""


def risk_coverage(confidences: Sequence[float], correct: Sequence[bool]) -> RiskCoverage:
    """Risk-coverage curve and its area (El-Yaniv & Wiener, JMLR 2010), at coverage 1/n, 2/n, …, 1.

    Equal confidences share their errors evenly, so that the order of the answers does not matter.
    """
    scores, right = _confidences(confidences, correct)
    groups, sizes = np.unique(-scores, return_inverse=True, return_counts=True)[1:]
    errors = np.repeat(np.bincount(groups, weights=~right) / sizes, sizes)
    given = np.arange(1, len(right) + 1)
    risk = np.cumsum(errors) / given
    best = np.cumsum(np.sort(~right)) / given
    coverage = given / len(right)
    return RiskCoverage(
        tuple(coverage.tolist()), tuple(risk.tolist()), float(risk.mean()), float(risk.mean() - best.mean())
    )


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Probability that a positive scores above a negative, a tie being half (Hanley & McNeil 1982).

    None when the labels are all the same.
    """
    values, positive = np.asarray(scores, float), np.asarray(labels, bool)
    if values.shape != positive.shape or np.isnan(values).any():
        raise ValueError("auroc needs one number, not NaN, for each label")
    negatives = np.sort(values[~positive])
    if not 0 < len(negatives) < len(values):
        return None
    below, not_above = (np.searchsorted(negatives, values[positive], side) for side in ("left", "right"))
    return float((below + not_above).mean() / 2 / len(negatives))


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The answers with `low < confidence <= high` (the first bin holds 0 too)."""

    low: float
    high: float
    count: int
    confidence: float
    """Mean confidence."""
    accuracy: float
    """Share that is correct."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Expected calibration error, 0 to 1, and the bins that hold answers, for the reliability plot."""

    error: float
    bins: tuple[ReliabilityBin, ...]


def expected_calibration_error(
    confidences: Sequence[float], correct: Sequence[bool], bins: int = 10
) -> Calibration:
    """ECE: mean |accuracy - confidence| of bins of equal width, by their size (Guo et al., ICML 2017)."""
    scores, right = _confidences(confidences, correct)
    edges = np.arange(bins + 1) / bins
    places = np.searchsorted(edges[1:-1], scores, side="left")
    filled = tuple(
        ReliabilityBin(
            low=float(edges[place]),
            high=float(edges[place + 1]),
            count=int(inside.sum()),
            confidence=float(scores[inside].mean()),
            accuracy=float(right[inside].mean()),
        )
        for place in range(bins)
        if (inside := places == place).any()
    )
    gaps = (one.count * abs(one.accuracy - one.confidence) for one in filled)
    return Calibration(sum(gaps) / len(scores), filled)


def _confidences(
    confidences: Sequence[float], correct: Sequence[bool]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    scores, right = np.asarray(confidences, float), np.asarray(correct, bool)
    if scores.shape != right.shape or not len(scores):
        raise ValueError("needs as many confidences as answers, and at least one")
    if not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError("a confidence is a probability, 0 to 1")
    return scores, right
