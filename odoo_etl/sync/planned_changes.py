"""The planned changes of one job, in the order of its source: the first of them, or every one, on disk.

Lanes work side by side, so changes come in no order; the same plan twice is the same text all the same.
"""

from __future__ import annotations

import heapq
import pickle
import tempfile
import threading
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cached_property
from itertools import groupby, islice
from types import MappingProxyType
from typing import IO, Any, Final, Protocol, get_args

from odoo_etl.mapping import Record, Reject
from odoo_etl.planning import RecordRules, Update
from odoo_etl.private_files import unpickled
from odoo_etl.results import Action, Change, ChangedField
from odoo_etl.sync.described import (
    Described,
    Emptiness,
    Referred,
    changed_fields,
    changed_names,
    described_create,
    described_update,
)

_OF_CHANGE: Final = tuple([one.name for one in fields(Change)])
_AFTER_ALL_ROWS: Final = 2**62
FileOf = Callable[[Record], str]
NO_FIELDS: Final = MappingProxyType[str, ChangedField]({})


class Shelf(Protocol):
    """Keeps described changes by the number of the row that they come of; numbers may come in any order."""

    def wants(self, number: int, /) -> bool:
        """Whether a change of that number would be kept."""
        ...

    def keep(self, number: int, described: Described, /) -> None:
        """Keep a change, or what one gets besides."""

    def in_order(self) -> Iterator[Described]:
        """The changes that are kept, by their numbers."""
        ...

    def close(self) -> None:
        """Give up what is kept."""


class Names(Protocol):
    """Names the records that changes speak of."""

    def changes(self, described: Iterable[Described], /) -> Iterator[Change]:
        """The changes with names."""
        ...

    def fields(self, fields: Mapping[str, ChangedField], /) -> dict[str, ChangedField]:
        """The fields with the names of their companies."""
        ...


KeepChanges = Callable[[str, Iterable[Change]], str]


class FirstChanges:
    """The changes with the lowest numbers, in memory.

    Args:
        most: so many.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[int, Described] = {}
        self._highest: list[int] = []  # negative

    def wants(self, number: int, /) -> bool:
        """Whether it is among the lowest so far."""
        return number in self._kept or len(self._kept) < self._most or (self._most > 0 and number < -self._highest[0])

    def keep(self, number: int, described: Described, /) -> None:
        """Keep it, and let go of the highest."""
        if number in self._kept:
            self._kept[number] = self._kept[number].followed_by(described)
            return
        self._kept[number] = described
        heapq.heappush(self._highest, -number)
        if len(self._kept) > self._most:
            del self._kept[-heapq.heappop(self._highest)]

    def in_order(self) -> Iterator[Described]:
        """The changes, by their numbers."""
        yield from (self._kept[number] for number in sorted(self._kept))

    def close(self) -> None:
        """Nothing is open."""


class EveryChange:
    """All changes, in a temporary file: however many there are, memory holds two numbers of each."""

    def __init__(self) -> None:
        self._numbers, self._offsets = array("q"), array("q")

    @cached_property
    def _file(self) -> IO[bytes]:
        """Made for the first change: a job that fails before has none to give back."""
        return tempfile.TemporaryFile(prefix="odoo-etl-")

    def wants(self, _number: int, /) -> bool:
        """Every one."""
        return True

    def keep(self, number: int, described: Described, /) -> None:
        """Write it to the end of the file."""
        self._offsets.append(self._file.seek(0, 2))
        self._numbers.append(number)
        pickle.dump(_packed(described), self._file, pickle.HIGHEST_PROTOCOL)

    def in_order(self) -> Iterator[Described]:
        """The changes, read one by one."""
        order = sorted(range(len(self._numbers)), key=self._numbers.__getitem__)
        for _, places in groupby(order, self._numbers.__getitem__):
            first, *later = map(self._read, places)
            for one in later:
                first = first.followed_by(one)
            yield first

    def _read(self, place: int) -> Described:
        self._file.seek(self._offsets[place])
        change, records = unpickled(self._file)
        return Described(Change(*change), {path: Referred(*one) for path, one in records})

    def close(self) -> None:
        """Give the temporary file back."""
        if len(self._numbers):
            self._file.close()


def _packed(described: Described) -> tuple[tuple[Any, ...], list[tuple[str, tuple[Any, ...]]]]:
    """A change as plain tuples, which are read and written in a third of the time; its fields are known already."""
    records = [(path, tuple(one)) for path, one in described.records.items()]
    return tuple([getattr(described.change, name) for name in _OF_CHANGE]), records


class PlannedChanges:
    """Notes what a plan would change; every method may be called from any lane.

    Args:
        shelf: keeps the changes.
        shown: how many a report shows.
        file_of: names the file of a record's first row, "" where there is one only.

    Attributes:
        fields: path without the marks of lines to what the field is, of the changes that are kept.
        planned: how many changes there are by action, kept or not.
        changed, filled, emptied: in how many records that Odoo has a field differs, and was or becomes empty.
    """

    def __init__(self, shelf: Shelf, shown: int = 0, file_of: FileOf = lambda _: "") -> None:
        self._shelf, self._shown, self._file_of = shelf, shown, file_of
        self.fields: dict[str, ChangedField] = {}
        self.planned = Counter[str]()
        self.changed, self.filled, self.emptied = Counter[str](), Counter[str](), Counter[str]()
        self._beside = 0
        self._lock = threading.Lock()

    def create(self, record: Record, rules: RecordRules) -> None:
        """A record is to be created."""
        self._note("create", record.number, lambda: described_create(record, rules, self._file_of(record)))

    def complete(self, number: int, record: Record, rules: RecordRules) -> None:
        """The new record of that number gets these values, too."""
        with self._lock:
            if self._shelf.wants(number):
                self._keep(number, described_create(record, rules))

    def update(self, update: Update, rules: RecordRules, key: str = "") -> None:
        """A record is to be changed; one that has no row is known by the key that is given."""
        file_of, record = self._file_of, update.record
        number = record.number if record.rows else self._next()
        self._note("update", number, lambda: described_update(update, rules, file_of(record), key))
        self._count(changed_fields(update, rules))

    def landed(self, updates: Iterable[Update], rules: RecordRules) -> dict[str, int]:
        """Records were changed, of a run: its counts of their fields."""
        counts = Counter(name for update in updates for name in changed_names(update, rules))
        self.changed_before(counts)
        return dict(counts)

    def changed_before(self, counts: Mapping[str, int]) -> None:
        """Fields that were changed in so many records, as somebody has counted them."""
        with self._lock:
            self.changed.update(counts)

    def reject(self, reject: Reject) -> None:
        """A row is rejected, or left alone whatever its record is: there is no change to note."""

    def beside(self, change: Change, fields: Mapping[str, ChangedField] = NO_FIELDS) -> None:
        """A change that is no row's: they follow those of rows, in the order in which they are told."""
        self._note(change.action, self._next(), lambda: Described(change, fields=fields))

    def in_order(self) -> Iterator[Described]:
        """The changes that are kept, in the order of the source."""
        return self._shelf.in_order()

    def handed_over(self, job: str, keep: KeepChanges | None, names: Names) -> dict[str, Any]:
        """The changes with names, as the result of a job has them: the first, and where all of them are.

        Args:
            keep: given, takes the name of the job and all its changes in order, and says where it keeps them.
            names: names the records that changes speak of.
        """
        fields, named, first = names.fields(self.fields), names.changes(self.in_order()), list[Change]()
        passing = _noting_first(named, first, self._shown)
        path = keep(job, passing) if keep is not None else ""
        known = {"changes": tuple(first if keep is not None else passing), "fields": fields}
        return {**known, "changes_file": path} if path else known

    def first(self) -> tuple[Change, ...]:
        """The first of them, which name no record yet."""
        return tuple([one.change for one in islice(self.in_order(), self._shown)])

    def counted(self) -> dict[str, dict[str, int]]:
        """The counts, as the result of a job has them."""
        counts = {"changed_fields": self.changed, "filled_fields": self.filled, "emptied_fields": self.emptied}
        planned = {action: self.planned[action] for action in get_args(Action) if self.planned[action]}
        return {"planned": planned, **{name: most_first(one) for name, one in counts.items()}}

    def close(self) -> None:
        """Give up what is kept."""
        self._shelf.close()

    def _next(self) -> int:
        with self._lock:
            self._beside += 1
            return _AFTER_ALL_ROWS + self._beside

    def _note(self, action: str, number: int, describe: Callable[[], Described]) -> None:
        with self._lock:
            self.planned[action] += 1
            if self._shelf.wants(number):
                self._keep(number, describe())

    def _keep(self, number: int, described: Described) -> None:
        self._shelf.keep(number, described)
        self.fields.update(described.fields)

    def _count(self, fields: Mapping[str, Emptiness]) -> None:
        with self._lock:
            self.changed.update(fields.keys())
            for name, empty in fields.items():
                if empty.before != empty.after:
                    (self.filled if empty.before else self.emptied)[name] += 1


def _noting_first(changes: Iterable[Change], first: list[Change], most: int) -> Iterator[Change]:
    """The same changes; so many of them are put into the list as they pass."""
    for change in changes:
        if len(first) < most:
            first.append(change)
        yield change


def most_first(counted: Mapping[str, int]) -> dict[str, int]:
    """Names with their counts, the most frequent first, in the same order for the same counts."""
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
