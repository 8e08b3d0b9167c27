"""Systems wrong on purpose: the metric that should catch each of them does, and the others stay as they were.

Figures on a set small enough to be checked by hand: seven questions with an answer, four without.
"""

from collections.abc import Callable, Sequence

import pytest

from eval.dataset import Question
from eval.run import evaluate
from rag import Answer, Citation, Hit, Turn
from rag.schema import Chunk
from rag.text import sentences, tokens
from tests.wrong_systems import WRONG, spoiled

TEXTS = {
    "harbour.txt": (
        "青嶼港是一座虛構的港口。它位於海灣的北側。港口在 1931 年啟用。全港共有 14 座碼頭。"
        "港務局長是羅以安。去年的吞吐量為 320 萬噸。"
    ),
    "tea.txt": (
        "松嵐茶行是一家虛構的茶商。店面開在老街上。茶行由許若棠創立。最貴的茶每斤售價 4,800 元。"
        "茶園的面積為 27 公頃。每年 4 月採收春茶。"
    ),
}


def asked(id: str, article: str, question: str, answer: str = "", evidence: str = "") -> Question:
    groups, quotes = (((answer,),), (evidence,)) if answer else ((), ())
    return Question(id, article, question, "fact", "zh-Hant", groups, quotes)


QUESTIONS = [
    asked("h1", "harbour.txt", "青嶼港哪一年啟用?", "1931", "港口在 1931 年啟用"),
    asked("h2", "harbour.txt", "青嶼港有幾座碼頭?", "14 座", "全港共有 14 座碼頭"),
    asked("h3", "harbour.txt", "誰是港務局長?", "羅以安", "港務局長是羅以安"),
    asked("h4", "harbour.txt", "青嶼港在海灣的哪一側?", "北側", "它位於海灣的北側"),
    asked("t1", "tea.txt", "松嵐茶行是誰創立的?", "許若棠", "茶行由許若棠創立"),
    asked("t2", "tea.txt", "最貴的茶每斤多少錢?", "4800 元", "最貴的茶每斤售價 4,800 元"),
    asked("t3", "tea.txt", "茶園面積多大?", "27 公頃", "茶園的面積為 27 公頃"),
    asked("n1", "harbour.txt", "青嶼港有幾座燈塔?"),
    asked("n2", "harbour.txt", "港務局長幾歲?"),
    asked("n3", "tea.txt", "茶行的電話是多少?"),
    asked("n4", "tea.txt", "松嵐茶行在哪裡開分店?"),
]
ANSWERABLE, UNANSWERABLE, ALL = 7, 4, 11
RIGHT = {
    "accuracy": 1.0,
    "answer_accuracy": 1.0,
    "right_and_cited": 1.0,
    "refusal_recall": 1.0,
    "refusal_precision": 1.0,
    "false_refusal": 0.0,
    "recall@1": 1.0,
    "recall@5": 1.0,
    "mrr": 1.0,
    "ndcg@10": 1.0,
    "citation_precision": 1.0,
    "citation_recall": 1.0,
    "quote_exactness": 1.0,
    "unsupported_sentences": 0.0,
    "auroc": 1.0,
    "aurc": (7 * 0 + 1 / 8 + 2 / 9 + 3 / 10 + 4 / 11) / ALL,
    "ece": 0.0,
}
"""A system that is always right; a refusal holds no answer, so that it counts as a risk in the AURC."""
CAUGHT: dict[str, dict[str, float | None]] = {
    "always answers": {
        "accuracy": 1 / ALL,
        "answer_accuracy": 1 / ANSWERABLE,
        "right_and_cited": 1 / ANSWERABLE,
        "refusal_recall": 0.0,
        "refusal_precision": None,
        "citation_precision": 0.5 / ANSWERABLE,
        "citation_recall": 1 / ANSWERABLE,
        "auroc": 0.5,
        "aurc": 10 / ALL,
        "ece": UNANSWERABLE / ALL,
    },
    "always refuses": {
        "accuracy": UNANSWERABLE / ALL,
        "answer_accuracy": 0.0,
        "right_and_cited": 0.0,
        "refusal_precision": UNANSWERABLE / ALL,
        "false_refusal": 1.0,
        "citation_precision": None,
        "citation_recall": None,
        "quote_exactness": None,
        "unsupported_sentences": None,
        "auroc": 0.5,
        "aurc": 1.0,
        "ece": ANSWERABLE / ALL,
    },
    "first two sentences": {
        "accuracy": 5 / ALL,
        "answer_accuracy": 1 / ANSWERABLE,
        "right_and_cited": 1 / ANSWERABLE,
        "citation_precision": 0.5 / ANSWERABLE,
        "citation_recall": 1 / ANSWERABLE,
        "aurc": (7 * 6 / 7 + 7 / 8 + 8 / 9 + 9 / 10 + 10 / 11) / ALL,
    },
    "wrong citations": {"right_and_cited": 0.0, "citation_precision": 0.0, "citation_recall": 0.0},
    "altered quotes": {
        "right_and_cited": 0.0,
        "citation_precision": 0.0,
        "citation_recall": 0.0,
        "quote_exactness": 0.0,
    },
    "no marks": {"unsupported_sentences": 1.0},
}
"""By hand: every metric that notices a system, and what it then is; None where it is undefined."""


def retrieve(question: str) -> tuple[Hit, ...]:
    """Every text as one passage, by shared bigrams."""
    wanted = set(tokens(question, ("bigram",)))
    hits = [
        Hit(Chunk(name, name, 0, len(text), text, ()), len(wanted & set(tokens(text, ("bigram",)))))
        for name, text in TEXTS.items()
    ]
    return tuple(sorted(hits, key=lambda hit: -hit.score))


def right(question: str, history: Sequence[Turn] = ()) -> Answer:
    """Looks the answer up among the questions: the sentence with the evidence, or a refusal."""
    hits = retrieve(question)
    quotes = next(one.evidence for one in QUESTIONS if one.question == question)
    for name, text in TEXTS.items():
        for start, end in sentences(text):
            if quotes and quotes[0] in text[start:end]:
                cited = Citation(1, text[start:end], name, name, name, None, start, end)
                return _said(question, f"{cited.quote}[1]", (cited,), hits, 1.0)
    return _said(question, "文中未提及這個問題的答案。", (), hits, 0.0)


def _said(
    question: str, text: str, citations: tuple[Citation, ...], hits: tuple[Hit, ...], confidence: float
) -> Answer:
    refused = not citations
    return Answer(text, None, refused, citations, question, hits, confidence, "made up", {"total": 0.1})


def figures(system: Callable[..., Answer]) -> dict[str, float]:
    report = evaluate(system, QUESTIONS, texts=TEXTS)
    return {
        score.metric: score.value
        for score in report.scores
        if score.group == "all" and not score.metric.startswith("latency")
    }


def test_the_system_that_is_spoiled_is_right() -> None:
    assert figures(right) == pytest.approx(RIGHT)


def test_every_wrong_system_has_its_figures() -> None:
    assert CAUGHT.keys() == WRONG.keys()


@pytest.mark.parametrize("name", CAUGHT)
def test_a_wrong_system_is_caught_by_its_metrics_and_by_no_other(name: str) -> None:
    expected = {metric: value for metric, value in (RIGHT | CAUGHT[name]).items() if value is not None}
    assert figures(spoiled(right, WRONG[name])) == pytest.approx(expected)
