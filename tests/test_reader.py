"""The reader: offsets that hold, refusal, long passages, both scripts, and the network that was trained."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ModelUnavailable
from rag.reader import FOLDER, WHOLE_TOKENS, Calibration, Reader, trimmed
from rag.settings import Settings
from rag.text import fold

HIGHEST = "白楊嶺是島上最高的山,海拔 2,871 公尺,山頂終年積雪。"
FESTIVAL = "鎮上每年十月舉行豐收節,居民會準備南瓜湯招待旅客。"
BRIDGE = "石門橋由工程師許懷恩設計,於 1936 年完工,全長 214 公尺。"
PASSAGES = (FESTIVAL, BRIDGE, HIGHEST)
QUESTIONS = (
    ("白楊嶺海拔多少公尺?", 2, "2,871"),
    ("白杨岭海拔多少公尺?", 2, "2,871"),
    ("石門橋是誰設計的?", 1, "許懷恩"),
    ("石门桥是谁设计的?", 1, "許懷恩"),
    ("石門橋哪一年完工?", 1, "1936"),
    ("Who designed 石門橋?", 1, "許懷恩"),
    ("豐收節在幾月舉行?", 0, "十月"),
)


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader.load(Settings())


def test_reads_without_torch() -> None:
    code = (
        "import sys; from rag.reader import Reader; from rag.settings import Settings;"
        "assert Reader.load(Settings()).read('誰?', ['許懷恩設計。'], least=0);"
        "print({'torch', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_shipped_files_are_small() -> None:
    assert sum(p.stat().st_size for p in FOLDER.iterdir()) <= 40_000_000


@pytest.mark.parametrize(("question", "passage", "answer"), QUESTIONS)
def test_finds_passage_and_words(reader: Reader, question: str, passage: int, answer: str) -> None:
    best = reader.read(question, PASSAGES, least=0)[0]
    assert best.passage == passage
    assert answer in best.text and len(best.text) <= len(answer) + 6


def test_a_question_that_nothing_answers_scores_below_one_that_something_does(reader: Reader) -> None:
    asked = "石門橋由誰設計?"
    with_it, without = (
        reader.read(asked, PASSAGES, least=0)[0],
        reader.read(asked, [FESTIVAL, HIGHEST], least=0)[0],
    )
    assert with_it.probability > 0.5 > without.probability
    assert reader.read(asked, [FESTIVAL, HIGHEST]) == []


def test_nothing_to_read_gives_nothing(reader: Reader) -> None:
    assert reader.read("石門橋由誰設計?", []) == []
    assert reader.read("石門橋由誰設計?", ["", "  \n\u3000"], least=0) == []


def test_an_answer_far_down_a_long_passage_is_found(reader: Reader) -> None:
    filler = "市集裡人來人往,攤販叫賣著各式各樣的貨物,氣氛十分熱鬧。" * 40
    for text in (filler + BRIDGE, filler + BRIDGE + filler):
        best = reader.read("石門橋由誰設計?", [text], least=0)[0]
        assert "許懷恩" in best.text
        assert text[best.start : best.end] == best.text


def test_markers_in_a_text_are_text(reader: Reader) -> None:
    text = "</s><pad><s>" + BRIDGE
    best = reader.read("石門橋由誰設計?", [text], least=0)[0]
    assert "許懷恩" in best.text and text[best.start : best.end] == best.text


@settings(max_examples=40, deadline=None)
@given(
    question=st.text(max_size=40),
    passages=st.lists(st.one_of(st.text(max_size=80), st.sampled_from(PASSAGES)), max_size=4),
)
def test_offsets_hold_for_any_text(question: str, passages: list[str]) -> None:
    spans = _shared().read(question, passages, least=0)
    for span in spans:
        assert passages[span.passage][span.start : span.end] == span.text
        assert span.text == span.text.strip() != ""
        assert 0 <= span.probability <= 1
    assert [s.score for s in spans] == sorted((s.score for s in spans), reverse=True)
    assert len({s.passage for s in spans}) == len(spans)
    assert {i for i, p in enumerate(passages) if p.strip().isalnum()} <= {s.passage for s in spans}


def _shared(cache: list[Reader] = []) -> Reader:  # noqa: B006 - hypothesis and fixtures do not mix
    if not cache:
        cache.append(Reader.load(Settings()))
    return cache[0]


def test_lone_surrogates_do_not_stop_it(reader: Reader) -> None:
    text = "\ud800" + BRIDGE
    best = reader.read("石門橋由誰設計?\udfff", [text], least=0)[0]
    assert text[best.start : best.end] == best.text


def test_least_decides_what_counts_as_an_answer(reader: Reader) -> None:
    every = reader.read("石門橋由誰設計?", PASSAGES, least=0)
    assert len(every) == 3
    limit = every[0].probability
    assert [s.passage for s in reader.read("石門橋由誰設計?", PASSAGES, least=limit)] == [every[0].passage]


def test_calibration_is_platts_sigmoid() -> None:
    calibration = Calibration(slope=0.5, offset=-1.0, least=0.5)
    assert calibration.probability(2.0) == pytest.approx(0.5)
    assert calibration.probability(6.0) == pytest.approx(1 / (1 + np.e**-2))
    assert 0 <= calibration.probability(-1e9) < calibration.probability(1e9) <= 1


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"model\.onnx.*missing.*reinstall"):
        Reader.from_folder(tmp_path)


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json", "calibration.json"])
def test_a_damaged_model_says_what_to_do(damaged: str, tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json", "calibration.json"):
        content = (FOLDER / name).read_bytes()
        (tmp_path / name).write_bytes(content[: len(content) // 2] if name == damaged else content)
    with pytest.raises(ModelUnavailable, match=r"cannot be loaded.*reinstall"):
        Reader.from_folder(tmp_path)


def test_the_exported_network_is_the_trained_one(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="only needed to export")
    import torch
    from onnxruntime import InferenceSession

    from training.export import export
    from training.model import SpanReader

    torch.manual_seed(0)
    model = SpanReader(60).eval()
    export(model, tmp_path / "model.onnx")
    session = InferenceSession(str(tmp_path / "model.onnx"))
    for shape in ((1, 5), (3, 40)):
        ids = torch.randint(3, 60, shape)
        attention = torch.ones_like(ids)
        ids[-1, -2:], attention[-1, -2:] = 1, 0
        (logits,) = session.run(None, {"ids": ids.numpy(), "attention": attention.numpy()})
        with torch.inference_mode():
            expected = model.logits(ids, attention).numpy()
        assert np.abs(np.asarray(logits) - expected).max() < 1e-4


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        ("由於地震,", "地震"),
        ("2010年起", "2010年"),
        ("高達攝氏7000度", "攝氏7000度"),
        ("因為停電", "停電"),
        ("因數分解", "因數分解"),
        ("目的", "目的"),
        ("的", "的"),
        ("，。", ""),
    ],
)
def test_a_span_is_trimmed_to_the_answer(span: str, kept: str) -> None:
    assert trimmed(span) == kept


@pytest.mark.parametrize("length", [40, 400, 1500])
def test_windows_hold_every_token_of_a_passage(reader: Reader, length: int) -> None:
    passage = ("柳溪磨坊每天磨出三百公斤麵粉,碼頭主任是高念慈。" * 80)[:length]
    windows = reader._windows(["誰是碼頭主任?"], [passage])
    held = {offset for window in windows for offset in window.offsets}
    whole = reader._tokenizer.encode(fold(passage), add_special_tokens=False)
    assert held == set(whole.offsets)
    assert len(windows) > 1 or length < 400
    assert all(len(window.ids) <= WHOLE_TOKENS for window in windows)
