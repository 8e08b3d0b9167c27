"""Citations are checked, not trusted: every quote shown stands in its document, character for character."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.catalog import Catalog
from rag.prompts import Lack, introduced, refusal
from rag.schema import Citation
from rag.text import Language, language
from rag.untrusted import visible


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that supports the answer; it claims that `document.text[start:end] == text`."""

    document_id: str
    start: int
    end: int
    text: str
    value: tuple[int, int] | None = None
    """Offsets in the document of the answer inside the sentence, where one was found."""


@dataclass(frozen=True, slots=True)
class Written:
    """A checked sentence in other words than the article's."""

    text: str
    cited: tuple[int, ...]
    """Places in `Draft.evidence`, counted from 1."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an engine proposes."""

    evidence: tuple[Evidence, ...]
    """In the order in which a person should read it."""
    short: str | None
    """The bare answer, where the engine finds one."""
    confidence: float
    """Calibrated probability, 0 to 1, that the evidence answers the question."""
    lead: str | None = None
    """A sentence of our own that follows from all the evidence: a comparison of two quoted figures."""
    lack: Lack | None = None
    """What the question names and the passages do not carry, where that is known."""
    written: tuple[Written, ...] = ()
    """What is shown instead of the evidence itself; all evidence is cited in it, numbered by first use."""
    notes: tuple[str, ...] = ()
    """`Answer.notes`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be shown."""

    text: str
    short: str | None
    refused: bool
    citations: tuple[Citation, ...]


def checked(draft: Draft, catalog: Catalog, refuse_below: float, asked_in: Language, query: str) -> Verdict:
    """The draft's sentences with their marks, or a refusal in the language of the question.

    Refused is what has less confidence than `refuse_below`, what has no citation that holds, and a conclusion
    whose evidence does not hold in full. `query` is what was looked for.
    """
    citations = cite(draft.evidence, catalog) if draft.confidence >= refuse_below else ()
    if not citations or ((draft.lead or draft.written) and len(citations) < len(draft.evidence)):
        return Verdict(refusal(asked_in, query, draft.lack), None, True, ())
    lines = [f"{visible(citation.quote)}[{citation.number}]" for citation in citations]
    if draft.written:
        lines = [shown(one) for one in draft.written]
    lines[0] = introduced(asked_in, language(lines[0])) + lines[0]
    if draft.lead:
        lines.insert(0, draft.lead + "".join(f"[{citation.number}]" for citation in citations))
    return Verdict("\n".join(lines), draft.short, False, citations)


def shown(one: Written) -> str:
    """The sentence with its marks."""
    return one.text + "".join(f"[{number}]" for number in one.cited)


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
                    value=piece.value,
                )
            )
    return tuple(citations)
