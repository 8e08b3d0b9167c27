"""The page's components, their words, and what they show for a chat; no events here."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag.catalog import Catalog
from rag.pipeline import LONGEST_QUESTION
from rag.settings import Settings
from ui.article import empty_reader, places, reader
from ui.asking import FEWEST_PASSAGES, MOST_PASSAGES, Run, bounded
from ui.chats import Chat, to_record
from ui.format import conversation, exchange_html, welcome
from ui.html import Html, tag
from ui.i18n import LANGUAGES, Words, words
from ui.library import Library, build_library
from ui.scoping import ScopeParts, lay_out_scope, scope_texts

_CONNECT = "wenju.connect(props, trigger, watch) /* events: 'show', 'restore', 'thumb', 'example' */"
Updates = dict[Any, Any]


@dataclass(frozen=True)
class Window:
    """The components that events read and change."""

    chat: gr.State
    run: gr.State
    """The last `Run` of a question, or None."""
    wanted: gr.State
    """The chat that is to be shown next."""
    brand: gr.HTML
    language: gr.Radio
    chats: gr.HTML
    fresh: gr.Button
    export: gr.Button
    settings: gr.Accordion
    passages: gr.Slider
    engine: gr.Radio
    scope: ScopeParts
    scope_box: gr.Accordion
    library: Library
    tab: gr.Tab
    past: gr.HTML
    newest: gr.HTML
    again: gr.Button
    box: gr.Textbox
    article: gr.HTML
    desk: gr.HTML
    """Not seen: messages to the script in `value`, events from it."""
    kept: gr.JSON
    """Not seen: what the script sends when the page opens."""


def lay_out(settings: Settings, catalog: Catalog) -> Window:
    """Make the components in the present Blocks."""
    text = texts(words(LANGUAGES[0]), settings)
    parts: dict[str, Any] = {
        "chat": gr.State(Chat()),
        "run": gr.State(None),
        "wanted": gr.State(None),
        "kept": gr.JSON(visible=False),
    }
    parts["desk"] = gr.HTML("", html_template="", js_on_load=_CONNECT, visible="hidden", elem_id="desk")
    with gr.Sidebar(open=False, elem_id="side", width=300):
        parts["fresh"] = gr.Button(**text["fresh"], variant="primary", elem_id="fresh")
        parts["chats"] = gr.HTML(
            **text["chats"],
            elem_id="chats",
            js_on_load="wenju.list(); watch('value', wenju.list)",
            apply_default_css=False,
        )
        parts["export"] = gr.Button(**text["export"], elem_id="export", size="sm")
        with gr.Accordion(**text["scope_box"], open=False, elem_id="scope-box") as parts["scope_box"]:
            parts["scope"] = lay_out_scope(words(LANGUAGES[0]), catalog.entries)
        with gr.Accordion(**text["settings"], open=False, elem_id="settings") as parts["settings"]:
            parts["passages"] = _passages(settings, text)
            parts["engine"] = gr.Radio(**text["engine"], value=settings.engine, elem_id="engine")
    with gr.Row(elem_id="top"):
        parts["brand"] = gr.HTML(**text["brand"], elem_id="brand", apply_default_css=False)
        parts["language"] = gr.Radio(
            [(words(code)["language_name"], code) for code in LANGUAGES],
            value=LANGUAGES[0],
            **text["language"],
            elem_id="language",
            container=False,
            show_label=False,
        )
    with gr.Tabs(elem_id="tabs"):
        with gr.Tab(**text["tab"]) as parts["tab"]:
            parts |= _panes(text)
        parts["library"] = build_library(settings, catalog, parts["language"])
    return Window(**parts)


def _passages(settings: Settings, text: dict[str, dict[str, Any]]) -> gr.Slider:
    value = bounded(settings.top_k)
    return gr.Slider(
        FEWEST_PASSAGES, MOST_PASSAGES, value, step=1, **text["passages"], elem_id="passages", buttons=[]
    )


def _panes(text: dict[str, dict[str, Any]]) -> dict[str, Any]:
    with gr.Row(elem_id="panes", equal_height=False):
        with gr.Column(elem_id="chat", scale=1, min_width=320):
            with gr.Column(elem_id="log"):
                past = gr.HTML("", elem_id="past", js_on_load="", apply_default_css=False)
                newest = gr.HTML(
                    "",
                    elem_id="newest",
                    js_on_load="wenju.announce(); watch('value', wenju.latest)",
                    apply_default_css=False,
                )
                again = gr.Button(**text["again"], size="sm", elem_id="again", visible=False)
            box = gr.Textbox(
                **text["box"],
                show_label=False,
                max_length=LONGEST_QUESTION,
                lines=1,
                max_lines=6,
                submit_btn=True,
                autofocus=True,
                elem_id="question",
            )
        with gr.Column(elem_id="page", scale=1, min_width=320):
            article = gr.HTML(
                "", elem_id="article", js_on_load="watch('value', wenju.arrived)", apply_default_css=False
            )
    return {"past": past, "newest": newest, "again": again, "box": box, "article": article}


def texts(said: Words, settings: Settings) -> dict[str, dict[str, Any]]:
    """What every component with words shows, by its name in `Window`."""
    names = tag("h1", said["brand"]) + tag("p", said["tagline"])
    nav = tag(
        "nav",
        data_none=said["chats_none"],
        data_remove=said["chats_delete"],
        data_queue=said["queue"],
        data_side=said["side"],
        data_send=said["send"],
        data_stop=said["stop"],
        aria_label=said["chats"],
    )
    engines = [(said[f"engine_{name}"], name) for name in ("extractive", "llm")[: 1 + bool(settings.llm)]]
    return {
        "brand": {"value": names},
        "language": {"label": said["language"]},
        "chats": {"value": tag("h2", said["chats"]) + nav},
        "fresh": {"value": said["chat_new"]},
        "export": {"value": said["chat_export"]},
        "settings": {"label": said["settings"]},
        "passages": {"label": said["passages"], "info": said["passages_info"]},
        "engine": {"label": said["engine"], "choices": engines},
        "scope_box": {"label": said["scope"]},
        "tab": {"label": said["tab_chat"]},
        "again": {"value": said["regenerate"]},
        "box": {"label": said["question"], "placeholder": said["placeholder"]},
    }


def relabelled(window: Window, said: Words, settings: Settings) -> Updates:
    """All words in another language."""
    pairs = [(window, texts(said, settings)), (window.scope, scope_texts(said))]
    return {
        getattr(owner, name): gr.update(**changes)
        for owner, table in pairs
        for name, changes in table.items()
    }


def merged(*several: Updates) -> Updates:
    """All updates together; of two on one component, the settings of both, the later ones first."""
    total: Updates = {}
    for updates in several:
        for part, update in updates.items():
            both = isinstance(update, dict) and isinstance(total.get(part), dict)
            total[part] = total[part] | update if both else update
    return total


def said_so_far(window: Window, chat: Chat, said: Words, examples: Sequence[str] = ()) -> Updates:
    """The whole chat; an empty one welcomes with examples."""
    return running(window, chat, said, examples) | {window.past: conversation(chat.exchanges[:-1], said)}


def running(window: Window, chat: Chat, said: Words, examples: Sequence[str] = ()) -> Updates:
    """The newest exchange alone: what changes while a question is being answered."""
    last = chat.exchanges[-1] if chat.exchanges else None
    newest = exchange_html(last, len(chat.exchanges) - 1, said) if last else welcome(examples, said)
    return {window.chat: chat, window.newest: newest}


def begun(window: Window, run: Run) -> Updates:
    """A question is being answered: it can be stopped, and no other asked."""
    return {
        window.run: run,
        window.box: gr.update(value="", submit_btn=False, stop_btn=True),
        window.again: gr.update(visible=False),
    }


def at_rest(window: Window, chat: Chat) -> Updates:
    """Nothing is being answered; the browser keeps the chat."""
    return {
        window.box: gr.update(submit_btn=True, stop_btn=False),
        window.again: gr.update(visible=bool(chat.exchanges)),
        window.desk: message(chat=to_record(chat)),
    }


def article(chat: Chat, turn: int, key: str | None, said: Words, catalog: Catalog) -> Html:
    """The pane for the answer of that number; `key` is the place that was asked for, None for the first."""
    answer = chat.exchanges[turn].answer if 0 <= turn < len(chat.exchanges) else None
    marked = places(answer) if answer else []
    if not answer or not marked:
        return empty_reader(said)
    found = {place.document_id: catalog.document(place.document_id) for place in marked}
    documents = {document_id: document for document_id, document in found.items() if document}
    focus = key or ("" if answer.refused else marked[0].key)
    return reader(turn, marked, documents, said, focus=focus, asked=key is not None)


def message(**parts: Any) -> str:
    """A message to the script; never twice the same, for it acts on changes."""
    return json.dumps({**parts, "nonce": secrets.token_hex(4)}, ensure_ascii=False)
