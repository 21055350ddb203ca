"""Records that refer to what an undo is about to take away: what a lookup created stays as long as others use it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from odoo_etl.errors import unless_refused
from odoo_etl.mapping import at_path
from odoo_etl.planning import ACTIVE, Update
from odoo_etl.state import Ledger
from odoo_etl.sync.existing import ALLOWED, ARCHIVED_TOO
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing import pages
from odoo_etl.undoing.links import Link, links_to

_IDS = "_classic_write"  # many2one fields without names
_MADE, _WRITTEN = "create_date", ("write_date", "write_uid")
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
        until: when the run last wrote, by Odoo's clock; "" when nobody knows.
    """

    def __init__(self, target: Target, database: str, ledger: Ledger, withdrawn: Withdrawn, until: str) -> None:
        self._target, self._database, self._ledger = target, database, ledger
        self._withdrawn, self._until = withdrawn, until
        # Without companies named, the records of all companies of the user are seen.
        self._context = {name: one for name, one in target.context.items() if name != ALLOWED} | ARCHIVED_TOO
        self._archived: dict[str, set[int]] = {}  # by model
        self._made: dict[int, str] = {}

    def reasons(self, ids: Sequence[int]) -> dict[int, str]:
        """Id to who uses the record, for those of these records that others use."""
        found: dict[int, dict[str, set[int]]] = {}
        for link in self._links if ids else ():
            for used, user in self._uses(link, ids):
                found.setdefault(used, defaultdict(set))[link.model].add(user)
        return {each: f"used by {_told(users)}" for each, users in found.items()}

    @cached_property
    def _links(self) -> list[Link]:
        return links_to(self._target, self._known)

    @cached_property
    def _known(self) -> set[str]:
        """The models that jobs write to."""
        return self._ledger.models(self._database)

    def _uses(self, link: Link, ids: Sequence[int]) -> list[tuple[int, int]]:
        """Which of these records others use by a link, and the others; none where the user may not read these."""
        rows, linked = list[dict[str, Any]](), dict[int, set[int]]()
        with unless_refused():
            rows = self._remaining(link, ids)
            linked = self._linked(link, rows)
        found = ((used, row) for row in rows for used in linked.get(row["id"], set()).intersection(ids))
        return [(used, row["id"]) for used, row in found if not self._came_along(link, row, used, ids)]

    def _remaining(self, link: Link, ids: Sequence[int]) -> list[dict[str, Any]]:
        """The records that use some of these by a link, without those that are undone."""
        archived = self._archived_in(link.model)
        others = self._withdrawn.of((self._database, link.model), link.name)
        others |= set(ids) if link.model == self._target.model else set()
        names = ["id", *([] if link.is_many else [link.name]), *([ACTIVE] if archived else [])]
        names += () if link.model in self._known else _WRITTEN
        domain = [[link.name, "in", list(ids)]]
        rows = self._target.client.search_read(link.model, domain, names, load=_IDS, context=self._context)
        return [row for row in rows if row["id"] not in others and (row["id"] not in archived or row[ACTIVE])]

    def _linked(self, link: Link, rows: Sequence[Mapping[str, Any]]) -> dict[int, set[int]]:
        """Id to the records that it refers to by a link."""
        if not link.is_many:
            return {row["id"]: {row[link.name]} for row in rows}
        client, found = self._target.client, dict[int, set[int]]()
        for page in pages([row["id"] for row in rows]):
            answer = client.read(link.model, list(page), [link.name], load=_IDS, context=self._context)
            found |= {row["id"]: set(row[link.name]) for row in answer}
        return found

    def _archived_in(self, model: str) -> set[int]:
        """The records that earlier undos archived; what this one archives is withdrawn."""
        if model not in self._archived:
            self._archived[model] = self._ledger.archived_by_undo(model, self._database)
        return self._archived[model]

    def _came_along(self, link: Link, row: Mapping[str, Any], used: int, ids: Sequence[int]) -> bool:
        """Whether Odoo itself wrote a record with those of the run, as it makes the variant of a template.

        No job writes to its model, and nobody but our user has written it since the record that it uses was made.
        """
        if link.model in self._known or not row["write_date"]:
            return False
        mine = row["write_uid"] == self._target.client.authenticate()
        written = str(row["write_date"])
        return (mine and written <= self._until) or written < self._when_made(used, ids)

    def _when_made(self, used: int, ids: Sequence[int]) -> str:
        """When a record was made, by Odoo's clock; it is asked for with all of these."""
        if used not in self._made:
            rows = self._target.client.read(self._target.model, list(ids), [_MADE], context=self._target.context)
            self._made |= {row["id"]: str(row[_MADE] or "") for row in rows}
        return self._made.get(used, "")


def _told(users: Mapping[str, Collection[int]]) -> str:
    """`2 records of crm.lead and 1 of res.partner`."""
    (model, ids), *rest = sorted(users.items())
    first = f"{len(ids)} record{'s' * (len(ids) > 1)} of {model}"
    return " and ".join([first, *(f"{len(ids)} of {model}" for model, ids in rest)])
