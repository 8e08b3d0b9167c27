"""Thumbs are kept whatever happens to the process, and come back as questions that a set can hold."""

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.dataset import load_questions
from eval.feedback import candidates, write_candidates
from rag import Answer, Citation, Turn
from rag.errors import IndexUnusable
from tests.paths import ROOT
from ui import feedback
from ui.feedback import keep

QUOTE = "茶行由許若棠創立。"
SAID = Answer(
    text=f"{QUOTE}[1]",
    short=None,
    refused=False,
    citations=(Citation(1, QUOTE, "d1", "松嵐茶行的故事", "虛構日報", None, 3, 3 + len(QUOTE)),),
    query="松嵐茶行是誰創立的?",
    hits=(),
    confidence=0.9,
    engine="extractive",
    timings={"total": 0.1},
)
REFUSED = Answer("文中未提及這個問題的答案。", None, True, (), "茶行的電話?", (), 0.0, "extractive")
EARLIER = (Turn("最貴的茶是什麼?", "高山茶。"),)
WRITER = """
import sys
from pathlib import Path
from tests.test_feedback import SAID
from ui.feedback import keep
for n in range(25):
    keep(Path(sys.argv[1]), question=f"{sys.argv[2]} {n}", history=(), answer=SAID, liked=True)
"""


def said(home: Path, question: str = "誰創立的?", answer: Answer = SAID, **more: Any) -> Path:
    return keep(home, **({"question": question, "history": (), "answer": answer, "liked": True} | more))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def test_a_thumb_is_a_line_with_all_that_was_said(tmp_path: Path) -> None:
    path = said(tmp_path, history=EARLIER, liked=False, correction="  許若棠\u2028女士 ")
    (line,) = lines(path)
    assert path == tmp_path / "feedback.jsonl"
    assert datetime.now(UTC) - datetime.fromisoformat(line.pop("time")) < timedelta(minutes=1)
    assert line == {
        "question": "誰創立的?",
        "query": "松嵐茶行是誰創立的?",
        "history": [{"question": "最貴的茶是什麼?", "answer": "高山茶。"}],
        "liked": False,
        "correction": "許若棠\u2028女士",
        "answer": "茶行由許若棠創立。[1]",
        "short": None,
        "refused": False,
        "citations": [{"quote": "茶行由許若棠創立。", "document": "松嵐茶行的故事"}],
        "engine": "extractive",
    }


@pytest.mark.parametrize("correction", [None, "", " \n"])
def test_a_blank_correction_is_none(tmp_path: Path, correction: str | None) -> None:
    assert lines(said(tmp_path, correction=correction))[0]["correction"] is None


def test_what_is_kept_is_bounded(tmp_path: Path) -> None:
    long = "字" * 100_000
    citation = Citation(1, long, "d", long, long, None, 0, 1)
    answer = Answer(long, long, False, (citation,) * 100, long, (), 0.5, long)
    path = said(tmp_path, long, answer, history=(Turn(long, long),) * 100, correction=long)
    (line,) = lines(path)
    assert path.stat().st_size < 400_000
    assert (len(line["history"]), len(line["citations"])) == (6, 20)
    assert len(candidates(path)) == 1


def test_a_full_file_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = said(tmp_path)
    monkeypatch.setattr(feedback, "LARGEST_FILE", path.stat().st_size + 10)
    with pytest.raises(IndexUnusable, match="is full"):
        said(tmp_path)
    assert len(lines(path)) == 1


def test_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "feedback.jsonl").mkdir()
    with pytest.raises(IndexUnusable, match=r"make .* writable"):
        said(tmp_path)


def test_a_line_torn_by_a_crash_tears_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = said(tmp_path, "一?")
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:70])  # cut within a character of three bytes or a key
    said(tmp_path, "二?")
    assert path.read_bytes().endswith(b"\n")
    assert [one["question"] for one in candidates(path)] == ["一?", "二?"]
    assert "feedback.jsonl:2 is torn" in caplog.text


@given(cut=st.integers(min_value=1, max_value=300))
def test_wherever_the_crash_was_the_others_are_read(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    home = tmp_path_factory.mktemp("torn")
    whole = said(home, "一?").read_bytes()
    (home / "feedback.jsonl").write_bytes(whole + whole[:cut])
    said(home, "二?")
    assert [one["question"] for one in candidates(home / "feedback.jsonl")] == ["一?", "二?"]


def test_several_processes_write_whole_lines(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in "甲乙丙丁"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    kept = [line["question"] for line in lines(tmp_path / "feedback.jsonl")]
    assert sorted(kept) == sorted(f"{name} {n}" for name in "甲乙丙丁" for n in range(25))
    for name in "甲乙丙丁":
        assert [q for q in kept if q[0] == name] == [f"{name} {n}" for n in range(25)]


def test_several_threads_write_whole_lines(tmp_path: Path) -> None:
    threads = [threading.Thread(target=said, args=(tmp_path, f"{n}?")) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = [line["question"] for line in lines(tmp_path / "feedback.jsonl")]
    assert sorted(kept) == sorted(f"{n}?" for n in range(20))


def test_candidates_have_the_form_of_a_question_set(tmp_path: Path) -> None:
    said(tmp_path, "谁创立的?", liked=False, correction="許若棠")
    said(tmp_path, "那電話呢?", REFUSED, history=EARLIER, liked=False)
    said(tmp_path, "電話?", REFUSED)
    said(tmp_path, "Who founded it?", Answer(SAID.text, "許若棠", False, SAID.citations, "", (), 0.9, "x"))
    path = said(tmp_path, "liked\u2028誰創立的?\x85")
    assert write_candidates(path, tmp_path / "candidates.jsonl") == 5
    found = load_questions(tmp_path / "candidates.jsonl")
    assert [q.answers for q in found] == [(("許若棠",),), (), (), (("許若棠",),), ()]
    assert [q.type for q in found] == ["fact", "follow_up", "not_stated", "fact", "fact"]
    assert [q.script for q in found] == ["zh-Hans", "zh-Hant", "zh-Hant", "en", "zh-Hant"]
    assert [q.evidence for q in found] == [(QUOTE,), (), (), (QUOTE,), (QUOTE,)]
    assert [q.history for q in found] == [(), EARLIER, (), (), ()]
    assert found[0].article == "松嵐茶行的故事"
    assert len({q.id for q in found}) == 5
    assert all(q.id.startswith("c-") for q in found)
    assert found[4].question == "liked\u2028誰創立的?"


def test_a_correction_counts_before_a_thumb_and_a_later_word_before_an_earlier(tmp_path: Path) -> None:
    said(tmp_path, "一?")
    said(tmp_path, "一?", correction="甲")
    said(tmp_path, "一?", correction="乙")
    said(tmp_path, "一?", liked=False)
    said(tmp_path, "二?")
    said(tmp_path, "二?", liked=False)
    path = said(tmp_path, "二?", history=EARLIER)
    found = candidates(path)
    assert [one["answers"] for one in found] == [[["乙"]], [], []]
    assert [one["review"].split(":")[0] for one in found] == ["corrected", "disliked", "liked"]
    assert len({one["id"] for one in found}) == 3


def test_the_same_feedback_gives_the_same_candidates(tmp_path: Path) -> None:
    path = said(tmp_path)
    before = candidates(path)
    said(tmp_path)
    assert candidates(path) == before


@given(text=st.text(max_size=40), correction=st.text(max_size=40))
def test_any_text_comes_through(tmp_path_factory: pytest.TempPathFactory, text: str, correction: str) -> None:
    home = tmp_path_factory.mktemp("any")
    path = said(home, text, history=(Turn(text, text),), correction=correction)
    write_candidates(path, home / "out.jsonl")
    (question,) = load_questions(home / "out.jsonl")
    assert question.question == text.strip()
    assert question.history == (Turn(text, text),)
    assert question.answers == (((correction.strip(),),) if correction.strip() else ())


def test_a_lone_surrogate_does_not_stop_the_page(tmp_path: Path) -> None:
    assert lines(said(tmp_path, "誰\ud800?"))[0]["question"] == "誰\ufffd?"


def test_a_review_is_not_undone(tmp_path: Path) -> None:
    path, out = said(tmp_path), tmp_path / "out.jsonl"
    out.write_text("reviewed", "utf-8")
    with pytest.raises(FileExistsError, match="may have been reviewed"):
        write_candidates(path, out)
    assert out.read_text("utf-8") == "reviewed"


def test_no_feedback_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no feedback"):
        candidates(tmp_path / "feedback.jsonl")


@pytest.mark.parametrize(
    "changes",
    [{"question": 3}, {"liked": "yes"}, {"history": [{}]}, {"citations": ["甲"]}, {"correction": ["甲"]}],
)
def test_a_line_of_another_form_is_named(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = said(tmp_path)
    path.write_text(json.dumps(lines(path)[0] | changes) + "\n", "utf-8")
    with pytest.raises(ValueError, match=r"feedback\.jsonl:1 is not feedback"):
        candidates(path)
    path.write_text("3\n", "utf-8")
    with pytest.raises(ValueError, match=r"feedback\.jsonl:1 is not feedback"):
        candidates(path)
