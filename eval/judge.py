"""One answer against what a right answer must hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from eval.dataset import Question
from eval.metrics import citation_scores, key_match
from rag import Answer

Span = tuple[str, int, int]

BARE_ANSWER_TYPES = frozenset({"fact", "list_figure", "date", "person", "metadata", "follow_up"})
"""Where there is a bare answer it is what is judged; other types are judged by all that was said."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one answer did."""

    right: bool
    """Correct, or refused where the documents do not answer."""
    correct: bool
    """Holds an acceptable alternative of every group; False for unanswerable questions."""
    cited: bool | None
    """Every gold quote is touched by a citation; None where there is nothing to cite or nothing was said."""
    refused: bool
    why: str
    citation_precision: float | None
    citation_recall: float | None
    ranks: tuple[int | None, ...]
    """Of each gold quote, the 1-based rank of the first retrieved passage that holds it, or None.

    Empty for questions about title, date and source, which stand in no passage.
    """

    @property
    def rank(self) -> int | None:
        """Rank of the first passage that holds gold evidence."""
        return min((rank for rank in self.ranks if rank), default=None)


def judge(question: Question, answer: Answer, texts: Mapping[str, str]) -> Verdict:
    """The verdict on `answer`; `texts` are the articles by file name, in which quotes are looked up."""
    gold = [_located(quote, question.article, texts, "gold") for quote in question.evidence]
    if not question.answerable:
        why = "" if answer.refused else "answered what the documents do not say"
        return Verdict(answer.refused, False, None, answer.refused, why, None, None, ())
    retrievable = question.evidence if question.type != "metadata" else ()
    ranks = tuple(_rank(quote, answer) for quote in retrievable)
    if answer.refused:
        why = "refused" if any(ranks) else "refused; the evidence was not retrieved"
        return Verdict(False, False, None, True, why, None, None, ranks)
    correct = key_match(_judged_text(question, answer), question.answers)
    quoted = [_located(c.quote, question.article, texts, "cited") for c in answer.citations]
    scores = citation_scores(quoted, gold)
    cited = scores.recall == 1.0
    return Verdict(
        right=correct,
        correct=correct,
        cited=cited,
        refused=False,
        why=_reason(correct, cited, any(ranks)),
        citation_precision=scores.precision,
        citation_recall=scores.recall or 0.0,
        ranks=ranks,
    )


def _judged_text(question: Question, answer: Answer) -> str:
    if answer.short and question.type in BARE_ANSWER_TYPES:
        return answer.short
    return f"{answer.short or ''}\n{answer.text}"


def _reason(correct: bool, cited: bool, retrieved: bool) -> str:
    if correct and cited:
        return ""
    wrong = "right, but other sentences are cited" if correct else "the expected answer is not in it"
    return wrong if retrieved else f"{wrong}; the evidence was not retrieved"


def _located(quote: str, article: str, texts: Mapping[str, str], kind: str) -> Span:
    """Where a quote stands: in the article that holds the answer, else in any other, else nowhere.

    Nowhere is another place for each kind, so that quotes found in no text never count as overlapping.
    """
    for name in (article, *texts):
        at = texts.get(name, "").find(quote)
        if at >= 0:
            return name, at, at + len(quote)
    return f"nowhere ({kind})", 0, max(1, len(quote))


def _rank(quote: str, answer: Answer) -> int | None:
    """A long quote may be spread over several passages; the first that holds a part of it counts."""
    passages = (hit.chunk.text for hit in answer.hits)
    return next((n for n, text in enumerate(passages, 1) if quote in text or text in quote), None)
