"""Cleaning: which lines of a page are the article.

`pages/*.txt` are pages written for this test in the manner of many kinds of sites. Each line begins with what
it is: T title, P paragraph, H and H2 headings, C chrome, ? either; "= name value" is what must be found.
"""

import hashlib
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.load import Loaded, load
from rag.schema import Document
from tests.paths import ARTICLES

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
LEVELS = {"P": 0, "H": 1, "H2": 2}


def loaded(text: str, *, markdown: bool = False, name: str = "page.txt", **declared: str) -> Loaded:
    fields = {"title": None, "source": None, "published": None, "url": None, **declared}
    return Loaded(origin=f"/articles/{name}", text=text, markdown=markdown, **fields)


def blocks(document: Document) -> list[tuple[int, str]]:
    return [(block.level, document.text[block.start : block.end]) for block in document.blocks]


@dataclass(frozen=True)
class Page:
    rows: list[tuple[str, str]]
    expected: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> "Page":
        lines = path.read_text("utf-8").splitlines()
        facts = [line[2:].split(" ", 1) for line in lines if line.startswith("= ")]
        rows = [(line.split(" ", 1)[0], line[2:].lstrip()) for line in lines if not line.startswith("= ")]
        title = next((text for kind, text in rows if kind == "T"), None)
        return cls(rows, {**({"title": title} if title else {}), **dict(facts)})


@pytest.mark.parametrize("separator", ["\n", "\n\n", "\r\n\r\n"], ids=["single", "double", "crlf"])
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_article_is_told_from_the_site_around_it(path: Path, separator: str):
    page = Page.read(path)
    if path.stem.startswith("poem") and separator != "\n":
        pytest.skip("its empty lines are part of it")
    document = clean(loaded(separator.join(text for _, text in page.rows), name=path.name))
    either = {text for kind, text in page.rows if kind == "?"}
    wanted = [(LEVELS[kind], text) for kind, text in page.rows if kind in LEVELS and text]
    assert [block for block in blocks(document) if block[1] not in either] == wanted
    assert {key: getattr(document, key) for key in page.expected} == page.expected


def test_default_article():
    [path] = ARTICLES.glob("*.txt")
    [article] = load(path, 10**6)
    document = clean(article)
    lines = [line for line in article.text.splitlines() if line.strip()]
    head, body, foot = lines[:5], lines[5:-3], lines[-3:]
    assert document.text == path.read_bytes().decode("utf-8")
    assert [text for _, text in blocks(document)] == body
    assert document.title == head[1] == head[2]
    assert document.published == "2025-12-23"
    assert document.source == head[0].split(" / ")[2].rstrip(" /")
    assert document.language == "zh-Hant"
    assert all(line not in {text for _, text in blocks(document)} for line in [*head, *foot])
    headings = [text for level, text in blocks(document) if level]
    assert headings == [line for line in body if len(line) < 25 and line[-1] not in "。;"]
    assert len(headings) == 6


def test_id_is_the_hash_of_everything_said():
    document = clean(loaded("標題\n\n內容在這裡。", url="https://example.org/1", published="2025-01-02"))
    said = [document.text, document.title, document.source, document.published, document.url]
    assert document.id == hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
    assert document.id != clean(loaded("標題\n\n內容在這裡。", published="2025-01-02")).id


def test_declared_fields_go_before_found_ones():
    text = "另一個標題\n\n來源：甲報\n\n2020-01-01\n\n內容在這裡。"
    found = clean(loaded(text))
    assert (found.title, found.source, found.published) == ("另一個標題", "甲報", "2020-01-01")
    said = clean(loaded(text, title="標題", source="乙報", published="2021-01-01"))
    assert (said.title, said.source, said.published) == ("標題", "乙報", "2021-01-01")
    assert (0, "另一個標題") in blocks(said) or (1, "另一個標題") in blocks(said)


@pytest.mark.parametrize("line", ["智譜過關", "智譜過關 - 甲報", "智谱过关"])
def test_declared_title_is_found_again_with_site_name_or_in_the_other_script(line: str):
    document = clean(loaded(f"{line}\n\n內容在這裡，有兩個分句。", title="智譜過關"))
    expected_in_blocks = line.endswith("甲報")  # four characters are too few to ignore what follows them
    assert (line in [text for _, text in blocks(document)]) is expected_in_blocks


def test_markdown_marks_stay_outside_and_depths_are_kept():
    text = (
        "---\ntitle: 前言\n---\n# 大標題\n\n**來源：**甲報\n\n第一段，很短。\n\n## 一節 ##\n\n"
        "- 甲項\n* 乙項\n1. 丙項\n\n> 引用的話。\n\n### 小節\n\n| 年 | 收入 |\n|---|---|\n| 2024 | 3.0 |\n\n"
        "```\n# 不是標題\n```\n\n二節\n---\n\n"
        "**粗體段落**\n\n![圖](a.png)\n\n末段見[連結](https://example.org/a)。\n"
    )
    document = clean(loaded(text, markdown=True, name="a.md"))
    assert document.title == "大標題"
    assert document.source == "甲報"
    assert blocks(document) == [
        (0, "第一段，很短。"),
        (2, "一節"),
        (0, "甲項"),
        (0, "乙項"),
        (0, "1. 丙項"),
        (0, "引用的話。"),
        (3, "小節"),
        (0, "年 | 收入"),
        (0, "2024 | 3.0"),
        (0, "# 不是標題"),
        (2, "二節"),
        (0, "粗體段落"),
        (0, "末段見[連結](https://example.org/a)。"),
    ]


def test_hard_wrapped_text_is_put_together():
    paragraph = (
        "The council said on Tuesday that it would replace the old wooden bridge\n"
        "over the river with a steel one next year, at a cost of about two million\n"
        "dollars, and that the road would be closed for eleven weeks."
    )
    wrapped = (
        "這座小鎮位於河流的轉彎處，居民大多以捕魚和製鹽為生，每年秋天的\n時候，全鎮的人都會到河邊放水燈。"
    )
    english = clean(loaded(f"New bridge for the town\n\n{paragraph}\n\n{paragraph}"))
    assert [text for _, text in blocks(english)] == [paragraph, paragraph]
    assert [text for _, text in blocks(clean(loaded(f"{wrapped}\n\n{wrapped}")))] == [wrapped, wrapped]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("今天下雨，比賽延到下週六舉行。", "今天下雨，比賽延到下週六舉行"),
        ("短句", "短句"),
        ("It rained all day in the valley, so the match was called off.", "It rained all day in the valley"),
    ],
)
def test_one_line_is_title_and_body(text: str, title: str):
    document = clean(loaded(text))
    assert blocks(document) == [(0, text)]
    assert document.title == title


@pytest.mark.parametrize(
    "last",
    [
        "預計明年第二季完工",
        "他說，這只是開始",
        "版權所有人家屬則表示，賠償金將全數捐作教育之用。",
        "居民下載應用程式後即可查詢。",
        "如何認定侵權，仍待法院判斷。",
        "The plant opens in May",
        "記者會將於明天舉行。",
        "2026年1月1日",
    ],
)
def test_last_line_of_the_body_is_kept(last: str):
    text = f"新廠動工\n\n這座工廠位於河邊，占地三公頃，將僱用一百二十人。\n\n{last}"
    assert (0, last) in blocks(clean(loaded(text)))


def test_source_falls_back_to_the_file_name():
    text = "標題\n\n內容在這裡，沒有來源。"
    assert clean(loaded(text, name="note.txt")).source == "note.txt"
    assert clean(loaded(text, name="all.jsonl#https://example.org/b/c")).source == "all.jsonl"


def test_nothing_but_chrome_is_kept_whole():
    text = "首頁 > 新聞 > 國際\n\n2025-01-01\n\n分享\n\n© 2025"
    assert [text for _, text in blocks(clean(loaded(text)))] == text.split("\n\n")


MARKS = [
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "　",
    "# ",
    "## ",
    "- ",
    "| ",
    "---\n",
    "```\n",
    "**",
    "[a](b)",
    " > ",
    "1. ",
]
WORDS = [
    "來源：",
    "Published:",
    "2025-12-03",
    "首頁",
    "內容很好",
    "The fox jumps. ",
    "延伸閱讀",
    "留言",
    "下載APP",
]
ODDITIES = ["。", "，", "©", "一、", "\u200b", "\ufeff", "\u2028", "\x0c"]
PIECES = st.sampled_from([*MARKS, *WORDS, *ODDITIES])
TEXTS = st.one_of(st.text(), st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.booleans(), st.none() | st.text(min_size=1, max_size=20))
def test_blocks_are_ordered_disjoint_and_trimmed(text: str, markdown: bool, title: str | None):
    document = clean(loaded(text, markdown=markdown, **({"title": title} if title else {})))
    assert document.text == text
    assert document.title
    assert document.source
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= len(text)
        assert block.level >= 0
        quote = text[block.start : block.end]
        assert quote == quote.strip() != ""
        end = block.end
    if not markdown and re.search(r"[^\W_]", text):
        assert document.blocks


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.sampled_from(["\n", "\n\n"]))
def test_no_sentence_of_prose_is_lost(numbers: list[int], separator: str):
    paragraphs = [f"第{i}段說明第{n}號倉庫的存量，比上週多了{n}箱。" for i, n in enumerate(numbers)]
    assert blocks(clean(loaded(separator.join(paragraphs)))) == [(0, text) for text in paragraphs]


@pytest.mark.parametrize(
    "piece", ["，", "[", "[a](", "2025-12-03 ", "a | ", "延伸閱讀\n\n", "留言\n\n", "# ", "by a "]
)
@pytest.mark.parametrize("markdown", [False, True])
def test_hostile_repetition_takes_linear_time(piece: str, markdown: bool):
    began = time.perf_counter()
    clean(loaded("正文第一段，內容如下。\n\n" + piece * 5_000, markdown=markdown))
    assert time.perf_counter() - began < 10
