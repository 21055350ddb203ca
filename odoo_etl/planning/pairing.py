"""Which line of the source stands for which line that Odoo has, among the lines of one record. Pure.

Lines that are equal as a whole belong together, whatever the order in which Odoo answers: active ones first, then those
of the job's own, then by id. Of the others, a key finds its line; lines that share a key, or have none, are taken in
their order, and then never a line that the job does not know.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Key, Record, shown_key
from odoo_etl.planning.changes import Existing, Update
from odoo_etl.planning.rules import RecordRules

ACTIVE = "active"
KNOWN = ".known"  # in a line that Odoo has: whether a row of the job ever stood for it; absent where nobody asks
FRESH = ".fresh"  # whether it came since the job was about to add lines: it may be one of these

Form = Callable[[Any], Hashable]


class Compares(Protocol):
    """The part of a `Planner` that compares one line."""

    rules: RecordRules

    def key_of(self, record: Record) -> Key:
        """The key that a line is found by."""
        ...

    def key_in(self, values: Existing) -> Key:
        """The same of a line that Odoo has."""
        ...

    def update_of(self, record: Record, found: Existing) -> Update | None:
        """The differences in a line; None where nothing differs."""
        ...


@dataclass(slots=True)
class Pairing:
    """The lines of a record beside those that Odoo has.

    Attributes:
        found: number of a line of the source to the line that it stands for.
        rest: the lines that no line of the source stands for, by id.
        unclear: numbers of lines that may stand for several, since not all rows of the record are known.
    """

    found: dict[int, Existing] = field(default_factory=dict)
    rest: list[Existing] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)


class _Group(NamedTuple):
    """Lines of the source, by number, and of Odoo that share a key, or have none.

    Attributes:
        some: the source may have more of them.
        others_too: lines that the job does not know may be taken, after those that it knows.
    """

    numbers: Sequence[int]
    rows: Sequence[Existing]
    some: bool
    others_too: bool


class Pairs:
    """Pairs the lines of one one2many field.

    Args:
        planner: compares lines.
    """

    def __init__(self, planner: Compares) -> None:
        self._planner = planner
        fields = planner.rules.fields
        self._forms: dict[str, Form] = {
            name: one.type.comparable(one) for name, one in fields.items() if name != ACTIVE and _is_plain(one)
        }

    def of(self, records: Sequence[Record], rows: Sequence[Existing], *, some: bool) -> Pairing:
        """Pair lines.

        Args:
            some: the lines may not be all that the source has of the record.
        """
        pairing, wanted = Pairing(), defaultdict[Key, list[int]](list)
        free = defaultdict[Key, list[Existing]](list)
        for row in sorted(rows, key=_order):
            free[self._planner.key_in(row)].append(row)
        for number, record in enumerate(records):
            wanted[self._planner.key_of(record)].append(number)
        is_new = not any(map(_is_known, rows))
        for key, numbers in wanted.items():
            alike = free.get(key, [])
            if len(numbers) == len(alike) == 1 and _identifies(key):
                pairing.found[numbers[0]] = alike[0]
            elif alike:
                self._pair(records, _Group(numbers, alike, some, is_new or _identifies(key)), pairing)
        taken = {row["id"] for row in pairing.found.values()}
        pairing.rest = sorted((row for row in rows if row["id"] not in taken), key=lambda row: int(row["id"]))
        return pairing

    def _pair(self, records: Sequence[Record], group: _Group, pairing: Pairing) -> None:
        """Pair lines that share a key, or have none."""
        rows = group.rows
        active, archived = [row for row in rows if _is_active(row)], [row for row in rows if not _is_active(row)]
        left = self._equal_in_place(records, group.numbers, active, pairing)
        for some_rows in (active, archived):
            left = self._equal(records, left, some_rows, pairing)
        taken = {row["id"] for row in pairing.found.values()}
        open_rows = [row for row in rows if row["id"] not in taken and (_is_active(row) or self._has_key(row))]
        known = [row for row in open_rows if _is_known(row)]
        if group.some and left and len(known or open_rows) > len(left):
            pairing.unclear += left
            return
        pairing.found.update(zip(left, open_rows if group.others_too else known, strict=False))

    def _equal_in_place(
        self, records: Sequence[Record], numbers: Sequence[int], rows: Sequence[Existing], pairing: Pairing
    ) -> list[int]:
        """Pair lines that are equal and stand at the same place, which most do; the numbers of the others."""
        same = {number for number, row in zip(numbers, rows, strict=False) if self._is_equal(records[number], row)}
        pairing.found.update((number, row) for number, row in zip(numbers, rows, strict=False) if number in same)
        return [number for number in numbers if number not in same]

    def _equal(
        self, records: Sequence[Record], numbers: Sequence[int], rows: Sequence[Existing], pairing: Pairing
    ) -> list[int]:
        """Pair lines that are equal; the numbers of the others."""
        taken = {row["id"] for row in pairing.found.values()}
        alike, left = _Alike(self._forms, [row for row in rows if row["id"] not in taken]), list[int]()
        for number in numbers:
            row = alike.take(records[number].values, partial(self._is_equal, records[number]))
            if row is None:
                left.append(number)
            else:
                pairing.found[number] = row
        return left

    def _is_equal(self, record: Record, row: Existing) -> bool:
        return self._planner.update_of(record, row) is None

    def _has_key(self, row: Existing) -> bool:
        return _identifies(self._planner.key_in(row))


class _Alike:
    """Rows by their plain values, so that a line is held against few of them."""

    def __init__(self, forms: Mapping[str, Form], rows: Sequence[Existing]) -> None:
        self._forms, self._rows = forms, rows
        self._by_names: dict[tuple[str, ...], dict[Hashable, deque[Existing]]] = {}
        self._taken: set[int] = set()

    def take(self, values: Mapping[str, Any], is_equal: Callable[[Existing], bool]) -> Existing | None:
        """A row that is equal, which is not given again; None where there is none."""
        names = tuple(sorted(values.keys() & self._forms.keys()))
        rows = self._indexed(names).get(self._form(values, names), deque())
        for row in rows:
            if row["id"] not in self._taken and is_equal(row):
                self._taken.add(row["id"])
                return row
        return None

    def _indexed(self, names: tuple[str, ...]) -> dict[Hashable, deque[Existing]]:
        if names not in self._by_names:
            found = self._by_names[names] = defaultdict(deque)
            for row in self._rows:
                found[self._form(row, names)].append(row)
        return self._by_names[names]

    def _form(self, values: Mapping[str, Any], names: Iterable[str]) -> Hashable:
        return tuple([self._forms[name](values.get(name, False)) for name in names])


def labelled(records: Sequence[Record]) -> Iterator[tuple[str, Record]]:
    """The lines of one record, each with its label, which no other of them has."""
    return zip(labels(map(shown_key, records)), records, strict=True)


def labels(keys: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """`30` for what is found by that, `30 (2)` for the second of them, `2` for the second line without a key.

    Args:
        taken: labels that others have.
    """
    keys = list(keys)
    used, seen, found = {*keys, *taken}, Counter[str](), list[str]()
    given = set(taken)
    for number, key in enumerate(keys, 1):
        label = key or str(number)
        while label in given or (label != key and label in used):
            seen[key] += 1
            label = f"{key or number} ({seen[key] + 1})"
        given.add(label)
        found.append(label)
    return found


def _is_plain(one: TargetField) -> bool:
    """Whether equal values of the field are equal in the form that keys have."""
    kind = one.type
    return one.is_exact and not (kind.is_many or kind.is_money or kind.is_markup or kind.is_file or kind.any_model)


def _identifies(key: Key) -> bool:
    """Whether a key says which line it is: one that is empty says it of none."""
    return any(part is not False and part != "" and part is not None for part in key)


def _is_active(row: Existing) -> bool:
    return bool(row.get(ACTIVE, True))


def _is_known(row: Existing) -> bool:
    return bool(row.get(KNOWN, True) or row.get(FRESH))


def _order(row: Existing) -> tuple[bool, bool, int]:
    return (not _is_active(row), not _is_known(row), row["id"])
