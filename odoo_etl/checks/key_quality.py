"""How well some fields tell the records of a model apart: all records are read, a page at a time.

Of a record only two numbers are kept: its id, and a hash of its values. So a million records take some 50 MB.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

import numpy as np

from odoo_etl.errors import Problem, SpecError
from odoo_etl.fieldtypes import Convert, TargetField
from odoo_etl.inspections import KeyReport, RepeatedValue
from odoo_etl.planning import ACTIVE, unknown_field, unusable_key
from odoo_etl.sync.ports import Odoo

PAGE: Final = 5_000  # records read at once
EXAMPLES: Final = 10  # repeated values that are shown
FIRST: Final = 5  # records that are shown of each
_EVERY: Final = {"active_test": False}

Numbers = np.ndarray[Any, np.dtype[np.int64]]


def judge_key(
    client: Odoo, model: str, described: Mapping[str, Mapping[str, Any]], names: Sequence[str], page: int = PAGE
) -> KeyReport:
    """Read the fields of every record, archived ones included, and say how often values stand there.

    Args:
        described: the fields of the model, as `fields_get` has them.
        names: those of the key.
        page: so many records are read at once.

    Raises:
        SpecError: the model lacks one, or its values cannot be told apart.
    """
    fields = key_fields(model, described, names, client.version().major)
    values = _Values(fields)
    for rows in _pages(client, model, [*names, *([ACTIVE] if ACTIVE in described else [])], page):
        values.add(rows)
    repeated = values.repeated()
    return KeyReport(
        fields=tuple(names),
        records=len(values.ids),
        archived=values.archived if ACTIVE in described else None,
        blank={name: values.blank[name] for name in names},
        without=values.without,
        repeated=len(repeated),
        records_of_repeated=sum(count for _, count in repeated),
        alike=values.alike(),
        examples=tuple(_examples(client, model, fields, values.places(repeated[:EXAMPLES]))),
        notes=tuple(why for one in fields if (why := _against(one))),
    )


def key_fields(
    model: str, described: Mapping[str, Mapping[str, Any]], names: Sequence[str], major: int
) -> list[TargetField]:
    """The fields of a key, whose values can be told apart.

    Args:
        major: the version of the server.

    Raises:
        SpecError: with each one that the model lacks, or whose values have no exact form.
    """
    problems = []
    for name in names:
        if name not in described:
            message, hint = unknown_field(model, name, described, major)
            problems.append(Problem(message, hint=hint or "`odoo-etl inspect MODEL` lists them"))
        elif not TargetField.of(name, described[name]).type.is_exact and not described[name].get("digits"):
            message, hint = unusable_key("update", TargetField.of(name, described[name])) or ("", "")
            problems.append(Problem(message, hint=hint))
    if problems:
        raise SpecError(problems)
    return [TargetField.of(name, described[name]) for name in names]


def _against(field: TargetField) -> str:
    """Say what speaks against a field as part of a key, besides its values."""
    why = unusable_key("upsert", field)
    return f"{why[0]}: {why[1]}" if why else ""


def _pages(client: Odoo, model: str, names: Sequence[str], page: int) -> Iterator[list[dict[str, Any]]]:
    """All records in the order of their ids: what is created meanwhile shifts nothing."""
    last = 0
    while True:
        rows = client.search_read(
            model,
            [["id", ">", last]],
            list(dict.fromkeys(names)),
            limit=page,
            order="id",
            load="_classic_write",
            context=_EVERY,
        )
        if rows:
            yield rows
            last = rows[-1]["id"]
        if len(rows) < page:
            return


class _Values:
    """The values of a key, as numbers."""

    def __init__(self, fields: Sequence[TargetField]) -> None:
        self._forms = [(one, one.type.comparable(one)) for one in fields]
        self.ids, self._hashes, self._folded = array("q"), array("q"), array("q")
        self.blank = Counter[str]()
        self.archived = self.without = 0

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Take note of some records; those without any value have none that could stand twice."""
        for row in rows:
            self.ids.append(row["id"])
            self.archived += row.get(ACTIVE) is False
            values = [self._value(row[field.name], field, form) for field, form in self._forms]
            is_blank = all(value is None for value in values)
            self.without += is_blank
            self._hashes.append(0 if is_blank else _hash(values))
            self._folded.append(0 if is_blank else _hash(list(map(_fold, values))))

    def _value(self, answered: Any, field: TargetField, form: Convert) -> Any:
        if answered == "" or field.type.is_none(answered):
            self.blank[field.name] += 1
            return None
        return form(answered)

    def repeated(self) -> list[tuple[int, int]]:
        """The hashes of values that stand on several records, each with on how many; the most frequent first."""
        hashes, counts = np.unique(_numbers(self._hashes), return_counts=True)
        several = (counts > 1) & (hashes != 0)
        order = np.argsort(-counts[several], kind="stable")
        return list(zip(hashes[several][order].tolist(), counts[several][order].tolist(), strict=True))

    def places(self, repeated: Sequence[tuple[int, int]]) -> list[tuple[list[int], int]]:
        """The ids of the first records that have each of these values, and how many have it."""
        hashes = _numbers(self._hashes)
        return [([self.ids[int(at)] for at in np.flatnonzero(hashes == one)[:FIRST]], count) for one, count in repeated]

    def alike(self) -> int:
        """How many distinct values are left over when case and blanks at the ends tell nothing apart."""
        return len(np.unique(_numbers(self._hashes))) - len(np.unique(_numbers(self._folded)))


def _numbers(kept: array[int]) -> Numbers:
    return np.frombuffer(kept, dtype=np.int64) if kept else np.empty(0, dtype=np.int64)


def _hash(values: Sequence[Any]) -> int:
    """A number of 64 bits, never 0, which stands for no value."""
    digest = blake2b(repr(values).encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


def _fold(value: Any) -> Any:
    return " ".join(value.split()).casefold() if isinstance(value, str) else value


def _examples(
    client: Odoo, model: str, fields: Sequence[TargetField], places: Sequence[tuple[Sequence[int], int]]
) -> Iterator[RepeatedValue]:
    """The values behind some hashes, with the names of the first records that have them: one call for all."""
    every = [each for ids, _ in places for each in ids]
    rows = client.read(model, every, [*(one.name for one in fields), "display_name"], context=_EVERY) if every else []
    known = {row["id"]: row for row in rows}
    for ids, count in places:
        if there := [known[each] for each in ids if each in known]:  # others were deleted since
            value = tuple(one.type.show(_named(there[0][one.name])) for one in fields)
            yield RepeatedValue(value, count, {row["id"]: str(row["display_name"]) for row in there})


def _named(answered: Any) -> Any:
    """The name of a record in place of the pair that Odoo answers."""
    return answered[1] if isinstance(answered, (list, tuple)) else answered
