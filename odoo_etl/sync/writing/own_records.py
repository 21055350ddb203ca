"""Whose records are those that a create without an answer may have made: ours, or those of somebody else meanwhile?

A `create` is one transaction: all its records carry the same maker and the same `create_date`. A single record is told
from another with its key by the values that were sent: whoever made it by hand gave it other ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from odoo_etl.fieldtypes import is_by_reference, same_content
from odoo_etl.mapping import Key
from odoo_etl.planning import LINES, Existing, Image, is_field
from odoo_etl.sync.ports import Context, Odoo

MADE = ("create_uid", "create_date")


def made_by_one_call(  # noqa: PLR0913 - what was sent, and what is there
    client: Odoo,
    model: str,
    found: Mapping[Key, Sequence[int]],
    sent: Mapping[Key, Mapping[str, Any]],
    context: Context,
    *,
    by_us: bool,
) -> dict[Key, list[int]]:
    """Key to the record that the call made there; nothing where most of its records are not there.

    Args:
        found: key to the records that have it.
        sent: key to the image of what the call wrote, without what makes the key; lines say nothing about whose they
            are.
        by_us: our user sent it; else nobody knows which one did.
    """
    if not found or not _keeps_books(client, model):
        return {key: list(ids) for key, ids in found.items()}
    uid = client.authenticate() if by_us else 0
    sent = {key: {name: one for name, one in values.items() if is_field(name)} for key, values in sent.items()}
    names = sorted({name for values in sent.values() for name in values}) if len(sent) == 1 else []
    groups: dict[tuple[Any, ...], dict[Key, list[int]]] = defaultdict(dict)
    rows = _read(client, model, {each for ids in found.values() for each in ids}, [*MADE, *names], context)
    for key, ids in found.items():
        for row in (rows[each] for each in ids if each in rows):
            ours = not (uid and row["create_uid"]) or row["create_uid"] == uid
            if ours and (len(sent) > 1 or _mostly(sent[key], row)):
                groups[row["create_uid"], row["create_date"]].setdefault(key, [row["id"]])
    best = max(groups.values(), key=len, default={})
    return best if 2 * len(best) > len(sent) else {}


def holds(values: Image, existing: Existing) -> bool:
    """Whether a record has all that an image says was written, its lines included."""
    return all(
        _has_lines(value, existing[name.removesuffix(LINES)]) if name.endswith(LINES) else _same(value, existing[name])
        for name, value in values.items()
    )


def _has_lines(commands: Sequence[Any], rows: Sequence[Existing]) -> bool:
    """Whether commands for lines have been carried out."""
    there = {row["id"]: row for row in rows}
    return all(
        any(holds(image, row) for row in rows)
        if code == 0
        else (number in there) is (code == 1) and (code != 1 or holds(image, there[number]))
        for code, number, image in commands
    )


def _mostly(values: Mapping[str, Any], existing: Mapping[str, Any]) -> bool:
    """Whether a record has most of the values that were sent: Odoo itself keeps some in another form."""
    filled = [name for name, value in values.items() if value and not is_by_reference(value)]  # images it recodes
    return 2 * sum(_same(values[name], existing[name]) for name in filled) >= len(filled)


def _same(value: Any, existing: Any) -> bool:
    if is_by_reference(value):
        return same_content(value, existing)
    return _after(value, existing) == existing or not (value or existing)


def _after(value: Any, existing: Any) -> Any:
    """The value of a field that had one before, after a write; x2many are written as commands."""
    if not (isinstance(value, list) and isinstance(existing, list)):
        return value
    ids = set(existing)
    for command, one, *more in value:
        ids = set(more[0]) if command == 6 else ids - {one} if command == 3 else ids | {one}
    return sorted(ids) if ids != set(existing) else existing


def _keeps_books(client: Odoo, model: str) -> bool:
    """Whether Odoo notes who made a record of the model, and when."""
    return len(client.fields_get(model, MADE, ["type"])) == len(MADE)


def _read(
    client: Odoo, model: str, ids: Collection[int], fields: Sequence[str], context: Context
) -> dict[int, dict[str, Any]]:
    domain = [["id", "in", sorted(ids)]]
    rows = client.search_read(model, domain, fields, load="_classic_write", context=context)
    return {row["id"]: row for row in rows}
