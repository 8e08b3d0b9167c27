"""A run held to what is expected: worse fails, better is said, nothing missing passes."""

from pathlib import Path
from typing import Any

import pytest

from eval.check import EXPECTED, CheckLine, check, expectations, render
from eval.scores import _MEANS, _WHOLES

TOML = """
[made_up]
command = "python -m eval --set made_up"
questions = 4

[made_up.metrics]
accuracy = { score = 0.8, tolerance = 0.05 }
false_refusal = { score = 0.1, tolerance = 0.05 }
quote_exactness = { score = 1, tolerance = 0 }
unsupported_sentences = { score = 0, tolerance = 0 }
"""
AS_EXPECTED = {"accuracy": 0.8, "false_refusal": 0.1, "quote_exactness": 1.0, "unsupported_sentences": 0.0}


@pytest.fixture
def expected(tmp_path: Path) -> Path:
    path = tmp_path / "expected.toml"
    path.write_text(TOML, "utf-8")
    return path


def run(name: str = "made_up", asked: int = 4, **changes: float | None) -> dict[str, Any]:
    values = {k: v for k, v in (AS_EXPECTED | changes).items() if v is not None}
    part = {"set": name, "metric": "accuracy", "group": "type:fact", "value": 0.0}
    scores = [{"set": name, "metric": k, "group": "all", "value": v} for k, v in values.items()]
    return {"outcomes": [{"set": name}] * asked, "scores": [part, *scores, part]}


def failed(lines: list[CheckLine]) -> dict[str, str]:
    return {line.metric: line.note for line in lines if not line.ok}


def test_a_run_as_expected_passes(expected: Path) -> None:
    lines = check(run(), expected)
    assert [line.metric for line in lines] == ["questions", *AS_EXPECTED]
    assert not failed(lines)
    assert not any(line.note for line in lines)
    assert render(lines).endswith("OK: all 5\n")


@pytest.mark.parametrize(
    ("metric", "value", "ok", "note"),
    [
        ("accuracy", 0.75, True, ""),
        ("accuracy", 0.85, True, ""),
        ("accuracy", 0.749, False, "worse by 0.051"),
        ("accuracy", 0.851, True, "better: update expected.toml"),
        ("false_refusal", 0.15, True, ""),
        ("false_refusal", 0.151, False, "worse by 0.051"),
        ("false_refusal", 0.049, True, "better: update expected.toml"),
        ("quote_exactness", 0.9999, False, "worse by 0.0001"),
        ("unsupported_sentences", 0.001, False, "worse by 0.001"),
        ("accuracy", float("nan"), False, "the run does not have it"),
        ("accuracy", None, False, "the run does not have it"),
    ],
)
def test_only_worse_fails(expected: Path, metric: str, value: float | None, ok: bool, note: str) -> None:
    lines = check(run(**{metric: value}), expected)
    line = next(line for line in lines if line.metric == metric)
    assert (line.ok, line.note) == (ok, note)
    assert set(failed(lines)) == (set() if ok else {metric})


def test_a_missing_set_and_other_questions_fail(expected: Path) -> None:
    missing = check(run("other"), expected)
    assert set(failed(missing)) == {"questions", *AS_EXPECTED}
    assert failed(missing)["questions"] == "the run does not have this set"
    assert failed(check(run(asked=3), expected)) == {"questions": "other questions were asked"}


def test_a_failure_names_the_command(expected: Path) -> None:
    text = render(check(run(accuracy=0.1, false_refusal=0.9), expected))
    assert text.endswith("FAIL: 2 of 5\n  made_up: python -m eval --set made_up\n")
    assert [line.split()[:3] for line in text.splitlines() if line.startswith("FAIL ")] == [
        ["FAIL", "made_up", "accuracy"],
        ["FAIL", "made_up", "false_refusal"],
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TOML, ""),
        (TOML, "made_up = 3"),
        ("[made_up]", "[made_up"),
        ("questions = 4", ""),
        ("questions = 4", "questions = true"),
        ("questions = 4", "questions = 4\nhow_many = 5"),
        ("score = 0.8, ", ""),
        ("tolerance = 0.05", "tolerance = -0.05"),
        ("tolerance = 0.05", "tolerance = inf"),
        ("score = 0.8", 'score = "0.8"'),
        ("score = 0.8", "score = nan"),
    ],
)
def test_a_file_that_does_not_say_what_is_expected_is_refused(expected: Path, old: str, new: str) -> None:
    expected.write_text(TOML.replace(old, new), "utf-8")
    with pytest.raises(ValueError, match=r"expected\.toml"):
        check(run(), expected)


def test_what_is_not_a_run_is_refused(expected: Path) -> None:
    with pytest.raises(ValueError, match="python -m eval"):
        check({"scores": []}, expected)


def test_the_file_of_the_repository_expects_metrics_that_exist() -> None:
    found = expectations(EXPECTED)
    assert [one.set for one in found] == ["article", "foreign", "fresh"]
    for one in found:
        assert one.metrics.keys() <= _MEANS.keys() | _WHOLES.keys()
        assert f"--set {one.set}" in one.command
        assert one.metrics["quote_exactness"] == (1.0, 0.0)
        assert one.metrics["unsupported_sentences"] == (0.0, 0.0)
