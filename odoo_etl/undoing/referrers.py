"""Records that refer to what an undo is about to take away: what a lookup created stays as long as others use it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from odoo_etl.mapping import at_path
from odoo_etl.planning import ACTIVE, Update
from odoo_etl.state import Ledger
from odoo_etl.sync.existing import ARCHIVED_TOO, read_whole
from odoo_etl.sync.ports import Target
from odoo_etl.undoing.links import NOT_READ, Link, links_to, raise_unless_named

_MADE = "create_date"
_Place = tuple[str, str]  # database, model


class Withdrawn:
    """The records that one undo has taken back so far, or would: what the run created they use no more."""

    def __init__(self) -> None:
        self._records: dict[_Place, set[int]] = defaultdict(set)
        self._fields: dict[tuple[_Place, str], set[int]] = defaultdict(set)

    def gone(self, place: _Place, ids: Iterable[int]) -> None:
        """These are archived or deleted."""
        self._records[place].update(ids)

    def put_back(self, place: _Place, updates: Iterable[Update]) -> None:
        """The fields of these updates hold again what they held before the run."""
        for update in updates:
            for path in update.by_path:
                self._fields[place, at_path(path)[0]].add(update.id)

    def of(self, place: _Place, name: str) -> set[int]:
        """The records whose field counts no more."""
        return self._records[place] | self._fields[place, name]


class Referrers:
    """The records of any model that use records of one.

    Args:
        written: the models that the run wrote.
    """

    def __init__(
        self, target: Target, database: str, ledger: Ledger, withdrawn: Withdrawn, written: Collection[str]
    ) -> None:
        self._target, self._database, self._ledger = target, database, ledger
        self._withdrawn, self._written = withdrawn, written

    def reasons(self, ids: Sequence[int]) -> dict[int, str]:
        """Id to who uses the record, for those of these records that others use."""
        found: dict[int, dict[str, set[int]]] = {}
        for link in self._links if ids else ():
            for row in self._rows(link, ids):
                for used in _linked(row[link.name]).intersection(ids):
                    found.setdefault(used, defaultdict(set))[link.model].add(row["id"])
        return {each: f"used by {_told(users)}" for each, users in found.items()}

    @cached_property
    def _links(self) -> list[Link]:
        return links_to(self._target, self._ledger.models(self._database))

    def _rows(self, link: Link, ids: Sequence[int]) -> Iterator[Mapping[str, Any]]:
        """The records that use some of these by a link, without those that do so no more when the undo is done."""
        archived = self._ledger.archived_by_undo(link.model, self._database)
        others = self._withdrawn.of((self._database, link.model), link.name)
        others |= set(ids) if link.model == self._target.model else set()
        made = self._made(ids) if self._may_come_along(link) else {}
        for row in self._read(link, ids, [ACTIVE] * bool(archived) + [_MADE] * bool(made)):
            undone = row["id"] in archived and not row[ACTIVE]
            if row["id"] not in others and not undone and not (made and row[_MADE] == made.get(row[link.name])):
                yield row

    def _read(self, link: Link, ids: Sequence[int], also: Sequence[str]) -> list[dict[str, Any]]:
        """None where the user may not read them."""
        links, context = [link.name] * link.is_many, {**self._target.context, **ARCHIVED_TOO}
        domain = [[link.name, "in", list(ids)]]
        try:
            return read_whole(self._target.client, link.model, domain, [link.name, *also], links, context)
        except NOT_READ as error:
            raise_unless_named(error)
            return []

    def _may_come_along(self, link: Link) -> bool:
        """Whether Odoo may have made the records that hold the link together with those that they refer to."""
        return link.is_line and not link.is_many and link.model not in self._written

    def _made(self, ids: Sequence[int]) -> dict[int, str]:
        """Id to when the record was made."""
        rows = self._target.client.read(self._target.model, list(ids), [_MADE], context=self._target.context)
        return {row["id"]: row[_MADE] for row in rows}


def _linked(value: Any) -> set[int]:
    return set(value if isinstance(value, list) else [value])


def _told(users: Mapping[str, Collection[int]]) -> str:
    """`2 records of crm.lead and 1 of res.partner`."""
    (model, ids), *rest = sorted(users.items())
    first = f"{len(ids)} record{'s' * (len(ids) > 1)} of {model}"
    return " and ".join([first, *(f"{len(ids)} of {model}" for model, ids in rest)])
