"""Exact match and F1 as the CMRC 2018 script counts them: by character, without punctuation and spaces."""

import unicodedata
from collections.abc import Sequence

import numpy as np


def normal(text: str) -> str:
    """Lower case without punctuation, symbols and white space."""
    return "".join(c for c in text.lower() if unicodedata.category(c)[0] not in "PZSC")


def exact(found: str, answers: Sequence[str]) -> float:
    """1 if the text equals one of the answers."""
    return float(any(normal(found) == normal(a) for a in answers))


def f1(found: str, answers: Sequence[str]) -> float:
    """Best overlap: twice the longest common run of characters over both lengths."""
    return max(_f1(normal(found), normal(a)) for a in answers)


def _f1(a: str, b: str) -> float:
    longest, row = 0, [0] * (len(b) + 1)
    for x in a:
        new = [0]
        for j, y in enumerate(b):
            new.append(row[j] + 1 if x == y else 0)
        longest, row = max(longest, *new), new
    return 2 * longest / (len(a) + len(b)) if longest else 0.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that a positive scores above a negative."""
    p, n = np.asarray(positive), np.asarray(negative)
    return float((p[:, None] > n[None, :]).mean() + 0.5 * (p[:, None] == n[None, :]).mean())


def refusal_recall(positive: Sequence[float], negative: Sequence[float], false_refusal: float = 0.1) -> float:
    """Share of negatives below the threshold that refuses this share of the positives."""
    return float((np.asarray(negative) < np.quantile(positive, false_refusal)).mean())
