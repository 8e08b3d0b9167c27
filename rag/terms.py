"""What a question is searched by: terms of the index, grouped by what they stand for in the question."""

import threading
from collections.abc import Sequence

from rag.catalog import Catalog, State
from rag.crosslingual import Bridge, is_function_word
from rag.reworded import in_words_of, with_synonyms_of
from rag.text import content, language, tokens

TermGroups = list[tuple[str, ...]]
"""Each group is one word of the question; any of its terms will do. An empty group has no counterpart."""


class SearchTerms:
    """Turns questions into groups of search terms. Safe to share between threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._bridge: tuple[State, Bridge] | None = None

    def groups(self, question: str) -> TermGroups:
        """Chinese: each token of the content. English: its own tokens, and Chinese terms for its words."""
        own = dict.fromkeys(tokens(content(question)) or tokens(question))
        if language(question) != "en":
            return [(term,) for term in own]
        shared = [(term,) for term in own if not is_function_word(term) and self._catalog.knows(term)]
        return shared + self._current_bridge().alternatives(question)

    def worded(self, question: str, passages: Sequence[str]) -> list[str]:
        """The question for each passage, in the passage's own words for what it names."""
        if language(question) != "en":
            return [with_synonyms_of(passage, question) for passage in passages]
        phrases = self._current_bridge().phrases(question)
        return [in_words_of(passage, question, phrases) for passage in passages]

    def _current_bridge(self) -> Bridge:
        """Made anew when the index has changed; takes about a second for the dictionary."""
        state = self._catalog.state()
        with self._lock:
            if self._bridge is None or self._bridge[0] != state:
                self._bridge = (state, Bridge(self._catalog.terms()))
            return self._bridge[1]
