"""The values that flow through the system: frozen, made once, never filled in later. No I/O.

All offsets are in Python characters (code points) of `Document.text`, end exclusive.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph of a document's body; what no block covers is site chrome."""

    start: int
    end: int
    level: int = 0
    """0 for a paragraph, 1 for a top heading, 2 for the next level, …"""


@dataclass(frozen=True, slots=True)
class Document:
    """One article: the text exactly as it was read, and the blocks of it that may be cited."""

    id: str
    """Hash of text, title, source, published and url: the same article read twice is the same document."""
    text: str
    title: str
    source: str
    """Where a reader would look it up: publisher, site or file name."""
    published: str | None
    """ISO date, "2025-12-23"; None when the article does not say."""
    url: str | None
    language: str
    """"zh-Hant", "zh-Hans" or "en"."""
    blocks: tuple[Block, ...]

    def block_around(self, start: int, end: int) -> Block:
        """The block that holds these characters; where none does, just these characters."""
        holding = (block for block in self.blocks if block.start <= start and end <= block.end)
        return next(holding, Block(start, end))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is retrieved as a whole; `text == document.text[start:end]`."""

    id: str
    """Hash of document id, offsets and text."""
    document_id: str
    start: int
    end: int
    text: str
    heading: tuple[str, ...]
    """Path of headings above the passage, outermost first; the title is not repeated in it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact of a sentence said alone: a member of a 「分別為」 list, or a line about the article itself.

    The sentence is `document.text[start:end]`, the value in it `document.text[value_start:value_end]`.
    """

    document_id: str
    start: int
    end: int
    value_start: int
    value_end: int
    text: str
    """What is searched and read, "2023 年甲公司的收入為 3.1 億元"; never shown as a quote."""
    kind: str
    """"list", "title", "published", "source" or "author"."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk."""

    chunk: Chunk
    score: float
    """Higher is better; comparable only within one query."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of the conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote; `document.text[start:end] == quote` has been checked."""

    number: int
    """The n of the `[n]` mark in `Answer.text`, counted from 1 by first use."""
    quote: str
    document_id: str
    title: str
    source: str
    published: str | None
    start: int
    end: int
    value: tuple[int, int] | None = None
    """Offsets in the document of the answer inside the quote, where there is one."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Progress event of `Pipeline.stream`: the named stage is beginning."""

    name: str
    """"rewrite", "retrieve", "answer" or "ground"."""


@dataclass(frozen=True, slots=True)
class Partial:
    """Event of `Pipeline.stream`: what may be shown already, each sentence checked; the `Answer` replaces
    it."""

    text: str
    """All of it so far, with [1] marks."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader gets."""

    text: str
    """What a person reads, with [1] marks; on refusal, the refusal sentence."""
    short: str | None
    """The bare answer, where the engine finds one."""
    refused: bool
    """True: the documents do not answer this question."""
    citations: tuple[Citation, ...]
    query: str
    """The question after completion from the history."""
    hits: tuple[Hit, ...]
    confidence: float
    """Calibrated probability, 0 to 1, that the documents answer the question here."""
    engine: str
    """Who wrote the text: "llm", or "extractive" also where a model failed or wrote nothing that passed."""
    timings: dict[str, float] = field(default_factory=dict)
    """Seconds by stage."""
    notes: tuple[str, ...] = ()
    """What a person should know of how it was written, in the language of the question: that a model
    failed, that a sentence of it did not pass the check."""
