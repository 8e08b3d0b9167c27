"""What stands behind 分別: the values of a list, each with the words that say it alone."""

import re
from dataclasses import dataclass

from ingest import listwords as words
from ingest.phrase import BRACKET, Figure, Phrase, Span

_MOST_LEAD, _MOST_TAIL, _MOST_NAME = 16, 24, 24
_NUMBER = re.compile(r"(?:[a-z]{0,3}[$€£¥])?[-+−]?[\d.,]+")
_CLASSIFIER = re.compile(r"\s?[\u4e00-\u9fff]{1,2}")
_BRACKETS = re.compile(rf"\s*{BRACKET}*")


@dataclass(frozen=True, slots=True)
class Value:
    """A value at (start, end) and how it is said: 「為 3 億元」."""

    start: int
    end: int
    said: str


@dataclass(frozen=True, slots=True)
class Values:
    """The members of one list, in order."""

    members: tuple[Value, ...]
    end: int
    named: bool
    """Whether the values are names and not figures."""
    keyed: bool
    """Whether each member names its own key: 「翠嶺 81%、白石 64%」."""
    bare: bool = False
    """Whether nothing but 為 or 是 says what the values are of."""
    measure: str = ""
    """What is measured, where it is said behind 分別: 「分別實現營收…」."""


def values_at(phrase: Phrase, start: int, end: int) -> Values | None:
    """The list that begins at `start`, right behind its mark; None where it is none or not plain."""
    clauses = phrase.clauses(start, end)
    if not phrase.mask[slice(*clauses[0])].strip(" 为是") and len(clauses) > 1:
        clauses = [(start, clauses[1][1]), *clauses[2:]]  # 分別為:…
    whole = (start, clauses[0][1])
    if words.QUESTION.search(phrase.mask, *whole) or re.search("或", phrase.mask[slice(*whole)]):
        return None
    parts = phrase.members(*whole, split_times=True)
    if parts is None:
        return None
    if len(parts) == 1:
        parts = _between_commas(phrase, start, clauses) or parts
    figures = [phrase.figures_in(*part) for part in parts]
    if len(figures[0]) == 2 and _is_compared(phrase, start, *figures[0]):
        figures[0] = figures[0][1:]
    if len(figures) > 1 and len(figures[-1]) == 2 and _is_common(phrase, *figures[-1]):
        figures[-1] = figures[-1][:1]
    if all(len(found) == 1 for found in figures):
        return _figures(phrase, start, parts, [found[0] for found in figures])
    if not any(figures) and len(parts) > 1:
        return _names(phrase, start, parts)
    return None


def _is_compared(phrase: Phrase, start: int, first: Figure, second: Figure) -> bool:
    """「比上年末增加 12 萬」: the time is what the first value is compared with."""
    before = words.COMPARED.fullmatch(phrase.mask, start, first.start)
    return before is not None and first.is_time and not second.is_time


def _is_common(phrase: Phrase, last: Figure, following: Figure) -> bool:
    """「52 秒和 51 秒游完 100 公尺」: what follows the last value is said of all."""
    return words.ACTING.fullmatch(phrase.mask, last.end, following.start) is not None


def _between_commas(phrase: Phrase, start: int, clauses: list[Span]) -> list[Span] | None:
    """「3, 5 和 7」: commas make a list only where a conjunction closes it and all are bare figures."""
    spans: list[Span] = []
    for a, b in clauses:
        parts = phrase.members(a if spans else start, b, split_times=True) or []
        if not parts or any(len(phrase.figures_in(*part)) != 1 for part in parts):
            return None
        spans += parts
        if len(parts) == 2 and len(spans) > 2:
            return spans
        figure = phrase.figures_in(*parts[0])[0]
        is_bare = figure.end == parts[0][1] and (len(spans) == 1 or figure.start == parts[0][0])
        if len(parts) > 1 or not is_bare:
            return None
    return None


def _figures(phrase: Phrase, start: int, parts: list[Span], figures: list[Figure]) -> Values | None:
    mask, lead = phrase.mask, (start, figures[0].start)
    own = [mask[a : figure.start].strip() for (a, _), figure in zip(parts, figures, strict=True)]
    spans = _with_classifiers(phrase, parts, figures)
    tails = [
        phrase.trimmed(_past_brackets(mask, at, b), b) for (_, at), (_, b) in zip(spans, parts, strict=True)
    ]
    if lead[1] - lead[0] > _MOST_LEAD or any(b - a > _MOST_TAIL for a, b in tails):
        return None
    keyed = len(parts) > 1 and not any(words.MODIFIER.fullmatch(prefix) for prefix in own[1:])
    stem = _stem(mask, lead, keyed)
    if stem is None or (not keyed and not all(words.MODIFIER.fullmatch(prefix) for prefix in own[1:])):
        return None
    shared = tails[-1] if all(a == b for a, b in tails[:-1]) else None
    members = []
    for i, (at, end) in enumerate(spans):
        prefix = phrase.text[slice(*lead)]
        if i and own[i]:
            prefix = phrase.text[slice(*stem)] + phrase.text[parts[i][0] : at]
        tail = phrase.text[end : tails[i][0]] + phrase.text[slice(*(shared or tails[i]))]
        members.append(
            Value(at, end, prefix + phrase.text[at:end] + missing_unit(phrase, (at, end), spans[-1]) + tail)
        )
    bare = not keyed and words.BARE_COPULA.fullmatch(mask, *lead) is not None
    return Values(
        tuple(members), parts[-1][1], named=False, keyed=keyed, bare=bare, measure=_measure(phrase, lead)
    )


def _measure(phrase: Phrase, lead: Span) -> str:
    """「營收」 of 「分別實現營收…」."""
    verb = words.ACHIEVING.match(phrase.mask, *lead)
    if verb is None or not words.MEASURE.search(phrase.mask, *lead):
        return ""
    return phrase.text[verb.end() : lead[1]].strip()


def _with_classifiers(phrase: Phrase, parts: list[Span], figures: list[Figure]) -> list[Span]:
    """Spans of the figures; 「40 面、27 面和 12 面金牌」 shows that 面 is a unit, known or not."""
    spans = [figure.span for figure in figures]
    behind = [phrase.mask[figure.end : b] for figure, (_, b) in zip(figures, parts, strict=True)]
    is_counted = all(phrase.mask[figure.end - 1].isdigit() and not figure.is_time for figure in figures)
    word = _CLASSIFIER.fullmatch(behind[0])
    if len(parts) < 2 or not word or not is_counted or set(behind[:-1]) != {word.group()}:
        return spans
    return [(a, b + len(word.group())) for a, b in spans] if behind[-1].startswith(word.group()) else spans


def _past_brackets(mask: str, at: int, end: int) -> int:
    brackets = _BRACKETS.match(mask, at, end)
    return brackets.end() if brackets else at


def _stem(mask: str, lead: Span, keyed: bool) -> Span | None:
    """Of the words before the first figure, those that go with every figure; None where that is unsure."""
    if not keyed:
        modifier = words.MODIFIER_AT_END.search(mask, *lead)
        return lead[0], modifier.start() if modifier else lead[1]
    copula = words.COPULA.match(mask, *lead)
    if copula is None or not mask[copula.end() : lead[1]].strip():
        return None
    return copula.span()


def missing_unit(phrase: Phrase, figure: Span, last: Span) -> str:
    """The unit that only the last figure carries: 億元 in 「1、2 及 3 億元」, 元 for 「1 億及 3 億元」."""
    number, last_number = _NUMBER.match(phrase.folded, *figure), _NUMBER.match(phrase.folded, *last)
    if not number or not last_number:
        return ""
    unit, whole_unit = phrase.text[number.end() : figure[1]], phrase.text[last_number.end() : last[1]]
    return whole_unit[len(unit) :] if whole_unit.startswith(unit) else ""


def _names(phrase: Phrase, start: int, parts: list[Span]) -> Values | None:
    """Names: behind a verb that ties names to names, or between 由 or 在 and a verb that ends them."""
    mask, (last_start, last_end) = phrase.mask, parts[-1]
    verb = words.LINKING.match(mask, *parts[0])
    if verb:
        is_copula = mask[verb.start("verb")] in "为是"
        ending = mask.find("的", last_start, last_end)
        if ending >= 0 and (is_copula or any("的" in mask[a:b] for a, b in parts[:-1])):
            return None
        tail = ending if ending >= 0 else last_end
    else:
        verb = words.AGENT.match(mask, *parts[0])
        ended = words.AGENT_TAIL.search(mask, last_start + 1, last_end)
        if not verb or not ended:
            return None
        tail = ended.start()
    spans = [(verb.end(), parts[0][1]), *parts[1:-1], phrase.trimmed(last_start, tail)]
    if any(a >= b or b - a > _MOST_NAME for a, b in spans):
        return None
    before, after = phrase.text[start : verb.end()], phrase.text[tail:last_end]
    members = tuple(Value(a, b, before + phrase.text[a:b] + after) for a, b in spans)
    return Values(members, last_end, named=True, keyed=False)


def growth_at(phrase: Phrase, start: int, count: int) -> Values | None:
    """The `count` figures of a clause of growth right behind a list, 「,同比增長 12% 及 15%」."""
    clauses = phrase.clauses(start, len(phrase.text))
    if len(clauses) < 2 or clauses[0][1] > start:
        return None
    begin, end = clauses[1]
    lead = words.GROWTH.match(phrase.mask, begin, end)
    values = (
        values_at(phrase, begin, end) if lead and not words.MARKER.search(phrase.mask, begin, end) else None
    )
    if not values or not lead or values.named or values.keyed or len(values.members) != count:
        return None
    return values if lead.end() == values.members[0].start else None


def bracketed(phrase: Phrase) -> list[Value]:
    """Figures in the brackets behind every member of a list: 「為遠山(31%)、青禾(22%)」."""
    for start, end in phrase.clauses(0, len(phrase.text)):
        verb = words.PRESENTING.match(phrase.mask, start, end)
        parts = phrase.members(verb.end(), end) if verb else None
        if not parts or len(parts) < 2:
            continue
        figures = [[one for one in phrase.bracketed if a < one.start and one.end < b] for a, b in parts]
        shaped = all(re.fullmatch(rf"[^{BRACKET}]+{BRACKET}{{3,16}}", phrase.mask[a:b]) for a, b in parts)
        if (
            verb
            and shaped
            and all(len(found) == 1 for found in figures)
            and not phrase.figures_in(verb.end(), end)
        ):
            head = phrase.shown(start, verb.end())
            return [
                Value(found[0].start, found[0].end, head + phrase.text[a:b])
                for found, (a, b) in zip(figures, parts, strict=True)
            ]
    return []
