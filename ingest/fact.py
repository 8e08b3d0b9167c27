"""One fact that a table or a list of lines tells, and the sentence that says it."""

import re
from dataclasses import dataclass

from ingest import tablewords as words
from ingest.phrase import Span
from rag.period import periods
from rag.text import fold

_HAN = re.compile(r"[\u3400-\u9fff]")
_COPULA = {"zh-Hant": "為", "zh-Hans": "为"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure and what it is the figure of."""

    value: Span
    line: Span
    """The line on which it stands."""
    said: str
    """The figure with its unit."""
    measure: str
    owner: str = ""
    """Whose figure it is."""
    period: str = ""

    def text(self, language: str) -> str:
        """「2024 年遠山的營收為 3 億元」, "In 2024, the revenue of Toyama was 3 million"."""
        if language == "en":
            return self._english()
        is_total = words.TOTAL.fullmatch(fold(self.owner)) is not None
        topic = (
            f"{self.measure}{self.owner}" if is_total else "的".join(filter(None, (self.owner, self.measure)))
        )
        period = self.period
        if period and not _HAN.search(period):
            period = next((time.label() for time in periods(period)), "") or period
        gap = " " if re.search(r"[\da-zA-Z]$", period) else ""
        return f"{period}{gap}{topic}{_COPULA[language]} {self.said}"

    def _english(self) -> str:
        measure = self.measure
        if not measure[1:2].isupper():
            measure = measure[:1].lower() + measure[1:]
        topic = f"the {measure} of {self.owner}" if self.owner else f"the {measure}"
        period = self.period.removesuffix(" 年")
        text = f"in {period}, {topic} was {self.said}" if period else f"{topic} was {self.said}"
        return text[0].upper() + text[1:]
