"""From files to a searchable index, with a tiny random embedding model: nothing lost, nothing stale."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest import IngestReport, index, ingest
from ingest.__main__ import main
from ingest.index import LONGEST_HEADING, embedded_text, searched_text
from rag import Pipeline, Settings
from rag.catalog import Catalog
from rag.errors import IndexStale, IndexUnusable, ModelUnavailable, VectorsUnavailable
from rag.text import tokens
from rag.vectors import Vectors, writer_lock
from tests.test_catalog import article

FACTS = """{place}的鐵橋長 {length} 公尺,於 {year} 年通車,每天有許多居民經過。

橋頭的茶館由{owner}經營,週末座無虛席。
"""


def text(place: str, length: int = 320, year: int = 1968, owner: str = "林家") -> str:
    return FACTS.format(place=place, length=length, year=year, owner=owner)


def line(title: str, body: str, **more: str) -> str:
    return json.dumps({"title": title, "text": body, "source": "河灣日報", **more}, ensure_ascii=False) + "\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A sentence-transformers folder of a random one-layer BERT over characters."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("model")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = [*special, *sorted(set(text("河灣沙洲") + "0123456789"))]
    (folder / "vocab.txt").write_text("\n".join(word for word in vocabulary if word.strip()), "utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(shape).save_pretrained(folder)
    SentenceTransformer(modules=[Transformer(str(folder)), Pooling(16)]).save(str(folder / "tiny"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small a model only waits for the others
    yield folder / "tiny"
    torch.set_num_threads(threads)


@pytest.fixture
def settings(tmp_path: Path, model: Path) -> Settings:
    return Settings(home=tmp_path / "index", embedding_model=str(model))


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with three files that hold four articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(text("河灣"), "utf-8")
    (folder / "b.md").write_text(f"# 沙洲的橋\n\n## 歷史\n\n{text('沙洲', 410)}", "utf-8")
    (folder / "c.jsonl").write_text(line("北橋", text("北鎮", 77)) + line("南橋", text("南鎮", 99)), "utf-8")
    return folder


def found(settings: Settings, words: str) -> set[str]:
    """Titles of the documents in which a search for any of the words ends."""
    catalog = Catalog(settings.home)
    chunks = catalog.chunks([i for i, _ in catalog.search(tokens(words), 100)]).values()
    return {document.title for c in chunks if (document := catalog.document(c.document_id))}


def assert_consistent(settings: Settings) -> None:
    """Every chunk stands in its document, is found by its words and lies in Chroma; nothing else does."""
    catalog = Catalog(settings.home)
    ids = [i for batch, _ in catalog.vectors() for i in batch]
    chunks = catalog.chunks(ids)
    documents = {document.id: document for document in catalog.documents()}
    assert len(chunks) == len(ids) == catalog.counts()[1]
    for chunk in chunks.values():
        assert documents[chunk.document_id].text[chunk.start : chunk.end] == chunk.text
        assert chunk.id in {i for i, _ in catalog.search(tokens(chunk.text), 1000)}
    assert set(catalog.origins().values()) == documents.keys() == {c.document_id for c in chunks.values()}
    opened = Vectors(catalog, settings)
    uid = catalog.manifest()["uid"]
    assert {i for i, _ in opened.search(np.ones(16, np.float32), 10_000)} == set(ids)
    assert catalog.manifest()["uid"] == uid  # it did not have to be filled anew
    opened.close()


def rows(settings: Settings) -> dict[str, int]:
    """How many records the database holds, asked of SQLite itself."""
    with closing(sqlite3.connect(settings.home / "catalog.db")) as database:
        tables = ("documents", "chunks", "statements")
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # noqa: S608


def names(origins: tuple[str, ...]) -> list[str]:
    return sorted(Path(origin).name for origin in origins)


def fates(report: IngestReport) -> dict[str, list[str]]:
    kinds = ("added", "changed", "removed", "unchanged")
    return {kind: names(getattr(report, kind)) for kind in kinds if getattr(report, kind)}


# Once and again


def test_files_become_an_index(settings: Settings, articles: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    report = ingest([articles], settings, progress=lambda *event: heard.append(event))
    assert fates(report) == {"added": ["a.txt", "b.md", "c.jsonl#北橋", "c.jsonl#南橋"]}
    assert (report.documents, report.skipped) == (4, ())
    # The titles of a.txt and b.md stand in their texts, a statement each; those of c.jsonl beside theirs.
    assert rows(settings) == {"documents": 4, "chunks": report.chunks, "statements": 2}
    assert report.written == sum(rows(settings).values())
    assert heard == [("a.txt", 0, 3), ("b.md", 1, 3), ("c.jsonl", 2, 3), ("", 3, 3)]
    assert found(settings, "410") == {"沙洲的橋"}
    assert found(settings, "南鎮") == {"南橋"}
    assert Catalog(settings.home).manifest()["dimension"] == "16"
    assert_consistent(settings)


def test_a_second_run_writes_nothing_and_needs_no_model(
    settings: Settings, articles: Path, model: Path
) -> None:
    first = ingest([articles], settings)
    before = {p: p.read_bytes() for p in settings.home.rglob("catalog.db*") if p.suffix == ".db"}
    generation = Catalog(settings.home).generation()
    model.rename(model.with_name("away"))
    try:
        report = ingest([articles, articles, articles / "a.txt"], settings, prune=True)
    finally:
        model.with_name("away").rename(model)
    assert fates(report) == {"unchanged": ["a.txt", "b.md", "c.jsonl#北橋", "c.jsonl#南橋"]}
    assert (report.written, report.documents, report.chunks) == (0, 4, first.chunks)
    assert Catalog(settings.home).generation() == generation
    assert {p: p.read_bytes() for p in before} == before
    assert_consistent(settings)


def test_a_changed_article_replaces_the_old(settings: Settings, articles: Path) -> None:
    ingest([articles], settings)
    (articles / "a.txt").write_text(text("河灣", 555), "utf-8")
    report = ingest([articles], settings)
    assert fates(report) == {"changed": ["a.txt"], "unchanged": ["b.md", "c.jsonl#北橋", "c.jsonl#南橋"]}
    assert report.documents == 4
    assert 0 < report.written < 4
    assert found(settings, "320") == set()
    assert len(found(settings, "555")) == 1
    assert_consistent(settings)


def test_one_file_has_one_origin_however_it_is_named(
    settings: Settings, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([articles], settings)
    (tmp_path / "link").symlink_to(articles)
    (tmp_path / "file link.txt").symlink_to(articles / "a.txt")
    monkeypatch.chdir(tmp_path)
    for path in (articles / ".." / "articles", Path("articles"), tmp_path / "link", Path("file link.txt")):
        report = ingest([path], settings)
        assert set(fates(report)) == {"unchanged"}, path
        assert report.documents == 4
    assert set(fates(ingest("articles", settings))) == {"unchanged"}


def test_copies_are_articles_of_their_own_that_come_and_go(settings: Settings, articles: Path) -> None:
    """The same jsonl line in two files is one document; it stays until both are gone."""
    (articles / "copy.jsonl").write_text(line("北橋", text("北鎮", 77)), "utf-8")
    assert ingest([articles], settings).documents == 4
    (articles / "copy.jsonl").unlink()
    report = ingest([articles], settings, prune=True)
    assert fates(report)["removed"] == ["copy.jsonl#北橋"]
    assert report.documents == 4
    assert found(settings, "北鎮") == {"北橋"}
    assert_consistent(settings)


def test_file_names_are_only_names(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    odd = ["a b.txt", "a#b.txt", "x.jsonl#y.txt", "'\"; %.txt", "橋😀.txt", "a\nb.txt", "-x.txt"]
    for i, name in enumerate(odd):
        (folder / name).write_text(text("河灣", 100 + i), "utf-8")
    assert ingest([folder], settings).documents == len(odd)
    assert len(ingest([folder], settings).unchanged) == len(odd)
    for name in odd[1:]:
        (folder / name).unlink()
    report = ingest([folder], settings, prune=True)
    assert (names(report.removed), report.documents) == (sorted(odd[1:]), 1)


# Pruning


def test_what_vanished_stays_until_it_is_pruned(settings: Settings, articles: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "d.txt").write_text(text("西鎮"), "utf-8")
    ingest([articles, tmp_path / "elsewhere"], settings)
    (articles / "a.txt").unlink()
    (tmp_path / "elsewhere" / "d.txt").unlink()
    assert ingest([articles], settings).documents == 5
    report = ingest([articles], settings, prune=True)
    assert fates(report)["removed"] == ["a.txt"]
    assert found(settings, "河灣") == set()
    assert len(found(settings, "西鎮")) == 1  # it did not come from these paths
    assert_consistent(settings)


def test_a_missing_folder_is_no_reason_to_forget_it_all(settings: Settings, articles: Path) -> None:
    ingest([articles], settings)
    articles.rename(articles.with_name("away"))
    report = ingest([articles], settings, prune=True)
    assert (report.removed, report.documents) == ((), 4)
    assert [skipped.name for skipped in report.skipped] == ["articles"]


def test_a_missing_path_is_called_missing(settings: Settings, tmp_path: Path) -> None:
    (skipped,) = ingest([tmp_path / "nowhere"], settings).skipped
    assert "does not exist" in skipped.reason


def test_a_file_that_became_unreadable_is_kept(settings: Settings, articles: Path) -> None:
    ingest([articles], settings)
    (articles / "a.txt").write_bytes(b"")
    (articles / "c.jsonl").write_text(line("北橋", text("北鎮", 77)) + '{"title": broken\n', "utf-8")
    report = ingest([articles], settings, prune=True)
    assert (report.removed, report.documents) == ((), 4)
    assert [skipped.name for skipped in report.skipped] == ["a.txt", "c.jsonl:2"]


def test_a_file_named_for_pruning_is_forgotten(settings: Settings, articles: Path) -> None:
    ingest([articles], settings)
    (articles / "a.txt").unlink()
    assert names(ingest([articles / "a.txt"], settings, prune=True).removed) == ["a.txt"]
    assert names(ingest([articles], settings, prune=True).removed) == []
    (articles / "c.jsonl").unlink()
    assert len(ingest([articles / "c.jsonl"], settings, prune=True).removed) == 2
    assert_consistent(settings)


# Several articles in a file


@pytest.mark.parametrize("name", ["C.JSONL", "c.d#e.jsonl"])
def test_articles_of_one_file_live_by_themselves(settings: Settings, tmp_path: Path, name: str) -> None:
    path = tmp_path / "articles" / name
    path.parent.mkdir()
    north, south = line("北橋", text("北鎮", 77)), line("南橋", text("南鎮", 99))
    path.write_text(north + south + line("東橋", text("東鎮", 55), url="https://example.org/#east"), "utf-8")
    assert len(ingest([path], settings).added) == 3
    path.write_text(
        line("東橋", text("東鎮", 56), url="https://example.org/#east") + "\n" + south + north, "utf-8"
    )
    assert {kind: len(origins) for kind, origins in fates(ingest([path], settings)).items()} == {
        "changed": 1,
        "unchanged": 2,
    }
    path.write_text(south + "{broken\n", "utf-8")
    report = ingest([path.parent], settings, prune=True)
    assert (report.removed, report.documents) == ((), 3)  # the broken line may be one of the others
    path.write_text(south, "utf-8")
    assert len(ingest([path.parent], settings, prune=True).removed) == 2
    assert found(settings, "北鎮 南鎮 東鎮") == {"南橋"}
    assert ingest([], settings, rebuild=True).documents == 1
    assert_consistent(settings)


def test_two_articles_of_one_key_are_reported(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    url = "https://example.org/1"
    path.write_text(line("甲", text("北鎮"), url=url) + line("乙", text("南鎮"), url=url), "utf-8")
    report = ingest([path], settings)
    assert len(report.added) == 1
    assert len(report.skipped) == 1 and "; " in report.skipped[0].reason


# Rebuilding


def test_other_settings_ask_for_a_rebuild(settings: Settings, articles: Path) -> None:
    ingest([articles], settings)
    smaller = replace(settings, chunk_chars=20)
    generation = Catalog(settings.home).generation()
    with pytest.raises(IndexStale, match=r"chunk_chars 250.*20.*python -m ingest --rebuild"):
        ingest([articles], smaller)
    assert Catalog(settings.home).generation() == generation
    report = ingest([], smaller, rebuild=True)
    assert report.documents == 4
    assert report.chunks > 4
    assert rows(settings) == {"documents": 4, "chunks": report.chunks, "statements": 2}
    assert report.written == sum(rows(settings).values())
    assert set(fates(ingest([articles], smaller))) == {"unchanged"}
    assert_consistent(smaller)


@pytest.mark.parametrize("key", ["index_version", "embedder"])
def test_an_index_built_otherwise_asks_for_a_rebuild(settings: Settings, articles: Path, key: str) -> None:
    ingest([articles], settings)
    catalog = Catalog(settings.home)
    with catalog.transaction():
        catalog.stamp({key: "another"})
    (articles / "a.txt").write_text(text("河灣", 555), "utf-8")
    with pytest.raises(IndexStale, match=rf"{key} another.*python -m ingest --rebuild"):
        ingest([articles], settings)
    if key != "index_version":
        with pytest.raises(IndexStale, match=rf"{key} another.*python -m ingest --rebuild"):
            Pipeline(settings)
    ingest([articles], settings, rebuild=True)
    assert found(settings, "320") == set()
    assert len(found(settings, "555")) == 1


def test_a_rebuild_keeps_what_has_no_file_any_more_unless_pruned(settings: Settings, articles: Path) -> None:
    ingest([articles], settings)
    (articles / "a.txt").unlink()
    (articles / "b.md").write_bytes(b"\0\1\2")
    (articles / "new.txt").write_text(text("東鎮"), "utf-8")
    report = ingest([articles], settings, rebuild=True)
    assert report.documents == 5
    assert fates(report)["added"] == ["new.txt"]
    assert len(found(settings, "河灣")) == 1
    assert found(settings, "410") == {"沙洲的橋"}
    assert_consistent(settings)
    report = ingest([articles], settings, rebuild=True, prune=True)
    assert names(report.removed) == ["a.txt"]
    assert found(settings, "河灣") == set()
    assert found(settings, "410") == {"沙洲的橋"}  # b.md is there, only broken
    assert_consistent(settings)


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(settings: Settings, articles: Path) -> None:
    report = ingest([articles], settings)
    with pytest.raises(ModelUnavailable):
        ingest([articles], replace(settings, embedding_model=str(articles)), rebuild=True)
    assert set(fates(ingest([articles], settings))) == {"unchanged"}
    assert Catalog(settings.home).counts() == (4, report.chunks)
    assert_consistent(settings)


# Interruptions and company


def test_an_interrupted_run_is_completed_by_the_next(
    settings: Settings, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow, calls = Vectors.apply, []

    def stops_at_the_second(self: Vectors, *write: object) -> None:
        calls.append(write)
        if len(calls) == 2:
            raise VectorsUnavailable("no more room")
        follow(self, *write)  # type: ignore[arg-type]

    monkeypatch.setattr(Vectors, "apply", stops_at_the_second)
    with pytest.raises(VectorsUnavailable):
        ingest([articles], settings)
    assert Catalog(settings.home).counts()[0] == 2
    monkeypatch.undo()
    report = ingest([articles], settings)
    assert {kind: len(origins) for kind, origins in fates(report).items()} == {"added": 2, "unchanged": 2}
    assert_consistent(settings)


def test_two_ingests_at_once_take_turns(settings: Settings, articles: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for i in range(4):
        (other / f"{i}.txt").write_text(text(f"{i} 號村", 1000 + i), "utf-8")
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(ingest, [folder], settings) for folder in (articles, other, articles)]
        reports = [run.result(60) for run in runs]
    assert sum(len(report.added) for report in reports) == 8
    assert max(report.documents for report in reports) == 8
    assert_consistent(settings)


def test_an_ingest_that_waits_too_long_says_so(
    settings: Settings, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([articles], settings)
    monkeypatch.setattr(index, "WAIT_FOR_OTHER_INGEST_S", 0.05)
    with writer_lock(settings.home, 0), pytest.raises(IndexUnusable, match=r"another ingest.*try again"):
        ingest([articles], settings)


# What is embedded


def test_a_passage_says_where_it_stands() -> None:
    document, (chunk,) = article("d", "內容。")
    assert searched_text(chunk) == "標題\n內容。"
    assert embedded_text(document, chunk) == "題 d\n標題\n內容。"
    long = replace(chunk, heading=("標" * 10_000,))
    assert len(searched_text(long)) <= LONGEST_HEADING + 10
    assert len(embedded_text(replace(document, title="長" * 10_000), long)) <= 2 * LONGEST_HEADING + 10


# The command


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("RAG_HOME", str(settings.home))
    monkeypatch.setenv("RAG_EMBEDDING_MODEL", settings.embedding_model)
    return lambda *arguments: main([str(argument) for argument in arguments])


def test_the_command_ends_with_a_table(
    command: Callable[..., int], articles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(articles) == 0
    table = dict(row.rsplit(maxsplit=1) for row in capsys.readouterr().out.splitlines())
    assert (table["added"], table["articles in the index"]) == ("4", "4")
    assert command(articles) == 0
    table = dict(row.rsplit(maxsplit=1) for row in capsys.readouterr().out.splitlines())
    assert (table["unchanged"], table["records written"]) == ("4", "0")


def test_one_good_file_among_broken_ones(
    command: Callable[..., int], settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text(text("河灣"), "utf-8")
    broken = {
        "empty.txt": b"",
        "blank.md": b" \n\t\r\n",
        "binary.txt": bytes(range(256)) * 10,
        "picture.png": b"\x89PNG\r\n\x1a\n",
        "broken.pdf": b"%PDF-1.4 and no more",
        "broken.docx": b"PK\x03\x04",
        "nothing.html": b"<html><body></body></html>",
        "array.jsonl": b'[{"text": "x"}]',
        "large.txt": "河灣的橋。".encode() * 80_000,
    }
    for name, content in broken.items():
        (folder / name).write_bytes(content)
    (folder / "line.jsonl").write_text(line("北橋", text("北鎮")) + "{broken\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAG_MAX_FILE_MB", "1")
        assert command(folder) == 2
    said = capsys.readouterr()
    skipped = [row for row in said.out.splitlines() if row.startswith("skipped ") and ": " in row]
    assert {row.removeprefix("skipped ").partition(": ")[0] for row in skipped} == {*broken, "line.jsonl:2"}
    assert all("; " in row for row in skipped)  # reason; remedy
    assert Catalog(settings.home).counts()[0] == 2
    assert "Traceback" not in said.err
    assert_consistent(settings)


def test_errors_end_the_command_with_status_1_and_one_line(
    command: Callable[..., int],
    articles: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert command(articles) == 0
    monkeypatch.setenv("RAG_CHUNK_CHARS", "99")
    assert command(articles) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("error: ") and "--rebuild" in said
    assert command("--rebuild") == 0
    monkeypatch.setenv("RAG_CHUNK_CHARS", "none")
    assert command(articles) == 1


def test_a_stale_index_can_be_rebuilt_in_the_same_breath(
    command: Callable[..., int], articles: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    assert command("--rebuild-if-stale", articles) == 0
    uid = Catalog(settings.home).manifest()["uid"]
    assert command("--rebuild-if-stale", articles) == 0
    assert Catalog(settings.home).manifest()["uid"] == uid
    monkeypatch.setenv("RAG_CHUNK_CHARS", "20")
    assert command("--rebuild-if-stale", articles) == 0
    assert Catalog(settings.home).manifest()["chunk_chars"] == "20"
    assert Catalog(settings.home).counts()[0] == 4


def test_the_command_wants_to_know_what_to_do(command: Callable[..., int]) -> None:
    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code == 2
