"""Texts to vectors: one sentence-transformers model behind LangChain's `Embeddings`, shared by all threads.
The default model comes out of a Python package; any other is named by folder or hub name."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.errors import ModelUnavailable
from rag.packaged import SHA256, unpacked_folder
from rag.settings import PACKAGED_EMBEDDING_MODEL, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 32
QUERIES = 64
SAMPLE_BYTES = 1 << 20
REMEDY = "set RAG_EMBEDDING_MODEL to a sentence-transformers folder, or unset it for the packaged model"


class Embedder(Embeddings):
    """A loaded embedding model; vectors are float32 and of length 1, so a dot product is the cosine."""

    def __init__(self, model: "SentenceTransformer", name: str) -> None:
        self._model = model
        self._name = name
        self._lock = threading.Lock()  # fast tokenizers keep padding state and may not be shared unguarded
        self._queries = lru_cache(maxsize=QUERIES)(self._encoded_query)

    @classmethod
    def load(cls, settings: Settings) -> "Embedder":
        """The model that `settings.embedding_model` names.

        Raises `ModelUnavailable` when it cannot be found, fetched or read.
        """
        name = settings.embedding_model
        if name == PACKAGED_EMBEDDING_MODEL:
            return cls(_from_folder(unpacked_folder(settings.cache), name), f"{name}@{SHA256[:12]}")
        folder = Path(name).expanduser()
        if folder.is_dir():
            return cls(_from_folder(folder, name), f"{folder.name}@{_folder_digest(folder)}")
        model = _from_hub(name)
        revision = getattr(getattr(model[0].auto_model, "config", None), "_commit_hash", None)
        return cls(model, f"{name}@{revision[:12]}" if revision else name)

    @property
    def name(self) -> str:
        """Model name and digest or revision: vectors of equal names are comparable."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def documents(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Vectors of passages, (n, dimension); `progress` hears, batch by batch, how many are done."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        for at in range(0, len(texts), BATCH):
            batch = by_length[at : at + BATCH]
            with self._lock:
                encoded = self._model.encode_document(
                    [texts[i] for i in batch], batch_size=BATCH, show_progress_bar=False
                )
            vectors[batch] = _unit_length(encoded)
            if progress:
                progress(at + len(batch))
        return vectors

    def query(self, text: str) -> np.ndarray:
        """Vector of a question, (dimension,), read-only; the last ones are kept, for a question is asked of
        the passages and of their sentences."""
        return self._queries(text)

    def _encoded_query(self, text: str) -> np.ndarray:
        with self._lock:
            encoded = self._model.encode_query([text], show_progress_bar=False)
        vector: np.ndarray = _unit_length(encoded)[0]
        vector.flags.writeable = False
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """`documents` in LangChain's types."""
        return self.documents(texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """`query` in LangChain's types."""
        return self.query(text).tolist()  # type: ignore[no-any-return]


def _unit_length(encoded: object) -> np.ndarray:
    """Rounds off what half precision leaves; a zero vector stays zero."""
    vectors = np.asarray(encoded, np.float32)
    lengths: np.ndarray = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12))


def _from_folder(folder: Path, name: str) -> "SentenceTransformer":
    try:
        return _load(str(folder), local_files_only=True)
    except _load_errors() as error:
        raise ModelUnavailable(
            f"the embedding model {name!r} in {folder} cannot be loaded ({_cause(error)}); {_remedy(folder)}"
        ) from error


def _remedy(folder: Path) -> str:
    if folder.name.endswith(SHA256[:12]):
        return f"delete {folder} and start again"
    return REMEDY


def _from_hub(name: str) -> "SentenceTransformer":
    """A cached copy needs no network, so it is tried first."""
    try:
        return _load(name, local_files_only=True)
    except _load_errors():
        pass
    try:
        from huggingface_hub import model_info

        model_info(name, timeout=10)  # one request that fails at once, where loading would retry for a minute
        return _load(name, local_files_only=False)
    except _load_errors() as error:
        raise ModelUnavailable(
            f"the embedding model {name!r} is no folder here and was not fetched ({_cause(error)}); {REMEDY}"
        ) from error


def _load(path: str, local_files_only: bool) -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer

    dtype = torch.bfloat16 if _native_bfloat16() else torch.float32
    with _quiet():
        return SentenceTransformer(path, local_files_only=local_files_only, model_kwargs={"dtype": dtype})


def _load_errors() -> tuple[type[Exception], ...]:
    from safetensors import SafetensorError

    clients = (name for name in ("httpx", "httpx2") if find_spec(name))  # huggingface_hub moved to the second
    network = (import_module(name).HTTPError for name in clients)
    return (OSError, ValueError, RuntimeError, LookupError, TypeError, ImportError, SafetensorError, *network)


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"[:200]


def _native_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; emulated it would be slower than float32."""
    import torch

    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


@contextmanager
def _quiet() -> Iterator[None]:
    """Loading without transformers' progress bars and advice; its logging is as before afterwards."""
    from transformers.utils import logging as module

    logging: Any = module
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _folder_digest(folder: Path) -> str:
    """Hash of names, sizes and both ends of all files: tells retrained weights apart without reading all."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(SAMPLE_BYTES))
            file.seek(max(0, size - SAMPLE_BYTES))
            digest.update(file.read(SAMPLE_BYTES))
    return digest.hexdigest()[:12]
