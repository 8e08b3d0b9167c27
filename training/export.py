"""From a checkpoint to the shipped folder: ONNX, int8, tokenizer. Needs the package `onnx`, which the product
does not. `python -m training.export --base FOLDER --checkpoint FILE --out FOLDER`"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.model import SpanReader

OPSET = 17
UNCALIBRATED = {"slope": 1.0, "offset": 0.0, "least": 0.5}


class Exported(nn.Module):
    """The network as it is shipped: the passage is told apart outside."""

    def __init__(self, reader: SpanReader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, attention: Tensor) -> Tensor:
        """(batch, tokens) twice → (batch, 2, tokens)."""
        return self.reader.logits(ids, attention)


def load(checkpoint: Path) -> SpanReader:
    """The trained network in float32."""
    state = torch.load(checkpoint, map_location="cpu")["model"]
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
        op_types_to_quantize=["MatMul", "Gather"], nodes_to_exclude=kept,
    )  # fmt: skip


def main() -> None:
    """Writes `model.onnx`, `tokenizer.json` and a neutral `calibration.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--base", "--checkpoint", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument(
        "--fp32", type=Path, help="keep the float32 model in this folder too, to compare with"
    )
    parser.add_argument("--keep", nargs="*", default=[], help="matrix products to leave in float32")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "model.onnx"
        export(load(arguments.checkpoint), full)
        quantise(full, arguments.out / "model.onnx", arguments.keep)
        if arguments.fp32:
            arguments.fp32.mkdir(parents=True, exist_ok=True)
            shutil.copy(full, arguments.fp32 / "model.onnx")
    for target in filter(None, (arguments.out, arguments.fp32)):
        shutil.copy(arguments.base / "tokenizer.json", target)
        (target / "calibration.json").write_text(json.dumps(UNCALIBRATED) + "\n")


if __name__ == "__main__":
    main()
