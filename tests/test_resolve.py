"""Relative times written out, and the way back to the original."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.resolve import resolved

DAY = date(2031, 8, 6)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("今年第一季營收 3 億元。", "2031 年第一季營收 3 億元。"),
        ("去年賣出 20 台,前年 12 台。", "2030 年賣出 20 台,2029 年 12 台。"),
        ("2028 年賣出 20 台。", "2028 年賣出 20 台。"),
        ("它賣出 20 台。", "它賣出 20 台。"),
    ],
)
def test_years_are_written_out(text: str, read: str) -> None:
    assert resolved(text, DAY).text == read
    assert resolved(text, None).text == text


def test_spans_lead_back() -> None:
    text = "今年第一季營收 3 億元,去年 2 億元。"
    made = resolved(text, DAY)
    for words in ("3 億元", "2 億元", "營收"):
        start = made.text.index(words)
        a, b = made.span(start, start + len(words))
        assert text[a:b] == words
    a, b = made.span(0, len("2031 年第一季"))
    assert text[a:b] == "今年第一季"


@given(
    st.lists(
        st.sampled_from(["今年", "去年上半年", "2030 年", "營收", " 3 億元", ",", "。", "上月"]), max_size=12
    ),
    st.data(),
)
def test_every_span_leads_inside_the_text(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    made = resolved(text, DAY)
    assert len(made.origin) == len(made.text) + 1 and made.origin[-1] == len(text)
    if made.text:
        start = data.draw(st.integers(0, len(made.text) - 1))
        end = data.draw(st.integers(start + 1, len(made.text)))
        a, b = made.span(start, end)
        assert 0 <= a < b <= len(text)
