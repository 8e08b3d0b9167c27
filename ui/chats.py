"""A chat as a value: kept in the browser as JSON, shown again after a reload, exported as Markdown.

What comes back from a browser is not trusted: it is bounded, checked for its types, and escaped when shown.
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rag import Answer, Citation, Hit, Turn
from rag.pipeline import LONGEST_QUESTION
from rag.schema import Chunk
from ui.article import NEAREST
from ui.i18n import Words

MOST_EXCHANGES = 50
"""Questions that one chat remembers; the oldest go first."""
TURNS_REMEMBERED = 6
"""Earlier exchanges that complete a follow-up question."""
LARGEST_RECORD = 2_000_000
"""Characters of JSON that are taken back from a browser."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what became of it."""

    question: str
    answer: Answer | None = None
    stage: str = ""
    """The stage that is running: "load" or the name of a `Stage`."""
    partial: str = ""
    """What a model has written so far, while it writes."""
    problem: str = ""
    """Why there is no answer: "stopped", "failed", or the message of an error."""
    liked: bool | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """What one window shows; the server keeps it for as long as the window is open."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    exchanges: tuple[Exchange, ...] = ()

    def asking(self, question: str) -> "Chat":
        """With one more question, whose answer is still to come."""
        new = Exchange(question[:LONGEST_QUESTION], stage="load")
        return replace(self, exchanges=(*self.exchanges, new)[-MOST_EXCHANGES:])

    def with_last(self, **changes: Any) -> "Chat":
        """With the last exchange changed."""
        return replace(self, exchanges=(*self.exchanges[:-1], replace(self.exchanges[-1], **changes)))

    def ended(self, problem: str) -> "Chat":
        """With this as the reason why the last exchange has no answer, if it has neither."""
        last = self.exchanges[-1] if self.exchanges else None
        waiting = last and not last.answer and not last.problem
        return self.with_last(stage="", partial="", problem=problem) if waiting else self

    def liking(self, turn: int, liked: bool) -> "Chat":
        """With a thumb on the exchange of that number."""
        one = replace(self.exchanges[turn], liked=liked)
        return replace(self, exchanges=(*self.exchanges[:turn], one, *self.exchanges[turn + 1 :]))

    def without_last(self) -> "Chat":
        return replace(self, exchanges=self.exchanges[:-1])

    def history(self, before: int) -> list[Turn]:
        """The answered exchanges before the one of that number, as many as are remembered."""
        said = [Turn(one.question, one.answer.text) for one in self.exchanges[:before] if one.answer]
        return said[-TURNS_REMEMBERED:]


def to_record(chat: Chat) -> dict[str, Any]:
    """What a browser keeps: JSON values; of the passages, those that a refusal shows."""
    return {"id": chat.id, "exchanges": [_exchange_record(one) for one in chat.exchanges]}


def _exchange_record(exchange: Exchange) -> dict[str, Any]:
    answer = exchange.answer
    shown = answer.hits[:NEAREST] if answer and answer.refused else ()
    kept = asdict(replace(answer, hits=shown)) if answer else None
    problem = exchange.problem or ("" if answer else "stopped")
    return {"question": exchange.question, "answer": kept, "problem": problem, "liked": exchange.liked}


def from_record(record: object) -> Chat:
    """The chat in what a browser kept; an empty one where that is none or has been tampered with."""
    try:
        if len(json.dumps(record)) > LARGEST_RECORD or not isinstance(record, Mapping):
            return Chat()
        exchanges = tuple(_exchange(one) for one in record["exchanges"][-MOST_EXCHANGES:])
        return Chat(_text(record["id"])[:32], exchanges)
    except (LookupError, TypeError, ValueError, OverflowError, RecursionError):
        return Chat()


def _exchange(record: Mapping[str, Any]) -> Exchange:
    answer = _answer(record["answer"]) if record["answer"] else None
    return Exchange(
        _text(record["question"])[:LONGEST_QUESTION],
        answer,
        problem=_text(record["problem"]) or ("" if answer else "stopped"),
        liked=record["liked"] if isinstance(record["liked"], bool) else None,
    )


def _answer(record: Mapping[str, Any]) -> Answer:
    return Answer(
        text=_text(record["text"]),
        short=_optional(record["short"]),
        refused=bool(record["refused"]),
        citations=tuple(_citation(one) for one in record["citations"]),
        query=_text(record["query"]),
        hits=tuple(_hit(one) for one in record["hits"][:NEAREST]),
        confidence=min(1.0, max(0.0, float(record["confidence"]))),
        engine=_text(record["engine"]),
        timings={"total": float(record["timings"].get("total", 0.0))},
        notes=tuple(_text(note) for note in record.get("notes", ())),
    )


def _citation(record: Mapping[str, Any]) -> Citation:
    value = record["value"]
    return Citation(
        number=int(record["number"]),
        quote=_text(record["quote"]),
        document_id=_text(record["document_id"]),
        title=_text(record["title"]),
        source=_text(record["source"]),
        published=_optional(record["published"]),
        start=int(record["start"]),
        end=int(record["end"]),
        value=(int(value[0]), int(value[1])) if value else None,
    )


def _hit(record: Mapping[str, Any]) -> Hit:
    chunk = record["chunk"]
    return Hit(
        Chunk(
            id=_text(chunk["id"]),
            document_id=_text(chunk["document_id"]),
            start=int(chunk["start"]),
            end=int(chunk["end"]),
            text=_text(chunk["text"]),
            heading=(),
        ),
        score=float(record["score"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {type(value).__name__}")
    return value


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


# Export

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def markdown(chat: Chat, words: Words) -> str:
    """The chat with its citations (title, source, date, quote); what was said cannot become markup."""
    return "\n\n".join(part for one in chat.exchanges for part in _exchange_parts(one, words)) + "\n"


def _exchange_parts(exchange: Exchange, words: Words) -> Iterator[str]:
    yield f"## {words['export_question']}: {_plain(exchange.question)}"
    answer = exchange.answer
    if answer is None:
        yield f"*{_plain(words.get(exchange.problem, exchange.problem))}*"
        return
    if answer.short:
        yield f"**{_plain(answer.short)}**"
    if answer.refused:
        yield f"*{words['export_none']}*"
    yield f"{words['export_answer']}: " + "  \n".join(_plain(line) for line in answer.text.splitlines())
    if answer.notes:
        yield "  \n".join(f"*{_plain(note)}*" for note in answer.notes)
    for citation in answer.citations:
        place = [citation.title, citation.source, citation.published or words["undated"]]
        quote = "\n> ".join(_plain(line) for line in citation.quote.splitlines())
        yield f"> {quote}\n>\n> \\[{citation.number}\\] " + ", ".join(_plain(one) for one in place if one)


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
