"""Ablation rows on a tiny index, held to hand counts and to the product's own retrieval."""

from pathlib import Path
from typing import Any

import pytest

from eval.ablation import LEXICAL, ablate
from eval.dataset import Question, QuestionSet
from ingest import ingest
from rag import Pipeline, Settings
from rag.catalog import Catalog
from rag.text import tokens

TEXTS = {
    "tea.txt": "白川茶廠\n\n白川茶廠建於1931年,位在山谷東側。\n\n廠長林秀玉引進德國烘茶機,產量因此增加一倍。",
    "train.md": "# 青嶺鐵路\n\n## 路線\n\n青嶺鐵路全長42公里,總工程師是周文海。\n\n沿線共有九座車站。",
    "lake.txt": "月眉湖\n\n月眉湖最深處有17公尺。\n\n湖中有三座小島,島上沒有居民。",
}
ASKED = {
    "青嶺鐵路的總工程師是誰?": ("train.md", "總工程師是周文海"),
    "誰引進了烘茶機?": ("tea.txt", "廠長林秀玉引進德國烘茶機"),
    "月眉湖有幾座小島?": ("lake.txt", "湖中有三座小島"),
    "How long is the 青嶺鐵路 railway?": ("train.md", "全長42公里"),
}


@pytest.fixture(scope="module")
def question_set(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    questions = [
        Question(f"q{n}", article, asked, "fact", "zh-Hant", (("x",),), (quote,))
        for n, (asked, (article, quote)) in enumerate(ASKED.items())
    ]
    unanswerable = Question("u", "lake.txt", "湖主是誰?", "not_stated", "zh-Hant", (), ())
    return QuestionSet("tiny", (*questions, unanswerable), (folder,))


@pytest.fixture(scope="module")
def small(question_set: QuestionSet, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("tiny"), chunk_chars=20, top_k=3)
    ingest(question_set.sources, settings)
    return settings


@pytest.fixture(scope="module")
def rows(question_set: QuestionSet, small: Settings) -> list[dict[str, Any]]:
    return ablate(question_set, question_set.questions, small)


def ranks(question_set: QuestionSet, found: dict[str, list[str]]) -> list[int | None]:
    return [
        next((n for n, text in enumerate(found[q.question], 1) if q.evidence[0] in text), None)
        for q in question_set.questions
        if q.answers
    ]


def figures(ranks: list[int | None]) -> dict[str, float]:
    return {
        "recall@1": sum(rank == 1 for rank in ranks) / len(ranks),
        "recall@5": sum(rank is not None for rank in ranks) / len(ranks),
        "mrr": sum(1 / rank for rank in ranks if rank) / len(ranks),
    }


def of(rows: list[dict[str, Any]], name: str) -> dict[str, float]:
    return {row["metric"]: row["value"] for row in rows if row["name"] == f"tiny: {name}"}


@pytest.mark.model
def test_rows_are_what_the_report_draws(rows: list[dict[str, Any]]) -> None:
    assert all(set(row) == {"name", "metric", "value", "low", "high", "n"} for row in rows)
    assert all(0 <= row["low"] <= row["value"] <= row["high"] <= 1 and row["n"] == 4 for row in rows)
    assert len(rows) == len({(row["name"], row["metric"]) for row in rows}) == 3 * (len(LEXICAL) + 3)


@pytest.mark.model
def test_white_space_finds_only_what_stands_between_blanks(rows: list[dict[str, Any]]) -> None:
    """Chinese questions have no blanks; only the name that blanks set apart in the English one can match."""
    assert of(rows, "lexical, white space")["recall@5"] <= 1 / 4
    assert of(rows, "lexical, bigrams")["recall@5"] == 1
    assert of(rows, "lexical, words + bigrams")["recall@5"] == 1


@pytest.mark.model
def test_words_and_bigrams_rank_as_the_lexical_index_of_the_product(
    rows: list[dict[str, Any]], question_set: QuestionSet, small: Settings
) -> None:
    """The ablation cuts passages itself, since it may not import ingest: here the two are held together."""
    catalog = Catalog(small.home)
    found = {}
    for asked in ASKED:
        ids = [i for i, _ in catalog.search(tokens(asked), small.top_k)]
        found[asked] = [catalog.chunks([i])[i].text for i in ids]
    assert of(rows, "lexical, words + bigrams") == pytest.approx(figures(ranks(question_set, found)))


@pytest.mark.model
def test_hybrid_is_the_retrieval_of_the_product(
    rows: list[dict[str, Any]], question_set: QuestionSet, small: Settings
) -> None:
    product = Pipeline(small)
    found = {asked: [h.chunk.text for h in product.retrieve(asked, small.top_k)] for asked in ASKED}
    assert of(rows, "hybrid") == pytest.approx(figures(ranks(question_set, found)))


def test_without_gold_evidence_there_is_nothing_to_rank(question_set: QuestionSet, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no question of tiny"):
        ablate(question_set, question_set.questions[-1:], Settings(home=tmp_path))
