"""Chromium for the tests of the page, and what a person does there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 780}
WAIT_MS = 60_000


@contextmanager
def chromium() -> Iterator[Any]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def opened(browser: Any, address: str, size: dict[str, int] = DESKTOP, **options: Any) -> Any:
    """The page in a context of its own: nobody else's storage."""
    page = browser.new_context(viewport=size, **options).new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(address)
    page.locator("#newest > *").first.wait_for(state="attached")
    page.locator("#newest .welcome, #newest .exchange").first.wait_for()
    return page


def ask(page: Any, question: str) -> Any:
    """Ask and wait for the answer; its place in the chat."""
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    answer = page.locator("#newest .exchange", has_text=question).locator(".answer")
    answer.wait_for()
    page.locator("#again").wait_for()
    return answer


def in_sight(page: Any, mark: Any) -> bool:
    """Whether an element lies wholly inside the window and inside the pane that scrolls it."""
    return mark.evaluate(
        """element => {
          const inside = (a, b) => a.top >= b.top - 1 && a.bottom <= b.bottom + 1 && a.left >= b.left - 1;
          const box = element.getBoundingClientRect();
          const pane = document.querySelector("#article").getBoundingClientRect();
          return inside(box, pane) && inside(box, {top: 0, left: 0, bottom: window.innerHeight});
        }"""
    )
