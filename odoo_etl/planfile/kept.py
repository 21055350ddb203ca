"""Planned writes in the form in which a plan file keeps them: path to what Odoo has and what it is to get. Pure.

Two plans of the same write have the same form. A record that the same plan creates has no id yet: its place is kept as
`{"new": 1, "of": "res.partner"}`. Of long texts and of files their digest is kept, of passwords nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import orjson

from odoo_etl.fieldtypes import PASSWORDS, IdList, TargetField, id_of_answered, sha1_of, shown_difference
from odoo_etl.mapping import Record
from odoo_etl.planning import LineRemoval, PathChange, Plan, RecordRules, Update, paths_of, paths_of_new
from odoo_etl.spec import EXTERNAL_ID

Image = Mapping[str, Sequence[Any]]  # path to [what Odoo has, what it is to get]
IsMade = Callable[[str, int], bool]  # whether the record of this model and id is one that the run made

LONG: Final = 300  # characters of a text that is kept whole
_BEGINNING: Final = 100
_GONE: Final = "(removed)"
_DIGEST_BYTES: Final = 16


def digest_of_file(path: Path) -> str:
    """A hash of all bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def image_of_new(record: Record, rules: RecordRules) -> dict[str, list[Any]]:
    """The values that a new record gets."""
    return dict(map(_kept, paths_of_new(record, rules)))


def image_of_update(update: Update, rules: RecordRules) -> dict[str, list[Any]]:
    """The values that differ in a record that Odoo has."""
    image = dict(map(_kept, paths_of(update, rules)))
    return {**image, EXTERNAL_ID: [None, update.adopts]} if update.adopts else image


def digest_of(image: Image) -> bytes:
    """A short hash of an image; the order of its paths means nothing."""
    return hashlib.blake2b(as_json(image), digest_size=_DIGEST_BYTES).digest()


def as_json(value: Any) -> bytes:
    """A value as JSON; what JSON does not know is text."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=_plain)
    except TypeError:  # a lone surrogate, an integer of more than 64 bits
        return orjson.dumps(repr(value).encode("utf-8", "backslashreplace").decode("ascii", "backslashreplace"))


def place_of(record: Record) -> int:
    """The number that a record of the source is known by, from its key."""
    text = repr([tuple(value) if isinstance(value, tuple) else value for value in record.key])
    digest = hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def places_in(plan: Plan) -> list[int]:
    """The numbers of the records that a plan writes."""
    records = [one.record for one in plan.creates] + [one.record for one in plan.updates]
    return list(map(place_of, records))


def is_as_planned(planned: Any, now: Any, is_made: IsMade) -> bool:
    """Whether a value that is about to be sent is the planned one; new records have their ids by now."""
    if planned == now:
        return True
    if not isinstance(planned, dict) or "new" not in planned:
        return False
    model = planned["of"]
    if "one" in planned:
        made, named = _id_in(now)
        return bool(made) and named in {"", model} and is_made(model, made)
    (command,) = planned.keys() - {"new", "of"}
    if not isinstance(now, dict) or command not in now:
        return False
    more = set(now[command]) - set(planned[command])
    return set(planned[command]) <= set(now[command]) and len(more) == planned["new"] and _all(more, model, is_made)


def shown_value(value: Any) -> str:
    """A kept value for people."""
    if isinstance(value, dict) and "new" in value:
        known = [str(each) for name, ids in value.items() if isinstance(ids, list) for each in ids]
        return " ".join([*known, *["(new)"] * value["new"]])
    if isinstance(value, dict) and "beginning" in value:
        return f"{value['beginning']!r}… ({value['chars']} characters)"
    return (
        "nothing" if value is None or value is False else str(value) if isinstance(value, (list, dict)) else repr(value)
    )


def _kept(one: PathChange) -> tuple[str, list[Any]]:
    if isinstance(one, LineRemoval):
        row = {name: _value(one.fields[name], value) for name, value in one.row.items() if name in one.fields}
        return one.path, [row, _GONE]
    old, new = one.old, one.new
    if isinstance(old, (list, tuple)) and not isinstance(new, IdList) and not one.field.type.has_model:
        new, old = shown_difference(new, old)  # of properties just those that differ
    return one.path, [_value(one.field, old), _value(one.field, new)]


def _value(field: TargetField, value: Any) -> Any:
    if value is None or value is False:
        return value
    if field.name in PASSWORDS:
        return field.type.show(value)
    if field.type.is_file:
        return {"sha1": sha1_of(value)}
    return _records(field, value) if field.type.is_reference else _short(value)


def _records(field: TargetField, value: Any) -> Any:
    if isinstance(value, IdList):
        return _ids(field, value)
    return sorted(value) if field.type.is_many else _one_id(field, value)


def _ids(field: TargetField, value: IdList) -> dict[str, Any]:
    known = sorted(each for each in value.ids if each > 0)
    new = len(value.ids) - len(known)
    return {value.command: known, **({"new": new, "of": field.relation} if new else {})}


def _one_id(field: TargetField, value: Any) -> Any:
    value = id_of_answered(value)
    number, model = _id_in(value)
    return {"one": True, "new": 1, "of": model or field.relation} if number < 0 else value


def _id_in(value: Any) -> tuple[int, str]:
    """The id, and the model where the value names it; 0 where it is none."""
    if isinstance(value, str):
        model, _, number = value.rpartition(",")
        return (int(number), model) if number.lstrip("-").isdigit() else (0, "")
    return (value, "") if isinstance(value, int) else (0, "")


def _all(ids: Iterable[int], model: str, is_made: IsMade) -> bool:
    return all(is_made(model, each) for each in ids)


def _short(value: Any) -> Any:
    """The value; of a long text its beginning and its digest."""
    if not isinstance(value, str) or len(value) <= LONG:
        return value if isinstance(value, (str, int, float)) else orjson.loads(as_json(value))
    digest = hashlib.blake2b(value.encode("utf-8", "backslashreplace"), digest_size=_DIGEST_BYTES).hexdigest()
    return {"beginning": value[:_BEGINNING], "chars": len(value), "digest": digest}


def _plain(value: Any) -> Any:
    if isinstance(value, (Decimal, date, time)):
        return str(value)
    return sorted(value) if isinstance(value, (set, frozenset)) else repr(value)
