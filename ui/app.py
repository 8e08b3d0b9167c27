"""The chat page: what happens when. The components are in `window`, the answering in `asking`."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from html import escape
from typing import Any

import gradio as gr

from rag import Pipeline
from rag.catalog import Catalog
from rag.errors import RagError
from rag.scope import Scope
from rag.settings import Settings
from ui.asking import Run, bounded, steps
from ui.chats import Chat, from_record, markdown, to_record
from ui.examples import example_questions
from ui.feedback import keep
from ui.i18n import LANGUAGES, words
from ui.scoping import document_choices, scope_of
from ui.window import (
    Updates,
    Window,
    article,
    at_rest,
    begun,
    lay_out,
    merged,
    message,
    relabelled,
    running,
    said_so_far,
)

CONCURRENT_ANSWERS = 4
LONGEST_QUEUE = 64
UPLOADS_KEPT_S = 3600
"""How long Gradio's own copy of an upload may lie; the index keeps its own."""
MOST_THREADS = 4 * CONCURRENT_ANSWERS
"""Of questions that are answered, and of those that were stopped and are still at their last stage."""

Pipelines = Callable[[str], Pipeline]
"""The pipeline with the engine of that name; waits while it is still loading."""


def build(settings: Settings, catalog: Catalog, pipelines: Pipelines) -> gr.Blocks:
    """The page; `pipelines` is called with every question, first when it is asked."""
    title, cache = words(LANGUAGES[0])["title"], (UPLOADS_KEPT_S, UPLOADS_KEPT_S)
    page = gr.Blocks(title=title, analytics_enabled=False, fill_width=True, delete_cache=cache)
    with page:
        window = lay_out(settings, catalog)
        _Events(settings, catalog, pipelines, window).connect(page)
    page.queue(max_size=LONGEST_QUEUE, default_concurrency_limit=CONCURRENT_ANSWERS)
    return page


class _Events:
    """The page's events. Holds nothing of any visitor: a chat and its run live in the window's `gr.State`."""

    def __init__(self, settings: Settings, catalog: Catalog, pipelines: Pipelines, window: Window) -> None:
        self._settings = settings
        self._catalog = catalog
        self._pipelines = pipelines
        self._window = window
        self._pool = ThreadPoolExecutor(MOST_THREADS)
        self._examples = lru_cache(1)(lambda state: example_questions(catalog.documents()))

    def connect(self, page: gr.Blocks) -> None:
        w = self._window
        parts = [part for name, part in vars(w).items() if name not in ("kept", "scope", "library")]
        everything = [*parts, *w.scope.all()]
        asked: list[Any] = [w.chat, w.language, w.passages, w.engine, *w.scope.all()]
        queued: dict[str, Any] = {"show_progress": "minimal", "show_progress_on": w.newest}
        queued |= {"concurrency_id": "asking", "concurrency_limit": CONCURRENT_ANSWERS}
        asking: dict[str, Any] = {"inputs": asked, "outputs": everything, **queued}
        own: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        runs = [
            w.box.submit(self.ask, [w.box, *asked], everything, **queued, api_name="ask"),
            w.again.click(self.ask_again, **asking, api_visibility="private"),
            w.desk.example(self.ask_example, **asking, api_visibility="private"),
        ]
        w.box.stop(self.stop, w.run, None, **own)
        for run in runs:
            run.failure(self.fail, [w.chat, w.run, w.language], everything, **own)
        # `cancels` is for a question that waits in line. One that is being answered it stops only when the
        # stage ends; then it calls `failure`, and cancels what has been asked meanwhile.
        for chosen, leave in ((w.fresh.click, self.leave), (w.desk.restore, self.leave_for)):
            left = chosen(leave, w.run, w.wanted, cancels=runs, **own)
            # In a second step: by then all that the run has said is on the page and cannot cover the chat.
            left.then(self.restore, [w.wanted, w.language], everything, **own)
        w.desk.show(self.show, [w.chat, w.language], w.article, trigger_mode="always_last", **own)
        w.desk.thumb(self.thumb, [w.chat, w.language], [w.chat, w.past, w.newest, w.desk], **own)
        w.export.click(self.export, [w.chat, w.language], w.desk, **own)
        choices = [w.language, w.passages, w.engine]
        w.language.input(self.speak, [w.chat, *choices], everything, **own)
        for choice in (w.passages, w.engine):
            choice.input(self.choose, choices, w.desk, trigger_mode="always_last", **own)
        w.library.listing.change(self.refresh, w.scope.documents, w.scope.documents, **own)
        page.load(self.resume, w.kept, everything, js="() => wenju.kept()", **own)

    # Asking

    def ask(
        self, question: str, chat: Chat, language: str, passages: float, engine: str, *scope: Any
    ) -> Iterator[Updates]:
        said, latest = words(language), chat

        def chosen() -> Scope:
            kind, documents, since, until = scope
            return scope_of(kind, documents, since, until, said)

        chats = steps(lambda: self._pipelines(engine), chat, question, int(passages), chosen)
        with Run(chats, self._pool) as run:
            for latest in run:
                if latest.exchanges[-1].stage == "load":
                    yield said_so_far(self._window, latest, said) | begun(self._window, run)
                else:
                    yield running(self._window, latest, said)
            if not run.left:
                yield self._settled(latest.ended("stopped"), language)

    def ask_again(self, chat: Chat, *choices: Any) -> Iterator[Updates]:
        if chat.exchanges:
            yield from self.ask(chat.exchanges[-1].question, chat.without_last(), *choices)

    def ask_example(self, event: gr.EventData, chat: Chat, *choices: Any) -> Iterator[Updates]:
        yield from self.ask(str(event._data["question"]), chat, *choices)

    def stop(self, run: Run | None) -> None:
        """The run then says itself that it was stopped; two that write at once would undo each other."""
        if run:
            run.stop()

    def fail(self, chat: Chat, run: Run | None, language: str) -> Updates:
        """What ended without a word of its own; Gradio calls this for all that it cancels."""
        ended = chat.ended("failed" if run and run.failed else "stopped")
        if ended is chat or run is None or run.left or not run.over:
            nothing: Updates = gr.skip()
            return nothing
        return self._settled(ended, language)

    # Chats

    def leave(self, run: Run | None) -> Chat:
        """A new chat is wanted."""
        if run:
            run.leave()
        return Chat()

    def leave_for(self, run: Run | None, event: gr.EventData) -> Chat:
        """A chat that the browser has kept is wanted."""
        self.leave(run)
        return from_record(event._data["chat"])

    def restore(self, wanted: Chat, language: str) -> Updates:
        return self._settled(wanted, language)

    def resume(self, kept: Any) -> Updates:
        """The page as this browser left it, over the articles that there are now."""
        given = kept if isinstance(kept, dict) else {}
        language = next((code for code in LANGUAGES if code == given.get("language")), LANGUAGES[0])
        choices: Updates = {
            self._window.language: gr.update(value=language),
            self._window.scope.documents: self.refresh([]),
        }
        if isinstance(given.get("passages"), int):
            choices[self._window.passages] = gr.update(value=bounded(given["passages"]))
        if given.get("engine") == "llm" and self._settings.llm:
            choices[self._window.engine] = gr.update(value="llm")
        chat = from_record(given.get("chat"))
        labels = relabelled(self._window, words(language), self._settings)
        known = message(chat=to_record(chat), choices={"language": language}, title=words(language)["title"])
        return merged(labels, choices, self._settled(chat, language), {self._window.desk: known})

    def show(self, chat: Chat, language: str, event: gr.EventData) -> str:
        return article(
            chat, int(event._data["turn"]), str(event._data["key"]), words(language), self._catalog
        )

    def thumb(self, chat: Chat, language: str, event: gr.EventData) -> Updates:
        """Keep a thumb and its answer in the index folder; see `python -m eval --from-feedback`."""
        turn, liked = int(event._data["turn"]), bool(event._data["liked"])
        answer = chat.exchanges[turn].answer if 0 <= turn < len(chat.exchanges) else None
        if answer is None:
            return {self._window.chat: chat}
        try:
            keep(
                self._catalog.home,
                question=chat.exchanges[turn].question,
                history=chat.history(turn),
                answer=answer,
                liked=liked,
                correction=str(event._data.get("correction") or ""),
            )
        except RagError as error:
            raise gr.Error(escape(str(error)), print_exception=False) from error
        return self._said(chat.liking(turn, liked), language) | {
            self._window.desk: message(chat=to_record(chat.liking(turn, liked)))
        }

    def export(self, chat: Chat, language: str) -> str:
        name = f"{words(language)['brand']}-{chat.id}.md"
        return message(download={"name": name, "text": markdown(chat, words(language))})

    # Choices

    def speak(self, chat: Chat, language: str, passages: float, engine: str) -> Updates:
        """The page in another language, and the browser remembers it."""
        updates = relabelled(self._window, words(language), self._settings) | self._said(chat, language)
        updates[self._window.article] = self._article(chat, language)
        updates[self._window.desk] = self.choose(language, passages, engine)
        return updates

    def choose(self, language: str, passages: float, engine: str) -> str:
        choices = {"language": language, "passages": int(passages), "engine": engine}
        return message(choices=choices, title=words(language)["title"])

    def refresh(self, chosen: list[str] | None) -> dict[str, Any]:
        """The articles that can be chosen now."""
        return gr.update(**document_choices(self._catalog.entries(), chosen or ()))

    def _settled(self, chat: Chat, language: str) -> Updates:
        pane = {self._window.article: self._article(chat, language)}
        return self._said(chat, language) | at_rest(self._window, chat) | pane

    def _said(self, chat: Chat, language: str) -> Updates:
        examples = () if chat.exchanges else self._examples(self._catalog.state())
        return said_so_far(self._window, chat, words(language), examples)

    def _article(self, chat: Chat, language: str) -> str:
        """The article of the newest answer."""
        return article(chat, len(chat.exchanges) - 1, None, words(language), self._catalog)
