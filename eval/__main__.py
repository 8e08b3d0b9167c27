"""`python -m eval`: ask the questions, print a table, keep the run with its report; or compare runs."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from eval import report
from eval.compare import compare, render
from eval.dataset import Question, QuestionSet, article_set, foreign_set
from eval.record import RUNS, record, save
from eval.run import Report, evaluate_set
from rag import Settings
from rag.errors import RagError

SETS = {"article": article_set, "foreign": foreign_set}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, or 1 for an error, which is printed."""
    options = _parser().parse_args(arguments)
    try:
        if options.compare:
            print(render(compare(*(json.loads(Path(path).read_text("utf-8")) for path in options.compare))))
            return 0
        return _run(options)
    except (RagError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval", description="Measure how often answers are right."
    )
    parser.add_argument("--set", action="append", choices=SETS, help="question set (default: all)")
    parser.add_argument("--split", choices=["dev", "held"], help="only this half of the questions")
    parser.add_argument("--engine", help="engine to measure (default: RAG_ENGINE)")
    parser.add_argument("--limit", type=int, help="at most so many questions of each set")
    parser.add_argument(
        "--compare", nargs=2, metavar=("A", "B"), help="two run files: what flipped, p-values"
    )
    return parser


def _run(options: argparse.Namespace) -> int:
    settings = Settings(engine=options.engine) if options.engine else Settings()
    reports = []
    for name in options.set or SETS:
        question_set = SETS[name]()
        asked = [q for q in question_set.questions if options.split in (None, q.split)][: options.limit]
        reports.append(_evaluated(question_set, asked, settings))
    run = record(reports, settings)
    path = save(run)
    path.with_suffix(".html").write_text(report.html(run), "utf-8")
    path.with_suffix(".md").write_text(report.markdown(run), "utf-8")
    print(report.readme_table(run))
    print(f"run: {path}\nreport: {path.with_suffix('.html')}")
    return 0


def _evaluated(question_set: QuestionSet, asked: Sequence[Question], settings: Settings) -> Report:
    home = RUNS / "index" / question_set.name

    def progress(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\r{question_set.name}: {done}/{total}", end=end, file=sys.stderr, flush=True)

    return evaluate_set(question_set, asked, dataclasses.replace(settings, home=home), progress=progress)


if __name__ == "__main__":
    sys.exit(main())
