"""The LLM engine over one invented article, a reader that is told what to find, and a scripted server."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.derive import derive
from rag.catalog import Catalog
from rag.generate import ExtractiveEngine
from rag.ground import Verdict, checked
from rag.llm import LlmEngine
from rag.reader import Span
from rag.remote import RemoteModel
from rag.schema import Block, Chunk, Document, Hit, Partial
from rag.settings import Settings
from rag.terms import SearchTerms
from rag.text import language, tokens
from rag.verify import Verifier

KEY = "sk-test-4f9a71c2"
TITLE = "霧崎港務公司公布年報"
ARTICLE = (
    "霧崎港務公司 12 日公布 2032 年年報,全年營收為 48.6 億元。董事長洪綺雯表示,新碼頭將於 2034 年第二季啟用。"
    "2030 年至 2032 年,淨利分別為 3.1 億元、4.4 億元和 5.9 億元。公司最大客戶朔海航運貢獻了營收的 21.5%。"
)
QUESTION = "霧崎港務 2032 年的營收是多少?"


class SameVector:
    """Every text has the same vector."""

    def query(self, text: str) -> np.ndarray:
        return np.array([1.0, 0.0])

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        return np.tile([1.0, 0.0], (len(texts), 1))


class Finding:
    """A reader that finds given words and is sure of them."""

    def __init__(self, words: str) -> None:
        self.words = words

    def read(self, question: str, passages: Sequence[str], least: float | None = None) -> list[Span]:
        return [
            Span(n, at, at + len(self.words), self.words, 9.0, 0.97)
            for n, text in enumerate(passages)
            if self.words and (at := text.find(self.words)) >= 0
        ]


@dataclass(frozen=True)
class Outcome:
    """What a person gets."""

    verdict: Verdict
    partials: tuple[str, ...]
    notes: tuple[str, ...]
    engine: str

    @property
    def text(self) -> str:
        return self.verdict.text


class Case:
    """An article in a catalog; `ask` runs both engines on it."""

    def __init__(
        self, folder: Path, text: str = ARTICLE, title: str = TITLE, published: str | None = "2033-04-12"
    ) -> None:
        self.settings = Settings(home=folder)
        self.catalog = Catalog.create(folder)
        self.document = Document(
            "a", text, title, "虛構日報", published, None, language(text), (Block(0, len(text)),)
        )
        chunk = Chunk("c", "a", 0, len(text), text, ())
        self.hits = [Hit(chunk, 1.0)]
        with self.catalog.transaction():
            derived = derive(self.document)
            self.catalog.put("a", self.document, [chunk], [" ".join(tokens(text))], np.ones((1, 2)), derived)
        self.terms = SearchTerms(self.catalog)

    def ask(
        self, question: str = QUESTION, finds: str = "48.6 億元", model: RemoteModel | None = None
    ) -> Outcome:
        """With a model, it writes; else the article is quoted."""
        reader = Finding(finds)
        quoting = ExtractiveEngine(self.catalog, SameVector(), self.terms, reader, self.settings)
        engine = quoting if not model else LlmEngine(
            quoting, self.catalog, model, Verifier(reader, self.terms), self.settings.refuse_below
        )  # fmt: skip
        writing = engine.write(question, self.hits)
        partials: list[str] = []
        while True:
            try:
                event = next(writing)
                assert isinstance(event, Partial)
                partials.append(event.text)
            except StopIteration as finished:
                draft = finished.value
                verdict = checked(
                    draft, self.catalog, self.settings.refuse_below, language(question), question
                )
                return Outcome(
                    verdict, tuple(partials), draft.notes, "llm" if draft.written else "extractive"
                )


def model(url: str, timeout: float = 10.0) -> RemoteModel:
    """The scripted server as a model."""
    return RemoteModel.load(
        Settings(engine="llm", llm="openai:scripted", llm_base_url=url, llm_api_key=KEY, llm_timeout=timeout)
    )
