"""`python -m rag "question"`: one answer; without a question, a conversation."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rag import Answer, Pipeline, Settings, Turn
from rag.errors import QuestionError, RagError

CONVERSATION_HINT = "問題 / question (an empty line ends): "


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 for an answer or a refusal, 1 for an error, which is printed."""
    parser = argparse.ArgumentParser(
        prog="python -m rag", description="Answer questions from the indexed articles."
    )
    parser.add_argument("question", nargs="?", help="without it: a conversation")
    parser.add_argument("--json", action="store_true", help="print the whole Answer as JSON")
    parser.add_argument("--home", type=Path, help="index folder (default: RAG_HOME or data/index)")
    options = parser.parse_args(arguments)
    show = _json if options.json else _words
    try:
        pipeline = Pipeline(Settings(home=options.home) if options.home else Settings())
        if options.question is not None:
            print(show(pipeline.answer(options.question)))
        else:
            _converse(pipeline, show)
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _converse(pipeline: Pipeline, show: Callable[[Answer], str]) -> None:
    history: list[Turn] = []
    while question := _read_line():
        try:
            answer = pipeline.answer(question, history)
        except QuestionError as error:
            print(f"error: {error}", file=sys.stderr)
            continue
        if answer.query != question:
            print(f"→ {answer.query}")
        print(show(answer), end="\n\n")
        history.append(Turn(question, answer.text))


def _read_line() -> str:
    try:
        return input(CONVERSATION_HINT).strip()
    except (EOFError, KeyboardInterrupt):
        return ""


def _words(answer: Answer) -> str:
    lines = [answer.short, ""] if answer.short else []
    lines += [answer.text, ""]
    for c in answer.citations:
        place = " · ".join(part for part in (c.title, c.source, c.published) if part)
        lines.append(f"[{c.number}] {place} ({c.start}–{c.end})")
    lines += [f"({note})" for note in answer.notes]
    lines.append(f"confidence {answer.confidence:.2f} · {answer.engine} · {answer.timings['total']:.2f} s")
    return "\n".join(lines)


def _json(answer: Answer) -> str:
    return json.dumps(dataclasses.asdict(answer), ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.exit(main())
