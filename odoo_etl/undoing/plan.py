"""The plan of an undo for a run's records, by what the run did to them and what they hold now; and its notes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from odoo_etl.fieldtypes import id_of_answered
from odoo_etl.planning import (
    ACTIVE,
    LINES,
    Dependents,
    Existing,
    Image,
    LineChanges,
    RecordRules,
    Update,
    sent_along,
)
from odoo_etl.results import LeftRecord
from odoo_etl.state import TakenBack, WritesSince
from odoo_etl.sync.read_back import Known, is_dropped, is_known
from odoo_etl.sync.writing import Removal
from odoo_etl.undoing.back import Back, CameBack
from odoo_etl.undoing.traces import Trace

NOTHING_LATER = WritesSince({}, frozenset())


@dataclass(slots=True)
class UndoPlan:
    """The things to do with some records: each in one list, but for one that gets values back and is made active.

    Attributes:
        emptied: of those that are deleted, the updates that take the lines away that the run made.
        unchanged: how many are as before already.
        names: id to what Odoo calls the record, of those that become active, are archived, or go.
    """

    put_back: list[Update] = field(default_factory=list)
    activate: list[Removal] = field(default_factory=list)
    archive: list[Removal] = field(default_factory=list)
    delete: list[Removal] = field(default_factory=list)
    emptied: list[Update] = field(default_factory=list)
    left: list[LeftRecord] = field(default_factory=list)
    unchanged: int = 0
    names: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Since:
    """Says whether somebody changed records after the run wrote them.

    Attributes:
        written: when the run last wrote, by Odoo's clock; "" when nobody knows.
        last: when the run, or any run of the job, last wrote: what is younger, somebody else did.
        judged: id to why the record was not as the run left it ("": it was) before other jobs were undone, which may
            have touched it since.
        taken_back: id to when what another job did to it later was undone, which wrote it once more.
        later: tells what later runs wrote; asked when a record was written after `last`.
        user: tells the id of the user that writes for us.
    """

    written: str = ""
    last: str = ""
    judged: Mapping[int, str] = field(default_factory=dict)
    taken_back: Mapping[int, str] = field(default_factory=dict)
    later: Callable[[], WritesSince] = lambda: NOTHING_LATER
    user: Callable[[], int] = lambda: 0

    def changed(self, record_id: int, existing: Existing) -> str:
        """Why a record is no longer as the run left it, by when it was written; "" where nobody else wrote it.

        A call of a later run of ours may have written it besides, as Odoo counts documents on their partner: then the
        record has our user and the moment of that call.
        """
        last = str(existing.get("write_date") or "")
        if not self.written or last <= max(self.last, self.taken_back.get(record_id, "")):
            return ""
        changed = f"changed since, at {last} UTC"
        if run := self.later().runs.get(record_id):
            return f"{changed}; run {run} wrote it, too"
        came_along = last in self.later().stamps and id_of_answered(existing.get("write_uid")) == self.user()
        return "" if came_along else changed


class UndoPlanner:
    """Plans the records of one job.

    Args:
        rules: the fields that the run wrote, by the names that images have, and `active`; and those of lines.
        dependents: tells which fields Odoo computes anew when values are put back.
        since: tells whether somebody changed a record after the run.
        came_back: as for `Back`.
        delete: delete what the run created, also where it could be archived.
    """

    def __init__(
        self,
        rules: RecordRules,
        dependents: Callable[[], Dependents],
        since: Since,
        came_back: CameBack = lambda _path, _row: None,
        *,
        delete: bool,
    ) -> None:
        self._back, self._dependents, self._since = Back(rules, came_back), dependents, since
        self._archives = ACTIVE in rules.fields and not delete

    def plan(
        self,
        found: Mapping[int, Trace],
        existing: Mapping[int, Existing],
        kept: Known = MappingProxyType({}),
        strangers: Mapping[int, str] = MappingProxyType({}),
    ) -> UndoPlan:
        """Plan records.

        Args:
            found: id to what the run did.
            existing: id to what Odoo holds: the fields, `display_name`, `write_date`; those that are gone are absent.
            kept: what Odoo is known to keep otherwise than it was sent.
            strangers: id to why it belongs to another record by now.
        """
        plan = UndoPlan()
        for record_id, trace in found.items():
            if record_id in existing and record_id in strangers:
                plan.left.append(
                    LeftRecord(record_id, str(existing[record_id].get("display_name", "")), strangers[record_id])
                )
            elif record_id in existing:
                self._present(record_id, trace, existing[record_id], kept, plan)
            elif trace.created:
                plan.unchanged += 1
            else:
                reason = "the run deleted it, and Odoo cannot bring it back" if trace.deleted else "it is gone"
                plan.left.append(LeftRecord(record_id, "", reason))
        return plan

    def _present(self, record_id: int, trace: Trace, existing: Existing, kept: Known, plan: UndoPlan) -> None:
        if trace.unknown and not trace.created:
            plan.left.append(
                LeftRecord(record_id, str(existing.get("display_name", "")), "what it held before is not kept")
            )
            return
        back = self._putting_back(record_id, trace, existing, kept)
        activate, archive = self._activity(trace, existing)
        if back is None and not activate and not archive and not (trace.created and not self._archives):
            plan.unchanged += 1
        elif reason := self._changed(record_id, trace, existing, kept):
            plan.left.append(LeftRecord(record_id, str(existing.get("display_name", "")), reason))
        elif trace.created and not self._archives:
            plan.names[record_id] = str(existing.get("display_name") or "")
            plan.emptied += self._without_lines(record_id, trace, existing)
            plan.delete.append(Removal(record_id, {}))
        else:
            if back is not None:
                plan.put_back.append(back)
            if activate or archive:
                plan.names[record_id] = str(existing.get("display_name") or "")
            if activate:
                plan.activate.append(Removal(record_id, {ACTIVE: False}))
            if archive:
                plan.archive.append(Removal(record_id, {ACTIVE: True}))

    def _putting_back(self, record_id: int, trace: Trace, existing: Existing, kept: Known) -> Update | None:
        """The update that gives the record its values from before, where they differ and Odoo would keep them; or None.

        Values of before that Odoo would compute anew because of it go along.
        """
        if trace.created:
            return None
        differing = self._back.differences(trace.before, existing)
        back = {name: one for name, one in differing.items() if not is_dropped(kept.get((record_id, name)), one[1])}
        children = self._back.lines(trace.before, trace.after, existing, trace.stamp)
        update = self._back.update(record_id, trace.before, back, children, existing)
        return sent_along(update, self._dependents()) if update.differs else None

    def _without_lines(self, record_id: int, trace: Trace, existing: Existing) -> list[Update]:
        """The update that takes the lines away that the record was created with: Odoo may leave them behind."""
        none: Image = {name: [] for name in trace.after if name.endswith(LINES)}
        children = self._back.lines(none, trace.after, existing, trace.stamp) if none else ()
        return [self._back.update(record_id, {}, {}, children, existing)] if children else []

    def _activity(self, trace: Trace, existing: Existing) -> tuple[bool, bool]:
        """Whether the record is to be made active, or archived."""
        active = bool(existing.get(ACTIVE, True))
        if trace.created:
            return False, self._archives and active
        return trace.active is False and not active, trace.active is True and active

    def _changed(self, record_id: int, trace: Trace, existing: Existing, kept: Known) -> str:
        """Why the record is no longer as the run left it, or ""."""
        if record_id in self._since.judged:
            return self._since.judged[record_id]
        if reason := self._since.changed(record_id, existing):
            return reason
        last = str(existing.get("write_date") or "")
        later = self._back.younger(trace.after, existing, self._since.last, every=trace.created)
        if self._since.written and (lines := sorted(later)):
            return f"changed since: {', '.join(lines)}"
        if trace.created and last < self._since.written and (last <= trace.stamp or not trace.after):
            return ""
        if not self._since.written and not trace.after and trace.created:
            return "the run ended early, so nobody knows whether it was changed since"
        known = {
            name
            for name, pair in self._back.differing(trace.after, existing).items()
            if is_known(kept.get((record_id, name)), *(self._back.as_kept(name, value) for value in reversed(pair)))
        }
        changed = [path for path in self._back.changed(trace.after, existing, trace.stamp) if path not in known]
        return f"changed since: {', '.join(sorted(changed))}" if changed else ""


def mark_notes(back: TakenBack, *, again: bool) -> Iterator[str]:
    """Say what the next run reads again, or no longer."""
    if back.moved:
        where = "with everything" if back.watermark is None else f"at the watermark {back.watermark}"
        yield f"the next run begins {where}, as before this one"
    if back.files:
        files = "1 file" if back.files == 1 else f"{back.files} files"
        yield f"the next run {'does not read' if again else 'reads'} {files} again"


def without_new_lines(update: Update) -> Update:
    """The same without lines that are to be made again: a write that landed has made them."""
    return replace(update, children=tuple([_without_new(one) for one in update.children]))


def _without_new(lines: LineChanges) -> LineChanges:
    updates = {label: without_new_lines(one) for label, one in lines.updates.items()}
    return replace(lines, creates={}, updates={label: one for label, one in updates.items() if one.differs})


def differing_paths(update: Update) -> list[str]:
    """Where a record, or a line of it, is not as it was before."""
    return sorted([*update.by_path, *(path for one in update.children for path in _new_paths(one))])


def _new_paths(lines: LineChanges) -> Iterator[str]:
    yield from (f"{lines.name}[{label}]" for label in lines.creates)
    for label, one in lines.updates.items():
        yield from (f"{lines.name}[{label}].{path}" for inner in one.children for path in _new_paths(inner))
