"""Systems that are wrong on purpose, each in one way: a metric that does not notice them measures nothing.

Each spoils the `Answer` of a system that works; `spoiled` makes a system of it that can be evaluated.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag import Answer, Citation, Hit, Turn
from rag.prompts import refusal
from rag.text import language, sentences

Spoiler = Callable[[Answer], Answer]


def spoiled(system: Callable[..., Answer], spoil: Spoiler) -> Callable[..., Answer]:
    """The system with every answer spoiled."""

    def answer(question: str, history: Sequence[Turn] = ()) -> Answer:
        return spoil(system(question, history))

    return answer


def always_answers(answer: Answer) -> Answer:
    """Says the first two sentences of the top passage, whatever is asked, and is sure of it."""
    citations = _opening(answer.hits[0])
    text = "\n".join(f"{citation.quote}[{citation.number}]" for citation in citations)
    return replace(answer, text=text, short=None, refused=False, citations=citations, confidence=1.0)


def always_refuses(answer: Answer) -> Answer:
    """Never says anything."""
    text = refusal(language(answer.query), answer.query, None)
    return replace(answer, text=text, short=None, refused=True, citations=(), confidence=0.0)


def first_two_sentences(answer: Answer) -> Answer:
    """Refuses when the system does; else says the first two sentences of the top passage."""
    return answer if answer.refused else replace(always_answers(answer), confidence=answer.confidence)


def wrong_citations(answer: Answer) -> Answer:
    """Says what the system says, but its marks lead to other sentences of the passages."""
    cited = {citation.quote for citation in answer.citations}
    others = [one for hit in answer.hits for one in _quotes(hit) if one.quote not in cited]
    numbered = [replace(o, number=c.number) for o, c in zip(others, answer.citations, strict=False)]
    return replace(answer, citations=tuple(numbered))


def altered_quotes(answer: Answer) -> Answer:
    """Cites sentences that no article has, by one character."""
    return replace(answer, citations=tuple(replace(c, quote=c.quote[:-1] + "※") for c in answer.citations))


def no_marks(answer: Answer) -> Answer:
    """Says the same, but leaves open which sentence is carried by which citation."""
    return replace(answer, text=_MARK.sub("", answer.text))


_MARK = re.compile(r"\[\d+\]")
WRONG: dict[str, Spoiler] = {
    "always answers": always_answers,
    "always refuses": always_refuses,
    "first two sentences": first_two_sentences,
    "wrong citations": wrong_citations,
    "altered quotes": altered_quotes,
    "no marks": no_marks,
}


def _opening(hit: Hit) -> tuple[Citation, ...]:
    return tuple(_quotes(hit)[:2])


def _quotes(hit: Hit) -> list[Citation]:
    """The sentences of a passage as citations, numbered in their order."""
    chunk = hit.chunk
    return [
        Citation(
            number=number,
            quote=chunk.text[start:end],
            document_id=chunk.document_id,
            title=chunk.document_id,
            source=chunk.document_id,
            published=None,
            start=chunk.start + start,
            end=chunk.start + end,
        )
        for number, (start, end) in enumerate(sentences(chunk.text), 1)
    ]
