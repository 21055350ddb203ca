"""Dates and datetimes in domains: Odoo compares days as days and moments by the second."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from odoo_etl.sandbox.domains import FALSE, Condition, Node, Not, conjunction, disjunction

DAY = "%Y-%m-%d"
MOMENT = "%Y-%m-%d %H:%M:%S"


def date_conditions(node: Condition) -> Node:
    """A condition on a date field with the value brought to `YYYY-MM-DD`; the same object when it already is.

    Raises:
        ValueError: the value is no date.
    """
    if node.operator in ("in", "not in"):
        values = [value if value is False else _moment(value)[0].strftime(DAY) for value in node.value]
    elif node.value is False:
        return FALSE
    else:
        values = _moment(node.value)[0].strftime(DAY)  # type: ignore[assignment]
    return node if values == node.value else Condition(node.field, node.operator, values)


def datetime_conditions(node: Condition) -> Node:
    """A condition on a datetime field: a bare date in a comparison stands for the whole day.

    Raises:
        ValueError: the value is no datetime.
    """
    if node.operator in ("in", "not in"):
        return _at(node)
    if node.value is False:
        return FALSE
    moment, is_day = _moment(node.value)
    operator = node.operator
    if operator in (">", "<="):
        moment += timedelta(days=1) if is_day else timedelta(seconds=1)
        operator = ">=" if operator == ">" else "<"
    value = moment.strftime(MOMENT)
    return node if (operator, value) == (node.operator, node.value) else Condition(node.field, operator, value)


def _at(node: Condition) -> Node:
    """Equality: within the second."""
    moments = [_moment(value)[0] for value in node.value if value is not False]
    if not moments:
        return node
    parts: list[Node] = [Condition(node.field, "in", [False])] if False in node.value else []
    for moment in moments:
        start = Condition(node.field, ">=", moment.strftime(MOMENT))
        end = Condition(node.field, "<", (moment + timedelta(seconds=1)).strftime(MOMENT))
        parts.append(conjunction([start, end]))
    found = disjunction(parts)
    return found if node.operator == "in" else Not(found)


def _moment(value: Any) -> tuple[datetime, bool]:
    """A datetime without zone, in UTC, and True when the value was a bare date.

    Raises:
        ValueError: the value is neither a text in ISO format nor a date.
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0), False
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day), True  # noqa: DTZ001 - Odoo's datetimes have no zone
    if not isinstance(value, str):
        raise ValueError(f"Failed to cast {value!r} into a datetime")  # noqa: TRY004 - the class that Odoo raises
    moment = datetime.fromisoformat(value)
    if moment.tzinfo:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=0), len(value) == len("2025-01-01")
