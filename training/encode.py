"""Text pairs to tensors and logits back to spans, as the shipped reader does it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from rag.text import fold
from training.augment import Example

START, PAD, END = 0, 1, 2
QUESTION_TOKENS = 64
MOST_TOKENS = 384
SPAN_TOKENS = 80
ROUND = 16
"""Widths are multiples of this, so that kernels made for one shape serve the next."""


@dataclass(frozen=True)
class Encoded:
    """One example as ids; `first` is the first token of the passage; no answer: `start` and `end` are 0."""

    ids: list[int]
    first: int
    start: int
    end: int
    offsets: list[tuple[int, int]]


def encode(
    tokenizer: Tokenizer, examples: Sequence[Example], most: int = MOST_TOKENS
) -> list[Encoded | None]:
    """Ids of `<s> question </s></s> passage </s>`; None where the answer lies beyond the last token."""
    questions = tokenizer.encode_batch([fold(e.question) for e in examples], add_special_tokens=False)
    passages = tokenizer.encode_batch([fold(e.passage) for e in examples], add_special_tokens=False)
    made: list[Encoded | None] = []
    for e, q, p in zip(examples, questions, passages, strict=True):
        head = [START, *q.ids[:QUESTION_TOKENS], END, END]
        room = most - len(head) - 1
        start = end = 0
        if e.start >= 0:
            inside = [i for i, (a, b) in enumerate(p.offsets) if b > e.start and a < e.end]
            if not inside or inside[-1] >= room:
                made.append(None)
                continue
            start, end = inside[0] + len(head), inside[-1] + len(head)
        made.append(Encoded([*head, *p.ids[:room], END], len(head), start, end, p.offsets[:room]))
    return made


def collate(batch: Sequence[Encoded], exact: bool = False) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """→ ids, attention, passage mask (with position 0 for "no answer"): (n, tokens); targets (n, 2)."""
    longest = max(len(e.ids) for e in batch)
    width = longest if exact else -(-longest // ROUND) * ROUND
    ids = torch.full((len(batch), width), PAD)
    attention = torch.zeros((len(batch), width), dtype=torch.long)
    passage = torch.zeros((len(batch), width), dtype=torch.long)
    for row, e in enumerate(batch):
        ids[row, : len(e.ids)] = torch.tensor(e.ids)
        attention[row, : len(e.ids)] = 1
        passage[row, e.first : len(e.ids) - 1] = 1
        passage[row, 0] = 1
    return ids, attention, passage, torch.tensor([[e.start, e.end] for e in batch])


def best_span(logits: np.ndarray, encoded: Encoded) -> tuple[float, int, int]:
    """Margin over "no answer" and character offsets of the best span; logits: (2, tokens)."""
    last = len(encoded.ids) - 1
    start, end = logits[0, encoded.first : last], logits[1, encoded.first : last]
    if not len(start):
        return -1e4, 0, 0
    scores = start[:, None] + end[None, :]
    scores = np.where(
        np.triu(np.ones_like(scores)) - np.triu(np.ones_like(scores), SPAN_TOKENS) > 0, scores, -1e9
    )
    i, j = np.unravel_index(int(scores.argmax()), scores.shape)
    margin = float(scores[i, j] - logits[0, 0] - logits[1, 0])
    return margin, encoded.offsets[i][0], encoded.offsets[j][1]
