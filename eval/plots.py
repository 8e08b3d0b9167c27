"""Figures of the report as inline SVG, sharp in print and readable on a phone and in both themes.

Each <svg> box is the plotting area itself: positions along it are per cent and labels hang outside, so that
text keeps its size when the page narrows. Colours and line weights stand in static/report.css.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

LONGEST_SIDE_LABEL = 16
"""Columns a label may take on the left of its row; longer ones go above it."""
LONGEST_LABEL = 60
"""Characters of a label that are shown."""
LARGEST_DOT = 11
"""Radius, in pixels, of the reliability bin that holds the most questions."""


@dataclass(frozen=True, slots=True)
class Row:
    """A value with its interval; `low` and `high` are None if unknown. `note` stands on its right."""

    label: str
    value: float
    low: float | None
    high: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Round tick values that enclose the data; a logarithmic axis has powers of ten."""

    ticks: tuple[float, ...]
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Place of `value`, in per cent of the axis."""
        first, last, place = self.ticks[0], self.ticks[-1], min(max(value, self.ticks[0]), self.ticks[-1])
        if self.logarithmic:
            first, last, place = math.log10(first), math.log10(last), math.log10(place)
        return round(100 * (place - first) / (last - first), 2)

    def down(self, value: float) -> float:
        """The same place on an upright axis, counted from the top."""
        return round(100 - self.at(value), 2)


SHARE = Axis((0.0, 0.25, 0.5, 0.75, 1.0))


def percent(value: float) -> str:
    """0.873 as 87.3%."""
    return f"{value:.1%}"


def seconds(value: float) -> str:
    """Seconds with a unit that suits them: 0.4 ms, 12 ms, 1.25 s."""
    if value < 0.00095:
        return f"{value * 1000:.1f} ms"
    return f"{value * 1000:.0f} ms" if value < 0.9995 else f"{value:.2f} s"


def linear(low: float, high: float, about: int = 4) -> Axis:
    """An axis from `low` to `high` with at most `about` steps of 1, 2 or 5 times a power of ten, or so."""
    span = (high - low) or abs(high) or 1.0
    power = 10 ** math.floor(math.log10(span / about))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= about)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        first, last = (first - 1, last) if first else (0, 1)
    return Axis(tuple(round(index * step, 10) for index in range(first, last + 1)))


def logarithmic(low: float, high: float) -> Axis:
    """An axis of powers of ten around two positive numbers."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return Axis(tuple(10.0**power for power in range(first, max(last, first + 1) + 1)), logarithmic=True)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column names the rows. Cells are HTML: the caller escapes."""
    titles = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def intervals(title: str, rows: Sequence[Row], axis: Axis, show: Callable[[float], str]) -> str:
    """A dot with its interval for each row, on a common axis; nothing when there is no row."""
    rows = [row for row in rows if math.isfinite(row.value)]
    if not rows:
        return ""
    widest = max(_columns(_short(row.label)) for row in rows)
    above = widest > LONGEST_SIDE_LABEL
    step, left = (46, 2) if above else (26, widest + 2)
    height = step * len(rows) + 4
    lines = "".join(
        _line(row, axis, index * step + (30 if above else 15), above) for index, row in enumerate(rows)
    )
    right = max(_columns(row.note) for row in rows) + 2
    values = table(
        ["", "Value", "Low", "High", ""],
        (
            [escape(row.label), *(_value(v, show) for v in (row.value, row.low, row.high)), escape(row.note)]
            for row in rows
        ),
    )
    told = "; ".join(f"{_short(row.label)} {show(row.value)}" for row in rows)
    style = f"margin:4px {right}ch 30px {left}ch;width:calc(100% - {left + right}ch)"
    grid = _grid_x(axis, lambda tick: show(tick).replace(".0%", "%"))
    return _figure(title, told, grid + lines, (height, style), values)


def risk_coverage(title: str, curve: Sequence[Sequence[float]]) -> str:
    """Share of wrong answers among the most confident part of the questions, for every size of that part."""
    points = [(x, y) for x, y in curve if math.isfinite(x) and math.isfinite(y)]
    if not points:
        return ""
    axis = linear(0.0, max(y for _, y in points) or 0.1)
    drawing = _grid_x(SHARE, _round_percent) + _grid_y(axis)
    drawing += _names("Coverage: share answered", "Risk: share wrong") + _curve(points, SHARE, axis)
    coverage = np.array([x for x, _ in points])
    tenths = [int(np.abs(coverage - tenth / 10).argmin()) for tenth in range(1, 11)]
    rows = [[percent(x), percent(y)] for x, y in (points[index] for index in dict.fromkeys(tenths))]
    told = "; ".join(f"{y} wrong at {x} coverage" for x, y in rows)
    return _figure(title, told, drawing, _SQUARE, table(["Coverage", "Risk"], rows))


def reliability(title: str, bins: Sequence[Mapping[str, Any]]) -> str:
    """Accuracy against stated confidence; on the diagonal, confidence means what it says."""
    filled = [b for b in bins if b["n"] and math.isfinite(b["confidence"]) and math.isfinite(b["accuracy"])]
    if not filled:
        return ""
    most = max(b["n"] for b in filled)
    drawing = _grid_x(SHARE, _round_percent) + _grid_y(SHARE) + _names("Confidence", "Share right")
    drawing += '<line class="ideal" x1="0%" y1="100%" x2="100%" y2="0%"/>'
    drawing += "".join(_bubble(b["confidence"], b["accuracy"], b["n"] / most) for b in filled)
    rows = [
        [f"{b['low']:.2f} – {b['high']:.2f}", percent(b["confidence"]), percent(b["accuracy"]), str(b["n"])]
        for b in filled
    ]
    told = "; ".join(f"stated {confidence}, right {accuracy}, n {n}" for _, confidence, accuracy, n in rows)
    return _figure(title, told, drawing, _SQUARE, table(["Bin", "Confidence", "Right", "n"], rows))


def latency(title: str, stages: Mapping[str, Sequence[float]]) -> str:
    """Median and 5th to 95th percentile of the seconds spent in each stage, on a logarithmic axis."""
    rows = []
    for stage, taken in stages.items():
        known = [value for value in taken if math.isfinite(value)]
        if known:
            low, middle, high = (max(float(v), 1e-6) for v in np.percentile(known, (5, 50, 95)))
            rows.append(Row(stage, middle, low, high, f"{seconds(middle)} · {seconds(high)}"))
    if not rows:
        return ""
    axis = logarithmic(min(row.low or row.value for row in rows), max(row.high or row.value for row in rows))
    return intervals(title, rows, axis, seconds)


_SQUARE = (220, "margin:30px 18px 50px 48px;width:calc(100% - 66px)")
"""Height and box of a plot of two shares."""


def _figure(title: str, told: str, drawing: str, box: tuple[int, str], values: str) -> str:
    height, style = box
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg role="img" height="{height}" style="{style}">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>{drawing}</svg>"
        f'<details class="values"><summary>Values</summary><div class="scroll">{values}</div></details>'
        "</figure>"
    )


def _line(row: Row, axis: Axis, y: int, above: bool) -> str:
    place = f'x="0" y="{y - 12}"' if above else f'x="0" dx="-12" y="{y + 4}" text-anchor="end"'
    parts = [f"<text {place}>{escape(_short(row.label))}</text>"]
    parts.append(f'<line class="track" x1="0%" x2="100%" y1="{y}" y2="{y}"/>')
    if row.low is not None and row.high is not None:
        x1, x2 = axis.at(row.low), axis.at(row.high)
        parts.append(f'<line class="interval" x1="{x1}%" x2="{x2}%" y1="{y}" y2="{y}"/>')
    parts.append(f'<circle class="dot" cx="{axis.at(row.value)}%" cy="{y}" r="4.5"/>')
    parts.append(f'<text class="note" x="100%" dx="12" y="{y + 4}">{escape(row.note)}</text>')
    return "".join(parts)


def _bubble(confidence: float, accuracy: float, weight: float) -> str:
    x, y, radius = SHARE.at(confidence), SHARE.down(accuracy), max(3.0, LARGEST_DOT * math.sqrt(weight))
    return (
        f'<line class="gap" x1="{x}%" x2="{x}%" y1="{SHARE.down(confidence)}%" y2="{y}%"/>'
        f'<circle class="bubble" cx="{x}%" cy="{y}%" r="{radius:.1f}"/>'
    )


def _curve(points: Sequence[tuple[float, float]], across: Axis, up: Axis) -> str:
    places = [(across.at(x), up.down(y)) for x, y in points]
    path, (last_x, last_y) = " ".join(f"{x},{y}" for x, y in places), places[-1]
    return (
        '<svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">'
        f'<polyline class="curve" points="{path}" vector-effect="non-scaling-stroke"/></svg>'
        f'<circle class="dot" cx="{last_x}%" cy="{last_y}%" r="4.5"/>'
    )


def _grid_x(axis: Axis, show: Callable[[float], str]) -> str:
    return "".join(
        f'<line class="grid" x1="{axis.at(tick)}%" x2="{axis.at(tick)}%" y1="0%" y2="100%"/>'
        f'<text class="tick" x="{axis.at(tick)}%" y="100%" dy="18" text-anchor="middle">{show(tick)}</text>'
        for tick in axis.ticks
    )


def _grid_y(axis: Axis) -> str:
    return "".join(
        f'<line class="grid" x1="0%" x2="100%" y1="{axis.down(tick)}%" y2="{axis.down(tick)}%"/>'
        f'<text class="tick" x="0" dx="-8" y="{axis.down(tick)}%" dy="4" text-anchor="end">'
        f"{_round_percent(tick)}</text>"
        for tick in axis.ticks
    )


def _names(across: str, up: str) -> str:
    return (
        f'<text class="name" x="100%" y="100%" dy="38" text-anchor="end">{across}</text>'
        f'<text class="name" x="0" dx="-40" y="0" dy="-14">{up}</text>'
    )


def _round_percent(value: float) -> str:
    return f"{round(100 * value, 1):g}%"


def _value(value: float | None, show: Callable[[float], str]) -> str:
    return "–" if value is None else show(value)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _columns(text: str) -> int:
    """Width of a text in digits: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
