"""A value that must not be seen: it has no text of its own, so no log, message or record can carry it."""


class Secret:
    """A key. `str` and `repr` only say whether one is set."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """The key itself, for the one who sends it."""
        return self._value

    def __repr__(self) -> str:
        return "(set)" if self._value else "(not set)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __deepcopy__(self, memo: object) -> str:
        """What `dataclasses.asdict` makes of it: a settings record never holds the key."""
        return repr(self)
