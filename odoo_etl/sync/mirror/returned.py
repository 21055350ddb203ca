"""Records that the job itself archived, as a mirror or by undo, and whose rows are in the source again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.errors import Refused
from odoo_etl.planning import ACTIVE
from odoo_etl.results import Change, RefusedRecord
from odoo_etl.spec import JobSpec
from odoo_etl.sync.existing import Finder, Named
from odoo_etl.sync.ports import Target
from odoo_etl.sync.session import Past
from odoo_etl.sync.writing import Removal, Remover, pages

SHOWN = 10


class ReturnedRecords:
    """Makes such records active; what a person archived stays so.

    Args:
        past: None where nothing is known of earlier runs.
        note: takes what a person should know.

    Attributes:
        count: how many became active, or would; None where none came back, or it is not known yet.
        refused: those that Odoo refused to change.
        listed: of a plan, those that would become active, by id.
    """

    def __init__(
        self, spec: JobSpec, target: Target, past: Past | None, note: Callable[[str], object], finder: Finder
    ) -> None:
        self._target, self._note, self._finder = target, note, finder
        self.count: int | None = None
        self.refused: list[RefusedRecord] = []
        self.listed: Mapping[int, str] = {}
        # Where `active` is mapped the source says what is active, and `create` leaves alone what is there.
        self._past = None if ACTIVE in spec.fields or spec.target.mode == "create" else past
        self._to_return: list[Removal] = []
        self._archived: set[int] = set()
        self._returned: set[int] = set()

    def begin(self) -> None:
        """Nothing is written yet."""
        if self._past is not None:
            self._archived = self._past.archived()

    def seen(self, ids: Iterable[int]) -> None:
        """Rows of the source stand for these records; may be told from several lanes."""
        if self._archived:
            self._returned.update(self._archived.intersection(ids))

    def conclude(self, remover: Remover | None) -> None:
        """Make active what is back; without a remover only count it."""
        if not self._returned or self._past is None:
            return
        keys = self._past.keys_of(self._returned)
        ours = self._returned - tell_strangers(self._finder, keys, self._note)
        returned = list(self._states(sorted(ours), keys))
        self.count = self._bring_back(returned, remover)

    def changes(self) -> Iterator[Change]:
        """Of a plan: the records that would become active."""
        for one in self._to_return:
            yield Change("activate", _shown(one.key), one.id, 0, {ACTIVE: (False, True)}, archived=True)

    def _bring_back(self, returned: Sequence[Removal], remover: Remover | None) -> int:
        """How many records that are archived would become active, or became so.

        Those that a person has brought back are written, too, this once: the journal then knows that the job archived
        them no longer, and leaves them alone when a person archives them again.
        """
        back: list[Removal] = []
        if remover is None:
            back += returned
            self.listed = {one.id: ", ".join(map(str, one.key.values())) for one in returned}
            self._to_return = [one for one in returned if not one.before[ACTIVE]]
        else:
            remover.write("unarchive", returned, {ACTIVE: True}, back.extend, self._refused)
        return sum(not one.before[ACTIVE] for one in back)

    def _states(self, ids: Sequence[int], keys: Mapping[int, Named]) -> Iterator[Removal]:
        """The records, and whether each is active."""
        target = self._target
        context: dict[str, Any] = {**target.context, "active_test": False}
        for page in pages(ids):
            for row in target.client.search_read(target.model, [["id", "in", list(page)]], [ACTIVE], context=context):
                yield Removal(row["id"], {ACTIVE: row[ACTIVE]}, keys.get(row["id"], {}))

    def _refused(self, item: Removal, error: Refused) -> None:
        self.refused.append(RefusedRecord(item.id, str(error)))


def tell_strangers(finder: Finder, keys: Mapping[int, Named], note: Callable[[str], object]) -> set[int]:
    """Those among the records that are others by now; a note says that they are left alone.

    Args:
        keys: id to what the job knows the record by.
    """
    found = finder.strangers(keys)
    if found:
        some = ", ".join(f"{each} was {_shown(keys[each])}" for each in sorted(found)[:SHOWN])
        note(
            f"{len(found)} records are left alone, since they have not the key any more by which this job wrote them"
            f" (id {some}{', …' if len(found) > SHOWN else ''}): Odoo was restored from a backup, or somebody changed"
            " them"
        )
    return found


def _shown(key: Named) -> str:
    return " ".join(str(value) for value in key.values())
