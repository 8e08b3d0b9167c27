"""The extractive engine: where the reader decides, what is quoted, and when a bare answer is given."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Pipeline
from rag.catalog import Catalog
from rag.generate import ExtractiveEngine, PassageReader
from rag.ground import Draft
from rag.reader import Span
from rag.schema import Chunk, Hit
from rag.settings import Settings
from rag.short import bare_answer
from rag.support import candidates
from rag.terms import SearchTerms

MILL = "柳溪磨坊建於 1871 年。磨坊現在有 14 名員工,每天磨出 320 公斤麵粉。"
DOCK = "白沙碼頭有 3 座吊車。碼頭主任是高念慈。"


class SameVector:
    """Every text has the same vector, so that only words, rank and the reader tell sentences apart."""

    def query(self, text: str) -> np.ndarray:
        return np.array([1.0, 0.0])

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        return np.tile([1.0, 0.0], (len(texts), 1))


class FixedReader:
    """Finds given words in the passages, with a given probability."""

    def __init__(self, words: str, probability: float) -> None:
        self.words, self.probability = words, probability

    def read(self, question: str, passages: Sequence[str], least: float | None = None) -> list[Span]:
        return [
            Span(n, at, at + len(self.words), self.words, 0.0, self.probability)
            for n, text in enumerate(passages)
            if (at := text.find(self.words)) >= 0
        ]


def hit(name: str, text: str, score: float = 1.0) -> Hit:
    return Hit(Chunk(name, name, 100, 100 + len(text), text, ()), score)


def drafted(folder: Path, reader: PassageReader, question: str, *hits: Hit, most: int = 3) -> Draft:
    settings = Settings(home=folder, max_sentences=most)
    catalog = Catalog.create(folder)
    engine = ExtractiveEngine(catalog, SameVector(), SearchTerms(catalog), reader, settings)
    return engine.draft(question, hits)


def test_the_sentence_with_the_span_comes_first_and_stands_in_the_document(tmp_path: Path) -> None:
    hits = (hit("dock", DOCK), hit("mill", MILL))
    sure = drafted(tmp_path, FixedReader("320 公斤", 0.95), "每天多少?", *hits)
    assert sure.evidence[0].text == "磨坊現在有 14 名員工,每天磨出 320 公斤麵粉。"
    first = sure.evidence[0]
    assert MILL[first.start - 100 : first.end - 100] == first.text
    assert sure.short == "320 公斤"
    unsure = drafted(tmp_path, FixedReader("320 公斤", 0.1), "每天多少?", *hits)
    assert sure.confidence > unsure.confidence
    assert unsure.short is None


def test_another_span_moves_the_answer(tmp_path: Path) -> None:
    hits = (hit("mill", MILL), hit("dock", DOCK))
    draft = drafted(tmp_path, FixedReader("高念慈", 0.95), "主任是誰?", *hits)
    assert (draft.evidence[0].text, draft.short) == ("碼頭主任是高念慈。", "高念慈")


def test_at_most_so_many_sentences(tmp_path: Path) -> None:
    draft = drafted(tmp_path, FixedReader("x", 0.9), "?", hit("mill", MILL), hit("dock", DOCK), most=1)
    assert len(draft.evidence) == 1


def test_without_passages_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert drafted(tmp_path, FixedReader("x", 0.9), "誰?") == Draft((), None, 0.0)


@given(st.integers(0, len(MILL) - 1), st.integers(1, 12))
def test_a_span_belongs_to_the_one_sentence_where_it_begins(start: int, length: int) -> None:
    end = min(start + length, len(MILL))
    span = Span(0, start, end, MILL[start:end], 0.0, 0.9)
    holders = [c for c in candidates([hit("mill", MILL)], [span]) if c.span]
    assert len(holders) == 1  # no blank stands between the sentences
    for holder in holders:
        left, right = holder.span or (0, 0)
        assert MILL[start:end].startswith(holder.evidence.text[left:right])


@pytest.mark.parametrize(
    ("question", "sentence", "span", "short"),
    [
        ("毛利率是多少?", "去年毛利率為 41.5%,創下新高。", "41.5", "41.5%"),
        ("營收多少?", "全年營收達 1,250.4 億元。", "250.4", "1,250.4 億元"),
        ("How many ships does it own?", "船隊共有 27 艘船,平均船齡 9 年。", "27", "27"),
        ("有几家分店?", "公司开了 38 家分店,员工 900 人。", "38 家分店", "38 家"),
        ("有几家分店?", "公司开了 38 家分店,员工 900 人。", "900", None),
        ("市占是幾 %?", "營收 7 億元,市占 12%。", "7 億元", None),
        ("甲廠產量多少?", "甲、乙兩廠產量分別為 5 噸和 8 噸。", "8 噸", None),
        ("甲廠產量多少?", "甲廠產 5 噸,乙廠產 8 噸。", "5 噸", None),
        ("甲、乙各是多少?", "甲廠產 5 噸,乙廠產 8 公斤。", "5 噸", None),
        ("營收多少?", "營收 5 億元,獲利 3 萬元。", "5 億元,獲利 3 萬元", None),
        ("營收多少?", "營收創下新高。", "新高", None),
        ("誰設計了燈塔?", "燈塔由顧知行設計。", "顧知行", "顧知行"),
        ("Who designed it?", "燈塔由顧知行設計。", "顧知行", "顧知行"),
        ("什麼時候完工?", "工程到 2031 年第二季完工。", "2031 年", "2031 年第二季"),
        ("為什麼延期?", "因為缺料而延期。", "缺料", None),
    ],
)
def test_bare_answers(question: str, sentence: str, span: str, short: str | None) -> None:
    start = sentence.index(span)
    assert bare_answer(question, sentence, start, start + len(span)) == short


@given(st.text(max_size=20), st.text(min_size=1, max_size=30), st.data())
def test_a_bare_answer_stands_in_the_sentence(asked: str, sentence: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sentence) - 1))
    end = data.draw(st.integers(start + 1, len(sentence)))
    short = bare_answer(asked + "多少?", sentence, start, end)
    assert short is None or (short and short in sentence)


@pytest.mark.model
def test_the_shipped_reader_gives_a_bare_answer_that_the_first_citation_holds(pipeline: Pipeline) -> None:
    engine = pipeline._engine
    hits = (hit("dock", DOCK, 0.5), hit("mill", MILL, 0.5))
    for question, short in (("白沙碼頭的主任是誰?", "高念慈"), ("Who is the head of 白沙碼頭?", "高念慈")):
        draft = engine.draft(question, hits)
        assert draft.evidence[0].text == "碼頭主任是高念慈。"
        assert draft.short == short
