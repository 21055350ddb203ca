"""Records that were read at once, and those of them that a search would find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import in_one_case
from odoo_etl.sync.existing.sought import Rows, Sought, cased


class Records:
    """All records that a question can find, whatever values it is asked with.

    In any case, a record is found where the database takes its capital letters for the small ones of a key. Which it
    does depends on how it was set up, so a letter counts only when an answer has shown it.

    Args:
        fields: those that records are found by, by name.
        rows: the records as Odoo gives them.
    """

    def __init__(self, fields: Mapping[str, TargetField], rows: Iterable[Mapping[str, Any]], *, any_case: bool) -> None:
        self._names, self._any_case = ("id", *fields), any_case
        forms = [one.comparable for one in fields.values()]
        every = [(row["id"], *(form(row[name]) for name, form in zip(fields, forms, strict=True))) for row in rows]
        self._count = len(every)
        self._place = max(range(1, len(self._names)), key=lambda place: len({row[place] for row in every}))
        self._rows: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)  # by what tells most of them apart
        for row in every:
            self._rows[cased(row[self._place], any_case=any_case)].append(row)
        self._shown: set[str] = set()

    def __len__(self) -> int:
        """How many records there are."""
        return self._count

    def found(self, sought: Sought, ask: Callable[[Sought], Rows]) -> Rows:
        """Those that a search would find now; Odoo is asked for the keys of which that cannot be told."""
        rows = self._alike(sought)
        unsure = [row for row in rows if not self._is_sure(row)]
        if not unsure:
            return rows
        asked = ask(sought.only({key for row in unsure for key in sought.keys_of(row)}))
        self._learn(sought, asked)
        known = {row["id"]: row for row in asked}
        return [*asked, *(row for row in rows if row["id"] not in known and self._is_sure(row))]

    def confirm(self, sought: Sought, rows: Rows) -> bool:
        """Learn from an answer of Odoo; whether it would be the same now.

        Some modules make a search find other records than those whose values are equal, or not all of these.
        """
        theirs, ours = self._learn(sought, rows), self._alike(sought)
        return {row["id"] for row in ours if self._is_sure(row)} <= theirs <= {row["id"] for row in ours}

    def _alike(self, sought: Sought) -> Rows:
        """Those with keys that are sought, but for the case of letters."""
        wanted = dict(sought.values)[self._names[self._place]]
        near = (dict(zip(self._names, row, strict=True)) for value in wanted for row in self._rows.get(value, ()))
        return [row for row in near if sought.keys_of(row)]

    def _learn(self, sought: Sought, rows: Rows) -> set[int]:
        """The ids of records that Odoo has found, whose capital letters now count."""
        found = [row for row in rows if sought.keys_of(row)]
        if self._any_case:
            self._shown.update(*map(_capitals, found))
        return {row["id"] for row in found}

    def _is_sure(self, row: Mapping[str, Any]) -> bool:
        return not self._any_case or _capitals(row) <= self._shown


def _capitals(row: Mapping[str, Any]) -> set[str]:
    """The letters of a record's texts that have a small one."""
    return {letter for text in row.values() if isinstance(text, str) for letter in {*text} - {*in_one_case(text)}}
