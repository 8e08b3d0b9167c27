"""Example questions drawn from the indexed articles: 「A 的 B 為 12%」 lets one ask 「A 的 B 是多少?」."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from rag.schema import Document
from rag.text import HAN, fold, is_name, sentences

# Matched against folded text: Simplified, half width.
_STATEMENT = re.compile(
    rf"(?:^|[,，、。:：;；\s])(?P<subject>(?:[a-z][a-z0-9.-]+|[{HAN}]){{2,8}}?)的(?P<attribute>[{HAN}]{{2,8}}?)"
    r"则?(?:分别|依次|各|约|已)?(?:为|是|达到?|增至|升至|降至)[约近逾超]?\s*\d"
)
_YEAR = re.compile(r"[12]\d{3}(?= ?年)")


def example_questions(documents: Iterable[Document], most: int = 4) -> list[str]:
    """Up to `most` different questions that the articles answer with a figure."""
    found = (question for document in documents for question in _questions(document))
    return list(islice(dict.fromkeys(found), most))


def _questions(document: Document) -> Iterator[str]:
    folded = fold(document.text)
    for block in document.blocks:
        for left, right in sentences(document.text[block.start : block.end]):
            start, end = block.start + left, block.start + right
            for match in _STATEMENT.finditer(folded, start, end):
                subject, attribute = (document.text[slice(*match.span(g))] for g in ("subject", "attribute"))
                if not is_name(subject):
                    continue
                years = _YEAR.findall(folded, start, match.start("subject"))
                year = f" {years[-1]} 年" if years else ""
                yield f"{subject}{year}的{attribute}是多少?"
