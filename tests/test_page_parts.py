"""What the page is made of, without a browser: escaping, marks in an article, chats kept and exported."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import IndexMissing, QuestionError
from rag.schema import Answer, Block, Document, Partial, Stage
from rag.scope import EVERYTHING, Scope
from tests import invented
from tests.scripted import answer
from ui.__main__ import main
from ui.article import LONGEST_SHOWN, Place, places, reader
from ui.asking import reading, steps
from ui.chats import MOST_EXCHANGES, Chat, Exchange, from_record, markdown, to_record
from ui.format import exchange_html
from ui.html import Html, dotted, join, tag
from ui.i18n import words
from ui.scoping import scope_of

SAID = words("zh-Hant")
ANSWERS = invented.answers()
HOSTILE = st.text(alphabet="<>&\"'`=/ a[]()*_#\\\n\u202e\u2066", max_size=40)


class Read(HTMLParser):
    """What a browser would make of HTML: the elements, their attributes and the text in each <mark>."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: dict[str, str] = {}
        self.strong = ""
        self._open: list[str] = []
        self._mark = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "mark":
            self._mark = dict(attrs)["data-mark"] or ""

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            for key in self._mark.split():
                self.marked[key] = self.marked.get(key, "") + data
        if "strong" in self._open:
            self.strong += data


def page(document: Document, *marked: Place) -> Read:
    return Read(reader(0, marked, {document.id: document}, SAID, focus="1", asked=False))


# Escaping


@given(HOSTILE)
def test_whatever_is_said_comes_out_as_that_text(text: str) -> None:
    read = Read(tag("p", text, title=text, data_ask=text))
    assert read.text == text.replace("\r", "\n")
    assert read.elements == [("p", {"title": text, "data-ask": text})]


def test_only_the_html_module_makes_html() -> None:
    assert join(["<b>", tag("i", "&")]) == "&lt;b&gt;<i>&amp;</i>"
    assert isinstance(dotted(["<", "x"]), Html)
    assert dotted(["<", "x"]) == "&lt; · x"
    assert tag("p", hidden=False, tabindex=0, data_on=True, lang=None) == '<p tabindex="0" data-on></p>'


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_element_in_an_exchange_comes_from_what_was_said(question: str, said: str, title: str) -> None:
    document = Document("d", f"x{said}y", title, said, None, None, "zh-Hant", (Block(0, len(said) + 2),))
    cited = answer(question, [(document, document.text, None)], short=said or None, query=said)
    plain = answer("x", [(replace(document, title="t", source="s"), document.text, None)], short=said and "s")
    names = [
        [name for name, _ in Read(exchange_html(Exchange(asked, one), 0, SAID)).elements]
        for asked, one in ((question, cited), ("y", replace(plain, query="x", text=cited.text)))
    ]
    assert set(names[0]) <= {*names[1], "p"}
    assert not {"script", "img", "a", "iframe"} & set(names[0])


# Marks


@given(st.data())
def test_the_marked_text_is_the_quote_and_the_strong_text_the_answer(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="甲乙丙 <&\n。1", min_size=4, max_size=60))
    cut = data.draw(st.integers(1, len(text) - 1))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    inner = sorted(data.draw(st.tuples(st.integers(start, end), st.integers(start, end))))
    value = (inner[0], inner[1]) if inner[0] < inner[1] else None
    document = Document(
        "d", text, "題", "源", None, None, "zh-Hant", (Block(0, cut), Block(cut, len(text), 1))
    )
    read = page(document, Place("1", "d", "題", text[start:end], start, end, value))
    assert read.marked["1"] == text[start:end]
    assert read.strong == (text[slice(*value)] if value else "")


def test_a_quote_outside_the_body_is_shown_and_marked_where_it_stands() -> None:
    text = "題目\nPublished: 2031-04-05\n內文。"
    document = Document("d", text, "題目", "源", None, None, "zh-Hant", (Block(text.index("內"), len(text)),))
    start = text.index("2031")
    read = page(document, Place("1", "d", "題目", text[start : start + 10], start, start + 10))
    assert read.marked["1"] == "2031-04-05"
    assert read.text.index("2031-04-05") < read.text.index("內文")


def test_two_citations_of_one_sentence_share_its_mark() -> None:
    document = invented.TEA
    _, quote, _ = invented.SENTENCES["霧隱茶業有幾家門市?"]
    start = document.text.index(quote)
    both = [Place(key, document.id, "", quote, start, start + len(quote)) for key in ("1", "2")]
    assert page(document, *both).marked == {"1": quote, "2": quote}


def test_of_an_article_that_is_gone_the_quote_is_left() -> None:
    said = ANSWERS["船塢有多長?"]
    read = Read(reader(0, places(said), {}, SAID, focus="1", asked=False))
    assert read.marked["1"] == said.citations[0].quote
    assert SAID["article_gone"] in read.text


def test_of_a_huge_article_the_part_around_the_quote_is_shown() -> None:
    line = "這一行有十個字喔好。\n"
    text = line * (3 * LONGEST_SHOWN // len(line))
    blocks = tuple(Block(at, at + len(line) - 1) for at in range(0, len(text), len(line)))
    document = Document("d", text, "長", "源", None, None, "zh-Hant", blocks)
    place = blocks[len(blocks) // 2]
    read = page(document, Place("1", "d", "長", line[:-1], place.start, place.end))
    assert read.marked["1"] == line[:-1]
    assert len(read.text) < LONGEST_SHOWN + 1000
    assert SAID["article_long"] in read.text


# Chats


@pytest.mark.parametrize("question", ANSWERS)
def test_a_chat_comes_back_from_the_browser_as_it_was(question: str) -> None:
    chat = Chat(exchanges=(Exchange(question, ANSWERS[question], liked=True), Exchange("二", problem="x")))
    back = from_record(json.loads(json.dumps(to_record(chat))))
    assert back.id == chat.id
    assert json.dumps(to_record(back)) == json.dumps(to_record(chat))
    assert back.exchanges[0].answer is not None
    assert places(back.exchanges[0].answer) == places(ANSWERS[question])


def test_a_chat_left_while_it_was_answering_comes_back_as_stopped() -> None:
    back = from_record(to_record(Chat().asking("甲")))
    assert back.exchanges == (Exchange("甲", problem="stopped"),)


RECORD: dict[str, Any] = to_record(Chat(exchanges=(Exchange("甲", ANSWERS["船塢有多長?"]),)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["id", "exchanges", "question", "answer", "citations", "value", "confidence"]))
def test_whatever_a_browser_sends_back_is_a_chat_or_an_empty_one(junk: Any, key: str) -> None:
    def spoilt(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: junk if name == key else spoilt(inner) for name, inner in value.items()}
        return [spoilt(inner) for inner in value] if isinstance(value, list | tuple) else value

    for record in (junk, spoilt(RECORD)):
        chat = from_record(record)
        assert isinstance(chat, Chat)
        for turn, exchange in enumerate(chat.exchanges):
            Read(exchange_html(exchange, turn, SAID))


def test_a_chat_remembers_so_many_questions() -> None:
    chat = Chat()
    for number in range(MOST_EXCHANGES + 5):
        chat = chat.asking(f"{number}").with_last(stage="", problem="stopped")
    assert [one.question for one in chat.exchanges] == [str(n) for n in range(5, MOST_EXCHANGES + 5)]


@given(HOSTILE)
def test_exported_text_is_no_markup(text: str) -> None:
    out = markdown(Chat(exchanges=(Exchange(text, problem="stopped"),)), SAID)
    heading = out.splitlines()[0].removeprefix(f"## {SAID['export_question']}: ")
    bare = [char for place, char in enumerate(heading) if heading[place - 1 : place] != "\\" or place == 0]
    assert not set("<>[]`*_#") & set(bare) or "\\" in text


# Asking


class Told:
    """A pipeline of prepared events."""

    def __init__(self, events: list[Any]) -> None:
        self.events = events

    def stream(self, question: str, history: Any, scope: Scope) -> Any:
        for event in self.events:
            if isinstance(event, Exception):
                raise event
            yield event


def asked_of(events: list[Any], monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    monkeypatch.setattr("ui.asking.reading", lambda pipeline, passages: pipeline)
    pipeline: Any = Told(events)
    return [one.exchanges[-1] for one in steps(lambda: pipeline, Chat(), "問", 8, lambda: EVERYTHING)]


def test_what_a_model_writes_shows_while_it_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    said: Answer = ANSWERS["船塢有多長?"]
    seen = asked_of([Stage("answer"), Partial("船塢"), Partial("船塢長"), said], monkeypatch)
    assert [one.partial for one in seen] == ["", "", "船塢", "船塢長", ""]
    assert [one.stage for one in seen] == ["load", "answer", "answer", "answer", ""]
    assert seen[-1].answer == said
    assert "船塢長" in Read(exchange_html(seen[-2], 0, SAID)).text


def test_an_error_is_shown_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    *_, last = asked_of([Stage("rewrite"), IndexMissing("no <index>; run: python -m ingest")], monkeypatch)
    assert "no <index>; run: python -m ingest" in Read(exchange_html(last, 0, SAID)).text


@pytest.mark.parametrize(("wanted", "read"), [(1, 3), (3, 3), (7, 7), (99, 12)])
def test_the_number_of_passages_is_bounded_and_changes_nothing_for_others(wanted: int, read: int) -> None:
    from tests.scripted import Scripted

    pipeline: Any = Scripted(Any, invented_settings(), {})
    assert reading(pipeline, wanted).settings.top_k == read
    assert pipeline.settings.top_k == invented_settings().top_k


def invented_settings() -> Any:
    from rag import Settings

    return Settings()


def test_a_scope_is_what_was_chosen() -> None:
    assert scope_of("all", ["a"], "2031-01-01", "", SAID) == EVERYTHING
    assert scope_of("chosen", ["a"], "", "", SAID) == Scope(documents=frozenset({"a"}))
    assert str(scope_of("dates", [], " 2031-01-01 ", "", SAID).since) == "2031-01-01"
    with pytest.raises(QuestionError, match="2025-12-31"):
        scope_of("dates", [], "去年", "", SAID)


# The command


@pytest.mark.parametrize("given", ["nobody", ":secret", "someone:"])
def test_a_password_without_user_or_word_is_refused(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--auth", given]) == 1
    assert "USER:PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize("auth", [None, ("someone", "secret")])
def test_with_a_password_nothing_is_served_without_it(auth: tuple[str, str] | None, tmp_path: Any) -> None:
    import urllib.error
    import urllib.request

    from tests.scripted import Scripted, catalog_of, served

    home = tmp_path / "home"
    pipeline = Scripted(catalog_of(home, [invented.BOAT]), replace(invented_settings(), home=home), {})
    with served(pipeline, auth=auth) as address:
        try:
            with urllib.request.urlopen(f"{address}/config", timeout=20) as response:  # noqa: S310
                status = response.status
        except urllib.error.HTTPError as error:
            status = error.code
    assert status == (401 if auth else 200)
