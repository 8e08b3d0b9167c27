"""★ Read this first: the whole way from a question to a checked answer, in one screen."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.catalog import Catalog
from rag.errors import IndexStale, QuestionError
from rag.ground import checked
from rag.retrieve import Retriever
from rag.schema import Answer, Hit, Partial, Stage, Turn
from rag.scope import EVERYTHING, Scope
from rag.settings import Settings
from rag.terms import SearchTerms
from rag.text import TEXT_VERSION, language, valid
from rag.timing import Stopwatch
from rag.vectors import Vectors

if TYPE_CHECKING:
    from rag.generate import Engine
    from rag.rewrite import Completion

LONGEST_QUESTION = 1000
"""Characters."""


class Pipeline:
    """Answers questions from one index. Safe to share between threads; loading takes seconds, once.

    Raises `IndexMissing`, `IndexStale` or `ModelUnavailable` when it cannot be set up.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        from rag.embed import Embedder
        from rag.generate import ExtractiveEngine
        from rag.reader import Reader
        from rag.rewrite import complete

        self.settings = settings or Settings()
        self.catalog = Catalog(self.settings.home)
        embedder = Embedder.load(self.settings)
        _refuse_other_index(self.catalog, embedder.name)
        vectors = Vectors(self.catalog, self.settings)
        terms = SearchTerms(self.catalog)
        self._retriever = Retriever(self.catalog, vectors, embedder, terms, self.settings)
        reader = Reader.load(self.settings)
        self._engine: Engine = ExtractiveEngine(self.catalog, embedder, terms, reader, self.settings)
        self._complete: Completion = complete
        if self.settings.engine == "llm":
            from rag.llm import with_model

            quoting = self._engine
            self._engine, self._complete = with_model(quoting, self.catalog, reader, terms, self.settings)

    def answer(self, question: str, history: Sequence[Turn] = (), *, scope: Scope = EVERYTHING) -> Answer:
        """The checked answer, from the articles of the scope; a refusal where it holds none.

        Raises `QuestionError` for an empty or overlong question.
        """
        events = self.stream(question, history, scope=scope)
        return next(event for event in events if isinstance(event, Answer))

    def retrieve(self, query: str, k: int, *, scope: Scope = EVERYTHING) -> list[Hit]:
        """The `k` best passages of the scope, best first."""
        return self._retriever.retrieve(query, k, scope)

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, scope: Scope = EVERYTHING
    ) -> Iterator[Stage | Partial | Answer]:
        """The stages as they begin; what may be shown already, where a model writes; last, the checked
        `Answer`."""
        watch = Stopwatch()
        yield watch.begin("rewrite")
        query = self._complete(_acceptable(question), history)
        yield watch.begin("retrieve")
        hits = self.retrieve(query, self.settings.top_k, scope=scope)
        yield watch.begin("answer")
        draft = yield from self._engine.write(query, hits)
        yield watch.begin("ground")
        verdict = checked(draft, self.catalog, self.settings.refuse_below, language(question), query)
        yield Answer(
            text=verdict.text,
            short=verdict.short,
            refused=verdict.refused,
            citations=verdict.citations,
            query=query,
            hits=tuple(hits),
            confidence=draft.confidence,
            engine="llm" if draft.written and not verdict.refused else "extractive",
            timings=watch.seconds(),
            notes=draft.notes,
        )


def _acceptable(question: str) -> str:
    question = valid(question.strip())
    if not question:
        raise QuestionError("the question is empty; ask something about the articles")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(f"the question has {len(question)} characters; ask in at most {LONGEST_QUESTION}")
    return question


def _refuse_other_index(catalog: Catalog, embedder: str) -> None:
    manifest = catalog.manifest()
    for key, value in {"text_version": TEXT_VERSION, "embedder": embedder}.items():
        if manifest.get(key, value) != value:
            raise IndexStale(
                f"the index in {catalog.home} was built with {key} {manifest[key]}, now it is {value}; "
                "run: python -m ingest --rebuild"
            )
