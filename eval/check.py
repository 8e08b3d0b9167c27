"""A run against the scores it should have: a change that makes answers worse does not pass unnoticed.

What is expected stands in `eval/expected.toml`, each set beside the command that derives it again.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.labels import LOWER_IS_BETTER

EXPECTED = Path(__file__).with_name("expected.toml")
ROUNDING = 1e-9
"""Difference that is put down to floating point and not to the system."""
QUESTIONS = "questions"
SET_KEYS = {"command", QUESTIONS, "metrics"}
METRIC_KEYS = {"score", "tolerance"}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a run of one set should give."""

    set: str
    command: str
    """Derives the scores again."""
    questions: int
    """How many the command asks; scores over other questions are not comparable."""
    metrics: Mapping[str, tuple[float, float]]
    """Score and tolerance (0 or more, in the unit of the score) by metric."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One expected figure, and whether the run has it."""

    set: str
    metric: str
    expected: float
    tolerance: float
    score: float | None
    """None where the run does not have it."""
    ok: bool
    note: str
    """Why it failed, or what to do; "" where all is as expected."""
    command: str


def check(run: Mapping[str, Any], expected: Path = EXPECTED) -> list[CheckLine]:
    """A line for each expected figure; the run passes when every line is `ok`.

    Only a change for the worse beyond the tolerance fails: a rise where lower is better, else a fall. So
    does a set or a metric that the run lacks, and another number of questions. Raises ValueError for a file
    that does not say what is expected, and for one that is not a run.
    """
    try:
        scores = {(s["set"], s["metric"]): s["value"] for s in run["scores"] if s["group"] == "all"}
        asked = Counter(outcome["set"] for outcome in run["outcomes"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is not a run file ({error!r}); write one with: python -m eval") from error
    return [line for one in expectations(expected) for line in _lines(one, asked[one.set], scores)]


def expectations(path: Path) -> list[Expectation]:
    """What the file expects, by set. Raises ValueError that names the file and the entry."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is not valid TOML ({error}); correct it") from error
    if not tables:
        raise ValueError(f"{path.name} expects nothing; add a table for each set, as in eval/expected.toml")
    return [_expectation(path, name, table) for name, table in tables.items()]


def render(lines: Sequence[CheckLine]) -> str:
    """The lines as plain text, the verdict last, and for every set that failed how to derive it again."""
    rows = [("", "set", "metric", "expected", "score", "")]
    rows += [
        (
            "OK" if line.ok else "FAIL",
            line.set,
            line.metric,
            f"{line.expected:.4g} ± {line.tolerance:.4g}",
            "-" if line.score is None else f"{line.score:.4g}",
            line.note,
        )
        for line in lines
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    failed = [line for line in lines if not line.ok]
    verdict = f"FAIL: {len(failed)} of {len(lines)}" if failed else f"OK: all {len(lines)}"
    again = [f"  {line.set}: {line.command}" for line in failed]
    return "\n".join(line.rstrip() for line in [*text, "", verdict, *dict.fromkeys(again)]) + "\n"


def _expectation(path: Path, name: str, table: Any) -> Expectation:
    where = f"{path.name} [{name}]"
    _keys(where, table, SET_KEYS)
    command, questions, metrics = table["command"], table[QUESTIONS], table["metrics"]
    if not (isinstance(command, str) and command and type(questions) is int and questions > 0):
        raise ValueError(f"{where}: command must be a text, questions a number above 0")
    if not (isinstance(metrics, dict) and metrics):
        raise ValueError(f"{where}: metrics must hold a score and a tolerance for each metric")
    return Expectation(name, command, questions, {m: _pair(f"{where} {m}", v) for m, v in metrics.items()})


def _pair(where: str, given: Any) -> tuple[float, float]:
    _keys(where, given, METRIC_KEYS)
    for key in METRIC_KEYS:
        if type(given[key]) not in (int, float) or not math.isfinite(given[key]):
            raise ValueError(f"{where}: {key} must be a number, not {given[key]!r}")
    if given["tolerance"] < 0:
        raise ValueError(f"{where}: tolerance must be 0 or more")
    return float(given["score"]), float(given["tolerance"])


def _keys(where: str, table: Any, keys: set[str]) -> None:
    if not isinstance(table, dict) or table.keys() != keys:
        raise ValueError(f"{where} must have exactly: {', '.join(sorted(keys))}")


def _lines(one: Expectation, asked: int, scores: Mapping[tuple[str, str], float]) -> Iterator[CheckLine]:
    same = asked == one.questions
    yield CheckLine(
        one.set,
        QUESTIONS,
        one.questions,
        0.0,
        asked or None,
        same,
        "" if same else "other questions were asked" if asked else "the run does not have this set",
        one.command,
    )
    for metric, (score, tolerance) in one.metrics.items():
        found = scores.get((one.set, metric))
        ok, note = _verdict(metric, found, score, tolerance)
        yield CheckLine(one.set, metric, score, tolerance, found, ok, note, one.command)


def _verdict(metric: str, found: float | None, expected: float, tolerance: float) -> tuple[bool, str]:
    if found is None or math.isnan(found):
        return False, "the run does not have it"
    gain = expected - found if _lower_is_better(metric) else found - expected
    if gain < -tolerance - ROUNDING:
        return False, f"worse by {-gain:.4g}"
    if gain > tolerance + ROUNDING:
        return True, "better: update expected.toml"
    return True, ""


def _lower_is_better(metric: str) -> bool:
    """As the report has it, by the words of the metric's name."""
    return not LOWER_IS_BETTER.isdisjoint(re.findall("[a-z]+", metric))
