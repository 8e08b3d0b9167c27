"""Questions about an article, and others that may mention one, sorted by hand (`data/about.tsv`)."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rag.about import asked_about
from rag.asked import Asked

TABLE = [
    row.split("\t") for row in (Path(__file__).parent / "data" / "about.tsv").read_text("utf-8").splitlines()
]
ABOUT = [(kind, question) for kind, question in TABLE if kind != "-"]
OTHER = [question for kind, question in TABLE if kind == "-"]


def test_the_table_is_large() -> None:
    assert len(ABOUT) >= 60
    assert len(OTHER) >= 60


def test_questions_about_an_article() -> None:
    missed = [(q, kind, asked_about(Asked(q))) for kind, q in ABOUT if asked_about(Asked(q)) != kind]
    assert len(missed) <= 0.03 * len(ABOUT), missed


def test_questions_that_are_not() -> None:
    taken = [(q, asked_about(Asked(q))) for q in OTHER if asked_about(Asked(q))]
    assert len(taken) <= 0.03 * len(OTHER), taken


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert asked_about(Asked(text)) in (None, "title", "published", "source", "author")
