"""Creating groups of records (`load.together`): all of a group in one `create`, or one `load`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

from odoo_etl.errors import UnknownOutcome
from odoo_etl.mapping import Flaw, Reject
from odoo_etl.planning import Create, Loader, LoadGroup, LoadRow, MixedRows, after_create
from odoo_etl.sync.existing import NotFoundAgain
from odoo_etl.sync.outcome import Outcome, Refuse, Unsendable
from odoo_etl.sync.writing.creates import Creates, Imports
from odoo_etl.sync.writing.groups import Group, GroupCalls, every_create
from odoo_etl.sync.writing.recorder import Sending

COLUMNS: Final = "together_columns"
NOT_ONE_CALL: Final = "together_not_one_call"
Rows = Mapping[int, tuple[LoadGroup, LoadRow]]
Answer = TypeVar("Answer")


class _Beside(Creates):
    """New records that a call makes beside what else it does."""

    kind = "create"

    def beside(
        self,
        chunk: int,
        creates: Sequence[Create],
        send: Sending[Answer],
        ids_in: Callable[[Answer], Sequence[int] | None],
    ) -> list[int] | None:
        """The ids of the new records; None when the call got no answer and not all of them are there.

        Args:
            ids_in: the ids that an answer says; None where it says none.

        Raises:
            NotFoundAgain: no answer says them, and Odoo does not find them by their keys.
        """
        keys = [self._finder.key_of(item.record) for item in creates]
        values = [after_create(item, item.values) for item in creates]
        call = self._recorder.begin(chunk, self.kind, keys=self._finder.named(keys), after=values)
        try:
            answer = self._recorder.send(call, send)
        except UnknownOutcome as error:
            return self._settle(call, keys, values, error)
        said = ids_in(answer)
        ids = list(said) if said is not None else self._found(keys)
        self._recorder.done(call, ids, created=True)
        return ids

    def _found(self, keys: Sequence[tuple[object, ...]]) -> list[int]:
        found = self._finder.ids(keys)
        if not all(len(found.get(key, ())) == 1 for key in keys):
            raise NotFoundAgain(
                f"new records of {self._target.model} were written through the record above them, and are not found by"
                " their keys, so the job was stopped: write the key as Odoo keeps it, or use external_id"
            )
        return [found[key][0] for key in keys]


class NewGroups(_Beside):
    """`create`, for groups of records that are found by their key; may be used from several lanes."""

    through_parents = True  # new records need nothing but their values

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

    def mixed_rows(self, group: Group, loader: Loader) -> MixedRows:
        """The rows of one `load` that creates and changes the records of a group.

        Raises:
            Unsendable: there are none.
        """
        rows = loader.mixed(group.creates, group.updates)
        if rows is None:
            raise Unsendable(_not_one_load(len(group.creates), self._target.model))
        return rows


class ImportedGroups(_Beside, Imports):
    """`load`, for groups of records that are found by external id; may be used from several lanes."""

    kind = "load"
    through_parents = False

    def write_groups(
        self, groups: Sequence[Group], chunk: int, calls: GroupCalls, outcome: Outcome, refuse: Refuse
    ) -> None:
        """Load groups; the rows of one call set the same fields."""
        creates = every_create(groups)
        rows, flawed = self._rows(creates)
        together: dict[tuple[str, ...], list[Group]] = {}
        for group in groups:
            if (why := _why_not(group, rows, flawed)) is not None:
                refuse(group.records[0], why)
            else:
                together.setdefault(rows[group.records[0].number][0].columns, []).append(group)
        for some in together.values():
            load = rows[some[0].records[0].number][0]
            send = partial(self._load_groups, chunk, load, rows)
            calls.send(some, send, partial(_landed, outcome), refuse)

    def mixed_rows(self, group: Group, _loader: Loader) -> MixedRows:
        """The rows of one `load` that creates and changes the records of a group, by their external ids.

        Raises:
            Unsendable: there are none.
        """
        whole = Group(creates=[*group.creates, *(Create(one.record) for one in group.updates)])
        rows, flawed = self._rows(whole.creates)
        if (why := _why_not(whole, rows, flawed)) is not None:
            raise why
        mine = [rows[one.number] for one in whole.records]
        load, _ = mine[0]
        return MixedRows(load.columns, load.context, [list(row.cells) for _, row in mine])

    def _rows(self, creates: Sequence[Create]) -> tuple[Rows, dict[int, Reject]]:
        """By the number of a record's oldest row its row of `load`, or why it has none."""
        loaded, rejects = self._loader.groups(creates, self._names.of(self._loader.references(creates)))
        rows = {row.create.record.number: (load, row) for load in loaded for row in load.rows}
        return rows, {one.row.number: one for one in rejects}

    def _load_groups(self, chunk: int, load: LoadGroup, rows: Rows, groups: Sequence[Group]) -> list[int] | None:
        return self._load(chunk, load, [rows[one.number][1] for group in groups for one in group.records])


def _landed(outcome: Outcome, some: Sequence[Group], ids: list[int] | None) -> None:
    outcome.take_created([item.record for item in every_create(some)], ids)


def _why_not(group: Group, rows: Rows, flawed: Mapping[int, Reject]) -> Unsendable | None:
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
        "records with external ids are written by `load`, whose rows set the same fields; of these, some rows have"
        f" nothing for {names}: fill the cells, or say `empty: clear` or `default` for the fields"
    )
    return Unsendable(Flaw("plan", COLUMNS, reason, names))


def _not_one_load(new: int, model: str) -> Flaw:
    reason = (
        f"Odoo has some records of this group and lacks {new}: one call creates and changes records of {model} only by"
        " `load`, whose rows set the same fields, without files and links that are added or removed, or through the"
        " record that has them as its lines; nothing was written. Create the missing records with a job of their own"
    )
    return Flaw("plan", NOT_ONE_CALL, reason)
