"""Invented reports full of figures, with questions about them: what encyclopaedia text does not teach.
Every name and number is random. Of each list of templates every fourth is held out for validation."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.writer import DIGITS, Period, Writer, fill, templates


@dataclass(frozen=True)
class Asked:
    """A question and where its answer lies in the passage; no answer: (-1, -1)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Fact:
    """`value` at (start, end) is the `metric` (index into the list of metrics) of `company` in `period`."""

    company: str
    metric: int
    period: Period
    start: int
    end: int


@dataclass
class Report:
    """A passage in the making."""

    text: str
    facts: list[Fact]
    asked: list[Asked]


def _listing(
    w: Writer, template: str, slots: dict[str, str], values: Sequence[str]
) -> tuple[str, list[tuple[int, int]]]:
    """A sentence with a list of values, and where each value stands."""
    joined = w.joined(values)
    text, places = fill(template, {**slots, "vs": joined})
    at, spans = places["vs"][0], []
    for value in values:
        start = text.index(value, at)
        spans.append((start, start + len(value)))
        at = start + len(value)
    return text, spans


def one(w: Writer, c: str) -> Report:
    """A single figure."""
    m, p = w.metrics(1)[0], w.period()
    text, at = fill(w.pick("one"), {"c": c, "m": w.metric_name(m), "p": w.chinese(p), "v": w.value(m)})
    return Report(text, [Fact(c, m, p, *at["v"])], [])


def from_to(w: Writer, c: str) -> Report:
    """A figure of two periods."""
    m, p = w.metrics(1)[0], w.period()
    p2 = Period(p.year + w.rng.randint(1, 3), p.kind, p.number)
    values = {
        "c": c,
        "m": w.metric_name(m),
        "p": w.chinese(p),
        "v": w.value(m),
        "p2": w.chinese(p2),
        "v2": w.value(m),
    }
    text, at = fill(w.pick("from_to"), values)
    return Report(text, [Fact(c, m, p, *at["v"]), Fact(c, m, p2, *at["v2"])], [])


def grown(w: Writer, c: str) -> Report:
    """A figure and its growth."""
    m, p = w.metrics(1)[0], w.period()
    values = {"c": c, "m": w.metric_name(m), "p": w.chinese(p), "v": w.value(m), "g": w.percent()}
    text, at = fill(w.pick("grown"), values)
    question = w.pick("growth_asked").format(
        c=c, p=values["p"], m=values["m"], e=w.known[m]["english"][0], q=w.english(p)
    )
    return Report(text, [Fact(c, m, p, *at["v"])], [Asked(question, *at["g"])])


def by_period(w: Writer, c: str) -> Report:
    """One metric over several periods, as a range of years or as a list."""
    m, count, rng = w.metrics(1)[0], w.rng.choice((2, 3, 3, 3, 4, 5)), w.rng
    first = rng.randint(2004, 2027)
    style = rng.random()
    if style < 0.25:
        year = rng.randint(2004, 2031)
        periods = [Period(year, "Q", i + 1) for i in range(min(count, 4))]
        spelled = f"{year}年" + w.joined([f"第{DIGITS[i + 1]}季" for i in range(len(periods))])
    else:
        periods = [Period(first + i) for i in range(count)]
        if style < 0.55 and count > 2:
            spelled = rng.choice(("從{a}年至{b}年", "{a}年至{b}年", "{a}年到{b}年", "{a}-{b}年")).format(
                a=first, b=first + count - 1
            )
        else:
            spelled = w.joined([w.chinese(p) if rng.random() < 0.2 else f"{p.year}年" for p in periods])
        if rng.random() < 0.3:
            half = Period(first + count, "H", 1)
            periods.append(half)
            spelled += rng.choice(("以及", "和", "及")) + w.chinese(half)
    kind = w.known[m]["kind"]
    unit = None if kind == "percent" else rng.choice(w.units[kind])
    values = [w.value(m, unit) for _ in periods]
    text, spans = _listing(w, w.pick("by_period"), {"c": c, "m": w.metric_name(m), "ps": spelled}, values)
    return Report(text, [Fact(c, m, p, *s) for p, s in zip(periods, spans, strict=True)], [])


def by_company(w: Writer, c: str) -> Report:
    """One metric of several companies."""
    m, p = w.metrics(1)[0], w.period()
    companies = [c] + [w.company() for _ in range(w.rng.choice((1, 1, 2, 3)))]
    w.rng.shuffle(companies)
    slots = {"cs": w.joined(companies), "m": w.metric_name(m), "p": w.chinese(p)}
    text, spans = _listing(w, w.pick("by_company"), slots, [w.value(m) for _ in companies])
    return Report(text, [Fact(x, m, p, *s) for x, s in zip(companies, spans, strict=True)], [])


def by_metric(w: Writer, c: str) -> Report:
    """Several metrics of one company."""
    metrics, p = w.metrics(w.rng.choice((2, 2, 3, 4))), w.period()
    slots = {"c": c, "ms": w.joined([w.metric_name(m) for m in metrics]), "p": w.chinese(p)}
    text, spans = _listing(w, w.pick("by_metric"), slots, [w.value(m) for m in metrics])
    return Report(text, [Fact(c, m, p, *s) for m, s in zip(metrics, spans, strict=True)], [])


def ranked(w: Writer, c: str) -> Report:
    """Two companies compared."""
    m, p, c2 = w.metrics(1)[0], w.period(), w.company()
    values = {"c": c, "c2": c2, "m": w.metric_name(m), "p": w.chinese(p), "v": w.value(m), "v2": w.value(m)}
    text, at = fill(w.pick("ranked"), values)
    return Report(text, [Fact(c, m, p, *at["v"]), Fact(c2, m, p, *at["v2"])], [])


def table(w: Writer, c: str) -> Report:
    """A table as lines: periods across, metrics down."""
    metrics, first = w.metrics(w.rng.choice((2, 3))), w.rng.randint(2004, 2027)
    periods = [Period(first + i) for i in range(w.rng.choice((2, 3)))]
    bar = w.rng.choice((" | ", "\t", " ", "|"))
    text, facts = f"{c}財務摘要\n" + bar.join(["項目", *(f"{p.year}年" for p in periods)]) + "\n", []
    for m in metrics:
        text += w.metric_name(m)
        for p in periods:
            text += bar
            value = w.value(m)
            facts.append(Fact(c, m, p, len(text), len(text) + len(value)))
            text += value
        text += "\n"
    return Report(text, facts, [])


def event(w: Writer, c: str) -> Report:
    """Something that happened, with questions about who, where, when and why."""
    rng = w.rng
    template = rng.choice(w.side(templates()["events"]))
    names = [w.product() for _ in range(3)]
    values = {
        "c": c,
        "c2": w.company(),
        "cs": w.joined([w.company() for _ in range(rng.choice((2, 3)))]),
        "d": w.day(),
        "k": w.one_of("designs"),
        "n": w.person(),
        "n2": w.person(),
        "p": w.chinese(w.period()),
        "r": w.one_of("rounds"),
        "use": w.one_of("uses"),
        "v": w.value(0),
        "v2": w.value(0),
        "w": w.one_of("places"),
        "what": w.one_of("products"),
        "why": w.one_of("reasons"),
        "x": names[0],
        "xs": w.joined(names),
        "y": f"{rng.randint(1950, 2030)}年",
    }
    text, at = fill(template["sentence"], values)
    return Report(text, [], [Asked(q.format(**values), *at[slot]) for slot, q in template["questions"]])


KINDS_OF_SENTENCE: tuple[tuple[Callable[[Writer, str], Report], int], ...] = (
    (one, 5), (from_to, 3), (grown, 3), (by_period, 5), (by_company, 3), (by_metric, 3), (ranked, 2),
    (table, 1), (event, 6),
)  # fmt: skip


def ask(w: Writer, fact: Fact) -> str:
    """A question for the value of a fact, three in four in Chinese."""
    names = w.known[fact.metric]
    if w.rng.random() < 0.25:
        return w.pick("asked_english").format(
            c=_latin(fact.company), m=w.rng.choice(names["english"]), p=w.english(fact.period)
        )
    return w.pick("asked").format(
        c=_short(w, fact.company), m=w.rng.choice(names["chinese"]), p=w.chinese(fact.period, asking=True)
    )


def _latin(company: str) -> str:
    """The name an English question uses: the one in brackets, where there is one."""
    return company.rstrip(")").split("(")[-1]


def _short(w: Writer, company: str) -> str:
    """The name a Chinese question uses, often without its legal form."""
    name = company.split("(")[0]
    for suffix in ("股份有限公司", "控股", "集團"):
        if name.endswith(suffix) and w.rng.random() < 0.5:
            return name.removesuffix(suffix)
    return name


def near_miss(w: Writer, fact: Fact, facts: Sequence[Fact]) -> str | None:
    """A question about a fact that no sentence states: another period, company or metric."""
    rng, p = w.rng, fact.period
    change = rng.random()
    if change < 0.45:
        near = [Period(p.year + d, p.kind, p.number) for d in (-2, -1, 1, 2)]
        near += [Period(p.year, "Y", 1)] if p.kind != "Y" else [Period(p.year, "H", rng.choice((1, 2)))]
        near += (
            [Period(p.year, p.kind, p.number % {"H": 2, "Q": 4, "M": 12}[p.kind] + 1)]
            if p.kind != "Y"
            else []
        )
        other = Fact(fact.company, fact.metric, rng.choice(near), -1, -1)
    elif change < 0.7:
        present = [f.company for f in facts if f.company != fact.company]
        company = rng.choice(present) if present and rng.random() < 0.5 else w.company()
        other = Fact(company, fact.metric, p, -1, -1)
    else:
        other = Fact(fact.company, w.metrics(1)[0], p, -1, -1)
    stated = {_key(f) for f in facts}
    company, _, when = _key(other)
    asked_for = {(company, metric, when) for metric in {other.metric} | CONFUSABLE.get(other.metric, set())}
    return None if stated & asked_for else ask(w, other)


CONFUSABLE = {0: {12}, 12: {0}, 2: {1}, 1: {2, 3}, 3: {1}, 11: {12}}
"""Metrics, by index, whose names a reader may take for one another: no near misses."""


def _key(fact: Fact) -> tuple[str, int, tuple[int, str, int]]:
    p = fact.period
    return fact.company, fact.metric, (p.year, p.kind, 0 if p.kind == "Y" else p.number)


def report(
    rng: random.Random, held_out: bool, fillers: Sequence[str], sentences: int | None = None
) -> Report:
    """A passage of one to four sentences about one or two companies, with filler, and its questions."""
    w = Writer(rng, held_out)
    companies = [w.company() for _ in range(rng.choice((1, 1, 2)))]
    makers, weights = zip(*KINDS_OF_SENTENCE, strict=True)
    parts = [
        maker(w, rng.choice(companies))
        for maker in rng.choices(makers, weights, k=sentences or rng.choice((1, 1, 2, 2, 3, 4)))
    ]
    parts += [Report(f, [], []) for f in fillers]
    rng.shuffle(parts)
    whole = Report("", [], [])
    for part in parts:
        at = len(whole.text)
        whole.text += part.text
        whole.facts += [Fact(f.company, f.metric, f.period, f.start + at, f.end + at) for f in part.facts]
        whole.asked += [Asked(a.text, a.start + at, a.end + at) for a in part.asked]
    whole.facts = _unambiguous(whole.facts)
    for fact in list(whole.facts):
        whole.asked.append(Asked(ask(w, fact), fact.start, fact.end))
        missing = near_miss(w, fact, whole.facts)
        if missing:
            whole.asked.append(Asked(missing, -1, -1))
    return whole


def _unambiguous(facts: Sequence[Fact]) -> list[Fact]:
    """Without facts that two sentences state differently."""
    seen: dict[tuple[str, int, Period], int] = {}
    for f in facts:
        seen[f.company, f.metric, f.period] = seen.get((f.company, f.metric, f.period), 0) + 1
    return [f for f in facts if seen[f.company, f.metric, f.period] == 1]
