"""Which articles a question is asked of: all, a chosen few, or those published within some days.

A scope restricts both searches themselves, so that a small scope still fills the list of hits.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Scope:
    """What may answer. All three conditions hold together; nothing may satisfy them, which is no error."""

    documents: frozenset[str] | None = None
    """Document ids; None: any. An id that the index does not hold selects nothing."""
    since: date | None = None
    """First day of publication that counts; None: no bound. With a bound, articles without a date are out."""
    until: date | None = None
    """Last day of publication that counts; None: no bound. With a bound, articles without a date are out."""


EVERYTHING = Scope()
