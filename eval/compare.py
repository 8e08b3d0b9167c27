"""Two runs side by side: a change is worth having when the questions it wins outweigh those it loses.

Only questions that both runs were asked are compared, each with itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.statistics import Difference, McNemar, mcnemar, paired_bootstrap

UNANSWERABLE = frozenset(
    {"off_topic", "wrong_year", "wrong_entity", "not_stated", "false_premise", "instruction", "gold_removed"}
)
"""Types of question that the documents do not answer, for runs that do not keep the expected answers."""
SEED = 0
SHOWN = 80
"""Characters of a question or a reason that a line of the table shows."""

Outcome = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SetComparison:
    """Share of questions that are right, on one set."""

    name: str
    a: float
    b: float
    difference: Difference
    """b - a, from -1 to 1, resampled by article."""
    mcnemar: McNemar


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one run gets right and the other wrong."""

    set: str
    id: str
    type: str
    question: str
    gained: bool
    """Right in B; else right in A."""
    why: str
    """Why the run that is wrong is wrong."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run B against run A."""

    sets: tuple[SetComparison, ...]
    """By name; of several sets, all together come last."""
    flips: tuple[Flip, ...]
    left_out_a: int
    """Questions of A that B was not asked, or not in the same words."""
    left_out_b: int


def right(outcome: Outcome) -> bool:
    """Whether an outcome is as it should be: correct, or refused where the documents do not answer."""
    answerable = outcome.get("answers", outcome["type"] not in UNANSWERABLE)
    return bool(outcome["verdict"]["correct" if answerable else "refused"])


def compare(run_a: Mapping[str, Any], run_b: Mapping[str, Any]) -> Comparison:
    """Accuracy and flips of run B against run A, both as a run file holds them, joined on set and id.

    Raises ValueError when one is not a run, or they have no question in common.
    """
    a, b = _by_question(run_a, "A"), _by_question(run_b, "B")
    pairs = [(a[key], b[key]) for key in a if key in b and a[key]["question"] == b[key]["question"]]
    if not pairs:
        raise ValueError("the two runs have no question in common; run both with the same --set")
    names = sorted({before["set"] for before, _ in pairs})
    sets = [_compared(name, [pair for pair in pairs if pair[0]["set"] == name]) for name in names]
    return Comparison(
        sets=(*sets, _compared("all", pairs)) if len(sets) > 1 else tuple(sets),
        flips=tuple(_flip(*pair) for pair in pairs if right(pair[0]) != right(pair[1])),
        left_out_a=len(a) - len(pairs),
        left_out_b=len(b) - len(pairs),
    )


def render(comparison: Comparison) -> str:
    """The comparison as plain text: a row for each set, then what B loses and what it gains."""
    rows: list[tuple[str, ...]] = [
        ("set", "n", "A", "B", "B - A [95 %]", "bootstrap p", "only A", "only B", "McNemar p")
    ]
    rows += [_row(one) for one in comparison.sets]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    if comparison.left_out_a or comparison.left_out_b:
        left_out = f"{comparison.left_out_a} of A, {comparison.left_out_b} of B"
        lines += ["", f"Left out, not asked in the same words in both: {left_out}"]
    lines += _listed("Lost (right in A only)", [flip for flip in comparison.flips if not flip.gained])
    lines += _listed("Gained (right in B only)", [flip for flip in comparison.flips if flip.gained])
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _by_question(run: Mapping[str, Any], name: str) -> dict[tuple[str, str], Outcome]:
    try:
        outcomes = {(str(one["set"]), str(one["id"])): _checked(one) for one in run["outcomes"]}
        repeated = len(run["outcomes"]) - len(outcomes)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"run {name} is not a run file ({error!r}); write one with: python -m eval"
        ) from error
    if repeated:
        raise ValueError(f"run {name} repeats {repeated} questions; write it anew with: python -m eval")
    return outcomes


def _checked(outcome: Outcome) -> Outcome:
    """The outcome, when it has all that is read here."""
    missing = {"article", "question", "type", "verdict"} - outcome.keys()
    missing |= {"correct", "refused", "why"} - outcome.get("verdict", {}).keys()
    if missing:
        raise KeyError(", ".join(sorted(missing)))
    return outcome


def _compared(name: str, pairs: Sequence[tuple[Outcome, Outcome]]) -> SetComparison:
    a, b = [right(before) for before, _ in pairs], [right(after) for _, after in pairs]
    articles = [(before["set"], before["article"]) for before, _ in pairs]
    difference = paired_bootstrap(a, b, articles, SEED)
    return SetComparison(name, sum(a) / len(a), sum(b) / len(b), difference, mcnemar(a, b))


def _flip(before: Outcome, after: Outcome) -> Flip:
    gained = right(after)
    wrong = before if gained else after
    return Flip(
        set=str(before["set"]),
        id=str(before["id"]),
        type=str(before["type"]),
        question=str(before["question"]),
        gained=gained,
        why=str(wrong["verdict"]["why"]),
    )


def _row(one: SetComparison) -> tuple[str, ...]:
    gap, flips = one.difference, one.mcnemar
    return (
        _plain(one.name),
        str(gap.n),
        f"{one.a:.1%}",
        f"{one.b:.1%}",
        f"{gap.value:+.1%} [{gap.low:+.1%}, {gap.high:+.1%}]",
        f"{gap.p:.3f}",
        str(flips.b),
        str(flips.c),
        f"{flips.p:.3f}",
    )


def _listed(title: str, flips: Sequence[Flip]) -> list[str]:
    lines = ["", f"{title}: {len(flips)}"]
    for flip in flips:
        lines.append(f"  {_plain(flip.set)} {_plain(flip.id)} ({_plain(flip.type)}) {_plain(flip.question)}")
        lines.append(f"      wrong because: {_plain(flip.why)}")
    return lines


def _plain(text: str) -> str:
    """Third-party text on one line of a terminal: bounded, nothing in it that a terminal would act on."""
    printable = "".join(c for c in " ".join(text.split()) if c.isprintable())
    return printable if len(printable) <= SHOWN else printable[: SHOWN - 1] + "…"
