"""Follow-ups are completed from the history, whatever they are about; what stands alone is left as it is.

All companies, people and places are invented. A completion must hold certain words and must not hold others,
so that the wording stays free.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.rewrite import complete
from rag.schema import Turn
from rag.text import fold

REVENUE = "禾豐科技 2024 年的營收是多少?"
DENSE = "禾豐科技2024年的營收是多少?"
SIMPLE = "远川电子2024年的营业额是多少?"
CHAIR = "禾豐科技的董事長是誰?"
BRIDGE = "明溪大橋是哪一年通車的?"
ENGLISH = "What was Helio's revenue in 2024?"
ENGLISH_CEO = "Who is the CEO of Helio?"

FOLLOW_UPS = [
    # another time
    ([REVENUE], "那 2023 年呢?", ["禾豐科技", "2023", "營收"], ["2024", "呢"]),
    ([REVENUE], "2022呢", ["禾豐科技", "2022", "營收"], ["2024"]),
    ([REVENUE], "那2023年的呢?", ["禾豐科技", "2023", "營收"], ["2024"]),
    ([DENSE], "那麼 2021 年呢？", ["禾豐科技", "2021", "營收"], ["2024"]),
    ([DENSE], "2025 年上半年呢?", ["禾豐科技", "2025 年上半年", "營收"], ["2024"]),
    ([REVENUE], "上半年呢?", ["禾豐科技", "2024", "上半年", "營收"], []),
    ([REVENUE], "第三季呢?", ["禾豐科技", "2024", "第三季", "營收"], []),
    (["禾豐科技今年的營收是多少?"], "去年呢?", ["禾豐科技", "去年", "營收"], ["今年"]),
    (["禾豐科技 2024 年第一季度的毛利率是多少?"], "第二季度呢?", ["2024", "第二季度", "毛利率"], ["第一"]),
    (["禾豐科技 2024 年上半年的毛利率是多少?"], "下半年呢?", ["2024", "下半年", "毛利率"], ["上半年"]),
    (["禾豐科技的營收是多少?"], "2023 年呢?", ["禾豐科技", "2023", "營收"], []),
    ([SIMPLE], "那2023年呢?", ["远川电子", "2023", "营业额"], ["2024"]),
    ([SIMPLE], "前年呢?", ["远川电子", "前年", "营业额"], ["2024"]),
    ([SIMPLE], "二〇二二年呢?", ["远川电子", "二〇二二年", "营业额"], ["2024"]),
    ([ENGLISH], "And in 2023?", ["Helio", "revenue", "2023"], ["2024"]),
    ([ENGLISH], "What about 2022?", ["Helio", "revenue", "2022"], ["2024"]),
    ([ENGLISH], "how about last year?", ["Helio", "revenue", "last year"], ["2024"]),
    ([ENGLISH], "And the first half of 2025?", ["Helio", "revenue", "first half of 2025"], ["2024"]),
    (
        ["What was İpek Bank's revenue in 2022?"],
        "And 2023?",
        ["İpek Bank", "revenue", "in 2023"],
        ["2022", "2202"],
    ),
    # another attribute
    ([REVENUE], "毛利率呢?", ["禾豐科技", "2024", "毛利率"], ["營收"]),
    ([REVENUE], "那毛利率是多少?", ["禾豐科技", "2024", "毛利率"], ["營收"]),
    ([REVENUE], "那員工人數呢?", ["禾豐科技", "員工人數"], ["營收"]),
    ([SIMPLE], "净利润呢?", ["远川电子", "2024", "净利润"], ["营业额"]),
    ([SIMPLE], "研发费用呢?", ["远川电子", "2024", "研发费用"], ["营业额"]),
    ([ENGLISH], "And the gross margin?", ["Helio", "gross margin", "2024"], ["revenue"]),
    ([ENGLISH], "What about its net loss?", ["Helio", "net loss"], ["revenue", "its"]),
    # another subject
    ([REVENUE], "那遠川電子呢?", ["遠川電子", "2024", "營收"], ["禾豐"]),
    ([REVENUE], "遠川電子呢?", ["遠川電子", "2024", "營收"], ["禾豐"]),
    ([REVENUE], "遠川電子的毛利率呢?", ["遠川電子", "2024", "毛利率"], ["禾豐", "營收"]),
    ([REVENUE], "Norvane 呢?", ["Norvane", "2024", "營收"], ["禾豐"]),
    ([SIMPLE], "禾丰科技呢?", ["禾丰科技", "2024", "营业额"], ["远川"]),
    ([ENGLISH], "What about Norvane?", ["Norvane", "revenue", "2024"], ["Helio"]),
    ([ENGLISH], "And Kestrel Foods?", ["Kestrel Foods", "revenue", "2024"], ["Helio"]),
    # pronouns
    ([REVENUE], "它的毛利率是多少?", ["禾豐科技", "毛利率"], ["它", "營收"]),
    ([REVENUE], "該公司的董事長是誰?", ["禾豐科技", "董事長"], ["該公司"]),
    ([REVENUE], "這家公司有多少員工?", ["禾豐科技", "員工"], ["這家公司"]),
    ([REVENUE], "其毛利率為何?", ["禾豐科技", "毛利率"], ["其"]),
    ([CHAIR], "他什麼時候上任?", ["禾豐科技", "董事長", "上任"], ["他"]),
    ([CHAIR], "她幾歲?", ["禾豐科技", "董事長", "幾歲"], ["她"]),
    ([SIMPLE], "它有多少员工?", ["远川电子", "员工"], ["它", "营业额"]),
    ([BRIDGE], "它有多長?", ["明溪大橋", "多長"], ["它", "通車"]),
    ([BRIDGE], "這座橋有多長?", ["明溪大橋", "多長"], ["通車"]),
    ([ENGLISH], "Who is its CEO?", ["Helio", "CEO"], ["its", "revenue"]),
    ([ENGLISH], "Where is it based?", ["Helio", "based"], ["revenue"]),
    ([ENGLISH], "How many employees does the company have?", ["Helio", "employees"], ["revenue"]),
    ([ENGLISH_CEO], "When was it founded?", ["Helio", "founded"], ["CEO", "Who"]),
    ([ENGLISH_CEO], "How old is she?", ["CEO", "Helio", "How old"], ["Who", "she"]),
    # nothing but the question words, or a question without its subject
    (["禾豐科技 2024 年的毛利率為什麼下降?"], "為什麼?", ["為什麼", "禾豐科技", "毛利率"], []),
    (["禾豐科技 2024 年的毛利率是多少?"], "為什麼下降?", ["禾豐科技", "毛利率", "為什麼下降"], []),
    (["Did Helio's margin fall in 2024?"], "Why?", ["Why", "Helio", "margin"], []),
    ([CHAIR], "何時成立?", ["禾豐科技", "何時成立"], ["董事長"]),
    ([CHAIR], "總部在哪裡?", ["禾豐科技", "總部"], ["董事長"]),
    ([CHAIR], "有多少員工?", ["禾豐科技", "員工"], ["董事長"]),
    ([BRIDGE], "誰設計的?", ["明溪大橋", "誰設計"], []),
    ([REVENUE], "其中海外佔多少?", ["禾豐科技", "2024", "營收", "海外"], ["禾豐科技中"]),
    # several turns
    ([REVENUE, "毛利率呢?"], "那 2022 年呢?", ["禾豐科技", "2022", "毛利率"], ["營收", "2024"]),
    (
        [REVENUE, "毛利率呢?", "那 2022 年呢?"],
        "遠川電子呢?",
        ["遠川電子", "2022", "毛利率"],
        ["禾豐", "營收"],
    ),
    ([REVENUE, "遠川電子呢?"], "它的董事長是誰?", ["遠川電子", "董事長"], ["禾豐", "它"]),
    ([REVENUE, "今天天氣如何?", BRIDGE], "它有多長?", ["明溪大橋"], ["禾豐", "天氣"]),
    (
        [ENGLISH, "And in 2023?"],
        "And the gross margin?",
        ["Helio", "gross margin", "2023"],
        ["2024", "revenue"],
    ),
    ([ENGLISH, "What about Norvane?"], "Who is its CEO?", ["Norvane", "CEO"], ["Helio"]),
]

STANDING = [
    "遠川電子 2023 年的營收是多少?",
    "2023 年遠川電子的毛利率是多少?",
    "遠川電子的董事長是誰?",
    "誰是遠川電子的董事長?",
    "遠川電子何時成立?",
    "什麼是光合作用?",
    "為什麼天空是藍色的?",
    "台灣最高的山是哪一座?",
    "請介紹遠川電子的產品。",
    "其他公司的營收是多少?",
    "遠川電子為什麼要在 2023 年關閉工廠?",
    "哪家公司的市佔率最高?",
    "文章提到了哪些公司?",
    "远川电子的总部在哪里?",
    "明溪大桥有多长?",
    "2025 年全球有多少人使用腳踏車通勤?",
    "Norvane 有多少員工?",
    "What was the revenue of Norvane in 2023?",
    "Who founded Kestrel Foods?",
    "How many employees did Norvane have at the end of 2023?",
    "Why did Norvane close its factory in 2023?",
    "Which company has the highest market share in the region?",
    "Where are the headquarters of Norvane?",
    "Is Norvane larger than Kestrel?",
    "謝謝",
    "???",
    "😀",
    "呢",
    "",
]
ANYTHING = st.text(st.characters(), max_size=30)
QUESTIONS = st.one_of(
    ANYTHING,
    st.sampled_from([*STANDING, REVENUE, CHAIR, BRIDGE, ENGLISH, *(f for _, f, _, _ in FOLLOW_UPS)]),
)


def turns(*questions: str) -> list[Turn]:
    return [Turn(question, "文中如此說。[1]") for question in questions]


@pytest.mark.parametrize(("asked", "follow_up", "held", "not_held"), FOLLOW_UPS)
def test_follow_ups_are_completed(
    asked: list[str], follow_up: str, held: list[str], not_held: list[str]
) -> None:
    completed = complete(follow_up, turns(*asked))
    words = f" {completed} "
    assert all(part in completed for part in held), completed
    assert not any(
        (f" {part} " if part.isascii() and part.isalpha() else part) in words for part in not_held
    ), completed


@pytest.mark.parametrize("question", STANDING)
@pytest.mark.parametrize("before", [REVENUE, CHAIR, SIMPLE, ENGLISH, ENGLISH_CEO, BRIDGE])
def test_questions_that_stand_alone_come_through_unchanged(question: str, before: str) -> None:
    assert complete(question, turns(before)) == question


@given(ANYTHING)
def test_without_history_nothing_changes(question: str) -> None:
    assert complete(question, []) == question.strip()


@settings(deadline=None)
@given(st.lists(QUESTIONS, max_size=4), QUESTIONS)
def test_any_conversation_gives_a_question_of_bounded_length(asked: list[str], question: str) -> None:
    completed = complete(question, turns(*asked))
    assert len(completed) <= sum(map(len, asked)) + len(question) + 40
    assert complete(question, turns(*asked)) == completed


@pytest.mark.parametrize(
    "follow_up", ["那 2023 年呢?", "毛利率呢?", "遠川電子呢?", "它的董事長是誰?", "為什麼?"]
)
def test_scripts_are_completed_alike(follow_up: str) -> None:
    simplified = complete(fold(follow_up), turns(fold(REVENUE)))
    assert simplified == fold(complete(follow_up, turns(REVENUE)))


def test_the_answers_of_the_history_have_no_say() -> None:
    history = [Turn(REVENUE, "遠川電子 2020 年的毛利率是 3%。")]
    assert complete("那 2023 年呢?", history) == complete("那 2023 年呢?", turns(REVENUE))


def test_an_empty_turn_does_not_break_the_chain() -> None:
    assert "2023" in complete("那 2023 年呢?", turns(REVENUE, ""))
    assert "禾豐科技" in complete("那 2023 年呢?", turns("", REVENUE))
