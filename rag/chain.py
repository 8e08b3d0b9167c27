"""The LangChain face: the same retrieval as a `BaseRetriever`, the same answers as a `Runnable`."""

from collections.abc import Iterator
from typing import Any, TypedDict, cast

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict

from rag.pipeline import Pipeline
from rag.schema import Answer, Partial, Stage, Turn
from rag.scope import EVERYTHING, Scope


class Question(TypedDict, total=False):
    """Input of `AnswerChain`; `history` and `scope` may be left out."""

    question: str
    history: list[Turn]
    scope: Scope


class HybridRetriever(BaseRetriever):
    """`Pipeline.retrieve` for LangChain; metadata: document_id, start, end, heading, score."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    pipeline: Pipeline
    k: int = 8
    scope: Scope = EVERYTHING

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(
                page_content=hit.chunk.text,
                id=hit.chunk.id,
                metadata={
                    "document_id": hit.chunk.document_id,
                    "start": hit.chunk.start,
                    "end": hit.chunk.end,
                    "heading": list(hit.chunk.heading),
                    "score": hit.score,
                },
            )
            for hit in self.pipeline.retrieve(query, self.k, scope=self.scope)
        ]


class AnswerChain(Runnable[str | Question, Stage | Partial | Answer]):
    """`Pipeline` as a Runnable: `invoke` and `batch` give an `Answer`, `stream` all events before it too."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def invoke(self, input: str | Question, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The checked answer; traced by LangChain's callbacks like any other chain."""
        return cast(Answer, self._call_with_config(self._answer, input, config, **kwargs))

    def stream(
        self, input: str | Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Stage | Partial | Answer]:
        asked = _asked(input)
        yield from self._pipeline.stream(
            asked["question"], asked.get("history", []), scope=asked.get("scope", EVERYTHING)
        )

    def _answer(self, given: str | Question) -> Answer:
        asked = _asked(given)
        return self._pipeline.answer(
            asked["question"], asked.get("history", []), scope=asked.get("scope", EVERYTHING)
        )


def _asked(given: str | Question) -> Question:
    return {"question": given} if isinstance(given, str) else given
