"""Which articles a question is asked of, as a person chooses it in the window."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import gradio as gr

from rag.catalog import Entry
from rag.errors import QuestionError
from rag.scope import EVERYTHING, Scope
from ui.i18n import Words

ALL, CHOSEN, DATES = "all", "chosen", "dates"


@dataclass(frozen=True)
class ScopeParts:
    """The components; what they hold are the arguments of `scope_of`, in this order."""

    kind: gr.Radio
    documents: gr.Dropdown
    since: gr.Textbox
    until: gr.Textbox

    def all(self) -> list[Any]:
        return [self.kind, self.documents, self.since, self.until]


def lay_out_scope(said: Words, entries: Callable[[], Sequence[Entry]]) -> ScopeParts:
    """Make the components in the present Blocks; the choice of kind shows those that belong to it."""
    text = scope_texts(said)
    parts = ScopeParts(
        gr.Radio(**text["kind"], value=ALL, elem_id="scope", show_label=False, container=False),
        gr.Dropdown([], **text["documents"], multiselect=True, visible=False, elem_id="scope-documents"),
        gr.Textbox(**text["since"], visible=False, max_length=10, elem_id="scope-since"),
        gr.Textbox(**text["until"], visible=False, max_length=10, elem_id="scope-until"),
    )

    def picked(kind: str, documents: Collection[str] | None) -> list[dict[str, Any]]:
        choices = document_choices(entries(), documents or ())
        dates = gr.update(visible=kind == DATES)
        return [gr.update(visible=kind == CHOSEN, **choices), dates, dates]

    own: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    parts.kind.change(picked, [parts.kind, parts.documents], parts.all()[1:], **own)
    return parts


def scope_texts(said: Words) -> dict[str, dict[str, Any]]:
    kinds = [(said[f"scope_{kind}"], kind) for kind in (ALL, CHOSEN, DATES)]
    return {
        "kind": {"label": said["scope"], "choices": kinds},
        "documents": {"label": said["scope_documents"]},
        "since": {"label": said["scope_since"], "placeholder": "2025-01-01"},
        "until": {"label": said["scope_until"], "placeholder": "2025-12-31"},
    }


def document_choices(entries: Sequence[Entry], chosen: Collection[str]) -> dict[str, Any]:
    """What the list of articles offers now, and which of those `chosen` are still among them."""
    names = [(" · ".join(part for part in (one.title, one.published) if part), one.id) for one in entries]
    return {"choices": names, "value": [one.id for one in entries if one.id in chosen]}


def scope_of(
    kind: str, documents: Sequence[str] | None, since: str | None, until: str | None, said: Words
) -> Scope:
    """The scope that is chosen; fields never shown hold None. Raises `QuestionError` for what is no date."""
    if kind == CHOSEN:
        return Scope(documents=frozenset(documents or ()))
    if kind == DATES:
        return Scope(since=_date(since, said), until=_date(until, said))
    return EVERYTHING


def _date(given: str | None, said: Words) -> date | None:
    written = (given or "").strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise QuestionError(said["scope_bad_date"]) from error
