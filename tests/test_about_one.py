"""Which article a question about an article means, and what is said where the article does not tell."""

from pathlib import Path

import pytest

from ingest.derive import derive
from rag.about_one import About, about, meant, told
from rag.asked import Asked
from rag.schema import Block, Document

TABLE = [
    row.split("\t") for row in (Path(__file__).parent / "data" / "about.tsv").read_text("utf-8").splitlines()
]


def article(name: str, title: str, published: str | None, head: str, body: str) -> Document:
    text = f"{title}\n{head}\n\n{body}\n"
    start = text.index(body)
    return Document(
        name, text, title, "山線日報", published, None, "zh-Hant", (Block(start, start + len(body)),)
    )


PLAN = article(
    "plan",
    "青嵐紙業選定銅鑼設廠",
    "2031-03-12",
    "山線日報 | 記者 田以寧 | 2031-03-12",
    "青嵐紙業將在銅鑼設廠。",
)
DELAY = article(
    "delay", "青嵐紙業延後投產", "2031-09-20", "山線日報", "青嵐紙業銅鑼廠延後投產,設廠經費不變。"
)
RIVAL = article(
    "rival", "青柏紙業裁員", "2031-10-05", "山線日報 | 記者 洪在野 | 2031-10-05", "青柏紙業裁員三成。"
)
ALL = [RIVAL, DELAY, PLAN]


def test_the_sorted_questions_are_told_apart_as_before() -> None:
    wrong = []
    for kind, question in TABLE:
        found = about(Asked(question))
        if (found.kind if found else "-") != kind:
            wrong.append((kind, question, found))
    assert len(wrong) <= 0.03 * len(TABLE), wrong


@pytest.mark.parametrize(
    ("question", "kind", "document"),
    [
        ("青嵐三月那篇設廠新聞的作者是誰?", "author", PLAN),
        ("寫青嵐紙業延後投產那篇報導的記者是誰?", "author", DELAY),
        ("誰寫了青柏紙業裁員的那則新聞?", "author", RIVAL),
        ("九月那篇是哪天登的?", "published", DELAY),
        ("请问青柏纸业裁员的报道出自哪家媒体?", "source", RIVAL),
        ("青嵐紙業最新那篇報導的標題是什麼?", "title", DELAY),
        ("青嵐紙業較舊的那篇報導的標題是什麼?", "title", PLAN),
        ("Who wrote the March piece on the paper mill?", "author", PLAN),
        ("When was the October story about layoffs published?", "published", RIVAL),
    ],
)
def test_the_article_that_is_meant(question: str, kind: str, document: Document) -> None:
    found = about(Asked(question))
    assert found is not None
    assert (found.kind, meant(found.topic, ALL)) == (kind, document)


@pytest.mark.parametrize(
    "question", ["關於虎嘯大橋的那篇報導是誰寫的?", "五月那篇是誰寫的?", "虎嘯鋼鐵那則新聞的標題是什麼?"]
)
def test_an_article_that_is_not_there(question: str) -> None:
    found = about(Asked(question))
    assert found is not None
    assert meant(found.topic, ALL) is None


@pytest.mark.parametrize(
    "question",
    [
        "誰在那篇文章裡批評了政府?",
        "那篇得獎小說的作者是誰?",
        "他在三月那篇論文裡提出了什麼?",
        "那篇報導提到的工廠何時啟用?",
        "Who is quoted in the March article?",
        "When was the plant in the article opened?",
    ],
)
def test_what_only_mentions_an_article(question: str) -> None:
    assert about(Asked(question)) is None


def test_what_the_article_tells_is_quoted_and_what_it_does_not_is_said() -> None:
    known = told(About("author", "三月那篇"), PLAN, derive(PLAN), "zh-Hant")
    assert known is not None
    assert known.short == "田以寧"
    (evidence,) = known.evidence
    assert PLAN.text[evidence.start : evidence.end] == evidence.text
    unknown = told(About("author", "九月那篇"), DELAY, derive(DELAY), "zh-Hant")
    assert unknown is not None
    assert (unknown.evidence, unknown.confidence) == ((), 0)
    assert unknown.notes == ("《青嵐紙業延後投產》沒有寫明作者。",)


def test_a_day_that_is_only_recorded_is_said_beside_the_opening() -> None:
    draft = told(About("published", "九月那篇"), DELAY, derive(DELAY), "zh-Hant")
    assert draft is not None
    assert draft.short == "2031-09-20"
    assert draft.lead == "《青嵐紙業延後投產》發布於 2031-09-20。"
    assert draft.evidence[0].text == DELAY.text[DELAY.blocks[0].start : DELAY.blocks[0].end]


def test_a_question_without_an_article_may_be_about_something_else() -> None:
    assert told(About("author", ""), DELAY, derive(DELAY), "zh-Hant") is None
