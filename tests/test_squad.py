"""SQuAD-shaped sets: a tiny file made here; the real DRCD is loaded where it is at hand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.squad import ReadingSet, evaluate_squad, load_squad, read_gold
from eval.steered import Said
from rag import Settings
from tests.paths import ROOT

DRCD = ROOT.parent / "shared" / "datasets" / "drcd" / "DRCD_dev.json"
TEA = "白川茶廠建於1931年。廠長林秀玉在1950年引進烘茶機。茶廠的烘茶機來自德國。"
TRAIN = "青嶺鐵路全長42公里。鐵路的總工程師是周文海。鐵路於1931年通車。"
LAKE = "月眉湖最深處有17公尺。湖中有三座小島。"


def squad_file(folder: Path, *articles: dict[str, Any]) -> Path:
    path = folder / "tiny.json"
    path.write_text(json.dumps({"version": "1", "data": articles}, ensure_ascii=False), "utf-8")
    return path


def qa(number: str, question: str, *answers: dict[str, Any]) -> dict[str, Any]:
    return {"id": number, "question": question, "answers": list(answers)}


@pytest.fixture
def tiny(tmp_path: Path) -> ReadingSet:
    tea = [
        qa("t1", "誰在1950年引進烘茶機？", {"text": "林秀玉", "answer_start": 14}),
        qa("t2", "烘茶機來自哪個國家？", {"text": ["德國", "德國 "], "answer_start": [99]}),
    ]
    train = [
        qa("r1", "青嶺鐵路的總工程師是誰？", {"text": "周文海", "answer_start": [18, 18]}),
        qa("r2", "鐵路有幾站？", {"text": "九站", "answer_start": 3}),
        qa("r3", "", {"text": "周文海", "answer_start": 18}),
    ]
    lake = [qa("l1", "月眉湖最深處有多深？", {"text": "17公尺"}), qa("l2", "湖主是誰？")]
    path = squad_file(
        tmp_path,
        {"title": "茶", "paragraphs": [{"context": TEA, "qas": tea}]},
        {"paragraphs": [{"context": TRAIN, "qas": train}, {"context": LAKE, "qas": lake}]},
    )
    return load_squad(path, tmp_path / "articles")


def test_squad_questions_carry_answers_and_the_sentence_of_the_answer(tiny: ReadingSet) -> None:
    questions = {q.id: q for q in tiny.question_set.questions}
    assert list(questions) == ["t1", "t2", "r1", "l1"]
    assert tiny.left_out == 3
    assert questions["t1"].evidence == ("廠長林秀玉在1950年引進烘茶機。",)
    assert questions["t2"].evidence == ("茶廠的烘茶機來自德國。",)
    assert questions["t2"].answers == (("德國", "德國 "),)
    assert questions["r1"].article == questions["l1"].article != questions["t1"].article
    for question in questions.values():
        assert all(quote in tiny.texts[question.article] for quote in question.evidence)


def test_an_offset_that_is_off_is_moved_to_the_nearest_place(tmp_path: Path) -> None:
    twice = "一九三一年，甲地有雪。一九三二年，乙地有雪。"
    near = [
        qa("a", "何處？", {"text": "有雪", "answer_start": 7}),
        qa("b", "何處？", {"text": "有雪", "answer_start": 18}),
    ]
    path = squad_file(tmp_path, {"title": "雪", "paragraphs": [{"context": twice, "qas": near}]})
    first, second = load_squad(path, tmp_path).question_set.questions
    assert first.evidence == ("一九三一年，甲地有雪。",)
    assert second.evidence == ("一九三二年，乙地有雪。",)


def test_paragraphs_are_written_as_articles_that_ingest_reads(tiny: ReadingSet) -> None:
    (file,) = tiny.question_set.sources
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [row["text"] for row in rows] == [TEA, TRAIN, LAKE]
    assert len({row["url"] for row in rows}) == 3
    assert rows[0]["title"] == "茶"


@pytest.mark.parametrize("content", ["[]", "{}", '{"data": [{"title": "x"}]}', "no json", '{"data": []}'])
def test_what_is_not_squad_shaped_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=r"other\.json"):
        load_squad(path, tmp_path)


class FirstSentences:
    """A reader that says what stands in front, and nothing of the paragraph on the lake."""

    def read(self, question: str, passages: Sequence[str]) -> list[Said]:
        return [] if "湖" in passages[0] else [Said(passages[0].split("。")[0])]


class Oracle:
    def __init__(self, reading_set: ReadingSet) -> None:
        self.answers = {q.question: q.answers[0][0] for q in reading_set.question_set.questions}

    def read(self, question: str, passages: Sequence[str]) -> list[Said]:
        return [Said(self.answers[question]), Said("else")]


def test_gold_reading_scores_the_best_span(tiny: ReadingSet) -> None:
    asked = tiny.question_set.questions
    assert [s.value for s in read_gold(tiny, asked, Oracle(tiny))] == [1.0, 1.0]
    poor = {s.metric: s.value for s in read_gold(tiny, asked, FirstSentences())}
    assert poor["gold_reading_em"] == 0.0
    # what stands in front shares no segment with any answer
    assert poor["gold_reading_f1"] == 0.0

    class Whole:
        def read(self, question: str, passages: Sequence[str]) -> list[Said]:
            return [Said("周文海工程師")] if "鐵路" in passages[0] else []

    halves = {s.metric: s.value for s in read_gold(tiny, asked, Whole())}
    assert halves["gold_reading_f1"] == pytest.approx(2 * 3 / (6 + 3) / 4)


@pytest.mark.model
def test_reading_set_end_to_end(tiny: ReadingSet, tmp_path: Path) -> None:
    asked = tiny.question_set.questions
    report = evaluate_squad(tiny, asked, Settings(home=tmp_path / "index"))
    kinds = [o.question.type for o in report.outcomes]
    assert kinds == ["fact"] * 4 + ["gold_removed"] * 4
    found = [o for o in report.outcomes if o.question.type == "fact"]
    assert all(o.verdict.rank == 1 for o in found)
    assert all(all(o.exact_quotes) for o in report.outcomes)
    for outcome in report.outcomes[4:]:
        answers = next(q.answers[0] for q in asked if q.question == outcome.question.question)
        held = [report.catalog.document(h.chunk.document_id).text for h in outcome.answer.hits]  # type: ignore[union-attr]
        assert held and not any(a.strip() in text for text in held for a in answers)
    metrics = {(s.metric, s.group): s for s in report.scores}
    assert metrics["gold_reading_em", "all"].n == 4
    assert 0 < metrics["gold_reading_f1", "all"].value <= 1
    assert metrics["accuracy", "type:gold_removed"].n == 4


@pytest.mark.skipif(not DRCD.is_file(), reason=f"the DRCD file is not at {DRCD.parent}")
def test_the_real_drcd_loads_whole(tmp_path: Path) -> None:
    """Counts as the set's authors give them for its dev part: 1,000 paragraphs, 3,524 questions."""
    loaded = load_squad(DRCD, tmp_path)
    (file,) = loaded.question_set.sources
    assert len(file.read_text("utf-8").splitlines()) == 1000
    assert len(loaded.question_set.questions) + loaded.left_out == 3524
    assert loaded.left_out <= 10
    for question in loaded.question_set.questions:
        gold = loaded.paragraphs[question.id]
        assert question.evidence and all(quote in gold for quote in question.evidence)
        quoted = "".join("".join(question.evidence).split())
        assert any("".join(answer.split()) in quoted for answer in question.answers[0])
