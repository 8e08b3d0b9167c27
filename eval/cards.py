"""The questions of a run as cards that open: what was asked, expected, answered, judged and cited.

All of it is third-party text: escaped, and isolated in its direction.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from eval import labels, plots
from eval.plots import isolated


def fate(outcome: Mapping[str, Any]) -> str:
    """What became of a question; every way to fall short has its own name."""
    verdict = outcome["verdict"]
    if not outcome["answers"]:
        return "right refusal" if verdict["right"] else "missed refusal"
    if verdict["refused"]:
        return "wrong refusal"
    if not verdict["correct"]:
        return "wrong answer"
    return "evidence not cited" if verdict["cited"] is False else "right answer"


def questions(outcomes: Sequence[Mapping[str, Any]]) -> str:
    """The section of all cards as HTML, failures first, with the form that filters them."""
    cards = "".join(map(_card, sorted(outcomes, key=lambda outcome: outcome["verdict"]["right"])))
    form = '<form id="filter" role="search" aria-label="Questions" hidden></form>'
    return f'<section id="questions"><h2>Questions</h2>{form}{cards}</section>'


def facts(pairs: Mapping[str, object]) -> str:
    """Names and values as an HTML list, escaped."""
    told = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{isolated(value)}</dd></div>" for name, value in pairs.items()
    )
    return f'<dl class="facts">{told}</dl>'


def _card(outcome: Mapping[str, Any]) -> str:
    """One question; only its summary line is seen until it is opened."""
    verdict, became = outcome["verdict"], fate(outcome)
    anchor = escape(re.sub(r"\W+", "-", f"{outcome['set']}-{outcome['id']}"))
    data = {name: outcome[name] for name in ("set", "type", "script", "split")} | {"verdict": became}
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    mood, sign = ("right", "✓") if verdict["right"] else ("failed", "✗")
    place = " · ".join(isolated(outcome[name]) for name in ("set", "id", "type", "script", "split"))
    return (
        f'<details class="question {mood}" id="{anchor}"{attributes}>'
        f'<summary><span class="fate">{sign} {became}</span>'
        f'<bdi class="asked" lang="{escape(outcome["script"])}">{escape(outcome["question"])}</bdi>'
        f"<small>{place}</small></summary>"
        f"{_history(outcome)}{_part('Expected', _expected(outcome))}"
        f"{_part('Answer', _answer(outcome['answer'], anchor))}"
        f"{_part('Verdict', _prose(verdict['why'], 'why') + _judged(outcome))}"
        f"{_part('Cited', _citations(outcome, anchor))}</details>"
    )


def _part(title: str, content: str) -> str:
    return f'<div class="part"><h3>{title}</h3><div>{content}</div></div>' if content else ""


def _prose(text: str, kind: str = "") -> str:
    return f'<p dir="auto" class="prose {kind}">{escape(text)}</p>' if text else ""


def _history(outcome: Mapping[str, Any]) -> str:
    turns = "".join(
        f"<li>{_prose(turn['question'])}{_prose(turn['answer'], 'quiet')}</li>" for turn in outcome["history"]
    )
    query = outcome["answer"]["query"]
    completed = "" if query == outcome["question"] else _prose(query)
    return _part("Earlier turns", turns and f"<ol>{turns}</ol>") + _part("Completed query", completed)


def _expected(outcome: Mapping[str, Any]) -> str:
    if not outcome["answers"]:
        return "<p>A refusal: the documents do not answer this.</p>"
    groups = "".join(f"<li>{' / '.join(map(isolated, group))}</li>" for group in outcome["answers"])
    quotes = "".join(f'<blockquote dir="auto">{escape(quote)}</blockquote>' for quote in outcome["evidence"])
    return f'<ul>{groups}</ul><div class="gold">{quotes}</div>'


def _answer(answer: Mapping[str, Any], anchor: str) -> str:
    """The answer, each mark that has a citation linked to it."""
    cited = {str(citation["number"]) for citation in answer["citations"]}

    def link(mark: re.Match[str]) -> str:
        number = mark.group(1)
        return f'<a href="#{anchor}-{number}">[{number}]</a>' if number in cited else mark.group()

    text = re.sub(r"\[(\d+)\]", link, escape(answer["text"]))
    short = f"<p><small>Short: {isolated(answer['short'])}</small></p>" if answer["short"] else ""
    return f'<p dir="auto" class="prose answer">{text}</p>{short}'


def _judged(outcome: Mapping[str, Any]) -> str:
    answer, verdict = outcome["answer"], outcome["verdict"]
    timings, yes_no = answer["timings"], {True: "yes", False: "no", None: "–"}
    stages = " · ".join(f"{stage} {plots.seconds(t)}" for stage, t in timings.items() if stage != "total")
    return facts(
        {
            "confidence": labels.shown("confidence", answer["confidence"]),
            "rank of the evidence": outcome["rank"] or ("not retrieved" if outcome["evidence"] else "–"),
            "correct": yes_no[verdict["correct"]],
            "evidence cited": yes_no[verdict["cited"]],
            "refused": yes_no[verdict["refused"]],
            "latency": labels.shown("seconds", timings.get("total")) + (f" ({stages})" if stages else ""),
            "engine": answer["engine"],
            "article": outcome["article"],
        }
    )


def _citations(outcome: Mapping[str, Any], anchor: str) -> str:
    """Each citation marked in its paragraph, or by itself where the run has no paragraph for it."""
    around = {context["number"]: context for context in outcome["contexts"]}
    shown = []
    for citation in outcome["answer"]["citations"]:
        number = citation["number"]
        context = around.get(number, {"before": "", "quote": citation["quote"], "after": ""})
        place = " · ".join(
            isolated(citation[name]) for name in ("title", "source", "published") if citation[name]
        )
        shown.append(
            f'<figure class="citation" id="{anchor}-{number}">'
            f"<figcaption><b>[{number}]</b> {place}</figcaption>"
            f'<blockquote dir="auto">{escape(context["before"])}<mark>{escape(context["quote"])}</mark>'
            f"{escape(context['after'])}</blockquote></figure>"
        )
    return "".join(shown)
