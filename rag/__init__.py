"""Questions about Chinese articles, answered with checked citations: `from rag import answer`."""

from collections.abc import Sequence
from functools import lru_cache

from rag.pipeline import Pipeline
from rag.schema import Answer, Citation, Hit, Turn
from rag.settings import Settings

__all__ = ["Answer", "Citation", "Hit", "Pipeline", "Settings", "Turn", "answer"]


def answer(question: str, history: Sequence[Turn] = (), settings: Settings | None = None) -> Answer:
    """Answer one question from the index in `settings.home`; the loaded pipeline is kept for the next one."""
    return _pipeline(settings or Settings()).answer(question, history)


@lru_cache(maxsize=2)
def _pipeline(settings: Settings) -> Pipeline:
    return Pipeline(settings)
