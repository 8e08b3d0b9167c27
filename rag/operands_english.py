"""What an English question compares: two periods or two owners, and a plain question for the figure of each.

Each way to ask is one pattern for the whole question; one that matches none compares nothing.
"""

import re
from datetime import date

from rag.operations import Comparison, Operation
from rag.period import periods
from rag.period_pair import PeriodPair, label, period_pair
from rag.text import fold

_HIGHER = r"(?:higher|larger|bigger|greater|more|better|taller|longer|heavier|faster|older)"
_LOWER = r"(?:lower|smaller|fewer|less|worse|shorter|lighter|slower|younger)"
_ROSE = r"(?:rise|rose|increase|grow|grew|go up|went up|improve|climb|gain)(?:d|n|ed)?"
_FELL = r"(?:fall|fell|decrease|decline|drop|shrink|go down|went down|worsen)(?:d|n|ed|ped)?"
_CHANGED = rf"(?:{_ROSE}|{_FELL}|change)"
_DID = r"(?:did|has|have|does|do|was|were|is|are)"
_BE = r"(?:was|were|is|are)"
_OF_PERIODS: tuple[tuple[Operation, str], ...] = (
    (
        "direction",
        rf"{_DID} (?P<what>.+?) {_ROSE}(?:,? or {_FELL})?"
        rf"|{_DID} (?P<what2>.+?) {_FELL}(?:,? or {_ROSE})?",
    ),
    (
        "direction",
        rf"{_BE} (?P<what>.+?) (?:{_HIGHER},? or {_LOWER}|{_LOWER},? or {_HIGHER}|up or down"
        rf"|{_HIGHER}|{_LOWER})",
    ),
    ("direction", r"how (?:did|has) (?P<what>.+?) change"),
    (
        "growth",
        rf"(?:by )?(?:what|how many) (?:percentage|percent"
        rf"|per cent) {_DID} (?P<what>.+?) {_CHANGED}(?: by)?",
    ),
    (
        "growth",
        r"what (?:was|is) the (?:growth(?: rate)?|percentage (?:growth|increase|decrease|change)) (?:in|of)"
        r" (?P<what>.+?)(?: in percent)?",
    ),
    (
        "difference",
        rf"(?:by )?how (?:much|many)(?: percentage points)? {_DID} (?P<what>.+?) (?:{_CHANGED}"
        rf"|differ)(?: by)?",
    ),
    ("difference", rf"how much (?:{_HIGHER}|{_LOWER}) {_BE} (?P<what>.+?)"),
    (
        "difference",
        r"what (?:was|is) the (?:difference|change|increase|decrease) (?:in"
        r"|between) (?P<what>.+?)",
    ),
    ("ratio", rf"how many times (?:{_HIGHER} )?{_BE} (?P<what>.+?)"),
    ("ratio", rf"how many times (?:the )?(?P<what>.+?),? {_BE}(?: (?:the one|that))?"),
    ("greater", rf"(?:in )?which (?:year|quarter|half|month|period),? {_BE} (?P<what>.+?) {_HIGHER}"),
    ("smaller", rf"(?:in )?which (?:year|quarter|half|month|period),? {_BE} (?P<what>.+?) {_LOWER}"),
    (
        "greater",
        rf"which (?:year|quarter|half|month|period) (?:had|saw"
        rf"|brought) (?:the )?{_HIGHER} (?P<what>.+?)",
    ),
    (
        "smaller",
        rf"which (?:year|quarter|half|month|period) (?:had|saw"
        rf"|brought) (?:the )?{_LOWER} (?P<what>.+?)",
    ),
)
_THEIRS = r"(?P<first>[^,?]+?)'s? (?P<what>[^,?']+?)"
_SECOND = r"(?:that of )?(?P<second>[^,?']+?)(?:'s?(?: (?P=what))?)?"
_ONE, _OTHER = r"(?P<first>[^,?']+?)", r"(?P<second>[^,?']+?)"
_WHICH = r"(?:which|who|which (?:company|firm|one|city|country|team|plant)|whose)"
_OF_OWNERS: tuple[tuple[Operation, str], ...] = (
    ("direction", rf"{_BE} {_THEIRS} (?:{_HIGHER}|{_LOWER})(?: or (?:{_HIGHER}|{_LOWER}))? than {_SECOND}"),
    ("difference", rf"(?:by )?how much (?:{_HIGHER}|{_LOWER}) {_BE} {_THEIRS} than {_SECOND}"),
    ("difference", rf"what(?:'s| was| is) the difference between {_THEIRS} and {_SECOND}"),
    (
        "difference",
        r"what(?:'s| was"
        r"| is) the difference in (?P<what>[^,?']+?) between (?P<first>[^,?']+?) and (?P<second>[^,?']+?)",
    ),
    (
        "ratio",
        rf"how many times (?:{_HIGHER} )?{_BE} {_THEIRS} (?:than|as (?:high|large|big|much) as"
        rf"|compared (?:to|with)|that of) {_SECOND}",
    ),
    (
        "greater",
        rf"{_WHICH} (?:has|had|reported|posted"
        rf"|earned) (?:the )?{_HIGHER} (?P<what>[^,?']+?), {_ONE} or {_OTHER}",
    ),
    (
        "smaller",
        rf"{_WHICH} (?:has|had|reported|posted"
        rf"|earned) (?:the )?{_LOWER} (?P<what>[^,?']+?), {_ONE} or {_OTHER}",
    ),
    ("greater", rf"(?:which|what) {_BE} {_HIGHER},? {_THEIRS} or {_SECOND}"),
    ("smaller", rf"(?:which|what) {_BE} {_LOWER},? {_THEIRS} or {_SECOND}"),
    (
        "greater",
        rf"whose (?P<what>[^,?']+?) {_BE} {_HIGHER},? {_ONE}(?:'s)? or {_OTHER}(?:'s)?",
    ),
    (
        "smaller",
        rf"whose (?P<what>[^,?']+?) {_BE} {_LOWER},? {_ONE}(?:'s)? or {_OTHER}(?:'s)?",
    ),
)
_NEVER = re.compile(r"\b(?:why|expect\w*|forecasts?|predict\w*|estimates?|targets?|if|average|reasons?)\b")
_OPENING = re.compile(r"^(?:(?:please )?tell me,? |and |so )+")
_CUT = "\0"
_TIES = (
    r"(?:compared (?:to|with)|relative to|versus|vs\.?|than|from|to|between|and|or|in|for|of|during|over"
    r"|by|as of|on|that of|those of|with)"
)
_TIED = re.compile(rf"[ ,]*(?:\b{_TIES} )*(?:the )?{_CUT}+(?:'s)?", re.IGNORECASE)
_LINK = re.compile(r"\b(?:to|and|or|than|versus|vs\.?|with|from|between)\b")
_UNRESOLVED = re.compile(r"(?:this|last|next|yesterday|today)\b")
_PLURAL = re.compile(r"(?:sales|profits|losses|revenues|earnings|costs|expenses|prices|exports|imports)$")
_STRAY = re.compile(r"\b(?:and|or|than|what|which|who|how|when|where|expected|most|highest|lowest)\b|[?,;]")
LONGEST = 80
"""Characters of what is compared; more is a clause."""


def english_comparison(question: str, published: date | None) -> Comparison | None:
    """An English question taken apart; None where it does not compare two periods or two owners."""
    text = question.strip().rstrip("?!. ").replace("’", "'")
    opening = _OPENING.match(fold(text))
    text = text[opening.end() if opening else 0 :]
    if _NEVER.search(fold(text)):
        return None
    pair = period_pair(text, published)
    return _between_periods(text, pair) if pair else _between_owners(text, published)


def _between_periods(text: str, pair: PeriodPair) -> Comparison | None:
    labels = (label(pair.periods[0], text, english=True), label(pair.periods[1], text, english=True))
    if len(pair.spans) == 2 and not _LINK.search(fold(text[: pair.spans[1][0]])):
        return None
    for start, end in pair.spans:
        text = text[:start] + _CUT * (end - start) + text[end:]
    rest = _without_times(text)
    for operation, pattern in _OF_PERIODS:
        if operation in ("greater", "smaller") and pair.members > 2:
            continue
        if not (found := re.fullmatch(pattern, rest, re.IGNORECASE)):
            continue
        what = next(found[name] for name in ("what", "what2") if found.groupdict().get(name))
        if _strange(what):
            return None
        return Comparison(operation, labels, (_question(what, labels[0]), _question(what, labels[1])))
    return None


def _between_owners(text: str, published: date | None) -> Comparison | None:
    found = periods(text, published)
    if len(found) > 1 or (found and found[0].span):
        return None
    time = label(found[0], text, english=True) if found else ""
    for one in found:
        text = text[: one.start] + _CUT * (one.end - one.start) + text[one.end :]
    rest = _without_times(text)
    for operation, pattern in _OF_OWNERS:
        if match := re.fullmatch(pattern, rest, re.IGNORECASE):
            first, second, what = (match[name].strip() for name in ("first", "second", "what"))
            if any(map(_strange, (first, second, what))) or fold(first) == fold(second):
                return None
            questions = (
                _question(f"{_owned(first)} {what}", time),
                _question(f"{_owned(second)} {what}", time),
            )
            return Comparison(operation, (first, second), questions)
    return None


def _without_times(text: str) -> str:
    blanked = _TIED.sub(lambda tied: " " if tied.end() < len(text) else "", text) if _CUT in text else text
    return re.sub(r" +(?=,|$)|(?<= ) +", "", blanked).strip(" ,")


def _strange(what: str) -> bool:
    return not what or len(what) > LONGEST or bool(_STRAY.search(fold(what)))


def _owned(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _question(what: str, time: str) -> str:
    return f"What {'were' if _PLURAL.search(fold(what)) else 'was'} {what}{f' {when(time)}' if time else ''}?"


def when(time: str) -> str:
    """A named time with its preposition: "in 2022", "on 3 May 2024", "last year"."""
    if _UNRESOLVED.match(fold(time)):
        return time
    return f"{'on' if time[0].isdigit() and not time.isdigit() else 'in'} {time}"
