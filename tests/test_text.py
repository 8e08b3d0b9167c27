"""Folding, tokens, sentences and language: worked examples, and properties over arbitrary Unicode."""

import re
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import text as text_module
from rag.text import first_word, fold, is_han, is_name, language, sentences, tokens

ANYTHING = st.text(st.characters(), max_size=40)  # lone surrogates and unassigned code points included
CHINESE = st.text("臺灣發展後來裡面著作乾淨頭髮只隻麵面松鬆复複覆于於髮范範鐘鍾的是在", max_size=20)
PHRASES = st.sampled_from(
    [
        "今天下雨",
        "營收成長",
        "他說「好」",
        "OK",
        "the end",
        "e.g.",
        "…",
        "!",
        "。",
        ";",
        ". ",
        ".",
        " ",
        "\n",
        "\u3000",
        "」",
        ")",
        "No.",
        "😀",
        "\u2028",
    ]
)
NUMBERS = st.from_regex(r"[1-9][0-9]{0,2}(,[0-9]{3}){0,2}(\.[0-9]{1,2})?%?", fullmatch=True)

SCRIPTS = [
    ("臺灣最高的山是玉山嗎?", "台湾最高的山是玉山吗?"),
    ("頭髮與發展", "头发与发展"),
    ("乾燥機器的體積縮小了", "干燥机器的体积缩小了"),
    ("皇后在後面", "皇后在后面"),
    ("這裡有 3 隻雞,只剩 1 隻", "这里有 3 只鸡,只剩 1 只"),
    ("鐘錶廠的麵粉", "钟表厂的面粉"),
    ("供應鏈供不應求", "供应链供不应求"),
    ("複雜的範圍", "复杂的范围"),
    ("禾豐科技董事長張偉宣布", "禾丰科技董事长张伟宣布"),
    ("2023 年的營業額為 5,926 億元", "2023 年的营业额为 5,926 亿元"),
    ("軟體與網路的使用者", "软体与网路的使用者"),
    ("鬆開螺絲,登上松山", "松开螺丝,登上松山"),
]

TOKENS = [
    ("5,926 億元", {"5926", "5926亿"}, {"5", "926"}),
    ("１,２３４,５６７ 人", {"1234567", "1234567人"}, {"1", "234"}),
    ("３，９５２公尺", {"3952", "3952公", "公尺"}, {"952"}),
    ("毛利率 56.7%", {"56.7%", "56.7", "毛利率"}, {"56", "7"}),
    ("１２％", {"12%", "12"}, {"1"}),
    ("17 日", {"17", "17日"}, {"1", "7"}),
    ("17日", {"17", "17日"}, {"1", "7"}),
    ("2023-11-05", {"2023-11-05", "2023", "11", "05"}, set()),
    ("ＺＸ－7.5 型", {"zx-7.5", "zx", "7.5"}, {"5"}),
    ("R&D 支出", {"r&d", "支出"}, set()),
    ("snake_case", {"snake_case", "snake", "case"}, set()),
    ("2031Q4", {"2031q4", "2031", "q4"}, set()),
    ("v10.2.3 版", {"v10.2.3"}, set()),
    ("Café Zürich", {"café", "zürich"}, {"caf", "rich"}),
    ("hello,world", {"hello", "world"}, {"hello,world"}),
    ("Ⅳ 期", {"期"}, set()),
    ("山", {"山"}, set()),
    ("😀!?…", set(), {"", "!"}),
    ("", set(), {""}),
]

SENTENCES = [
    "第一句。|第二句。",
    "真的嗎?!|是的。",
    "他走了……|沒有回頭。",
    "他走了…|沒有回頭",
    "「下雨了。」|她說。",
    "她說:「走吧!」|然後出門。",
    "(他來了。)|我走了。",
    "第一項;|第二項；|第三項",
    "半形句號｡|下一句",
    "全形！|全形？|完",
    "營收 5,926 億元;|毛利 3.1 億元。",
    "成長 4.5%。|下降 0.7%!",
    "版本 2.0.1 於 17 日 發布。|下一版是 3.0。",
    "海拔３，９５２．５公尺。|很高。",
    "Prices rose 3.5%. |The rest fell.",
    "Sales fell in 2024. |Profit rose.",
    "Dr. Smith arrived. |He left at 5 p.m. on Monday.",
    "The U.S. economy grew. |Ours did not.",
    "See www.example.com for more. |Thanks!",
    "Wait... what? |Yes.",
    "e.g. apples, i.e. fruit. |Done.",
    'He said "Go!" |and left.',
    "No. 5 is alive.",
    "1. First item",
    "今天是 12. 5 號",
    "OK?|OK!",
    "一行\n|另一行\r\n|\n|  第三行  \u2028|第四行",
    "公司在 U.S. 上市。|股價上漲。",
    "標題\n|\u3000\u3000首行縮排。|\u3000下一句",
    "混合 English sentence. |中文句子。",
    "他說... |「好」。",
    "沒有句號",
    "？！",
    "מה זה? |שלום.",
]


@settings(deadline=None)
@given(st.one_of(ANYTHING, CHINESE))
def test_folding_keeps_the_length_of_any_text(text: str) -> None:
    assert len(fold(text)) == len(text)


@settings(deadline=None)
@given(CHINESE, NUMBERS, CHINESE, NUMBERS, CHINESE)
def test_folding_keeps_every_offset(a: str, n: str, b: str, m: str, c: str) -> None:
    folded = fold(a + n + b + m + c)
    assert folded[len(a) :].startswith(n)
    assert folded[len(a + n + b) :].startswith(m)


def test_every_character_of_the_basic_plane_folds_to_one_that_stays() -> None:
    changed_again = {chr(c) for c in range(0x10000) if fold(fold(chr(c))) != fold(chr(c))}
    assert changed_again <= {"薴"}  # its simplified form 苧 is itself the traditional form of 苎


@settings(deadline=None)
@given(ANYTHING)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    folded = fold(text.replace("薴", ""))
    assert fold(folded) == folded
    assert tokens(folded) == tokens(text.replace("薴", ""))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("臺灣", "台湾"),
        ("ＡＢＣ１２３％", "abc123%"),
        ("GLÜCK İ", "glück İ"),
        ("㎏ ﬁ", "㎏ ﬁ"),  # would grow, so they stay
        ("⼀", "一"),
        ("a\0臺\ud800", "a\0台\ufffd"),
        ("", ""),
    ],
)
def test_folding_by_example(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_offsets_survive_a_converter_that_changes_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCC's dictionary has no such entry today; another release may."""

    class Lengthens:
        def convert(self, text: str) -> str:
            return text.replace("臺灣", "中国台湾").replace("㍿", "株式会社").replace("灣", "湾")

    monkeypatch.setattr(text_module, "_converter", lambda direction: Lengthens())
    text_module._simplify.cache_clear()
    assert fold("A臺灣㍿1") == "a臺湾㍿1"
    text_module._simplify.cache_clear()


@pytest.mark.parametrize(("traditional", "simplified"), SCRIPTS)
def test_both_scripts_give_the_same_tokens(traditional: str, simplified: str) -> None:
    assert fold(traditional) == fold(simplified)
    assert tokens(traditional) == tokens(simplified)
    assert fold(simplified) == simplified.lower()


@pytest.mark.parametrize(("text", "held", "not_held"), TOKENS)
def test_tokens_by_example(text: str, held: set[str], not_held: set[str]) -> None:
    assert held <= set(tokens(text))
    assert not_held.isdisjoint(tokens(text))


@settings(deadline=None)
@given(st.integers(0, 10**12), st.sampled_from(["營收", "in ", "約 ", "("]), st.sampled_from(" 元%,。x"))
def test_a_number_is_one_token_however_it_is_grouped(number: int, before: str, after: str) -> None:
    plain, grouped = (tokens(f"{before}{n}{after}") for n in (str(number), f"{number:,}"))
    assert str(number) in plain
    assert str(number) in grouped


@settings(deadline=None)
@given(ANYTHING)
def test_tokens_are_folded_and_fit_for_a_list_separated_by_blanks(text: str) -> None:
    found = tokens(text)
    assert " ".join(found).split() == found
    assert not {'"', "\0", "(", ")", "*", ":"} & set("".join(found))


def test_kinds_choose_words_bigrams_or_blank_separated() -> None:
    text = "毛利率下降 3.5%"
    assert tokens(text, ("bigram",)) == ["毛利", "利率", "率下", "下降", "3.5%", "3.5"]
    assert tokens(text, ("word",)) == ["毛利率", "下降", "3.5%", "3.5"]
    assert tokens("臺灣 ABC,d", ("space",)) == ["台湾", "abc,d"]


@pytest.mark.parametrize("marked", SENTENCES)
def test_sentences_by_example(marked: str) -> None:
    text = marked.replace("|", "")
    expected = [stripped for part in marked.split("|") if (stripped := part.strip())]
    assert [text[start:end] for start, end in sentences(text)] == expected


@settings(deadline=None, max_examples=150)
@given(st.one_of(ANYTHING, st.lists(st.one_of(PHRASES, NUMBERS), max_size=15).map("".join)))
def test_sentences_are_ordered_disjoint_trimmed_and_hold_all_that_is_visible(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    assert all(len(text[start:end].splitlines()) == 1 for start, end in spans)
    held = {at for start, end in spans for at in range(start, end)}
    assert all(at in held or character.isspace() for at, character in enumerate(text))


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(PHRASES, NUMBERS), min_size=1, max_size=6))
def test_sentences_never_split_a_number(parts: list[tuple[str, str]]) -> None:
    text, inside = "", set()
    for phrase, number in parts:
        text += phrase
        inside |= set(range(len(text) + 1, len(text) + len(number)))
        text += number
    borders = {at for span in sentences(text) for at in span}
    assert borders.isdisjoint(inside)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天天氣很好", "zh-Hant"),
        ("今天天气很好", "zh-Hans"),
        ("山上有人", "zh-Hant"),  # shows neither script
        ("What is the revenue?", "en"),
        ("What is 營收?", "zh-Hant"),
        ("Does it sell 米?", "en"),
        ("ZX 7.5 的價格是多少?", "zh-Hant"),
        ("Nordwind API", "en"),
        ("Où est la gare?", "en"),
        ("这家公司的 CEO 是谁?", "zh-Hans"),
        ("這家公司的 CEO 是誰?", "zh-Hant"),
        ("体積", "zh-Hant"),
        ("體与国家", "zh-Hans"),
        ("", "zh-Hant"),
        ("12345", "zh-Hant"),
        ("\ud800\0😀", "zh-Hant"),
    ],
)
def test_language_by_example(text: str, expected: str) -> None:
    assert language(text) == expected


@settings(deadline=None)
@given(ANYTHING)
def test_language_takes_any_text(text: str) -> None:
    assert language(text) in {"zh-Hant", "zh-Hans", "en"}


@pytest.mark.parametrize("character", "一々〇㐀𠀀臺")
def test_ideographs_are_han(character: str) -> None:
    assert is_han(character)


@pytest.mark.parametrize("character", ["a", "1", "の", "한", "。", "😀", " ", "\ud800"])
def test_other_characters_are_not_han(character: str) -> None:
    assert not is_han(character)


@pytest.mark.parametrize("text", ["禾豐科技", "張偉", "Helio", "台積電", "北京"])
def test_names_are_told(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["毛利率", "員工人數", "為什麼", "去年", "", "2023", "?", "營業收入"])
def test_ordinary_words_are_no_names(text: str) -> None:
    assert not is_name(text)


def test_the_first_word_stands_at_the_beginning() -> None:
    assert first_word(fold("營業收入是多少")).startswith("营业")
    assert first_word("") == ""


@settings(deadline=None)
@given(ANYTHING)
def test_the_first_word_is_a_prefix(text: str) -> None:
    assert fold(text).startswith(first_word(fold(text)))


@pytest.mark.parametrize("work", [tokens, sentences, language, fold], ids=lambda work: work.__name__)
@pytest.mark.parametrize(
    "piece",
    ["的", "ก", "ab. ", "a.", "1,", "…", "。)", "ш", "!", " ", "No. ", "\ud800", "A.", "100,"],
    ids=ascii,
)
def test_a_long_line_takes_time_in_proportion(work: Callable[[str], object], piece: str) -> None:
    """Ten times the text in at most 40 times the time (quadratic: 100), unless it is quick anyway."""

    def seconds(characters: int) -> float:
        started = time.process_time()
        work(piece * (characters // len(piece)))
        return time.process_time() - started

    work(piece)
    if (long := seconds(30_000)) > 0.25:
        assert long < 40 * min(seconds(3_000) for _ in range(3))


def test_cutting_long_runs_keeps_all_their_characters() -> None:
    text = "".join(chr(0x4E00 + i * 7 % 5000) for i in range(5000))
    words = tokens(text, ("bigram",))
    assert len(words) == len(text) - 1
    assert re.sub(r"(.).", r"\1", "".join(words)) == fold(text)[:-1]
