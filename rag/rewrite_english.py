"""What an English follow-up names that is no sentence, and an English question with that in its place.

"And the year after?", "What about Tessaro's margin?", "Why?"
"""

import re

from rag.asked import ENGLISH_MEASURE, Asked
from rag.period import periods
from rag.rewrite_named import Named
from rag.rewrite_parts import AUXILIARY, Parts, parts, topic
from rag.rewrite_words import Span, without_mark
from rag.text import fold

_LEAD = re.compile(
    r"(?:(?:and|but|so|then|ok|okay),? )*"
    r"(?:(?:what|how) about |what if it is |(?:the )?same (?:question )?for |for )?"
    r"(?:(?:that|those) of |of )?"
)
_IT = r"(?:it|that|they|the (?:figure|number)|this|there)"
_VALUE = re.compile(
    r"(?:and |but |so )?(?:(?:what|how (?:much|many|high|large|big))"
    rf"(?: (?:was|is|were|are|did|does|had|has))?(?: {_IT})?"
    r"(?: (?:become|reach|be|come to|change to|stand at|grow to|fall to|rise to))? ?)?"
    r"(?:(?:in|at|by|for|as of|during|on|of|to|about) )?(?P<time>.*)"
)
_THING = r"(?:that|it|this)"
_WH = re.compile(
    rf"(?:and |but |so )?(?P<asks>(?P<why>why|how come|what (?:caused {_THING}"
    rf"|(?:was|is|were) the (?:reasons?|cause)(?: for {_THING})?))"
    r"|(?P<when>(?:since )?when|(?:in )?(?:which|what) year)|(?P<where>where)"
    r"|(?P<how>how(?: (?:long|often|far|old|big|tall|wide|deep|heavy|fast))?"
    r"|(?:by|at|with|for|from|to|in|on) (?:what|which|whom|how)(?: \w+){0,2}))"
    r"(?: (?:exactly|though|not|so|is that|was that|did (?:it|that) happen))?"
)
_MIDDLE = re.compile(r"(?:the )?(?:mid|middle of)[- ]?(?P<year>(?:19|20)\d\d)")
_OCCASION = re.compile(
    r"(?:in |at |on )?the (?:previous|last|next|first|second|third|following) (?!year|quarter|half)\w+"
)
_COUNTED = re.compile(r"(?:a|one|two|three|\d+) (?:year|quarter|month)s? (?:earlier|later|before|ago)")
_ARTICLE = re.compile(r"(?:the|its|their|his|her|a|an) ", re.IGNORECASE)
_IS_THE = re.compile(
    r"(?:and )?what (?:is|was|are|were) (?:the|its|their) (?P<what>\w+(?: (?!of |in |for )[\w&]+){0,3})"
)
_PLACED = re.compile(r"(?P<how>in|at|on|from|among|outside|within) (?:the )?[^,?]+$")
_ASKS = re.compile(
    r"\b(?:what|how|who|when|where|which|why|is|are|was|were|do|does|did|has|have|had|can|will)\b"
)
_NAME = re.compile(r"[A-Z\u00c0-\u00de][\w.&-]*(?: [A-Z\u00c0-\u00de\d][\w.&-]*)*|[\u3400-\u9fff]+")
_WHO_DID = re.compile(r"who (?P<verb>[a-z]+) (?P<what>.+)")
_ONE_IN = re.compile(r"ones? (?:in|at|of|from|for) (?P<which>.+)")
_OWNER = re.compile(r"(?P<owner>.+?)['’]s?(?: (?P<what>.+))?")
_OTHERS = (
    (
        "Who",
        r"\b(?:c[a-z]o|founders?|chair(?:man|woman|person)?|president|director|chief executive|owner|author"
        r"|mayor)$",
    ),
    ("Where", r"\b(?:headquarters|head office|location)$"),
)
LONGEST_WORDS = 6


def named(question: str, old: Parts) -> Named | None:
    """What an English follow-up names; None where it is a sentence."""
    text = without_mark(question.strip())
    folded = fold(text)
    if asks := _WH.fullmatch(folded):
        kind = next(key for key in ("why", "when", "where", "how") if asks[key])
        return Named(asks="Why" if kind == "why" else text[slice(*asks.span("asks"))].capitalize(), kind=kind)
    value = _VALUE.fullmatch(folded)
    if value and (time := _whole_time(text[value.start("time") :])):
        return Named(time=time)
    if what := _IS_THE.fullmatch(folded):
        return Named(what=text[slice(*what.span("what"))]) if old.subject else None
    lead = _LEAD.match(folded)
    rest = text[lead.end() if lead else 0 :].strip(" ,")
    if not rest or _ASKS.search(fold(rest)) or len(rest.split()) > LONGEST_WORDS:
        return None
    if not lead or not lead.end():
        if not question.rstrip().endswith("?") or len(rest.split()) > 3:
            return None
        common = re.search(ENGLISH_MEASURE, fold(rest)) or _PLACED.fullmatch(fold(rest))
        rest = rest[0].lower() + rest[1:] if common else rest
    return _time_and_rest(rest)


def exchanged(old: Parts, new: Named) -> str:
    """The old English question with what is named in the place of its own."""
    if new.kind:
        return _asking(old, new)
    text = _with_what(old, new.what) if new.what else old.text
    return _with_time(parts(text), new.time) if new.time else text


def _whole_time(text: str) -> str:
    """The text, where it is a time or an occasion and nothing else."""
    if _OCCASION.fullmatch(fold(text)) or _COUNTED.fullmatch(fold(text)):
        return re.sub(r"^(?:in|at|on) ", "", text)
    text = re.sub(r"^(?:in|at|by|for|of|during) ", "", text.strip())
    if middle := _MIDDLE.fullmatch(fold(text)):
        return f"the first half of {middle['year']}"
    found = periods(text)
    outside = f"{text[: found[0].start]}{text[found[0].end :]}" if len(found) == 1 else text
    only = re.fullmatch(r"(?:the )?(?:(?:end|start|whole) of )?(?:the )?", fold(outside))
    return text if found and only else ""


def _time_and_rest(rest: str) -> Named:
    time = next(iter(periods(rest)), None)
    if time is None:
        return Named(what=rest)
    what = re.sub(r"(?: (?:in|for|at|during|of))?(?: the)? *$", "", rest[: time.start])
    return Named(time=rest[time.start : time.end], what=what)


def _with_time(old: Parts, time: str) -> str:
    time = re.sub("^the ", "", time)
    ordinal = re.match("first|second|third|fourth|last|previous|next|following|end", time)
    time = f"the {time}" if ordinal else time
    if _COUNTED.fullmatch(fold(time)):
        return f"{without_mark(old.text)} {time}?"
    if not old.time:
        return f"{without_mark(old.text)} in {time}?"
    whole = re.fullmatch(r"(?:the )?(?:end|start|beginning) of (\d{4})", fold(old.of(old.time)))
    if whole and re.fullmatch(r"\d{4}", time):
        return old.exchanged((old.time[0] + whole.start(1), old.time[1]), time)
    return old.exchanged(old.time, time)


def _with_what(old: Parts, what: str) -> str:
    bare = _ARTICLE.sub("", what, count=1)
    if _PLACED.fullmatch(fold(what)):
        return _placed(old, what)
    if one := _ONE_IN.fullmatch(bare):
        names = [found.span() for found in _NAME.finditer(old.text) if found.start()]
        return old.exchanged(names[-1], one["which"]) if names else old.text
    owner = _OWNER.fullmatch(bare.removesuffix(" there"))
    if owner and old.subject:
        both = parts(old.exchanged(old.attribute, owner["what"])) if owner["what"] and old.attribute else old
        return both.exchanged(both.subject or old.subject, owner["owner"])
    measure = bool(re.search(ENGLISH_MEASURE, fold(bare)))
    title = bare.isupper() and bool(_ARTICLE.match(what))
    if _NAME.fullmatch(bare) and not measure and not title and old.subject:
        return old.exchanged(old.subject, bare)
    return _with_attribute(old, bare, measure)


def _with_attribute(old: Parts, what: str, measure: bool) -> str:
    """The old question about another attribute, counted or measured as that is."""
    owner, time = old.of(old.subject), old.of(old.time)
    when = f" in {time}" if time else ""
    other = next((asks for asks, nouns in _OTHERS if re.search(nouns, fold(what))), "")
    if owner and other:
        return f"{other} is the {what} of {owner}?"
    counts = fold(old.text).startswith(("how many", "how much"))
    plural = what.endswith("s") and not measure
    if old.attribute and counts != measure and not (plural and old.measured):
        return old.exchanged(old.attribute, what)
    if not owner:
        return f"{without_mark(old.text)} {what}?"
    if plural and Asked(old.text).kind == "value":
        return f"How many {what} {'did' if time else 'does'} {owner} have{when}?"
    return f"What {'was' if time else 'is'} {owner}'s {what}{when}?"


def _placed(old: Parts, what: str) -> str:
    """The old question about another place, "in Tokyo"."""
    preposition = what.split()[0]
    for found in re.finditer(rf"\b{preposition} (?:the )?[^,? ]+(?: [A-Z][^,? ]*)*", old.text):
        if not old.time or not found.start() <= old.time[0] < found.end():
            return old.exchanged(found.span(), what)
    return f"{without_mark(old.text)} {what}?"


def _asking(old: Parts, new: Named) -> str:
    """The old question with other question words."""
    figure = old.measured and Asked(old.text).kind == "value"
    if new.kind == "why" and figure and old.subject and old.attribute:
        span: Span = (min(old.subject[0], old.attribute[0]), max(old.subject[1], old.attribute[1]))
        time = f" in {old.of(old.time)}" if old.time else ""
        return f"Why did {'the ' * (span == old.attribute)}{old.of(span)} change{time}?"
    if did := _WHO_DID.fullmatch(fold(without_mark(old.text))):
        return f"{new.asks} was {old.text[slice(*did.span('what'))]} {did['verb']}?"
    auxiliary = re.search(rf"\b{AUXILIARY}\b", fold(old.text))
    return f"{new.asks} {old.text[auxiliary.start() :]}" if auxiliary else f"{new.asks}: {topic(old)}?"
