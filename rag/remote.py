"""A chat model of any provider through LangChain: loaded by name, read within a deadline, its failures named.

No error text of a provider is passed on: it may repeat the key or the prompt.
"""

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal, cast

from rag.errors import ModelUnavailable, RagError, SettingsError
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Message = tuple[Literal["system", "user", "assistant"], str]
Failure = Literal["unreachable", "slow", "empty", "refused", "busy", "broken", "failed"]

BACKOFF = (0.3, 0.9)
"""Seconds before the second and third try, when nothing has come yet."""
MOST_CHARACTERS = 8000
"""Of one answer; a model that goes on is stopped."""
CALLS = 8
"""Answers that are read at the same time."""
_ENDS = frozenset({"finish_reason", "stop_reason", "done_reason"})
"""One of these comes with the end of an answer; without, the server broke off."""
_THINKING, _THOUGHT = "<think>", "</think>"


class ModelFailed(RagError):
    """The model gave no whole answer; `kind` says why."""

    def __init__(self, kind: Failure) -> None:
        super().__init__(
            f"the language model did not answer ({kind}); check RAG_LLM, RAG_LLM_BASE_URL and its key"
        )
        self.kind = kind


class RemoteModel:
    """One chat model. Safe to share between threads."""

    def __init__(self, chat: "BaseChatModel", timeout: float) -> None:
        self._chat = chat
        self.timeout = timeout
        self._pool = ThreadPoolExecutor(CALLS, thread_name_prefix="llm")

    @classmethod
    def load(cls, settings: Settings) -> "RemoteModel":
        """The model of `RAG_LLM`. Raises `SettingsError` or `ModelUnavailable`; no server is asked yet."""
        from langchain.chat_models import init_chat_model

        provider, _, name = settings.llm.partition(":")
        options: dict[str, Any] = {"temperature": 0, "timeout": settings.llm_timeout, "max_retries": 0}
        if settings.llm_base_url:
            options["base_url"] = settings.llm_base_url
        if settings.llm_base_url and provider == "openai":  # such servers may not know max_completion_tokens
            options["extra_body"] = {"max_tokens": settings.llm_max_tokens}
        else:
            options["max_tokens"] = settings.llm_max_tokens
        if key := settings.llm_api_key.reveal() or ("none" if settings.llm_base_url else ""):
            options["api_key"] = key
        with ThreadPoolExecutor(1) as loading:  # any provider's error, as a value
            made = loading.submit(init_chat_model, name, model_provider=provider, **options)
        error = made.exception()
        if isinstance(error, ImportError):
            raise ModelUnavailable(
                f"RAG_LLM={settings.llm} needs a package that is not installed; "
                f"run: pip install 'wenju-rag[llm]' (another provider than openai: langchain-{provider})"
            )
        if error:
            raise SettingsError(
                f"RAG_LLM={settings.llm} cannot be set up ({type(error).__name__}); set RAG_LLM_API_KEY, "
                "and see docs/llm.md for values that work"
            )
        return cls(cast("BaseChatModel", made.result()), settings.llm_timeout)

    def stream(self, messages: Sequence[Message], timeout: float | None = None) -> Iterator[str]:
        """The pieces of the answer as they come, without a model's thoughts.

        Raises `ModelFailed`. Before the first piece, what may pass (429, 5xx, no connection) is tried again.
        """
        until = time.monotonic() + (timeout or self.timeout)
        for wait in (*BACKOFF, None):
            came = False
            try:
                for piece in _without_thoughts(self._once(messages, until)):
                    came = True
                    yield piece
                if not came:
                    raise ModelFailed("empty")
                return
            except ModelFailed as failed:
                passing = failed.kind in ("busy", "unreachable", "failed")
                if came or not passing or wait is None or time.monotonic() + wait > until:
                    raise
            time.sleep(wait)

    def text(self, messages: Sequence[Message], timeout: float) -> str:
        """The whole answer. Raises `ModelFailed`."""
        return "".join(self.stream(messages, timeout)).strip()

    def _once(self, messages: Sequence[Message], until: float) -> Iterator[str]:
        pieces: queue.Queue[str | None] = queue.Queue()
        stop = threading.Event()
        done = self._pool.submit(self._read, messages, pieces, stop)
        done.add_done_callback(lambda _: pieces.put(None))
        length = 0
        try:
            while (piece := _next(pieces, until)) is not None:
                length += len(piece)
                yield piece
                if length > MOST_CHARACTERS:
                    return
            if failure := _failure(done, came=length > 0):
                raise failure
        finally:
            stop.set()

    def _read(
        self, messages: Sequence[Message], pieces: "queue.Queue[str | None]", stop: threading.Event
    ) -> None:
        ended = False
        for chunk in self._chat.stream(list(messages)):
            if stop.is_set():
                return
            if chunk.text:
                pieces.put(str(chunk.text))
            ended |= not _ENDS.isdisjoint(chunk.response_metadata)
        if not ended:
            raise ModelFailed("broken")


def _next(pieces: "queue.Queue[str | None]", until: float) -> str | None:
    try:
        return pieces.get(timeout=max(0.0, until - time.monotonic()))
    except queue.Empty:
        raise ModelFailed("slow") from None


def _failure(done: "Future[None]", came: bool) -> ModelFailed | None:
    """Why the reading ended before its end: by the status that the client's error carries, else the
    connection."""
    error = done.exception()
    if error is None:
        return None
    status = getattr(error, "status_code", None)
    if came or isinstance(error, ModelFailed):
        return ModelFailed("broken")
    if isinstance(status, int):
        return ModelFailed("busy" if status == 429 else "failed" if status >= 500 else "refused")
    if isinstance(error, ValueError):  # no JSON where there should be some
        return ModelFailed("failed")
    if "timeout" in type(error).__name__.lower():
        return ModelFailed("slow")
    return ModelFailed("unreachable")


def _without_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces without a leading <think>…</think>, which some servers send as text."""
    held = ""
    for piece in pieces:
        held += piece
        start = held.lstrip()
        if start.startswith(_THINKING):
            if _THOUGHT in start:
                held = start.partition(_THOUGHT)[2]
                break
        elif not _THINKING.startswith(start):
            break
    if held and not held.lstrip().startswith(_THINKING):
        yield held
    yield from pieces
