"""Follow-up questions completed by a model, held to what the rule and the conversation say."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from rag.carried import covered, figures, named, same_amount
from rag.period import Period, periods
from rag.prompts_llm import rewriting
from rag.quantity import Quantity
from rag.remote import ModelFailed, RemoteModel
from rag.rewrite import complete
from rag.schema import Turn
from rag.text import fold, language
from rag.untrusted import addresses_model, unfit

LONGEST = 300
"""Characters; a longer proposal is no question."""
T = TypeVar("T", Period, Quantity)

SECONDS = 8.0
"""A model that needs longer is not waited for; the rule's result is there at once."""


def completed(model: RemoteModel, question: str, history: Sequence[Turn]) -> str:
    """The model's completion where it agrees with the rule's, else the rule's; itself without a history."""
    rule = complete(question, history)
    if not history or addresses_model(question):
        return rule
    try:
        proposed = model.text(rewriting(language(question), question, history), min(SECONDS, model.timeout))
    except ModelFailed:
        return rule
    said = [question, *(text for turn in history for text in (turn.question, turn.answer))]
    return proposed if _fit(proposed, question) and agrees(proposed, rule, "\n".join(said)) else rule


def _fit(proposed: str, question: str) -> bool:
    one_line = 0 < len(proposed) <= LONGEST and "\n" not in proposed
    return (
        one_line
        and language(proposed) == language(question)
        and not unfit(proposed)
        and not addresses_model(proposed)
    )


def agrees(proposed: str, rule: str, said: str) -> bool:
    """Whether a proposal names the times, figures and names that the rule's result names, and no other;
    where the rule names none, only such as were said."""
    return (
        _agree(periods(proposed), periods(rule), periods(said), Period.same)
        and _agree(figures(proposed), figures(rule), figures(said), same_amount)
        and all(covered(name, fold(proposed)) for name in named(rule))
        and all(covered(name, fold(f"{rule}\n{said}")) for name in named(proposed))
    )


def _agree(proposed: Sequence[T], rule: Sequence[T], said: Sequence[T], same: Callable[[T, T], bool]) -> bool:
    allowed = rule or said
    return all(any(same(one, other) for other in allowed) for one in proposed) and all(
        any(same(one, other) for other in proposed) for one in rule
    )
