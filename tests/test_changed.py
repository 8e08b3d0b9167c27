"""Sentences that tell a change, and sentences that only look so; each judged by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.changed import alike, changes, same_value, turned

TOLD = [
    ("完工日由 2031 年第二季延至 2031 年第四季。", "2031 年第二季", "2031 年第四季"),
    ("预算从 3.5 亿元追加到 4.2 亿元。", "3.5 亿元", "4.2 亿元"),
    ("全年產量目標由原先的 1,250 噸下修至 980 噸。", "1,250 噸", "980 噸"),
    ("原訂五月開館,現改至八月。", "五月", "八月"),
    ("工期調整為 14 個月,較原先規劃的 11 個月長。", "11 個月", "14 個月"),
    ("票價調漲為 250 元(原為 200 元)。", "200 元", "250 元"),
    ("原董事長孟知白已於六月卸任,由副總經理顏若水接任。", "孟知白", "顏若水"),
    ("校長石未央退休後,遺缺由教務主任林若水代理。", "石未央", "林若水"),
    ("原总经理周海因病辞职,公司任命副总经理王立新为总经理。", "周海", "王立新"),
    ("何曼青接替陸遠擔任總教練。", "陸遠", "何曼青"),
    ("The fare will rise from $1.20 to $1.50 in May.", "$1.20", "$1.50"),
    ("The opening was pushed back from June 2031 to March 2032.", "June 2031", "March 2032"),
    ("The quota was raised to 30,000 units from 25,000.", "25,000", "30,000"),
    ("The mill will employ 260 people this year, rather than 400.", "400", "260 people"),
    (
        "Ada Brightwater, who replaced Tom Ashgrove in May, declined to comment.",
        "Tom Ashgrove",
        "Ada Brightwater",
    ),
    ("Tom Ashgrove was succeeded by the engineer Ada Brightwater.", "Tom Ashgrove", "Ada Brightwater"),
]
NOT_TOLD = [
    "毛利率由 2031 年的 38.2% 升至 2032 年的 41.6%。",
    "營收由去年同期的 3 億元增至 4 億元。",
    "Sales reached 5 million yuan, up from 4 million yuan a year earlier.",
    "票價從 200 元到 500 元不等。",
    "這條線從石門到白沙只要 90 分鐘。",
    "The fair runs from May 3 to May 9.",
    "開館日改為 2 月 14 日,比原訂時間晚了四個月。",
    "資本支出從 3 億元起跳,員工增至 90 人。",
]


@pytest.mark.parametrize(("said", "old", "new"), TOLD)
def test_what_was_replaced_by_what(said: str, old: str, new: str) -> None:
    assert (old, new) in [(said[slice(*one.old)], said[slice(*one.new)]) for one in changes(said)]


@pytest.mark.parametrize("said", NOT_TOLD)
def test_what_holds_for_two_times_or_is_a_range_was_not_replaced(said: str) -> None:
    assert changes(said) == []


@pytest.mark.parametrize(("said", "old", "new"), TOLD)
def test_a_span_is_turned_to_the_end_that_is_asked_for(said: str, old: str, new: str) -> None:
    before, now = ((said.index(text), said.index(text) + len(text)) for text in (old, new))
    for found in (before, now):
        assert said[slice(*turned(said, found, old=False))] == new
        assert said[slice(*turned(said, found, old=True))] == old


def test_a_span_outside_of_the_change_stays() -> None:
    said = "承包商仍是立庚,工期由 9 個月延長為 12 個月。"
    at = said.index("立庚")
    assert turned(said, (at, at + 2), old=False) == (at, at + 2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("18 億元", "1,800,000,000 元", True),
        ("18 億元", "18 億噸", False),
        ("2031 年第二季", "2031Q2", True),
        ("3 人", "4 人", False),
        ("石未央", "校長石未央", True),
        ("石未央", "林若水", False),
        ("", "", False),
    ],
)
def test_values_are_compared_and_not_their_wording(one: str, other: str, same: bool) -> None:
    assert same_value(one, other) is same_value(other, one) is same


def test_only_what_is_of_one_kind_can_take_the_place_of_the_other() -> None:
    assert alike("3 億元", "約 4 億元")
    assert alike("2031 年", "五月")
    assert alike("石未央", "林若水")
    assert not alike("3 億元", "90 人")
    assert not alike("2031 年", "90 人")
    assert not alike("石未央", "90 人")


@given(st.text(max_size=80))
def test_the_ends_of_a_change_are_apart_and_in_the_sentence(said: str) -> None:
    for one in changes(said):
        for start, end in (one.old, one.new):
            assert 0 <= start < end <= len(said)
        assert one.old[1] <= one.new[0] or one.new[1] <= one.old[0]
