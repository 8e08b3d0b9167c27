"""A pipeline that says what it was told to, over a real catalog, and the page it serves, for fast tests."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rag import Answer, Citation, Hit, Settings, Turn
from rag.catalog import Catalog
from rag.prompts import refusal
from rag.schema import Block, Chunk, Document, Stage

STAGES = ("rewrite", "retrieve", "answer", "ground")


def document(
    name: str, text: str, *, published: str | None = "2031-04-05", source: str = "虛構日報"
) -> Document:
    """Lines are paragraphs; those that begin with # and ## are headings; the first is the title."""
    blocks, start = [], 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\n")
        level = len(bare) - len(bare.lstrip("#"))
        begin = start + level + (1 if level else 0)
        if bare.strip():
            blocks.append(Block(begin, start + len(bare), level))
        start += len(line)
    title = text[blocks[0].start : blocks[0].end]
    return Document(name, text, title, source, published, None, "zh-Hant", tuple(blocks[1:]))


def answer(
    question: str,
    quoted: Sequence[tuple[Document, str, str | None]],
    *,
    short: str | None = None,
    query: str | None = None,
    confidence: float = 0.9,
) -> Answer:
    """The answer that quotes (document, quote, value in it); a quote stands where its text first does."""
    citations = []
    for number, (one, quote, value) in enumerate(quoted, 1):
        start = one.text.index(quote)
        inner = start + quote.index(value) if value else 0
        span = (inner, inner + len(value)) if value else None
        where = (one.id, one.title, one.source, one.published)
        citations.append(Citation(number, quote, *where, start, start + len(quote), span))
    text = "\n".join(f"{c.quote}[{c.number}]" for c in citations)
    timings = {"total": 0.42}
    return Answer(
        text, short, False, tuple(citations), query or question, (), confidence, "extractive", timings
    )


def refused(question: str, near: Sequence[tuple[Document, str]]) -> Answer:
    hits = []
    for one, passage in near:
        start = one.text.index(passage)
        hits.append(Hit(Chunk(f"{one.id}-{start}", one.id, start, start + len(passage), passage, ()), 1.0))
    said = refusal("zh-Hant", question, None)
    return Answer(said, None, True, (), question, tuple(hits), 0.1, "extractive", {"total": 0.2})


class Scripted:
    """Answers from a table of questions; a question that ends in 慢 waits at a stage until told to go on."""

    def __init__(self, catalog: Catalog, settings: Settings, answers: Mapping[str, Answer]) -> None:
        self.catalog = catalog
        self.settings = settings
        self.answers = answers
        self.go_on = threading.Event()
        self.asked: list[tuple[str, Sequence[Turn], int, Any]] = []

    def stream(self, question: str, history: Sequence[Turn] = (), **options: Any) -> Iterator[Stage | Answer]:
        self.asked.append((question, history, self.settings.top_k, options.get("scope")))
        for stage in STAGES:
            yield Stage(stage)
            if question.endswith("慢") and stage == "answer":
                self.go_on.wait(30)
        if question.endswith("壞"):
            raise RuntimeError("a fault of the scripted pipeline")
        known = self.answers.get(question.removesuffix("慢"))
        yield replace(known, query=known.query) if known else refused(question, ())


def catalog_of(home: Path, documents: Sequence[Document]) -> Catalog:
    catalog = Catalog.create(home)
    for one in documents:
        with catalog.transaction():
            catalog.put(f"{one.id}.txt", one, (), (), np.empty((0, 0), np.float32))
    return catalog


@contextmanager
def served(pipeline: Scripted, auth: tuple[str, str] | None = None) -> Iterator[str]:
    """The address of the page, on a port of its own."""
    import socket

    from ui.app import build
    from ui.serve import launch

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = build(pipeline.settings, pipeline.catalog, lambda engine: pipeline)
    launch(page, "127.0.0.1", port, auth=auth)
    time.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        pipeline.go_on.set()
        page.close(verbose=False)
