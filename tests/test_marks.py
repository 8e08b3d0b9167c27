"""Citation marks in a stream: the same sentences and sources however the stream is cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.marks import CitedSentence, MarkParser, without_marks

PIECES = st.sampled_from(
    ["[1]", "[2][3]", "[1,2]", "【1】", "［１］", "[", "]", "[9]", "[ 1 , 2 ]", "【", "［", "1",
     "，", ",", "2", "。",
     "!", "?", ". ", "Dr. ", "A.", "4.5", "…", "」", "「", "\n", " ", "毛利率", "Revenue ", "rose", "[2024]",
     "[編號]", "x", "\u2028", "\r"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60)


def parsed(pieces: list[str], sources: int = 5) -> list[CitedSentence]:
    parser = MarkParser(sources)
    found = [sentence for piece in pieces for sentence in parser.feed(piece)]
    return found + parser.end()


@settings(max_examples=500)
@given(TEXTS, st.data())
def test_the_cuts_of_the_stream_change_nothing(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert parsed(pieces) == parsed([text]) == parsed(list(text))


@given(TEXTS)
def test_only_known_sources_and_no_marks_in_the_text(text: str) -> None:
    for sentence in parsed(list(text), sources=2):
        assert set(sentence.cited) <= {1, 2}
        assert without_marks(sentence.text) == sentence.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲是 5 噸[1]。乙是 8 噸。[2]", [("甲是 5 噸。", (1,)), ("乙是 8 噸。", (2,))]),
        ("甲與乙[1][2]。", [("甲與乙。", (1, 2))]),
        ("甲與乙[1,2]。", [("甲與乙。", (1, 2))]),
        ("甲【1】乙［２］。", [("甲乙。", (1, 2))]),
        ("甲。 [1] 乙。[2]", [("甲。", (1,)), ("乙。", (2,))]),
        ("[1] 甲。\n[2] 乙。", [("甲。", (1,)), ("乙。", (2,))]),
        ("甲。\n[1]\n乙。[2]", [("甲。", (1,)), ("乙。", (2,))]),
        ("甲。[9][3]", [("甲。", (3,))]),
        ("甲。[9]", [("甲。", ())]),
        ("到了[2024]年。[1]", [("到了[2024]年。", (1,))]),
        ("It rose to 5,926 million.[1] Dr. Wu left.[2]",
         [("It rose to 5,926 million.", (1,)), ("Dr. Wu left.", (2,))]),
        ("甲[1", [("甲[1", ())]),
        ("甲[[1]2]。", [("甲。", (1,))]),
        ("[1][2]", []),
        ("", []),
    ],
)  # fmt: skip
def test_worked_examples(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(one.text, one.cited) for one in parsed(list(text))] == expected


def test_a_sentence_is_given_as_soon_as_another_begins() -> None:
    parser = MarkParser(3)
    assert parser.feed("甲是 5 噸。[") == []
    assert parser.feed("1]") == []
    assert parser.feed("[2]") == []
    assert parser.feed("乙") == [CitedSentence("甲是 5 噸。", (1, 2))]
    assert parser.end() == [CitedSentence("乙", ())]
