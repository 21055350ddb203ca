"""Values that stand in a job itself."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema

from odoo_etl.spec.value_kinds import invalid

_SCALAR: Final[dict[str, Any]] = {"type": ["string", "number", "boolean", "null"]}


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
