"""`mode: mirror`: what becomes of records that the job wrote and that its source no longer has.

Candidates are the records that calls of earlier runs wrote, by the ledger. Each record that a row of this run is found
to stand for is none, whatever became of the row. What is left, still stands in Odoo and lies inside key_domain has
vanished. Nothing is removed unless every row of the whole source has its outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from odoo_etl.errors import Refused, UsageError
from odoo_etl.fieldtypes import ATTRIBUTES, TargetField, to_write
from odoo_etl.mapping import Mapper, Record, Row
from odoo_etl.planning import (
    ACTIVE,
    check_removals,
    check_shrink,
    difference,
    policy_faults,
    policy_fields,
    policy_name,
    policy_values,
)
from odoo_etl.results import Action, Change, ChangedField, RefusedRecord, VanishedRecords
from odoo_etl.spec import JobSpec
from odoo_etl.sync.existing import ExistingRecords, Finder, Lookups, Named
from odoo_etl.sync.mirror.returned import ReturnedRecords, tell_strangers
from odoo_etl.sync.ports import Target
from odoo_etl.sync.session import Past, RejectedLines
from odoo_etl.sync.staging import Gathered
from odoo_etl.sync.writing import Removal, Remover, pages

SHOWN = 10
ACTIONS: Mapping[str, Action] = {"archive": "archive", "unlink": "delete", "set": "set", "report": "report"}


class Unreadable(Exception):
    """A row whose key cannot be read: it could stand for any record."""

    def __init__(self, line: int, file: str) -> None:
        place = f"line {line} of {file}" if file else f"row {line}"
        super().__init__(f"{place} has no key that can be read, so it could stand for any record; mend it first")


@dataclass(frozen=True, slots=True)
class Vanished:
    """A record that the source no longer has: what the policy would change of it, and what it is known by."""

    id: int
    name: str
    before: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowFinder:
    """The mapper and finder with which a job finds its records."""

    mapper: Mapper
    lookups: Lookups
    finder: Finder

    def ids(self, columns: Mapping[str, Sequence[Any]], rows: Sequence[Row], names: Sequence[str]) -> set[int]:
        """The records that some rows stand for, by their keys alone.

        Args:
            columns: cells by column name, each as long as `rows`.
            names: the key's fields; none where records are found by external id.

        Raises:
            Unreadable: a row has no key that could be looked for.
        """
        keyed: list[Record] = []
        for row, key in zip(rows, self.mapper.keys(columns, len(rows)), strict=True):
            if key is None:
                raise Unreadable(row.line, row.file)
            keyed.append(Record(key, dict(zip(names, key, strict=True)) if names else {}, [row]))
        ready, flawed = self.lookups.resolve(keyed, last=True)
        if flawed:
            raise Unreadable(flawed[0].row.line, flawed[0].row.file)
        existing = self.finder.ids({self.finder.key_of(record) for record in ready})
        return {each for ids in existing.values() for each in ids}


class Vanishing(Protocol):
    """Looks after what vanished; `NoMirror` where nothing does."""

    def begin(self) -> None:
        """The source was read, nothing is written yet."""

    def seen(self, found: ExistingRecords) -> None:
        """Rows of the source stand for these records."""

    def conclude(self, gathered: Gathered, rejected: RejectedLines, remover: Remover | None) -> None:
        """Every row of the source has its outcome; without a remover nothing is removed."""

    @property
    def vanished(self) -> VanishedRecords | None:
        """The facts that are known by now; None where there is nothing to say."""
        ...

    @property
    def listed(self) -> Mapping[str, Mapping[int, str]]:
        """Of a plan: what would be done, to the records by id, and what people know these by."""
        ...

    def changes(self) -> Iterator[Change]:
        """Of a plan: what would become of records that no row stands for, and of those that are there again."""
        ...

    @property
    def changed_fields(self) -> Mapping[str, ChangedField]:
        """The fields of these changes."""
        ...


class NoMirror:
    """For jobs that leave alone what their source lacks, and for runs that do not see all of it."""

    def __init__(self, returned_records: ReturnedRecords) -> None:
        self._returned_records = returned_records

    def begin(self) -> None:
        """Make ready for records that are there again."""
        self._returned_records.begin()

    def seen(self, found: ExistingRecords) -> None:
        """Take note of records that are there again."""
        self._returned_records.seen(found.every_id())

    def conclude(self, gathered: Gathered, rejected: RejectedLines, remover: Remover | None) -> None:  # noqa: ARG002
        """Make active what is there again; nothing else is touched."""
        self._returned_records.conclude(remover)

    @property
    def vanished(self) -> VanishedRecords | None:
        """Records that are back, if any is."""
        back = self._returned_records
        if back.count is None and not back.refused:
            return None
        return VanishedRecords(returned=back.count, refused=tuple(back.refused))

    @property
    def listed(self) -> Mapping[str, Mapping[int, str]]:
        """Those that would become active."""
        return {"unarchive": self._returned_records.listed}

    def changes(self) -> Iterator[Change]:
        """Of a plan: the records that would become active."""
        return self._returned_records.changes()

    @property
    def changed_fields(self) -> Mapping[str, ChangedField]:
        """The one that makes a record active."""
        return {ACTIVE: ChangedField("boolean")}


class Mirror:
    """Finds what vanished from the source of one job, and removes it.

    Args:
        target: the job's model; reads see archived records.
        note: takes what a person should know.

    Raises:
        UsageError: the policy does not fit the model.
    """

    def __init__(
        self, spec: JobSpec, target: Target, past: Past, note: Callable[[str], object], row_finder: RowFinder
    ) -> None:
        self._spec, self._target, self._past, self._note, self._row_finder = spec, target, past, note, row_finder
        self._returned_records = ReturnedRecords(spec, target, past, note, row_finder.finder)
        self._vanish = spec.target.vanish
        self._policy = policy_name(self._vanish)
        self._fields = self._known_fields()
        _check_policy(spec, self._fields, target.client.version().major)
        self._values = policy_values(self._vanish, self._fields)
        self._comparers = {name: self._fields[name].comparer() for name in self._values}
        self._candidates: set[int] = set()
        self._known = 0
        self._found: VanishedRecords | None = None
        self._refusals: list[RefusedRecord] = []
        self._to_go: Sequence[Vanished] = ()

    def begin(self) -> None:
        """Take all that the source may lack for vanished, until rows stand for it."""
        self._candidates = self._find_candidates()
        self._known = len(self._candidates)
        self._returned_records.begin()

    def _find_candidates(self) -> set[int]:
        """All that the job ever wrote."""
        return self._past.touched()

    def seen(self, found: ExistingRecords) -> None:
        """Leave records alone that rows stand for; called from several lanes."""
        self._keep(found.every_id())

    def _keep(self, ids: Collection[int]) -> None:
        self._candidates.difference_update(ids)
        self._returned_records.seen(ids)

    def conclude(self, gathered: Gathered, rejected: RejectedLines, remover: Remover | None) -> None:
        """Bring back what the source has again, then remove what it lacks.

        Raises:
            SafetyLimit: too much has vanished; nothing was removed.
        """
        self._found = VanishedRecords(self._policy)
        try:
            self._keep_rejected(gathered, rejected)
        except Unreadable as error:
            self._found = VanishedRecords(self._policy, blocked=str(error))
            self._note(f"nothing was removed: {error}")
        self._returned_records.conclude(remover)
        if self._found.blocked:
            return
        vanished, keys = self._without_strangers(list(self._find()))
        first = tuple(f"{one.name} (id {one.id})" for one in vanished[:SHOWN])
        self._found = VanishedRecords(self._policy, len(vanished), first=first)
        if self._policy != "report":
            kept = self._known - len(self._candidates)
            check_removals(self._vanish.max, self._spec.job, len(vanished), kept)
        if remover is None:
            self._to_go = vanished
        else:
            self._remove([Removal(one.id, one.before, keys.get(one.id, {})) for one in vanished], remover)

    @property
    def vanished(self) -> VanishedRecords | None:
        """The records that vanished, those that are back, and those that Odoo refused of both."""
        back = self._returned_records
        refused = (*back.refused, *self._refusals)
        return self._found and replace(self._found, returned=back.count, refused=refused)

    @property
    def listed(self) -> Mapping[str, Mapping[int, str]]:
        """Those that would go, and those that would become active."""
        gone = {} if self._policy == "report" else {one.id: one.name for one in self._to_go}
        return {self._policy: gone, "unarchive": self._returned_records.listed}

    def changes(self) -> Iterator[Change]:
        """Of a plan: those that would become active, then those that would go."""
        yield from self._returned_records.changes()
        show = {name: self._fields[name].type.show for name in self._values}
        for one in self._to_go:
            pairs = {name: (show[name](old), show[name](self._values[name])) for name, old in one.before.items()}
            yield Change(ACTIONS[self._policy], one.name, one.id, 0, pairs)

    @property
    def changed_fields(self) -> Mapping[str, ChangedField]:
        """Those that the policy writes."""
        return {
            name: ChangedField(one.ttype, one.relation, one.decimals)
            for name, one in self._fields.items()
            if name in {*self._values, ACTIVE}
        }

    def _without_strangers(self, vanished: Sequence[Vanished]) -> tuple[list[Vanished], Mapping[int, Named]]:
        """Those that still are what the job wrote, and what it knows them by."""
        keys = self._past.keys_of({one.id for one in vanished})
        strangers = tell_strangers(self._row_finder.finder, keys, self._note)
        return [one for one in vanished if one.id not in strangers], keys

    def _keep_rejected(self, gathered: Gathered, rejected: RejectedLines) -> None:
        """Find the records of rows that were rejected, or left alone, before Odoo was asked for them.

        Raises:
            Unreadable: a row has no key that could be looked for.
        """
        for chunk in gathered.chunks() if rejected.any_unseen else ():
            if chunk.bad:
                raise Unreadable(chunk.bad[0].line, chunk.file)
            numbers = [number for number, line in enumerate(chunk.lines) if rejected.is_unseen(line, chunk.file)]
            if numbers:
                columns = {name: [values[number] for number in numbers] for name, values in chunk.columns.items()}
                rows = [Row(chunk.lines[number], chunk.file, ()) for number in numbers]
                self._keep(self._row_finder.ids(columns, rows, self._spec.target.own_key))

    def _find(self) -> Iterator[Vanished]:
        """The candidates that are there, inside key_domain, and not yet as the policy wants them."""
        narrowed: list[Any] = list(self._spec.target.key_domain)
        if self._policy in {"archive", "report"} and ACTIVE in self._fields:
            narrowed.append([ACTIVE, "=", True])
        names = list(self._spec.target.key) or ["display_name"]
        for page in pages(sorted(self._candidates)):
            domain = [*narrowed, ["id", "in", page]]
            for row in self._read(domain, list(dict.fromkeys([*names, *self._values]))):
                changes = difference(self._values, row, self._comparers)
                if changes or not self._values:
                    name = ", ".join(str(row[name]) for name in names)
                    yield Vanished(row["id"], name, {field: old for field, (old, _) in changes.items()})

    def _read(self, domain: Sequence[Any], fields: Sequence[str]) -> list[dict[str, Any]]:
        target = self._target
        context = {**target.context, "active_test": False}
        return target.client.search_read(target.model, domain, fields, load="_classic_write", context=context)

    def _remove(self, removals: Sequence[Removal], remover: Remover) -> None:
        """Do what the policy says; what Odoo refuses is told, one by one."""
        self._landed(())
        if self._policy == "report":
            self._landed(removals)
        elif self._policy == "unlink":
            remover.unlink([one.id for one in removals], self._landed, self._refused)
        else:
            remover.write(self._policy, removals, self._wire(), self._landed, self._refused)

    def _wire(self) -> Mapping[str, Any]:
        return {name: to_write(value) for name, value in self._values.items()}

    def _landed(self, items: Sequence[Removal]) -> None:
        if self._found is not None:
            self._found = replace(self._found, removed=(self._found.removed or 0) + len(items))

    def _refused(self, item: Removal, error: Refused) -> None:
        self._refusals.append(RefusedRecord(item.id, str(error)))

    def _known_fields(self) -> dict[str, TargetField]:
        target = self._target
        answer = target.client.fields_get(target.model, policy_fields(self._vanish), ATTRIBUTES, context=target.context)
        return {name: TargetField.of(name, attributes) for name, attributes in answer.items()}


def check_shrinkage(spec: JobSpec, past: Past | None, rows: int) -> None:
    """Refuse the source of a mirror that has lost too many rows.

    Raises:
        SafetyLimit: it has become too short since the last whole run.
    """
    if spec.target.mode == "mirror" and past is not None:
        check_shrink(spec.target.vanish.max_shrink, spec.job, rows, past.last_rows())


def _check_policy(spec: JobSpec, fields: Mapping[str, TargetField], major: int) -> None:
    faults: Iterable[Any] = policy_faults(spec.target.vanish, spec.target.model, fields, major)
    problems = [f"target.vanish.{'.'.join(one.path)}: {one.message} ({one.hint})" for one in faults]
    if problems:
        raise UsageError(f"job {spec.job}: {'; '.join(problems)}. Nothing was written")
