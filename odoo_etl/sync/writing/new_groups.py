"""Creating groups of records (`load.together`): all of a group in one `create`, or one `load`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from odoo_etl.errors import UnknownOutcome
from odoo_etl.mapping import Flaw, Reject
from odoo_etl.planning import Create, LoadGroup, LoadRow, after_create
from odoo_etl.sync.existing import NotFoundAgain
from odoo_etl.sync.outcome import Outcome, Refuse, Unsendable
from odoo_etl.sync.writing.creates import Creates, Imports
from odoo_etl.sync.writing.groups import Group, GroupCalls, every_create
from odoo_etl.sync.writing.recorder import Sending

COLUMNS = "together_columns"


class NewGroups(Creates):
    """`create`, for groups of records that are found by their key; may be used from several lanes."""

    def write_groups(
        self, groups: Sequence[Group], chunk: int, calls: GroupCalls, outcome: Outcome, refuse: Refuse
    ) -> None:
        """Create groups; the first one of the job alone, as `Trial` wants it."""

        def landed(some: Sequence[Group], ids: list[int] | None) -> None:
            items = every_create(some)
            outcome.take_created([item.record for item in items], ids)
            if ids and self._trial.wants_a_look():
                self._trial.tell(self._fault(items, ids))

        def send(some: Sequence[Group]) -> None:
            calls.send(some, lambda these: self._create(chunk, every_create(these)), landed, refuse)

        def alone(group: Group) -> bool:
            send([group])
            return not outcome.again

        rest = self._trial.first_alone(groups, alone)
        if outcome.again:
            outcome.again.extend(item.record for item in every_create(rest))
        elif rest:
            send(rest)

    def beside(self, chunk: int, creates: Sequence[Create], send: Sending[object]) -> list[int] | None:
        """The ids of new records that a call makes beside what else it does; None as `_settling`.

        Raises:
            NotFoundAgain: Odoo does not find them by their keys.
        """
        keys = [self._finder.key_of(item.record) for item in creates]
        values = [after_create(item, item.values) for item in creates]
        call = self._recorder.begin(chunk, "create", keys=self._finder.named(keys), after=values)
        try:
            self._recorder.send(call, send)
        except UnknownOutcome as error:
            return self._settle(call, keys, values, error)
        found = self._finder.ids(keys)
        if not all(len(found.get(key, ())) == 1 for key in keys):
            raise NotFoundAgain(
                f"new records of {self._target.model} were written through the record above them, and are not found by"
                " their keys, so the job was stopped: write the key as Odoo keeps it, or use external_id"
            )
        ids = [found[key][0] for key in keys]
        self._recorder.done(call, ids, created=True)
        return ids


class ImportedGroups(Imports):
    """`load`, for groups of records that are found by external id; may be used from several lanes."""

    def write_groups(
        self, groups: Sequence[Group], chunk: int, calls: GroupCalls, outcome: Outcome, refuse: Refuse
    ) -> None:
        """Load groups; the rows of one call set the same fields."""
        creates = every_create(groups)
        loaded, rejects = self._loader.groups(creates, self._names.of(self._loader.references(creates)))
        rows = {row.create.record.number: (load, row) for load in loaded for row in load.rows}
        flawed = {one.row.number: one for one in rejects}
        together: dict[tuple[str, ...], list[Group]] = {}
        for group in groups:
            if (why := _why_not(group, rows, flawed)) is not None:
                refuse(group.records[0], why)
            else:
                together.setdefault(rows[group.records[0].number][0].columns, []).append(group)
        for some in together.values():
            load = rows[some[0].records[0].number][0]

            def send(these: Sequence[Group], load: LoadGroup = load) -> list[int] | None:
                return self._load(chunk, load, [rows[one.number][1] for group in these for one in group.records])

            calls.send(some, send, partial(_landed, outcome), refuse)


def _landed(outcome: Outcome, some: Sequence[Group], ids: list[int] | None) -> None:
    outcome.take_created([item.record for item in every_create(some)], ids)


def _why_not(group: Group, rows: dict[int, tuple[LoadGroup, LoadRow]], flawed: dict[int, Reject]) -> Unsendable | None:
    """Why no single `load` creates a group; None where one does."""
    for record in group.records:
        if own := flawed.get(record.number):
            return Unsendable(own.flaws[0], [record.number])
    columns = {rows[one.number][0].columns for one in group.records}
    if len(columns) == 1:
        return None
    some = {name for one in columns for name in one if not all(name in other for other in columns)}
    names = ", ".join(sorted(name.partition("/")[0] for name in some))
    reason = (
        f"records with external ids are created by `load`, whose rows set the same fields; of these, some rows have"
        f" nothing for {names}: fill the cells, or say `empty: clear` or `default` for the fields"
    )
    return Unsendable(Flaw("plan", COLUMNS, reason, names))
