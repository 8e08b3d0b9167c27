"""Loading: every format, the encodings of Chinese text, and what happens with what cannot be read."""

import io
import os
import random
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from ingest import word
from ingest.dates import iso_date
from ingest.decode import decode
from ingest.lines import runs_on
from ingest.load import Loaded, Skipped, find_files, load
from rag.errors import LoadError

LIMIT = 10**7
TRADITIONAL = "河邊的舊倉庫改建成圖書館，鎮上的孩子放學後都來這裡寫功課；管理員說，每天大約有八十個人。"
SIMPLIFIED = "河边的旧仓库改建成图书馆，镇上的孩子放学后都来这里写功课；管理员说，每天大约有八十个人。"


def load_bytes(folder: Path, name: str, data: bytes) -> list[Loaded | Skipped]:
    path = folder / name
    path.write_bytes(data)
    return list(load(path, LIMIT))


def load_one(folder: Path, name: str, data: bytes) -> Loaded:
    [item] = load_bytes(folder, name, data)
    assert isinstance(item, Loaded), item
    return item


def reason(folder: Path, name: str, data: bytes) -> str:
    [item] = load_bytes(folder, name, data)
    assert isinstance(item, Skipped)
    assert item.name == name
    return item.reason


def pdf(pages: Sequence[Sequence[str]], title: str = "") -> bytes:
    """A PDF file written by hand: a font whose codes are UTF-16, one text line below the other."""
    codes = b"1 begincodespacerange <0000> <FFFF> endcodespacerange"
    to_unicode = codes + b" 1 beginbfrange <0000> <FFFF> <0000> endbfrange"
    kids = b" ".join(b"%d 0 R" % (7 + 2 * i) for i in range(len(pages)))
    font = b"/Type /Font /BaseFont /F"
    system = b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
        b"<< %s /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>" % font,
        b"<< %s /Subtype /CIDFontType2 /DW 1000 %s >>" % (font, system),
        _stream(to_unicode),
        b"<< /Title <FEFF%s> >>" % _utf16(title),
    ]
    page = b"/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
    for i, lines in enumerate(pages):
        shown = [
            b"BT /F 10 Tf 50 %d Td <%s> Tj ET" % (780 - 16 * n, _utf16(line)) for n, line in enumerate(lines)
        ]
        objects += [b"<< %s /Contents %d 0 R >>" % (page, 8 + 2 * i), _stream(b"\n".join(shown))]
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be").hex().encode()


def encrypted(data: bytes, user_password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password=user_password, owner_password="owner", algorithm="RC4-128")  # noqa: S106
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def saved(document: WordDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Root may read everything; permissions count for anybody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


# --- files and folders


def test_find_files_is_recursive_sorted_and_leaves_out_what_is_no_article(tmp_path: Path):
    for name in [
        "b.txt",
        "sub/a.md",
        "sub/sheet.xlsx",
        ".hidden.txt",
        ".git/x.txt",
        "README.md",
        "LICENCE",
        "SOURCE",
    ]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    (tmp_path / "sub" / "round").symlink_to(tmp_path)
    missing = tmp_path / "missing.txt"
    found = find_files([tmp_path, tmp_path / "b.txt", missing, tmp_path / "README.md"])
    expected = ["README.md", "b.txt", "missing.txt", "sub/a.md", "sub/sheet.xlsx"]
    assert [path.relative_to(tmp_path).as_posix() for path in found] == expected


def test_find_files_makes_relative_paths_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    assert find_files([Path("a.txt"), tmp_path / "a.txt", Path("sub/../a.txt")]) == [tmp_path / "a.txt"]


def test_one_good_file_among_broken_ones(tmp_path: Path):
    """Nothing is dropped silently, nothing is raised, and every reason says what to do."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (word.MOST_UNPACKED_BYTES + 1))
    files = {
        "good.txt": TRADITIONAL.encode(),
        "binary.txt": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "blank.md": b" \n\n",
        "bomb.docx": bomb.getvalue(),
        "broken.docx": b"PK\x03\x04 no zip",
        "broken.pdf": b"%PDF-1.7 no pdf",
        "damaged.txt": TRADITIONAL.encode()[:-1],
        "empty.txt": b"",
        "encrypted.pdf": encrypted(pdf([[TRADITIONAL]]), "secret"),
        "foreign.txt": "Съешь ещё этих мягких французских булок, да выпей же чаю.".encode("cp1251"),
        "large.txt": b"x" * 400_001,
        "nothing.html": b"<html><body><script>1</script></body></html>",
        "scanned.pdf": pdf([[], []]),
        "sheet.xlsx": b"x",
        "locked.txt": b"x",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    locked = tmp_path / "locked.txt"
    locked.chmod(0)
    paths = find_files([tmp_path, tmp_path / "missing.txt"])
    items = [item for path in paths if path != locked for item in load(path, 400_000)]
    with as_ordinary_user():
        items += load(locked, 400_000)
    reasons = {item.name: item.reason for item in items if isinstance(item, Skipped)}
    assert [item.text for item in items if isinstance(item, Loaded)] == [TRADITIONAL]
    assert set(reasons) == {*files, "missing.txt"} - {"good.txt"}
    expected = {
        "binary.txt": "NUL bytes",
        "blank.md": "is empty",
        "bomb.docx": "split it",
        "broken.docx": "save it again",
        "broken.pdf": "save it again",
        "damaged.txt": "damaged UTF-8 at byte",
        "empty.txt": "is empty",
        "encrypted.pdf": "without password",
        "foreign.txt": "save it as UTF-8",
        "large.txt": "RAG_MAX_FILE_MB",
        "locked.txt": "change its permissions",
        "missing.txt": "check the path",
        "nothing.html": "holds no text",
        "scanned.pdf": "run OCR",
        "sheet.xlsx": "save it as one of",
    }
    for name, part in expected.items():
        assert part in reasons[name], (name, reasons[name])
        assert "; " in reasons[name]
        assert "\n" not in reasons[name]


def test_folder_that_may_not_be_listed_is_reported(tmp_path: Path):
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0)
    with as_ordinary_user():
        [path] = find_files([locked])
        [item] = load(path, LIMIT)
    assert isinstance(item, Skipped)
    assert item.name == "locked"


def test_special_file_is_reported(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.txt")
    [item] = load(tmp_path / "pipe.txt", LIMIT)
    assert isinstance(item, Skipped)
    assert "no regular file" in item.reason


def test_name_that_is_no_unicode(tmp_path: Path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    path.write_text("內容")
    [item] = load(path, LIMIT)
    assert isinstance(item, Loaded)
    item.origin.encode("utf-8")


# --- characters


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "utf-8-sig"),
        (TRADITIONAL, "utf-16"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "cp950"),
        (TRADITIONAL + "碁裏墻恒粧嫺", "cp950"),
        (TRADITIONAL + "嘅咗喺啲", "big5hkscs"),
        (TRADITIONAL, "gb18030"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "gb2312"),
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED + "𠮷㐂", "gb18030"),
        ("Plain English.", "ascii"),
    ],
)
def test_encoding_is_recognised(text: str, encoding: str):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(("text", "encoding"), [(TRADITIONAL, "big5"), (SIMPLIFIED, "gb2312")])
@pytest.mark.parametrize("length", [6, 10, 20])
def test_encoding_is_recognised_in_short_pieces(text: str, encoding: str, length: int):
    for start in range(len(text) - length):
        piece = text[start : start + length]
        assert decode(piece.encode(encoding)) == piece


def test_utf16_in_either_byte_order():
    assert decode(b"\xfe\xff" + TRADITIONAL.encode("utf-16-be")) == TRADITIONAL
    assert decode(b"\xff\xfe" + TRADITIONAL.encode("utf-16-le")) == TRADITIONAL


@given(st.binary(max_size=300))
def test_decode_gives_well_formed_text_or_a_reason(data: bytes):
    try:
        decode(data).encode("utf-8")
    except LoadError as error:
        assert "; " in str(error)


@given(st.text())
def test_utf8_is_read_back_unchanged(text: str):
    try:
        assert decode(text.encode("utf-8")) == text.removeprefix("\ufeff")
    except LoadError:
        assert any(c < " " or c == "\x7f" for c in text) or text.startswith(("\ufeff", "\ufffe", "\uffff"))


def test_text_keeps_its_own_characters(tmp_path: Path):
    text = "\ufeff標題\r\n\r\n　內容，\t有空格 。\r\n"
    item = load_one(tmp_path, "a.txt", text.encode())
    assert item == Loaded(
        origin=(tmp_path / "a.txt").as_posix(),
        text=text.removeprefix("\ufeff"),
        markdown=False,
        title=None,
        source=None,
        published=None,
        url=None,
    )


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2025/12/3", "2025-12-03"),
        ("2025-12-03T23:30:00+08:00", "2025-12-03"),
        ("2025年12月3日", "2025-12-03"),
        ("２０２５．１２．３", "2025-12-03"),
        ("20251203", "2025-12-03"),
        ("民國114年12月3日", "2025-12-03"),
        ("114 年 12 月 3 日", "2025-12-03"),
        ("Dec 3, 2025", "2025-12-03"),
        ("Wed, 03 Dec 2025 10:00:00 GMT", "2025-12-03"),
        ("September 5th, 2024", "2024-09-05"),
        ("2024-02-30 or 2024-03-01", "2024-03-01"),
        ("12/03/2025", None),
        ("1764720000", None),
        ("2025-13-01", None),
        ("3 Mayor 2025", None),
        ("", None),
    ],
)
def test_iso_date(written: str, iso: str | None):
    assert iso_date(written) == iso


# --- Markdown


def test_front_matter(tmp_path: Path):
    text = "---\ntitle: 智譜\ndate: 2025-12-03\nauthor: 王小明\nurl: https://example.org/a\n---\n內容。\n"
    item = load_one(tmp_path, "a.md", text.encode())
    assert (item.title, item.source, item.published) == ("智譜", "王小明", "2025-12-03")
    assert (item.url, item.markdown, item.text) == ("https://example.org/a", True, text)


def test_front_matter_with_a_colon_in_the_title(tmp_path: Path):
    item = load_one(tmp_path, "a.md", "---\ntitle: 智譜: 上市\npublished: 2025/12/3\n---\n內容。".encode())
    assert (item.title, item.published) == ("智譜: 上市", "2025-12-03")


@pytest.mark.parametrize(
    "text",
    [
        "內容。",
        "---\n內容\n---\n更多。",
        "---\n",
        "---\n- a\n---\nx",
        "---\ntitle: &a [*a]\n---\nx",
        "---\n" + "[" * 9_000,
    ],
)
def test_no_front_matter(tmp_path: Path, text: str):
    item = load_one(tmp_path, "a.md", text.encode())
    assert (item.text, item.source) == (text, None)


def test_url_must_be_a_web_address(tmp_path: Path):
    item = load_one(tmp_path, "a.md", "---\ntitle: 甲\nurl: javascript:alert(1)\n---\n內容。".encode())
    assert item.url is None


# --- web pages

ARTICLE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>老橋拆不拆 | 河灣日報</title>
<meta property="og:title" content="老橋拆不拆"><meta property="og:site_name" content="河灣日報">
<meta property="article:published_time" content="2025-05-04T08:00:00+08:00">
<link rel="canonical" href="https://news.example.org/a/1"><script>var a = "<p>假的</p>";</script></head>
<body><nav><a href="/">首頁</a><a href="/l">地方</a></nav><article><h1>老橋拆不拆</h1>
<p>河灣鎮的百年老橋去留，<b>昨天</b>由居民投票決定，<a href="/x">投票率</a>高達78%，贊成保留者占
六成二。投票從早上八點進行到下午四點，全鎮五個投開票所都大排長龍。</p><h2>橋的年紀</h2><p>老橋建於1911年，長42公尺，是鎮上第一座鋼筋混凝土橋。工程師說，
橋墩裂縫已達0.8公分，若不補強，三年內就得封閉。</p><ul><li>補強：三千萬元</li><li>重建：九千萬元</li></ul>
<table><tr><th>方案</th><th>工期</th></tr><tr><td>補強</td><td>8個月</td></tr></table>
<p>鎮公所將在六月提出補強設計。<br>工程期間改走便橋。</p></article>
<aside><h3>延伸閱讀</h3><a href="/1">新橋的名字</a></aside><footer>(c) 2025 河灣日報</footer></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "big5"])
def test_web_page(tmp_path: Path, encoding: str):
    item = load_one(tmp_path, "a.html", ARTICLE.replace("utf-8", encoding).encode(encoding))
    assert (item.title, item.source, item.published) == ("老橋拆不拆", "河灣日報", "2025-05-04")
    assert (item.url, item.markdown) == ("https://news.example.org/a/1", True)
    lines = [line for line in item.text.splitlines() if line]
    assert lines[0] == "# 老橋拆不拆"
    assert lines[1].startswith(
        "河灣鎮的百年老橋去留，昨天由居民投票決定，投票率高達78%，贊成保留者占六成二。"
    )
    assert lines[2] == "## 橋的年紀"
    tail = ["- 補強：三千萬元", "- 重建：九千萬元", "方案 | 工期", "補強 | 8個月"]
    assert lines[4:] == [*tail, "鎮公所將在六月提出補強設計。", "工程期間改走便橋。"]


def test_short_web_page_keeps_headings_and_tables(tmp_path: Path):
    page = (
        "<title>停水公告</title><nav><a>首頁</a></nav><h1>停水公告</h1><p>明日停水。</p>"
        "<table><tr><td>東區<td>9時</tr><tr><td><p>西區</p></td><td></td></tr></table><ul><li>請儲水</ul>"
    )
    item = load_one(tmp_path, "a.htm", page.encode())
    assert item.title == "停水公告"
    assert item.text.split("\n") == ["# 停水公告", "", "明日停水。", "東區 | 9時", "西區 |", "- 請儲水"]


@pytest.mark.parametrize("tag", ["div", "span", "table", "ul"])
def test_deeply_nested_web_page(tmp_path: Path, tag: str):
    page = f"<html><body>{f'<{tag}>' * 20_000}<p>深層的文字。</p>{f'</{tag}>' * 20_000}</body></html>"
    assert "深層的文字。" in load_one(tmp_path, "a.html", page.encode()).text


def test_web_page_with_images_inside(tmp_path: Path):
    image = '<img src="data:image/png;base64,' + "A" * 6_000_000 + '">'
    assert "停水" in load_one(tmp_path, "a.html", f"<h1>停水</h1>{image}<p>明日停水。</p>".encode()).text


# --- PDF

FULL_LINE = "這座小鎮位於河流的轉彎處居民大多以捕魚和製鹽為生每年"  # 27 characters


def test_pdf_lines_become_paragraphs_across_pages(tmp_path: Path):
    first, second, third, last = (start + FULL_LINE for start in "甲乙丙丁")
    pages = [
        ["河灣調查報告", "一、概況", first, "秋天的時候全鎮的人都會放水燈。", second, "- 1 -"],
        ["河灣調查報告", third, "到這裡結束。", "二、結論", last, "完。", "- 2 -"],
    ]
    item = load_one(tmp_path, "a.pdf", pdf(pages, title="河灣鎮"))
    assert item.title == "河灣鎮"
    assert item.text.split("\n\n") == [
        "一、概況",
        first + "秋天的時候全鎮的人都會放水燈。",
        second + third + "到這裡結束。",
        "二、結論",
        last + "完。",
    ]


def test_pdf_joins_english_words(tmp_path: Path):
    lines = [
        "The council said that it would replace the old wooden bridge over the ri-",
        "ver with a steel one next year, at a cost of two million dollars for the",
        "town, and that the state-of-the-art design would be shown to the public.",
    ]
    text = load_one(tmp_path, "a.pdf", pdf([lines])).text
    assert "over the river with a steel one" in text
    assert "for the town, and that the state-of-the-art design" in text


def test_pdf_that_only_forbids_changes_is_read(tmp_path: Path):
    assert TRADITIONAL in load_one(tmp_path, "a.pdf", encrypted(pdf([[TRADITIONAL]]), "")).text


@pytest.mark.parametrize("title", ["Microsoft Word - 文件1", "untitled", "report.docx"])
def test_title_that_no_person_wrote(tmp_path: Path, title: str):
    assert load_one(tmp_path, "a.pdf", pdf([[TRADITIONAL]], title=title)).title is None


def test_runs_on_tells_wrapped_lines_from_verse_and_lists():
    assert runs_on([FULL_LINE, FULL_LINE, "短句。", FULL_LINE]) == [True, True, False, False]
    assert runs_on(["床前看月光", "疑是地上霜", "舉頭望明月"]) == [False] * 3
    assert runs_on([FULL_LINE + "。", FULL_LINE, "　" + FULL_LINE, "• " + FULL_LINE]) == [False] * 4
    assert runs_on([FULL_LINE * 5, FULL_LINE * 5]) == [False] * 2
    assert runs_on([]) == []


# --- Word


def test_word_document_in_document_order(tmp_path: Path):
    document = docx.Document()
    document.add_heading("年度報告", 0)
    document.add_paragraph("前言。")
    document.add_heading("收入", 1)
    table = document.add_table(2, 2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells], ["年", "收入", "2024", "3.0"], strict=True
    ):
        cell.text = text
    document.add_heading("細項", 2)
    paragraph = document.add_paragraph("第二")
    paragraph.add_run("段").bold = True
    paragraph.add_run().add_break()
    paragraph.add_run("換行")
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    inserted = f'<w:ins xmlns:w="{namespace}" w:id="1" w:author="a"><w:r><w:t>後插入</w:t></w:r></w:ins>'
    deleted = (
        f'<w:del xmlns:w="{namespace}" w:id="2" w:author="a"><w:r><w:delText>刪</w:delText></w:r></w:del>'
    )
    paragraph._p.append(parse_xml(inserted))
    paragraph._p.append(parse_xml(deleted))
    document.add_paragraph("甲項", style="List Bullet")
    item = load_one(tmp_path, "a.docx", saved(document))
    assert (item.title, item.markdown) == ("年度報告", True)
    assert [line for line in item.text.split("\n") if line] == [
        "# 年度報告",
        "前言。",
        "# 收入",
        "年 | 收入",
        "2024 | 3.0",
        "## 細項",
        "第二段",
        "換行後插入",
        "甲項",
    ]


def test_word_title_property(tmp_path: Path):
    document = docx.Document()
    document.add_paragraph("內容。")
    document.core_properties.title = "河灣報告"
    assert load_one(tmp_path, "a.docx", saved(document)).title == "河灣報告"


# --- JSON lines


def test_json_lines_go_on_after_a_broken_one(tmp_path: Path):
    lines = [
        '{"title": "甲", "text": "內容一。", "published": "2025/1/2", "source": "甲報", "url": "https://example.org/1"}',
        "{broken",
        '{"title": "乙"}',
        '["no object"]',
        '{"title": "丙", "text": "內容二。\\ud800"}',
        '{"title": "丁", "text": "內容三。"}',
        '{"title": "丁", "text": "內容四。"}',
        '{"text": "內容五。"}',
        "[" * 100_000,
    ]
    (tmp_path / "all.jsonl").write_bytes("\n".join(lines).encode() + b'\n{"text": "\xff\xfe\xfa"}\n')
    items = list(load(tmp_path / "all.jsonl", LIMIT))
    articles = [item for item in items if isinstance(item, Loaded)]
    path = (tmp_path / "all.jsonl").as_posix()
    assert [a.text for a in articles] == ["內容一。", "內容二。\ufffd", "內容三。", "內容四。", "內容五。"]
    assert articles[0] == Loaded(
        f"{path}#https://example.org/1",
        "內容一。",
        False,
        "甲",
        "甲報",
        "2025-01-02",
        "https://example.org/1",
    )
    assert articles[1].origin == f"{path}#丙"
    assert len({a.origin for a in articles}) == 5
    broken = [item.name for item in items if isinstance(item, Skipped)]
    assert broken == [f"all.jsonl:{n}" for n in (2, 3, 4, 9, 10)]


@given(
    st.permutations(['{"text": "一"}', '{"title": "二", "text": "二"}', '{"title": "二", "text": "三"}', "{"])
)
def test_json_lines_keep_their_origins_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
):
    path = tmp_path_factory.getbasetemp() / "order.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    origins = {item.text: item.origin for item in load(path, LIMIT) if isinstance(item, Loaded)}
    path.write_text("\n".join(sorted(lines)), "utf-8")
    assert origins == {item.text: item.origin for item in load(path, LIMIT) if isinstance(item, Loaded)}


def test_json_array_and_hopeless_lines(tmp_path: Path):
    assert "one JSON object per line" in reason(tmp_path, "a.jsonl", b'[\n{"text": "x"}\n]')
    items = load_bytes(tmp_path, "b.jsonl", b"no json\n" * 100)
    assert len(items) == 21
    assert isinstance(items[-1], Skipped)
    assert "80 more broken lines" in items[-1].reason


# --- damage of any kind


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["a.pdf", "a.docx", "a.html", "a.md", "a.jsonl"]), st.integers(0, 2**32))
def test_damaged_files_never_raise(tmp_path_factory: pytest.TempPathFactory, name: str, seed: int):
    document = docx.Document()
    document.add_heading("標題", 1)
    document.add_paragraph(TRADITIONAL)
    whole = {
        "a.pdf": pdf([[TRADITIONAL], ["第二頁。"]]),
        "a.docx": saved(document),
        "a.html": ARTICLE.encode(),
        "a.md": f"---\ntitle: 甲\n---\n# 標題\n\n{TRADITIONAL}".encode(),
        "a.jsonl": f'{{"text": "{TRADITIONAL}"}}\n'.encode() * 3,
    }[name]
    chance = random.Random(seed)  # noqa: S311
    data = bytearray(whole)
    for _ in range(chance.choice([1, 5, 20])):
        at = chance.randrange(len(data) or 1)
        data[at : at + chance.choice([0, 1, 50])] = chance.randbytes(chance.choice([0, 1, 9]))
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    for item in load(path, LIMIT):
        text = item.text if isinstance(item, Loaded) else item.reason
        assert text.strip()
        text.encode("utf-8")
