"""`rag.period` against a table worked out by hand, other ways to write the same days, and hostile text."""

import calendar
import time
from datetime import date
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.period import periods

TABLE = Path(__file__).parent / "data" / "periods.tsv"
PUBLISHED = date(2025, 12, 23)
WIDE = str.maketrans("0123456789-/~", "０１２３４５６７８９－／～")
DAYS = st.dates(date(1950, 1, 1), date(2049, 12, 31))


def rows():
    return [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:]]


def normal_form(period):
    """ "2024-01-01..2024-12-31", "--05..--05" without a year, "--17" for a lone day; " span" for a range."""
    if period.first:
        days = f"{period.first.isoformat()}..{period.last.isoformat()}"
    elif period.months and period.day:
        (low, high), end = period.months, period.last_day or period.day
        days = f"--{low:02}-{period.day:02}..--{high:02}-{end:02}"
    else:
        days = "--{:02}..--{:02}".format(*period.months) if period.months else f"--{period.day}"
    return days + " span" * period.span


def read(text):
    return " | ".join(normal_form(period) for period in periods(text, PUBLISHED)) or "-"


def one(text, published=None):
    [found] = periods(text, published)
    return found


def test_the_table_has_enough_forms_and_is_right():
    table = rows()
    wrong = [(form, normal, read(form)) for form, normal, *_ in table if read(form) != normal]
    assert len(table) >= 250
    assert len(wrong) <= 0.01 * len(table), wrong


@pytest.mark.parametrize("direction", ["s2t", "t2s"])
def test_either_script_gives_the_same(direction):
    convert = opencc.OpenCC(direction).convert
    wrong = [form for form, normal, *_ in rows() if read(convert(form)) != normal]
    assert len(wrong) <= 0.01 * len(rows()), wrong


def test_full_width_gives_the_same():
    wrong = [form for form, normal, *_ in rows() if read(form.translate(WIDE)) != normal]
    assert len(wrong) <= 0.01 * len(rows()), wrong


def chinese_below_100(number):
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")


@given(DAYS)
def test_one_day_written_in_several_ways(day):
    year, month, number = day.year, day.month, day.day
    name = calendar.month_name[month]
    han_year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    ways = [
        f"{year} 年 {month} 月 {number} 日",
        f"{year}年{month}月{number}號",
        f"{year}-{month:02}-{number:02}",
        f"{year}/{month}/{number}",
        f"{year}{month:02}{number:02}",
        f"民國 {year - 1911} 年 {month} 月 {number} 日",
        f"{name} {number}, {year}",
        f"{number} {name[:3]} {year}",
        f"{han_year}年{chinese_below_100(month)}月{chinese_below_100(number)}日",
    ]
    found = [one(way) for way in ways]
    assert all((p.first, p.last) == (day, day) for p in found)
    assert all(p.same(found[0]) and p.label() == ways[0] for p in found)


@given(st.integers(2000, 2049), st.integers(1, 4))
def test_one_quarter_written_in_several_ways(year, quarter):
    ordinal = ("first", "second", "third", "fourth")[quarter - 1]
    han = "一二三四"[quarter - 1]
    ways = [f"{year}Q{quarter}", f"{quarter}Q{year % 100:02}", f"{year} 年第{han}季", f"{year}年{han}季度"]
    ways += [
        f"the {ordinal} quarter of {year}",
        f"Q{quarter} {year}",
        f"民國 {year - 1911} 年第 {quarter} 季",
    ]
    found = [one(way) for way in ways]
    assert all(p.same(found[0]) and p.label() == f"{year} 年第{han}季" for p in found)
    whole = one(f"{year} 年")
    assert all(p.within(whole) and not whole.within(p) for p in found)


@given(st.integers(1950, 2090), st.integers(1, 8))
def test_a_range_of_years_has_every_year(first, more):
    last = first + more
    for text in (f"{first} 年至 {last} 年", f"{first}-{last} 年", f"from {first} to {last}"):
        found = one(text)
        assert found.span
        assert [p.label() for p in found.members()] == [f"{year} 年" for year in range(first, last + 1)]
        assert all(one(f"{year} 年").within(found) for year in (first, last))


@given(st.lists(st.sampled_from([*(row[0] for row in rows()), "、", "。", "和", "-", " ", "1", "年", "至"])))
def test_offsets_lie_in_the_text_in_order(pieces):
    text = "".join(pieces)
    at = 0
    for found in periods(text, PUBLISHED):
        assert at <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == text[found.start : found.end].strip()
        assert found.first is None or found.first <= found.last
        assert all(member.members() == [member] for member in found.members())
        at = found.end


@given(st.text(), st.none() | DAYS)
def test_any_text_is_read(text, published):
    assert all(0 <= found.start < found.end <= len(text) for found in periods(text, published))


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("2024 年第一季至第三季", ["2024 年第一季", "2024 年第二季", "2024 年第三季"]),
        ("2023 年下半年至 2024 年下半年", ["2023 年下半年", "2024 年上半年", "2024 年下半年"]),
        ("2024 年 11 月至 2025 年 1 月", ["2024 年 11 月", "2024 年 12 月", "2025 年 1 月"]),
        ("2023 年至 2025 年上半年", ["2023 年", "2024 年", "2025 年上半年"]),
        ("3 月至 5 月", ["3 月", "4 月", "5 月"]),
        ("2024 年 1-2 月", ["2024 年 1 月", "2024 年 2 月"]),
        ("2024 年上半年", ["2024 年上半年"]),
        ("2010 年代", ["2010 年代"]),
        ("2024 年 3 月 5 日至 8 日", ["2024 年 3 月 5 日至 3 月 8 日"]),
    ],
)
def test_members(text, members):
    assert [member.label() for member in one(text).members()] == members


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("FY2024", "2024 年"),
        ("1H25", "2025 年上半年"),
        ("2024 年 9 月", "2024 年 9 月"),
        ("2024-09-05", "2024 年 9 月 5 日"),
        ("2024 年首九個月", "2024 年前三季"),
        ("2024 年前 8 個月", "2024 年 1 月至 8 月"),
        ("2022-24", "2022 年至 2024 年"),
        ("2024 年 10 月至次年 3 月", "2024 年 10 月至 2025 年 3 月"),
        ("2024 年第一季至第三季", "2024 年第一季至第三季"),
        ("12 月 3 日至 5 日", "12 月 3 日至 12 月 5 日"),
        ("5 月", "5 月"),
        ("今年", ""),
    ],
)
def test_labels(text, label):
    assert one(text).label() == label


@pytest.mark.parametrize(
    ("one_form", "other_form", "same", "within"),
    [
        ("2025H1", "2025 年 1-6 月", True, True),
        ("2024 年", "民國 113 年", True, True),
        ("2024 年 5 月", "5 月", True, True),
        ("2024 年 5 月 3 日", "5 月 3 日", True, True),
        ("5 月 3 日", "2024 年 5 月", False, True),
        ("2024 年 5 月", "2023 年 5 月", False, False),
        ("2024 年 5 月", "2024 年第二季", False, True),
        ("第二季", "2024 年上半年", False, True),
        ("第三季", "2024 年上半年", False, False),
        ("2024 年", "2022 年至 2024 年", False, True),
        ("2024 年", "今年", False, False),
        ("12 月 3 日", "12 月 3 日至 5 日", False, True),
        ("12 月 8 日", "12 月 3 日至 5 日", False, False),
        ("5 月", "5 月 3 日", False, False),
    ],
)
def test_same_and_within(one_form, other_form, same, within):
    first, second = one(one_form), one(other_form)
    assert first.same(second) is second.same(first) is same
    assert first.within(second) is within


def test_relative_times_need_the_day_of_publication():
    assert one("去年上半年", PUBLISHED).label() == "2024 年上半年"
    unknown = one("去年上半年")
    assert unknown.first is None
    assert unknown.months == (1, 6)


def test_the_year_is_not_inherited_over_the_end_of_a_sentence():
    assert [p.label() for p in periods("2023 年上半年成長。下半年衰退。")] == ["2023 年上半年", "下半年"]


@pytest.mark.parametrize(
    "text",
    ["1-", "2024-", "2024、", "1、", "一", "第一、", "年", "2024 年至", "May ", "12 月", "2024", "q1", "1h",
     "今年", "3 日", "first ", "１、", "〇", "十"],
)  # fmt: skip
def test_hostile_text_takes_bounded_time(text):
    begun = time.perf_counter()
    periods(text * (100_000 // len(text)), PUBLISHED)
    assert time.perf_counter() - begun < 10
