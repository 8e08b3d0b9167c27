"""`python -m eval`: ask the questions, print a table, keep the run with its report; or compare runs."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval import check, report
from eval.ablation import ablate
from eval.compare import compare, render
from eval.dataset import Question, QuestionSet, article_set, foreign_set, fresh_set
from eval.feedback import write_candidates
from eval.record import RUNS, record, save
from eval.rgb import evaluate_rgb, load_rgb
from eval.run import Progress, Report, evaluate_set
from eval.squad import evaluate_squad, load_squad
from eval.systems import answers_file, load_system
from rag import Settings
from rag.errors import RagError

SETS = {"article": article_set, "foreign": foreign_set, "fresh": fresh_set}
README = Path(__file__).resolve().parents[1] / "README.md"
PUBLISHED = README.with_name("docs") / "evaluation.json"
CANDIDATES = RUNS / "candidates.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0; 1 for an error, which is printed, and for a score below what is expected."""
    options = _parser().parse_args(arguments)
    try:
        if options.compare:
            print(render(compare(*(json.loads(Path(path).read_text("utf-8")) for path in options.compare))))
            return 0
        if options.from_feedback is not None:
            return _candidates(options.from_feedback or Settings().home / "feedback.jsonl")
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
    parser.add_argument("--ablation", action="store_true", help="also measure each kind of retrieval alone")
    parser.add_argument("--check", action="store_true", help="fail when a score is below eval/expected.toml")
    parser.add_argument(
        "--readme", action="store_true", help="put the table into README.md, and its scores into docs/"
    )
    parser.add_argument("--system", metavar="MODULE:FUNCTION", help="measure answer(question[, history])")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="measure answers of a jsonl file")
    parser.add_argument("--squad", type=Path, metavar="FILE", help="measure on a SQuAD-shaped file instead")
    parser.add_argument("--rgb", type=Path, metavar="FILE", help="measure on a jsonl file of RGB instead")
    parser.add_argument(
        "--compare", nargs=2, metavar=("A", "B"), help="two run files: what flipped, p-values"
    )
    parser.add_argument(
        "--from-feedback",
        nargs="?",
        type=Path,
        const="",
        metavar="FILE",
        help=f"turn the thumbs of the chat page into questions for review, {CANDIDATES.name}",
    )
    return parser


def _run(options: argparse.Namespace) -> int:
    settings = Settings(engine=options.engine) if options.engine else Settings()
    reports, ablation = _public(options, settings), []
    for name in [] if reports else options.set or SETS:
        question_set = SETS[name]()
        asked = [q for q in question_set.questions if options.split in (None, q.split)][: options.limit]
        here = dataclasses.replace(settings, home=RUNS / "index" / name)
        reports.append(_evaluated(question_set, asked, here, options))
        if options.ablation:
            ablation += ablate(question_set, asked, here)
    run = record(reports, settings, ablation)
    path = save(run)
    path.with_suffix(".html").write_text(report.html(run), "utf-8")
    path.with_suffix(".md").write_text(report.markdown(run), "utf-8")
    print(report.readme_table(run))
    for row in ablation:
        print(
            f"{row['name']:<40} {row['metric']:<10} {row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
        )
    print(f"run: {path}\nreport: {path.with_suffix('.html')}")
    if options.readme:
        _publish(run)
    return _checked(run) if options.check else 0


def _public(options: argparse.Namespace, settings: Settings) -> list[Report]:
    """Reports on the public sets that were named, each with an index of its own."""
    reports = []
    if options.squad:
        home = RUNS / "index" / f"squad-{options.squad.stem}"
        reading = load_squad(options.squad, home)
        asked = reading.question_set.questions[: options.limit]
        here = dataclasses.replace(settings, home=home)
        reports.append(evaluate_squad(reading, asked, here, progress=_progress(reading.question_set.name)))
    if options.rgb:
        name, questions = options.rgb.stem, load_rgb(options.rgb)[: options.limit]
        home = RUNS / "index" / f"rgb-{name}"
        reports.append(evaluate_rgb(name, questions, home, settings, progress=_progress(name)))
    return reports


def _progress(name: str) -> Progress:
    def show(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\r{name}: {done}/{total}", end=end, file=sys.stderr, flush=True)

    return show


def _evaluated(
    question_set: QuestionSet, asked: Sequence[Question], settings: Settings, options: argparse.Namespace
) -> Report:
    system = None
    if options.system:
        system = load_system(options.system)
    elif options.answers:
        system = answers_file(options.answers, question_set.name, asked)
        if system.missing:
            print(f"{question_set.name}: no answer to {', '.join(system.missing)}", file=sys.stderr)
    return evaluate_set(question_set, asked, settings, system, _progress(question_set.name))


def _publish(run: dict[str, Any]) -> None:
    """Put the table into the README, and the scores it is made of beside it in docs/."""
    text = report.insert_table(README.read_text("utf-8"), report.readme_table(run))
    README.write_text(text, "utf-8")
    outcomes = [{"set": outcome["set"]} for outcome in run["outcomes"]]
    scores = {"run": run["run"], "outcomes": outcomes, "scores": run["scores"], "curves": {}}
    PUBLISHED.write_text(json.dumps(scores, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _checked(run: dict[str, Any]) -> int:
    lines = check.check(run)
    print(check.render(lines))
    return int(not all(line.ok for line in lines))


def _candidates(feedback: Path) -> int:
    count = write_candidates(feedback, CANDIDATES)
    print(f"{count} questions for review: {CANDIDATES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
