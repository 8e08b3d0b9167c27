"""Metrics and values as people read them: names, units, intervals; the same in HTML and Markdown."""

import math
import re
from collections.abc import Mapping
from typing import Any

from eval import plots

Score = Mapping[str, Any]

INDEXES = {"mrr": "MRR", "ndcg": "nDCG", "ece": "ECE", "aurc": "AURC", "auroc": "AUROC"}
"""Standard writing of the metrics that are shown as 0.912 and not as 91.2%."""
SECONDS, MEGABYTES = {"latency", "seconds"}, {"memory", "mb"}
LOWER_IS_BETTER = {"ece", "error", "risk", "aurc", "unsupported", "false", *SECONDS, *MEGABYTES}


def label(metric: str) -> str:
    """The name of a metric in standard writing, with ↓ where lower is better."""
    name = re.sub(
        rf"\b({'|'.join(INDEXES)})\b", lambda index: INDEXES[index.group()], metric.replace("_", " ")
    )
    return name + (" ↓" if _words(metric) & LOWER_IS_BETTER else "")


def known(value: float | None) -> float | None:
    """The value; None for one that is not finite."""
    return value if value is not None and math.isfinite(value) else None


def shown(metric: str, value: float | None) -> str:
    """A value in the unit of its metric; a dash for none."""
    words, value = _words(metric), known(value)
    if value is None:
        return "–"
    if words & SECONDS:
        return plots.seconds(value)
    if words & MEGABYTES:
        return f"{value:,.0f} MB"
    return f"{value:.3f}" if words & INDEXES.keys() else plots.percent(value)


def interval(score: Score) -> str:
    """[low, high] in the unit of the metric; "" where no interval is known."""
    low, high = known(score["low"]), known(score["high"])
    if low is None or high is None:
        return ""
    return f"[{shown(score['metric'], low)}, {shown(score['metric'], high)}]"


def with_interval(score: Score | None) -> str:
    """As 87.2% [83.0%, 92.2%]; a dash for none."""
    return f"{shown(score['metric'], score['value'])} {interval(score)}".strip() if score else "–"


def with_count(score: Score | None) -> str:
    """As 87.2% [83.0%, 92.2%], n 40; a dash for none."""
    return f"{with_interval(score)}, n {score['n']}" if score else "–"


def _words(metric: str) -> set[str]:
    return set(re.findall("[a-z]+", metric.lower()))
