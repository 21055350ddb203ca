"""Records of one job that are related to each other: what is written to one may change another.

Odoo keeps one address for a company and its contacts, through which the one of a contact reaches the others, and gives
a company's terms of payment to them (`res.partner`); `fields_get` does not say so. It keeps the e-mail address of a
lead with its partner, from where it comes back to all leads of that partner (`crm.lead`); that shows in the paths that
`email_from` depends on.

Noted are, in 24 bytes for each relation, the records of a job that maps a many2one to its own model, or one through
which a mapped field is computed.
"""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from odoo_etl.loading.outcome import Written
from odoo_etl.mapping import Record, TargetField

Noted = Iterator[tuple[int, int, int]]


class Family:
    """Who is related to whom among the records of one job; may be told from several lanes.

    Args:
        model: of the job.
        fields: the mapped fields by name.
        own: the job leaves alone what it did not write.
    """

    def __init__(self, model: str, fields: Mapping[str, TargetField], *, own: bool) -> None:
        self._own = own
        relations = [name for name, one in fields.items() if one.ttype == "many2one"]
        through = {path.partition(".")[0] for one in fields.values() for path in one.depends if "." in path}
        self._parents = [name for name in relations if fields[name].relation == model]
        self._shared = [name for name in relations if name in through and name not in self._parents]
        self._above = array("q")  # id, id of a parent (0 for none), hash of the key; again and again
        self._beside = array("q")  # id, hash of a record of another model, hash of the key; again and again
        self._written: set[int] = set()
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        """Whether the job's records can be related."""
        return bool(self._parents or self._shared)

    def note(self, record: Record, record_id: int) -> None:
        """A row stands for this record."""
        if not self:
            return
        key, values = hash(record.key), record.values
        parents = [values[name] for name in self._parents if values.get(name)] or ([0] if self._parents else [])
        shared = [hash((name, values[name])) for name in self._shared if values.get(name)]
        with self._lock:
            for parent in parents:
                self._above.extend((record_id, parent, key))
            for group in shared:
                self._beside.extend((record_id, group, key))

    def wrote(self, written: Iterable[Written]) -> None:
        """These were written, and their rows stand for them."""
        if not self:
            return
        for one in written:
            self.note(one.record, one.id)
            with self._lock:
                self._written.add(one.id)

    def touched(self) -> Iterator[int]:
        """Hashes of the keys of records that a write to them or to a relative may have changed."""
        if self._written:
            yield from self._touched_from_above()
            yield from self._touched_from_beside()

    def _touched_from_above(self) -> Iterator[int]:
        above = {parent for each, parent, _ in _threes(self._above) if parent and each in self._written}
        for each, parent, key in _threes(self._above):
            if (each in above or parent in above or parent in self._written) and self._may_be_written(each):
                yield key

    def _touched_from_beside(self) -> Iterator[int]:
        members = Counter(group for _, group in {(each, group) for each, group, _ in _threes(self._beside)})
        moved = {group for each, group, _ in _threes(self._beside) if each in self._written and members[group] > 1}
        for each, group, key in _threes(self._beside):
            if group in moved and self._may_be_written(each):
                yield key

    def _may_be_written(self, record_id: int) -> bool:
        return not self._own or record_id in self._written


def _threes(noted: array[int]) -> Noted:
    numbers = iter(noted)
    return zip(numbers, numbers, numbers, strict=True)
