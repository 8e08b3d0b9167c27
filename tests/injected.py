"""Wrong sentences made of right ones: a number, a year or a name swapped, a citation moved."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ingest.derive import derive
from rag.catalog import Catalog
from rag.ground import Evidence
from rag.marks import CitedSentence
from rag.schema import Block, Chunk, Document
from rag.sources import Source
from rag.text import tokens
from tests.paths import ROOT

FILE = ROOT / "tests" / "data" / "verify.jsonl"
NUMBER = re.compile(r"(?<![\d.,A-Za-z-])\d[\d,]*(?:\.\d+)?(?![\d年]| ?[年月日季])")
YEAR = re.compile(r"(?<![\d.,])20\d\d(?!\d)")


@dataclass(frozen=True)
class Case:
    """A sentence over the sentences of one article; `kind` says how it is wrong, "" that it is right."""

    question: str
    sentence: CitedSentence
    sources: tuple[Source, ...]
    kind: str


def articles() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def sources(article: dict[str, Any]) -> tuple[Source, ...]:
    title, day = article["title"], date.fromisoformat(article["published"])
    text = "".join(article["sentences"])
    listed = derive(
        Document("a", text, title, "", article["published"], None, "zh-Hant", (Block(0, len(text)),))
    )
    made, before, at = [], "", 0
    for text in article["sentences"]:
        said = tuple(one.text for one in listed if one.kind == "list" and at <= one.start < at + len(text))
        made.append(Source(Evidence("a", at, at + len(text), text), title, day, before=before, said=said))
        before, at = before + text, at + len(text)
    return tuple(made)


def right() -> Iterator[Case]:
    for article in articles():
        for answer in article["answers"]:
            yield Case(
                answer["question"],
                CitedSentence(answer["text"], tuple(answer["cited"])),
                sources(article),
                "",
            )


def wrong(seed: int = 7) -> Iterator[Case]:
    """Every right sentence with each error that it can hold; half of the swaps take what the article says
    elsewhere."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for article in articles():
        held, everything = sources(article), "".join(article["sentences"])
        for answer in article["answers"]:
            text, cited = answer["text"], tuple(answer["cited"])
            swaps = {
                "number": _swapped(text, NUMBER, NUMBER.findall(everything), chance),
                "year": _swapped(text, YEAR, YEAR.findall(everything), chance),
                "name": _renamed(text, article["names"], chance),
            }
            for kind, swapped in swaps.items():
                if swapped:
                    yield Case(answer["question"], CitedSentence(swapped, cited), held, kind)
            moved = chance.choice([n for n in range(1, len(held) + 1) if n not in cited])
            yield Case(answer["question"], CitedSentence(text, (moved,)), held, "moved")


def _swapped(text: str, pattern: re.Pattern[str], others: list[str], chance: random.Random) -> str | None:
    found = list(pattern.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    elsewhere = [other for other in others if other not in text]
    new = chance.choice(elsewhere) if elsewhere and chance.random() < 0.5 else _nudged(match.group(), chance)
    return text[: match.start()] + new + text[match.end() :]


def _nudged(number: str, chance: random.Random) -> str:
    """The number with one digit changed."""
    at = chance.choice([i for i, c in enumerate(number) if c.isdigit()][-2:])
    new = chance.choice([d for d in "123456789" if d != number[at]])
    return number[:at] + new + number[at + 1 :]


def _renamed(text: str, names: list[str], chance: random.Random) -> str | None:
    held = [name for name in names if name in text]
    if not held:
        return None
    others = [name for name in names if name not in text]
    new = (
        chance.choice(others) if chance.random() < 0.5 else chance.choice(["褚懷遠", "澄岬實業", "Veltrano"])
    )
    return text.replace(chance.choice(held), new, 1)


def filled(catalog: Catalog) -> Catalog:
    """The catalog with all invented articles in it, so that their words are known."""
    for number, article in enumerate(articles()):
        name, text = str(number), "".join(article["sentences"])
        block, chunk = Block(0, len(text)), Chunk(name, name, 0, len(text), text, ())
        document = Document(name, text, article["title"], "", article["published"], None, "zh-Hant", (block,))
        with catalog.transaction():
            catalog.put(name, document, [chunk], [" ".join(tokens(text))], np.ones((1, 2)), [])
    return catalog
