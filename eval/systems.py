"""Anybody else's system under the same metrics: a function that answers, or a file of its answers.

A file has one JSON object a line:
`{"set": …, "id" or "question": …, "answer": …, "short"?, "refused"?, "confidence"?, "citations"?}`, where
`answer` may hold [n] marks, n counting the `citations`, each `{"quote": …, "document"?: …}`, from 1.
`refused` is false unless given, `confidence` then 1, and 0 for what is refused.
"""

import importlib
import inspect
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.dataset import Question
from rag import Answer, Citation, Turn

LONGEST_TEXT = 20_000
"""Characters of an answer or a quote in a file."""
ENGINE = "file"

Key = tuple[str, tuple[Turn, ...]]


def load_system(name: str) -> Callable[..., Answer]:
    """The function "module:function", which takes (question), or (question, history) for follow-ups.

    What it returns is checked to be an `Answer`; its time is taken where it does not tell it.
    Raises ValueError for what is not to be found, or does not take a question.
    """
    module_name, _, function_name = name.partition(":")
    if not (module_name and function_name.isidentifier()):
        raise ValueError(f"{name!r} does not name a system; write it as module:function")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise ValueError(
            f"cannot import {module_name} ({error}); it must be installed or in this folder"
        ) from error
    function = getattr(module, function_name, None)
    if function is None:
        near = ", ".join(n for n, f in vars(module).items() if inspect.isfunction(f) and n[0] != "_")
        raise ValueError(f"{module_name} has no {function_name}; its functions: {near or 'none'}")
    if not callable(function):
        raise ValueError(f"{name} is a {type(function).__name__}; name a function that takes a question")
    return _checked(function, name)


@dataclass(frozen=True, slots=True)
class FileAnswers:
    """A system that answers the questions of one set from a file; to what is missing there it says ""."""

    answers: Mapping[Key, Answer]
    missing: tuple[str, ...]
    """Ids of the questions that the file does not answer."""

    def __call__(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer of the file."""
        return self.answers.get((question, tuple(history))) or _answer(question, "", (), refused=False)


def answers_file(path: Path, set_name: str, questions: Sequence[Question]) -> FileAnswers:
    """The answers of a file (see the module) to the questions of one set; rows of other sets are left alone.

    Raises ValueError that names the line: for one that is not an answer, a second answer to a question, or
    the text of several questions (follow-ups) without the id.
    """
    known = {("id", q.id): q for q in questions} | {("question", q.question): q for q in questions}
    texts = Counter(question.question for question in questions)
    found: dict[str, Answer] = {}
    for where, row in _rows(path):
        if row.get("set") != set_name:
            continue
        key = "id" if "id" in row else "question"
        asked = known.get((key, _text(where, row, key)))
        if asked is None:
            continue  # a run may ask fewer questions than the file answers
        if key == "question" and texts[asked.question] > 1:
            raise ValueError(f"{where} could answer several questions; give the id")
        if asked.id in found:
            raise ValueError(f"{where} answers {asked.id} a second time; keep one answer")
        found[asked.id] = _parsed(where, row, asked.question)
    return FileAnswers(
        {(q.question, q.history): found[q.id] for q in questions if q.id in found},
        tuple(question.id for question in questions if question.id not in found),
    )


def _checked(function: Callable[..., Any], name: str) -> Callable[..., Answer]:
    takes_history = "history" in inspect.signature(function).parameters
    try:
        inspect.signature(function).bind("", **({"history": ()} if takes_history else {}))
    except TypeError as error:
        raise ValueError(f"{name} must take (question) or (question, history): {error}") from error

    def answer(question: str, history: Sequence[Turn] = ()) -> Answer:
        start = time.perf_counter()
        given = function(question, history=history) if takes_history else function(question)
        if not isinstance(given, Answer):
            raise ValueError(f"{name} returned a {type(given).__name__}; it must return a rag.Answer")
        return replace(given, timings={"total": time.perf_counter() - start, **given.timings})

    return answer


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        where = f"{path.name}:{number}"
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{where} is not a JSON object ({error}); write one answer a line") from error
        if not (isinstance(row, dict) and "set" in row and ("id" in row or "question" in row)):
            raise ValueError(f"{where} does not say what it answers; give set, and id or question")
        yield where, row


def _parsed(where: str, row: Mapping[str, Any], question: str) -> Answer:
    refused, given = row.get("refused", False), row.get("citations", [])
    if type(refused) is not bool:
        raise ValueError(f"{where}: refused must be true or false, not {refused!r}")
    confidence = row.get("confidence", 0.0 if refused else 1.0)
    if type(confidence) not in (int, float) or not 0 <= confidence <= 1:
        raise ValueError(f"{where}: confidence must be between 0 and 1, not {confidence!r}")
    if not (isinstance(given, list) and all(isinstance(one, dict) for one in given)):
        raise ValueError(f"{where}: citations must be a list of objects with a quote")
    text, order = _numbered(_text(where, row, "answer"), len(given))
    citations = tuple(_citation(where, n, given[at]) for n, at in enumerate(order, 1))
    short = None if row.get("short") is None else _text(where, row, "short")
    return replace(_answer(question, text, citations, refused), short=short, confidence=float(confidence))


def _numbered(text: str, count: int) -> tuple[str, list[int]]:
    """The text with its marks numbered by first use, and the citations in that order.

    A mark without a citation becomes (n), so that it does not pass for support.
    """
    marked = [int(n) - 1 for n in re.findall(r"\[(\d{1,4})\]", text)]
    order = list(dict.fromkeys([at for at in marked if 0 <= at < count] + list(range(count))))

    def renumbered(mark: re.Match[str]) -> str:
        at = int(mark[1]) - 1 if len(mark[1]) <= 4 else -1
        return f"[{order.index(at) + 1}]" if at in order else f"({mark[1]})"

    return re.sub(r"\[(\d+)\]", renumbered, text), order


def _citation(where: str, number: int, given: Mapping[str, Any]) -> Citation:
    """Offsets count within the quote: where it stands in the document the file does not say."""
    quote = _text(where, given, "quote")
    if not quote.strip():
        raise ValueError(f"{where}: a citation must quote something")
    document = _text(where, given, "document") if "document" in given else ""
    return Citation(number, quote, document, document, document, None, 0, len(quote))


def _text(where: str, row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError(f"{where}: {key} must be a text of at most {LONGEST_TEXT} characters")
    return value


def _answer(question: str, text: str, citations: tuple[Citation, ...], refused: bool) -> Answer:
    return Answer(
        text=text,
        short=None,
        refused=refused,
        citations=citations,
        query=question,
        hits=(),
        confidence=0.0,
        engine=ENGINE,
        timings={"total": 0.0},
    )
