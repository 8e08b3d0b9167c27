"""The chat page in a real browser, over a pipeline that says what it is told: what people see and can do."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from rag import Settings
from tests import invented
from tests.browser import DESKTOP, PHONE, ask, chromium, in_sight, opened
from tests.scripted import Scripted, catalog_of, served
from ui.app import CONCURRENT_ANSWERS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Scripted:
    home = tmp_path_factory.mktemp("home")
    return Scripted(catalog_of(home, invented.documents()), Settings(home=home), invented.answers())


@pytest.fixture(scope="module")
def address(pipeline: Scripted) -> Iterator[str]:
    with served(pipeline) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    page = opened(browser, address)
    yield page
    page.context.close()


# The answer and its article


@pytest.mark.parametrize("question", invented.SENTENCES)
def test_a_click_on_the_mark_stands_in_the_article_at_the_quote(page: Any, question: str) -> None:
    document, quote, value = invented.SENTENCES[question]
    answer = ask(page, question)
    mark = page.locator("#article mark")
    assert mark.inner_text() == quote
    assert in_sight(page, mark), "the newest answer's mark shows when it arrives"
    page.locator("#article").evaluate("pane => pane.scrollTop = pane.scrollHeight")
    answer.locator(".cite").click()
    assert in_sight(page, mark)
    assert mark.locator("strong").inner_text() == value
    assert page.locator("#article h2").inner_text() == document.title
    assert answer.locator(".short strong").inner_text() == value


def test_the_whole_article_is_there_to_read(page: Any) -> None:
    ask(page, "船塢有多長?")
    document = invented.BOAT
    for block in document.blocks:
        assert document.text[block.start : block.end] in page.locator("#article article").inner_text()
    assert page.locator("#article h3").count() == sum(block.level == 1 for block in document.blocks)
    assert page.locator("#article .byline").inner_text() == "海港週報 · 2030-11-20"


def test_of_two_articles_each_opens_by_its_mark_and_by_its_card(page: Any) -> None:
    answer = ask(page, invented.BOTH)
    assert page.locator("#article .articles button").count() == 2
    answer.locator(".cite", has_text="[2]").click()
    second = page.locator("#article mark[data-mark='2']")
    assert in_sight(page, second)
    assert not page.locator("#article mark[data-mark='1']").is_visible()
    card = answer.locator(".card").first
    assert "霧隱茶業" in card.inner_text()
    assert "2031-04-05" in card.inner_text()
    card.press("Enter")
    assert in_sight(page, page.locator("#article mark[data-mark='1']"))


def test_an_earlier_answers_mark_brings_its_article_back(page: Any) -> None:
    ask(page, "船塢有多長?")
    ask(page, "霧隱茶業有幾家門市?")
    page.locator("#past .cite").click()
    mark = page.locator("#article mark", has_text="320 公尺")
    mark.wait_for()
    assert in_sight(page, mark)


def test_confidence_is_said_in_words_with_the_figure_on_hover(page: Any) -> None:
    for question, word, figure in [
        ("船塢有多長?", "很有把握", "90%"),
        (invented.BOTH, "有幾分把握", "60%"),
        (invented.FOLLOW_UP, "把握不大", "40%"),
    ]:
        shown = ask(page, question).locator(".confidence")
        assert shown.inner_text() == word
        assert figure in shown.get_attribute("title")
        assert figure in shown.get_attribute("aria-label")


def test_a_follow_up_shows_how_it_was_understood_and_carries_the_history(
    page: Any, pipeline: Scripted
) -> None:
    ask(page, "船塢有多長?")
    answer = ask(page, invented.FOLLOW_UP)
    assert answer.locator(".understood").inner_text() == "理解為：霧隱茶業的毛利率是多少?"
    assert [turn.question for turn in pipeline.asked[-1][1]] == ["船塢有多長?"]


def test_a_refusal_looks_like_one_and_folds_the_nearest_passages(page: Any) -> None:
    answered = ask(page, "船塢有多長?").evaluate("element => getComputedStyle(element).borderTopWidth")
    refusal = ask(page, invented.UNKNOWN)
    assert refusal.evaluate("element => getComputedStyle(element).borderTopWidth") != answered
    assert refusal.locator(".short, .cite, .confidence").count() == 0
    near = refusal.locator(".card")
    assert not near.first.is_visible()
    refusal.locator("summary").click()
    near.nth(1).click()
    passage = page.locator("#article mark.near", has_text="88 億元")
    assert in_sight(page, passage)


# Running, stopping, asking again


def test_stages_show_and_stop_works(page: Any, pipeline: Scripted) -> None:
    pipeline.go_on.clear()
    box = page.locator("#question textarea")
    box.fill("船塢有多長?慢")
    box.press("Enter")
    page.locator("#newest .stage", has_text="閱讀中…").wait_for()
    page.locator("#question .stop-button").click()
    page.locator("#newest .problem", has_text="已停止").wait_for()
    pipeline.go_on.set()
    page.locator("#again").click()
    page.locator("#newest .answer", has_text="320 公尺").wait_for()
    assert page.locator("#log .exchange").count() == 1


def test_after_a_stop_the_next_question_is_answered_at_once(page: Any, pipeline: Scripted) -> None:
    """Whatever the stopped one is still doing: its stage goes on, unheard, and ends during the next."""
    pipeline.go_on.clear()
    box = page.locator("#question textarea")
    box.fill("船塢有多長?慢")
    box.press("Enter")
    page.locator("#newest .stage", has_text="閱讀中…").wait_for()
    page.locator("#question .stop-button").click()
    page.locator("#newest .problem", has_text="已停止").wait_for()
    page.locator("#question .submit-button").wait_for()
    ask(page, "霧隱茶業有幾家門市?")
    pipeline.go_on.set()
    page.wait_for_timeout(500)
    assert page.locator("#newest .short").inner_text() == "95 家"
    assert page.locator("#past .problem").inner_text() == "已停止。"
    assert page.locator("#past .answer").count() == 0


def test_a_new_chat_begun_while_an_answer_is_coming_stays_new(page: Any, pipeline: Scripted) -> None:
    pipeline.go_on.clear()
    box = page.locator("#question textarea")
    box.fill("船塢有多長?慢")
    box.press("Enter")
    page.locator("#newest .stage", has_text="閱讀中…").wait_for()
    page.locator(".toggle-button").click()
    page.locator("#fresh").click()
    page.locator(".welcome").wait_for()
    pipeline.go_on.set()
    page.wait_for_timeout(500)
    assert page.locator(".welcome").is_visible()
    assert page.locator("#question .stop-button").count() == 0
    ask(page, "霧隱茶業有幾家門市?")
    assert page.locator("#log .exchange").count() == 1


def test_a_fault_ends_in_words_and_the_page_goes_on(page: Any) -> None:
    box = page.locator("#question textarea")
    box.fill("這會壞")
    box.press("Enter")
    page.locator("#newest .problem", has_text="出了錯").wait_for()
    ask(page, "船塢有多長?")


def test_who_has_to_wait_sees_the_place_in_the_queue(browser: Any, address: str, pipeline: Scripted) -> None:
    asked = len(pipeline.asked)
    pipeline.go_on.clear()
    pages = [opened(browser, address) for _ in range(CONCURRENT_ANSWERS + 3)]
    for page in pages:
        page.locator("#question textarea").fill("船塢有多長?慢")
        page.locator("#question textarea").press("Enter")
    for page in pages[:CONCURRENT_ANSWERS]:
        page.locator("#newest .stage", has_text="閱讀中…").wait_for()
    pages[-1].wait_for_function("document.querySelector('#newest').dataset.queue === '排隊中：第 3 位'")
    gives_up = pages.pop()
    gives_up.locator(".toggle-button").click()
    with gives_up.expect_response("**/cancel"):
        gives_up.locator("#fresh").click()
    gives_up.wait_for_function("!document.querySelector('#newest').dataset.queue")
    pipeline.go_on.set()
    for page in pages:
        page.locator("#newest .answer").wait_for()
        page.context.close()
    assert gives_up.locator(".exchange").count() == 0
    assert len(pipeline.asked) == asked + len(pages), "a new chat takes the question out of the queue"
    gives_up.context.close()


def test_an_example_is_asked_at_a_click(page: Any) -> None:
    example = page.locator(".examples button").first
    question = example.inner_text()
    assert question in invented.SENTENCES
    example.click()
    page.locator("#newest .answer", has_text=invented.SENTENCES[question][2]).wait_for()


def test_passages_and_scope_reach_the_pipeline(page: Any, pipeline: Scripted) -> None:
    page.locator(".toggle-button").click()
    page.locator("#settings button").first.click()
    number = page.locator("#passages input[type=number]")
    number.fill("5")
    number.press("Tab")
    page.locator("#scope-box button").first.click()
    page.locator("#scope label", has_text="日期範圍").click()
    page.locator("#scope-since input, #scope-since textarea").fill("2031-01-01")
    ask(page, "船塢有多長?")
    _, _, passages, scope = pipeline.asked[-1]
    assert passages == 5
    assert str(scope.since) == "2031-01-01"
    assert scope.documents is None


# Chats in the browser


def test_chats_survive_a_reload_can_be_reopened_and_deleted(page: Any) -> None:
    ask(page, "船塢有多長?")
    page.locator(".toggle-button").click()
    page.locator("#fresh").click()
    page.locator(".welcome").wait_for()
    ask(page, "霧隱茶業有幾家門市?")
    page.reload()
    page.locator("#newest .answer", has_text="95 家").wait_for()
    assert page.locator("#article mark").inner_text() == invented.SENTENCES["霧隱茶業有幾家門市?"][1]
    page.locator(".toggle-button").click()
    page.locator("#chats [data-chat]").last.wait_for()  # the side opens with the next frame
    assert page.locator("#chats [data-chat]").all_inner_texts() == ["霧隱茶業有幾家門市?", "船塢有多長?"]
    page.locator("#chats [data-chat]", has_text="船塢").click()
    page.locator("#newest .answer", has_text="320 公尺").wait_for()
    page.locator("#chats [data-forget]").first.click()
    assert page.locator("#chats [data-chat]").count() == 1


def test_twenty_chats_are_kept_and_no_more(page: Any) -> None:
    ask(page, "船塢有多長?")
    page.evaluate(
        """() => {
          const [chat] = JSON.parse(localStorage.getItem("wenju.chats"));
          const many = Array.from({length: 30}, (_, n) => ({...chat, id: "old" + n}));
          localStorage.setItem("wenju.chats", JSON.stringify(many));
        }"""
    )
    ask(page, "霧隱茶業有幾家門市?")
    page.wait_for_function("JSON.parse(localStorage.getItem('wenju.chats')).length === 20")


def test_what_was_tampered_with_in_the_browser_is_no_chat(page: Any) -> None:
    ask(page, "船塢有多長?")
    page.evaluate(
        """() => {
          const [chat] = JSON.parse(localStorage.getItem("wenju.chats"));
          chat.exchanges[0].answer.short = "<img src=x onerror='window.hacked=1'>";
          chat.exchanges[0].answer.citations[0].quote = "<script>window.hacked=1</script>";
          const broken = {...chat, id: "broken", exchanges: [{question: 7}]};
          localStorage.setItem("wenju.chats", JSON.stringify([chat, broken]));
        }"""
    )
    page.reload()
    page.locator("#newest .short", has_text="<img src=x").wait_for()
    page.locator(".toggle-button").click()
    page.locator("#chats [data-chat='broken']").click()
    page.locator(".welcome").wait_for()
    assert page.evaluate("window.hacked") is None


def test_export_is_markdown_with_its_citations(page: Any, tmp_path: Path) -> None:
    ask(page, "船塢有多長?")
    ask(page, invented.ATTACK)
    page.locator(".toggle-button").click()
    with page.expect_download() as download:
        page.locator("#export").click()
    download.value.save_as(tmp_path / "chat.md")
    text = (tmp_path / "chat.md").read_text("utf-8")
    _, quote, _ = invented.SENTENCES["船塢有多長?"]
    assert "## 問: 船塢有多長?" in text
    assert f"> {quote}" in text
    assert "遠帆造船接獲十二艘訂單, 海港週報, 2030-11-20" in text
    assert "<script" not in text.replace("\\<", "")
    assert "](" not in text.replace("\\]", "")


# Languages, settings, narrow windows


def test_the_language_switches_without_a_reload_and_is_kept(page: Any) -> None:
    ask(page, "船塢有多長?")
    page.wait_for_function("document.documentElement.lang === 'zh-Hant'")
    for label, words in [("English", "Very sure"), ("简体中文", "很有把握"), ("English", "Very sure")]:
        page.locator("#language label", has_text=label).click()
        page.locator("#newest .confidence", has_text=words).wait_for()
    assert page.locator("#again").inner_text() == "Answer again"
    page.get_by_role("tab", name="Articles", exact=True).wait_for()
    page.reload()
    page.get_by_role("tab", name="Articles", exact=True).wait_for()
    page.locator("#newest .confidence", has_text="Very sure").wait_for()
    page.wait_for_function("document.documentElement.lang === 'en' && document.title.startsWith('Wenju')")
    assert page.locator("#question textarea").get_attribute("placeholder").startswith("Ask a question")
    page.locator("#again", has_text="Answer again").wait_for()


def test_on_a_phone_the_article_is_a_sheet_over_the_chat(browser: Any, address: str) -> None:
    page = opened(browser, address, PHONE)
    cite = ask(page, "霧隱茶業有幾家門市?").locator(".cite")
    sheet = page.locator("#page")
    assert not sheet.is_visible()
    cite.click()
    mark = page.locator("#article mark")
    page.wait_for_function("document.querySelector('#page').getBoundingClientRect().top < 100")
    assert in_sight(page, mark)
    page.locator("#article .close").click()
    sheet.wait_for(state="hidden")
    assert cite.evaluate("element => element === document.activeElement")
    cite.press("Enter")
    sheet.wait_for()
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    page.context.close()


def test_thumbs_are_large_enough_for_a_finger_and_stay_under_it(browser: Any, address: str) -> None:
    for size, least in ((DESKTOP, 24), (PHONE, 36)):  # 24: WCAG 2.2, 2.5.8
        page = opened(browser, address, size)
        ask(page, "船塢有多長?")
        up, down = (page.locator(f"#newest [data-thumb={name}]").bounding_box() for name in ("up", "down"))
        assert up["y"] == down["y"], "the two stand in one line"
        for name, after in (("up", ".thanks"), ("down", ".correction")):
            thumb = page.locator(f"#newest [data-thumb={name}]")
            before = thumb.bounding_box()
            assert min(before["width"], before["height"]) >= least
            thumb.click()
            page.locator(f"#newest {after}").wait_for()
            assert thumb.bounding_box() == before
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.context.close()


CONTRASTS = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgb(getComputedStyle(one).backgroundColor);
      if ((colour[3] ?? 1) > 0.9) return colour;
    }
    return [255, 255, 255];
  };
  const luminance = ([r, g, b]) => {
    const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const [x, y, z] = [r, g, b].map(c => linear(c / 255));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const shown = texts.currentNode.textContent.trim() && element.checkVisibility({visibilityProperty: true});
    if (!shown || !element.getClientRects().length || element.closest("script, style, [disabled]")) continue;
    const pair = [rgb(getComputedStyle(element).color), ground(element)].map(luminance).sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5) faint.push([element.textContent.slice(0, 30), element.className, contrast]);
  }
  return faint;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_on_the_page_contrasts_as_level_aa_asks(browser: Any, address: str, scheme: str) -> None:
    page = opened(browser, address, color_scheme=scheme)
    ask(page, invented.BOTH)
    ask(page, invented.UNKNOWN).locator("summary").click()
    ask(page, invented.FOLLOW_UP)
    page.locator("#newest [data-thumb=down]").click()
    page.locator("#newest .correction").wait_for()
    page.locator(".toggle-button").click()
    page.locator("#scope-box button").first.click()
    page.locator("#settings button").first.click()
    page.wait_for_timeout(800)  # colours fade in
    assert page.evaluate(CONTRASTS) == []
    page.add_style_tag(content="#log .asked { color: #888 !important; background: #999 !important }")
    assert page.evaluate(CONTRASTS), "the check sees what is faint"
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system(browser: Any, address: str, scheme: str) -> None:
    page = opened(browser, address, color_scheme=scheme)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in paper.removeprefix("rgb(").removesuffix(")").split(",")) / 3
    assert (brightness > 128) == (scheme == "light")
    page.context.close()


FRAMES = """window.papers = new Set();
const look = () => {
  if (document.body) papers.add(getComputedStyle(document.body).backgroundColor);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_style_is_there_with_the_first_frame(browser: Any, address: str, scheme: str) -> None:
    context = browser.new_context(viewport=DESKTOP, color_scheme=scheme)
    context.add_init_script(FRAMES)
    page = context.new_page()
    page.goto(address)
    page.locator(".welcome").wait_for()
    last = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.evaluate("[...papers]") == [last]
    context.close()


# Keyboard


def test_the_enter_of_an_input_method_never_sends(page: Any, pipeline: Scripted) -> None:
    asked = len(pipeline.asked)
    box = page.locator("#question textarea")
    box.fill("船塢有多長?")
    box.evaluate(
        """box => {
          const enter = (more) => {
            for (const kind of ["keydown", "keypress"])
              box.dispatchEvent(
                new KeyboardEvent(kind, {key: "Enter", bubbles: true, cancelable: true, ...more}));
          };
          box.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
          enter({isComposing: true});
          box.dispatchEvent(new CompositionEvent("compositionend", {data: "船", bubbles: true}));
          enter({keyCode: 229});
        }"""
    )
    page.wait_for_timeout(500)
    assert len(pipeline.asked) == asked
    assert page.locator(".exchange").count() == 0
    box.press("Enter")
    page.locator("#newest .answer").wait_for()


def test_shift_enter_breaks_the_line(page: Any, pipeline: Scripted) -> None:
    asked = len(pipeline.asked)
    box = page.locator("#question textarea")
    box.fill("第一行")
    box.press("Shift+Enter")
    box.type("第二行")
    assert box.input_value() == "第一行\n第二行"
    assert len(pipeline.asked) == asked


def test_marks_and_cards_are_reached_by_tab_and_the_newest_answer_is_announced(page: Any) -> None:
    ask(page, "船塢有多長?")
    page.locator("#newest .cite").focus()
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.closest('.card, .thumbs, #question, mark')?.tagName")
        )
    assert [one for one in reached if one] == sorted(
        (one for one in reached if one), key=["BUTTON", "SPAN", "DIV", "MARK"].index
    ), "card, thumbs, question box, article: in that order"
    assert "MARK" in reached
    assert page.locator("#newest").get_attribute("aria-live") == "polite"


def test_every_control_that_tab_reaches_has_a_name_and_is_on_the_screen(page: Any) -> None:
    ask(page, "船塢有多長?")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                  const one = document.activeElement, box = one.getBoundingClientRect();
                  const name = one.getAttribute("aria-label") || one.textContent || one.placeholder
                    || one.labels?.[0]?.textContent || "";
                  return [one.tagName, one.outerHTML.slice(0, 120), name.trim(), box.right > 0];
                }"""
            )
        )
    controls = [one for one in seen if one[0] != "BODY"]
    assert len({html for _, html, _, _ in controls}) > 10
    assert [one for one in controls if not (one[2] and one[3])] == []


# Safety


def test_hostile_text_stays_text_in_every_pane(page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ask(page, invented.ATTACK)
    ask(page, "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>")
    page.locator("#past .cite").click()
    page.locator("#article mark", has_text="77 億元").wait_for()
    page.reload()
    page.locator("#past .answer").wait_for()
    page.locator(".toggle-button").click()
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    places = ":is(#log, #article, #chats)"
    assert page.locator(f"{places} :is(img, script, iframe, a, [onerror], [onload])").count() == 0
    assert page.locator("#article mark").count() == 0, "the newest answer is a refusal without passages"
    assert all("example.invalid" not in url for url in asked)


def test_the_page_asks_nobody_but_its_own_server(browser: Any, address: str) -> None:
    context = browser.new_context(viewport=DESKTOP)
    urls: list[str] = []
    context.on("request", lambda request: urls.append(request.url))
    page = context.new_page()
    page.goto(address)
    page.locator(".welcome").wait_for()
    ask(page, "船塢有多長?")
    page.wait_for_timeout(1000)
    assert len(urls) > 5
    assert {urlsplit(url).hostname for url in urls if urlsplit(url).scheme not in ("data", "blob")} == {
        "127.0.0.1"
    }
    assert page.locator("footer a, .built-with").count() == 0
    context.close()


@pytest.mark.load
def test_twenty_at_once_each_get_their_own_answer(browser: Any, address: str) -> None:
    questions = [list(invented.SENTENCES)[n % len(invented.SENTENCES)] for n in range(20)]
    pages = [opened(browser, address) for _ in questions]
    for page, question in zip(pages, questions, strict=True):
        page.locator("#question textarea").fill(question)
    for page in pages:
        page.locator("#question textarea").press("Enter", no_wait_after=True)
    for page, question in zip(pages, questions, strict=True):
        document, quote, value = invented.SENTENCES[question]
        newest = page.locator("#newest .exchange", has_text=question)
        newest.locator(".short", has_text=value).wait_for()
        page.locator("#article mark", has_text=quote).wait_for()
        assert page.locator("#log .exchange").count() == 1
        assert page.locator("#article h2").inner_text() == document.title
    for page in pages:
        page.context.close()


def test_a_thumb_and_a_correction_are_kept_for_the_evaluation(page: Any, pipeline: Scripted) -> None:
    question = "第二座烘焙廠要投入多少?"  # no other test gives a thumb to it
    ask(page, question)
    page.locator("#newest [data-thumb=down]").click()
    page.locator("#newest .correction textarea").fill("五億元")
    page.locator("#newest .correction button").click()
    kept = pipeline.settings.home / "feedback.jsonl"

    def lines() -> list[dict[str, Any]]:
        said = [json.loads(line) for line in kept.read_text("utf-8").splitlines()] if kept.exists() else []
        return [line for line in said if line["question"] == question]

    for _ in range(50):
        if len(lines()) == 2:
            break
        page.wait_for_timeout(100)
    assert [(one["liked"], one["correction"]) for one in lines()] == [(False, None), (False, "五億元")]


def test_chosen_articles_alone_are_asked(page: Any, pipeline: Scripted) -> None:
    page.locator(".toggle-button").click()
    page.locator("#scope-box button").first.click()
    page.locator("#scope label", has_text="選定的文章").click()
    page.locator("#scope-documents input").click()
    page.get_by_role("option", name="遠帆造船接獲十二艘訂單 · 2030-11-20").click()
    ask(page, "船塢有多長?")
    assert pipeline.asked[-1][3].documents == {invented.BOAT.id}
