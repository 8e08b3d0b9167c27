"""A run as people read it: one self-contained page, a Markdown summary and the table of the README.

Articles, questions and answers are third-party text: all of it is escaped, its direction is isolated, and the
page's policy lets no script run but our own.
"""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from eval import labels, plots
from eval.cards import facts, questions
from eval.labels import Score
from eval.plots import isolated

Run = Mapping[str, Any]

STATIC = Path(__file__).with_name("static")
BEGIN, END = "<!-- eval:begin -->", "<!-- eval:end -->"
BRACKETS = (
    "In brackets: 95% bootstrap interval, over whole articles where a set has several. ↓: lower is better."
)


def html(run: Run) -> str:
    """The report as one HTML file that asks for nothing outside itself. Raises ValueError: not a run file."""
    _check(run)
    style, script = ((STATIC / name).read_text("utf-8") for name in ("report.css", "report.js"))
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    page = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation {escape(run['run']['time'])}</title><style>{style}</style></head><body>"
        f"{_masthead(run)}<main>{_headline(run)}{_figures(run)}{questions(run['outcomes'])}</main>"
        f"<script>{script}</script></body></html>\n"
    )
    return page.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be written to a file


def markdown(run: Run) -> str:
    """Headline table, breakdown by type and script, and what ran. Raises ValueError: not a run file."""
    _check(run)
    about, scores, metric = run["run"], _by_key(run), _primary(run)
    parts = [f"# Evaluation {_plain(about['time'])}", readme_table(run), BRACKETS]
    for family in ("type", "script"):
        groups = _groups(run, family)
        rows = [
            [g, *(labels.with_count(scores.get((s, metric, f"{family}:{g}"))) for s in about["sets"])]
            for g in groups
        ]
        if rows:
            parts += [
                f"## {_plain(labels.label(metric))} by {family}",
                _pipes([family.capitalize(), *about["sets"]], rows),
            ]
    stamp = [f"{name}: {_plain(value)}" for name, value in _stamp(about).items()]
    settings = [f"{_plain(name)} = {_plain(value)}" for name, value in about["settings"].items()]
    parts += ["## Run", "\n".join(f"- {line}" for line in [*stamp, "settings: " + ", ".join(settings)])]
    return "\n\n".join(parts) + "\n"


def readme_table(run: Run) -> str:
    """The headline table in Markdown: a row for each metric, a column for each set."""
    _check(run)
    sets, scores, asked = run["run"]["sets"], _by_key(run), Counter(o["set"] for o in run["outcomes"])
    head = ["Metric", *(f"{name} ({asked[name]} questions)" for name in sets)]
    return _pipes(
        head,
        [
            [labels.label(m), *(labels.with_interval(scores.get((s, m, "all"))) for s in sets)]
            for m in _metrics(run)
        ],
    )


def insert_table(readme_text: str, table: str) -> str:
    """The README with `table` between its markers. Raises ValueError unless they stand there once."""
    before, begin, rest = readme_text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or END in before or BEGIN in rest or END in after:
        raise ValueError(
            f"the README does not mark where the table goes; write once {BEGIN} and below it {END}"
        )
    return f"{before}{BEGIN}\n\n{table.strip()}\n\n{END}{after}"


def _check(run: Run) -> None:
    missing = [key for key in ("run", "outcomes", "scores", "curves") if key not in run]
    if missing:
        raise ValueError(f"not a run file, {', '.join(missing)} missing; make one with: python -m eval")


def _by_key(run: Run) -> dict[tuple[str, str, str], Score]:
    return {(score["set"], score["metric"], score["group"]): score for score in run["scores"]}


def _metrics(run: Run) -> list[str]:
    return list(dict.fromkeys(score["metric"] for score in run["scores"] if score["group"] == "all"))


def _primary(run: Run) -> str:
    """The metric that the breakdowns show: the first that is given by group."""
    return next((s["metric"] for s in run["scores"] if s["group"] != "all"), next(iter(_metrics(run)), ""))


def _groups(run: Run, family: str) -> list[str]:
    groups = dict.fromkeys(score["group"] for score in run["scores"])
    return [group.split(":", 1)[1] for group in groups if group.startswith(f"{family}:")]


def _stamp(about: Mapping[str, Any]) -> dict[str, str]:
    names = ("time", "engine", "commit", "fingerprint", "machine")
    return {name: str(about[name]) for name in names} | {"peak memory": f"{about['peak_memory_mb']:,.0f} MB"}


def _cell(score: Score | None) -> str:
    if score is None:
        return "–"
    shown, around = labels.shown(score["metric"], score["value"]), labels.interval(score)
    return f"<b>{shown}</b> <small>{around}</small> <small>n&nbsp;{score['n']}</small>"


def _plain(text: object) -> str:
    """Text on one line of Markdown, with nothing in it that Markdown or HTML would act on."""
    return re.sub(r"([\\`*_\[\]<>|#&~])", r"\\\1", " ".join(str(text).split()))


def _pipes(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table. What heads a column or row may be anybody's text; other cells are our figures."""
    lines = [[_plain(cell) for cell in head], ["---", *("---:" for _ in head[1:])]]
    lines += [[_plain(first), *rest] for first, *rest in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _masthead(run: Run) -> str:
    metric, scores = _primary(run), _by_key(run)
    tiles = []
    for name in run["run"]["sets"]:
        right = Counter(outcome["verdict"]["right"] for outcome in run["outcomes"] if outcome["set"] == name)
        score = scores.get((name, metric, "all"))
        shown, around = (labels.shown(metric, score["value"]), labels.interval(score)) if score else ("–", "")
        tiles.append(
            f'<div class="tile"><h2>{isolated(name)}</h2>'
            f"<p><b>{shown}</b> {isolated(labels.label(metric))}</p>"
            f"<small>{around}</small><small>{right[False]} of {right.total()} questions failed</small></div>"
        )
    return (
        f"<header><h1>Evaluation</h1>{facts(_stamp(run['run']))}"
        f'<div class="tiles">{"".join(tiles)}</div></header>'
    )


def _headline(run: Run) -> str:
    about, scores = run["run"], _by_key(run)
    rows = [
        [
            isolated(labels.label(metric)),
            *(_cell(scores.get((name, metric, "all"))) for name in about["sets"]),
        ]
        for metric in _metrics(run)
    ]
    made = {f"setting {name}": value for name, value in about["settings"].items()} | about["versions"]
    made_of = plots.table(["", ""], [[isolated(name), isolated(value)] for name, value in made.items()])
    return (
        '<section><h2>Scores</h2><div class="scroll" tabindex="0" role="region" aria-label="Scores">'
        f"{plots.table(['Metric', *map(isolated, about['sets'])], rows)}</div>"
        f"<p><small>{BRACKETS}</small></p>{plots.folded('Settings and versions', made_of)}</section>"
    )


def _figures(run: Run) -> str:
    ablation = run.get("ablation") or []
    removed = "".join(
        _intervals(labels.label(metric), {row["name"]: row for row in ablation if row["metric"] == metric})
        for metric in dict.fromkeys(row["metric"] for row in ablation)
    )
    drawn = [*((name, _set_figures(run, name)) for name in run["run"]["sets"]), ("Ablation", removed)]
    return "".join(
        f'<section><h2>{isolated(title)}</h2><div class="figures">{figures}</div></section>'
        for title, figures in drawn
        if figures
    )


def _set_figures(run: Run, name: str) -> str:
    curves = run["curves"].get(name, {})
    return (
        _by_group(run, name, "type")
        + plots.risk_coverage("Risk by coverage", curves.get("risk_coverage", []))
        + plots.reliability("Reliability of the confidence", curves.get("reliability", []))
        + plots.latency("Latency by stage: median · 95th percentile", curves.get("latency", {}))
        + _by_group(run, name, "script")
        + _by_group(run, name, "split")
    )


def _by_group(run: Run, name: str, family: str) -> str:
    metric, scores = _primary(run), _by_key(run)
    members = {group: scores.get((name, metric, f"{family}:{group}")) for group in _groups(run, family)}
    known = [(group, score) for group, score in members.items() if score]
    weakest_first = dict(sorted(known, key=lambda member: labels.known(member[1]["value"]) or 0.0))
    return _intervals(f"{labels.label(metric)} by {family}", weakest_first, from_zero=True)


def _intervals(title: str, scores: Mapping[str, Score], from_zero: bool = False) -> str:
    known = {name: score for name, score in scores.items() if labels.known(score["value"]) is not None}
    if not known:
        return ""
    metric = next(iter(known.values()))["metric"]
    ends = [labels.known(score[end]) for score in known.values() for end in ("value", "low", "high")]
    values = [value for value in ends if value is not None]
    rows = [
        plots.Row(
            label=name,
            value=score["value"],
            low=labels.known(score["low"]),
            high=labels.known(score["high"]),
            note=f"n {score['n']}",
        )
        for name, score in known.items()
    ]
    axis = plots.linear(0.0 if from_zero else min(values), max(values))
    return plots.intervals(title, rows, axis, lambda value: labels.shown(metric, value))
