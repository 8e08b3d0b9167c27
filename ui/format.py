"""Answers as HTML. Pure functions; every character that comes from an article or a person is escaped."""

from collections.abc import Mapping
from html import escape

from rag import Answer, Citation
from rag.schema import Document

EXCERPT_CHARS = 160
"""Longest excerpt of a passage that is shown as "nearest", in characters."""


def reply(answer: Answer, question: str) -> str:
    """What is said in the chat: how the question was understood, the bare answer, the sentences."""
    lines = [escape(answer.text)]
    if answer.short:
        lines.insert(0, f"<b>{escape(answer.short)}</b>")
    if answer.query != question.strip():
        lines.insert(0, f"<small>理解為：{escape(answer.query)}</small>")
    return "\n".join(lines)


def evidence(answer: Answer, documents: Mapping[str, Document]) -> str:
    """The cited sentences, each marked in its paragraph; on refusal, the nearest passages.

    `documents` holds the cited documents by id; of one that is gone by now only the quote is shown.
    """
    if answer.refused:
        nearest = "".join(_passage(hit.chunk.text) for hit in answer.hits[:3])
        return f'<section class="nearest"><h3>最接近的段落</h3>{nearest}</section>' if nearest else ""
    cards = "".join(_card(citation, documents.get(citation.document_id)) for citation in answer.citations)
    return f'<section class="citations">{cards}</section>{_small_print(answer)}'


def _card(citation: Citation, document: Document | None) -> str:
    place = " · ".join(part for part in (citation.source, citation.published) if part)
    return (
        f'<article class="citation" id="citation-{citation.number}">'
        f"<header><b>[{citation.number}]</b> {escape(citation.title)}<small>{escape(place)}</small></header>"
        f"<blockquote>{_marked(citation, document)}</blockquote></article>"
    )


def _marked(citation: Citation, document: Document | None) -> str:
    """The paragraph around a citation, with the cited characters in a <mark>."""
    if document is None:
        return f"<mark>{escape(citation.quote)}</mark>"
    around = document.block_around(citation.start, citation.end)
    before = document.text[around.start : citation.start]
    after = document.text[citation.end : around.end]
    return f"{escape(before)}<mark>{escape(citation.quote)}</mark>{escape(after)}"


def _passage(text: str) -> str:
    excerpt = text if len(text) <= EXCERPT_CHARS else text[:EXCERPT_CHARS] + "…"
    return f"<blockquote>{escape(excerpt)}</blockquote>"


def _small_print(answer: Answer) -> str:
    return (
        f'<footer class="small-print">信心 {answer.confidence:.0%} · {escape(answer.engine)}'
        f" · {answer.timings['total']:.1f} 秒</footer>"
    )
