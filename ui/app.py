"""The chat page: question and answer on the left, the cited sentences in their paragraphs on the right."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import gradio as gr

from rag import Answer, Pipeline, Turn
from rag.catalog import Catalog
from rag.errors import RagError
from rag.pipeline import LONGEST_QUESTION
from ui.examples import example_questions
from ui.feedback import keep
from ui.format import evidence

STATIC = Path(__file__).with_name("static")
CONCURRENT_ANSWERS = 4
LONGEST_QUEUE = 64
TURNS_REMEMBERED = 6
STAGES = {
    "load": "載入模型…",
    "rewrite": "理解問題…",
    "retrieve": "搜尋…",
    "answer": "閱讀…",
    "ground": "核對引文…",
}

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, and where the answer stands in the chat."""

    message: int
    question: str
    answer: Answer


Update = tuple[str, list[Message], str, list[Exchange]]


def build(catalog: Catalog, pipeline: Callable[[], Pipeline]) -> gr.Blocks:
    """The page; `pipeline` is called at the first question and may still be loading then."""
    page = gr.Blocks(title="文據 — 問文章", analytics_enabled=False)
    with page:
        said = gr.State([])
        gr.Markdown("# 文據\n問文章，看原文。每個答案都附上逐字核對過的出處；文中沒有的，就說沒有。")
        with gr.Row():
            with gr.Column(scale=3):
                chat = gr.Chatbot(
                    label="對話",
                    height="60vh",
                    render_markdown=False,  # and yet it shows HTML: every text is escaped below
                    buttons=["copy"],
                    feedback_options=("Like", "Dislike"),
                    elem_id="chat",
                )
                box = gr.Textbox(
                    placeholder="輸入問題，按 Enter 送出",
                    show_label=False,
                    max_length=LONGEST_QUESTION,
                    submit_btn=True,
                    autofocus=True,
                    elem_id="question",
                )
                examples = example_questions(catalog.documents())
                if examples:
                    gr.Examples(examples, box, label="試試看")
            with gr.Column(scale=2):
                sources = gr.HTML(elem_id="evidence", label="出處")

        def ask(question: str, messages: list[Message], exchanges: list[Exchange]) -> Iterator[Update]:
            yield from _ask(pipeline, question, messages, exchanges)

        def like(exchanges: list[Exchange], event: gr.LikeData) -> None:
            _keep_thumb(catalog.home, exchanges, event)

        box.submit(ask, [box, chat, said], [box, chat, sources, said], api_name="ask")
        chat.like(like, said, None, api_visibility="private")
        chat.clear(lambda: ("", []), None, [sources, said], api_visibility="private")
    page.queue(max_size=LONGEST_QUEUE, default_concurrency_limit=CONCURRENT_ANSWERS)
    return page


def launch(page: gr.Blocks, host: str, port: int) -> None:
    """Serve the page until interrupted."""
    page.launch(
        server_name=host,
        server_port=port,
        css_paths=[STATIC / "style.css"],
        footer_links=[],
        share=False,
        quiet=True,
    )


def _ask(
    pipeline: Callable[[], Pipeline], question: str, messages: list[Message], exchanges: list[Exchange]
) -> Iterator[Update]:
    """Updates for (question box, chat, evidence, exchanges): one a stage, then the answer."""
    messages = [*messages, {"role": "user", "content": escape(question)}]

    def said(text: str, sources: str = "", new: Sequence[Exchange] = ()) -> Update:
        reply = {"role": "assistant", "content": escape(text)}
        return "", [*messages, reply], sources, [*exchanges, *new]

    yield said(STAGES["load"])
    try:
        loaded = pipeline()
        for event in loaded.stream(question, _turns(exchanges)):
            if not isinstance(event, Answer):
                yield said(STAGES[event.name])
                continue
            cited = {c.document_id: loaded.catalog.document(c.document_id) for c in event.citations}
            documents = {key: document for key, document in cited.items() if document}
            understood = f"理解為：{event.query}\n" if event.query != question.strip() else ""
            yield said(
                understood + event.text,
                evidence(event, documents),
                [Exchange(len(messages), question, event)],
            )
    except RagError as error:
        yield said(f"⚠ {error}")


def _turns(exchanges: Sequence[Exchange]) -> list[Turn]:
    return [Turn(one.question, one.answer.text) for one in exchanges[-TURNS_REMEMBERED:]]


def _keep_thumb(home: Path, exchanges: Sequence[Exchange], event: gr.LikeData) -> None:
    """Keep a thumb, with what it was given for, in the index folder; for `python -m eval --from-feedback`."""
    for place, one in enumerate(exchanges):
        if one.message == event.index and event.liked in (True, False, "Like", "Dislike"):
            keep(
                home,
                question=one.question,
                history=_turns(exchanges[:place]),
                answer=one.answer,
                liked=event.liked in (True, "Like"),
            )
