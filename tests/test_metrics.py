"""The metrics decide what is believed, so each is held to a worked or published example and, over at least
1,000 random cases, to another implementation: scikit-learn's, the standard library's or a plain one here."""

import json
import math
import random
import statistics
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from sklearn import config_context  # type: ignore[import-untyped]
from sklearn.metrics import (  # type: ignore[import-untyped]
    ndcg_score,
    precision_recall_fscore_support,
    recall_score,
    roc_auc_score,
)

from eval import calibration, metrics
from eval.metrics import char_f1, citation_scores, exact_match, key_match

CASES = 1000
DATA = Path(__file__).resolve().parents[1] / "eval" / "data"
CMRC_MARKS = "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』"


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - test cases, not secrets


# --- exact match and character F1 (CMRC 2018)


@pytest.mark.parametrize(
    ("prediction", "reference", "equal", "f1"),
    [
        ("範廷頌", "範廷頌", True, 1.0),
        ("「範廷頌」。", "範廷頌", True, 1.0),
        ("GLM-4.5", "glm4.5", True, 1.0),
        ("是範廷頌樞機", "範廷頌", False, 2 * 3 / (6 + 3)),
        (
            "甲乙丙丁",
            "甲丙丁乙",
            False,
            2 * 2 / 8,
        ),  # the longest substring is 丙丁; a subsequence would give 3
        ("5,926億元", "5,926", False, 2 * 1 / (3 + 1)),
        ("about 12 firms", "12 firms", False, 2 * 2 / (3 + 2)),
        ("", "甲", False, 0.0),
        ("。", "", True, 0.0),
    ],
)
def test_cmrc_by_hand(prediction: str, reference: str, equal: bool, f1: float) -> None:
    assert exact_match(prediction, [reference]) is equal
    assert char_f1(prediction, [reference]) == pytest.approx(f1)
    assert char_f1(prediction, ["無關", reference]) == pytest.approx(f1)


def test_cmrc_drops_its_own_marks_and_keeps_all_others() -> None:
    for mark in CMRC_MARKS:
        assert exact_match(f"甲{mark}乙", ["甲乙"]), mark
        assert char_f1(f"甲{mark}乙", ["甲乙"]) == 1, mark
    for mark in ".,!?;()%'\"‘…•— ":
        assert not exact_match(f"甲{mark}乙", ["甲乙"]), mark


def plain_segments(text: str) -> list[str]:
    kept = "".join(character for character in text.lower().strip() if character not in CMRC_MARKS)
    out: list[str] = []
    joined = False
    for i, character in enumerate(kept):
        after = kept[i + 1 : i + 2]
        ideograph = "\u4e00" <= character <= "\u9fa5"
        inner = joined and (
            (character == "." and after.isalnum() and not "\u4e00" <= after <= "\u9fa5")
            or (character == "," and after.isdecimal())
        )
        part = (character.isalnum() and not ideograph) or inner
        if part and joined:
            out[-1] += character
        elif not character.isspace():
            out.append(character)
        joined = part
    return out


def longest_common_substring(a: list[str], b: list[str]) -> int:
    ends = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            ends[i + 1][j + 1] = ends[i][j] + 1 if x == y else 0
    return max(map(max, ends))


def test_cmrc_agrees_with_a_plain_implementation() -> None:
    draw = seeded(1)
    matches = 0
    for _ in range(CASES):
        alphabet = draw.choice(["甲乙", "甲乙a1., 。-「%", "Aab12.,' 億年"])
        prediction, *references = ["".join(draw.choices(alphabet, k=draw.randrange(9))) for _ in range(3)]
        best = 0.0
        for reference in references:
            a, b = plain_segments(prediction), plain_segments(reference)
            if common := longest_common_substring(a, b):
                precision, recall = common / len(a), common / len(b)
                best = max(best, 2 * precision * recall / (precision + recall))
        bare = [
            "".join(c for c in text.lower().strip() if c not in CMRC_MARKS)
            for text in (prediction, *references)
        ]
        assert char_f1(prediction, references) == pytest.approx(best), (prediction, references)
        assert exact_match(prediction, references) == (bare[0] in bare[1:])
        matches += bare[0] in bare[1:]
    assert 20 < matches < CASES - 20


# --- key match


@pytest.mark.parametrize(
    ("text", "key", "met"),
    [
        ("營收 5 億元", "5億", True),
        ("營收5億元", "5 億", True),
        ("營收 1.5 億元", "5 億", False),
        ("共 2950 家", "95", False),
        ("11.2%", "1.2", False),
        ("1.25%", "1.2", False),
        ("GLM-4.5.1", "4.5", False),
        ("1. 5億", "5億", True),
        ("到 2024.", "2024", True),
        ("5,926 億元", "5926億", True),
        ("5926 億元", "5,926億", True),
        ("５，９２６ 億元", "5926億", True),
        ("12,345", "345", False),
        ("10，200家", "200家", True),  # a Chinese comma between numbers lists them
        ("2022,2023", "2022", True),
        ("增至５億", "5億", True),
        ("收购了张鹏的公司", "張鵬", True),
        ("用 glm-4.6v 做", "GLM-4.6V", True),
        ("第二\n週", "第二週", True),
        ("5億3千萬", "5億", False),
        ("1億5000萬", "5000萬", False),
        ("15萬億", "15萬", False),
        ("十三年", "三年", False),
        ("八成五", "八成", False),
        ("八成五", "八成五", True),
        ("完成三項", "完成", True),
        ("an enterprise", "rise", False),
        ("not known", "No", False),
        ("No, it fell.", "no", True),
        ("sales increased", "increase", True),
        ("fellow", "fell", False),
        ("呼叫API時", "api", True),
        ("每週 $5.2", "$5.2", True),
    ],
)
def test_key_match_by_hand(text: str, key: str, met: bool) -> None:
    assert key_match(text, [[key]]) is met


def test_key_match_needs_every_group_and_any_alternative() -> None:
    assert key_match("甲 3 家,乙 4 家", [["3家", "三家"], ["4家", "四家"]])
    assert not key_match("甲 3 家,乙 5 家", [["3家", "三家"], ["4家", "四家"]])
    with pytest.raises(ValueError, match="refusal"):
        key_match("甲", [])
    with pytest.raises(ValueError, match="alternative"):
        key_match("甲", [[" "]])


AMOUNTS = [
    "5",
    "1.5",
    "15",
    "51",
    "5.1",
    "95",
    "2950",
    "295",
    "950",
    "12345",
    "345",
    "12.345",
    "1234567",
    "567",
]
UNITS = ["億", "萬", "家", "億元", "%", " GWh"]
DIGITS = "零一二三四五六七八九"


def written(draw: random.Random, amount: str, unit: str) -> str:
    """An amount in one of the ways that mean the same."""
    whole, _, decimals = amount.partition(".")
    if draw.random() < 0.5:
        whole = f"{int(whole):,}"
    text = whole + (f".{decimals}" if decimals else "") + draw.choice(["", " ", "\u3000"]) + unit.strip()
    if draw.random() < 0.3:
        text = "".join(chr(ord(c) + 0xFEE0) if c in "0123456789.,%" else c for c in text)
    simplified = str.maketrans("億萬", "亿万")
    return text.translate(simplified).lower() if draw.random() < 0.5 else text


def in_characters(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return head + (DIGITS[ones] if ones or not tens else "")


def test_key_match_finds_the_amounts_that_were_written_and_no_others() -> None:
    draw = seeded(2)
    found = 0
    for _ in range(2 * CASES):
        said = [(draw.choice(AMOUNTS), draw.choice(UNITS)) for _ in range(draw.randint(1, 4))]
        text = "".join(draw.choice(["為", "、約 ", "；", "\n"]) + written(draw, *one) for one in said) + "。"
        asked = draw.choice([*said, (draw.choice(AMOUNTS), draw.choice(UNITS))])
        met = any(amount == asked[0] and unit.startswith(asked[1]) for amount, unit in said)
        assert key_match(text, [[written(draw, *asked)]]) is met, (text, asked)
        found += met
    assert CASES / 2 < found < 2 * CASES - CASES / 4


def test_key_match_knows_numbers_written_in_characters() -> None:
    draw = seeded(3)
    found = 0
    for _ in range(CASES):
        said = [draw.randrange(1, 30) for _ in range(4)]
        text = "、".join(f"{in_characters(number)}年" for number in said)
        asked = draw.randrange(1, 30)
        assert key_match(text, [[f"{in_characters(asked)}年"]]) is (asked in said), (text, asked)
        found += asked in said
    assert found > CASES / 10


def test_key_match_finds_every_answer_in_its_evidence() -> None:
    absent = {"yes_no", "comparison", "metadata"}  # judged, computed or reformatted
    rows = [
        json.loads(line) for name in ("article", "foreign") for line in (DATA / f"{name}.jsonl").open("rb")
    ]
    carried = [row for row in rows if row["answers"] and row["type"] not in absent]
    assert len(carried) > 200
    assert [row["id"] for row in carried if not key_match("\n".join(row["evidence"]), row["answers"])] == []


# --- retrieval


def test_retrieval_published_examples() -> None:
    """nDCG and MRR as worked in Wikipedia's articles on them; recall@k by hand."""
    grades = {"D1": 3.0, "D2": 2.0, "D3": 3.0, "D4": 0.0, "D5": 1.0, "D6": 2.0, "D7": 3.0, "D8": 2.0}
    assert metrics.ndcg_at_k(grades, ["D1", "D2", "D3", "D4", "D5", "D6"], 6) == pytest.approx(
        0.785, abs=5e-4
    )
    ranks = [
        metrics.reciprocal_rank({"cats"}, ["catten", "cati", "cats"]),
        metrics.reciprocal_rank({"tori"}, ["torii", "tori", "toruses"]),
        metrics.reciprocal_rank({"viruses"}, ["viruses", "virii", "viri"]),
    ]
    assert statistics.fmean(ranks) == pytest.approx(11 / 18)
    assert metrics.reciprocal_rank({"x"}, ["a", "b"]) == 0
    assert metrics.recall_at_k({"a", "b", "c", "d"}, ["b", "x", "a", "c"], 3) == 0.5
    assert metrics.ndcg_at_k({"a"}, ["x", "a", "a"]) == pytest.approx(1 / math.log2(3))
    for undefined in (metrics.recall_at_k, metrics.ndcg_at_k):
        with pytest.raises(ValueError, match="relevant"):
            undefined(set(), ["a"], 1)
    with pytest.raises(ValueError, match="grade"):
        metrics.ndcg_at_k({"a": 0.0}, ["a"])


def test_ndcg_agrees_with_scikit_learn() -> None:
    draw = seeded(4)
    for case in range(CASES):
        size, k = draw.randint(2, 15), draw.randint(1, 12)
        grades = [draw.randrange(2 if case % 2 else 4) for _ in range(size)]
        grades[draw.randrange(size)] = 1
        ranked = draw.sample(range(size), size)
        scores = [-ranked.index(item) for item in range(size)]
        relevance = (
            set(filter(grades.__getitem__, range(size))) if case % 2 else dict(enumerate(map(float, grades)))
        )
        assert metrics.ndcg_at_k(relevance, ranked, k) == pytest.approx(ndcg_score([grades], [scores], k=k))


def test_recall_and_reciprocal_rank_agree_with_a_plain_implementation() -> None:
    draw = seeded(5)
    for _ in range(CASES):
        relevant = set(draw.sample(range(20), draw.randint(1, 6)))
        ranked = draw.sample(range(20), draw.randint(0, 15))
        k = draw.randint(1, 15)
        found, first = 0, 0.0
        for place in range(len(ranked)):
            if ranked[place] in relevant:
                found += place < k
                first = first or 1 / (place + 1)
        assert metrics.recall_at_k(relevant, ranked, k) == found / len(relevant)
        assert metrics.reciprocal_rank(relevant, ranked) == first


# --- citations


def test_citation_scores_by_hand() -> None:
    gold = [("d", 10, 20), ("d", 30, 40)]
    cited = [("d", 19, 25), ("d", 20, 30), ("e", 10, 20)]
    assert citation_scores(cited, gold) == metrics.CitationScores(precision=1 / 3, recall=1 / 2)
    assert citation_scores([], gold) == metrics.CitationScores(precision=None, recall=0.0)
    assert citation_scores([(0, 4)], []) == metrics.CitationScores(precision=0.0, recall=None)
    with pytest.raises(ValueError, match="document"):
        citation_scores([(10, 20)], gold)


def test_citation_scores_agree_with_counting_characters() -> None:
    draw = seeded(6)
    for case in range(CASES):
        spans: list[list[metrics.Span]] = [[], []]
        for side in spans:
            for _ in range(draw.randint(1, 4)):
                start = draw.randrange(30)
                end = start + draw.randint(1, 6)
                side.append((start, end) if case % 2 else (draw.choice("de"), start, end))
        cited, gold = ([{(span[:-2], i) for i in range(*span[-2:])} for span in side] for side in spans)
        scores = citation_scores(*spans)
        assert scores.precision == sum(bool(c & set().union(*gold)) for c in cited) / len(cited)
        assert scores.recall == sum(bool(g & set().union(*cited)) for g in gold) / len(gold)


def test_sentence_spans_are_the_sentences_touched() -> None:
    draw = seeded(7)
    for _ in range(CASES):
        text, whole = "", []
        for _ in range(5):
            start = len(text)
            text += "".join(draw.choices("甲乙丙,3", k=draw.randint(1, 6))) + draw.choice("。!?")
            whole.append(("d", start, len(text)))
        start = draw.randrange(len(text))
        end = draw.randint(start + 1, len(text))
        touched = {s for s in whole if set(range(s[1], s[2])) & set(range(start, end))}
        assert metrics.sentence_spans([("d", start, end)], {"d": text}) == touched


def test_sentence_level_precision_punishes_quoting_everything() -> None:
    texts = {"d": "甲是一。乙是二。丙是三。丁是四。"}
    gold, cited = [("d", 5, 7)], [("d", 0, 16)]
    assert citation_scores(cited, gold).precision == 1
    sentence_level = citation_scores(
        metrics.sentence_spans(cited, texts), metrics.sentence_spans(gold, texts)
    )
    assert sentence_level == metrics.CitationScores(precision=0.25, recall=1.0)


def test_quote_exactness_and_unsupported_sentences() -> None:
    text = "甲是一。乙是二。"
    quotes = [("甲是一", text, 0, 3), ("乙是 二", text, 4, 7), ("乙是二", text, 3, 6), ("", text, 2, 2)]
    assert metrics.quote_exactness(quotes) == 0.25
    assert metrics.quote_exactness([("。", text, -1, len(text))]) == 0
    assert metrics.quote_exactness([]) is None
    assert metrics.unsupported_sentence_rate([("甲", True), ("乙", False), ("丙", True)]) == pytest.approx(
        1 / 3
    )
    assert metrics.unsupported_sentence_rate([]) is None


# --- refusal and confidence


def test_refusal_scores_by_hand() -> None:
    refused = [True, True, True, False, False, False]
    answerable = [False, False, True, False, True, True]
    scores = metrics.refusal_scores(refused, answerable)
    assert scores == metrics.RefusalScores(precision=2 / 3, recall=2 / 3, f1=4 / 6, false_refusal_rate=1 / 3)
    never = metrics.refusal_scores([False] * 2, [True, False])
    assert never == metrics.RefusalScores(None, 0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="longer"):
        metrics.refusal_scores([True], [True, False])


def test_refusal_scores_agree_with_scikit_learn() -> None:
    draw = seeded(8)
    runs = []
    for _ in range(CASES):
        answerable = [False, True, *(draw.random() < 0.6 for _ in range(10))]
        refused = [draw.random() < (0.2 if a else 0.7) for a in answerable]
        refused[draw.randrange(12)] = True
        runs.append((refused, answerable))
    marked, unanswerable = np.array([r for r, _ in runs]).T, ~np.array([a for _, a in runs]).T
    expected = precision_recall_fscore_support(unanswerable, marked, average=None, zero_division=0)[:3]
    lost = recall_score(~unanswerable, marked, average=None)  # of the answerable, the refused
    for (refused, answerable), *columns in zip(runs, *expected, lost, strict=True):
        scores = metrics.refusal_scores(refused, answerable)
        found = (scores.precision, scores.recall, scores.f1, scores.false_refusal_rate)
        assert found == pytest.approx(columns)


def test_risk_coverage_by_hand() -> None:
    curve = calibration.risk_coverage([0.6, 0.9, 0.7, 0.8], [True, True, False, True])
    assert curve.coverage == (0.25, 0.5, 0.75, 1.0)
    assert curve.risk == pytest.approx((0, 0, 1 / 3, 1 / 4))
    assert curve.aurc == pytest.approx(7 / 48)
    assert curve.excess_aurc == pytest.approx(7 / 48 - 1 / 16)
    assert calibration.risk_coverage([0.5] * 3, [True, False, False]).risk == pytest.approx((2 / 3,) * 3)
    assert calibration.risk_coverage([0.2, 0.9], [False, True]).excess_aurc == 0


def test_risk_coverage_is_the_mean_over_all_orders_of_the_ties() -> None:
    draw = seeded(9)
    for _ in range(CASES):
        size = draw.randint(1, 5)
        answers = [(draw.choice([0.1, 0.5, 0.9]), draw.random() < 0.6) for _ in range(size)]

        def area(ranked: list[tuple[float, bool]]) -> float:
            risks = [sum(not right for _, right in ranked[:n]) / n for n in range(1, len(ranked) + 1)]
            return statistics.fmean(risks)

        orders = [sorted(order, key=lambda answer: -answer[0]) for order in permutations(answers)]
        curve = calibration.risk_coverage(*zip(*answers, strict=True))
        assert curve.aurc == pytest.approx(statistics.fmean(map(area, orders)))
        best = min(area(list(order)) for order in permutations(answers))
        assert curve.excess_aurc == pytest.approx(curve.aurc - best, abs=1e-12)


def test_auroc_by_hand_and_with_one_class() -> None:
    assert (
        calibration.auroc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    )  # scikit-learn's own example
    assert calibration.auroc([0.5, 0.5], [True, False]) == 0.5
    assert calibration.auroc([0.5, 0.6], [True, True]) is None
    with pytest.raises(ValueError, match="NaN"):
        calibration.auroc([math.nan, 0.1], [True, False])


def test_auroc_agrees_with_scikit_learn() -> None:
    draw = seeded(10)
    with config_context(assume_finite=True, skip_parameter_validation=True):  # half the time
        for _ in range(CASES):
            labels = [True, False, *draw.choices([True, False], k=draw.randint(0, 20))]
            scores = [draw.randrange(8) / 7 for _ in labels]
            assert calibration.auroc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))


def test_expected_calibration_error_by_hand() -> None:
    found = calibration.expected_calibration_error(
        [0.9, 0.95, 0.3, 0.0], [True, False, False, False], bins=10
    )
    # 0.9 closes its bin: gaps 0.1, 0.95, 0.3 and 0 of one answer each
    assert found.error == pytest.approx((0.1 + 0.95 + 0.3 + 0) / 4)
    assert [(b.low, b.high, b.count) for b in found.bins] == [
        (0, 0.1, 1),
        (0.2, 0.3, 1),
        (0.8, 0.9, 1),
        (0.9, 1, 1),
    ]
    for bad in ([1.1], [-0.1], [math.nan], [], [0.1, 0.2]):
        with pytest.raises(ValueError, match="confidence"):
            calibration.expected_calibration_error(bad, [True])


def test_expected_calibration_error_agrees_with_exact_fractions() -> None:
    draw = seeded(11)
    for _ in range(CASES):
        bins = draw.choice([1, 5, 10, 15])
        hundredths = [draw.randint(0, 100) for _ in range(draw.randint(1, 40))]
        correct = [draw.random() < 0.5 for _ in hundredths]
        error = Fraction(0)
        for m in range(bins):
            members = [
                (Fraction(value, 100), right)
                for value, right in zip(hundredths, correct, strict=True)
                if Fraction(m, bins) < Fraction(value, 100) <= Fraction(m + 1, bins)
                or (m == 0 and value == 0)
            ]
            gap = sum((right - confidence for confidence, right in members), Fraction(0))
            error += abs(gap) / len(hundredths)
        found = calibration.expected_calibration_error([value / 100 for value in hundredths], correct, bins)
        assert found.error == pytest.approx(float(error), abs=1e-12)
        assert sum(one.count for one in found.bins) == len(hundredths)


def test_percentile_agrees_with_the_standard_library() -> None:
    draw = seeded(12)
    for _ in range(CASES):
        values = [draw.expovariate(1) for _ in range(draw.randint(2, 40))]
        percent = draw.randint(1, 99)
        expected = statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
        assert metrics.percentile(values, percent) == pytest.approx(expected)
    assert metrics.percentile([1, 2, 3, 4], 50) == 2.5
    with pytest.raises(ValueError, match="one value"):
        metrics.percentile([], 50)
