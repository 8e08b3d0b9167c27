"""Intervals and p-values, held to exact enumeration, scipy, a plain resampling loop and simulation."""

import random
import statistics
from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap  # type: ignore[import-untyped]

from eval.statistics import Difference, Interval, McNemar, clustered_bootstrap, mcnemar, paired_bootstrap

CASES = 1000


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - test cases, not secrets


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def looped(values: list[float], clusters: list[str], seed: int, resamples: int) -> list[float]:
    """Means of resamples that are really put together, value by value."""
    members = [
        [v for v, c in zip(values, clusters, strict=True) if c == name] for name in dict.fromkeys(clusters)
    ]
    if len(members) == 1:
        members = [[value] for value in values]
    drawn = np.random.default_rng(seed).integers(len(members), size=(resamples, len(members)))
    return [statistics.fmean(value for place in row for value in members[place]) for row in drawn.tolist()]


def test_bootstrap_agrees_with_a_plain_loop() -> None:
    draw = seeded(1)
    for case in range(CASES):
        size = draw.randint(1, 12)
        clusters = draw.choices("abcd"[: draw.randint(1, 4)], k=size)
        a, b = ([draw.choice([0, 0.5, 1]) for _ in range(size)] for _ in range(2))
        confidence = draw.choice([0.8, 0.95])
        tails = (1 - confidence) / 2, (1 + confidence) / 2

        means = looped(a, clusters, case, 20)
        found = clustered_bootstrap(a, clusters, case, 20, confidence)
        assert (found.value, found.n) == pytest.approx((statistics.fmean(a), size))
        assert (found.low, found.high) == pytest.approx([quantile(means, tail) for tail in tails])

        gaps = [y - x for x, y in zip(a, b, strict=True)]
        means = looped(gaps, clusters, case, 20)
        paired = paired_bootstrap(a, b, clusters, case, 20, confidence)
        assert (paired.value, paired.n) == pytest.approx((statistics.fmean(gaps), size))
        assert (paired.low, paired.high) == pytest.approx([quantile(means, tail) for tail in tails])
        share = min(sum(m <= 0 for m in means), sum(m >= 0 for m in means)) + 1
        units = len(set(clusters)) if len(set(clusters)) > 1 else size
        assert paired.p == pytest.approx(min(1, max(2 * share / 21, 2 / 2**units)))


def test_interval_is_that_of_every_possible_resample() -> None:
    clusters = {"a": [1, 1, 1], "b": [0, 1], "c": [0, 0, 0, 1], "d": [1, 1], "e": [0]}
    values = [float(value) for members in clusters.values() for value in members]
    names = [name for name, members in clusters.items() for _ in members]
    exact = [
        statistics.fmean([v for one in drawn for v in one]) for drawn in product(clusters.values(), repeat=5)
    ]
    found = clustered_bootstrap(values, names, seed=3, resamples=20_000)
    assert found.value == 7 / 12
    assert (found.low, found.high) == pytest.approx(
        (quantile(exact, 0.025), quantile(exact, 0.975)), abs=0.02
    )


def test_single_cluster_resamples_questions_as_scipy_does() -> None:
    values = np.random.default_rng(5).random(60)
    reference = bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=6
    ).confidence_interval
    found = clustered_bootstrap(values.tolist(), ["only"] * 60, seed=7, resamples=20_000)
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high), abs=0.003)


def alike(
    generator: np.random.Generator, clusters: int, each: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Right or wrong, where some articles are hard as a whole; the true mean is 0.5."""
    chance = generator.choice([0.2, 0.8], size=(clusters, 1))
    return (generator.random((clusters, each)) < chance).astype(float)


def test_intervals_cover_the_truth_only_when_clustered() -> None:
    generator = np.random.default_rng(8)
    names = [str(i // 10) for i in range(300)]
    covered = {"clustered": 0, "by question": 0}
    for seed in range(300):
        values = alike(generator, 30, 10).ravel().tolist()
        for way, clusters in (("clustered", names), ("by question", ["one"] * 300)):
            found = clustered_bootstrap(values, clusters, seed, resamples=400)
            covered[way] += found.low <= 0.5 <= found.high
    assert 0.91 <= covered["clustered"] / 300 <= 0.98
    assert covered["by question"] / 300 < 0.75


def test_paired_p_rejects_equal_systems_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(9)
    names = [str(i // 10) for i in range(300)]
    rejected = agreed = 0
    for seed in range(300):
        a, b = (alike(generator, 30, 10).ravel().tolist() for _ in range(2))
        found = paired_bootstrap(a, b, names, seed, resamples=400)
        rejected += found.p < 0.05
        agreed += (found.p < 0.05) == (not found.low <= 0 <= found.high)
    assert 0.02 <= rejected / 300 <= 0.09
    assert agreed >= 295


def test_paired_bootstrap_sees_a_difference_that_both_intervals_hide() -> None:
    draw = seeded(10)
    a = [float(draw.random() < 0.5) for _ in range(200)]
    b = [1.0 if i % 20 == 0 else value for i, value in enumerate(a)]
    clusters = [str(i % 40) for i in range(200)]
    one, other = (clustered_bootstrap(values, clusters, 0) for values in (a, b))
    found = paired_bootstrap(a, b, [str(i) for i in range(200)], 0)
    assert one.high > other.low
    assert found.value == pytest.approx(other.value - one.value)
    assert found.low > 0
    assert found.p < 0.05
    mirrored = paired_bootstrap(b, a, [str(i) for i in range(200)], 0)
    assert (mirrored.value, mirrored.p) == pytest.approx((-found.value, found.p))


def test_few_articles_prove_nothing() -> None:
    assert paired_bootstrap([0, 0, 0], [1, 1, 1], ["a", "a", "b"], 0).p == 0.5
    assert paired_bootstrap([0], [1], ["a"], 0) == Difference(1.0, 1.0, 1.0, 1, p=1.0)
    assert paired_bootstrap([0] * 40, [1] * 40, ["a"] * 40, 0).p == pytest.approx(2 / 2001)
    assert paired_bootstrap([1, 0, 1], [1, 0, 1], ["a", "b", "c"], 0).p == 1


def test_same_seed_same_interval_however_many_blocks_it_takes() -> None:
    values = np.random.default_rng(12).random(1300)
    names = [str(i) for i in range(1300)]
    first = clustered_bootstrap(values.tolist(), names, seed=1)
    assert clustered_bootstrap(values.tolist(), names, seed=1) == first
    assert clustered_bootstrap(values.tolist(), names, seed=2) != first
    means = values[np.random.default_rng(1).integers(1300, size=(2000, 1300))].mean(axis=1)
    assert (first.low, first.high) == pytest.approx(np.quantile(means, [0.025, 0.975]).tolist())


def test_bad_values_are_refused() -> None:
    assert clustered_bootstrap([0.5], ["a"], 0) == Interval(0.5, 0.5, 0.5, 1)
    for values, clusters in (([], []), ([1.0], ["a", "b"]), ([1.0, float("nan")], ["a", "b"])):
        with pytest.raises(ValueError, match="at least one value"):
            clustered_bootstrap(values, clusters, 0)
        with pytest.raises(ValueError, match="at least one value"):
            paired_bootstrap(values, values, clusters, 0)
    with pytest.raises(ValueError, match="longer"):
        mcnemar([True], [True, False])


def flips(b: int, c: int) -> tuple[list[bool], list[bool]]:
    return [True] * b + [False] * c + [True, False], [False] * b + [True] * c + [True, False]


def test_mcnemar_published_examples() -> None:
    """Fagerland, Lydersen & Laake 2013, table 1 (exact p 0.070); Wikipedia's 6 against 16 (0.053)."""
    found = mcnemar(*flips(1, 7))
    assert (found.b, found.c) == (1, 7)
    assert found.p == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar(*flips(6, 16)).p == pytest.approx(0.0525, abs=5e-5)
    assert mcnemar(*flips(0, 0)) == McNemar(0, 0, 1.0)
    assert mcnemar(*flips(5, 5)).p == 1


def test_mcnemar_agrees_with_scipy() -> None:
    draw = seeded(11)
    for _ in range(CASES):
        b, c = draw.randrange(40), draw.randrange(1, 40)
        found = mcnemar(*flips(b, c))
        assert (found.b, found.c) == (b, c)
        assert found.p == pytest.approx(binomtest(b, b + c).pvalue)
