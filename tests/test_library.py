# ruff: noqa: F811 - fixtures are imported
"""Articles handed in on the page: into the index by a real ingest process, listed, read, removed; inert."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import ingest
from ingest.__main__ import main
from ingest.load import FORMATS, load
from rag import Settings, uploads
from rag.catalog import Catalog, Entry
from rag.errors import IndexUnusable
from rag.text import tokens
from tests.test_index import articles, line, model, settings, text  # noqa: F401 - fixtures
from ui.i18n import LANGUAGES, words
from ui.intake import MOST_FILES, Outcome, Problem, Step, add_files, add_text, reason_in, remove
from ui.shelf import LONGEST_SHOWN, MOST_LISTED, listing, open_article, status

SAID = words("zh-Hant")
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>${window.hacked=1}{{hacked}}'


@pytest.fixture
def home(settings: Settings, articles: Path) -> Settings:
    """An index of four articles."""
    ingest([articles], settings)
    return settings


def outcome(steps: Iterator[Step | Outcome]) -> Outcome:
    *before, last = steps
    assert all(isinstance(step, Step) for step in before)
    assert isinstance(last, Outcome)
    return last


def titles(settings: Settings) -> set[str]:
    return {document.title for document in Catalog(settings.home).documents()}


def kept(settings: Settings) -> list[Path]:
    """The originals among the uploads."""
    return sorted(path for path in (settings.home / uploads.FOLDER).rglob("*") if path.is_file())


# The uploads


@given(st.text(max_size=200))
def test_names_are_harmless(name: str) -> None:
    safe = uploads.safe_name(name)
    assert safe == Path(safe).name == uploads.safe_name(safe)
    assert not safe.startswith((".", "-", " "))
    assert not re.search(r"[\x00-\x1f<>&\"'#|*?$`;\\/\u202a-\u202e\u2066-\u2069]", safe)
    assert len(safe.encode()) <= 255


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("智譜 財報（2024）.PDF", "智譜 財報（2024）.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        (".bashrc", "bashrc"),
        ("a.jsonl#b.txt", "a.jsonl_b.txt"),
        ("a\u202etxt.exe", "a_txt.exe"),
        ("", "article"),
        ("...", "article"),
        ("無副檔名", "無副檔名"),
    ],
)
def test_names_by_example(name: str, safe: str) -> None:
    assert uploads.safe_name(name) == safe


def test_an_upload_is_kept_once_and_beside_others_of_its_name(tmp_path: Path) -> None:
    one, again, other = (uploads.keep(tmp_path, "a.txt", data) for data in (b"1", b"1", b"2"))
    assert one == again != other
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"2")
    assert one.parent.parent == tmp_path.resolve() / uploads.FOLDER
    assert not one.stat().st_mode & 0o177


def test_only_uploads_that_nothing_came_from_are_deleted(tmp_path: Path) -> None:
    outside = tmp_path / "mine.txt"
    outside.write_text("x")
    one, other, both = (uploads.keep(tmp_path, f"{n}.jsonl", n.encode()) for n in ("one", "other", "both"))
    origins = [f"{one}#https://a/b", f"{both}#x", str(outside), f"{tmp_path.resolve()}/uploads/../mine.txt"]
    uploads.discard(tmp_path, origins, [f"{both}#y", str(other)])
    assert (one.exists(), other.exists(), both.exists(), outside.exists()) == (False, True, True, True)


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / uploads.FOLDER).write_text("a file")
    with pytest.raises(IndexUnusable, match="free space"):
        uploads.keep(tmp_path, "a.txt", b"1")


# The command


@pytest.fixture
def command(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("RAG_HOME", str(home.home))
    monkeypatch.setenv("RAG_EMBEDDING_MODEL", home.embedding_model)
    return lambda *arguments: main([str(argument) for argument in arguments])


def test_json_events_are_one_a_line(
    command: Callable[..., int],
    articles: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (articles / "new.txt").write_text(text("東鎮"), "utf-8")
    (articles / "bad.pdf").write_bytes(b"no")
    assert command("--json", articles) == 2
    *progress, done = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert [event["file"] for event in progress] == ["a.txt", "b.md", "bad.pdf", "c.jsonl", "new.txt", ""]
    assert {event["event"] for event in progress} == {"progress"}
    assert progress[-1] == {"event": "progress", "file": "", "done": 5, "total": 5}
    assert done["event"] == "done"
    assert [Path(origin).name for origin in done["added"]] == ["new.txt"]
    assert done["skipped"][0]["name"] == "bad.pdf"
    assert (done["documents"], done["removed"]) == (5, [])


def test_json_errors_are_events_too(
    command: Callable[..., int],
    articles: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAG_CHUNK_CHARS", "99")
    assert command("--json", articles) == 1
    (event,) = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert event["event"] == "error"
    assert "--rebuild" in event["message"]


def test_the_command_removes_by_origin(
    command: Callable[..., int],
    home: Settings,
    articles: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAG_EMBEDDING_MODEL", "none needed")
    assert command("--json", "--remove", f"{articles.resolve()}/c.jsonl#南橋") == 0
    assert titles(home) >= {"北橋"} and "南橋" not in titles(home)
    monkeypatch.chdir(articles)
    assert command("--remove", "a.txt", "c.jsonl", "none.txt") == 2
    assert titles(home) == {"沙洲的橋"}
    said = capsys.readouterr().out
    assert "skipped none.txt: is not in the index; " in said
    assert (articles / "a.txt").exists()  # it is the user's own
    catalog = Catalog(home.home)
    assert catalog.search(tokens("北鎮"), 9) == []
    assert catalog.counts()[0] == 1


@pytest.mark.parametrize("more", [["x.txt"], ["--rebuild"], ["--prune"]])
def test_removal_goes_alone(command: Callable[..., int], more: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command(*more, "--remove", "/a.txt")
    assert ended.value.code == 2


# From the page into the index, by a real process


def test_files_are_added_read_again_on_a_rebuild_and_removed(home: Settings, tmp_path: Path) -> None:
    given_files = {
        "東鎮.txt": text("東鎮", 888).encode(),
        "e.jsonl": (line("山城", text("山城")) + line("港城", text("港城"))).encode(),
        "picture.png": b"\x89PNG\r\n\x1a\n",
        "broken.pdf": b"%PDF-1.4 and no more",
    }
    for name, content in given_files.items():
        (tmp_path / name).write_bytes(content)
    steps = list(add_files([tmp_path / name for name in given_files], home, SAID))
    assert [(step.done, step.total) for step in steps[:-1] if isinstance(step, Step)] == [
        (0, 4), (1, 4), (2, 4), (3, 4)
    ]  # fmt: skip
    done = steps[-1]
    assert isinstance(done, Outcome)
    assert done.added == 3
    assert sorted((problem.name, problem.reason) for problem in done.problems) == [
        ("broken.pdf", SAID["reason_pdf"]),
        ("picture.png", SAID["reason_type"]),
    ]
    assert {path.name for path in kept(home)} == {"東鎮.txt", "e.jsonl"}
    assert {"山城", "港城"} <= titles(home)
    for name in given_files:
        (tmp_path / name).unlink()
    assert ingest([], replace(home, chunk_chars=60), rebuild=True).documents == 7
    shorter = replace(home, chunk_chars=60)
    ids = {document.title: document.id for document in Catalog(home.home).documents()}
    assert outcome(remove(ids["山城"], shorter, SAID)).removed == 1
    assert len(kept(home)) == 2  # the other article of that file is still there
    assert outcome(remove(ids["港城"], shorter, SAID)).removed == 1
    assert [path.name for path in kept(home)] == ["東鎮.txt"]
    assert outcome(remove(ids["港城"], shorter, SAID)).problems == (Problem("", SAID["library_gone"]),)
    assert not titles(home) & {"山城", "港城"}


def test_pasted_text_and_pages_become_articles(home: Settings) -> None:
    said = outcome(add_text(text("南灣", 999), "南灣的橋 <b>", "https://example.org/n", home, SAID))
    assert (said.added, said.problems) == (1, ())
    paragraph = (
        "<p>西灣的大橋長 777 公尺,於一九六八年通車,每天有許多居民經過,週末的茶館座無虛席,遊客如織。</p>"
    )
    head = '<!DOCTYPE html><html><head><meta charset="big5"><title>西灣</title></head><body><article>'
    page = head + paragraph * 6
    assert outcome(add_text(page, "", "https://example.org/w?a=1&b=2", home, SAID)).added == 1
    assert outcome(add_text(page, "", "https://example.org/w?a=1&b=2", home, SAID)).unchanged == 1
    found = {document.url: document for document in Catalog(home.home).documents() if document.url}
    assert found["https://example.org/n"].title == "南灣的橋 <b>"
    assert found["https://example.org/n"].text == text("南灣", 999)
    assert "777 公尺" in found["https://example.org/w?a=1&b=2"].text


@pytest.mark.parametrize(
    ("given_text", "title", "url", "key"),
    [
        ("  \n", "", "", "library_no_text"),
        ("x" * (2 * 2**20), "", "", "library_too_large"),
        ("x", "t" * 201, "", "library_too_long"),
        ("x", "", "javascript:alert(1)", "library_bad_url"),
        ("x", "", 'https://a/"><script>', "library_bad_url"),
    ],
)
def test_what_cannot_be_pasted_is_said(
    tmp_path: Path, given_text: str, title: str, url: str, key: str
) -> None:
    bounded = Settings(home=tmp_path, max_file_mb=1)
    for language in LANGUAGES:
        said = words(language)
        (problem,) = outcome(add_text(given_text, title, url, bounded, said)).problems
        assert problem.reason == said[key].format(most=1)
    assert not list(tmp_path.iterdir())


def test_count_and_size_of_files_are_bounded(tmp_path: Path) -> None:
    bounded = Settings(home=tmp_path / "home", max_file_mb=1)
    files = [tmp_path / f"{n}.txt" for n in range(MOST_FILES + 2)]
    for file in files:
        file.write_bytes(b"x" * (2**20 + 1))
    done = outcome(add_files(files, bounded, SAID))
    reasons = {problem.name: problem.reason for problem in done.problems}
    assert reasons["0.txt"] == SAID["library_too_large"].format(most=1)
    assert [name for name, reason in reasons.items() if "20" in reason] == ["20.txt", "21.txt"]
    assert not (tmp_path / "home").exists()


def test_a_stale_index_is_a_problem_with_its_remedy(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text(text("東鎮"), "utf-8")
    other = replace(home, chunk_chars=99)
    (problem,) = outcome(add_files([tmp_path / "new.txt"], other, SAID)).problems
    assert "--rebuild" in problem.reason
    assert kept(home) == []


def test_a_process_that_dies_is_said(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dies").write_text("#!/bin/sh\necho nonsense\necho 3\necho '{\"x\": 1}'\nexit 9\n")
    (tmp_path / "dies").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "dies"))
    (tmp_path / "new.txt").write_text(text("東鎮"), "utf-8")
    done = outcome(add_files([tmp_path / "new.txt"], home, SAID))
    assert done.problems == (Problem("", SAID["library_died"].format(status=9)),)
    assert kept(home) == []


def test_an_ingest_that_nobody_follows_ends_its_work(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text(text("東鎮", 4321), "utf-8")
    steps = add_files([tmp_path / "new.txt"], home, SAID)
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not Catalog(home.home).search(tokens("4321"), 1):
        time.sleep(0.2)
    assert Catalog(home.home).search(tokens("4321"), 1)


# Words


def test_every_reason_of_ingest_has_words(tmp_path: Path) -> None:
    files = {
        "empty.txt": (b"", "empty"),
        "picture.png": (b"x", "type"),
        "binary.txt": (bytes(range(256)) * 10, "binary"),
        "broken.pdf": (b"%PDF-1.4 and no more", "pdf"),
        "broken.docx": (b"PK\x03\x04", "docx"),
        "nothing.html": (b"<html><body></body></html>", "no_text"),
        "array.jsonl": (b'[{"text": "x"}]', "array"),
        "line.jsonl": (b"{broken\n", "json"),
        "field.jsonl": (b'{"title": "x"}\n', "line"),
        "large.txt": (b"x" * 3000, "large"),
        "damaged.txt": (b"\xef\xbb\xbf\xff", "damaged"),
    }
    for name, (content, key) in files.items():
        (tmp_path / name).write_bytes(content)
        (skipped,) = load(tmp_path / name, 2000 if key == "large" else 10**6)
        for language in LANGUAGES:
            assert reason_in(skipped.reason, words(language)) == words(language)[f"reason_{key}"], skipped
    assert reason_in("something new; do this", SAID) == "something new; do this"


def test_the_languages_have_the_same_words_and_the_formats_are_named() -> None:
    keys = [{key for key in words(one) if key.startswith(("library", "reason_"))} for one in LANGUAGES]
    assert keys[0] == keys[1] == keys[2]
    for language in LANGUAGES:
        said = words(language)
        for name in {"txt", "md", "html", "pdf", "docx", "jsonl"}:
            assert f".{name}" in FORMATS
            assert name in said["library_drop"]
        for key in keys[0]:
            assert re.findall(r"{\w+}", said[key]).sort() == re.findall(r"{\w+}", SAID[key]).sort()


# As HTML


def entry(number: int, **changes: str | None) -> Entry:
    made = Entry(f"id{number}", f"題 {number}", "來源", "2031-05-06", 1234, 5, 6)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_list_shows_what_there_is_and_finds_in_any_script() -> None:
    entries = [entry(1, title="智譜財報"), entry(2, published=None), entry(3, source="財經日報")]
    whole = listing(entries, "", SAID)
    assert "共 3 篇文章" in whole
    assert whole.count("data-document=") == 3
    assert '<td class="number">1,234</td><td class="number">5</td><td class="number">6</td>' in whole
    assert SAID["undated"] in whole
    assert re.findall(r'data-document="(\w+)"', listing(entries, "智谱", SAID)) == ["id1"]
    assert re.findall(r'data-document="(\w+)"', listing(entries, "日報 2031", SAID)) == ["id3"]
    assert SAID["library_no_match"] in listing(entries, "沒有這種", SAID)
    assert SAID["library_none"] in listing([], "", SAID)


def test_a_long_list_is_cut_and_says_so() -> None:
    shown = listing([entry(n) for n in range(MOST_LISTED + 7)], "", SAID)
    assert shown.count("data-document=") == MOST_LISTED
    assert SAID["library_more"].format(count=7) in shown


def test_hostile_text_is_escaped_everywhere() -> None:
    from rag.schema import Block, Document

    whole = HOSTILE + "\u202e長"
    document = Document("x", whole, HOSTILE, HOSTILE, None, None, "zh-Hant", (Block(0, len(whole)),))
    shown = [
        listing([entry(1, title=HOSTILE, source=HOSTILE)], "", SAID),
        open_article(document, SAID),
        status([Problem(HOSTILE, HOSTILE)], HOSTILE),
    ]
    for html in shown:
        assert not re.search(r"<(img|script)", html)
        assert "&lt;script&gt;" in html


def test_a_long_article_is_cut_and_says_so() -> None:
    from rag.schema import Block, Document

    whole = "長" * (LONGEST_SHOWN + 1)
    blocks = (Block(0, 10), Block(10, len(whole)))
    shown = open_article(Document("x", whole, "題", "來源", None, None, "zh-Hant", blocks), SAID)
    assert "<p>長長長長長長長長長長</p>" in shown
    assert f"{LONGEST_SHOWN:,}" in shown
    assert len(shown) < 2000
