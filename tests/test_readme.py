"""What the README says is what was measured."""

import json

from eval.report import insert_table, readme_table
from tests.paths import ROOT


def test_the_table_is_that_of_the_published_run() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    published = json.loads((ROOT / "docs" / "evaluation.json").read_text("utf-8"))
    assert insert_table(readme, readme_table(published)) == readme


def test_every_module_is_in_the_reading_order() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    order = readme[readme.index("## Reading the code") :]
    for package in ("rag", "ingest"):
        for module in (ROOT / package).glob("*.py"):
            assert module.stem in order or module.stem.startswith("__"), module
