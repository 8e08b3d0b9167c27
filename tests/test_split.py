"""Chunks: exact, complete, bounded, under their headings, and never across what was left out."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.split import LONGEST_SENTENCE, split
from rag.schema import Block, Chunk, Document
from rag.text import sentences

CHROME = -1
FRAGMENTS = st.sampled_from(
    [
        "營收成長三成。",
        "為什麼?",
        "毛利率為 45.6%,高於 2022 年的 1,234 元;",
        "他說「好」。",
        "It rose 3.5%. ",
        "No full stop here ",
        "……",
        "😀",
        "長" * 70,
        "沒有句號的一段",
        "，",
        "שלום. ",
    ]
)
LINE = st.lists(FRAGMENTS, min_size=1, max_size=8).map("".join).map(str.strip)
LINES = st.lists(st.tuples(st.sampled_from([0, 0, 0, 0, 1, 2, 3, CHROME]), LINE), max_size=12)


def document(*lines: tuple[int, str], apart: str = "\n\n") -> Document:
    """A document of lines with levels; CHROME lines are left out of the blocks."""
    text, blocks = "", []
    for level, line in lines:
        if level != CHROME:
            blocks.append(Block(len(text), len(text) + len(line), level))
        text += line + apart
    return Document("d0", text, "題", "來源", None, None, "zh-Hant", tuple(blocks))


def cut(chunk_chars: int, *lines: tuple[int, str]) -> list[tuple[tuple[str, ...], str]]:
    return [(chunk.heading, chunk.text) for chunk in split(document(*lines), chunk_chars)]


def blocks_in(chunk: Chunk, article: Document) -> list[Block]:
    return [block for block in article.blocks if block.start < chunk.end and chunk.start < block.end]


def headings_above(at: int, article: Document) -> tuple[str, ...]:
    """Second implementation: going up from a block, every heading of a higher rank than all met so far."""
    level = article.blocks[at].level or 99
    path: list[str] = []
    for block in reversed(article.blocks[:at]):
        if 0 < block.level < level:
            path.insert(0, article.text[block.start : block.end])
            level = block.level
    return tuple(path)


@settings(deadline=None, max_examples=150)
@given(LINES, st.integers(1, 400), st.sampled_from(["\n", "\n\n", "\r\n", " \n\u3000"]))
def test_chunks_are_the_text_at_their_offsets_in_order(
    lines: list[tuple[int, str]], size: int, apart: str
) -> None:
    article = document(*lines, apart=apart)
    chunks = split(article, size)
    assert all(chunk.text == article.text[chunk.start : chunk.end] for chunk in chunks)
    assert all(chunk.text.strip() == chunk.text != "" for chunk in chunks)
    assert all(before.end <= after.start for before, after in pairwise(chunks))
    assert {chunk.document_id for chunk in chunks} <= {article.id}


@settings(deadline=None, max_examples=150)
@given(LINES, st.integers(1, 400))
def test_chunks_hold_all_paragraphs_and_nothing_that_was_left_out(
    lines: list[tuple[int, str]], size: int
) -> None:
    article = document(*lines)
    chunks = split(article, size)
    held = {at for chunk in chunks for at in range(chunk.start, chunk.end) if article.text[at].strip()}
    citable = {at for block in article.blocks for at in range(block.start, block.end)}
    paragraphs = [block for block in article.blocks if block.level == 0]
    assert held <= citable
    assert {at for b in paragraphs for at in range(b.start, b.end) if article.text[at].strip()} <= held
    paths = {heading for chunk in chunks for heading in chunk.heading}
    for block in article.blocks:
        assert block.level == 0 or block.start in held or article.text[block.start : block.end] in paths


@settings(deadline=None, max_examples=150)
@given(LINES, st.integers(1, 400))
def test_chunks_stand_under_one_heading_path(lines: list[tuple[int, str]], size: int) -> None:
    article = document(*lines)
    for chunk in split(article, size):
        inside = blocks_in(chunk, article)
        assert len(inside) == 1 or {block.level for block in inside} == {0}
        assert {headings_above(article.blocks.index(block), article) for block in inside} == {chunk.heading}


@settings(deadline=None, max_examples=150)
@given(LINES, st.integers(1, 400))
def test_chunks_are_whole_sentences_and_bounded(lines: list[tuple[int, str]], size: int) -> None:
    article = document(*lines)
    spans = [
        (block.start + start, block.start + end)
        for block in article.blocks
        for start, end in sentences(article.text[block.start : block.end])
    ]
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    for chunk in split(article, size):
        inside = [(a, b) for a, b in spans if chunk.start <= a and b <= chunk.end]
        assert chunk.end - chunk.start <= (size if len(inside) > 1 else max(size, LONGEST_SENTENCE))
        if all(b - a <= LONGEST_SENTENCE for a, b in spans):
            assert chunk.start in starts
            assert chunk.end in ends


@settings(deadline=None, max_examples=50)
@given(LINES, st.integers(1, 400))
def test_ids_depend_on_document_offsets_and_text_alone(lines: list[tuple[int, str]], size: int) -> None:
    article = document(*lines)
    ids = [chunk.id for chunk in split(article, size)]
    assert ids == [chunk.id for chunk in split(document(*lines), size)]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & {chunk.id for chunk in split(replace(article, id="d1"), size)}


def test_an_id_is_the_same_on_every_machine() -> None:
    (chunk,) = split(Document("d0", "好。", "", "", None, None, "zh-Hant", (Block(0, 2),)), 10)
    assert chunk.id == "bf5236a49c3b6105"


def test_paragraphs_share_a_chunk_while_they_fit() -> None:
    lines = [(0, "甲甲。"), (0, "乙乙。"), (0, "丙丙丙丙。"), (0, "丁。")]
    assert cut(8, *lines) == [((), "甲甲。\n\n乙乙。"), ((), "丙丙丙丙。"), ((), "丁。")]
    assert cut(9, *lines) == [((), "甲甲。\n\n乙乙。"), ((), "丙丙丙丙。\n\n丁。")]
    assert len(cut(100, *lines)) == 1


def test_a_paragraph_that_is_too_long_is_cut_between_sentences() -> None:
    assert cut(8, (0, "第一句話。第二句。第三句是長長長長長的。")) == [
        ((), "第一句話。"),
        ((), "第二句。"),
        ((), "第三句是長長長長長的。"),
    ]


def test_left_out_text_separates_chunks() -> None:
    assert cut(100, (0, "前。"), (CHROME, "廣告"), (0, "後。")) == [((), "前。"), ((), "後。")]


def test_headings_lead_their_paragraphs() -> None:
    lines = [
        (0, "引言。"),
        (1, "甲"),
        (0, "甲文。"),
        (2, "甲一"),
        (0, "甲一文。"),
        (1, "乙"),
        (3, "乙一"),
        (0, "文。"),
    ]
    assert cut(100, *lines) == [
        ((), "引言。"),
        (("甲",), "甲文。"),
        (("甲", "甲一"), "甲一文。"),
        (("乙", "乙一"), "文。"),
    ]


def test_a_heading_that_heads_nothing_is_itself_a_chunk() -> None:
    lines = [(1, "甲"), (2, "甲一"), (2, "甲二"), (0, "文。"), (1, "乙")]
    assert cut(100, *lines) == [
        (("甲",), "甲一"),
        (("甲", "甲二"), "文。"),
        ((), "乙"),
    ]


def test_no_blocks_give_no_chunks() -> None:
    assert split(document(), 100) == []
    assert split(document((CHROME, "廣告")), 100) == []


@pytest.mark.parametrize("character", ["長", "a", "1", "😀", "ש"])
def test_text_without_any_end_is_cut_at_the_bound(character: str) -> None:
    lengths = [len(text) for _, text in cut(250, (0, character * 2000))]
    assert sum(lengths) == 2000
    assert max(lengths) <= LONGEST_SENTENCE


def test_a_megabyte_on_one_line_is_cut_soon() -> None:
    chunks = cut(250, (0, "沒有句號，" * 200_000))
    assert max(len(text) for _, text in chunks) <= LONGEST_SENTENCE
    assert sum(len(text) for _, text in chunks) == 1_000_000


@pytest.mark.parametrize("number", ["17 日", "5,926", "1,234,567.8", "12:30", "2,022 年"])
def test_a_cut_at_a_pause_spares_numbers(number: str) -> None:
    for before in range(LONGEST_SENTENCE - 12, LONGEST_SENTENCE):
        text = "甲" * 300 + "，" + "甲" * (before - 301) + number + "乙" * 60
        chunks = cut(250, (0, text))
        assert len(chunks) > 1
        assert any(number in chunk for _, chunk in chunks), before


@pytest.mark.parametrize("pause", ["，", ",", "、", "：", ":", " "])
def test_a_long_sentence_is_cut_behind_its_last_pause(pause: str) -> None:
    text = "甲" * 300 + pause + "乙" * 200 + pause + "丙" * 400
    assert [chunk for _, chunk in cut(250, (0, text))] == [
        ("甲" * 300 + pause + "乙" * 200 + pause).strip(),
        "丙" * 400,
    ]
