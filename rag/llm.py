"""The engine that lets a chat model write: better words, never other facts.

The extractive engine decides whether there is an answer; a sentence of the model is shown once it has passed.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from rag.carried import figures, same_amount
from rag.catalog import Catalog
from rag.generate import Engine
from rag.ground import Draft, Evidence, Written, shown
from rag.marks import CitedSentence, MarkParser
from rag.prompts_llm import answering, declines, note, repairing
from rag.remote import Message, ModelFailed, RemoteModel
from rag.rewrite import Completion
from rag.rewrite_llm import completed
from rag.schema import Document, Hit, Partial
from rag.settings import Settings
from rag.sources import Source, sources
from rag.support import PassageReader
from rag.terms import SearchTerms
from rag.text import Language, fold, language
from rag.untrusted import addresses_model
from rag.verify import Reason, Verifier

MOST_SENTENCES = 6
"""Sentences of the model that are looked at; the prompt asks for three."""
MOST_REPAIRS = 2
"""Sentences of one answer that the model may correct, each once."""
MOST_FINDINGS = 8


@dataclass(frozen=True, slots=True)
class _Task:
    """One question with its evidence."""

    question: str
    asked_in: Language
    base: Draft
    """The extractive answer."""
    sources: tuple[Source, ...]
    prompt: list[Message]


@dataclass
class _Text:
    """What has passed so far; citations numbered by first use."""

    evidence: list[Evidence] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failed: bool = False

    def add(self, text: str, cited: Sequence[Evidence]) -> Partial:
        """The text with one more sentence."""
        self.evidence += [one for one in cited if one not in self.evidence]
        numbers = tuple(dict.fromkeys(self.evidence.index(one) + 1 for one in cited))
        self.written.append(Written(text, numbers))
        return Partial("\n".join(shown(one) for one in self.written))


class LlmEngine:
    """Safe to share between threads."""

    def __init__(
        self, quoting: Engine, catalog: Catalog, model: RemoteModel, verifier: Verifier, refuse_below: float
    ) -> None:
        self._quoting = quoting
        self._catalog = catalog
        self._model = model
        self._verifier = verifier
        self._least = refuse_below

    def draft(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The finished draft of `write`."""
        writing = self.write(question, hits)
        while True:
            try:
                next(writing)
            except StopIteration as finished:
                draft: Draft = finished.value
                return draft

    def write(self, question: str, hits: Sequence[Hit]) -> Generator[Partial, None, Draft]:
        """What has passed, sentence by sentence; then the draft.

        The model is not asked where the passages do not answer, where the answer was computed, and where
        the question gives orders to it. Where it fails, the extractive draft comes with a note.
        """
        base = self._quoting.draft(question, hits)
        if not base.evidence or base.lead or base.confidence < self._least or addresses_model(question):
            return base
        task = self._task(question, base, hits)
        try:
            return (yield from self._composed(task))
        except ModelFailed as failed:
            return replace(base, notes=(note(task.asked_in, failed.kind),))

    def _task(self, question: str, base: Draft, hits: Sequence[Hit]) -> _Task:
        ids = dict.fromkeys(
            [*(one.document_id for one in base.evidence), *(hit.chunk.document_id for hit in hits)]
        )
        found = {key: self._catalog.document(key) for key in ids}
        documents: dict[str, Document] = {key: document for key, document in found.items() if document}
        statements = {key: self._catalog.statements(key) for key in documents}
        numbered = sources(base.evidence, hits, documents, statements)
        listed = [said for source in numbered if source.evidence in base.evidence for said in source.said]
        findings = [base.short, *listed] if base.short else listed
        asked_in = language(question)
        prompt = answering(asked_in, question, numbered, findings[:MOST_FINDINGS])
        return _Task(question, asked_in, base, numbered, prompt)

    def _composed(self, task: _Task) -> Generator[Partial, None, Draft]:
        text, repairs = _Text(), MOST_REPAIRS
        for number, sentence in enumerate(self._sentences(task), 1):
            if declines(sentence.text):
                text.notes.append(note(task.asked_in, "declined"))
                text.failed = True
                break
            short = None if _says(text, task.base.short or "") else task.base.short
            passed, reason, tried = self._passed(task, sentence, short, repairs > 0)
            repairs -= tried
            if passed and any(one.text == passed.text for one in text.written):
                passed = None
            if passed:
                yield text.add(passed.text, [task.sources[n - 1].evidence for n in passed.cited])
            if reason:
                name = "repaired" if passed else "replaced"
                text.notes.append(note(task.asked_in, name, number, reason))
                text.failed |= passed is None
            if number == MOST_SENTENCES:
                break
        return _draft(task, text)

    def _sentences(self, task: _Task) -> Iterator[CitedSentence]:
        parser = MarkParser(len(task.sources))
        for piece in self._model.stream(task.prompt):
            yield from parser.feed(piece)
        yield from parser.end()

    def _passed(
        self, task: _Task, sentence: CitedSentence, found: str | None, may_repair: bool
    ) -> tuple[CitedSentence | None, Reason | None, bool]:
        """The sentence or its correction, None if neither passes; what was wrong with it; whether it was
        corrected."""
        verdict = self._verifier.check(task.question, sentence, task.sources, found)
        if verdict.passed or not may_repair or verdict.reason == "unfit":
            return sentence if verdict.passed else None, verdict.reason, False
        asked = repairing(task.asked_in, task.prompt, sentence.text, verdict.detail)
        try:
            corrected = self._model.text(asked, self._model.timeout / 2)
        except ModelFailed:
            return None, verdict.reason, True
        parser = MarkParser(len(task.sources))
        for one in [*parser.feed(corrected), *parser.end()][:1]:
            if self._verifier.check(task.question, one, task.sources, found).passed:
                return one, verdict.reason, True
        return None, verdict.reason, True


def _draft(task: _Task, text: _Text) -> Draft:
    """The model's sentences; the article's own behind them where some failed or where they lack the bare
    answer."""
    base = task.base
    if not text.written:
        return replace(base, notes=tuple(text.notes))
    if text.failed or (base.short and not _says(text, base.short)):
        missing = [one for one in base.evidence if one not in text.evidence]
        for one in missing:
            text.add(one.text, [one])
        if missing:
            text.notes.append(note(task.asked_in, "added"))
    return replace(base, evidence=tuple(text.evidence), written=tuple(text.written), notes=tuple(text.notes))


def _says(text: _Text, short: str) -> bool:
    """Whether the bare answer, a figure in normal form or the words themselves, stands in the text."""
    said = "".join(one.text for one in text.written)
    wanted = figures(short)
    if wanted:
        return all(any(same_amount(one, other) for other in figures(said)) for one in wanted)
    return fold(short) in fold(said) or language(said) != language(short)


def with_model(
    quoting: Engine, catalog: Catalog, reader: PassageReader, terms: SearchTerms, settings: Settings
) -> tuple[LlmEngine, Completion]:
    """The engine and the completion of follow-ups with the model of `RAG_LLM`.

    Raises `SettingsError` or `ModelUnavailable` when it cannot be set up.
    """
    model = RemoteModel.load(settings)
    verifier = Verifier(reader, terms)
    return LlmEngine(quoting, catalog, model, verifier, settings.refuse_below), partial(completed, model)
