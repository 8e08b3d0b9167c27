"""Citations are checked, not trusted: every quote shown stands in its document, character for character."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.catalog import Catalog
from rag.prompts import REFUSAL
from rag.schema import Citation
from rag.text import Language


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that supports the answer; it claims that `document.text[start:end] == text`."""

    document_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What an engine proposes."""

    evidence: tuple[Evidence, ...]
    """In the order in which a person should read it."""
    short: str | None
    """The bare answer, where the engine finds one."""
    confidence: float
    """Calibrated probability, 0 to 1, that the evidence answers the question."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be shown."""

    text: str
    short: str | None
    refused: bool
    citations: tuple[Citation, ...]


def checked(draft: Draft, catalog: Catalog, refuse_below: float, asked_in: Language) -> Verdict:
    """The draft's sentences with their marks, or a refusal in the language of the question.

    Refused is what has less confidence than `refuse_below`, and what has no citation that holds.
    """
    citations = cite(draft.evidence, catalog) if draft.confidence >= refuse_below else ()
    if not citations:
        return Verdict(REFUSAL[asked_in], None, True, ())
    text = "\n".join(f"{citation.quote}[{citation.number}]" for citation in citations)
    return Verdict(text, draft.short, False, citations)


def cite(evidence: Sequence[Evidence], catalog: Catalog) -> tuple[Citation, ...]:
    """Citations, numbered from 1, of the evidence that stands in the catalog's documents word for word.

    What does not (an article changed or removed meanwhile) is left out.
    """
    citations: list[Citation] = []
    for piece in evidence:
        document = catalog.document(piece.document_id)
        if document and document.text[piece.start : piece.end] == piece.text:
            citations.append(
                Citation(
                    number=len(citations) + 1,
                    quote=piece.text,
                    document_id=document.id,
                    title=document.title,
                    source=document.source,
                    published=document.published,
                    start=piece.start,
                    end=piece.end,
                )
            )
    return tuple(citations)
