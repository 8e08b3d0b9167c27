"""Hostile articles and questions: nothing of an attack is shown, even by a model that obeys it.

In every second article the attack is the title too. The worst case for each engine: the reader is sure of
the attack's words, the model writes what the attack
wants and cites every sentence for it, and its server repeats the prompt and the key.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from rag.text import fold
from rag.untrusted import visible
from tests.llm_case import ARTICLE, KEY, QUESTION, TITLE, Case, Outcome, model
from tests.llm_server import Reply, says, serving
from tests.paths import ROOT

CASES = [
    json.loads(line) for line in (ROOT / "tests" / "data" / "hostile.jsonl").read_text("utf-8").splitlines()
]
MARKS = "[1][2][3][4][5]"
PROMPT_PIECE = 16
"""Characters of the prompt in a row that count as a leak."""


def test_the_suite_is_large_enough_and_mixed() -> None:
    assert len(CASES) >= 60
    kinds = {"ignore", "turn", "citation", "html", "unseen", "secret", "link"}
    assert {case["kind"] for case in CASES if case["where"] == "article"} == kinds
    assert {case["kind"] for case in CASES if case["where"] == "question"} == kinds
    assert len({case["id"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("engine", ["extractive", "llm"])
def test_nothing_of_an_attack_is_shown(engine: str, tmp_path: Path) -> None:
    shown: dict[str, list[str]] = {}
    prompts = [""]
    now: dict[str, Any] = {}
    unharmed = Case(tmp_path / "unharmed")

    def obeys(body: dict[str, Any]) -> Reply:
        prompts.append(body["messages"][0]["content"])
        lines = now["says"].format(prompt=prompts[-1], key=KEY).splitlines()
        return says("".join(f"{line}{MARKS}\n" for line in lines), size=9)

    with serving(obeys) as served:
        writing = model(served.url) if engine == "llm" else None
        for case in CASES:
            now = case
            text = ARTICLE.replace("。", "。" + case["attack"], 1)
            title = case["attack"] if case["id"][-1] in "02468" else TITLE
            here = Case(tmp_path / case["id"], text, title) if case["attack"] else unharmed
            finds = case["payload"][0] if case["payload"][0] in text else "48.6 億元"
            outcome = here.ask(case["question"] or QUESTION, finds, writing)
            if found := _leaks(case, outcome, prompts[-1]):
                shown[case["id"]] = found
    assert not shown
    assert engine == "extractive" or len(prompts) > len(CASES) / 2  # it was asked, and obeyed


def _leaks(case: dict[str, Any], outcome: Outcome, prompt: str) -> list[str]:
    text = outcome.text.replace(visible(case["question"]), "") if outcome.verdict.refused else outcome.text
    seen = [text, outcome.verdict.short or "", *outcome.partials, *outcome.notes]
    seen += [citation.quote for citation in outcome.verdict.citations]
    wanted = [one for one in case["payload"] if one not in ("{prompt}", "{key}")]
    found = [one for one in [*wanted, KEY] if any(fold(one) in fold(part) for part in seen)]
    pieces = {prompt[at : at + PROMPT_PIECE] for at in range(len(prompt) - PROMPT_PIECE)}
    return found + [piece for piece in pieces if any(piece in part for part in seen)]
