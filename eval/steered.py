"""The product over chosen passages: given ones only, or all but those that hold the answer.

Public question sets ask for both; what their loaders share, a bounded read of a file, stands here too.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from rag import Answer, Hit, Pipeline
from rag.schema import Chunk, Document
from rag.scope import EVERYTHING, Scope
from rag.text import fold

MOST_BYTES = 200 * 2**20
"""Of a file."""
REJECTION = "gold_removed"
"""Type of the questions whose answer is kept out of the passages."""


class ReadSpan(Protocol):
    """What is needed of a span that a reader has found."""

    @property
    def text(self) -> str:
        """The answer, word for word."""


class Reader(Protocol):
    """Anything that finds answers in passages."""

    def read(self, question: str, passages: Sequence[str]) -> Sequence[ReadSpan]:
        """Spans, best first; none: the passages do not answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """A `ReadSpan`."""

    text: str


class SteeredPipeline(Pipeline):
    """The product, also asked over other passages than it would find. Not to be shared between threads."""

    _find: Callable[[str, int], list[Hit]] | None = None

    def retrieve(self, query: str, k: int, *, scope: Scope = EVERYTHING) -> list[Hit]:
        """The passages that the question is steered to; without steering, the best ones."""
        return self._find(query, k) if self._find else super().retrieve(query, k, scope=scope)

    def answer_from(self, question: str, passages: Sequence[str]) -> Answer:
        """The answer from nothing but these texts, each a whole document of the index, in this order.

        Raises ValueError for a text that is no document.
        """
        if unknown := [passage for passage in passages if passage not in self._by_text]:
            raise ValueError(f"not in the index: {unknown[0][:50]!r}; ingest it first")
        hits = [whole(self._by_text[passage]) for passage in passages]
        return self._answer(question, lambda _query, _k: hits)

    def answer_without(self, question: str, strings: Iterable[str]) -> Answer:
        """The answer when no document that holds one of the strings is found."""
        held = [fold(string) for string in strings]

        def find(query: str, k: int) -> list[Hit]:
            found = super(SteeredPipeline, self).retrieve(query, max(k, self.settings.candidates))
            texts = ((hit, self._folded.get(hit.chunk.document_id, "")) for hit in found)
            return [hit for hit, text in texts if not any(string in text for string in held)][:k]

        return self._answer(question, find)

    def read(self, question: str, passages: Sequence[str]) -> list[ReadSpan]:
        """As a `Reader`: the bare answer or, while there is none, the best sentence."""
        said = self.answer_from(question, passages)
        best = said.short or next((citation.quote for citation in said.citations), None)
        return [Said(best)] if best and not said.refused else []

    def _answer(self, question: str, find: Callable[[str, int], list[Hit]]) -> Answer:
        self._find = find
        try:
            return self.answer(question)
        finally:
            self._find = None

    @cached_property
    def _by_text(self) -> dict[str, Document]:
        return {document.text: document for document in self.catalog.documents()}

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {document.id: fold(document.text) for document in self.catalog.documents()}


def whole(document: Document) -> Hit:
    """All of a document as one passage."""
    return Hit(Chunk(document.id, document.id, 0, len(document.text), document.text, ()), 1.0)


def bounded_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises ValueError for one of more than `MOST_BYTES`."""
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} is larger than {MOST_BYTES / 2**20:.0f} MB; split it")
    return path.read_text("utf-8")
