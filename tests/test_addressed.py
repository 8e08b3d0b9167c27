"""Questions that name an article by its day, and questions that name the day of something else."""

import pytest

from rag.addressed import addressed, issued
from rag.schema import Document


def article(published: str | None) -> Document:
    return Document(published or "undated", "", "", "", published, None, "zh-Hant", ())


OLD, NEW, UNDATED = article("2031-03-12"), article("2031-09-20"), article(None)


@pytest.mark.parametrize(
    ("question", "rest", "meant"),
    [
        ("依三月的報導,工廠要聘用多少人?", "工廠要聘用多少人?", OLD),
        ("2031 年 3 月那篇新聞說,產能是多少?", "產能是多少?", OLD),
        ("根據 9 月 20 日的消息,產能是多少?", "產能是多少?", NEW),
        ("據九月刊登的那篇,誰接任廠長?", "誰接任廠長?", NEW),
        ("As of September 2031, how many people work there?", "how many people work there?", NEW),
        ("According to the March report, when will it open?", "when will it open?", OLD),
        (
            "In the article published on 20 September 2031, who is the manager?",
            "who is the manager?",
            NEW,
        ),
    ],
)
def test_the_article_of_a_day(question: str, rest: str, meant: Document) -> None:
    found = addressed(question, [OLD, UNDATED, NEW])
    assert found is not None
    assert (found.question, found.documents) == (rest, {meant.id})


@pytest.mark.parametrize(
    "question",
    [
        "工廠在 2031 年 3 月聘用了多少人?",
        "2031 年新聞自由指數的第一名是哪國?",
        "2031 年 9 月的新聞發布會在哪裡舉行?",
        "依五月的報導,工廠要聘用多少人?",
        "How many people were hired in March 2031?",
        "As of May 2031, how many people work there?",
        "What does the 2031 annual report say?",
    ],
)
def test_other_days_and_days_without_an_article_stay_in_the_question(question: str) -> None:
    assert addressed(question, [OLD, UNDATED, NEW]) is None


@pytest.mark.parametrize(
    ("day", "held"),
    [("三月", True), ("2031 年", True), ("march", True), ("3 月 13 日", False), ("2030 年 3 月", False)],
)
def test_the_day_of_an_article(day: str, held: bool) -> None:
    assert issued(OLD, day) is held
    assert not issued(UNDATED, day)
