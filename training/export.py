"""From a checkpoint to the shipped folder: ONNX, int8, tokenizer. Needs the package `onnx`, which the product
does not. `python -m training.export --base FOLDER --data FOLDER --checkpoint FILE --out FOLDER`"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.augment import Example
from training.data import Corpus, Sampler
from training.encode import collate, encode
from training.model import SpanReader

OPSET = 17
UNCALIBRATED = {"slope": 1.0, "offset": 0.0, "least": 0.5}


class RowQuantised(nn.Module):
    """Embeddings as int8 with one scale for each row; a scale for all would cost accuracy."""

    def __init__(self, table: nn.Embedding) -> None:
        super().__init__()
        weight = table.weight.detach()
        scale = weight.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("rows", torch.round(weight / scale).to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        """Rows by id, in float32."""
        vectors: Tensor = self.get_buffer("rows")[ids].float() * self.get_buffer("scale")[ids]
        return vectors


class Levelled(nn.Module):
    """A linear layer made fit for int8, which knows one range for all of its input.

    Channels are brought to like ranges, and the weights the other way (SmoothQuant, Xiao et al. 2023, with a
    strength of one half); then every token is divided by its largest value and the product multiplied by it,
    for the first token's values are a hundred times the others'. Both are exact in real numbers.
    """

    def __init__(self, linear: nn.Linear, largest: Tensor) -> None:
        super().__init__()
        weight = linear.weight.detach()
        scale = (largest.clamp(min=1e-5) / weight.abs().amax(0).clamp(min=1e-5)).sqrt()
        self.register_buffer("shrink", 1 / scale)
        self.register_buffer("bias", linear.bias.detach())
        self.linear = nn.Linear(linear.in_features, linear.out_features, bias=False)
        self.linear.weight = nn.Parameter(weight * scale)

    def forward(self, x: Tensor) -> Tensor:
        """As the layer it replaces."""
        x = x * self.get_buffer("shrink")
        size = x.abs().amax(-1, keepdim=True) + 1e-6
        result: Tensor = self.linear(x / size) * size + self.get_buffer("bias")
        return result


class Exported(nn.Module):
    """The network as it is shipped: the passage is told apart outside."""

    def __init__(self, reader: SpanReader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, attention: Tensor) -> Tensor:
        """(batch, tokens) twice → (batch, 2, tokens)."""
        return self.reader.logits(ids, attention)


def largest_inputs(model: SpanReader, batches: Sequence[tuple[Tensor, Tensor]]) -> dict[str, Tensor]:
    """By linear layer, the largest magnitude of each input channel on some training text."""
    largest: dict[str, Tensor] = {}

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def note(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            seen = inputs[0].abs().flatten(0, 1).amax(0)
            largest[name] = torch.maximum(largest.get(name, seen), seen)

        return note

    hooks = [m.register_forward_pre_hook(watch(n)) for n, m in _linears(model)]
    with torch.inference_mode():
        for ids, attention in batches:
            model.logits(ids, attention)
    for hook in hooks:
        hook.remove()
    return {name: tensor.clone() for name, tensor in largest.items()}


def _linears(model: SpanReader) -> list[tuple[str, nn.Linear]]:
    return [(n, m) for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.startswith("layers")]


def prepare(model: SpanReader, batches: Sequence[tuple[Tensor, Tensor]]) -> None:
    """Makes the network fit for int8, in place."""
    largest = largest_inputs(model, batches)
    for name, linear in _linears(model):
        parent, _, own = name.rpartition(".")
        setattr(model.get_submodule(parent), own, Levelled(linear, largest[name]))
    model.words = RowQuantised(model.words)  # type: ignore[assignment]


def samples(data: Path, tokenizer: Tokenizer, count: int = 160) -> list[tuple[Tensor, Tensor]]:
    """Batches of training text, without padding."""
    sampler = Sampler(Corpus(data), seed=0)
    items = sampler.rng.sample(sampler.corpus.drcd + sampler.corpus.cmrc, count)
    units = [sampler.unit(item) for item in items] + [sampler.invented() for _ in range(count // 4)]
    encoded = encode(tokenizer, [Example(e.question, e.passage, -1, -1) for unit in units for e in unit])
    return [collate([e], exact=True)[:2] for e in encoded if e]


def load(checkpoint: Path, other: Path | None = None, share: float = 0.0) -> SpanReader:
    """The trained network in float32; with `share` of the weights of another one that it was trained from or
    with (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models")."""
    state = torch.load(checkpoint, map_location="cpu")["model"]
    if other:
        blended = torch.load(other, map_location="cpu")["model"]
        state = {name: (1 - share) * value + share * blended[name] for name, value in state.items()}
    model = SpanReader(len(state["words.weight"]))
    model.load_state_dict(state)
    return model.eval()


def export(model: SpanReader, path: Path) -> None:
    """Writes the network with free batch and token axes."""
    example = torch.ones((2, 16), dtype=torch.long)
    axes = {
        "ids": {0: "batch", 1: "tokens"},
        "attention": {0: "batch", 1: "tokens"},
        "logits": {0: "batch", 2: "tokens"},
    }
    torch.onnx.export(
        Exported(model), (example, example), str(path), dynamo=False, opset_version=OPSET,
        input_names=["ids", "attention"], output_names=["logits"], dynamic_axes=axes,
    )  # fmt: skip


def quantise(source: Path, target: Path, kept: list[str]) -> None:
    """Weights to int8, one scale per output channel; activations are quantised while running.

    `kept` names matrix products that stay in float32.
    """
    quantize_dynamic(
        source, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=False,
        op_types_to_quantize=["MatMul"], nodes_to_exclude=kept,
    )  # fmt: skip


def main() -> None:
    """Writes `model.onnx`, `tokenizer.json` and a neutral `calibration.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--base", "--data", "--checkpoint", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument(
        "--fp32", type=Path, help="keep the float32 model in this folder too, to compare with"
    )
    parser.add_argument("--other", type=Path, help="an earlier run, whose weights are averaged in")
    parser.add_argument("--share", type=float, default=0.2, help="of the earlier run's weights")
    parser.add_argument("--keep", nargs="*", default=[], help="matrix products to leave in float32")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "model.onnx"
        model = load(arguments.checkpoint, arguments.other, arguments.share)
        if arguments.fp32:
            arguments.fp32.mkdir(parents=True, exist_ok=True)
            export(model, arguments.fp32 / "model.onnx")
        prepare(model, samples(arguments.data, Tokenizer.from_file(str(arguments.base / "tokenizer.json"))))
        export(model, full)
        quantise(full, arguments.out / "model.onnx", arguments.keep)
    for target in filter(None, (arguments.out, arguments.fp32)):
        shutil.copy(arguments.base / "tokenizer.json", target)
        (target / "calibration.json").write_text(json.dumps(UNCALIBRATED) + "\n")


if __name__ == "__main__":
    main()
