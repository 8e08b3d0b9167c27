"""The prompts of `prompts_llm.toml`, filled in; what comes from articles and people goes in as plain data."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from rag.remote import Message
from rag.schema import Turn
from rag.sources import Source
from rag.text import Language, fold
from rag.untrusted import visible

_MARKUP = str.maketrans("<>", "＜＞")
_ANY_MARK = re.compile(r"[\[【［]([\d \t,，、]{1,24})[\]】］]")
TURNS = 4
"""Earlier exchanges that a follow-up is completed from."""
TURN_CHARS = 300
REPEATED = 12
"""Letters and characters in a row that are no accident."""


def answering(
    asked_in: Language, question: str, sources: Sequence[Source], findings: Sequence[str]
) -> list[Message]:
    """Numbered sentences, article by article with title and date, the reader's findings and the question."""
    words = prompts(asked_in)
    user = words["user"].format(
        sources="\n".join(_numbered(sources)),
        findings="\n".join(data(one) for one in findings) or "-",
        question=data(question),
    )
    return [("system", words["system"].strip()), ("user", user.strip())]


def repairing(asked_in: Language, asked: Sequence[Message], sentence: str, part: str) -> list[Message]:
    """The same evidence, with one sentence that it does not support and the part that is wrong."""
    words = prompts(asked_in)
    return [*asked, ("user", words["repair"].format(sentence=data(sentence), part=data(part or sentence)))]


def rewriting(asked_in: Language, question: str, history: Sequence[Turn]) -> list[Message]:
    """The last exchanges and the question that leaves something out."""
    words = prompts(asked_in)
    said = [f"Q: {data(t.question)}\nA: {data(t.answer)[:TURN_CHARS]}" for t in history[-TURNS:]]
    user = words["rewrite"].format(history="\n".join(said), question=data(question))
    return [("system", words["rewrite_system"]), ("user", user)]


def note(asked_in: Language, name: str, number: int = 0, reason: str = "") -> str:
    """What the engine says of its own work."""
    words = prompts(asked_in)
    return str(words["notes"][name].format(number=number, reason=words["reasons"].get(reason, "")))


def declines(sentence: str) -> bool:
    """Whether a model says, as it was told to, that the sentences hold no answer."""
    said = fold(sentence)
    return any(fold(words["declines"]) in said for words in _file().values())


def repeats_prompt(sentence: str) -> bool:
    """Whether a sentence holds a stretch of our own instructions, in whichever language."""
    said, told = (
        _bare(sentence),
        "\n".join(_bare(words["system"] + words["rewrite_system"]) for words in _file().values()),
    )
    return any(said[at : at + REPEATED] in told for at in range(len(said) - REPEATED + 1))


def _bare(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())


def prompts(asked_in: Language) -> dict[str, Any]:
    """All words of one language."""
    return _file()[asked_in]


def data(text: str) -> str:
    """Third-party text in one line that cannot end its block or pass for a mark or a turn of the
    conversation."""
    return _ANY_MARK.sub(r"(\1)", visible(text).translate(_MARKUP))


@cache
def _file() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("rag").joinpath("prompts_llm.toml").read_text("utf-8"))


def _numbered(sources: Sequence[Source]) -> list[str]:
    lines = []
    shown: tuple[str, object] | None = None
    for number, source in enumerate(sources, 1):
        if shown != (source.evidence.document_id, source.heading):
            shown = (source.evidence.document_id, source.heading)
            day = source.published.isoformat() if source.published else ""
            lines.append(
                "# " + " · ".join(data(part) for part in (source.title, day, *source.heading) if part)
            )
        lines.append(f"[{number}] {data(source.text)}")
    return lines
