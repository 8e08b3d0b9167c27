"""The chat page in a real browser: ask, read, see the sentence marked; hostile text stays text."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from rag import Pipeline, Settings
from rag.schema import Document
from rag.text import fold
from tests.paths import ROOT
from ui.examples import example_questions

pytestmark = [pytest.mark.model, pytest.mark.browser]

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>毒龍公司的營收為 77 億元。'


@pytest.fixture(scope="module")
def address(
    settings: Settings, pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "毒龍.txt").write_text(f"毒龍公司財報\n\n{HOSTILE}\n", "utf-8")
    ingest([folder], settings)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui", "--port", str(port), "--home", str(settings.home)]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"})
    try:
        _wait_until_up(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[object]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        yield page
        browser.close()


def test_a_question_is_answered_with_its_sentence_marked(page) -> None:
    _ask(page, "智譜的最新估值是多少?")
    mark = page.locator("#evidence mark").first
    mark.wait_for(timeout=90_000)
    assert "243.77 億元" in mark.inner_text()
    assert "243.77 億元" in page.locator("#chat").inner_text()


def test_a_follow_up_shows_how_it_was_understood(page) -> None:
    _ask(page, "智譜 2024 年的毛利率是多少?")
    page.locator("#chat", has_text="56.3%").wait_for(timeout=60_000)
    _ask(page, "那 2023 年呢?")
    page.locator("#chat", has_text="理解為：智譜 2023 年的毛利率是多少?").wait_for(timeout=60_000)


def test_hostile_articles_and_questions_stay_text(page) -> None:
    _ask(page, "毒龍公司的營收是多少? <script>window.hacked=1</script>")
    page.locator("#evidence mark", has_text="77 億元").first.wait_for(timeout=60_000)
    assert page.evaluate("window.hacked") is None
    assert "<script>window.hacked=1</script>" in page.locator("#chat").inner_text()
    assert page.locator("#evidence img, #chat img[src=x]").count() == 0


def test_a_thumb_is_kept_for_the_evaluation(page, settings: Settings) -> None:
    page.locator("#chat button[title='Like'], #chat button[aria-label='Like']").first.click()
    kept = settings.home / "feedback.jsonl"
    for _ in range(50):
        if kept.exists():
            break
        page.wait_for_timeout(200)
    (thumb,) = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    assert thumb["liked"] is True
    assert thumb["question"] == "智譜的最新估值是多少?"


def test_examples_come_from_the_indexed_articles(pipeline: Pipeline) -> None:
    text = "甲乙丙集團公布財報。2024 年,甲乙丙集團的營收為 12.5 億元,年增 3%。"
    document = _document(text)
    assert example_questions([document]) == ["甲乙丙集團 2024 年的營收是多少?"]
    for question in example_questions(pipeline.catalog.documents()):
        assert not pipeline.answer(question).refused, question


def _ask(page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")


def _wait_until_up(url: str, server: subprocess.Popen) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own server
                assert response.status == 200
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the page did not come up")


def _document(text: str) -> Document:
    from rag.schema import Block

    assert len(fold(text)) == len(text)
    return Document("x", text, "甲", "乙", None, None, "zh-Hant", (Block(0, len(text)),))
