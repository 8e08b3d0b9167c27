"""A model's sentences against their sources: right ones pass, errors put into them are caught."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from rag.catalog import Catalog
from rag.ground import Evidence
from rag.marks import CitedSentence
from rag.reader import Span
from rag.sources import Source
from rag.terms import SearchTerms
from rag.verify import Verifier
from tests.injected import filled, right, wrong
from tests.llm_case import Finding


class Silent:
    """A reader that finds nothing: what is caught here is caught without one."""

    def read(self, question: str, passages: Sequence[str], least: float | None = None) -> list[Span]:
        return []


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> SearchTerms:
    return SearchTerms(filled(Catalog.create(tmp_path_factory.mktemp("verify"))))


def test_injected_errors_are_caught_and_right_sentences_pass(terms: SearchTerms) -> None:
    verifier = Verifier(Silent(), terms)
    made = list(wrong())
    assert len(made) >= 200
    missed = [case for case in made if verifier.check(case.question, case.sentence, case.sources).passed]
    assert len(missed) <= 0.05 * len(made), Counter(case.kind for case in missed)
    for kind, least in (("number", 0.95), ("year", 0.95), ("moved", 0.95), ("name", 0.8)):
        of_kind = sum(case.kind == kind for case in made)
        assert sum(case.kind == kind for case in missed) <= (1 - least) * of_kind, kind
    true = list(right())
    alarms = [case for case in true if not verifier.check(case.question, case.sentence, case.sources).passed]
    assert len(alarms) <= 0.05 * len(true), alarms


def source(text: str, *said: str, title: str = "霧崎港務年報", before: str = "") -> Source:
    return Source(Evidence("a", 0, len(text), text), title, date(2033, 4, 12), before=before, said=said)


@pytest.mark.parametrize(
    ("sentence", "text", "reason"),
    [
        ("營收為 48.6 億元。", "營收為 48.6 億元。", None),
        ("營收為 4,860,000,000 元。", "營收為 48.6 億元。", None),
        ("營收為 48.7 億元。", "營收為 48.6 億元。", "figure"),
        ("營收由 41.2 億元增至 48.6 億元,增加 7.4 億元。", "營收由 41.2 億元增至 48.6 億元。", None),
        ("營收由 41.2 億元增至 48.6 億元,增加 7.5 億元。", "營收由 41.2 億元增至 48.6 億元。", "figure"),
        ("營收由 40 億元增至 50 億元,成長 25%。", "營收由 40 億元增至 50 億元。", None),
        ("營收成長 25%。", "營收由 40 億元增至 50 億元。", "figure"),
        ("去年營收為 48.6 億元。", "2032 年營收為 48.6 億元。", None),
        ("2031 年營收為 48.6 億元。", "2032 年營收為 48.6 億元。", "date"),
        ("2031 年營收為 48.6 億元。", "2031 年營收為 41.2 億元,2032 年營收為 48.6 億元。", "pairing"),
        ("2032 年營收為 48.6 億元。", "2031 年營收為 41.2 億元,2032 年營收為 48.6 億元。", None),
        ("甲、乙的收入分別為 5 億元和 3 億元。", "甲、乙的收入分別為 3 億元和 5 億元。", "pairing"),
        ("營收成長 5%。", "營收衰退 5%。", "direction"),
        ("公司獲利 3 億元。", "公司虧損 3 億元。", "direction"),
        ("營收成長 5%,成本下降 2%。", "成本下降 2%,營收則增加 5%。", None),
        ("董事長是周慕雲。", "董事長是洪綺雯。", "name"),
        ("新機型是 QX-9。", "新機型是 QX-8。", "figure"),
        ("營收為 48.6 億元,公司的員工都非常快樂。", "營收為 48.6 億元。", "words"),
        ("詳見 https://example.org/a 的說明。", "詳見說明。", "unfit"),
        ("<b>營收</b>為 48.6 億元。", "營收為 48.6 億元。", "unfit"),
        ("營收為 48.6\u200b 億元。", "營收為 48.6 億元。", "unfit"),
    ],
)
def test_worked_examples(sentence: str, text: str, reason: str | None, terms: SearchTerms) -> None:
    verdict = Verifier(Silent(), terms).check("?", CitedSentence(sentence, (1,)), [source(text)])
    assert verdict.reason == reason, verdict


def test_a_sentence_without_source_does_not_pass(terms: SearchTerms) -> None:
    sources = [source("營收為 48.6 億元。")]
    assert (
        Verifier(Silent(), terms).check("?", CitedSentence("營收為 48.6 億元。", ()), sources).reason
        == "uncited"
    )


def test_a_list_is_read_member_by_member(terms: SearchTerms) -> None:
    text = "2031 年、2032 年的淨利分別為 4.4 億元和 5.9 億元。"
    listed = source(text, "2031 年的淨利為 4.4 億元", "2032 年的淨利為 5.9 億元")
    check = Verifier(Silent(), terms).check
    assert check("?", CitedSentence("2032 年的淨利為 5.9 億元。", (1,)), [listed]).passed
    assert check("?", CitedSentence("2032 年的淨利為 4.4 億元。", (1,)), [listed]).reason == "pairing"


def test_the_reader_contradicts_another_figure_of_the_source(terms: SearchTerms) -> None:
    text, question = "客運收入 3.2 億元,貨運收入 9.1 億元。", "貨運收入多少?"
    check = Verifier(Finding("9.1 億元"), terms).check
    assert check(question, CitedSentence("貨運收入 9.1 億元。", (1,)), [source(text)]).passed
    assert check(question, CitedSentence("收入 3.2 億元。", (1,)), [source(text)]).reason == "reader"


def test_the_subject_may_stand_in_the_title_or_before(terms: SearchTerms) -> None:
    held = source("全年營收為 48.6 億元。", before="霧崎港務的董事長是洪綺雯。")
    check = Verifier(Silent(), terms).check
    assert check("?", CitedSentence("霧崎港務全年營收為 48.6 億元。", (1,)), [held]).passed


def test_the_catalog_of_the_invented_articles_is_its_own(tmp_path: Path) -> None:
    assert len(filled(Catalog.create(tmp_path)).documents()) == 7
