"""A run as a file: JSON with settings, versions, commit, every answer and its evidence."""

import dataclasses
import hashlib
import json
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.run import Report, peak_memory_mb
from eval.scores import Outcome, curves
from rag import Settings
from rag.catalog import Catalog
from rag.schema import Citation

RUNS = Path(__file__).with_name("runs")
PACKAGES = ("chromadb", "sentence-transformers", "torch", "jieba", "onnxruntime", "wenju-rag")
MACHINE_SETTINGS = ("home", "cache", "chroma_url")
"""Settings that say where things are, not what is measured."""


def record(reports: Sequence[Report], settings: Settings, ablation: Sequence[Any] = ()) -> dict[str, Any]:
    """The JSON object of a run; the fingerprint is over settings, versions and questions."""
    outcomes = [outcome for report in reports for outcome in report.outcomes]
    measured = {
        key: value for key, value in dataclasses.asdict(settings).items() if key not in MACHINE_SETTINGS
    }
    versions = {package: version(package) for package in PACKAGES}
    asked = [[o.set, o.question.id, o.question.question] for o in outcomes]
    identity = json.dumps([measured, versions, asked], ensure_ascii=False, sort_keys=True)
    return {
        "run": {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "fingerprint": hashlib.sha256(identity.encode()).hexdigest()[:8],
            "commit": _commit(),
            "settings": measured,
            "versions": versions,
            "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
            "engine": settings.engine,
            "sets": list(dict.fromkeys(o.set for o in outcomes)),
            "peak_memory_mb": round(peak_memory_mb(), 1),
        },
        "outcomes": [_outcome(o, report.catalog) for report in reports for o in report.outcomes],
        "scores": [dataclasses.asdict(score) for report in reports for score in report.scores],
        "curves": {report.outcomes[0].set: _curves(report.outcomes) for report in reports},
        "ablation": list(ablation),
    }


def save(run: dict[str, Any], folder: Path = RUNS) -> Path:
    """Write `<time>-<fingerprint>.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = run["run"]["time"].replace(":", "").replace("+0000", "Z")
    path = folder / f"{stamp}-{run['run']['fingerprint']}.json"
    path.write_text(json.dumps(run, ensure_ascii=False, indent=1), "utf-8")
    return path


def _outcome(o: Outcome, catalog: Catalog | None) -> dict[str, Any]:
    question, verdict = dataclasses.asdict(o.question), dataclasses.asdict(o.verdict)
    answer = dataclasses.asdict(o.answer)
    hits = answer.pop("hits")
    return {
        "set": o.set,
        **question,
        "split": o.question.split,
        "answer": answer,
        "hits": [
            {"score": hit["score"], **{k: hit["chunk"][k] for k in ("document_id", "start", "end")}}
            for hit in hits
        ],
        "contexts": [_context(c, catalog) for c in o.answer.citations],
        "verdict": verdict,
        "rank": o.verdict.rank,
    }


def _context(citation: Citation, catalog: Catalog | None) -> dict[str, Any]:
    """The paragraph around a citation."""
    document = catalog.document(citation.document_id) if catalog else None
    if document is None:
        return {"number": citation.number, "before": "", "quote": citation.quote, "after": ""}
    around = document.block_around(citation.start, citation.end)
    return {
        "number": citation.number,
        "before": document.text[around.start : citation.start],
        "quote": citation.quote,
        "after": document.text[citation.end : around.end],
    }


def _curves(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    risk, calibration = curves(outcomes)
    stages = dict.fromkeys(stage for o in outcomes for stage in o.answer.timings)
    return {
        "risk_coverage": [list(point) for point in zip(risk.coverage, risk.risk, strict=True)],
        "reliability": [
            {"low": b.low, "high": b.high, "confidence": b.confidence, "accuracy": b.accuracy, "n": b.count}
            for b in calibration.bins
        ],
        "latency": {s: [o.answer.timings[s] for o in outcomes if s in o.answer.timings] for s in stages},
    }


def _commit() -> str:
    """The commit of the code, with "+changes" where the working tree differs from it; "" without git."""
    here = Path(__file__).parent
    try:
        commit, changes = (
            subprocess.run(["git", *arguments], cwd=here, capture_output=True, text=True, check=True).stdout  # noqa: S603, S607
            for arguments in (["rev-parse", "--short=12", "HEAD"], ["status", "--porcelain"])
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return commit.strip() + ("+changes" if changes.strip() else "")
