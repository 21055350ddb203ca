"""Jinja2 expressions over the columns of a row: sandboxed, with native results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import UndefinedError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from odoo_etl.errors import OdooEtlError

ROW = "row"  # row["Customer No"] reaches columns whose names are not identifiers


class ExpressionError(OdooEtlError):
    """An expression cannot be compiled, or has no value for a row."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()  # a column may be called `range` or `dict`
    return environment


_ENVIRONMENT = _environment()


def compile_expression(text: str) -> Callable[[Mapping[str, Any]], Any]:
    """A function from a row (column name to value) to the expression's native value.

    Every column is a variable; all of them are also in `row`.

    Raises:
        ExpressionError: the text is no expression; the returned function raises it for a row without a value.
    """
    try:
        evaluate = _ENVIRONMENT.compile_expression(text, undefined_to_none=False)
    except TemplateSyntaxError as error:
        raise ExpressionError(str(error.message), _hint(text)) from error

    def value(row: Mapping[str, Any]) -> Any:
        try:
            result = evaluate({ROW: row, **row})
            if isinstance(result, Undefined):
                str(result)  # a strict undefined says its name when it is used
        except UndefinedError as error:
            raise ExpressionError(str(error.message)) from error
        except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise ExpressionError(f"{type(error).__name__}: {error}") from error
        return result

    return value


def expression_columns(text: str) -> frozenset[str]:
    """The columns an expression names: its variables, and the constants in `row["..."]`."""
    tree = _ENVIRONMENT.parse("{{ (" + text + ") }}")
    names = find_undeclared_variables(tree)
    constants = {
        str(item.arg.value)
        for item in tree.find_all(nodes.Getitem)
        if isinstance(item.node, nodes.Name) and item.node.name == ROW and isinstance(item.arg, nodes.Const)
    }
    return frozenset((names - {ROW}) | constants)


def _hint(text: str) -> str:
    return "write it without {{ }}" if "{{" in text else "text needs quotes inside: expr: \"'text' ~ column\""
