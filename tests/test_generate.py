"""The extractive engine: where the reader decides, what is quoted, and when a bare answer is given."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.derive import derive
from rag.asked import Asked
from rag.catalog import Catalog
from rag.generate import ExtractiveEngine
from rag.ground import Draft
from rag.reader import Span
from rag.schema import Block, Chunk, Document, Hit
from rag.settings import Settings
from rag.short import bare_answer, holds_figure
from rag.support import PassageReader, candidates, read_by
from rag.terms import SearchTerms
from rag.text import tokens

MILL = "柳溪磨坊建於 1871 年。磨坊現在有 14 名員工,每天磨出 320 公斤麵粉。"
DOCK = "白沙碼頭有 3 座吊車。碼頭主任是高念慈。"


class SameVector:
    """Every text has the same vector, so that only words, rank and the reader tell sentences apart."""

    def query(self, text: str) -> np.ndarray:
        return np.array([1.0, 0.0])

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        return np.tile([1.0, 0.0], (len(texts), 1))


class FixedSpan:
    """Finds the same place in every passage."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end

    def read(self, question: str, passages: Sequence[str], least: float | None = None) -> list[Span]:
        return [
            Span(n, self.start, self.end, t[self.start : self.end], 0.0, 0.9) for n, t in enumerate(passages)
        ]


class AsAsked:
    """Puts no question into other words."""

    def worded(self, question: str, passages: Sequence[str]) -> list[str]:
        return [question] * len(passages)


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


BEFORE = "標題。" * 10


def document(name: str, text: str, published: str | None = None) -> Document:
    return Document(name, BEFORE + text, name, name, published, None, "zh-Hant", (Block(30, 30 + len(text)),))


def drafted(
    folder: Path,
    reader: PassageReader,
    question: str,
    *texts: str,
    most: int = 3,
    published: str | None = None,
) -> Draft:
    """What the engine makes of articles of one passage each."""
    settings = Settings(home=folder, max_sentences=most)
    catalog = Catalog.create(folder)
    hits = []
    for name, text in zip(("one", "two"), texts, strict=False):
        article = document(name, text, published)
        chunk = Chunk(name, name, 30, 30 + len(text), text, ())
        hits.append(Hit(chunk, 1.0))
        with catalog.transaction():
            catalog.put(name, article, [chunk], [" ".join(tokens(text))], np.ones((1, 2)), derive(article))
    engine = ExtractiveEngine(catalog, SameVector(), SearchTerms(catalog), reader, settings)
    return engine.draft(question, hits)


def test_the_sentence_with_the_span_comes_first_and_stands_in_the_document(tmp_path: Path) -> None:
    sure = drafted(tmp_path, FixedReader("320 公斤", 0.95), "每天多少?", DOCK, MILL)
    assert sure.evidence[0].text == "磨坊現在有 14 名員工,每天磨出 320 公斤麵粉。"
    first = sure.evidence[0]
    assert (BEFORE + MILL)[first.start : first.end] == first.text
    assert first.value and (BEFORE + MILL)[slice(*first.value)] == "320 公斤"
    assert sure.short == "320 公斤"
    unsure = drafted(tmp_path, FixedReader("320 公斤", 0.1), "每天多少?", DOCK, MILL)
    assert sure.confidence > unsure.confidence
    assert unsure.short is None


def test_another_span_moves_the_answer(tmp_path: Path) -> None:
    draft = drafted(tmp_path, FixedReader("高念慈", 0.95), "主任是誰?", MILL, DOCK)
    assert (draft.evidence[0].text, draft.short) == ("碼頭主任是高念慈。", "高念慈")


def test_at_most_so_many_sentences(tmp_path: Path) -> None:
    draft = drafted(tmp_path, FixedReader("x", 0.9), "?", MILL, DOCK, most=1)
    assert len(draft.evidence) == 1


def test_without_passages_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert drafted(tmp_path, FixedReader("x", 0.9), "誰?") == Draft((), None, 0.0)


@given(st.integers(0, len(MILL) - 1), st.integers(1, 12))
def test_a_span_belongs_to_the_one_sentence_where_it_begins(start: int, length: int) -> None:
    end = min(start + length, len(MILL))
    chunk = Chunk("one", "one", 30, 30 + len(MILL), MILL, ())
    found = candidates([Hit(chunk, 1.0)], {"one": document("one", MILL)}, {})
    holders = [c for c in read_by(FixedSpan(start, end), AsAsked(), "?", found) if c.span]
    assert len(holders) == 1  # no blank stands between the sentences
    for holder in holders:
        left, right = holder.span or (0, 0)
        assert MILL[start:end].startswith(holder.evidence.text[left:right])


def test_one_member_of_a_list_is_given_alone_and_marked_in_the_sentence(tmp_path: Path) -> None:
    text = "2031 年至 2033 年,青嵐紙業的收入分別為 3.1 億元、4.4 億元和 5.2 億元。"
    draft = drafted(tmp_path, FixedReader("4.4 億元", 0.95), "青嵐紙業 2032 年的收入是多少?", text)
    assert draft.short == "4.4 億元"
    assert draft.evidence[0].text == text and draft.evidence[0].value
    assert (BEFORE + text)[slice(*draft.evidence[0].value)] == "4.4 億元"


def test_what_an_article_says_of_itself_is_not_searched_in_its_sentences(tmp_path: Path) -> None:
    draft = drafted(tmp_path, FixedReader("14", 0.99), "這篇文章的標題是什麼?", MILL)
    assert draft.short != "14"


@pytest.mark.parametrize(
    ("question", "sentence", "span", "short"),
    [
        ("毛利率是多少?", "去年毛利率為 41.5%,創下新高。", "41.5", "41.5%"),
        ("營收多少?", "全年營收達 1,250.4 億元。", "250.4", "1,250.4 億元"),
        ("How many ships does it own?", "船隊共有 27 艘船,平均船齡 9 年。", "27", "27 艘"),
        ("有几家分店?", "公司开了 38 家分店,员工 900 人。", "38 家分店", "38 家"),
        ("有几家分店?", "公司开了 38 家分店,员工 900 人。", "900", None),
        ("市占是幾 %?", "營收 7 億元,市占 12%。", "7 億元", None),
        ("甲廠產量多少?", "甲、乙兩廠產量分別為 5 噸和 8 噸。", "8 噸", None),
        ("甲廠產量多少?", "甲廠產 5 噸,乙廠產 8 噸。", "5 噸", "5 噸"),
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
    assert bare_answer(Asked(question), sentence, start, start + len(span)) == short


@given(st.text(max_size=20), st.text(min_size=1, max_size=30), st.data())
def test_a_bare_answer_stands_in_the_sentence(asked: str, sentence: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sentence) - 1))
    end = data.draw(st.integers(start + 1, len(sentence)))
    short = bare_answer(Asked(asked + "多少?"), sentence, start, end)
    assert short is None or (short and short in sentence)


@pytest.mark.parametrize(
    ("question", "said", "held"),
    [
        ("錯誤率確切是幾 %?", "2031 年 9 月,MX-4.5 的錯誤率為全球第二低。", False),
        ("占幾成?", "占比約三成。", True),
        ("第幾名?", "排名第三。", True),
        ("花了多久?", "歷時近半世紀。", True),
        ("花了多少錢?", "費用由雙方分攤。", False),
        ("How many employees?", "公司未公布。", False),
    ],
)
def test_a_question_for_a_figure_wants_a_sentence_with_one(question: str, said: str, held: bool) -> None:
    assert Asked(question).wants_figure
    assert holds_figure(Asked(question), said) is held
