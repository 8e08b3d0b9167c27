"""What a model may cite: numbered sentences of the passages, each with what a reader of the article knows
there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.agreement import published
from rag.ground import Evidence
from rag.schema import Document, Hit, Statement
from rag.support import LIST
from rag.text import sentences
from rag.untrusted import addresses_model

MOST_SOURCES = 24
MOST_CHARACTERS = 2400
"""Of all sources together: a small model loses what stands in a long prompt."""


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence and what belongs to it."""

    evidence: Evidence
    title: str
    published: date | None
    heading: tuple[str, ...] = ()
    before: str = ""
    """The passage up to the sentence: its subject and year may stand there."""
    said: tuple[str, ...] = ()
    """The members of a list in the sentence, each said alone."""

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.evidence.text

    @property
    def around(self) -> str:
        """The sentence with its title, headings and statements."""
        return "\n".join([self.title, *self.heading, *self.said, self.text])


def sources(
    first: Sequence[Evidence],
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    statements: Mapping[str, Sequence[Statement]],
) -> tuple[Source, ...]:
    """The `first` sentences, then those of the passages, best passage first, within the bounds; each once,
    of one article in the order of its text. Sentences that speak to a model are left out."""
    taken: dict[tuple[str, int, int], Source] = {}
    room = MOST_CHARACTERS
    for evidence, hit in [*_located(first, hits), *_passages(hits)]:
        key = (evidence.document_id, evidence.start, evidence.end)
        document = documents.get(evidence.document_id)
        if document is None or key in taken or len(taken) == MOST_SOURCES or addresses_model(evidence.text):
            continue
        if len(evidence.text) > room and taken:
            continue
        room -= len(evidence.text)
        taken[key] = _source(evidence, hit, document, statements.get(document.id, ()))
    order = list(dict.fromkeys(key[0] for key in taken))
    return tuple(taken[key] for key in sorted(taken, key=lambda key: (order.index(key[0]), key[1])))


def _located(first: Sequence[Evidence], hits: Sequence[Hit]) -> list[tuple[Evidence, Hit | None]]:
    return [(one, next((hit for hit in hits if _holds(hit, one)), None)) for one in first]


def _holds(hit: Hit, one: Evidence) -> bool:
    chunk = hit.chunk
    return chunk.document_id == one.document_id and chunk.start <= one.start and one.end <= chunk.end


def _passages(hits: Sequence[Hit]) -> list[tuple[Evidence, Hit | None]]:
    return [
        (Evidence(c.document_id, c.start + start, c.start + end, c.text[start:end]), hit)
        for hit in hits
        for c in (hit.chunk,)
        for start, end in sentences(c.text)
    ]


def _source(evidence: Evidence, hit: Hit | None, document: Document, derived: Sequence[Statement]) -> Source:
    return Source(
        evidence,
        _harmless(document.title),
        published(document),
        tuple(_harmless(heading) for heading in hit.chunk.heading) if hit else (),
        _harmless(hit.chunk.text[: evidence.start - hit.chunk.start]) if hit else "",
        tuple(
            one.text
            for one in derived
            if one.kind == LIST and evidence.start <= one.start and one.end <= evidence.end
        ),
    )


def _harmless(text: str) -> str:
    """The text without its sentences that speak to a model."""
    kept = (text[start:end] for start, end in sentences(text))
    return "".join(one for one in kept if not addresses_model(one))
