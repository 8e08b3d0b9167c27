"""From the shipped folder back to weights that training can go on from, where the checkpoints are gone: int8
loses less than a step of training moves. Needs the package `onnx`.

`python -m training.restore --model rag/models/reader --out BASE`, then
`python -m training.train --base BASE --start BASE/weights.pt …`"""

import argparse
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from training.model import SpanReader

LEVELLED = ("qkv", "out", "inner", "outer")


def restored(path: Path) -> dict[str, torch.Tensor]:
    """The state of a `SpanReader`, from a file that `training.export` wrote."""
    graph = onnx.load(path).graph
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    state = {
        name.removeprefix("reader."): value for name, value in stored.items() if name.startswith("reader.")
    }
    state["words.weight"] = state.pop("words.rows").astype(np.float32) * state.pop("words.scale")
    for node in graph.node:
        if node.op_type != "MatMulInteger":
            continue
        name = node.input[1].removesuffix("_quantized")
        scale, zero = stored[f"{name}_scale"], stored[f"{name}_zero_point"].astype(np.float32)
        weight = ((stored[node.input[1]].astype(np.float32) - zero) * scale).T
        layer = ".".join(node.name.strip("/").split("/")[:-1]).removeprefix("reader.").removesuffix(".linear")
        shrink = state.pop(f"{layer}.shrink", None)
        state[f"{layer}.weight"] = weight if shrink is None else weight * shrink
    return {name: torch.tensor(np.array(value)) for name, value in state.items()}


def main() -> None:
    """Writes `weights.pt`, a checkpoint without an optimizer's state, and the tokenizer beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--model", "--out"):
        parser.add_argument(name, type=Path, required=True)
    arguments = parser.parse_args()
    state = restored(arguments.model / "model.onnx")
    SpanReader(len(state["words.weight"])).load_state_dict(state)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save({"model": state, "step": 0}, arguments.out / "weights.pt")
    shutil.copy(arguments.model / "tokenizer.json", arguments.out)


if __name__ == "__main__":
    main()
