"""Trains the reader for a number of steps; stop and start again at will, it resumes from its checkpoint.

`python -m training.train --base FOLDER --data FOLDER --articles training/data --out FOLDER --steps 6000`
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from itertools import chain, count, islice
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from training.augment import Example
from training.data import Corpus, Item, Sampler, articles_in, batches
from training.encode import Encoded, best_span, collate, encode
from training.metrics import auroc, exact, f1, refusal_recall
from training.model import LAYERS, SpanReader, from_encoder

RATE, HEAD_SHARE, DECAY, CLIP = 1e-4, 10, 0.01, 1.0
WARM_UP = 0.05
BATCH_TOKENS = 2600
RANKING = 0.5
CHECKPOINT_STEPS, VALIDATION_STEPS = 200, 500
VALIDATION_QUESTIONS = 100

FROZEN_LAYERS = 3
LAYER_RATE = 0.95
"""Each layer learns at this share of the rate of the one above it."""
POOL = 1500
"""Units."""
TRIAL_STEPS, KEPT_STEPS = 1, 24

Batch = list[list[Encoded]]


class Threads:
    """Chooses between one thread and two on a shared machine, by the tokens per second that each gives;
    or stays with the number that was asked for."""

    def __init__(self, fixed: int | None = None) -> None:
        self.speeds = {1: 0.0, 2: 0.0}
        self.step = 0
        self.fixed = fixed
        torch.set_num_threads(fixed or 1)

    def took(self, tokens: int, seconds: float) -> None:
        """Takes note of a step and sets the threads of the next one."""
        used = torch.get_num_threads()
        speed = tokens / seconds
        known = self.speeds.get(used, 0.0)
        self.speeds[used] = 0.6 * known + 0.4 * speed if known else speed
        if self.fixed:
            return
        self.step += 1
        phase = self.step % (KEPT_STEPS + 2 * TRIAL_STEPS)
        best = max(self.speeds, key=lambda n: self.speeds[n])
        torch.set_num_threads(1 if phase < TRIAL_STEPS else 2 if phase < 2 * TRIAL_STEPS else best)


def rate_factor(done: float) -> float:
    """Linear warm-up, then linear decay to zero, over the share of the steps that is done."""
    return min(done / WARM_UP, (1 - done) / (1 - WARM_UP)) if done < 1 else 0.0


def ranking_loss(logits: Tensor, targets: Tensor, sizes: Sequence[int]) -> Tensor:
    """Within a unit, an answerable example's margin must exceed an unanswerable one's."""
    margin = logits[..., 1:].logsumexp(-1).sum(1) - logits[..., 0].sum(1)
    answerable = targets[:, 0] > 0
    losses, at = [], 0
    for size in sizes:
        unit, is_answerable = margin[at : at + size], answerable[at : at + size]
        difference = unit[is_answerable][:, None] - unit[~is_answerable][None, :]
        losses.append(F.softplus(-difference).flatten())
        at += size
    joined = torch.cat(losses)
    return joined.mean() if len(joined) else margin.sum() * 0


def loss_of(model: SpanReader, units: Batch, bf16: bool) -> Tensor:
    """Cross entropy of start and end, plus the ranking loss."""
    ids, attention, passage, targets = collate([e for unit in units for e in unit])
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        logits = model(ids, attention, passage)
    spans = F.cross_entropy(logits[:, 0], targets[:, 0]) + F.cross_entropy(logits[:, 1], targets[:, 1])
    return spans / 2 + RANKING * ranking_loss(logits, targets, [len(u) for u in units])


def epoch(sampler: Sampler, tokenizer: Tokenizer, arguments: argparse.Namespace) -> Iterator[Batch]:
    """Batches of one pass over the data, sorted by length in pools."""
    articles = articles_in(arguments.articles) if arguments.articles else []
    units = sampler.epoch(arguments.cmrc, arguments.drcd, arguments.invented, articles, arguments.written)
    while pool := list(islice(units, POOL)):
        flat = iter(encode(tokenizer, [e for unit in pool for e in unit]))
        encoded = [[e for e in islice(flat, len(unit)) if e] for unit in pool]
        yield from batches(
            [unit for unit in encoded if unit], BATCH_TOKENS, lambda e: len(e.ids), sampler.rng
        )


def predict(
    model: SpanReader, tokenizer: Tokenizer, examples: Sequence[Example]
) -> list[tuple[float, int, int]]:
    """Margin and character span for each example, answer ignored; passages cut at 512 tokens."""
    bare = [Example(e.question, e.passage, -1, -1) for e in examples]
    encoded = [e for e in encode(tokenizer, bare, 512) if e]
    found: list[tuple[float, int, int]] = [(0.0, 0, 0)] * len(encoded)
    by_length = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    model.eval()
    with torch.inference_mode():
        for at in range(0, len(by_length), 8):
            rows = by_length[at : at + 8]
            ids, attention, passage, _ = collate([encoded[i] for i in rows])
            for i, logits in zip(rows, model(ids, attention, passage).numpy(), strict=True):
                found[i] = best_span(logits, encoded[i])
    model.train()
    return found


def counterparts(corpus: Corpus, items: Sequence[Item], rng: random.Random) -> list[Example]:
    """Each question on another paragraph that lacks its answers: of the same article where there is one."""
    paragraphs = {item.paragraph: item.title for item in corpus.valid}
    made = []
    for item in items:
        others = [p for p in paragraphs if p != item.paragraph]
        others = [p for p in others if not any(a in corpus.paragraphs[p] for a in item.answers)]
        same = [p for p in others if paragraphs[p] == item.title]
        made.append(Example(item.example.question, corpus.paragraphs[rng.choice(same or others)], -1, -1))
    return made


def validate(model: SpanReader, tokenizer: Tokenizer, corpus: Corpus) -> dict[str, float]:
    """Scores on a fixed part of DRCD valid and on invented reports of held-out templates."""
    rng = random.Random(7)  # noqa: S311
    items = rng.sample(corpus.valid, VALIDATION_QUESTIONS)
    gold = predict(model, tokenizer, [i.example for i in items])
    none = predict(model, tokenizer, counterparts(corpus, items, rng))
    texts = [i.example.passage[a:b] for i, (_, a, b) in zip(items, gold, strict=True)]
    sampler = Sampler(corpus, 7)
    invented = [e for _ in range(80) for e in sampler.invented(held_out=True)]
    read = predict(model, tokenizer, invented)
    pairs = list(zip(invented, read, strict=True))
    right = [float((a, b) == (e.start, e.end)) for e, (_, a, b) in pairs if e.start >= 0]
    positive, negative = [m for m, _, _ in gold], [m for m, _, _ in none]
    return {
        "em": sum(exact(t, i.answers) for t, i in zip(texts, items, strict=True)) / len(items),
        "f1": sum(f1(t, i.answers) for t, i in zip(texts, items, strict=True)) / len(items),
        "auroc": auroc(positive, negative),
        "refused": refusal_recall(positive, negative),
        "figures_em": sum(right) / len(right),
        "figures_auroc": auroc(
            [m for e, (m, _, _) in pairs if e.start >= 0], [m for e, (m, _, _) in pairs if e.start < 0]
        ),
    }


def groups(model: SpanReader, rate: float) -> list[dict[str, object]]:
    """Parameters with their learning rates, lower for lower layers; the lowest stay as they are."""
    for frozen in (model.words, model.norm, *model.layers[:FROZEN_LAYERS]):
        frozen.requires_grad_(False)
    model.positions.requires_grad_(False)
    layers = [
        {"params": list(layer.parameters()), "peak": rate * LAYER_RATE ** (LAYERS - 1 - i), "lr": 0.0}
        for i, layer in enumerate(model.layers)
        if i >= FROZEN_LAYERS
    ]
    return [*layers, {"params": list(model.head.parameters()), "peak": rate * HEAD_SHARE, "lr": 0.0}]


class Run:
    """A model in training: what a checkpoint holds."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.out: Path = arguments.out
        self.steps: int = arguments.steps
        self.bf16: bool = arguments.bf16
        if arguments.start:
            state = torch.load(arguments.start)["model"]
            self.model = SpanReader(len(state["words.weight"]), arguments.dropout)
            self.model.load_state_dict(state)
        else:
            self.model = from_encoder(arguments.base / "model.safetensors", arguments.dropout)
        self.optimizer = torch.optim.AdamW(groups(self.model, arguments.rate), weight_decay=DECAY, fused=True)
        self.step, self.loss = 0, 0.0
        checkpoint = self.out / "checkpoint.pt"
        if checkpoint.exists():
            state = torch.load(checkpoint)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.loss = state["step"], state["loss"]

    def learn(self, batch: Batch) -> None:
        """One step of the optimizer."""
        factor = rate_factor(self.step / self.steps)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        loss = loss_of(self.model, batch, self.bf16)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self.optimizer.step()
        self.step += 1
        self.loss = 0.98 * self.loss + 0.02 * loss.item() if self.loss else loss.item()

    def save(self) -> None:
        """Writes the checkpoint so that a kill leaves the previous one."""
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        partial = self.out / "checkpoint.partial"
        torch.save(state | {"step": self.step, "loss": self.loss}, partial)
        partial.replace(self.out / "checkpoint.pt")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--base", "--data", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--articles", type=Path, help="folder of written articles with questions")
    parser.add_argument("--start", type=Path, help="weights of an earlier run to go on from")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--cmrc", type=float, default=1.0, help="share of CMRC that is seen in a pass")
    parser.add_argument("--drcd", type=int, default=2, help="times DRCD is seen in a pass")
    parser.add_argument("--invented", type=float, default=0.25, help="invented reports per real question")
    parser.add_argument("--written", type=int, default=2, help="times written articles are seen, likewise")
    parser.add_argument("--rate", type=float, default=RATE, help="of the highest layer, at its peak")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--bf16", action="store_true", help="faster with AMX, slower without it")
    parser.add_argument("--threads", type=int, help="fixed number; by default 1 or 2, whichever is faster")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Trains until the steps are done, then writes `final.pt`."""
    asked = arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    threads = Threads(asked.threads)
    torch.manual_seed(asked.seed)
    corpus = Corpus(asked.data)
    tokenizer = Tokenizer.from_file(str(asked.base / "tokenizer.json"))
    run = Run(asked)
    sampler = Sampler(corpus, asked.seed + run.step)
    passes = chain.from_iterable(epoch(sampler, tokenizer, asked) for _ in count())
    begun = time.monotonic()
    with (asked.out / "log.jsonl").open("a", buffering=1) as log:

        def note(**values: object) -> None:
            log.write(
                json.dumps({"step": run.step, "seconds": round(time.monotonic() - begun)} | values) + "\n"
            )

        for batch in islice(passes, asked.steps - run.step):
            clock = time.monotonic()
            run.learn(batch)
            threads.took(sum(len(e.ids) for unit in batch for e in unit), time.monotonic() - clock)
            if run.step % 20 == 0:
                note(loss=round(run.loss, 4), speed=threads.speeds)
            if run.step % VALIDATION_STEPS == 0:
                note(**validate(run.model, tokenizer, corpus))
            if run.step % CHECKPOINT_STEPS == 0:
                run.save()
        torch.save({"model": run.model.state_dict(), "step": run.step}, asked.out / "final.pt")
        note(**validate(run.model, tokenizer, corpus))


if __name__ == "__main__":
    main()
