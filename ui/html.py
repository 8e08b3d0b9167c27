"""The one place where text becomes HTML: whatever is not HTML already is escaped here.

Nothing else in `ui` writes a "<"; articles, people and engines cannot get past `tag`.
"""

from collections.abc import Iterable
from html import escape


class Html(str):
    """Text that is HTML already; only this module makes it."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | int | bool | None) -> Html:
    """An element. `class_` becomes `class`, `data_cite` becomes `data-cite`; None and False leave one out."""
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{name}{given}>{join(children)}</{name}>")


def join(parts: Iterable[str]) -> Html:
    """The parts in order; those that are no `Html` are escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def dotted(parts: Iterable[str]) -> Html:
    """The parts in one line, a dot between any two."""
    return Html(" · ".join(join([part]) for part in parts))


def apart(text: str) -> Html:
    """Third-party text within a line: its writing direction cannot turn what stands around it."""
    return tag("bdi", text)


def _attribute(key: str, value: str | int | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
