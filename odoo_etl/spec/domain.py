"""The shape of an Odoo search domain: `["|", ["a", "=", 1], ["b", "in", [2, 3]]]`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator

from odoo_etl.spec.value_kinds import invalid

_ARITY: Final = {"&": 2, "|": 2, "!": 1}
_OPERATORS: Final = frozenset(
    {"=", "!=", "<>", "==", "<", "<=", ">", ">=", "=?", "=like", "=ilike", "child_of", "parent_of"}
    | {f"{negation}{name}" for negation in ("", "not ") for name in ("in", "like", "ilike", "any")}
    | {"not =like", "not =ilike"}
)


def domain_fault(domain: list[Any]) -> str:
    """The fault in a domain's shape, or ""."""
    missing = 0
    for index, item in enumerate(domain):
        fault = _item_fault(item)
        if fault:
            return f"item {index + 1} {fault}"
        missing = (missing or 1) - 1 + (_ARITY[item] if isinstance(item, str) else 0)
    return f"an operator lacks {missing} of its terms" if missing else ""


def _item_fault(item: Any) -> str:
    if isinstance(item, str):
        return "" if item in _ARITY else f"is `{item}`; a text can only be &, | or !"
    if not isinstance(item, list) or len(item) != 3:
        return "must be [field, operator, value]"
    if not isinstance(item[0], str) or item[1] not in _OPERATORS:
        return f"has the operator {item[1]!r}; it can be one of {', '.join(sorted(_OPERATORS))}"
    return ""


def _domain(value: list[Any]) -> list[Any]:
    fault = domain_fault(value)
    if fault:
        raise invalid(fault, 'for example [[company_id, "=", 1]]')
    return value


Domain = Annotated[list[Any], AfterValidator(_domain)]
