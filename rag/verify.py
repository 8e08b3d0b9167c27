"""One sentence of a model against the sentences it cites: what it states must stand there, or it is not
shown.

A derived figure passes only where it follows exactly from two figures that the sentence itself states.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.carried import Translate, figures, missing_figure, missing_name, missing_period, same_amount
from rag.figure_time import other_direction, other_time
from rag.marks import CitedSentence
from rag.prompts_llm import repeats_prompt
from rag.quantity import quantities
from rag.sources import Source
from rag.support import PassageReader
from rag.text import HAN, fold, language
from rag.units import compatible
from rag.untrusted import addresses_model, unfit, visible

Reason = Literal["uncited", "unfit", "figure", "date", "name", "pairing", "direction", "words", "reader"]

SURE = 0.8
"""The reader's probability from which its figure contradicts another."""
LEAST_SHARED, LEAST_WITH_FIGURE, LEAST_IN_CLAUSE = 0.45, 0.3, 0.15
"""Share of the words of a sentence, less where it states a figure of the source, and of each clause that
must be the source's."""
LONGEST_FREE_CLAUSE = 3
"""Han characters; a shorter clause may join without words of the source."""
_CLAUSE = re.compile(r"[，；、:：;()（）。！？!?—]|(?<!\d),|,(?!\d{3}(?!\d))")
_FRAME = re.compile(
    r"(?:根[据據]|依[据照]|按照|从|由)?(?:这篇|本篇|该|上述|以上|所给|提供的?)?(?:资料|文章|文中|报[导道]|来源|内容|原文)(?:显示|指出|提到|所述|可知|来看|中)*"
    r"|与.{0,12}相[比较]|相[较比]之?[下于]?|也就是说|换句话说|此外|另外|同时|其中|因此|所以|不过|但是|而且|相比之下|具体来说|总的来说|总之|其次|首先"
)
_SERVING = re.compile("[的为是了在与和及有于对将则]")
_HAN_RUN = re.compile(f"[{HAN}]+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one sentence; `reason` is None where it passed."""

    reason: Reason | None
    detail: str = ""
    """The part of the sentence that is not supported; never shown, it goes back to the model."""

    @property
    def passed(self) -> bool:
        """Whether the sentence may be shown."""
        return self.reason is None


class Verifier:
    """Safe to share between threads."""

    def __init__(self, reader: PassageReader, translated: Translate) -> None:
        self._reader = reader
        self._translated = translated

    def check(
        self, question: str, sentence: CitedSentence, sources: Sequence[Source], found: str | None = None
    ) -> Verdict:
        """The first thing that speaks against the sentence.

        `sources` are all, as they were numbered from 1; `found` is the bare answer that is already known
        and that nothing before the sentence has said.
        """
        cited = [sources[number - 1] for number in sentence.cited]
        text = sentence.text
        if not cited:
            return Verdict("uncited")
        if unfit(text) or addresses_model(text) or repeats_prompt(text):
            return Verdict("unfit")
        quoted = any(_plain(text) == _plain(source.text) for source in cited)
        if not quoted and (wrong := self._said(text, cited)):
            return wrong
        if found and _another(found, text):
            return Verdict("reader", found)
        return self._read(question, text, cited)

    def _said(self, text: str, cited: Sequence[Source]) -> Verdict | None:
        """What the sentence states that its sources do not."""
        if detail := missing_figure(text, cited):
            return Verdict("figure", detail)
        if detail := missing_period(text, cited):
            return Verdict("date", detail)
        if detail := missing_name(_without_frame(text), cited, self._translated):
            return Verdict("name", detail)
        if detail := other_time(text, cited):
            return Verdict("pairing", detail)
        if detail := other_direction(text, cited):
            return Verdict("direction", detail)
        if detail := self._strange_words(text, cited):
            return Verdict("words", detail)
        return None

    def _strange_words(self, text: str, cited: Sequence[Source]) -> str | None:
        """The first part of the sentence that says something its sources do not say at all."""
        said = fold(visible("\n".join(source.around for source in cited)))
        least = LEAST_WITH_FIGURE if figures(text) else LEAST_SHARED
        if language(text) == "en" and any(language(source.text) != "en" for source in cited):
            groups = [group for group in self._translated.groups(text) if group]
            shared = sum(any(term in said for term in group) for group in groups)
            return text if shared < least * len(groups) else None
        plain = _FRAME.sub(" ", fold(text))
        if _share(plain, said) < least:
            return text
        clauses = (clause for clause in _CLAUSE.split(plain) if _size(clause) > LONGEST_FREE_CLAUSE)
        return next((clause for clause in clauses if _share(clause, said) < LEAST_IN_CLAUSE), None)

    def _read(self, question: str, text: str, cited: Sequence[Source]) -> Verdict:
        """What the reader surely finds in the cited text must be among the figures of the sentence, if it
        is one."""
        stated = figures(text)
        if not stated:
            return Verdict(None)
        spans = self._reader.read(question, ["\n".join((*s.said, s.text)) for s in cited], least=SURE)
        for span in spans[:1]:
            found = quantities(span.text)
            if len(found) == 1 and not any(same_amount(found[0], one) for one in stated):
                return Verdict("reader", span.text)
        return Verdict(None)


def _without_frame(text: str) -> str:
    """Blanks in place of 「根據報導」 and the like."""
    kept = list(text)
    for match in _FRAME.finditer(fold(text)):
        kept[slice(*match.span())] = " " * (match.end() - match.start())
    return "".join(kept)


def _plain(text: str) -> str:
    return "".join(fold(text).split()).rstrip("。.!?;")


def _another(found: str, text: str) -> bool:
    """Whether the sentence states figures of the kind that was found, but not that one."""
    wanted = figures(found)
    stated = [one for one in figures(text) if wanted and compatible(one.unit, wanted[0].unit)]
    return len(wanted) == 1 and bool(stated) and not any(same_amount(one, wanted[0]) for one in stated)


def _size(text: str) -> int:
    return sum(len(run) for run in _HAN_RUN.findall(text)) + len(re.findall(r"[a-z]+", text))


def _share(text: str, said: str) -> float:
    """Share of the pairs of neighbouring Han characters, and of the Latin words, that stand in the
    sources."""
    parts = [run[i : i + 2] for run in _HAN_RUN.findall(text) for i in range(max(1, len(run) - 1))]
    parts = [part for part in parts if not _SERVING.search(part)]
    parts += re.findall(r"[a-z]{2,}", text)
    return sum(part in said for part in parts) / len(parts) if parts else 1.0
