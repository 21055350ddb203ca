"""A Jinja2 sandbox in which an expression can neither leave nor eat memory.

Jinja2's own sandbox keeps expressions away from Python's insides, but not from `'a' * 10**10`. Here every operator,
method and filter whose result can be much larger than what goes in pays for it beforehand, out of a budget of
characters (or list items) that each evaluation has. What only copies or joins is free: expression and row bound it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from types import BuiltinMethodType
from typing import Any, Final

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import (
    FILTERS,
    do_center,
    do_format,
    do_indent,
    do_round,
    do_sum,
    do_tojson,
    make_attrgetter,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedFormatter

from odoo_etl.spec.texts import JOINED, TextJoins, filled, formattable, is_none, joined, joined_by, of_cells, text

MAX_CHARS: Final = 1_000_000
MAX_BITS: Final = 14_000  # of a whole number: about the 4,300 digits that Python writes out
_MOST_DIGITS: Final = 300  # that round() may be asked for; a float has no more
# For pages, not for values, and each with its own ways to grow.
_FOR_PAGES: Final = ("batch", "forceescape", "pprint", "random", "safe", "slice", "urlize", "wordwrap", "xmlattr")
_PERCENT = re.compile(r"%(?:\([^)]*\))?[#0 +-]*(\*|\d+)?(?:\.(\*|\d+))?")


class BudgetContext(Context):
    """The variables of one evaluation, and how much it has grown."""

    spent = 0

    def pay(self, size: int) -> None:
        """Count what is about to be made. Raises SecurityError when it is too much."""
        self.spent += max(size, 0)
        if self.spent > MAX_CHARS:
            raise SecurityError(f"the expression makes more than {MAX_CHARS:,} characters or items")


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox with a budget. Without globals: a column may be called `range` or `dict`."""

    context_class = BudgetContext
    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False)
        self.globals.clear()
        filters = {**FILTERS, **_FILTERS, JOINED: joined}
        self.filters = {name: of_cells(name, one) for name, one in filters.items() if name not in _FOR_PAGES}
        self.tests["none"] = is_none

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The attribute of a value; an empty cell for none."""
        return filled(super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The item of a value; an empty cell for none."""
        return filled(super().getitem(obj, argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The result of an operator, whose cost is paid before."""
        if operator == "%" and isinstance(left, str):
            right = formattable(right)
        _pay(context, _BINOPS[operator](left, right))
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """The result of a call, whose cost is paid before."""
        if isinstance(function, BuiltinMethodType) and (cost := _METHODS.get(function.__name__)):
            if function.__name__ == "join" and args:
                args = (list(args[0]),)  # a generator could be read only once
            _pay(context, cost(function.__self__, *args, *kwargs.values()))
        return filled(super().call(context, function, *args, **kwargs))

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        """Compile a template whose joins are those of texts; Jinja2 calls this hook."""
        return super()._generate(TextJoins().visit(source), *args, **kwargs)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Bounded stand-ins for `str.format` and `str.format_map`."""
        if super().wrap_str_format(value) is None:
            return None
        template, of_mapping = value.__self__, value.__name__ == "format_map"

        def bounded(*args: Any, **kwargs: Any) -> str:
            formatter: Formatter = _BoundedFormatter(self)
            return formatter.vformat(template, () if of_mapping else args, args[0] if of_mapping else kwargs)

        return bounded


class _BoundedFormatter(SandboxedFormatter):
    """Formats once, within the same bound."""

    def __init__(self, env: BoundedEnvironment) -> None:
        super().__init__(env)
        self._made = 0

    def format_field(self, value: Any, format_spec: str) -> str:
        """Refuse widths and precisions before they are made, and many fields before they are joined."""
        self._check(sum(int(digits) for digits in re.findall(r"\d{1,9}", format_spec)) + 256 * len(format_spec))
        written = text(value) if value is None or not format_spec else value
        made: str = super().format_field(written, format_spec)
        self._made += len(made)
        self._check(self._made)
        return made

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """Convert a value as `!s` and `!r` say; `!s` is its text."""
        return text(value) if conversion == "s" else super().convert_field(filled(value), conversion)

    def _check(self, size: int) -> None:
        if size > MAX_CHARS:
            raise SecurityError(f"the format makes more than {MAX_CHARS:,} characters")


def _pay(context: Context, size: int) -> None:
    if isinstance(context, BudgetContext):
        context.pay(size)


def _size(value: Any) -> int:
    """Characters and items in a value, all the way down."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, Mapping):
        return 1 + sum(_size(key) + _size(item) for key, item in value.items())
    if isinstance(value, Sequence | set | frozenset):
        return 1 + sum(map(_size, value))
    return value.bit_length() // 3 + 1 if isinstance(value, int) else 32


def _whole(values: Sequence[Any]) -> int:
    """The largest whole number among some arguments; as a width, -5 means 5 on the other side."""
    return max((abs(value) for value in values if isinstance(value, int)), default=0)


# --- what operators cost ---------------------------------------------------------------------------------------------


def _times(left: Any, right: Any) -> int:
    if isinstance(left, int) and isinstance(right, int):
        return _number(left.bit_length() + right.bit_length())
    if isinstance(left, int):
        left, right = right, left
    repeated = isinstance(right, int) and isinstance(left, str | bytes | Sequence)
    return max(_size(left), 1) * right if repeated else 0


def _power(left: Any, right: Any) -> int:
    if isinstance(left, int) and isinstance(right, int) and abs(left) > 1:
        return _number(left.bit_length() * right)
    return 0


def _number(bits: int) -> int:
    if bits > MAX_BITS:
        raise SecurityError(f"the expression makes a number of more than {MAX_BITS:,} bits")
    return 0


def _percent(left: Any, right: Any) -> int:
    """`%` as formatting: each conversion may be as wide as it says, or as its value is."""
    if not isinstance(left, str | bytes):
        return 0
    text = left if isinstance(left, str) else left.decode("latin-1")
    marks = _PERCENT.findall(text)
    widths = sum(_digits(mark) for pair in marks for mark in pair)
    given = tuple(right.values()) if isinstance(right, Mapping) else right if isinstance(right, tuple) else (right,)
    stars = _whole(given) if any("*" in pair for pair in marks) else 0
    return widths + len(marks) * (stars + max(map(_size, given), default=0))


def _digits(mark: str) -> int:
    return int(mark[:9]) if mark.isdecimal() else 0


_BINOPS: Final[dict[str, Callable[[Any, Any], int]]] = {"*": _times, "**": _power, "%": _percent}


# --- what methods cost -----------------------------------------------------------------------------------------------


def _padding(_: Any, *args: Any) -> int:
    return _whole(args)


def _tabs(text: Any, *args: Any) -> int:
    return int(text.count("\t" if isinstance(text, str) else b"\t")) * _whole(args or (8,))


def _replacing(text: Any, *args: Any) -> int:
    if len(args) < 2 or type(args[0]) is not type(args[1]) or not isinstance(args[0], str | bytes):
        return 0  # Python's own error follows
    return int(text.count(args[0])) * len(args[1])


def _joining(mark: Any, *args: Any) -> int:
    return len(mark) * len(args[0]) + _size(args[0]) if args else 0


def _translating(text: Any, *args: Any) -> int:
    table = args[0] if args and isinstance(args[0], Mapping) else {}
    return len(text) * max((_size(value) for value in table.values() if isinstance(value, str)), default=0)


def _clock(_: Any, *args: Any) -> int:
    return 256 * sum(map(_size, args))  # CPython gives strftime up to 256 times the length of the format


_METHODS: Final[dict[str, Callable[..., int]]] = {
    **dict.fromkeys(("center", "ljust", "rjust", "zfill", "to_bytes"), _padding),
    "expandtabs": _tabs,
    "replace": _replacing,
    "join": _joining,
    "translate": _translating,
    "strftime": _clock,
}


# --- filters ---------------------------------------------------------------------------------------------------------


@pass_context
def _center(context: BudgetContext, value: Any, width: int = 80) -> str:
    _pay(context, _whole((width,)))
    return do_center(value, width)


@pass_context
def _format(context: BudgetContext, value: Any, *args: Any, **kwargs: Any) -> str:
    given = formattable(kwargs or args)
    _pay(context, _percent(text(value), given))
    return do_format(text(value), **given) if kwargs else do_format(text(value), *given)


@pass_context
def _indent(context: BudgetContext, s: Any, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    _pay(context, (str(s).count("\n") + 1) * (_whole((width,)) or _size(width)))
    return do_indent(s, width, first, blank)


@pass_context
def _join(context: BudgetContext, value: Any, d: Any = "", attribute: str | int | None = None) -> str:
    items = list(value)
    if attribute is not None:
        items = list(map(make_attrgetter(context.environment, attribute), items))
    _pay(context, len(items) * len(text(d)) + _size(items))
    return joined_by(text(d), items)


@pass_context
def _replace(context: BudgetContext, s: Any, old: Any, new: Any, count: int | None = None) -> str:
    old, new = text(old), text(new)
    _pay(context, s.count(old) * len(new))
    return str(s.replace(old, new, -1 if count is None else count))


def _round(value: Any, precision: int = 0, method: Any = "common") -> Any:
    if abs(precision) > _MOST_DIGITS:
        raise SecurityError(f"round: at most {_MOST_DIGITS} digits")
    return do_round(value, precision, method)


@pass_context
def _sum(context: BudgetContext, iterable: Any, attribute: Any = None, start: Any = 0) -> Any:
    if isinstance(start, Sequence):
        raise SecurityError("sum: adds numbers, not lists")
    return do_sum(context.environment, iterable, attribute, start)


@pass_context
def _tojson(context: BudgetContext, value: Any) -> str:
    return do_tojson(context.eval_ctx, value)


_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "center": _center,
    "format": _format,
    "indent": _indent,
    "join": _join,
    "replace": _replace,
    "round": _round,
    "sum": _sum,
    "tojson": _tojson,
}
