"""What the passages say, sentence by sentence, in the order of how well it answers, and how sure that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rag.agreement import AROUND, OTHER
from rag.asked import Asked
from rag.catalog import Catalog
from rag.period import periods
from rag.schema import Document, Hit, Statement
from rag.short import bare_answer, holds_figure
from rag.support import (
    FEATURES,
    MODEL,
    Candidate,
    PassageReader,
    SentenceEmbedder,
    SentenceScorer,
    candidates,
    read_by,
)
from rag.terms import SearchTerms
from rag.text import fold
from rag.unheard import compares, mentions, only_compared, sure_names

SHORT_FROM = 0.5
"""The reader's probability from which its span is given as the bare answer."""
_ABOUT_THEN = re.compile(r"年[初底末中]|\b(?:early|mid|late|the end of|end of)\b")
"""What names a time loosely."""
MOST_FOREIGN = 0.5
"""Share of the names in a question up to which evidence is about something else."""
PERIOD, NAMES = FEATURES.index("period"), FEATURES.index("names")


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates, best first, with their scores (log odds) and features."""

    asked: Asked
    candidates: tuple[Candidate, ...] = ()
    scores: tuple[float, ...] = ()
    features: np.ndarray = field(default_factory=lambda: np.empty((0, len(FEATURES))))
    unheard: bool = False
    """Whether the question names what none of the articles mentions."""

    @property
    def confidence(self) -> float:
        """Probability, 0 to 1, that the best candidate answers; 0 without any, and where that speaks of
        another period than the question or of none of its names."""
        if self.off_period or self.unheard or self._beside_the_point:
            return 0.0
        return MODEL.confidence(self.scores, self.features) if self.scores else 0.0

    @property
    def short(self) -> str | None:
        """The bare answer in the best candidate, where the reader is sure of one."""
        if not self.candidates:
            return None
        best = self.candidates[0]
        if best.read is None or best.span is None or best.read.probability < SHORT_FROM:
            return None
        return bare_answer(self.asked, best.said, *best.span)

    @property
    def _beside_the_point(self) -> bool:
        """Whether the best candidate holds no figure where one is asked for, or what the question names is
        there only compared with."""
        if not self.candidates:
            return False
        said, question = self.candidates[0].said, self.asked.question
        if self.asked.wants_figure and not holds_figure(self.asked, said):
            return True
        named = () if compares(question) else sure_names(question)
        return any(only_compared(fold(said), name) for name in named)

    @property
    def off_period(self) -> bool:
        """Whether the question names one period and the best candidate speaks of another; of a figure also
        where that is of a longer or shorter one."""
        exact = self.asked.kind == "value" and not _ABOUT_THEN.search(self.asked.folded)
        most = AROUND if exact else OTHER
        named = [period for period in periods(self.asked.question) if period.first]
        return bool(self.candidates) and len(named) == 1 and float(self.features[0, PERIOD]) <= most

    @property
    def off_names(self) -> bool:
        """Whether the best candidate and what stands around it carry no more than half of the names."""
        return self.unheard or (bool(self.candidates) and float(self.features[0, NAMES]) <= MOST_FOREIGN)


class Finder:
    """Ranks what the passages say. Safe to share between threads."""

    def __init__(
        self, catalog: Catalog, embedder: SentenceEmbedder, terms: SearchTerms, reader: PassageReader
    ) -> None:
        self._catalog = catalog
        self._scorer = SentenceScorer(catalog, embedder, terms)
        self._reader = reader
        self._terms = terms

    def find(self, asked: Asked, hits: Sequence[Hit]) -> Found:
        """The candidates of the passages, ranked."""
        hits, unheard = self._mentioning(asked, hits)
        found = read_by(self._reader, self._terms, asked.question, self._candidates(hits))
        if not asked.plural and periods(asked.question):
            found = _without_whole_lists(found)
        if not found:
            return Found(asked, unheard=unheard)
        features = self._scorer.features(asked, found)
        scores = MODEL.scores(features)
        order = np.argsort(-scores, kind="stable")
        ranked = tuple(found[i] for i in order)
        return Found(asked, ranked, tuple(float(scores[i]) for i in order), features[order], unheard)

    def documents(self, hits: Sequence[Hit]) -> dict[str, Document]:
        """The documents of the passages that still exist, by id, the best passage's first."""
        ids = dict.fromkeys(hit.chunk.document_id for hit in hits)
        found = {document_id: self._catalog.document(document_id) for document_id in ids}
        return {document_id: document for document_id, document in found.items() if document}

    def statements(self, document_id: str) -> list[Statement]:
        """What was derived from a document."""
        return self._catalog.statements(document_id)

    def _mentioning(self, asked: Asked, hits: Sequence[Hit]) -> tuple[Sequence[Hit], bool]:
        """The passages of the articles that mention all that the question names, where there are any; and
        whether it names what none of the articles mentions."""
        texts = {key: fold(f"{one.title}\n{one.text}") for key, one in self.documents(hits).items()}
        named = sure_names(asked.question)
        held = {key: [mentions(text, name) for name in named] for key, text in texts.items()}
        if about := {key for key, each in held.items() if all(each)}:
            return [hit for hit in hits if hit.chunk.document_id in about], False
        return hits, bool(held) and not all(map(any, zip(*held.values(), strict=True)))

    def _candidates(self, hits: Sequence[Hit]) -> list[Candidate]:
        documents = self.documents(hits)
        return candidates(hits, documents, {key: self.statements(key) for key in documents})


def _without_whole_lists(found: Sequence[Candidate]) -> list[Candidate]:
    """Without the sentences in which the reader chose from a list: the statements made of it say which member
    is of which period. What it found in such a passage speaks for none of its other sentences either."""
    listed = [(c.evidence.document_id, c.statement) for c in found if c.statement]

    def from_list(candidate: Candidate) -> bool:
        if candidate.statement or candidate.span is None:
            return False
        start, end = (candidate.evidence.start + at for at in candidate.span)
        return any(
            document_id == candidate.evidence.document_id and s.value_start < end and start < s.value_end
            for document_id, s in listed
        )

    dropped = [candidate for candidate in found if from_list(candidate)]
    chunks = {candidate.hit.chunk.id for candidate in dropped}
    return [
        replace(c, read=None, span=None) if c.hit.chunk.id in chunks and not c.statement else c
        for c in found
        if c not in dropped
    ]
