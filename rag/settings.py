"""One frozen `Settings`, passed as an argument: given value > `RAG_*` variable > `rag.toml` > default."""

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from rag.errors import SettingsError
from rag.secret import Secret

PREFIX = "RAG_"
LONGEST_WAIT = 600
FILE = Path("rag.toml")
HOME = Path("data/index")
PACKAGED_EMBEDDING_MODEL = "packaged:multilingual-e5-small"


def _setting(name: str, default: Any) -> Any:
    return field(default_factory=partial(_configured, name, default))


def user_cache() -> Path:
    """The user's cache folder for unpacked models and compiled dictionaries."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wenju-rag"


def _configured(name: str, default: Any) -> Any:
    """The value of one setting from the environment or `rag.toml`, in the type that the field declares."""
    types = {f.name: f.type for f in dataclasses.fields(Settings)}
    variables = {
        key.removeprefix(PREFIX).lower(): value
        for key, value in os.environ.items()
        if key.startswith(PREFIX) and value
    }
    _refuse_unknown(variables, types, "environment variable " + PREFIX, str.upper)
    try:
        file = tomllib.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE} is not valid TOML ({error}); correct or remove it") from error
    _refuse_unknown(file, types, f"key in {FILE}: ", str)
    value = variables.get(name, file.get(name))
    if value is None:
        return default
    if name not in variables:
        return value
    kind: Any = types[name]
    try:
        return kind(value)
    except ValueError as error:
        raise SettingsError(f"{name} must be of type {kind.__name__}, not {value!r}") from error


def _is_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number, the brackets of an address do not match
        return False


def _refuse_unknown(given: Mapping[str, Any], known: Mapping[str, Any], what: str, spell: Any) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {spell(near[0])}?" if near else f"; known: {', '.join(known)}"
            raise SettingsError(f"unknown {what}{spell(name)}{hint}")


@dataclass(frozen=True)
class Settings:
    """All that can be configured. Raises `SettingsError` for unknown names and impossible values."""

    home: Path = _setting("home", HOME)
    """The index folder: catalog and vectors."""
    cache: Path = _setting("cache", None)
    """Where unpacked models live; the user's cache folder unless given."""
    embedding_model: str = _setting("embedding_model", PACKAGED_EMBEDDING_MODEL)
    """The packaged model, or any sentence-transformers hub name or folder."""
    chroma_url: str = _setting("chroma_url", "")
    """A Chroma server, "http://host:8000"; empty: embedded in `home`."""
    engine: str = _setting("engine", "extractive")
    """Who writes the answer: "extractive" quotes, "llm" lets the model of `llm` write from the quotes."""
    llm: str = _setting("llm", "")
    """A chat model by LangChain provider and name, "openai:glm-4.6"; see docs/llm.md."""
    llm_base_url: str = _setting("llm_base_url", "")
    """The model's server, "http://localhost:11434/v1"; empty: the provider's own."""
    llm_api_key: Secret = _setting("llm_api_key", Secret())
    """The key for it; empty: the provider's own variable, such as OPENAI_API_KEY."""
    llm_timeout: float = _setting("llm_timeout", 30.0)
    """Seconds for a whole answer; then the article is quoted."""
    llm_max_tokens: int = _setting("llm_max_tokens", 600)
    """Most tokens of an answer."""
    chunk_chars: int = _setting("chunk_chars", 250)
    """Most characters in a chunk of several sentences; a longer sentence is a chunk by itself."""
    candidates: int = _setting("candidates", 50)
    """Chunks that each of dense and lexical search brings to the fusion."""
    top_k: int = _setting("top_k", 8)
    """Chunks that the answer is looked for in."""
    dense_weight: float = _setting("dense_weight", 0.4)
    """Share of the dense score in the fused score, 0 to 1."""
    refuse_below: float = _setting("refuse_below", 0.3)
    """An answer of lower confidence is refused, 0 to 1."""
    max_sentences: int = _setting("max_sentences", 3)
    """Most sentences in an extractive answer."""
    max_file_mb: int = _setting("max_file_mb", 50)
    """Larger files are skipped by ingest."""

    def __post_init__(self) -> None:
        for name, default in {"home": HOME, "cache": user_cache()}.items():
            given = getattr(self, name) or default
            if not isinstance(given, str | Path):
                raise SettingsError(f"{name} must be a path, not {given!r}")
            object.__setattr__(self, name, Path(given).expanduser())
        if isinstance(self.llm_api_key, str):
            object.__setattr__(self, "llm_api_key", Secret(self.llm_api_key))
        self._check_types()
        self._check_engine()
        for name in ("chroma_url", "llm_base_url"):
            if (url := getattr(self, name)) and not _is_server(url):
                raise SettingsError(f"{name} must look like http://host:8000, not {url!r}")
        for name in ("chunk_chars", "candidates", "top_k", "max_sentences", "max_file_mb", "llm_max_tokens"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("dense_weight", "refuse_below"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"{name} must be between 0 and 1, not {getattr(self, name)}")

    def _check_engine(self) -> None:
        if self.engine not in ("extractive", "llm"):
            raise SettingsError(f"engine {self.engine!r} does not exist; set RAG_ENGINE to extractive or llm")
        if self.engine == "llm" and not all(self.llm.partition(":")):
            raise SettingsError(
                f"RAG_ENGINE=llm needs RAG_LLM=provider:model, such as openai:glm-4.6, not {self.llm!r}; "
                "see docs/llm.md"
            )
        if not 0 < self.llm_timeout <= LONGEST_WAIT:
            raise SettingsError(
                f"llm_timeout must be above 0, at most {LONGEST_WAIT} s, not {self.llm_timeout}"
            )

    def _check_types(self) -> None:
        for one in dataclasses.fields(self):
            value, declared = getattr(self, one.name), cast(type, one.type)
            accepted = (int, float) if declared is float else declared
            if not isinstance(value, accepted) or isinstance(value, bool):
                raise SettingsError(f"{one.name} must be of type {declared.__name__}, not {value!r}")
