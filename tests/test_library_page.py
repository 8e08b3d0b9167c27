# ruff: noqa: F811 - a fixture is imported
"""The tab of articles in a real browser: hand in, ask elsewhere, read, remove; hostile articles stay text."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ingest import ingest
from rag import Pipeline, Settings
from tests.test_index import line, model, text  # noqa: F401 - a fixture
from tests.test_library import HOSTILE, SAID, titles
from ui.app import build
from ui.i18n import words
from ui.serve import launch

pytestmark = [pytest.mark.model, pytest.mark.browser]

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
LONGEST_WAIT = 5.0
"""Seconds from the commit of a new article to its first answer, on a machine that is not busy otherwise."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[tuple[str, Settings]]:
    """The page over a small index with a tiny embedding model, served from this process."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "a.txt").write_text(text("河灣"), "utf-8")
    (folder / "毒.jsonl").write_text(line(HOSTILE, f"{text('毒龍鎮')}\n{HOSTILE}"), "utf-8")
    configured = Settings(home=folder / "index", embedding_model=str(model), max_file_mb=1)
    ingest([folder / "a.txt", folder / "毒.jsonl"], configured)
    pipeline = Pipeline(configured)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = build(configured, pipeline.catalog, lambda *_: pipeline)
    launch(page, "127.0.0.1", port, max_file_mb=configured.max_file_mb)
    yield f"http://127.0.0.1:{port}", configured
    page.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def visit(browser, address: str, tab: bool = True):
    """A page of a visitor of its own."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    page.locator("#question textarea, #question input").first.wait_for(timeout=60_000)
    if tab:
        page.get_by_role("tab", name=SAID["library"], exact=True).click()
        page.locator("#library-list table").wait_for(timeout=30_000)
    return page


def ask(page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")


def said_in(page, selector: str, words_there: str, timeout: int = 120_000) -> None:
    page.locator(selector, has_text=words_there).first.wait_for(timeout=timeout)


def test_an_upload_in_one_window_answers_in_another_that_was_open_before(served, browser) -> None:
    address, _ = served
    other, one = visit(browser, address, tab=False), visit(browser, address)
    ask(other, "東鎮的鐵橋長幾公尺?")
    other.locator("#newest .answer").wait_for(timeout=60_000)
    assert "888" not in other.locator("#newest").inner_text()
    file = {"name": "東鎮.txt", "mimeType": "text/plain", "buffer": text("東鎮", 888).encode()}
    picture = {"name": "<b>.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    one.locator("#library-files input[type=file]").set_input_files([file, picture])
    said_in(one, "#library-status", SAID["library_added"].format(count=1))
    committed = time.monotonic()
    ask(other, "東鎮的鐵橋長幾公尺?")
    said_in(other, "#newest .answer", "888")
    waited = time.monotonic() - committed
    assert SAID["reason_type"] in one.locator("#library-status").inner_text()
    assert ".png" in one.locator("#library-status li b").inner_text()
    assert one.locator("#library-list tbody tr").count() == 3
    one.get_by_role("tab", name=SAID["tab_chat"], exact=True).click()
    ask(one, "東鎮的鐵橋長幾公尺?")
    said_in(one, "#newest .answer", "888")
    if os.getloadavg()[0] <= (os.cpu_count() or 1):
        assert waited <= LONGEST_WAIT


def test_a_file_that_is_too_large_stays_in_the_browser_and_is_named(served, browser) -> None:
    address, _ = served
    page = visit(browser, address)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/upload" in request.url else None)
    large = {"name": "<i>大.txt", "mimeType": "text/plain", "buffer": b"a" * (2**20 + 1)}
    small = {"name": "小.txt", "mimeType": "text/plain", "buffer": text("小鎮").encode()}
    page.locator("#library-files input[type=file]").set_input_files([large, small])
    said_in(page, "#library-status li", SAID["library_too_large"].format(most=1))
    assert page.locator("#library-status li b").all_inner_texts() == ["<i>大.txt", "小.txt"]
    assert SAID["library_problem"] in page.locator("#library-status li").last.inner_text()
    assert sent == []
    dropped = page.evaluate_handle(
        """() => {
          const held = new DataTransfer();
          held.items.add(new File([new Uint8Array(2 ** 20 + 1)], "拖.txt", {type: "text/plain"}));
          return held;
        }"""
    )
    page.dispatch_event("#library-files button", "drop", {"dataTransfer": dropped})
    said_in(page, "#library-status li b", "拖.txt")
    assert sent == []
    page.locator("#library-files input[type=file]").set_input_files([small])
    said_in(page, "#library-status", SAID["library_added"].format(count=1))


def test_the_server_takes_no_file_that_is_too_large(served) -> None:
    address, _ = served
    for size, status in [(2**20, 200), (2**20 + 1, 413)]:
        file = {"files": ("a.txt", b"a" * size, "text/plain")}
        assert httpx.post(f"{address}/gradio_api/upload", files=file).status_code == status


def test_an_article_is_pasted_opened_and_removed_after_a_question(served, browser) -> None:
    address, configured = served
    page = visit(browser, address)
    page.get_by_text(SAID["library_paste"]).click()
    page.locator("#library-title input, #library-title textarea").fill("西嶺的橋")
    page.locator("#library-text textarea").fill(text("西嶺", 654))
    page.locator("#library-add").click()
    said_in(page, "#library-status", SAID["library_added"].format(count=1))
    assert page.locator("#library-text textarea").input_value() == ""
    page.locator("#library-list button", has_text="西嶺的橋").click()
    said_in(page, "#library-article h2", "西嶺的橋")
    assert "654 公尺" in page.locator("#library-article").inner_text()
    page.locator("#library-remove").click()
    said_in(page, "#library-sure", "西嶺的橋")
    page.locator("#library-no").click()
    page.locator("#library-sure").wait_for(state="hidden")
    assert "西嶺的橋" in titles(configured)
    page.locator("#library-remove").click()
    page.locator("#library-yes").click()
    said_in(page, "#library-status", SAID["library_removed"])
    assert "西嶺的橋" not in titles(configured)
    assert page.locator("#library-list button", has_text="西嶺的橋").count() == 0
    said_in(page, "#library-article", SAID["library_empty"])


def test_hostile_articles_are_inert_in_the_tab(served, browser) -> None:
    address, _ = served
    page = visit(browser, address)
    page.locator("#library-list button", has_text="<script>").first.click()
    said_in(page, "#library-article", "毒龍鎮的鐵橋長")
    assert HOSTILE in page.locator("#library-article").inner_text()
    page.locator("#library-remove").click()
    said_in(page, "#library-sure", "<script>")
    page.locator("#library-no").click()
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0


def test_the_tab_speaks_three_languages_and_finds_by_words(served, browser) -> None:
    address, _ = served
    page = visit(browser, address)
    page.locator("#library-wanted input, #library-wanted textarea").fill("河湾的铁桥")
    page.wait_for_function("document.querySelectorAll('#library-list tbody tr').length == 1")
    for language in ("en", "zh-Hans"):
        said = words(language)
        page.locator("#language").get_by_text(said["language_name"], exact=True).click()
        said_in(page, "#library-list th", said["library_characters"])
        for key in ("library_paste", "library_empty"):
            assert page.get_by_text(said[key]).first.is_visible()
        assert page.get_by_role("tab", name=said["library"], exact=True).is_visible()
        assert page.locator("#library-list tbody tr").count() == 1
