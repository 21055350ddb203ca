"""Records of one job that are related to each other: what is written to one may change another.

Odoo keeps one address for a company and its contacts, and gives a company's terms of payment to them (`res.partner`);
`fields_get` does not say so. Noted are, in 24 bytes each, the records of a job that maps a many2one to its own model.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping

from odoo_etl.loading.outcome import Written
from odoo_etl.mapping import Record, TargetField


class Family:
    """Who is whose parent among the records of one job; may be told from several lanes.

    Args:
        model: of the job.
        fields: the mapped fields by name.
        own: the job leaves alone what it did not write.
    """

    def __init__(self, model: str, fields: Mapping[str, TargetField], *, own: bool) -> None:
        self._own = own
        self._names = [name for name, one in fields.items() if one.ttype == "many2one" and one.relation == model]
        self._noted = array("q")  # id, id of a parent (0 for none), hash of the key; again and again
        self._written: set[int] = set()
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        """Whether the job's records can be related."""
        return bool(self._names)

    def note(self, record: Record, record_id: int) -> None:
        """A row stands for this record."""
        if not self._names:
            return
        parents = [record.values[name] for name in self._names if record.values.get(name)] or [0]
        with self._lock:
            for parent in parents:
                self._noted.extend((record_id, parent, hash(record.key)))

    def wrote(self, written: Iterable[Written]) -> None:
        """These were written, and their rows stand for them."""
        if not self._names:
            return
        for one in written:
            self.note(one.record, one.id)
            with self._lock:
                self._written.add(one.id)

    def touched(self) -> Iterator[int]:
        """Hashes of the keys of records that a write to a relative, or to them beside one, may have changed."""
        if not self._written:
            return
        above = {parent for each, parent, _ in self._each() if parent and each in self._written}
        for each, parent, key in self._each():
            related = each in above or (parent and (parent in self._written or each in self._written))
            if related and not (self._own and each not in self._written):
                yield key

    def _each(self) -> Iterator[tuple[int, int, int]]:
        noted = iter(self._noted)
        return zip(noted, noted, noted, strict=True)
