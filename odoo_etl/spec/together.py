"""`load.together`: rows of separate records that share one transaction; what such a job cannot have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from odoo_etl.spec.base import Issue

AT = ("load", "together")


def together_issues(load: Any, target: Any, fields: Any, lines: Any) -> Iterator[Issue]:
    """The fields that make groups are mapped to single values, and each record is written in one call."""
    given = load.get("together") if isinstance(load, Mapping) else getattr(load, "together", ())
    names = [given] if isinstance(given, str) else list(given or ())
    if not names or not isinstance(fields, Mapping):
        return
    if lines:
        message = "a record with `lines` is one transaction with these already, and `load.together` binds plain records"
        yield Issue(message, AT, "remove one of them")
    for index, name in enumerate(names):
        yield from _name_issues(name, AT if isinstance(given, str) else (*AT, index), fields)
        if name in names[:index]:
            yield Issue(f"`{name}` stands there twice", (*AT, index), "remove one")
    for name, field in fields.items():
        if isinstance(field, Mapping):
            yield from _field_issues(str(name), field, grouping=name in names)
    if isinstance(target, Mapping) and target.get("key") and target.get("external_id") is not None:
        message = "giving external ids to records that their key finds takes a call of its own, `load.together` one"
        yield Issue(message, ("target", "external_id"), "identify records by one of `key` and `external_id`")


def _name_issues(name: Any, at: tuple[str | int, ...], fields: Mapping[str, Any]) -> Iterator[Issue]:
    if not isinstance(name, str):
        return
    if name not in fields:
        near = get_close_matches(name, [str(field) for field in fields], n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"add `{name}: column` to `fields`"
        yield Issue(f"`{name}` is not in `fields`", at, hint)
    elif isinstance(fields[name], Mapping) and "split" in fields[name]:
        yield Issue("a field of `load.together` holds one value, so it cannot have `split`", ("fields", name, "split"))


def _field_issues(name: str, field: Mapping[str, Any], *, grouping: bool) -> Iterator[Issue]:
    """Whatever takes a record a second call."""
    lookup, where = field.get("lookup"), ("fields", name, "lookup")
    last = lookup[-1] if isinstance(lookup, (list, tuple)) and lookup else lookup
    place = (*where, len(lookup) - 1) if isinstance(lookup, (list, tuple)) and lookup else where
    on_missing = last.get("on_missing") if isinstance(last, Mapping) else None
    if on_missing == "defer":
        message = "what waits for other rows is written in a second call, and `load.together` promises one"
        yield Issue(message, (*place, "on_missing"), "load what it refers to before, in a job of its own")
    elif on_missing == "empty" and grouping:
        message = "rows with different missing records would become one group"
        yield Issue(message, (*place, "on_missing"), "`on_missing: reject`")
    for more in ("translations", "companies"):
        if field.get(more):
            message = f"`{more}` take a call each, and `load.together` promises one"
            yield Issue(message, ("fields", name, more), "write them with a job of their own after this one")
