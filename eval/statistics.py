"""How far a score may be trusted: questions on one article are alike, so intervals resample whole articles.

Everything here is deterministic: the same values and seed give the same interval.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

_DRAWS_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its confidence interval."""

    value: float
    low: float
    high: float
    n: int
    """Number of values, not of clusters."""


@dataclass(frozen=True, slots=True)
class Difference(Interval):
    """The mean of b less the mean of a, on the same questions."""

    p: float
    """Two-sided p-value of no difference, above 0 to 1."""


@dataclass(frozen=True, slots=True)
class McNemar:
    """Questions that only one of two systems gets right."""

    b: int
    """Right in the first only."""
    c: int
    """Right in the second only."""
    p: float
    """Exact two-sided p-value, 0 to 1."""


def clustered_bootstrap(
    values: Sequence[float],
    clusters: Sequence[Hashable],
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> Interval:
    """Mean with a percentile interval over resamples of whole clusters (Davison & Hinkley 1997, ch. 3.8).

    With a single cluster there is nothing to resample but the questions, so each then counts as its own
    cluster: the interval speaks of other questions on that article, not of other articles. With fewer than
    about ten clusters intervals come out too narrow. Raises ValueError for no values, for values that are not
    finite and for lengths that differ.
    """
    scores = _scores(values, clusters)
    means = _means(scores, _membership(clusters), seed, resamples)
    return Interval(*_interval(scores, means, confidence))


def paired_bootstrap(
    a: Sequence[float],
    b: Sequence[float],
    clusters: Sequence[Hashable],
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> Difference:
    """Mean of b - a, question by question, resampled as in `clustered_bootstrap`, with a two-sided p-value.

    p is twice the share of resamples on or beyond zero, on the rarer side, counting one more resample that is
    (Davison & Hinkley 1997, ch. 4); but no less than 2 / 2^clusters, the least p of a sign-flip test, so that
    a handful of articles cannot prove anything. It is 1 for equal runs.
    """
    scores = _scores(b, clusters) - _scores(a, clusters)
    membership = _membership(clusters)
    means = _means(scores, membership, seed, resamples)
    rarer = min(int((means <= 0).sum()), int((means >= 0).sum()))
    p = max(2 * (rarer + 1) / (resamples + 1), 2.0 ** -int(membership.max()))
    return Difference(*_interval(scores, means, confidence), p=min(1.0, p))


def mcnemar(a: Sequence[bool], b: Sequence[bool]) -> McNemar:
    """Exact McNemar test of two systems on the same questions (McNemar 1947): a sign test of the flips.

    It takes questions to be independent; where articles cluster them, `paired_bootstrap` is the one to trust.
    """
    pairs = list(zip(a, b, strict=True))
    only_a, only_b = sum(x and not y for x, y in pairs), sum(y and not x for x, y in pairs)
    flips = only_a + only_b
    tail = sum(comb(flips, k) for k in range(min(only_a, only_b) + 1))
    return McNemar(only_a, only_b, min(1.0, 2 * tail / 2**flips))


def _scores(values: Sequence[float], clusters: Sequence[Hashable]) -> NDArray[np.float64]:
    scores = np.asarray(values, float)
    if len(scores) != len(clusters) or not len(scores) or not np.isfinite(scores).all():
        raise ValueError(
            "needs at least one value, each finite and with its cluster; leave undefined ones out"
        )
    return scores


def _membership(clusters: Sequence[Hashable]) -> NDArray[np.intp]:
    """The number of each value's cluster, from 0; its own number where all share one cluster."""
    places = {cluster: place for place, cluster in enumerate(dict.fromkeys(clusters))}
    if len(places) == 1:
        return np.arange(len(clusters))
    return np.array([places[cluster] for cluster in clusters])


def _means(
    scores: NDArray[np.float64], membership: NDArray[np.intp], seed: int, resamples: int
) -> NDArray[np.float64]:
    """The mean of each resample, drawn in blocks so that memory stays bounded."""
    sums, sizes = np.bincount(membership, weights=scores), np.bincount(membership)
    generator = np.random.default_rng(seed)
    rows = max(1, _DRAWS_AT_ONCE // len(sums))
    means = []
    for done in range(0, resamples, rows):
        drawn = generator.integers(len(sums), size=(min(rows, resamples - done), len(sums)))
        means.append(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
    return np.concatenate(means)


def _interval(
    scores: NDArray[np.float64], means: NDArray[np.float64], confidence: float
) -> tuple[float, float, float, int]:
    outside = (1 - confidence) / 2
    low, high = np.quantile(means, [outside, 1 - outside])
    return float(scores.mean()), float(low), float(high), len(scores)
