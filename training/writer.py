"""Random names, numbers and periods as Chinese reports write them, and the templates that hold them."""

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

HELD_OUT_EVERY = 4
TEMPLATES = Path(__file__).with_name("templates.toml")
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Period:
    """A year, half ("H"), quarter ("Q") or month ("M") with its number."""

    year: int
    kind: str = "Y"
    number: int = 0


@cache
def templates() -> dict[str, Any]:
    """Words and sentences: see the file."""
    return tomllib.loads(TEMPLATES.read_text("utf-8"))


def fill(template: str, values: dict[str, str]) -> tuple[str, dict[str, tuple[int, int]]]:
    """The filled template and where each value landed first."""
    text, places = "", {}
    for literal, name, _, _ in Formatter().parse(template):
        text += literal
        if name is not None:
            places.setdefault(name, (len(text), len(text) + len(values[name])))
            text += values[name]
    return text, places


class Writer:
    """Writes random reports; `held_out` chooses between training and validation templates."""

    def __init__(self, rng: random.Random, held_out: bool) -> None:
        self.rng = rng
        self.held_out = held_out
        self.words: dict[str, list[str]] = templates()["words"]
        self.units: dict[str, list[str]] = templates()["units"]
        self.known: list[dict[str, Any]] = templates()["metrics"]

    def one_of(self, kind: str) -> str:
        """A word of a kind."""
        return self.rng.choice(self.words[kind])

    def pick(self, kind: str) -> str:
        """A sentence of a kind, of this side of the split."""
        return str(self.rng.choice(self.side(templates()["sentences"][kind])))

    def side(self, items: Sequence[Any]) -> list[Any]:
        """The items of this side of the split."""
        last = HELD_OUT_EVERY - 1
        return [item for i, item in enumerate(items) if (i % HELD_OUT_EVERY == last) == self.held_out]

    def company(self) -> str:
        """A company that does not exist."""
        rng = self.rng
        latin = "".join(rng.sample(self.words["latin"], rng.choice((2, 3)))).capitalize()
        if rng.random() < 0.2:
            return latin + rng.choice(("", " AI", " Inc.", " Motors", ""))
        name = (
            "".join(rng.sample(self.words["given"], 2))
            + rng.choice((*self.words["trades"], ""))
            + self.one_of("suffixes")
        )
        return f"{name}({latin})" if rng.random() < 0.1 else name

    def person(self) -> str:
        """A person's name."""
        return self.one_of("surnames") + "".join(
            self.rng.sample(self.words["given"], self.rng.choice((1, 2, 2)))
        )

    def product(self) -> str:
        """A product's name."""
        rng = self.rng
        name = "".join(rng.sample(self.words["latin"], 2)).capitalize()
        return rng.choice(
            (name, f"{name}-{rng.randint(1, 9)}", f"{name} {rng.choice(('X', 'Pro', 'Max', '2', '3.5'))}")
        )

    def number(self) -> str:
        """An amount as reports write it: decimals, thousands, sometimes Chinese numerals."""
        rng = self.rng
        style = rng.random()
        if style < 0.5:
            return f"{rng.uniform(0.3, 900):.{rng.choice((1, 2, 2))}f}"
        if style < 0.7:
            return str(rng.randint(2, 990))
        if style < 0.9:
            return f"{rng.randint(1000, 99999):,}" if rng.random() < 0.6 else str(rng.randint(1000, 9999))
        return (
            rng.choice(("", "三", "兩", "五", "八")) + rng.choice(("百", "千", "十"))
            if style < 0.95
            else DIGITS[rng.randint(2, 9)]
        )

    def value(self, metric: int, unit: str | None = None) -> str:
        """A value that this metric may have."""
        rng, kind = self.rng, self.known[metric]["kind"]
        if kind == "percent":
            return self.percent()
        unit = unit or rng.choice(self.units[kind])
        return self.number() + rng.choice(("", "", " ")) + unit

    def percent(self) -> str:
        """A share or a rate."""
        rng = self.rng
        if rng.random() < 0.06:
            return rng.choice(
                (
                    DIGITS[rng.randint(1, 9)] + "成",
                    "百分之" + DIGITS[rng.randint(1, 9)],
                    "近" + DIGITS[rng.randint(2, 9)] + "成",
                )
            )
        return f"{rng.uniform(0.1, 99):.{rng.choice((0, 1, 1, 2))}f}" + rng.choice(
            ("%", "%", "%", " %", "％")
        )

    def period(self) -> Period:
        """A reporting period."""
        kind = self.rng.choice("YYYYHHQQQM")
        return Period(
            self.rng.randint(2004, 2031), kind, self.rng.randint(1, {"Y": 1, "H": 2, "Q": 4, "M": 12}[kind])
        )

    def chinese(self, p: Period, asking: bool = False) -> str:
        """A period as Chinese text writes it; a question may use another form than the report."""
        rng, year = self.rng, f"{p.year}年"
        if p.kind == "Y":
            return rng.choice((year, year, year, f"{year}全年", f"{year}度"))
        if p.kind == "H":
            half = "上下"[p.number - 1]
            forms = [f"{year}{half}半年", f"{year}{half}半年", f"{p.year}H{p.number}"]
            return rng.choice(forms + [f"{year}前六個月"] * (p.number == 1 and asking))
        if p.kind == "Q":
            quarter = DIGITS[p.number]
            return rng.choice(
                (
                    f"{year}第{quarter}季",
                    f"{year}第{quarter}季度",
                    f"{p.year}Q{p.number}",
                    f"{year}第{quarter}季",
                )
            )
        return f"{year}{p.number}月"

    def english(self, p: Period) -> str:
        """A period in English."""
        if p.kind == "Y":
            return str(p.year)
        if p.kind == "H":
            return self.rng.choice(
                (f"the {('first', 'second')[p.number - 1]} half of {p.year}", f"H{p.number} {p.year}")
            )
        if p.kind == "Q":
            return self.rng.choice(
                (
                    f"the {('first', 'second', 'third', 'fourth')[p.number - 1]} quarter of {p.year}",
                    f"Q{p.number} {p.year}",
                )
            )
        return f"{self.words['months'][p.number - 1]} {p.year}"

    def day(self) -> str:
        """A date."""
        rng = self.rng
        return rng.choice(("{y}年{m}月{d}日", "{m}月{d}日", "{y}年{m}月")).format(
            y=rng.randint(2004, 2031), m=rng.randint(1, 12), d=rng.randint(1, 28)
        )

    def joined(self, items: Sequence[str]) -> str:
        """A Chinese list."""
        last = self.rng.choice(("和", "及", "與", "、", "以及"))
        return "、".join(items[:-1]) + last + items[-1]

    def metric_name(self, metric: int) -> str:
        """One of the metric's Chinese names."""
        return str(self.rng.choice(self.known[metric]["chinese"]))

    def metrics(self, count: int) -> list[int]:
        """Different metrics."""
        return self.rng.sample(range(len(self.known)), count)
