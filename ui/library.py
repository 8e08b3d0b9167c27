"""The tab of articles: what is indexed, to read and to remove; new ones by drop or paste."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from rag.catalog import Catalog
from rag.settings import Settings
from ui.i18n import LANGUAGES, Words, words
from ui.intake import (
    LONGEST_TITLE,
    LONGEST_URL,
    MOST_FILES,
    Outcome,
    Step,
    add_files,
    add_text,
    refused,
    remove,
)
from ui.shelf import listing, open_article, status

Updates = dict[Any, Any]
_BARE: dict[str, Any] = {"js_on_load": "", "apply_default_css": False}


@dataclass(frozen=True)
class Library:
    """The components of the tab; each visitor's choice is in `chosen`."""

    tab: gr.Tab
    files: gr.File
    paste: gr.Accordion
    title: gr.Textbox
    url: gr.Textbox
    text: gr.Textbox
    add: gr.Button
    status: gr.HTML
    wanted: gr.Textbox
    listing: gr.HTML
    """Its `change` event tells that the articles may be others now."""
    article: gr.HTML
    remove: gr.Button
    sure: gr.Column
    question: gr.HTML
    yes: gr.Button
    no: gr.Button
    chosen: gr.State
    """Id of the open article, or None."""


def build_library(settings: Settings, catalog: Catalog, language: gr.Radio) -> Library:
    """The tab with its events, in the present Blocks; inside `gr.Tabs`. It follows the page's language."""
    library = _lay_out(settings)
    _Events(settings, catalog, library).connect(language)
    return library


def _lay_out(settings: Settings) -> Library:
    text = _texts(words(LANGUAGES[0]), settings)
    parts: dict[str, Any] = {}
    with gr.Tab(**text["tab"], elem_id="library") as parts["tab"], gr.Row(equal_height=False):
        parts["chosen"] = gr.State(None)  # beside a tab it would count as one
        with gr.Column(scale=1, min_width=320):
            parts["files"] = gr.File(
                **text["files"], file_count="multiple", height=130, elem_id="library-files"
            )
            with gr.Accordion(**text["paste"], open=False, elem_id="library-paste") as parts["paste"]:
                parts["title"] = gr.Textbox(
                    **text["title"], max_length=LONGEST_TITLE, elem_id="library-title"
                )
                parts["url"] = gr.Textbox(**text["url"], max_length=LONGEST_URL, elem_id="library-url")
                parts["text"] = gr.Textbox(**text["text"], lines=6, max_lines=12, elem_id="library-text")
                parts["add"] = gr.Button(**text["add"], variant="primary", elem_id="library-add")
            parts["status"] = gr.HTML("", elem_id="library-status", **_BARE)
            parts["wanted"] = gr.Textbox(
                "",
                **text["wanted"],
                show_label=False,
                max_length=100,
                container=False,
                elem_id="library-wanted",
            )
            parts["listing"] = gr.HTML(
                "", elem_id="library-list", js_on_load=_script(settings), apply_default_css=False
            )
        with gr.Column(scale=1, min_width=320, elem_id="library-open"):
            parts |= _reading(text)
    return Library(**parts)


def _script(settings: Settings) -> str:
    return f"wenju.shelve(element, trigger, {settings.max_file_mb * 2**20}) /* events: 'select', 'refuse' */"


def _reading(text: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The open article; what can be done with it stands above, in sight however long it is."""
    remove = gr.Button(**text["remove"], size="sm", visible=False, elem_id="library-remove")
    with gr.Column(visible=False, elem_id="library-sure") as sure:
        question = gr.HTML("", **_BARE)
        with gr.Row():
            no = gr.Button(**text["no"], size="sm", elem_id="library-no")
            yes = gr.Button(**text["yes"], size="sm", variant="stop", elem_id="library-yes")
    article = gr.HTML(**text["article"], elem_id="library-article", **_BARE)
    return {"remove": remove, "sure": sure, "question": question, "no": no, "yes": yes, "article": article}


def _texts(said: Words, settings: Settings) -> dict[str, dict[str, Any]]:
    """What every component with words shows, by its name in `Library`."""
    return {
        "tab": {"label": said["library"]},
        "files": {"label": said["library_drop"].format(files=MOST_FILES, most=settings.max_file_mb)},
        "paste": {"label": said["library_paste"]},
        "title": {"label": said["library_paste_title"]},
        "url": {"label": said["library_paste_url"]},
        "text": {"label": said["library_paste_text"]},
        "add": {"value": said["library_add"]},
        "wanted": {"label": said["library_filter"], "placeholder": said["library_filter"]},
        "article": {"value": open_article(None, said)},
        "remove": {"value": said["library_remove"]},
        "yes": {"value": said["library_sure_yes"]},
        "no": {"value": said["library_sure_no"]},
    }


class _Events:
    """The tab's events. One thing is added or removed at a time; others wait in the queue."""

    def __init__(self, settings: Settings, catalog: Catalog, library: Library) -> None:
        self._settings = settings
        self._catalog = catalog
        self._library = library

    def connect(self, language: gr.Radio) -> None:
        part = self._library
        everything = list(vars(part).values())
        own: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        writes: dict[str, Any] = {**own, "concurrency_limit": 1, "concurrency_id": "library"}
        shown = [language, part.wanted]
        part.tab.select(self.list, shown, part.listing, **own)
        part.wanted.change(self.list, shown, part.listing, trigger_mode="always_last", **own)
        part.listing.select(self.open, language, everything, **own)
        part.listing.refuse(self.refuse, language, part.status, **own)
        part.files.upload(self.add_files, [part.files, *shown], everything, **writes)
        pasted = [part.text, part.title, part.url]
        part.add.click(self.add_text, [*pasted, *shown], everything, **writes)
        part.remove.click(self.ask, [part.chosen, language], everything, **own)
        part.no.click(lambda: {part.sure: gr.update(visible=False)}, None, everything, **own)
        part.yes.click(self.remove, [part.chosen, *shown], everything, **writes)
        language.change(self.speak, [part.chosen, *shown], everything, **own)

    # Reading

    def list(self, language: str, wanted: str) -> str:
        return listing(self._catalog.entries(), wanted, words(language))

    def open(self, language: str, event: gr.EventData) -> Updates:
        return self._opened(str(event._data["document"]), language)

    def _opened(self, document_id: str | None, language: str) -> Updates:
        part = self._library
        document = self._catalog.document(document_id) if document_id else None
        return {
            part.chosen: document.id if document else None,
            part.article: open_article(document, words(language)),
            part.remove: gr.update(visible=document is not None),
            part.sure: gr.update(visible=False),
        }

    # Writing

    def refuse(self, language: str, event: gr.EventData) -> str:
        """Some of the files that were picked are too large; none has left the browser."""
        large, others = (
            [str(name)[:LONGEST_TITLE] for name in event._data[key]] for key in ("large", "others")
        )
        return status(refused(large, others, self._settings, words(language)))

    def add_files(self, files: Sequence[str] | None, language: str, wanted: str) -> Iterator[Updates]:
        """Called with where the server has put the uploads."""
        paths = [Path(file) for file in files or ()]
        cleared = {self._library.files: None}
        yield from self._followed(
            add_files(paths, self._settings, words(language)), language, wanted, cleared
        )

    def add_text(self, text: str, title: str, url: str, language: str, wanted: str) -> Iterator[Updates]:
        part = self._library
        steps = add_text(text, title, url, self._settings, words(language))
        yield from self._followed(steps, language, wanted, {part.text: "", part.title: "", part.url: ""})

    def ask(self, document_id: str | None, language: str) -> Updates:
        document = self._catalog.document(document_id) if document_id else None
        if document is None:
            return self._opened(None, language)
        question = status([], words(language)["library_sure"].format(title=document.title))
        return {self._library.sure: gr.update(visible=True), self._library.question: question}

    def remove(self, document_id: str | None, language: str, wanted: str) -> Iterator[Updates]:
        steps = remove(document_id or "", self._settings, words(language))
        yield from self._followed(steps, language, wanted, self._opened(None, language))

    def _followed(
        self, steps: Iterator[Step | Outcome], language: str, wanted: str, after: Updates
    ) -> Iterator[Updates]:
        """Updates for each step of an ingest; `after` belongs to its end, where something was done."""
        said = words(language)
        yield {self._library.status: status([], said["library_starting"])}
        for step in steps:
            if isinstance(step, Step):
                reading = said["library_reading"].format(
                    number=step.done + 1, total=step.total, file=step.file
                )
                yield {self._library.status: status([], reading)}
                continue
            done = step.added or step.unchanged or step.removed or self._library.files in after
            yield {
                **(after if done else {}),
                self._library.status: status(step.problems, *_told(step, said)),
                self._library.listing: self.list(language, wanted),
            }

    def speak(self, document_id: str | None, language: str, wanted: str) -> Updates:
        """The tab in another language."""
        part, texts = self._library, _texts(words(language), self._settings)
        updates: Updates = {getattr(part, name): gr.update(**changes) for name, changes in texts.items()}
        opened = self._opened(document_id, language)
        opened[part.remove] = gr.update(**texts["remove"], visible=opened[part.chosen] is not None)
        return updates | opened | {part.listing: self.list(language, wanted), part.status: ""}


def _told(outcome: Outcome, said: Words) -> list[str]:
    told = [(outcome.added, "library_added"), (outcome.unchanged, "library_unchanged")]
    lines = [said[key].format(count=count) for count, key in told if count]
    return [*lines, said["library_removed"]] if outcome.removed else lines
