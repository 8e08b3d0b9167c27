"""English words find the Chinese terms of the index that can mean them, and nothing that is not in it."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.catalog import Catalog
from rag.crosslingual import MOST_ALTERNATIVES, Bridge, is_function_word
from rag.terms import SearchTerms
from rag.text import tokens
from tests.test_catalog import article, random_vectors

TEXT = (
    "禾豐科技董事長張偉宣布,公司去年營收成長三成,總部設在高雄與北京,員工人數增加;"
    "工廠的產能下降,研發費用與毛利率上升;橋樑於 1998 年通車,設計師是王曉明。"
    "我們的馬克杯每天賣出八百個。Nordwind ZX-7.5 上市。"
)
VOCABULARY = frozenset(tokens(TEXT))


@pytest.fixture(scope="module")
def bridge() -> Bridge:
    return Bridge(VOCABULARY)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    home: Path = tmp_path_factory.mktemp("index")
    made = Catalog.create(home)
    document, chunks = article("d", TEXT)
    with made.transaction():
        made.put("/a", document, chunks, [" ".join(tokens(TEXT))], random_vectors(1))
    return made


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What was the revenue?", "营收"),
        ("Did revenues grow?", "营收"),
        ("Who is the chairman?", "董事长"),
        ("Where are the headquarters?", "总部"),
        ("How many employees are there?", "员工"),
        ("What is the gross margin?", "毛利率"),
        ("How much was spent on research and development?", "研发"),
        ("Which factory?", "工厂"),
        ("Why did it announce that?", "宣布"),
        ("WHAT WAS THE REVENUE?", "营收"),
        ("the bridge's designer", "设计师"),
    ],
)
def test_words_find_their_meaning(bridge: Bridge, question: str, term: str) -> None:
    assert any(term in group for group in bridge.alternatives(question))


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("Is it in Beijing?", "北京"),
        pytest.param(
            "Beijing", "北京", marks=pytest.mark.xfail(strict=True, reason="a name that is a gloss, too")
        ),
        ("What did Zhang Wei say?", "张伟"),
        ("What did Wei Zhang say?", "张伟"),
        ("Ask Zhangwei.", "张伟"),
        ("Zhang-Wei's plan", "张伟"),
        ("Is Xiaoming an architect?", "晓明"),
        ("Gaoxiong", "高雄"),
    ],
)
def test_names_find_their_characters(bridge: Bridge, question: str, term: str) -> None:
    assert any(term in group for group in bridge.alternatives(question))


@pytest.mark.parametrize("question", ["the zhang wei", "what is beijing", "women", "make"])
def test_only_capitals_make_a_name(bridge: Bridge, question: str) -> None:
    assert not any({"张伟", "北京", "我们", "马克"} & set(group) for group in bridge.alternatives(question))


@pytest.mark.parametrize(("question", "term"), [("Women at work?", "我们"), ("Make a list", "马克")])
def test_a_capital_at_the_beginning_makes_no_name(bridge: Bridge, question: str, term: str) -> None:
    assert not any(term in group for group in bridge.alternatives(question))


def test_a_word_without_counterpart_is_an_empty_group(bridge: Bridge) -> None:
    assert bridge.alternatives("xyzzy revenue plugh") == [(), ("营收",), ()]


def test_words_of_the_grammar_are_no_groups(bridge: Bridge) -> None:
    assert bridge.alternatives("What is the … of it, and how many are there?") == []
    assert is_function_word("the") and not is_function_word("revenue")


@pytest.mark.parametrize("question", ["", "???", "1998", "營收是多少?", "😀 \ud800\0", "’s 's"])
def test_what_has_no_english_words_has_no_groups(bridge: Bridge, question: str) -> None:
    assert bridge.alternatives(question) == []


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8"), max_size=8),
            st.sampled_from(
                ["revenue", "Zhang", "Wei", "the", "company", "company's", "research", "and", "May"]
            ),
        ),
        max_size=12,
    )
)
def test_only_terms_of_the_index_are_searched_and_not_many(bridge: Bridge, words: list[str]) -> None:
    groups = bridge.alternatives(" ".join(words))
    assert all(len(group) <= MOST_ALTERNATIVES and len(set(group)) == len(group) for group in groups)
    assert {term for group in groups for term in group} <= VOCABULARY


def test_an_empty_index_knows_nothing() -> None:
    assert Bridge([]).alternatives("the revenue of Beijing") == [(), ()]


def test_a_long_question_is_quick(bridge: Bridge) -> None:
    started = time.process_time()
    bridge.alternatives("Revenue " * 200 + "a" * 1000 + " A" * 1000)
    assert time.process_time() - started < 0.5


def test_chinese_questions_are_searched_by_their_own_tokens(catalog: Catalog) -> None:
    for question in ("禾豐科技的營收是多少?", "禾丰科技的营收是多少?"):
        assert SearchTerms(catalog).groups(question) == [
            (term,) for term in dict.fromkeys(tokens("禾丰科技的营收是多少?"))
        ]


def test_english_questions_are_searched_by_shared_words_and_translations(catalog: Catalog) -> None:
    groups = SearchTerms(catalog).groups("Did the revenue of Nordwind rise after the ZX-7.5 in 1998?")
    terms = {term for group in groups for term in group}
    assert {"nordwind", "zx-7.5", "zx", "7.5", "1998", "营收", "上升"} <= terms
    assert not {"did", "the", "of", "rise", "after"} & terms
    assert terms <= set(catalog.terms())


def test_what_is_added_to_the_index_can_be_asked_for_at_once(tmp_path: Path) -> None:
    catalog = Catalog.create(tmp_path)
    terms = SearchTerms(catalog)
    assert terms.groups("the salary") == [()]
    document, chunks = article("d", "薪水")
    with catalog.transaction():
        catalog.put("/a", document, chunks, [" ".join(tokens("薪水"))], np.zeros((1, 2), np.float32))
    assert terms.groups("the salary") == [("薪水",)]
