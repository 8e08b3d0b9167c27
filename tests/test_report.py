"""The report shows other people's text and our figures: the one must stay text, the others must be true."""

import base64
import hashlib
import itertools
import json
import math
import re
import shutil
import statistics
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import cards, plots, report

HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'\"&amp;</mark>|`*_"
)
RIGHT_TO_LEFT = "\u202egnp.exe\u2066"
PLAIN_TEXT = {"text", "title", "desc"}
"""Elements without markup inside, each of which is a bidi paragraph of its own."""
VOID = {"meta", "img", "br", "input", "link"}
WITHOUT_INTERVAL = {"mrr": 0.941, "ece": 0.043, "latency_p50": 0.2104}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def outcome(number: int, **changes: Any) -> dict[str, Any]:
    """A rightly answered question, with whatever differs from that in `changes`."""
    quote = f"第 {number} 季的營收為 {number}.5 億元"
    citation = {
        "number": 1,
        "quote": quote,
        "document_id": "d" * 16,
        "title": "虛構公司季報",
        "source": "虛構日報",
        "published": "2030-01-02",
        "start": 5,
        "end": 5 + len(quote),
    }
    return {
        "set": "article",
        "id": f"q{number}",
        "article": "made_up.txt",
        "type": "list_figure",
        "script": "zh-Hant",
        "split": "dev",
        "question": f"第 {number} 季賺多少?",
        "history": [],
        "answers": [[f"{number}.5 億元", f"{number}.5億"]],
        "evidence": [quote],
        "answer": {
            "text": f"{quote}[1]。參見 [9]。",
            "short": f"{number}.5 億元",
            "refused": False,
            "confidence": 0.75,
            "query": f"第 {number} 季賺多少?",
            "engine": "extractive",
            "citations": [citation],
            "timings": {"retrieve": 0.02, "answer": 0.1, "total": 0.12},
        },
        "contexts": [{"number": 1, "before": "財報指出,", "quote": quote, "after": ",高於預期。"}],
        "verdict": {"right": True, "correct": True, "cited": True, "refused": False, "why": ""},
        "rank": 1,
    } | changes


def score(
    metric: str, group: str, value: float, low: float | None = None, name: str = "article"
) -> dict[str, Any]:
    high = None if low is None else min(1.0, value + 0.05)
    return {"set": name, "metric": metric, "group": group, "value": value, "low": low, "high": high, "n": 40}


def run_file(*outcomes: dict[str, Any]) -> dict[str, Any]:
    """A run over two sets, of the given outcomes and of one question of each other kind."""
    wrong = {
        "right": False,
        "correct": False,
        "cited": False,
        "refused": False,
        "why": "the amount is not in it",
    }
    kinds = [
        outcome(1),
        outcome(2, verdict=wrong, type="fact", split="held"),
        outcome(3, answers=[], evidence=[], verdict=wrong | {"cited": None}, type="not_stated", rank=None),
        outcome(4, verdict=wrong | {"refused": True, "cited": None}, set="foreign", script="en"),
        outcome(
            5, history=[{"question": "第一季呢?", "answer": "1.5 億元"}], type="follow_up", set="foreign"
        ),
    ]
    scores = [score("accuracy", "all", 0.872, 0.83), score("accuracy", "all", 0.5, 0.25, "foreign")]
    scores += [score(metric, "all", value) for metric, value in WITHOUT_INTERVAL.items()]
    scores += [score("accuracy", f"type:{kind}", 0.9, 0.8) for kind in ("fact", "follow_up", "list_figure")]
    scores += [score("accuracy", f"script:{script}", 0.7, 0.6) for script in ("zh-Hant", "en")]
    curves = {
        "risk_coverage": [[0.25, 0.0], [0.5, 0.1], [1.0, 0.2]],
        "reliability": [{"low": 0.7, "high": 0.8, "confidence": 0.75, "accuracy": 0.6, "n": 5}],
        "latency": {"rewrite": [0.0, 0.0], "retrieve": [0.01, 0.02, 0.04], "total": [0.1, 0.2, 0.5]},
    }
    return {
        "run": {
            "time": "2030-01-02T03:04:05+00:00",
            "fingerprint": "3fa9c1d2",
            "commit": "abc1234",
            "settings": {"engine": "extractive", "k": 6},
            "versions": {"python": "3.11"},
            "machine": "2 cores",
            "engine": "extractive",
            "sets": ["article", "foreign"],
            "peak_memory_mb": 1234.4,
        },
        "outcomes": [*kinds, *outcomes],
        "scores": scores,
        "curves": {"article": curves},
        "ablation": [score("recall@5", "all", 0.9, 0.85) | {"name": "lexical, jieba and bigrams"}],
    }


class Page(HTMLParser):
    """The elements of a page and its texts, each with the elements around it; fails on crossed tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, list[tuple[str, dict[str, str | None]]]]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((data, list(self.open)))

    def inside(self, tag: str) -> list[str]:
        return [data for data, around in self.texts if around and around[-1][0] == tag]


def poisoned(text: str) -> dict[str, Any]:
    """An outcome that holds `text` wherever an article, a question or a system could have put it."""
    plain = outcome(7)
    answer = plain["answer"] | {"text": text, "short": text, "query": f"{text}?", "engine": text}
    answer["citations"] = [
        answer["citations"][0] | {"quote": text, "title": text, "source": text, "published": text}
    ]
    answer["timings"] = {text: 0.1, "total": 0.1}
    return plain | {
        **dict.fromkeys(("set", "id", "article", "type", "script", "split", "question"), text),
        "history": [{"question": text, "answer": text}],
        "answers": [[text]],
        "evidence": [text],
        "answer": answer,
        "contexts": [{"number": 1, "before": text, "quote": text, "after": text}],
        "verdict": plain["verdict"] | {"why": text},
    }


def poisoned_run(text: str) -> dict[str, Any]:
    run = run_file(poisoned(text))
    run["run"] |= dict.fromkeys(("time", "fingerprint", "commit", "machine", "engine"), text)
    run["run"] |= {"sets": ["article", text], "settings": {text: text}, "versions": {text: text}}
    run["scores"] += [score(text, "all", 0.5, 0.4, text), score("accuracy", f"type:{text}", 0.5, 0.4, text)]
    run["curves"][text] = run["curves"]["article"] | {"latency": {text: [0.1]}}
    run["ablation"] += [{"name": text, "metric": text, "value": 0.5, "low": 0.4, "high": 0.6, "n": 3}]
    return run


def test_third_party_text_stays_text() -> None:
    page = Page(report.html(poisoned_run(HOSTILE)))
    assert HOSTILE in page.inside("mark")
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert not {tag for tag, _ in page.elements} & {"img", "iframe", "object", "embed", "link", "base"}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_the_direction_of_third_party_text_is_isolated() -> None:
    page = Page(report.html(poisoned_run(RIGHT_TO_LEFT)))
    held = [around for data, around in page.texts if RIGHT_TO_LEFT[0] in data]
    assert len(held) > 25
    for around in held:
        isolated = any(
            tag in {"bdi", *PLAIN_TEXT} or attributes.get("dir") == "auto" for tag, attributes in around
        )
        assert isolated, around


def test_the_page_asks_for_nothing_and_runs_only_its_own_script() -> None:
    text = report.html(run_file())
    page = Page(text)
    addresses = [attributes.get(name) for _, attributes in page.elements for name in ("src", "href")]
    assert all(address.startswith("#") for address in addresses if address)
    assert not re.search(r"url\(|@import|https?://", text)
    (script,) = page.inside("script")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(a["content"] for tag, a in page.elements if tag == "meta" and "http-equiv" in a)
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_a_lone_surrogate_does_not_keep_the_report_from_being_written() -> None:
    run = json.loads(json.dumps(run_file(outcome(6, question="營收\ud800多少"))))
    assert "營收?多少".encode() in report.html(run).encode("utf-8")


def test_questions_come_failures_first_with_everything_about_them() -> None:
    page = Page(report.html(run_file()))
    cards = [
        attributes
        for tag, attributes in page.elements
        if "question" in (attributes.get("class") or "").split()
    ]
    assert [card["data-verdict"] for card in cards] == [
        "wrong answer",
        "missed refusal",
        "wrong refusal",
        "right answer",
        "right answer",
    ]
    assert cards[0]["data-split"] == "held"
    shown = [data for data, around in page.texts if any(a.get("id") == "article-q2" for _, a in around)]
    for expected in (
        "第 2 季賺多少?",
        "2.5 億元",
        "the amount is not in it",
        "75.0%",
        "120 ms (retrieve 20 ms · answer 100 ms)",
        "財報指出,",
        "第 2 季的營收為 2.5 億元",
        ",高於預期。",
        "虛構公司季報",
    ):
        assert expected in shown


def test_follow_ups_show_the_earlier_turns_and_the_completed_query() -> None:
    asked = outcome(8, history=[{"question": "誰是執行長?", "answer": "王小明"}])
    asked["answer"] = asked["answer"] | {"query": "王小明幾歲?"}
    page = Page(report.html(run_file(asked)))
    assert {"誰是執行長?", "王小明", "王小明幾歲?"} <= set(page.inside("p"))
    assert page.inside("h3").count("Completed query") == 1


def test_marks_link_to_the_citation_they_name_and_no_further() -> None:
    page = Page(report.html(run_file()))
    targets = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    links = [(attributes["href"] or "")[1:] for tag, attributes in page.elements if tag == "a"]
    assert len(links) == 5
    assert set(links) <= targets
    assert "[9]" not in page.inside("a")


def test_a_citation_without_its_paragraph_is_shown_by_itself() -> None:
    page = Page(report.html(run_file(outcome(6, contexts=[]))))
    assert "第 6 季的營收為 6.5 億元" in page.inside("mark")


@pytest.mark.parametrize(
    ("answerable", "verdict", "expected"),
    [
        (True, (True, True, True, False), "right answer"),
        (True, (True, True, None, False), "right answer"),
        (True, (True, True, False, False), "evidence not cited"),
        (True, (False, False, True, False), "wrong answer"),
        (True, (False, False, None, True), "wrong refusal"),
        (False, (True, False, None, True), "right refusal"),
        (False, (False, False, None, False), "missed refusal"),
    ],
)
def test_fate(answerable: bool, verdict: tuple[bool, bool, bool | None, bool], expected: str) -> None:
    judged = dict(zip(("right", "correct", "cited", "refused"), verdict, strict=True))
    assert cards.fate({"answers": [["x"]] if answerable else [], "verdict": judged}) == expected


def cells(table: str) -> list[list[str]]:
    """The rows of a Markdown table; a bar after a backslash is part of its cell."""
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()]


def test_the_headline_table_has_a_row_for_each_metric_and_a_column_for_each_set() -> None:
    assert cells(report.readme_table(run_file())) == [
        ["Metric", "article (3 questions)", "foreign (2 questions)"],
        ["---", "---:", "---:"],
        ["accuracy", "87.2% [83.0%, 92.2%]", "50.0% [25.0%, 55.0%]"],
        ["MRR", "0.941", "–"],
        ["ECE ↓", "0.043", "–"],
        ["latency p50 ↓", "210 ms", "–"],
    ]


def test_the_summary_breaks_the_first_grouped_metric_down_and_names_the_run() -> None:
    summary = report.markdown(run_file())
    assert "## accuracy by type" in summary
    assert "| list\\_figure | 90.0% [80.0%, 95.0%], n 40 | – |" in summary
    assert "| en | 70.0% [60.0%, 75.0%], n 40 | – |" in summary
    assert "- commit: abc1234" in summary
    assert "- settings: engine = extractive, k = 6" in summary


def test_third_party_names_do_not_break_the_markdown() -> None:
    text = report.markdown(poisoned_run(HOSTILE + "\n# x"))
    tables = [block for block in text.split("\n\n") if block.startswith("| ")]
    assert len(tables) == 3
    assert all(len(row) == 3 for table in tables for row in cells(table))
    assert not re.search(r"(?<!\\)<", text)
    assert "\n# x" not in text


def test_values_that_are_not_numbers_are_shown_as_missing() -> None:
    run = run_file()
    run["scores"] = [score("accuracy", "all", math.nan), score("accuracy", "type:fact", math.nan)]
    assert cells(report.readme_table(run))[2] == ["accuracy", "–", "–"]
    assert "nan" not in report.html(run)


def test_the_table_replaces_what_stands_between_the_markers() -> None:
    readme = f"# Title\n{report.BEGIN}\nold\n{report.END}\ntext\n"
    once = report.insert_table(readme, "| new |")
    assert once == f"# Title\n{report.BEGIN}\n\n| new |\n\n{report.END}\ntext\n"
    assert report.insert_table(once, "| new |\n") == once


@pytest.mark.parametrize(
    "readme",
    [
        "",
        report.BEGIN,
        report.END + report.BEGIN,
        report.BEGIN + report.BEGIN + report.END,
        report.BEGIN + report.END + report.END,
    ],
)
def test_a_readme_without_the_two_markers_is_refused(readme: str) -> None:
    with pytest.raises(ValueError, match="write once <!-- eval:begin --> and below it <!-- eval:end -->"):
        report.insert_table(readme, "| new |")


@pytest.mark.parametrize("make", [report.html, report.markdown, report.readme_table])
def test_what_is_no_run_file_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="scores, curves missing; make one with: python -m eval"):
        make({"run": {}, "outcomes": []})


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0.0 ms"), (0.0004, "0.4 ms"), (0.0123, "12 ms"), (0.9996, "1.00 s"), (12.345, "12.35 s")],
)
def test_seconds(value: float, shown: str) -> None:
    assert plots.seconds(value) == shown


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_linear_axes_enclose_their_data_with_few_even_ticks(a: float, b: float) -> None:
    low, high = sorted((round(a, 3), round(b, 3)))
    ticks = plots.linear(low, high).ticks
    assert 2 <= len(ticks) <= 6
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= high - 1e-6
    steps = [after - before for before, after in itertools.pairwise(ticks)]
    assert min(steps) > 0
    assert max(steps) == pytest.approx(min(steps))


@given(st.floats(1e-4, 1e3), st.floats(1e-4, 1e3))
def test_logarithmic_axes_enclose_their_data_with_powers_of_ten(a: float, b: float) -> None:
    axis = plots.logarithmic(min(a, b), max(a, b))
    assert axis.ticks[0] <= min(a, b) * 1.000001
    assert axis.ticks[-1] >= max(a, b) / 1.000001
    assert axis.at(axis.ticks[0]) == 0
    assert axis.at(axis.ticks[-1]) == 100


def test_places_on_the_axes() -> None:
    assert plots.linear(0.0, 0.87).ticks == (0.0, 0.5, 1.0)
    assert plots.linear(0.57, 0.96).ticks == (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    assert plots.SHARE.at(0.3) == 30
    assert plots.SHARE.down(0.3) == 70
    assert plots.Axis((0.001, 0.01, 0.1), logarithmic=True).at(0.01) == 50


def drawn(figure: str) -> ElementTree.Element:
    """The drawing of a figure, which is well-formed and tells what it shows to those who do not see it."""
    found = re.search(r"<svg.*</svg>", figure)
    assert found
    svg = ElementTree.fromstring(found.group())  # noqa: S314 (our own drawing)
    assert svg.get("role") == "img"
    assert all(svg.findtext(tag) for tag in ("title", "desc"))
    return svg


def test_intervals_stand_where_their_values_are() -> None:
    rows = [plots.Row("a", 0.5, 0.25, 0.75, "note <b>"), plots.Row("無", 1.0, None, None, "")]
    figure = plots.intervals("By type", rows, plots.SHARE, plots.percent)
    svg = drawn(figure)
    bar = svg.find(".//*[@class='interval']")
    assert bar is not None
    assert (bar.get("x1"), bar.get("x2")) == ("25.0%", "75.0%")
    assert [dot.get("cx") for dot in svg.findall(".//*[@class='dot']")] == ["50.0%", "100.0%"]
    assert "<bdi>25.0%</bdi></td><td><bdi>75.0%</bdi></td><td><bdi>note &lt;b&gt;</bdi></td>" in figure


def test_risk_by_coverage() -> None:
    figure = plots.risk_coverage("Risk", [[0.25, 0.0], [0.5, 0.1], [1.0, 0.2]])
    curve = drawn(figure).find(".//*[@class='curve']")
    assert curve is not None
    assert curve.get("points") == "25.0,100.0 50.0,50.0 100.0,0.0"
    assert '<th scope="row">50.0%</th><td>10.0%</td>' in figure


def test_reliability_shows_each_bin_by_its_size() -> None:
    shape = {"low": 0.0, "high": 0.5, "confidence": 0.25, "accuracy": 0.5, "n": 16}
    bins = [shape, shape | {"confidence": 0.75, "n": 4}, shape | {"n": 0}]
    bubbles = drawn(plots.reliability("Reliability", bins)).findall(".//*[@class='bubble']")
    assert [(b.get("cx"), b.get("cy"), b.get("r")) for b in bubbles] == [
        ("25.0%", "50.0%", "11.0"),
        ("75.0%", "50.0%", "5.5"),
    ]


def test_latency_percentiles_agree_with_the_standard_library() -> None:
    taken = [0.011, 0.017, 0.023, 0.2, 0.31, 0.04, 0.05]
    twentieths = statistics.quantiles(taken, n=20, method="inclusive")
    figure = plots.latency("Latency", {"read": taken, "none": []})
    expected = [plots.seconds(value) for value in (twentieths[9], twentieths[0], twentieths[18])]
    assert "".join(f"<td><bdi>{value}</bdi></td>" for value in expected) in figure
    assert "none" not in figure


def test_what_takes_no_time_is_drawn_at_the_edge_and_told_as_it_is() -> None:
    figure = plots.latency("Latency", {"rewrite": [0.0, 0.0], "read": [0.5, 0.5]})
    assert drawn(figure).findall(".//*[@class='dot']")[0].get("cx") == "0.0%"
    assert '<th scope="row"><bdi>rewrite</bdi></th><td><bdi>0.0 ms</bdi></td>' in figure


def test_there_is_no_figure_of_nothing() -> None:
    assert plots.intervals("x", [], plots.SHARE, plots.percent) == ""
    assert plots.risk_coverage("x", []) == plots.reliability("x", []) == plots.latency("x", {"a": []}) == ""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_has_the_contrast_that_wcag_asks_for(theme: int) -> None:
    style = (Path(report.__file__).with_name("static") / "report.css").read_text("utf-8")
    colours = dict(
        re.findall(r"--([\w-]+): (#\w{6});", style.split("prefers-color-scheme: dark")[theme].split("* {")[0])
    )
    pairs = [(ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "card")]
    pairs += [("good", "good-wash"), ("bad", "bad-wash"), ("bad", "card"), ("mark-ink", "mark")]
    for ink, ground in pairs:
        darker, lighter = sorted((luminance(colours[ink]), luminance(colours[ground])))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ink, ground)


OVERLAPS = """() => [...document.querySelectorAll('.figures svg')].flatMap(svg => {
  const boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
  return boxes.flatMap(([a, p], i) => boxes.slice(i + 1)
    .filter(([, q]) => p.width && q.width && p.left < q.right - 1 && q.left < p.right - 1
                       && p.top < q.bottom - 3 && q.top < p.bottom - 3)
    .map(([b]) => `${a} / ${b}`));
})"""


@pytest.mark.browser
def test_a_failure_is_found_by_filter_with_its_evidence_marked(tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    path = tmp_path / "report.html"
    path.write_text(report.html(run_file(poisoned(HOSTILE))), "utf-8")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 375, "height": 800})
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())

        shown = page.locator(".question:visible")
        assert page.locator("output").text_content() == "6 of 6 questions"
        page.get_by_label("verdict").select_option("failed")
        page.get_by_label("type").select_option("fact")
        assert page.locator("output").text_content() == "1 of 6 questions"
        shown.locator("summary").focus()
        page.keyboard.press("Enter")
        mark = shown.locator("mark")
        assert mark.is_visible()
        assert mark.text_content() == "第 2 季的營收為 2.5 億元"

        page.get_by_role("button", name="Reset").click()
        page.get_by_label("search").fill("４季 1.5")
        page.wait_for_function("document.querySelector('output').value === '0 of 6 questions'")
        page.get_by_label("search").fill("第４季 4.5億")
        page.wait_for_function("document.querySelector('output').value === '1 of 6 questions'")
        assert shown.get_attribute("data-verdict") == "wrong refusal"

        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        assert page.evaluate(OVERLAPS) == []
        assert page.title() == "Evaluation 2030-01-02T03:04:05+00:00"
        assert (asked, complaints) == ([path.as_uri()], [])
        browser.close()
