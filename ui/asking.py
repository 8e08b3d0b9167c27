"""One question asked of the pipeline, as the chat after each step; it can be stopped at any moment."""

import copy
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from queue import SimpleQueue
from threading import Event
from types import TracebackType

from rag import Answer, Pipeline
from rag.errors import RagError
from rag.schema import Partial
from rag.scope import Scope
from ui.chats import Chat

FEWEST_PASSAGES, MOST_PASSAGES = 3, 12
LONGEST_END_S = 5.0
"""How long `Run.leave` waits; what is left of a run after its stop takes milliseconds."""


class Run:
    """A question being answered in a thread of its own, so that a stop need not wait for the stage to end.

    Iterate, once and inside `with`, for the chat after each step. Other threads may call `stop` and `leave`.
    """

    def __init__(self, chats: Iterator[Chat], pool: Executor) -> None:
        self.failed = False
        """Whether it has ended in an exception."""
        self.left = False
        """Whether another chat is to be shown."""
        self._reached: SimpleQueue[Chat | None] = SimpleQueue()
        self._stopped, self._over = Event(), Event()
        self._work = pool.submit(self._walk, chats)

    def _walk(self, chats: Iterator[Chat]) -> None:
        try:
            for chat in chats:
                if self._stopped.is_set():
                    break
                self._reached.put(chat)
        finally:
            self._reached.put(None)

    def __iter__(self) -> Iterator[Chat]:
        """Ends after the answer or at the stop; raises what the pipeline raised."""
        while (chat := self._reached.get()) and not self._stopped.is_set():
            yield chat
        if not self._stopped.is_set():
            self._work.result()

    def stop(self) -> None:
        """Let it end with what it has reached; the stage that runs ends unheard."""
        self._stopped.set()
        self._work.cancel()
        self._reached.put(None)

    @property
    def over(self) -> bool:
        """Whether it shows no more."""
        return self._over.is_set()

    def leave(self) -> None:
        """Stop it without a last word, for another chat is to be shown, and wait until it is over."""
        self.left = True
        self.stop()
        self._over.wait(LONGEST_END_S)

    def __enter__(self) -> "Run":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.failed = kind is not None and not issubclass(kind, GeneratorExit)
        self.stop()
        self._over.set()


def steps(
    pipeline: Callable[[], Pipeline], chat: Chat, question: str, passages: int, scope: Callable[[], Scope]
) -> Iterator[Chat]:
    """The chat with the question; then with every stage that begins; last with the answer or the problem.

    `pipeline` may still be loading. `passages` are read for the answer, in the articles of `scope`.
    """
    chat = chat.asking(question)
    yield chat
    try:
        history = chat.history(len(chat.exchanges) - 1)
        loaded = reading(pipeline(), passages)
        for event in loaded.stream(question, history, scope=scope()):
            if isinstance(event, Answer):
                chat = chat.with_last(answer=event, stage="", partial="")
            elif isinstance(event, Partial):
                chat = chat.with_last(partial=event.text)
            else:
                chat = chat.with_last(stage=event.name)
            yield chat
    except RagError as error:
        yield chat.with_last(problem=str(error), stage="", partial="")


def reading(pipeline: Pipeline, passages: int) -> Pipeline:
    """The same pipeline, models and index shared, that reads so many passages."""
    other = copy.copy(pipeline)
    other.settings = replace(pipeline.settings, top_k=bounded(passages))
    return other


def bounded(passages: int) -> int:
    """A number of passages that the window offers."""
    return min(MOST_PASSAGES, max(FEWEST_PASSAGES, passages))
