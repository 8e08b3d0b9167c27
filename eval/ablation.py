"""What each part of retrieval is worth: the same questions searched with one part at a time, then with all.

Rows with and without statements and the reader come when these stages exist.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from eval.dataset import Question, QuestionSet
from eval.scores import SEED
from eval.statistics import clustered_bootstrap
from rag import Settings
from rag.catalog import Catalog
from rag.embed import Embedder
from rag.retrieve import Retriever
from rag.rewrite import complete
from rag.schema import Chunk, Document
from rag.terms import SearchTerms
from rag.text import TokenKind, tokens
from rag.vectors import Vectors

LONGEST_HEADING = 200
"""Characters of a heading that are searched with each passage below it, as in `ingest.index`."""
LEXICAL: dict[str, tuple[TokenKind, ...]] = {
    "lexical, white space": ("space",),
    "lexical, words": ("word",),
    "lexical, bigrams": ("bigram",),
    "lexical, words + bigrams": ("word", "bigram"),
}

Search = Callable[[str], list[str]]
"""A query → ids of the chunks found, best first."""
Ranks = Sequence[int | None]
"""Of each gold quote of a question, the 1-based rank of the first passage that holds it, or None."""

_METRICS: dict[str, Callable[[Ranks], float]] = {
    "recall@1": lambda ranks: _recall(ranks, 1),
    "recall@5": lambda ranks: _recall(ranks, 5),
    "mrr": lambda ranks: max((1 / rank for rank in ranks if rank), default=0.0),
}


def ablate(
    question_set: QuestionSet, questions: Sequence[Question], settings: Settings
) -> list[dict[str, Any]]:
    """Rows {"name", "metric", "value", "low", "high", "n"} of each way to search and each metric.

    The index of the set must be in `settings.home`, as `evaluate_set` leaves it. The four lexical ways differ
    in nothing but how text is cut into terms; all are BM25 of the catalog. "+ dictionary" adds the Chinese
    counterparts of English words, as the product does; "hybrid" is the product's own retrieval. Recall is the
    share of the gold quotes that one of the first k passages holds, MRR that of the first such passage among
    `settings.top_k`; intervals are clustered by article. Questions without gold evidence are left out.

    Raises ValueError when no question is left, and `RagError` when the index cannot be used.
    """
    asked = [question for question in questions if question.answerable and question.evidence]
    if not asked:
        raise ValueError(f"no question of {question_set.name} has gold evidence; ask answerable ones too")
    catalog = Catalog(settings.home)
    documents = {document.id: document for document in catalog.documents()}
    chunks = [chunk for ids, _ in catalog.vectors() for chunk in catalog.chunks(ids).values()]
    texts = {chunk.id: chunk.text for chunk in chunks}
    rows: list[dict[str, Any]] = []
    with _searches(catalog, documents, chunks, settings) as searches:
        for name, search in searches.items():
            ranks = [_ranks(q, [texts[i] for i in search(complete(q.question, q.history))]) for q in asked]
            rows += _scored(f"{question_set.name}: {name}", asked, ranks)
    return rows


@contextmanager
def _searches(
    catalog: Catalog, documents: Mapping[str, Document], chunks: Sequence[Chunk], settings: Settings
) -> Iterator[dict[str, Search]]:
    """Every way to search, by name, in the order of the table."""
    k = settings.top_k
    terms, embedder = SearchTerms(catalog), _OnceEmbedder(Embedder.load(settings))

    def known(query: str) -> list[str]:
        return _ids(catalog.search([term for group in terms.groups(query) for term in group], k))

    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Vectors(catalog, settings)) as vectors,
    ):
        retriever = Retriever(catalog, vectors, embedder, terms, settings)
        yield {
            **{
                name: _lexical(Path(folder) / str(number), documents, chunks, kinds, k)
                for number, (name, kinds) in enumerate(LEXICAL.items())
            },
            "lexical, words + bigrams + dictionary": known,
            "dense": lambda query: _ids(vectors.search(embedder.query(query), k)),
            "hybrid": lambda query: [hit.chunk.id for hit in retriever.retrieve(query, k)],
        }


class _OnceEmbedder:
    """Embeds each query once, however many ways to search ask for it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, np.ndarray] = {}

    def query(self, text: str) -> np.ndarray:
        """L2-normalised vector (dimension,)."""
        if text not in self._known:
            self._known[text] = self._embedder.query(text)
        return self._known[text]


def _lexical(
    home: Path,
    documents: Mapping[str, Document],
    chunks: Sequence[Chunk],
    kinds: tuple[TokenKind, ...],
    k: int,
) -> Search:
    """BM25 over the same chunks cut into terms of these kinds, in a catalog of its own."""
    catalog = Catalog.create(home)
    members: dict[str, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        members[chunk.document_id].append(chunk)
    with catalog.transaction():
        for document_id, held in members.items():
            words = [" ".join(tokens(_searched_text(chunk), kinds)) for chunk in held]
            never_searched = np.zeros((len(held), 1), np.float32)
            catalog.put(document_id, documents[document_id], held, words, never_searched)
    return lambda query: _ids(catalog.search(tokens(query, kinds), k))


def _searched_text(chunk: Chunk) -> str:
    """As `ingest.index` has it, which may not be imported here; a test holds the two together."""
    return "\n".join([*(line[:LONGEST_HEADING] for line in chunk.heading), chunk.text])


def _ids(found: Sequence[tuple[str, float]]) -> list[str]:
    return [chunk_id for chunk_id, _ in found]


def _ranks(question: Question, passages: Sequence[str]) -> Ranks:
    """As `eval.judge` ranks: a long quote may be spread over passages, so one that is a part of it counts."""
    return [
        next((n for n, text in enumerate(passages, 1) if quote in text or text in quote), None)
        for quote in question.evidence
    ]


def _recall(ranks: Ranks, k: int) -> float:
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def _scored(name: str, asked: Sequence[Question], ranks: Sequence[Ranks]) -> Iterator[dict[str, Any]]:
    articles = [question.article for question in asked]
    for metric, value in _METRICS.items():
        score = clustered_bootstrap([value(one) for one in ranks], articles, seed=SEED)
        yield {
            "name": name,
            "metric": metric,
            "value": score.value,
            "low": score.low,
            "high": score.high,
            "n": score.n,
        }
