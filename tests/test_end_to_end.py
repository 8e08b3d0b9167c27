"""The whole way with the real model on the real article: files in, cited answers out."""

import json
import subprocess
import sys

import pytest

from ingest import IngestReport, ingest
from rag import Pipeline, Settings, Turn
from rag.chain import AnswerChain, HybridRetriever
from rag.errors import IndexMissing, IndexStale, QuestionError
from rag.schema import Answer, Stage
from tests.paths import ARTICLES, ROOT

pytestmark = pytest.mark.model

VALUATION = "243.77 億元"


def test_the_raw_article_yields_title_date_and_body_without_chrome(
    pipeline: Pipeline, first_ingest: IngestReport
) -> None:
    (document,) = pipeline.catalog.documents()
    raw = next(ARTICLES.glob("*.txt")).read_text("utf-8")
    assert document.text == raw
    assert document.title == raw.splitlines()[1]
    assert document.published == "2025-12-23"
    indexed = "".join(chunk.text for chunk in _all_chunks(pipeline))
    assert "APP" not in indexed
    assert "Published" not in indexed
    assert document.title not in indexed
    assert len(first_ingest.added) == 1


def test_a_second_ingest_writes_nothing(pipeline: Pipeline, settings: Settings) -> None:
    before = pipeline.catalog.generation()
    report = ingest([ARTICLES], settings)
    assert (report.written, report.added, report.changed) == (0, (), ())
    assert len(report.unchanged) == 1
    assert pipeline.catalog.generation() == before


@pytest.mark.parametrize(
    "question",
    ["智譜的最新估值是多少?", "智谱的最新估值是多少？", "What is Zhipu's latest valuation?"],
)
def test_the_same_sentence_answers_in_three_scripts(pipeline: Pipeline, question: str) -> None:
    answer = pipeline.answer(question)
    assert not answer.refused
    assert VALUATION in answer.citations[0].quote
    assert "[1]" in answer.text
    _assert_exact(pipeline, answer)
    assert 0 <= answer.confidence <= 1
    assert set(answer.timings) == {"rewrite", "retrieve", "answer", "ground", "total"}


def test_what_the_article_does_not_say_is_refused_in_the_language_of_the_question(pipeline: Pipeline) -> None:
    for question, words in [
        ("台積電 2019 年在亞利桑那州蓋廠花了多少錢?", "文中未提及"),
        ("台积电 2019 年在亚利桑那州盖厂花了多少钱?", "文中未提及这个"),
        ("How tall is the Eiffel Tower in Paris?", "do not answer"),
    ]:
        answer = pipeline.answer(question)
        assert answer.refused, question
        assert words in answer.text
        assert (answer.citations, answer.short) == ((), None)
        assert answer.hits


def test_a_follow_up_is_completed_from_the_history(pipeline: Pipeline) -> None:
    answer = pipeline.answer("那 2023 年呢?", [Turn("智譜 2024 年的毛利率是多少?", "…")])
    assert answer.query == "智譜 2023 年的毛利率是多少?"
    assert "64.6%" in answer.citations[0].quote


@pytest.mark.parametrize("question", ["", "  \n", "長" * 1001])
def test_an_unusable_question_is_an_error(pipeline: Pipeline, question: str) -> None:
    with pytest.raises(QuestionError):
        pipeline.answer(question)


@pytest.mark.parametrize(
    "question", ["???", "🙂", "\x00\ud800", 'SELECT * FROM "x" OR NEAR(\'', "[1][2] %s {x}"]
)
def test_odd_questions_get_an_answer_or_a_refusal(pipeline: Pipeline, question: str) -> None:
    _assert_exact(pipeline, pipeline.answer(question))


def test_the_stream_tells_every_stage_and_ends_with_the_answer(pipeline: Pipeline) -> None:
    *stages, answer = pipeline.stream("智譜成立於哪一年?")
    assert [stage.name for stage in stages if isinstance(stage, Stage)] == [
        "rewrite",
        "retrieve",
        "answer",
        "ground",
    ]
    assert isinstance(answer, Answer)
    assert "2019" in answer.text


def test_langchain_gets_the_same(pipeline: Pipeline) -> None:
    chain = AnswerChain(pipeline)
    question = "智譜成立於哪一年?"
    direct = pipeline.answer(question)
    for answer in [chain.invoke(question), *chain.batch([question, {"question": question, "history": []}])]:
        assert (answer.text, answer.citations) == (direct.text, direct.citations)
    assert list(chain.stream(question))[-1].text == direct.text
    found = HybridRetriever(pipeline=pipeline, k=3).invoke(question)
    assert [document.id for document in found] == [hit.chunk.id for hit in pipeline.retrieve(question, 3)]


def test_the_command_line_prints_words_and_json(pipeline: Pipeline, settings: Settings) -> None:
    question = "智譜的最新估值是多少?"
    command = [sys.executable, "-m", "rag", question, "--home", str(settings.home)]
    words = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert VALUATION in words
    printed = subprocess.run(
        [*command, "--json"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    answer = json.loads(printed)
    (citation, *_) = answer["citations"]
    document = pipeline.catalog.document(citation["document_id"])
    assert document is not None
    assert document.text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_conversation_on_the_command_line_keeps_the_history(
    settings: Settings, pipeline: Pipeline
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag", "--home", str(settings.home)],
        input="智譜 2024 年的毛利率是多少?\n那 2023 年呢?\n\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert "→ 智譜 2023 年的毛利率是多少?" in done.stdout


def test_without_an_index_the_error_names_the_remedy(tmp_path: object) -> None:
    with pytest.raises(IndexMissing, match="python -m ingest"):
        Pipeline(Settings(home=f"{tmp_path}/none"))


def test_another_recipe_asks_for_a_rebuild(pipeline: Pipeline, settings: Settings) -> None:
    with pytest.raises(IndexStale, match="--rebuild"):
        ingest([ARTICLES], Settings(home=settings.home, chunk_chars=settings.chunk_chars + 1))


def _all_chunks(pipeline: Pipeline):
    ids = [chunk_id for batch, _ in pipeline.catalog.vectors() for chunk_id in batch]
    return pipeline.catalog.chunks(ids).values()


def _assert_exact(pipeline: Pipeline, answer: Answer) -> None:
    for citation in answer.citations:
        document = pipeline.catalog.document(citation.document_id)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote
