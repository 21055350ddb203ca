"""Does Odoo already hold this value? Typed by the field, because equal values arrive in different clothes.

`ours` is the wire value that the source wants; `theirs` is what `search_read(load="_classic_write")` answered: many2one
as id, x2many as a list of ids, dates as text in UTC, False for "no value" in everything but numbers and x2many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from odoo_etl.fieldtypes import IdList, TargetField, cleaned, differing_properties, rounded, step_of

Same = Callable[[Any, Any], bool]

DOUBLE_DIGITS = 15  # significant digits that survive the way through a PostgreSQL float8 and JSON


def _number(ours: Any, theirs: Any, decimals: int | None) -> bool:
    """Equal after Odoo's own rounding to the field's digits."""
    mine, other = float(ours or 0.0), float(theirs or 0.0)
    if mine == other or _digits(mine) == _digits(other):
        return True
    if decimals is None:
        return False
    step = step_of(decimals)
    kept = rounded(mine, step)
    # Odoo rounds on the way into its cache, and again on the way into the database: very large values grow twice.
    return _digits(other) in {_digits(kept), _digits(rounded(kept, step))} or _digits(rounded(other, step)) == _digits(
        kept
    )


def _digits(number: float) -> str:
    return f"{number + 0.0:.{DOUBLE_DIGITS}g}"  # -0.0 becomes 0.0


def _text(ours: Any, theirs: Any) -> bool:
    """Equal but for the kind of line end: XML-RPC turns each into a bare line feed (XML 1.0, 2.11)."""
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours == theirs or _unix(ours) == _unix(theirs)
    return (ours or False) == (theirs or False)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def padded(moment: str) -> str:
    """A date or datetime with four digits for the year; Odoo answers fewer before the year 1000."""
    year, dash, rest = moment.partition("-")
    return year.zfill(4) + dash + rest


def _moment(ours: Any, theirs: Any) -> bool:
    return ours == theirs or bool(ours and theirs and ours == padded(theirs))


def _plain(ours: Any, theirs: Any) -> bool:
    return bool(ours == theirs)


def _truth(ours: Any, theirs: Any) -> bool:
    return bool(ours) is bool(theirs)


def _many2one(ours: Any, theirs: Any) -> bool:
    """By id; `theirs` may come as [id, display name] from servers before 15."""
    existing = theirs[0] if isinstance(theirs, (list, tuple)) and theirs else theirs
    return (ours or False) == (existing or False)


def _ids(ours: Any, theirs: Any) -> bool:
    wanted = ours if isinstance(ours, IdList) else IdList((), "set")
    existing = set(theirs or ())
    return set(wanted.ids) <= existing if wanted.command == "add" else set(wanted.ids) == existing


def _properties(ours: Any, theirs: Any) -> bool:
    return not any(differing_properties(ours, theirs))


def _html(ours: Any, theirs: Any) -> bool:
    return ours == theirs or cleaned(ours or "") == cleaned(theirs or "")


SAME: Mapping[str, Same] = {
    "char": _text,
    "text": _text,
    "html": _html,
    "selection": _text,
    "date": _moment,
    "datetime": _moment,
    "binary": _text,
    "boolean": _truth,
    "integer": lambda ours, theirs: (ours or 0) == (theirs or 0),
    "many2one": _many2one,
    "many2many": _ids,
    "one2many": _ids,
    "properties": _properties,
}


def comparer(field: TargetField) -> Same:
    """The function that tells whether two values of a field are the same."""
    if field.ttype in {"float", "monetary"}:
        return lambda ours, theirs: _number(ours, theirs, field.decimals)
    if field.ttype == "html" and not field.sanitized:
        return _text
    return SAME.get(field.ttype, _plain)


def difference(
    wanted: Mapping[str, Any], existing: Mapping[str, Any], comparers: Mapping[str, Same]
) -> dict[str, tuple[Any, Any]]:
    """Field to (what Odoo holds, what the source wants), for the fields that differ."""
    return {
        name: (existing.get(name, False), value)
        for name, value in wanted.items()
        if existing.get(name, False) != value and not comparers[name](value, existing.get(name, False))
    }
