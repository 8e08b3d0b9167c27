"""RGB: tiny files of its shape made here."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.rgb import RgbQuestion, evaluate_rgb, load_rgb
from rag import Settings

TEA = "白川茶廠建於1931年。廠長林秀玉在1950年引進烘茶機。茶廠的烘茶機來自德國。"
TRAIN = "青嶺鐵路全長42公里。鐵路的總工程師是周文海。鐵路於1931年通車。"
RGB = {
    "id": 7,
    "query": "青嶺鐵路多長？",
    "answer": ["42公里"],
    "positive": ["p1", "p2", "p3"],
    "negative": ["n1", "n2", "n3", "n4", "n5", "n6"],
}


def rgb(folder: Path, *rows: dict[str, Any]) -> tuple[RgbQuestion, ...]:
    path = folder / "rgb.json"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return load_rgb(path)


@pytest.mark.parametrize(
    ("noise", "positives", "negatives"),
    [(0.0, 3, 2), (0.2, 3, 2), (0.4, 3, 2), (0.6, 2, 3), (0.8, 1, 4), (1.0, 0, 5)],
)
def test_passages_at_a_noise_ratio(tmp_path: Path, noise: float, positives: int, negatives: int) -> None:
    """By RGB's rule: 5 passages, ceil(5 · noise) negative; three positive ones are filled up with noise."""
    (one,) = rgb(tmp_path, RGB)
    positive, negative = one.passages(noise, 5)
    assert positive == ("p1", "p2", "p3")[:positives]
    assert negative == ("n1", "n2", "n3", "n4", "n5")[:negatives]


def test_positives_fill_up_what_negatives_lack(tmp_path: Path) -> None:
    (one,) = rgb(tmp_path, RGB | {"negative": ["n1"]})
    assert one.passages(0.6, 4) == (("p1", "p2", "p3"), ("n1",))
    assert one.passages(1.0, 5) == ((), ("n1",))
    assert one.passages(0.0, 2) == (("p1", "p2"), ())


def test_answers_and_positives_may_be_nested(tmp_path: Path) -> None:
    parts = RGB | {"answer": [["42 km", "42公里"], "周文海"], "positive": [["a1", "a2"], ["b1"]]}
    (one,) = rgb(tmp_path, parts)
    assert one.question.answers == (("42 km", "42公里"), ("周文海",))
    assert one.positive == ("a1", "b1", "a2")
    assert one.passages(0.8, 5)[0] == ("a1", "b1")
    assert one.passages(0.5, 1) == (("a1", "b1"), ())
    (plain,) = rgb(tmp_path, RGB | {"answer": "42公里"})
    assert plain.question.answers == (("42公里",),)


def test_a_question_is_asked_once_and_what_is_not_rgb_is_refused(tmp_path: Path) -> None:
    assert [one.question.id for one in rgb(tmp_path, RGB, RGB | {"id": 8})] == ["7"]
    with pytest.raises(ValueError, match=r"rgb\.json:2 .*'query'"):
        rgb(tmp_path, RGB, {"id": 1})
    with pytest.raises(ValueError, match="no questions"):
        rgb(tmp_path, RGB | {"answer": [[" "]]}, RGB | {"query": "問" * 1001})


@pytest.mark.model
def test_rgb_end_to_end(tmp_path: Path) -> None:
    noise = ["北港的市集每週二開放。", "南山的步道在冬季關閉。", "西河有兩座水壩。"]
    asked = rgb(
        tmp_path,
        RGB | {"positive": [TRAIN], "negative": noise},
        RGB
        | {
            "id": 8,
            "query": "白川茶廠建於哪一年？",
            "answer": "1931年",
            "positive": [TEA],
            "negative": noise,
        },
    )
    report = evaluate_rgb("rgb", asked, tmp_path / "rgb", Settings(), (0.0, 0.5, 1.0), count=2)
    again = evaluate_rgb("rgb", asked, tmp_path / "rgb", Settings(), (0.0, 0.5, 1.0), count=2)
    assert [o.question.type for o in report.outcomes] == ["noise_0"] * 2 + ["noise_0.5"] * 2 + [
        "gold_removed"
    ] * 2
    assert [(o.question.id, o.answer.text, o.verdict) for o in report.outcomes] == [
        (o.question.id, o.answer.text, o.verdict) for o in again.outcomes
    ]
    accuracy = {s.group: s.value for s in report.scores if s.metric == "accuracy"}
    assert accuracy["type:noise_0"] == 1.0
    assert accuracy["type:gold_removed"] == 1.0
    assert not {"recall@1", "mrr", "citation_recall"} & {s.metric for s in report.scores}
    for outcome in report.outcomes:
        assert len(outcome.answer.hits) == 2
        shown = {hit.chunk.text for hit in outcome.answer.hits}
        assert all(any(c.quote in text for text in shown) for c in outcome.answer.citations)
        assert all(outcome.exact_quotes)


def test_rgb_does_not_clear_an_index_of_articles(tmp_path: Path) -> None:
    import numpy as np

    from rag.catalog import Catalog
    from rag.schema import Document

    home = tmp_path / "index"
    catalog = Catalog.create(home)
    with catalog.transaction():
        document = Document("d", "文", "", "", None, None, "zh-Hant", ())
        catalog.put("/some/article.txt", document, [], [], np.empty((0, 1)))
    with pytest.raises(ValueError, match="other articles"):
        evaluate_rgb("rgb", rgb(tmp_path, RGB), home, Settings())
    assert catalog.counts() == (1, 0)
