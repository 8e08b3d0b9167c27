"""`rag.quantity` against a table worked out by hand, other ways to write one number, and hostile text."""

import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.quantity import Quantity, quantities

TABLE = Path(__file__).parent / "data" / "quantities.tsv"
WIDE = str.maketrans("0123456789.%-~", "０１２３４５６７８９．％－～")


def rows():
    return [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:]]


def expected(normal):
    """[(low, high, unit)] of "5..6 % | 3 家"; "-" is none."""
    found = []
    for part in [] if normal == "-" else normal.split(" | "):
        value, _, unit = part.partition(" ")
        low, _, high = value.partition("..")
        found.append((Fraction(low), Fraction(high or low), unit))
    return found


def near(one, other):
    return abs(one - other) <= abs(other) * Fraction(1, 10**20)


def right(text, normal):
    found, want = quantities(text), expected(normal)
    return len(found) == len(want) and all(
        near(Fraction(q.low), low) and near(Fraction(q.high), high) and q.unit == unit
        for q, (low, high, unit) in zip(found, want, strict=True)
    )


def one(text):
    [found] = quantities(text)
    return found


def chinese(number):
    """A whole number below 10¹⁶ in Chinese numerals, by the rule of school books."""
    if number == 0:
        return "零"
    groups = []
    for group_name in ("", "萬", "億", "兆"):
        number, group = divmod(number, 10_000)
        digits = f"{group:04d}"
        written = "".join(
            "零" if digit == "0" else "零一二三四五六七八九"[int(digit)] + place
            for digit, place in zip(digits, ("千", "百", "十", ""), strict=True)
        )
        groups.append((written.rstrip("零") + group_name) if group else "零")
    whole = "".join(reversed(groups)).strip("零")
    while "零零" in whole:
        whole = whole.replace("零零", "零")
    return whole


def test_the_table_has_enough_forms_and_is_right():
    table = rows()
    wrong = [(form, normal, quantities(form)) for form, normal, *_ in table if not right(form, normal)]
    assert len(table) >= 400
    assert len(wrong) <= 0.01 * len(table), wrong


@pytest.mark.parametrize("direction", ["s2t", "t2s"])
def test_either_script_gives_the_same(direction):
    convert = opencc.OpenCC(direction).convert
    wrong = [form for form, normal, *_ in rows() if not right(convert(form), normal)]
    assert len(wrong) <= 0.01 * len(rows()), wrong


def test_full_width_gives_the_same():
    latin = [row for row in rows() if not row[0].isascii() or row[1] != "-"]
    wrong = [form for form, normal, *_ in latin if not right(form.translate(WIDE), normal)]
    assert len(wrong) <= 0.01 * len(latin), wrong


@given(st.integers(1, 10**15))
def test_one_number_written_in_several_ways_is_one_value(number):
    ways = [f"{number} 元", f"{number:,} 元", f"{number:,}元", f"人民幣 {number:,} 元", f"RMB {number:,}"]
    ways += [f"{Decimal(number) / 10**8:f} 億元", f"{Decimal(number) / 10**4:f}萬元"]
    ways += [f"{Decimal(number).scaleb(-9):f} billion yuan", f"¥{number:,}", f"逾 {number:,} 元"]
    values = [one(way) for way in ways]
    assert all(value.low == value.high == number for value in values)
    assert all(value.same(values[0]) for value in values)


@given(st.integers(11, 10**15))
def test_chinese_numerals_are_read_as_the_digits(number):
    found = one(f"共{chinese(number)}個")
    assert (found.low, found.high, found.unit) == (number, number, "個")


@given(st.integers(-9999, 9999), st.integers(0, 99))
def test_percentages(whole, part):
    text = f"{whole}.{part:02d}%"
    found = one(f"為 {text}")
    assert found.low == Decimal(text[:-1])
    if whole > 0:
        digits = "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{part:02d}")
        assert one(f"百分之{chinese(whole)}點{digits}").same(found)


@given(st.integers(1, 400), st.integers(1, 400))
def test_a_range_has_both_ends(low, more):
    for text in (f"{low} 至 {low + more} 萬家", f"{low}-{low + more} 萬家", f"{low} 萬到 {low + more} 萬家"):
        found = one(text)
        ends = {(low * 10_000, (low + more) * 10_000), (low, (low + more) * 10_000)}
        assert (found.low, found.high) in ends
    assert one(f"{low}%～{low + more}%").same(one(f"{low}至{low + more}%"))


@given(st.lists(st.sampled_from([*(row[0] for row in rows()), "、", "。", "和", "-", " ", "1", "億", "至"])))
def test_offsets_lie_in_the_text_in_order(pieces):
    text = "".join(pieces)
    at = 0
    for found in quantities(text):
        assert at <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == text[found.start : found.end].strip()
        assert found.low <= found.high
        at = found.end


@given(st.text())
def test_any_text_is_read(text):
    assert all(0 <= found.start < found.end <= len(text) for found in quantities(text))


@pytest.mark.parametrize(
    ("one_form", "other_form", "same"),
    [
        ("3 家", "3 間", True),
        ("3 家", "三所", True),
        ("3 台", "3 家", False),
        ("3 台車", "3 輛車", True),
        ("5 位", "五人", True),
        ("5 個國家", "5 人", True),
        ("5 個", "5%", False),
        ("3 億元", "人民幣 3 億元", True),
        ("3 億元", "30000 萬美元", True),
        ("人民幣 3 億元", "3 億美元", False),
        ("3.2 億", "3.2 億港元", True),
        ("56.3%", "百分之五十六點三", True),
        ("56.3%", "56.3 個百分點", False),
        ("5%", "5", False),
        ("五成", "50％", True),
        ("四分之一", "25%", True),
        ("3-5%", "三至五個百分點", False),
        ("3 至 5 萬", "30,000 至 50,000", True),
        ("3 年", "3 個月", False),
        ("5 公里", "5 km", True),
        ("5 公斤", "5", False),
    ],
)
def test_same(one_form, other_form, same):
    first, second = one(one_form), one(other_form)
    assert first.same(second) is second.same(first) is same


def test_the_unit_belongs_to_the_offsets():
    text = "2024 年收入為人民幣 12.5 億元,年增 8%"
    assert [text[q.start : q.end] for q in quantities(text)] == ["人民幣 12.5 億元", "8%"]
    assert quantities("5 家")[0] == Quantity(0, 3, Decimal(5), Decimal(5), "家")


@pytest.mark.parametrize(
    "text",
    ["1,", "1,111", "一", "千", "3-", "3至", "1、", "2024、", "百分之", "5 ", "a1-", "(02)", "+1 ", "１，",
     "1.1", "負", "three ", "9", "零下", "第三季", "萬億", "1:", "US$"],
)  # fmt: skip
def test_hostile_text_takes_bounded_time(text):
    begun = time.perf_counter()
    quantities(text * (100_000 // len(text)))
    assert time.perf_counter() - begun < 10
