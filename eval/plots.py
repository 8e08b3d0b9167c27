"""Figures of the report as inline SVG, sharp in print and readable on a phone and in both themes.

Each <svg> box is the plotting area itself: positions along it are per cent and labels hang outside, so that
text keeps its size when the page narrows. Colours and line weights stand in static/report.css.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

LONGEST_SIDE_LABEL = 16
"""Columns a label may take on the left of its row; longer ones go above it."""
SHORTEST = 1e-4
"""Seconds at which a logarithmic axis begins at the earliest; what is shorter is drawn there."""
SQUARE = (220, "margin:30px 18px 50px 48px;width:calc(100% - 66px)")
"""Height and box of a plot of one share against another."""
LARGEST_DOT = 11
"""Radius, in pixels, of the reliability bin that holds the most questions."""


@dataclass(frozen=True, slots=True)
class Row:
    """A value with its interval; `low` and `high` are None if unknown. `note` stands after the value."""

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


def isolated(text: object) -> str:
    """Text of unknown origin and direction, as HTML that neither reorders nor changes what is around it."""
    return f"<bdi>{escape(str(text))}</bdi>"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table whose first column names the rows. Cells are HTML: the caller escapes."""
    titles = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def folded(title: str, content: str) -> str:
    """HTML that is shown when its title is opened."""
    return f'<details class="values"><summary>{title}</summary><div class="scroll">{content}</div></details>'


def intervals(title: str, rows: Sequence[Row], axis: Axis, show: Callable[[float], str]) -> str:
    """A dot with its interval for each row, on a common axis; "" when there is no row. Values are finite."""
    if not rows:
        return ""
    above = (widest := max(_columns(row.label) for row in rows)) > LONGEST_SIDE_LABEL
    first, step, left = (30, 46, 2) if above else (15, 26, widest + 2)
    beside = [f"{show(row.value)} · {row.note}" for row in rows]
    right = max(map(_columns, beside)) + 2
    middles = range(first, first + step * len(rows), step)
    placed = zip(rows, beside, middles, strict=True)
    lines = "".join(_line(row, text, axis, y, above) for row, text, y in placed)
    cells = (
        [row.label, *("–" if v is None else show(v) for v in (row.value, row.low, row.high)), row.note]
        for row in rows
    )
    values = table(["", "Value", "Low", "High", ""], (map(isolated, line) for line in cells))
    told = "; ".join(f"{row.label} {show(row.value)}" for row in rows)
    style = f"margin:4px {right}ch 30px {left}ch;width:calc(100% - {left + right}ch)"
    grid = _grid_x(axis, lambda tick: _trimmed(show(tick)))
    return _figure(title, told, grid + lines, (step * len(rows) + 4, style), values)


def risk_coverage(title: str, curve: Sequence[Sequence[float]]) -> str:
    """Share of wrong answers among the most confident part of the questions, for every size of that part."""
    if not curve:
        return ""
    axis = linear(0.0, max(y for _, y in curve) or 0.1)
    drawing = _grid_x(SHARE, _round_percent) + _grid_y(axis)
    drawing += _names("Coverage: share answered", "Risk: share wrong") + _curve(curve, SHARE, axis)
    rows = [[percent(x), percent(y)] for x, y in curve[:: -max(1, len(curve) // 10)]]
    told = "; ".join(f"{y} wrong at {x} coverage" for x, y in rows)
    return _figure(title, told, drawing, SQUARE, table(["Coverage", "Risk"], rows))


def reliability(title: str, bins: Sequence[Mapping[str, Any]]) -> str:
    """What came true against the stated confidence; on the diagonal, confidence means what it says."""
    filled = [b for b in bins if b["n"]]
    if not filled:
        return ""
    most = max(b["n"] for b in filled)
    drawing = _grid_x(SHARE, _round_percent) + _grid_y(SHARE) + _names("Confidence", "Observed share")
    drawing += '<line class="ideal" x1="0%" y1="100%" x2="100%" y2="0%"/>'
    drawing += "".join(_bubble(b["confidence"], b["accuracy"], b["n"] / most) for b in filled)
    rows = [
        [f"{b['low']:.2f} – {b['high']:.2f}", percent(b["confidence"]), percent(b["accuracy"]), str(b["n"])]
        for b in filled
    ]
    told = "; ".join(f"stated {stated}, observed {observed}, n {n}" for _, stated, observed, n in rows)
    return _figure(title, told, drawing, SQUARE, table(["Bin", "Confidence", "Observed", "n"], rows))


def latency(title: str, stages: Mapping[str, Sequence[float]]) -> str:
    """Median and 5th to 95th percentile of the seconds spent in each stage, on a logarithmic axis."""
    rows = []
    for stage, taken in stages.items():
        if taken:
            low, middle, high = map(float, np.percentile(taken, (5, 50, 95)))
            rows.append(Row(stage, middle, low, high, seconds(high)))
    ends = [max(end, SHORTEST) for row in rows for end in (row.low, row.high) if end is not None]
    return intervals(title, rows, logarithmic(min(ends), max(ends)), seconds) if ends else ""


def _figure(title: str, told: str, drawing: str, box: tuple[int, str], values: str) -> str:
    height, style = box
    return (
        f"<figure><figcaption>{isolated(title)}</figcaption>"
        f'<svg role="img" height="{height}" style="{style}">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>{drawing}</svg>"
        f"{folded('Values', values)}</figure>"
    )


def _line(row: Row, beside: str, axis: Axis, y: int, above: bool) -> str:
    place = f'x="0" y="{y - 12}"' if above else f'x="0" dx="-12" y="{y + 4}" text-anchor="end"'
    bar = ""
    if row.low is not None and row.high is not None:
        x1, x2 = axis.at(row.low), axis.at(row.high)
        bar = f'<line class="interval" x1="{x1}%" x2="{x2}%" y1="{y}" y2="{y}"/>'
    return (
        f"<text {place}>{escape(row.label)}</text>"
        f'<line class="track" x1="0%" x2="100%" y1="{y}" y2="{y}"/>{bar}'
        f'<circle class="dot" cx="{axis.at(row.value)}%" cy="{y}" r="4.5"/>'
        f'<text x="100%" dx="12" y="{y + 4}">{escape(beside)}</text>'
    )


def _bubble(confidence: float, accuracy: float, weight: float) -> str:
    x, y, radius = SHARE.at(confidence), SHARE.down(accuracy), max(3.0, LARGEST_DOT * math.sqrt(weight))
    return (
        f'<line class="gap" x1="{x}%" x2="{x}%" y1="{SHARE.down(confidence)}%" y2="{y}%"/>'
        f'<circle class="bubble" cx="{x}%" cy="{y}%" r="{radius:.1f}"/>'
    )


def _curve(points: Sequence[Sequence[float]], across: Axis, up: Axis) -> str:
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
        f'<text class="tick{" odd" if index % 2 else ""}" x="{axis.at(tick)}%" y="100%" dy="18"'
        f' text-anchor="middle">{show(tick)}</text>'
        for index, tick in enumerate(axis.ticks)
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
    return f"{100 * value:.3g}%"


def _trimmed(shown: str) -> str:
    """Without the zeros that end a decimal: 20.0% as 20%, 0.500 as 0.5."""
    return re.sub(r"(\.\d*[1-9])0+(?!\d)|\.0+(?!\d)", r"\1", shown)


def _columns(text: str) -> int:
    """Width of a text in digits: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
