"""The words of a sentence around one key: what makes a value a statement that stands alone.

A second list of the sentence takes its frame, or part of it, from the first.
"""

import re
from dataclasses import dataclass, replace

from ingest import listwords as words
from ingest.keys import Keys, Kind
from ingest.phrase import Phrase, Span, word_edges
from rag.period import periods
from rag.text import fold, is_name

_MOST_CONTEXT, _MOST_HEAD, _MOST_MEASURE = 30, 40, 8


@dataclass(frozen=True, slots=True)
class Frame:
    """A statement is `before`, one of `names`, `after`, and how the value is said."""

    before: str
    names: tuple[str, ...]
    after: str
    kind: Kind
    origin: int
    """Where in the sentence the first of its words stands."""

    @property
    def measured(self) -> bool:
        """Whether it says what is measured, so that a rate of growth has something to grow."""
        texts = map(fold, (self.after, _placeless(self.before), *self.names[:1]))
        return any(words.MEASURE.search(words.PER_UNIT.sub("", text)) for text in texts)

    @property
    def says_of_what(self) -> bool:
        """Whether a bare 「為 3 億元」 behind it can be understood."""
        return self.kind == "measure" or bool(self.before or _timeless(self.after))

    @property
    def names_owners(self) -> bool:
        """Whether the keys are names of somebody or somewhere, of which many things can be measured."""
        return any(is_name(name) or words.OWNER.search(fold(name)) for name in self.names)

    def say(self, name: str, said: str) -> str:
        """The statement about one key."""
        text = f"{self.before}{name}{self.after}"
        joint = " " if re.search(r"[a-zA-Z\d]$", text) and re.match(r"[a-zA-Z\d]", said) else ""
        return re.sub(r"\s{2,}", " ", text + joint + said).strip(" ,，、:：")


def frame_of(phrase: Phrase, keys: Keys, begin: int, mark: int) -> Frame:
    """The frame of keys that stand before the mark at `mark`; nothing before `begin` is taken."""
    *earlier, (start, _) = phrase.clauses(begin, keys.start)
    opening = words.OPENING.match(phrase.mask, start, keys.start)
    adverbs = words.ADVERBS.search(phrase.mask, keys.end, mark)
    before = phrase.shown(opening.end() if opening else start, keys.start)
    after = phrase.shown(keys.end, adverbs.start() if adverbs else mark)
    if (composed := words.COMPOSED.match(fold(after))) and before[-1:] == "由":
        before, after = before[:-1] + "中,", after[composed.end() :]
    if phrase.clauses(keys.end, mark)[1:]:
        before = "" if words.LISTING.search(fold(before)) else before
        both = re.search(rf",\s*{words.BOTH.pattern}", fold(after))
        after = after[: both.start() + 1] + after[both.end() :] if both else after
    if keys.kind == "time":
        before = re.sub(r"[從从自]\s*$", "", before)
        summed = words.TIMES_SUMMED.match(fold(after))
        after = after[summed.end() :] if summed else after
    timed = keys.kind == "time" or any(start <= time.start and time.end <= mark for time in phrase.periods)
    return Frame(_context(phrase, earlier, keys, timed) + before, keys.names, after, keys.kind, keys.start)


def with_owner(frame: Frame, previous: Frame) -> Frame:
    """A frame that names no owner, with that of the list before it in the sentence."""
    if frame.before or frame.kind != previous.kind:
        return frame
    if frame.kind == "measure":
        return replace(frame, before=previous.before, origin=previous.origin)
    measure = re.sub(r"^的", "", frame.after)
    is_bare = words.MEASURE.search(fold(measure)) and "的" not in measure and not divided(measure)[0]
    owner, _ = divided(previous.after)
    if frame.kind != "time" or not (is_bare and owner):
        return frame
    return replace(frame, after=owner + measure, origin=previous.origin)


def inherited(phrase: Phrase, frame: Frame, head: Span, share: bool) -> Frame | None:
    """The frame of a list without keys of its own, whose head stands between the list before it and its mark.

    `share` says that its values are shares (佔) of what the list before it counts.
    """
    start, end = phrase.core(*head)
    repeated = (words.SAME_TIME if frame.kind == "time" else words.BOTH).match(phrase.mask, start, end)
    start = repeated.end() if repeated else start
    bare = words.BARE.fullmatch(phrase.mask, start, end) or words.COMPARING.match(phrase.mask, start, end)
    if bare and start < end:
        return replace(frame, after=frame.after + phrase.shown(start, end)) if frame.measured else None
    times = [time for time in phrase.periods if start <= time.start and time.end <= end]
    if end - start > _MOST_HEAD or phrase.clauses(start, end)[1:] or len(times) > 1:
        return None
    if times:
        if frame.kind == "time" or times[0].start != start:
            return None
        behind = words.AFTER_TIME.match(phrase.mask, times[0].end, end)
        start = behind.end() if behind else times[0].end
        time = phrase.shown(times[0].start, times[0].end)
        frame = replace(frame, before=f"{time},{_timeless(frame.before)}", after=_timeless(frame.after))
    rest = phrase.shown(start, end)
    if not rest:
        return frame
    is_part = words.PART.match(phrase.mask, *head) is not None
    if share and is_part and frame.kind == "time":
        return replace(frame, after=f"{frame.after}中,{rest}")
    is_contrast = words.CONTRAST.search(phrase.mask, *head) is not None
    is_owner = words.OWNER.search(fold(rest)) is not None or (is_contrast and is_name(rest))
    return _with_head(frame, rest, is_owner and not is_part)


def _with_head(frame: Frame, head: str, is_owner: bool) -> Frame | None:
    """The frame with another measure or owner, whichever the head names; None where that is unsure."""
    is_plain = len(head) <= _MOST_MEASURE and "的" not in head and not (is_owner or is_name(head))
    is_measure = is_plain or words.MEASURE.search(fold(head)) is not None
    if frame.kind == "thing":
        owner = divided(frame.after)[0] or "的"
        return replace(frame, after=owner + head) if is_measure and "的" not in head else None
    if frame.kind == "measure":
        if words.RATE.search(fold(head)):
            return replace(frame, after=frame.after + head)
        times = [time.label() + "," for time in periods(frame.before)[:1]]
        is_other = is_owner and not is_measure
        return replace(frame, before="".join([*times, head, "的"])) if is_other else None
    return _with_head_at_time(frame, head, is_measure, is_owner) if frame.kind == "time" else None


def _with_head_at_time(frame: Frame, head: str, is_measure: bool, is_owner: bool) -> Frame | None:
    """For a list of times: 「甲公司的收入」 with the head 「研發費用」 is 「甲公司的研發費用」."""
    in_front = bool(words.MEASURE.search(fold(_placeless(frame.before)))) and not frame.after
    place = _placeless(frame.before) if in_front else frame.after
    owner, measure = divided(place) if words.MEASURE.search(fold(place)) else (place, "")
    if "的" in head and is_measure:
        changed = head
    elif is_measure:
        changed = owner + head
    elif measure and is_owner and "的" not in head:
        changed = f"{head}的{measure}"
    else:
        return None
    if in_front:
        return replace(frame, before=changed + frame.before[len(place) :])
    return replace(frame, after=changed)


def divided(text: str) -> tuple[str, str]:
    """Owner and measure: 「甲公司的|收入」, 「甲公司|收入」."""
    if "的" in text:
        at = text.rindex("的") + 1
        return text[:at], text[at:]
    folded = fold(text)
    edges = word_edges(folded, 0, len(folded))
    owners = [edge for edge in edges[1:-1] if words.OWNER.search(folded[:edge])]
    first = folded[: edges[1]] if len(edges) > 2 else ""
    if not owners and first and is_name(first) and not words.MEASURE.search(first):
        owners = [edges[1]]
    return (text[: owners[-1]], text[owners[-1] :]) if owners else ("", text)


def _placeless(text: str) -> str:
    return re.sub(r"[在於于]\s*$", "", text)


def _timeless(text: str) -> str:
    found = periods(text)
    for time in reversed(found):
        text = text[: time.start] + text[time.end :]
    return re.sub(r"^\s*(?:的|[,，])?\s*", "", text) if found else text


def _context(phrase: Phrase, earlier: list[Span], keys: Keys, timed: bool) -> str:
    """The clause before, where it is short and holds no figure; the time at the head, if no other is said."""
    first = phrase.clauses(0, len(phrase.text))[0]
    is_time = first[1] <= keys.start and not _timeless(phrase.text[slice(*first)]).strip(" 在於于截至止")
    clauses = dict.fromkeys([*([first] if is_time and not timed else []), *earlier[-1:]])
    return "".join(
        phrase.shown(start, end) + phrase.text[end]
        for start, end in clauses
        if _is_plain(phrase, start, end, keys)
    )


def _is_plain(phrase: Phrase, start: int, end: int, keys: Keys) -> bool:
    """Whether a clause says something, and nothing that may be confused with a member of the list."""
    return (
        0 < end - start <= _MOST_CONTEXT
        and all(figure.is_time for figure in phrase.figures_in(start, end))
        and not words.MARKER.search(phrase.mask, start, end)
        and not words.OPENING.fullmatch(phrase.mask, start, end)
        and not words.POINTING.match(phrase.mask, start, end)
        and not any(name in phrase.text[start:end] for name in keys.names)
    )
