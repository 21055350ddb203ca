"""Text in an expression: an empty cell is the empty one, and a typed value is what `cells` makes of it.

Python would write `None`, `True`, `1001.0` and `{'a': 1}` wherever Jinja2 joins, formats or filters text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from functools import wraps
from typing import Any, Final, NoReturn

from jinja2 import Undefined, nodes
from jinja2.visitor import NodeTransformer

from odoo_etl.text import text_of

JOINED: Final = "joined"  # the filter that `~` becomes


class EmptyCell(str):
    """An empty cell: the empty text, equal to `none`, and no number."""

    __slots__ = ()
    __module__ = "builtins"  # so that Jinja2 calls it by its bare name
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        """Equal to none and to the empty text."""
        return other is None or other == ""

    def __ne__(self, other: object) -> bool:
        """True where `__eq__` is not."""
        return not self == other

    def _no_number(self, _: object) -> NoReturn:
        raise TypeError("an empty cell is no number")

    __mul__ = __rmul__ = __mod__ = _no_number  # else it would be repeated, or a format


EMPTY: Final = EmptyCell()


def is_none(value: Any) -> bool:
    """The test `is none`."""
    return value is None or isinstance(value, EmptyCell)


def filled(value: Any) -> Any:
    """The value; an empty cell for none, which a document or a method may give too."""
    return EMPTY if value is None else value


def text(value: Any) -> str:
    """The text of a value; an undefined one says its name, see `jinja2.StrictUndefined`."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    return str(value) if isinstance(value, str | Undefined) else text_of(value)


class _Number(float):
    """A double that formats as a number, and is written as its text."""

    __slots__ = ()

    def __str__(self) -> str:
        return text_of(float(self))


def formattable(value: Any) -> Any:
    """An operand of `%`, or what stands in a tuple or mapping of them: numbers stay numbers."""
    if isinstance(value, tuple):
        return tuple(map(_formattable, value))
    if isinstance(value, Mapping):
        return {key: _formattable(item) for key, item in value.items()}
    return _formattable(value)


def _formattable(value: Any) -> Any:
    if type(value) is float:
        return _Number(value)
    written = value is None or isinstance(value, bool | dict | list | date | time)
    return text(value) if written else value


def without_empty_cells(value: Any) -> Any:
    """A result as plain values: None for an empty cell, also inside, and for a text of nothing but blanks."""
    return None if isinstance(value, str) and not value.strip() else _bare(value)


def _bare(value: Any) -> Any:
    if isinstance(value, str):
        return None if is_none(value) else str(value)
    if isinstance(value, list | tuple):
        return [_bare(item) for item in value]
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    return value


class TextJoins(NodeTransformer):
    """Makes `a ~ b` the filter `[a, b] | joined`: Jinja2's own way of joining is Python's `str`."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - Jinja2 calls it by this name
        """Replace one chain of `~`."""
        self.generic_visit(node)
        here: dict[str, Any] = {"lineno": node.lineno, "environment": node.environment}
        parts, found = nodes.List(node.nodes, **here), nodes.Const(_between(node.nodes), **here)
        return nodes.Filter(parts, JOINED, [found], [], None, None, **here)


def _between(parts: list[nodes.Expr]) -> tuple[int, ...]:
    """Which parts are more than what the expression puts between them; none where that is text itself."""
    constants = [str(part.value) for part in parts if isinstance(part, nodes.Const)]
    if any(map(str.isalnum, "".join(constants))):
        return ()
    return tuple(place for place, part in enumerate(parts) if not isinstance(part, nodes.Const))


def joined(values: list[Any], found: tuple[int, ...]) -> str:
    """The filter that `~` becomes. Marks between nothing are nothing: `first ~ ' - ' ~ last` of two empty cells.

    Args:
        found: the parts of which one must hold something; none for all the same.
    """
    texts = list(map(text, values))
    return "" if found and not any(texts[place].strip() for place in found) else "".join(texts)


def joined_by(mark: str, values: list[Any]) -> str:
    """The values with a mark between each two, for the filter `join`; nothing where all of them are empty."""
    texts = list(map(text, values))
    return mark.join(texts) if any(map(str.strip, texts)) else ""


# What a filter sees in place of none; these tell it from the empty text.
_SEE_NONE: Final = frozenset({"default", "d", "tojson", JOINED})
_OF_TEXT: Final = frozenset(
    {
        *("capitalize", "center", "e", "escape", "indent", "lower", "replace"),
        *("string", "striptags", "title", "trim", "truncate", "upper", "wordcount"),
    }
)


def of_cells(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, given the empty cell for none, and text where it works on text."""
    if name in _SEE_NONE:
        return function
    seen = text if name in _OF_TEXT else filled
    place = 1 if hasattr(function, "jinja_pass_arg") else 0  # the context or environment comes first

    @wraps(function)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        value = seen(args[place])
        return function(*args[:place], value, *args[place + 1 :], **kwargs)

    return filtered
