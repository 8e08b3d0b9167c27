"""Exchanges as HTML: the answer, its sentences with their marks, its cards; a refusal looks like one."""

import re
from collections.abc import Iterator, Sequence

from rag import Answer
from ui.article import Place, places
from ui.chats import Exchange
from ui.html import Html, apart, dotted, join, tag
from ui.i18n import Words

SURE, FAIRLY_SURE = 0.75, 0.5
"""Confidence from which an answer is called very, and fairly, sure."""
EXCERPT_CHARS = 160
"""Characters that are shown of a passage that is only near."""
_THUMB = tag(
    "svg",
    tag(
        "path",
        d="M7 11v9H3.5v-9zm0 8 2.2 1h7a2 2 0 0 0 2-1.6l1.2-5.9A2 2 0 0 0 18 10h-4.6l.8-4.4A2 2 0 0 0 12.2 3z",
    ),
    viewBox="0 0 24 24",
    aria_hidden="true",
)
_MARK = re.compile(r"\[(\d{1,3})\]")


def welcome(examples: Sequence[str], words: Words) -> Html:
    """What an empty chat shows."""
    buttons = [tag("button", question, type="button", data_ask=question) for question in examples]
    tried = tag("div", tag("p", words["examples"]), *buttons, class_="examples") if buttons else ""
    return tag("section", tag("h2", words["welcome"]), tried, class_="welcome")


def conversation(exchanges: Sequence[Exchange], words: Words) -> Html:
    return join(exchange_html(exchange, turn, words) for turn, exchange in enumerate(exchanges))


def exchange_html(exchange: Exchange, turn: int, words: Words) -> Html:
    """One question and its answer, the stage that runs, or why there is none. `turn` counts from 0."""
    asked = tag("p", tag("span", words["you"], class_="unseen"), exchange.question, class_="asked")
    if exchange.answer:
        said = _refusal(exchange, turn, words) if exchange.answer.refused else _answer(exchange, turn, words)
    elif exchange.problem:
        said = tag("div", words.get(exchange.problem, exchange.problem), class_="problem", role="status")
    else:
        said = _running(exchange, words)
    return tag("section", asked, said, class_="exchange", data_exchange=turn)


def _running(exchange: Exchange, words: Words) -> Html:
    stage = words[f"stage_{exchange.stage}"]
    now = tag("div", tag("i", class_="dots"), stage, class_="stage", role="status")
    lines = (tag("p", line) for line in exchange.partial.splitlines())
    return join([tag("div", *lines, class_="sentences"), now]) if exchange.partial else now


def _answer(exchange: Exchange, turn: int, words: Words) -> Html:
    answer = _said(exchange)
    cited = places(answer)
    lines = (
        tag("p", join(_marked(line, turn, cited, words))) for line in answer.text.splitlines() if line.strip()
    )
    cards = (tag("li", card) for card in _cards(answer, turn))
    return tag(
        "div",
        _understood(exchange, words),
        tag("p", tag("strong", answer.short), class_="short") if answer.short else "",
        tag("div", *lines, class_="sentences"),
        tag("ol", *cards, class_="cards", aria_label=words["citations"]),
        *_notes(answer),
        _small_print(exchange, turn, words),
        class_="answer",
    )


def _refusal(exchange: Exchange, turn: int, words: Words) -> Html:
    answer = _said(exchange)
    near = [
        tag(
            "li",
            _button(place, turn, apart(_excerpt(place.quote)), class_="card", title=words["nearest_open"]),
        )
        for place in places(answer)
    ]
    count = words["nearest"].format(count=len(near))
    return tag(
        "div",
        _understood(exchange, words),
        tag("p", words["refused"], class_="verdict"),
        tag("div", *(tag("p", line) for line in answer.text.splitlines()), class_="sentences"),
        tag("details", tag("summary", count), tag("ol", *near, class_="cards")) if near else "",
        *_notes(answer),
        _small_print(exchange, turn, words),
        class_="answer refusal",
    )


def _said(exchange: Exchange) -> Answer:
    assert exchange.answer is not None  # noqa: S101 - the caller has looked
    return exchange.answer


def _notes(answer: Answer) -> Iterator[Html]:
    return (tag("p", note, class_="note") for note in answer.notes)


def _understood(exchange: Exchange, words: Words) -> Html:
    query = _said(exchange).query
    if query == exchange.question.strip():
        return Html()
    return tag("p", words["understood"].format(query=query), class_="understood")


def _marked(line: str, turn: int, cited: Sequence[Place], words: Words) -> Iterator[str]:
    """A line of the answer; each [n] in it that is a citation becomes a button."""
    known = {place.key: place for place in cited}
    end = 0
    for match in _MARK.finditer(line):
        if place := known.get(match[1]):
            label = words["cite"].format(number=match[1])
            yield line[end : match.start()]
            yield _button(place, turn, match[0], class_="cite", aria_label=label, title=label)
            end = match.end()
    yield line[end:]


def _cards(answer: Answer, turn: int) -> Iterator[Html]:
    for citation, place in zip(answer.citations, places(answer), strict=True):
        about = [apart(part) for part in (citation.source, citation.published) if part]
        head = tag(
            "span",
            tag("b", str(citation.number)),
            tag("cite", apart(citation.title)),
            tag("small", dotted(about)),
            class_="head",
        )
        yield _button(place, turn, head, tag("q", citation.quote), class_="card")


def _button(place: Place, turn: int, *children: str, **attributes: str) -> Html:
    return tag("button", *children, type="button", data_cite=place.key, data_turn=turn, **attributes)


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT_CHARS else text[:EXCERPT_CHARS] + "…"


def _small_print(exchange: Exchange, turn: int, words: Words) -> Html:
    answer = _said(exchange)
    seconds = words["seconds"].format(seconds=f"{answer.timings.get('total', 0.0):.1f}")
    engine = words.get(f"engine_{answer.engine}", answer.engine)
    parts = [engine, seconds]
    if not answer.refused:
        parts.insert(0, _confidence(answer.confidence, words))
    facts = tag("span", dotted(parts), class_="facts")
    return tag("footer", facts, _thumbs(exchange, turn, words), class_="small-print")


def _confidence(confidence: float, words: Words) -> Html:
    level = "high" if confidence >= SURE else "middle" if confidence >= FAIRLY_SURE else "low"
    said = words[f"confidence_{level}"]
    figure = words["confidence_figure"].format(percent=f"{confidence:.0%}")
    return tag(
        "span", said, class_=f"confidence {level}", title=figure, aria_label=f"{said}, {figure}", role="note"
    )


def _thumbs(exchange: Exchange, turn: int, words: Words) -> Html:
    up, down = (
        tag(
            "button",
            _THUMB,
            type="button",
            data_thumb=name,
            data_turn=turn,
            title=words[f"thumb_{name}"],
            aria_label=words[f"thumb_{name}"],
            aria_pressed=str(exchange.liked is liked).lower(),
        )
        for name, liked in (("up", True), ("down", False))
    )
    thanks = (
        tag("span", words["thanks"], class_="thanks", role="status") if exchange.liked is not None else ""
    )
    form = _correction(turn, words) if exchange.liked is False else ""
    return tag("span", tag("span", up, down, class_="pair"), thanks, form, class_="thumbs")


def _correction(turn: int, words: Words) -> Html:
    said = words["correction"]
    field = tag("textarea", name="correction", rows=1, maxlength=4000, placeholder=said, aria_label=said)
    return tag("form", field, tag("button", words["correction_send"]), class_="correction", data_turn=turn)
