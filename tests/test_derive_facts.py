"""Statements from tables, keyed lines, 各-lists and figures of two times, against cases written by hand.

The first 109 rows of `facts.jsonl` were written before the rules (recall was .03 then); the 36 behind them
were written after the rules and looked at once before mending (precision .98, recall .88; the one wrong
statement of that look was an error of the case). All have been seen now: the bars guard, they do not measure.
"""

import re
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.derive import derive
from ingest.load import Loaded, load
from rag.schema import Document
from rag.text import language
from tests.statement_table import Row, document, plain, rows_of, scores


@cache
def table() -> tuple[Row, ...]:
    return rows_of("facts.jsonl")


def said(text: str, published: str | None = None) -> list[str]:
    return [one.text for one in derive(document(text, published)) if one.kind == "list"]


# The table


def test_the_table_is_large_and_mixed() -> None:
    rows = table()
    languages = [language(row.text) for row in rows]
    assert len(rows) >= 140
    assert sum(not row.gold for row in rows) >= 50
    assert languages.count("zh-Hans") >= 15
    assert languages.count("en") >= 18
    assert len({row.text for row in rows}) == len(rows)


@pytest.mark.parametrize("tongue", ["zh-Hant", "zh-Hans", "en"])
def test_statements_are_right_and_few_are_missed(tongue: str) -> None:
    precision, recall = scores([row for row in table() if language(row.text) == tongue])
    assert precision >= 0.98
    assert recall >= 0.95


def test_traps_yield_nothing() -> None:
    found = {row.text: said(row.text, row.published) for row in table() if not row.gold}
    assert {text for text, statements in found.items() if statements} == set()


def values(text: str, published: str | None) -> list[tuple[int, int]]:
    return [(one.value_start, one.value_end) for one in derive(document(text, published))]


def test_the_other_script_gives_the_same_values() -> None:
    to_traditional, to_simplified = opencc.OpenCC("s2t"), opencc.OpenCC("t2s")
    compared = 0
    for row in table():
        other = (to_traditional if language(row.text) == "zh-Hans" else to_simplified).convert(row.text)
        if len(other) == len(row.text):
            compared += 1
            assert values(other, row.published) == values(row.text, row.published), row.text
    assert compared >= 0.9 * len(table())


def test_full_width_gives_the_same_values() -> None:
    wide = str.maketrans("%,:()", "％，：（）")
    for row in table():
        if language(row.text) != "en" and "--" not in row.text:
            other = re.sub(
                r"(?<!\d)[%,:()]|[%,:()](?!\d)", lambda match: match.group().translate(wide), row.text
            )
            assert values(other, row.published) == values(row.text, row.published), row.text


# How statements read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "遠山航運各季營運\n\n季度 | 營收(億元) | 準班率\n2024Q2 | 6.1 | 88%\n2024Q3 | 7.4 | -",
            [
                "2024 年第二季遠山航運的營收為 6.1 億元",
                "2024 年第二季遠山航運的準班率為 88%",
                "2024 年第三季遠山航運的營收為 7.4 億元",
            ],
        ),
        (
            "各分店營收(單位:萬元)\n分店 | 2023 | 去年\n東門店 | 310 | 355",
            ["2023 年東門店的營收為 310 萬元", "2024 年東門店的營收為 355 萬元"],
        ),
        ("近兩年研發支出如下:\n- 2022 年:1.2 億元\n- 2023 年:1.5 億元", [
            "2022 年研發支出為 1.2 億元", "2023 年研發支出為 1.5 億元",
        ]),
        ("遠山第三季收入 8.1 億元,去年同期只有 2.2 億元。", [
            "2025 年第三季遠山收入 8.1 億元", "2024 年第三季遠山收入為 2.2 億元",
        ]),
        ("毛利率由上季的 41% 降至 38%。", ["上季毛利率為 41%", "毛利率降至 38%"]),
        (
            "Revenue rose to $8.1 million in the third quarter, up from $2.2 million a year earlier.",
            [
                "Revenue rose to $8.1 million in the third quarter of 2025",
                "Revenue was $2.2 million in the third quarter of 2024",
            ],
        ),
        (
            "Item | 2023 | 2024\nRevenue ($ million) | 4.1 | 5.0\nGross margin | 31% | n/a",
            [
                "In 2023, the revenue was $4.1 million",
                "In 2024, the revenue was $5.0 million",
                "In 2023, the gross margin was 31%",
            ],
        ),
    ],
)  # fmt: skip
def test_statements_read_well(text: str, expected: list[str]) -> None:
    assert said(text, "2025-11-01") == expected


@pytest.mark.parametrize(
    ("sentence", "published", "earlier"),
    [
        ("2024 年第四季營收 9 億元,去年同期 7 億元。", "2025-02-20", "2023 年第四季"),
        ("第四季營收 9 億元,去年同期 7 億元。", "2025-02-20", "2023 年第四季"),
        ("第三季營收 9 億元,去年同期 7 億元。", "2025-11-01", "2024 年第三季"),
        ("第三季營收 9 億元,去年同期 7 億元。", None, "去年第三季"),
        ("營收 9 億元,去年同期 7 億元。", "2025-11-01", "2024 年同期"),
        ("2022 年營收 9 億元,上年為 7 億元。", "2025-11-01", "2021 年"),
        ("2022 年營收 9 億元,前一年為 7 億元。", None, "2021 年"),
        ("去年營收 9 億元,前年為 7 億元。", "2025-11-01", "2023 年"),
        ("2025 年第一季毛利率為 9%,上季為 7%。", None, "2024 年第四季"),
        ("3 月營收 9 億元,前一月為 7 億元。", None, "2 月"),
        ("2025 年 11 月營收 9 億元,而這個數字在 2022 年是 7 億元。", None, "2022 年"),
        ("2022 年營收 9 億元,去年同期 7 億元。", "2025-11-01", None),
        ("第三季營收 9 億元,去年為 7 億元。", "2025-11-01", None),
        ("第一季毛利率為 9%,上季為 7%。", None, None),
    ],
)
def test_the_earlier_time_is_said_in_full_or_nothing_is(
    sentence: str, published: str | None, earlier: str | None
) -> None:
    found = [text for text in said(sentence, published) if re.search(r"7(?: 億元|%)$", text)]
    assert [text.startswith(earlier or "?") for text in found] == ([True] if earlier else [])


def test_a_row_is_cited_and_the_value_is_the_bare_figure() -> None:
    text = "年度 | 營收(億元)\n2023 | 3.1\n2024 | 4.4"
    last = derive(document(text))[-1]
    assert text[last.start : last.end] == "2024 | 4.4"
    assert text[last.value_start : last.value_end] == "4.4"
    assert last.text == "2024 年營收為 4.4 億元"


# The same table in every format

ROWS = (("年度", "營收(億元)", "毛利率"), ("2023", "12.3", "31.5%"), ("2024", "15.8", "33.0%"))
EXPECTED = {
    "2023 年青禾科技的營收為 12.3 億元", "2023 年青禾科技的毛利率為 31.5%",
    "2024 年青禾科技的營收為 15.8 億元", "2024 年青禾科技的毛利率為 33.0%",
}  # fmt: skip
LEAD = "青禾科技公布了最近兩年的財務數字,管理層認為訂單能見度仍然有限,因此沒有提出下一年的財務預測。"
TAIL = "分析師普遍認為,公司接下來的重點會放在海外市場的擴張,以及新產品線的量產時程能否如期推進。"


def article(path: Path) -> Document:
    (found,) = load(path, 10**7)
    assert isinstance(found, Loaded)
    return clean(found)


def written(form: str) -> str:
    """The article as text of a form."""
    if form == "html":
        cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
        return (
            f"<html><head><title>青禾科技年報</title></head><body><article><h1>青禾科技年報</h1><p>{LEAD}</p>"
            f"<table>{cells}</table><p>{TAIL}</p></article></body></html>"
        )
    if form == "md":
        rule = ["| --- | ---: | ---: |"]
        rows = [f"| {' | '.join(row)} |" for row in ROWS]
        lines = [rows[0], *rule, *rows[1:]]
    else:
        between = {"bars": " | ", "tabs": "\t", "blanks": "      "}[form]
        lines = [between.join(row) for row in ROWS]
    heading = "# " if form == "md" else ""
    return "\n".join([f"{heading}青禾科技年報", "", LEAD, "", *lines, "", TAIL, ""])


@pytest.mark.parametrize("form", ["bars", "tabs", "blanks", "md", "html"])
def test_a_table_says_the_same_in_every_format(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"article.{form if form in ('md', 'html') else 'txt'}"
    path.write_text(written(form), "utf-8")
    found = article(path)
    assert {one.text for one in derive(found) if one.kind == "list"} == EXPECTED


def test_a_table_of_a_word_document_says_the_same(tmp_path: Path) -> None:
    import docx

    made = docx.Document()
    made.add_heading("青禾科技年報", 0)
    made.add_paragraph(LEAD)
    grid = made.add_table(rows=len(ROWS), cols=len(ROWS[0]))
    for i, row in enumerate(ROWS):
        for j, cell in enumerate(row):
            grid.cell(i, j).text = cell
    made.add_paragraph(TAIL)
    path = tmp_path / "article.docx"
    made.save(str(path))
    assert {one.text for one in derive(article(path)) if one.kind == "list"} == EXPECTED


# Properties


@dataclass(frozen=True)
class Sheet:
    """A table by what it means."""

    years: tuple[int, ...]
    measures: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, ...], ...]
    """By year, then by measure; "-" for none."""

    def lines(self, separator: str, *, transposed: bool) -> str:
        top = [f"{name}({unit})" for name, unit in self.measures]
        rows = [
            ["年度", *top],
            *([str(year), *row] for year, row in zip(self.years, self.figures, strict=True)),
        ]
        if transposed:
            rows = [list(column) for column in zip(*rows, strict=True)]
            rows[0][0] = "項目"
        return "\n".join(separator.join(row) for row in rows)

    def says(self) -> set[str]:
        return {
            f"{year} 年{name}為 {figure} {unit}".replace(" %", "%")
            for year, row in zip(self.years, self.figures, strict=True)
            for (name, unit), figure in zip(self.measures, row, strict=True)
            if figure != "-"
        }


MEASURES = (("營收", "億元"), ("毛利率", "%"), ("員工數", "人"), ("產量", "萬噸"), ("平均房價", "元"))


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    years = draw(st.lists(st.integers(1990, 2030), min_size=2, max_size=5, unique=True))
    measures = draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=4, unique=True))
    figure = st.one_of(
        st.decimals(0, 9999, places=1).map(lambda value: f"{value:,}"),
        st.integers(1, 999).map(str),
        st.just("-"),
    )
    count = len(measures)
    rows = [draw(st.lists(figure, min_size=count, max_size=count)) for _ in years]
    return Sheet(tuple(years), tuple(measures), tuple(map(tuple, rows)))


@given(sheets(), st.sampled_from([" | ", "\t", "    "]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_a_table_says_what_it_means_whichever_way_it_is_turned(
    sheet: Sheet, separator: str, transposed: bool
) -> None:
    text = sheet.lines(separator, transposed=transposed)
    found = derive(document(text))
    assert {one.text for one in found} == sheet.says()
    for one in found:
        assert plain(text[one.value_start : one.value_end]) in plain(one.text)


@given(st.integers(1995, 2029), st.integers(1, 4), st.integers(1, 999), st.integers(1, 999), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_same_quarter_of_the_year_before(
    year: int, quarter: int, now: int, then: int, compared: bool
) -> None:
    beside = f"較去年同期的 {then} 億元增長" if compared else f"去年同期為 {then} 億元"
    name = "一二三四"[quarter - 1]
    text = f"{year} 年第{name}季營收 {now} 億元,{beside}。"
    assert set(said(text)) == {
        f"{year} 年第{name}季營收 {now} 億元",
        f"{year - 1} 年第{name}季營收為 {then} 億元",
    }


PIECES = st.sampled_from(
    [
        *(
            "|",
            " | ",
            "\n",
            "\n\n",
            "\t",
            "   ",
            "---",
            "- ",
            ":",
            "(",
            ")",
            "(億元)",
            "單位:",
            "年度",
            "項目",
        ),
        *(
            "營收",
            "毛利率",
            "遠山",
            "2023",
            "2024 年",
            "第三季",
            "3.1",
            "4,210",
            "12%",
            "1.2 億元",
            "-",
            "N/A",
        ),
        *("去年同期", "上季", "前一年", "為", "由", "的", "降至", "較", ",", "。", ";", "各", "部署了", "、"),
        *("和", "Revenue", " rose to ", " from ", "a year earlier", "in 2024"),
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from([None, "2025-10-01"]))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_values_within_their_sentences(text: str, published: str | None) -> None:
    for one in derive(document(text, published)):
        assert 0 <= one.start <= one.value_start < one.value_end <= one.end <= len(text)
        assert plain(text[one.value_start : one.value_end]) in plain(one.text)
        assert text[one.start : one.end] == text[one.start : one.end].strip()


@pytest.mark.parametrize(
    "text",
    [
        "| " * 100_000,
        "年度 | 營收\n" * 10_000,
        "年度" + " | 營收" * 90 + "\n" + ("2024" + " | 3.1" * 90 + "\n") * 300,
        "- 2022 年:3.2 億元\n" * 2_000,
        "營收:3.2 億元(" * 20_000,
        "營收 3 億元,去年同期 2 億元," * 20_000,
        "由上季的 3% 降至 2%," * 20_000,
        "較去年同期的" * 100_000,
        ("Sales rose to 3 from 2 a year earlier, " * 15 + "\n") * 60,
        "\t" * 50_000 + "2023\t2024\n營收\t3\t4",
        ("a  b\n" * 3 + "\n") * 1_000,
    ],
    ids=[*"abcdefghijk"],
)
def test_hostile_text_takes_bounded_time(text: str) -> None:
    derive(document("營收 3 億元,去年同期 2 億元。"))  # loads the dictionaries
    began = time.process_time()
    derive(document(text))
    assert time.process_time() - began < 10


def test_statements_are_in_the_script_of_the_article() -> None:
    simplified = "年度 | 营业收入(亿元)\n2023 | 3.1\n\n2023 年研发费用 4 亿元,前一年 3 亿元。"
    assert said(simplified) == [
        "2023 年研发费用 4 亿元", "2022 年研发费用为 3 亿元", "2023 年营业收入为 3.1 亿元",
    ]  # fmt: skip
