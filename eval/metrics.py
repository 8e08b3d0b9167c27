"""Scores of answers, retrieval, citations and refusals: pure functions on plain values, by the field's names.

None means undefined (a precision where nothing was cited); a question that cannot be put is a ValueError.
"""

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from rag.text import fold, sentences

Span = tuple[str, int, int] | tuple[int, int]
"""(document id, start, end) or, within one document, (start, end); end exclusive."""

_CMRC_MARKS = str.maketrans("", "", "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_CMRC_RUN = r"(?:(?![\u4e00-\u9fa5])[^\W_])+"
_CMRC_SEGMENT = re.compile(rf"[\u4e00-\u9fa5]|{_CMRC_RUN}(?:(?:\.|,(?=\d)){_CMRC_RUN})*|\S")

_AMOUNT = re.compile(r"(?<!\d)\d{1,3}(?:(?:(?<=[0-9]),|(?<=[０-９])，)\d{3})+(?!\d)")
_PIECE = re.compile(r"\d+(?:\.\d+)*|[a-z]+|\S")
_NUMERAL = "〇零一二三四五六七八九十百千两"  # as folded, like the units 万 and 亿
_NOT_AFTER_AMOUNT = rf"(?<![\d{_NUMERAL}][万亿])"
_EDGES = (
    (r"\d", rf"(?<!\d)(?<!\d\.){_NOT_AFTER_AMOUNT}", r"(?!\.?\d)"),
    (f"[{_NUMERAL}]", rf"(?<![\d{_NUMERAL}]){_NOT_AFTER_AMOUNT}", f"(?![{_NUMERAL}万亿])"),
    (rf"[\d{_NUMERAL}][成万亿]+", "", rf"(?![\d{_NUMERAL}万亿])"),
    ("[a-z]", "(?<![a-z])", "(?!(?!(?:e?s|e?d|ing|ly)(?![a-z]))[a-z])"),
)
"""What a key may begin or end with, and then may not stand right before it or right after it."""

Item = TypeVar("Item", bound=Hashable)


def exact_match(prediction: str, references: Collection[str]) -> bool:
    """Whether the prediction equals a reference but for letter case and punctuation (EM).

    As the evaluation script of CMRC 2018 (Cui et al., EMNLP 2019) has it: ASCII , and . and inner white space
    count. Raises ValueError without references.
    """
    _required(references, "references")
    return _cmrc_normal(prediction) in {_cmrc_normal(reference) for reference in references}


def char_f1(prediction: str, references: Collection[str]) -> float:
    """F1 of the longest common *substring* of segments, 0 to 1, of the best reference.

    As the evaluation script of CMRC 2018 (Cui et al., EMNLP 2019) has it: each Chinese character, Latin or
    digit run ("5,926", "glm4.5") and remaining mark is a segment; only English clitics ("don't") and odd runs
    of marks are cut otherwise than by the script's NLTK tokenizer. Raises ValueError without references.
    """
    _required(references, "references")
    return max(_segment_f1(_cmrc_segments(prediction), _cmrc_segments(reference)) for reference in references)


def key_match(text: str, groups: Sequence[Collection[str]]) -> bool:
    """Whether each group has an alternative that stands in the text.

    Width, script, letter case, white space and thousands separators do not count. A match is never part of
    a longer number ("5億" in "1.5億" or "5億3千萬", "三年" in "十三年") nor of another word ("rise" in
    "enterprise"; "increased" meets "increase"). Raises ValueError for no groups or a blank alternative.
    """
    _required(groups, "answer groups (a question without an answer is judged by refusal)")
    folded = _folded(text)
    return all(any(_key(alternative).search(folded) for alternative in group) for group in groups)


def recall_at_k(relevant: Collection[Hashable], ranked: Sequence[Hashable], k: int) -> float:
    """Share of the relevant items among the first k (Manning et al. 2008, ch. 8)."""
    _required(relevant, "relevant items")
    return len(set(relevant) & set(ranked[:k])) / len(set(relevant))


def reciprocal_rank(relevant: Collection[Hashable], ranked: Sequence[Hashable]) -> float:
    """1 / rank of the first relevant item, 0 if there is none; its mean is MRR (Voorhees, TREC-8, 1999)."""
    _required(relevant, "relevant items")
    return next((1 / rank for rank, item in enumerate(ranked, 1) if item in relevant), 0.0)


def ndcg_at_k(
    relevance: Mapping[Item, float] | Collection[Item], ranked: Sequence[Item], k: int = 10
) -> float:
    """Discounted gain over the best possible one, 0 to 1: of grades, or of 1 for each item of a collection.

    Järvelin & Kekäläinen 2002, with discount log2(rank + 1). An item ranked twice counts once.
    """
    _required(relevance, "relevant items")
    grades = dict(relevance) if isinstance(relevance, Mapping) else dict.fromkeys(relevance, 1.0)
    ideal = _discounted(sorted(grades.values(), reverse=True)[:k])
    if ideal <= 0:
        raise ValueError("nDCG needs at least one grade above 0")
    return _discounted([grades.pop(item, 0.0) for item in ranked[:k]]) / ideal


@dataclass(frozen=True, slots=True)
class CitationScores:
    """Shares from 0 to 1."""

    precision: float | None
    """Of the cited spans, those that overlap gold evidence; None when nothing is cited."""
    recall: float | None
    """Of the gold spans, those that a citation overlaps; None when there is no gold evidence."""


def citation_scores(citations: Collection[Span], gold: Collection[Span]) -> CitationScores:
    """Cited spans against gold evidence: overlap by at least one character (cf. Gao et al., ALCE, 2023)."""
    if len({len(span) for span in (*citations, *gold)}) > 1:
        raise ValueError("give a document id with every span or with none")
    cited, evidence = [_located(span) for span in citations], [_located(span) for span in gold]
    return CitationScores(
        precision=_share(any(_overlap(span, other) for other in evidence) for span in cited),
        recall=_share(any(_overlap(span, other) for other in cited) for span in evidence),
    )


def sentence_spans(
    spans: Iterable[tuple[str, int, int]], texts: Mapping[str, str]
) -> set[tuple[str, int, int]]:
    """The whole sentences that the spans touch; `texts` by document id.

    `citation_scores` of cited and gold sentences is sentence-level: quoting half an article costs precision.
    """
    return {
        (document, start, end)
        for document, first, last in spans
        for start, end in sentences(texts[document])
        if start < last and first < end
    }


def quote_exactness(quotes: Iterable[tuple[str, str, int, int]]) -> float | None:
    """Share of the (quote, document text, start, end) where `text[start:end] == quote`; "" quotes nothing."""
    return _share(
        quote != "" and start >= 0 and text[start:end] == quote for quote, text, start, end in quotes
    )


def unsupported_sentence_rate(sentences_with_citation_flags: Iterable[tuple[str, bool]]) -> float | None:
    """Share of the (sentence, carried by a citation) of an answer that no citation carries."""
    return _share(not cited for _, cited in sentences_with_citation_flags)


@dataclass(frozen=True, slots=True)
class RefusalScores:
    """Refusing as detection of unanswerable questions; shares from 0 to 1."""

    precision: float | None
    recall: float | None
    f1: float | None
    false_refusal_rate: float | None
    """Of the answerable questions, those refused."""


def refusal_scores(refused: Sequence[bool], answerable: Sequence[bool]) -> RefusalScores:
    """Precision, recall, F1 for refusing the unanswerable, and how many answerable ones are lost by it."""
    pairs = list(zip(refused, answerable, strict=True))
    both = sum(r and not a for r, a in pairs)
    marked = sum(r for r, _ in pairs) + sum(not a for _, a in pairs)
    return RefusalScores(
        precision=_share(not a for r, a in pairs if r),
        recall=_share(r for r, a in pairs if not a),
        f1=2 * both / marked if marked else None,
        false_refusal_rate=_share(r for r, a in pairs if a),
    )


def percentile(values: ArrayLike, percent: float) -> float:
    """The value that `percent` (0 to 100) of the values do not exceed, interpolated linearly."""
    if np.size(values) == 0:
        raise ValueError("a percentile needs at least one value")
    return float(np.percentile(np.asarray(values, float), percent))


def _required(values: Collection[object], what: str) -> None:
    if not values:
        raise ValueError(f"this metric is undefined without {what}")


def _share(flags: Iterable[bool]) -> float | None:
    values = list(flags)
    return sum(values) / len(values) if values else None


def _cmrc_normal(text: str) -> str:
    return text.lower().strip().translate(_CMRC_MARKS)


def _cmrc_segments(text: str) -> list[str]:
    return _CMRC_SEGMENT.findall(_cmrc_normal(text))


def _segment_f1(prediction: list[str], reference: list[str]) -> float:
    common = SequenceMatcher(None, prediction, reference, autojunk=False).find_longest_match().size
    return 2 * common / (len(prediction) + len(reference)) if common else 0.0


def _folded(text: str) -> str:
    return fold(_AMOUNT.sub(lambda amount: re.sub("[,，]", "", amount.group()), text))


@lru_cache(maxsize=4096)
def _key(alternative: str) -> re.Pattern[str]:
    pieces = _PIECE.findall(_folded(alternative))
    _required(pieces, "a written alternative")
    whole = "".join(pieces)
    before = "".join(left for edge, left, _ in _EDGES if re.match(edge, whole))
    after = "".join(right for edge, _, right in _EDGES if re.search(f"{edge}$", whole))
    return re.compile(before + r"\s*".join(map(re.escape, pieces)) + after)


def _discounted(gains: Sequence[float]) -> float:
    return float(np.sum(np.asarray(gains, float) / np.log2(np.arange(2, len(gains) + 2))))


def _located(span: Span) -> tuple[str, int, int]:
    return ("", *span) if len(span) == 2 else span


def _overlap(a: tuple[str, int, int], b: tuple[str, int, int]) -> bool:
    return a[0] == b[0] and max(a[1], b[1]) < min(a[2], b[2])
