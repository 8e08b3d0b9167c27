"""One small cross-encoder that says whether a passage answers a question, and with which words.
It ships with this package (see models/reader/README.md) and runs in onnxruntime, without torch."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ModelUnavailable
from rag.settings import Settings
from rag.text import fold

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FILES = ("model.onnx", "tokenizer.json", "calibration.json")
FOLDER = Path(__file__).with_name("models") / "reader"
REMEDY = "reinstall this package, or restore it in a checkout: git checkout -- rag/models"
START, PAD, END = 0, 1, 2
QUESTION_TOKENS = 64
WHOLE_TOKENS = 256
"""Question and passage up to this length are read at once."""
MOST_TOKENS, OVERLAP = 192, 96
"""The windows of a longer one, and what they share: it was trained on short passages most."""
SPAN_TOKENS = 80
TOKEN_COST = 0.15
CLAUSE_COST, CLAUSE_ENDS = 0.5, "，,"
SENTENCE_COST, SENTENCE_ENDS = 4.0, "。！？!?；;"
"""Logits that a span must earn for each token and for each mark that it runs over: start and end are chosen
apart, so where two places compete, a span from one to the other scores as high as either."""
BATCH = 8
_EDGES = re.compile(r"^[\s。，、；：！？,;:!?]+|[\s。，、；：！？,;:!?]+$")
_BEFORE = re.compile(
    r"^(?:因為|因为|由於|由于|以免|高達|高达|根據|根据|為了|为了|但是|但|的|因(?![子素果數数人地]))(?=..)"
)
_BEHIND = re.compile(r"(?<=..)(?:的|起)$")
"""What joins an answer to its sentence and is none of it: 由於 of 「由於地震」, 起 of 「2010年起」."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a passage answers; `passages[passage][start:end] == text`."""

    passage: int
    """Index into the passages that were read."""
    start: int
    end: int
    text: str
    score: float
    """Logit: lead of the span over "no answer"; comparable across passages and questions."""
    probability: float
    """Calibrated probability, 0 to 1, that the passage answers the question."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling of the score (Platt 1999), and the probability below which a passage does not answer."""

    slope: float
    offset: float
    least: float

    def probability(self, score: float) -> float:
        """The score as a probability."""
        return float(1 / (1 + np.exp(-np.clip(self.slope * score + self.offset, -30, 30))))


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a passage that fits the model, behind the question."""

    passage: int
    ids: list[int]
    first: int
    offsets: list[tuple[int, int]]


class Reader:
    """The loaded model; one instance may be shared by threads."""

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer", calibration: Calibration) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._calibration = calibration

    @classmethod
    def load(cls, settings: Settings) -> "Reader":
        """The shipped model. Raises `ModelUnavailable` when its files are missing or damaged."""
        return cls.from_folder(FOLDER)

    @classmethod
    def from_folder(cls, folder: Path) -> "Reader":
        """A model made by `training.export`."""
        from onnxruntime import InferenceSession
        from onnxruntime.capi import onnxruntime_pybind11_state as failures
        from tokenizers import Tokenizer

        if missing := [name for name in FILES if not (folder / name).is_file()]:
            raise ModelUnavailable(f"the reader's {', '.join(missing)} is missing from {folder}; {REMEDY}")
        damage = (failures.Fail, failures.InvalidProtobuf, failures.InvalidGraph, ValueError, TypeError)
        try:
            session = InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
            calibration = Calibration(**json.loads((folder / "calibration.json").read_text("utf-8")))
            description = (folder / "tokenizer.json").read_text("utf-8")
            json.loads(
                description
            )  # damage shows here as ValueError; tokenizers would raise a bare Exception
        except damage as error:
            raise ModelUnavailable(f"the reader in {folder} cannot be loaded ({error}); {REMEDY}") from error
        tokenizer = Tokenizer.from_str(description)
        tokenizer.encode_special_tokens = True  # "</s>" in a text is text
        return cls(session, tokenizer, calibration)

    def read(
        self, question: str | Sequence[str], passages: Sequence[str], least: float | None = None
    ) -> list[Span]:
        """The best span of each passage that answers, best first; [] when none does. The question is one for
        all passages, or one for each.

        A passage answers from a probability of `least` on (0 to 1; by default the calibrated threshold);
        `least=0` gives a span for every passage that has a character to offer.
        """
        least = self._calibration.least if least is None else least
        best: dict[int, Span] = {}
        questions = [question] * len(passages) if isinstance(question, str) else question
        for window, logits in self._logits(self._windows(questions, passages)):
            span = self._best(window, logits, passages[window.passage])
            if span and (window.passage not in best or span.score > best[window.passage].score):
                best[window.passage] = span
        answering = [span for span in best.values() if span.probability >= least]
        return sorted(answering, key=lambda span: span.score, reverse=True)

    def _windows(self, questions: Sequence[str], passages: Sequence[str]) -> list[_Window]:
        encoded = self._tokenizer.encode_batch(
            [fold(text) for text in (*questions, *passages)], add_special_tokens=False
        )
        windows = []
        pairs = zip(encoded[: len(questions)], encoded[len(questions) :], strict=True)
        for number, (asked, passage) in enumerate(pairs):
            head = [START, *asked.ids[:QUESTION_TOKENS], END, END]
            room, starts = MOST_TOKENS - len(head) - 1, range(1)
            if len(head) + len(passage.ids) + 1 <= WHOLE_TOKENS:
                room = len(passage.ids)
            else:
                starts = range(0, len(passage.ids) - OVERLAP, room - OVERLAP)
            for at in starts:
                ids = [*head, *passage.ids[at : at + room], END]
                windows.append(_Window(number, ids, len(head), passage.offsets[at : at + room]))
        return sorted(windows, key=lambda window: len(window.ids))

    def _logits(self, windows: Sequence[_Window]) -> Iterator[tuple[_Window, np.ndarray]]:
        for at in range(0, len(windows), BATCH):
            batch = windows[at : at + BATCH]
            ids = np.full((len(batch), len(batch[-1].ids)), PAD, np.int64)
            for row, window in enumerate(batch):
                ids[row, : len(window.ids)] = window.ids
            (logits,) = self._session.run(None, {"ids": ids, "attention": (ids != PAD).astype(np.int64)})
            yield from zip(batch, np.asarray(logits), strict=True)

    def _best(self, window: _Window, logits: np.ndarray, passage: str) -> Span | None:
        """The span of highest start plus end logit less its cost, at most SPAN_TOKENS long; its score leaves
        out the cost; logits: (2, tokens)."""
        last = len(window.ids) - 1
        if last == window.first:
            return None
        pairs = logits[0, window.first : last, None] + logits[1, None, window.first : last]
        priced = pairs - _costs(passage, np.array(window.offsets))
        priced = np.where(np.triu(np.tri(len(pairs), k=SPAN_TOKENS - 1, dtype=bool)), priced, -np.inf)
        i, j = np.unravel_index(int(priced.argmax()), pairs.shape)
        start, end = window.offsets[i][0], window.offsets[j][1]
        text = trimmed(passage[start:end])
        start = passage.index(text, start)
        score = float(pairs[i, j] - logits[:, 0].sum())
        probability = self._calibration.probability(score)
        return Span(window.passage, start, start + len(text), text, score, probability) if text else None


def trimmed(span: str) -> str:
    """A span without the punctuation and the joining words at its ends."""
    for edge in (_EDGES, _BEFORE, _BEHIND, _EDGES):
        span = edge.sub("", span)
    return span


def _costs(passage: str, offsets: np.ndarray) -> np.ndarray:
    """What a span from token i to token j has to earn, (tokens, tokens); offsets: (tokens, 2) characters."""
    starts, ends = offsets[:, 0], np.maximum(offsets[:, 1] - 1, 0)
    tokens = np.arange(len(offsets))
    costs = TOKEN_COST * (tokens[None, :] - tokens[:, None])
    for cost, marks in ((CLAUSE_COST, CLAUSE_ENDS), (SENTENCE_COST, SENTENCE_ENDS)):
        passed = np.cumsum([character in marks for character in passage])
        costs = costs + cost * (passed[ends][None, :] - passed[starts][:, None])
    return np.asarray(costs)
