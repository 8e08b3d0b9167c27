"""What the cells of a table say: each figure with its period, its owner and what is measured.

Headers and first cells name two of the three; the lines above may name the third. Where they do not, or two
columns or rows have one name, nothing is said.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest import listwords
from ingest import tablewords as words
from ingest.caption import Caption
from ingest.fact import Fact
from ingest.labels import Figure, Label, figure_of, is_unit, label_of, span_in, time_of, with_unit
from ingest.rows import Cell, Row, Table, is_empty
from rag.text import fold, is_name

_LEAST_FIGURES = 2 / 3


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table read: keys before the first column of figures, headers above those columns."""

    columns: tuple[tuple[int, Label], ...]
    """Columns of figures, by number."""
    rows: tuple[tuple[Row, Label, Label | None], ...]
    """Each with its key, and a second one where it has two: one of them is a time."""
    corner: str
    """Folded header of the keys."""
    units: dict[int, str]
    """Of a row of units, by column."""


def facts(table: Table, caption: Caption, published: date | None) -> Iterator[Fact]:
    """The facts of a table, in order; none where it is not plain."""
    grid = _grid(table, published)
    if grid is None:
        return
    keys = [key for _, key, _ in grid.rows]
    measures_below = _are_measures(keys, grid.corner)
    measures_above = _are_measures([label for _, label in grid.columns], "")
    timed = [label for _, label in grid.columns if label.kind == "time"]
    for row, key, second in grid.rows:
        for at, label in grid.columns:
            if is_empty(row[at]):
                continue
            if timed:
                parts = _of_times(key, second, label, caption, measures_below)
            elif measures_above:
                parts = _of_measures(key, second, label, caption)
            else:
                parts = _of_names(key, second, label, caption, measures_below)
            if parts and (fact := _fact(row, row[at], parts, grid.units.get(at, ""), caption)):
                yield fact


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a figure is of."""

    measure: Label
    owner: str = ""
    time: Label | None = None


def _of_times(
    key: Label, second: Label | None, label: Label, caption: Caption, measures_below: bool
) -> _Parts | None:
    """Columns of times, perhaps with one of change beside them."""
    if second is not None:
        is_pair = second.kind != "time" and key.kind == "name" and label.kind == "time"
        return _Parts(second, key.said, label) if is_pair and second.kind == "measure" else None
    if label.kind != "time":
        if not words.CHANGE_HEADER.fullmatch(fold(label.said)):
            return None
        measure = key.said if measures_below else caption.measure
        owner = caption.subject if measures_below else f"{caption.subject}{key.said}"
        return _Parts(Label(f"{measure}的{label.said}", "measure", label.unit), owner) if measure else None
    if key.kind == "time":
        is_part = key.period and key.period.first is None and label.period and label.period.months is None
        if not (is_part and caption.measure):
            return None
        time = time_of(f"{label.said.rstrip('年').strip()} 年{key.said}", None)
        return _Parts(Label(caption.measure, "measure"), caption.subject, time) if time else None
    if measures_below:
        return _Parts(key, caption.subject, label)
    owner = f"{caption.subject}{key.said}"
    return _Parts(Label(caption.measure, "measure", key.unit), owner, label) if caption.measure else None


def _of_measures(key: Label, second: Label | None, label: Label, caption: Caption) -> _Parts | None:
    """Columns of things measured, rows of times or names or both."""
    if second is not None:
        time, name = (key, second) if key.kind == "time" else (second, key)
        return _Parts(label, name.said, time)
    if label.kind == "name" and is_name(fold(label.said)):
        return None
    if key.kind == "time":
        return _Parts(label, caption.subject, key)
    return _Parts(label, f"{caption.subject}{key.said}" if key.kind == "measure" else key.said)


def _of_names(
    key: Label, second: Label | None, label: Label, caption: Caption, measures_below: bool
) -> _Parts | None:
    """Columns of names: rows of what is measured, or of times where the caption says what is measured."""
    if second is not None:
        return None
    if measures_below and key.kind != "time":
        return _Parts(key, label.said)
    if key.kind == "time" and caption.measure:
        return _Parts(Label(caption.measure, "measure", label.unit), f"{caption.subject}{label.said}", key)
    return None


def _fact(row: Row, cell: Cell, parts: _Parts, unit: str, caption: Caption) -> Fact | None:
    unit = parts.measure.unit or unit
    figure = figure_of(cell.text, unit)
    is_day = words.DAY_HEADER.search(fold(parts.measure.said)) is not None
    if figure is None and is_day and (day := time_of(cell.text, None)):
        figure = Figure(0, len(cell.text), day.said, has_unit=True)
    if figure is None:
        return None
    if not figure.has_unit and not unit and caption.unit:
        if not fits(caption, parts.measure.said):
            return None
        unit = caption.unit
    return Fact(
        span_in(cell.start, figure),
        (min(one.start for one in row if one.text), max(one.end for one in row)),
        with_unit(figure, unit),
        parts.measure.said,
        parts.owner,
        in_full(parts.time, caption),
    )


def fits(caption: Caption, measure: str) -> bool:
    """Whether the unit of the caption is that of a measure: always of its own, of others money and what they
    name themselves, 千人 of 人數."""
    folded, unit = fold(measure), fold(caption.unit)
    if measure == caption.measure or unit[-1] in re.findall("[人户辆台件张间家吨]", folded):
        return True
    is_money = bool(words.MONEY_MEASURE.search(folded)) and not words.NO_MONEY.search(folded)
    return is_money and bool(listwords.MONEY.search(unit))


def in_full(time: Label | None, caption: Caption) -> str:
    """The time of a fact, its year from the caption where it has none; else the time of the caption."""
    if time is None:
        return caption.time
    if time.period and time.period.first is None and caption.period and caption.period.first:
        whole = caption.period.months is None
        full = time_of(f"{caption.period.first.year} 年{time.said}", None) if whole else None
        return full.period.label() if full and full.period else time.said
    return time.said


def _grid(table: Table, published: date | None) -> _Grid | None:
    if any(figure_of(cell.text) and not time_of(cell.text, published) for cell in table.header[1:]):
        return None
    body = list(table.rows)
    units: dict[int, str] = {}
    if len(body) > 1 and all(is_unit(cell.text) or is_empty(cell) for cell in body[0][1:]):
        units = {at: cell.text for at, cell in enumerate(body[0]) if at and is_unit(cell.text)}
        body = body[1:]
    first = int(bool(words.RANK_HEADER.fullmatch(fold(table.header[0].text))))
    columns = [at for at in range(first + 1, len(table.header)) if _has_figures(body, at)]
    if not columns:
        return None
    labels = {at: label_of(table.header[at].text, published) for at in columns}
    names = Counter(label.said for label in labels.values() if label)
    rows = list(_keyed(body, first, columns[0], published))
    keys = Counter((key.said, second.said if second else "") for _, key, second in rows)
    return _Grid(
        tuple((at, label) for at, label in labels.items() if label and names[label.said] == 1),
        tuple(one for one in rows if keys[one[1].said, one[2].said if one[2] else ""] == 1),
        fold(table.header[first].text),
        units,
    )


def _keyed(
    rows: Sequence[Row], first: int, end: int, published: date | None
) -> Iterator[tuple[Row, Label, Label | None]]:
    """The rows with their keys; a second key only where the first or it is a time in every row."""
    seconds = [label_of(row[first + 1].text, published) if end > first + 1 else None for row in rows]
    has_second = end == first + 2 and all(seconds)
    firsts = [label_of(row[first].text, published) for row in rows]
    times = [all(label.kind == "time" for label in found if label) for found in (firsts, seconds)]
    has_second = has_second and times[0] != times[1]
    are_times = all(label is not None and label.kind == "time" for label in firsts)
    for row, key, second in zip(rows, firsts, seconds, strict=True):
        if key and (are_times or key.kind != "time" or has_second):
            yield row, key, second if has_second else None


def _has_figures(rows: Sequence[Row], at: int) -> bool:
    """Whether a column is one of figures or days, save for empty cells."""
    shown = [row[at].text for row in rows if not is_empty(row[at])]
    times = [time for text in shown if (time := time_of(text, None))]
    if len(times) == len(shown):
        return bool(times) and all(time.period and time.period.day for time in times)
    return sum(figure_of(text, "%") is not None for text in shown) >= _LEAST_FIGURES * len(shown)


def _are_measures(labels: Sequence[Label], corner: str) -> bool:
    """Whether at least half of the labels name something measured, or the corner says that they do."""
    others = [label for label in labels if label.kind != "time"]
    measures = sum(label.kind == "measure" for label in others)
    is_said = bool(words.METRIC_HEADER.fullmatch(corner)) and measures > 0
    return bool(others) and (2 * measures >= len(others) or is_said)
