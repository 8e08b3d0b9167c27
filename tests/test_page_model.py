"""The chat page as people start it, `python -m ui`, with the real models and the default article."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from eval.dataset import load_questions
from rag import Pipeline, Settings
from rag.schema import Block, Document
from rag.text import fold
from tests.browser import ask, chromium, in_sight, opened
from tests.paths import ROOT
from ui.examples import example_questions

pytestmark = [pytest.mark.model, pytest.mark.browser]

PAGE_UP_S = 4.0
"""Seconds from the command to the page; doubled here, for the machine may be doing other things."""


@pytest.fixture(scope="module")
def address(settings: Settings, pipeline: Pipeline) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui", "--port", str(port), "--home", str(settings.home)]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"})
    began = time.monotonic()
    try:
        _wait_until_up(f"http://127.0.0.1:{port}", server)
        assert time.monotonic() - began < 2 * PAGE_UP_S
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Any]:
    with chromium() as browser:
        yield opened(browser, address)


@pytest.mark.parametrize("count", [3, pytest.param(20, marks=pytest.mark.load)])
def test_answers_stand_in_the_article_marked_to_the_character(
    page: Any, pipeline: Pipeline, count: int
) -> None:
    page.set_default_timeout(180_000)
    asked = [
        one.question for one in load_questions(ROOT / "eval" / "data" / "article.jsonl") if not one.history
    ]
    shown = 0
    for question in asked[:: len(asked) // (2 * count)]:
        expected = pipeline.answer(question)
        if expected.refused or shown == count:
            continue
        shown += 1
        answer = ask(page, question)
        for citation in expected.citations:
            answer.locator(".cite", has_text=f"[{citation.number}]").first.click()
            mark = page.locator(f"#article mark[data-mark~='{citation.number}']")
            assert "".join(mark.all_inner_texts()) == citation.quote, question
            assert in_sight(page, mark.first), question
            if citation.value:
                document = pipeline.catalog.document(citation.document_id)
                assert document is not None
                assert mark.locator("strong").first.inner_text() == document.text[slice(*citation.value)]
    assert shown == count


def test_a_follow_up_is_completed_and_says_so(page: Any) -> None:
    ask(page, "智譜 2024 年的毛利率是多少?")
    answer = ask(page, "那 2023 年呢?")
    assert answer.locator(".understood").inner_text() == "理解為：智譜 2023 年的毛利率是多少?"


def test_outside_the_chosen_dates_there_is_no_answer(page: Any) -> None:
    page.locator(".toggle-button").click()
    page.locator("#scope-box button").first.click()
    page.locator("#scope label", has_text="日期範圍").click()
    page.locator("#scope-since input, #scope-since textarea").fill("2999-01-01")
    refusal = ask(page, "智譜的最新估值是多少?")
    assert "文中未提及" in refusal.inner_text()
    assert refusal.locator(".cite, .short").count() == 0
    page.locator("#scope label", has_text="所有文章").click()
    assert ask(page, "智譜的估值是多少?").locator(".cite").count() > 0


def test_as_many_passages_are_read_as_the_window_says(pipeline: Pipeline) -> None:
    from ui.asking import reading

    for wanted in (3, 12):
        assert len(reading(pipeline, wanted).answer("智譜的最新估值是多少?").hits) == wanted


def test_examples_come_from_the_indexed_articles(pipeline: Pipeline) -> None:
    text = "甲乙丙集團公布財報。2024 年,甲乙丙集團的營收為 12.5 億元,年增 3%。"
    assert len(fold(text)) == len(text)
    document = Document("x", text, "甲", "乙", None, None, "zh-Hant", (Block(0, len(text)),))
    assert example_questions([document]) == ["甲乙丙集團 2024 年的營收是多少?"]
    for question in example_questions(pipeline.catalog.documents()):
        assert not pipeline.answer(question).refused, question


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own server
                assert response.status == 200
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the page did not come up")
