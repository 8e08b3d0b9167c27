"""The reader's network: e5's BERT encoder and one linear layer for span start and end. Position 0 stands for
"no answer"; the best span's lead over it compares across passages (Devlin et al. 2019, section 4.3)."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 384, 12, 12, 1536, 512
MASKED = -1e4


class Layer(nn.Module):
    """One transformer block with its normalisation after the sum, as in BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
        self.last_norm = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x: (batch, tokens, hidden); mask: (batch, 1, 1, tokens), additive."""
        batch, tokens, _ = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        # Spelled out: on a CPU the backward pass of the fused kernel takes six times as long.
        weights = torch.softmax((q * (HIDDEN // HEADS) ** -0.5) @ k.transpose(-1, -2) + mask.to(q.dtype), -1)
        mixed = weights.to(v.dtype) @ v
        x = self.norm(x + self._dropped(self.out(mixed.transpose(1, 2).reshape(batch, tokens, HIDDEN))))
        return self.last_norm(x + self._dropped(self.outer(F.gelu(self.inner(x)))))

    def _dropped(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training) if self.dropout else x


class SpanReader(nn.Module):
    """Token ids of `<s> question </s></s> passage </s>` → start and end logits by token."""

    def __init__(self, vocabulary: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, HIDDEN)
        self.positions = nn.Parameter(torch.zeros(POSITIONS, HIDDEN))
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.head = nn.Linear(HIDDEN, 2)

    def forward(self, ids: Tensor, attention: Tensor, passage: Tensor) -> Tensor:
        """ids, attention, passage: (batch, tokens) integers, the last two 0 or 1; → (batch, 2, tokens).

        Tokens that neither belong to the passage nor stand for "no answer" get a logit of -10,000.
        """
        return self.logits(ids, attention) + (1.0 - passage[:, None, :].float()) * MASKED

    def logits(self, ids: Tensor, attention: Tensor) -> Tensor:
        """Start and end logits of all tokens, (batch, 2, tokens)."""
        x = self.norm(self.words(ids) + self.positions[: ids.shape[1]])
        mask = (1.0 - attention[:, None, None, :].to(x.dtype)) * MASKED
        for layer in self.layers:
            x = layer(x, mask)
        logits: Tensor = self.head(x).float().transpose(1, 2)
        return logits


def from_encoder(path: Path, dropout: float = 0.0) -> SpanReader:
    """A reader whose encoder holds the weights of a `BertModel`; its head is new."""
    stored = {name: tensor.float() for name, tensor in load_file(path).items()}
    model = SpanReader(len(stored["embeddings.word_embeddings.weight"]), dropout)
    state = model.state_dict()
    state["words.weight"] = stored["embeddings.word_embeddings.weight"]
    types = stored["embeddings.token_type_embeddings.weight"]
    state["positions"] = stored["embeddings.position_embeddings.weight"] + types[0]
    names = {
        "out": "attention.output.dense",
        "norm": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "last_norm": "output.LayerNorm",
    }
    for kind in ("weight", "bias"):
        state[f"norm.{kind}"] = stored[f"embeddings.LayerNorm.{kind}"]
        for i in range(LAYERS):
            layer = f"encoder.layer.{i}"
            qkv = [stored[f"{layer}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            state[f"layers.{i}.qkv.{kind}"] = torch.cat(qkv)
            for ours, theirs in names.items():
                state[f"layers.{i}.{ours}.{kind}"] = stored[f"{layer}.{theirs}.{kind}"]
    model.load_state_dict(state)
    nn.init.normal_(model.head.weight, std=0.02)
    nn.init.zeros_(model.head.bias)
    return model
