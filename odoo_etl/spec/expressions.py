"""Jinja2 expressions over the columns of a row: sandboxed, bounded, with native results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import UndefinedError
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import TemplateReference

from odoo_etl.errors import OdooEtlError
from odoo_etl.spec.bounded import MAX_BITS, BoundedEnvironment
from odoo_etl.spec.texts import EMPTY, without_empty_cells
from odoo_etl.text import NoText

MAX_TEXT = 10_000  # characters; an expression, not a program
ROW = "row"  # row["Customer No"] reaches columns whose names are not identifiers


class ExpressionError(OdooEtlError):
    """An expression cannot be compiled, or has no value for a row."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


_ENVIRONMENT = BoundedEnvironment()


def compile_expression(text: str) -> Callable[[Mapping[str, Any]], Any]:
    """A function from a row (column name to value) to the expression's native value.

    Every column is a variable; all of them are also in `row`. An empty cell is `none` and joins as empty text, see
    `texts.EmptyCell`; a result of nothing but blanks is None.

    Raises:
        ExpressionError: the text is no expression; the returned function raises it for a row without a value.
    """
    evaluate = _compiled(text)

    def value(row: Mapping[str, Any]) -> Any:
        cells = {name: EMPTY if cell is None else cell for name, cell in row.items()}
        try:
            return _native(evaluate({ROW: cells, **cells}))
        except (UndefinedError, NoText) as error:
            raise _without_value(str(error), text, row) from error
        except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _without_value(f"{type(error).__name__}: {error}", text, row) from error
        except RecursionError as error:
            raise ExpressionError("the value is nested too deeply") from error

    return value


def _without_value(why: str, text: str, row: Mapping[str, Any]) -> ExpressionError:
    """The error of a row, which names the columns that are empty there: most often they are the reason."""
    empty = sorted(name for name in expression_columns(text) & row.keys() if row[name] is None or row[name] == "")
    said = f"; empty here: {', '.join(empty)} (`({empty[0]} or 0)` counts an empty cell as 0)" if empty else ""
    return ExpressionError(why + said)


def _compiled(text: str) -> Callable[[Mapping[str, Any]], Any]:
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"the expression has {len(text):,} characters; at most {MAX_TEXT:,} are read")
    try:
        return _ENVIRONMENT.compile_expression(text, undefined_to_none=False)
    except TemplateSyntaxError as error:
        raise ExpressionError(str(error.message), _hint(text)) from error
    except (RecursionError, MemoryError, SyntaxError, UnicodeError, ValueError) as error:
        # Jinja2 takes it for an expression, but Python cannot compile what becomes of it.
        raise ExpressionError(
            "the expression is nested too deeply, or holds a number or character that cannot be"
        ) from error


def _native(result: Any) -> Any:
    """The value of an expression; what can only be shown as an address in memory is none."""
    if isinstance(result, Iterator):
        result = list(result)  # the filters map, select and others give their items one by one
    for value in result if isinstance(result, list | tuple) else (result,):
        if isinstance(value, Undefined):
            str(value)  # a strict undefined says its name when it is used
        if callable(value):
            raise ExpressionError(f"{getattr(value, '__name__', 'the result')} is a function, not a value (add `()`)")
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            raise ExpressionError(f"the value is a number of {value.bit_length():,} bits")
        if isinstance(value, TemplateReference):
            raise ExpressionError("`self` is no value")
    return without_empty_cells(result)


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
