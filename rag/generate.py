"""Engines: from a question and its passages to a draft answer. This one quotes, and computes comparisons."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from rag.about_one import About, about, meant
from rag.about_one import told as told_of
from rag.addressed import addressed
from rag.agreement import published
from rag.asked import Asked
from rag.catalog import Catalog
from rag.compare import comparison, conclusion, figure
from rag.extreme import extreme, reached, told
from rag.find import Finder, Found
from rag.ground import Draft, Evidence
from rag.parts import parts
from rag.prompts import Lack, refusal
from rag.recency import current
from rag.schema import Document, Hit, Partial
from rag.settings import Settings
from rag.support import Candidate, PassageReader, SentenceEmbedder
from rag.terms import SearchTerms
from rag.text import Language, language

KEEP_WITHIN = 2.0
"""A further sentence is quoted when its score (log odds) is at most this much below the best one's."""
READ_FOR_PART = 5
"""Passages that are read for each figure of a comparison."""
ONE_SENTENCE = frozenset({"value", "date", "person", "place"})


class Engine(Protocol):
    """Anything that answers from passages."""

    def draft(self, question: str, hits: Sequence[Hit]) -> Draft:
        """A proposal, to be checked before it is shown. Without evidence its confidence is 0."""

    def write(self, question: str, hits: Sequence[Hit]) -> Generator[Partial, None, Draft]:
        """The same; on the way, what may be shown already."""


class ExtractiveEngine:
    """The best-supported one to three sentences of the passages, verbatim; the bare answer in the first."""

    def __init__(
        self,
        catalog: Catalog,
        embedder: SentenceEmbedder,
        terms: SearchTerms,
        reader: PassageReader,
        settings: Settings,
    ) -> None:
        self._finder = Finder(catalog, embedder, terms, reader)
        self._most = settings.max_sentences
        self._least = settings.refuse_below

    def draft(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The article's own particulars, a comparison, or the sentences in the order of their support."""
        asked = Asked(question)
        documents = list(self._finder.documents(hits).values())
        if (particular := about(asked)) and (draft := self._about(particular, question, documents)):
            return draft
        if compared := self._compared(asked, documents, hits):
            return compared
        if most := self._extreme(question, hits):
            return most
        several = parts(question)
        if len(several) > 1:
            drafts = {part: self._one(Asked(part), hits[:READ_FOR_PART]) for part in several}
            return _joined(drafts, self._least, language(question))
        return self._one(asked, hits)

    def write(self, question: str, hits: Sequence[Hit]) -> Generator[Partial, None, Draft]:
        """The draft at once."""
        yield from ()
        return self.draft(question, hits)

    def _one(self, asked: Asked, hits: Sequence[Hit]) -> Draft:
        documents = self._finder.documents(hits).values()
        if named := addressed(asked.question, tuple(documents)):
            asked = Asked(named.question)
            hits = [hit for hit in hits if hit.chunk.document_id in named.documents]
        found = self._finder.find(asked, hits)
        if not found.candidates:
            return Draft((), None, 0.0)
        kept = [
            candidate
            for candidate, score in zip(found.candidates, found.scores, strict=True)
            if score >= found.scores[0] - KEEP_WITHIN
        ]
        chosen = current(found, kept)
        most = 1 if chosen.short and asked.kind in ONE_SENTENCE and not asked.plural else self._most
        evidence = _distinct(_evidence(candidate, chosen.short) for candidate in chosen.candidates)[:most]
        return Draft(evidence, chosen.short, found.confidence, lack=_lack(found), notes=chosen.notes)

    def _about(self, asked: About, question: str, documents: Sequence[Document]) -> Draft | None:
        """What the article that is meant says of itself; without one there is nothing to say."""
        if not documents:
            return None
        if not (document := meant(asked.topic, documents)):
            return Draft((), None, 0.0)
        return told_of(asked, document, self._finder.statements(document.id), language(question))

    def _compared(self, asked: Asked, documents: Sequence[Document], hits: Sequence[Hit]) -> Draft | None:
        """Two figures found one by one and compared exactly; None where one of them is not found."""
        made = comparison(asked, published(documents[0]) if documents else None)
        if made is None:
            return None
        found = [self._finder.find(Asked(question), hits[:READ_FOR_PART]) for question in made.questions]
        first, second = (one.short or "" for one in found)
        values = figure(first), figure(second)
        confidence = min(one.confidence for one in found)
        if values[0] is None or values[1] is None or confidence < self._least:
            return None
        words = conclusion(language(asked.question), made, (first, second), (values[0], values[1]))
        if words is None:
            return None
        evidence = _distinct(_evidence(one.candidates[0], one.short) for one in found)
        return Draft(evidence, None, confidence, lead=words)

    def _extreme(self, question: str, hits: Sequence[Hit]) -> Draft | None:
        """The period of the highest or lowest of several figures; None where no statements hold these."""
        asked = extreme(question)
        found = self._finder.find(Asked(asked.question), hits[:READ_FOR_PART]) if asked else None
        best = next((one for one in found.candidates if one.statement), None) if found else None
        if asked is None or found is None or best is None or best.statement is None:
            return None
        most = reached(asked, best.statement, self._finder.statements(best.document.id))
        if most is None or found.confidence < self._least:
            return None
        one = most.statement
        text = best.document.text
        value = text[one.value_start : one.value_end]
        evidence = Evidence(
            one.document_id, one.start, one.end, text[one.start : one.end], (one.value_start, one.value_end)
        )
        asked_in = language(question)
        words = told(asked_in, asked, most, value)
        return Draft((evidence,), most.label(asked_in), found.confidence, lead=words)


def _evidence(candidate: Candidate, short: str | None) -> Evidence:
    """The sentence, with where in the document its answer stands."""
    evidence, statement = candidate.evidence, candidate.statement
    if statement:
        return replace(evidence, value=(statement.value_start, statement.value_end))
    if candidate.span is None:
        return evidence
    start, end = candidate.span
    if short and (at := candidate.said.find(short, max(0, start - len(short)))) >= 0:
        start, end = at, at + len(short)
    return replace(evidence, value=(evidence.start + start, evidence.start + end))


def _distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Each sentence once, with the first value that was found in it."""
    kept: dict[tuple[str, int, int], Evidence] = {}
    for one in evidence:
        kept.setdefault((one.document_id, one.start, one.end), one)
    return tuple(kept.values())


def _joined(drafts: Mapping[str, Draft], least: float, asked_in: Language) -> Draft:
    """One answer to a question of several parts, as sure as the least sure of those that are answered; what
    is not answered is said in a note."""
    sure = [draft for draft in drafts.values() if draft.confidence >= least] or list(drafts.values())
    shorts = [draft.short for draft in sure if draft.short]
    open_parts = [part for part, draft in drafts.items() if draft not in sure]
    return Draft(
        _distinct(one for draft in sure for one in draft.evidence[:1]),
        "；".join(shorts) if len(shorts) == len(sure) else None,
        min(draft.confidence for draft in sure),
        lack=next((draft.lack for draft in drafts.values() if draft.lack), None),
        notes=tuple(refusal(asked_in, part, drafts[part].lack) for part in open_parts),
    )


def _lack(found: Found) -> Lack | None:
    if found.off_names:
        return "name"
    return "period" if found.off_period else None
