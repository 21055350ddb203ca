"""Where a value comes from: one of a column, several columns, a constant, an expression, or a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.python_function import PythonSpec
from odoo_etl.spec.value_kinds import invalid

ORIGINS: Final = ("column", "columns", "value", "expr", "python")
_SCALAR: Final[dict[str, Any]] = {"type": ["string", "number", "boolean", "null"]}


def _expression(text: str) -> str:
    from odoo_etl.spec.expressions import ExpressionError, compile_expression  # noqa: PLC0415 - few jobs need Jinja2

    try:
        compile_expression(text)
    except ExpressionError as error:
        raise invalid(f"is not a valid expression: {error}", error.hint) from error
    return text


ColumnName = Annotated[str, Field(min_length=1)]
ExpressionText = Annotated[str, AfterValidator(_expression)]


class OriginKeys(SpecModel):
    """The keys of which one says where a value comes from."""

    # `value: null` means something: ask whether it was given, not for None.

    column: ColumnName | None = Field(default=None, description="The source column that holds the value.")
    columns: tuple[ColumnName, ...] | None = Field(
        default=None, min_length=1, description="Several columns, one for each field of lookup.by."
    )
    value: ConstantValue = Field(default=None, description="The same value for every row.")
    expr: ExpressionText | None = Field(
        default=None, description="A Jinja2 expression over the row's columns, without braces."
    )
    python: PythonSpec | None = Field(
        default=None, description="A function of the project that gives the value: package.module:function."
    )


def origin_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """A field has exactly one origin."""
    given = [key for key in ORIGINS if data.get(key) is not None or (key == "value" and key in data)]
    if not given:
        yield Issue("says not where its value comes from", hint=f"give one of {', '.join(ORIGINS)}")
    for key in given[1:]:
        yield Issue(f"`{key}` beside `{given[0]}`: a field has one origin", (key,), "remove one of them")


def _scalar(value: Any) -> Any:
    if value is not None and not isinstance(value, (str, int, float, bool)):
        raise invalid("must be a text, a number, true, false or null")
    return value


def _constant(value: Any) -> Any:
    if isinstance(value, list):
        return [_scalar(item) for item in value]
    return _scalar(value)


ConstantValue = Annotated[
    Any,
    BeforeValidator(_constant),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}),
]
MapValue = Annotated[Any, BeforeValidator(_scalar), WithJsonSchema(_SCALAR)]
