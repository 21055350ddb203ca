"""Outcomes: what became of the records of one batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from odoo_etl.codes import code_of
from odoo_etl.errors import Refused
from odoo_etl.mapping import Flaw, Key, Record, Reject, companions, shown_rows
from odoo_etl.planning import NoChange, Plan, Update, field_refused, reject_all


class Written(NamedTuple):
    """A record that a call created or updated."""

    record: Record
    id: int


Refuse = Callable[[Record, Refused], object]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that Odoo refused, its lookups resolved.

    Attributes:
        landed: how many updates of the job had landed by then; a new record makes room for nobody.
        update: what it was to change, where Odoo has the record.
    """

    record: Record
    error: Refused
    landed: int
    update: Update | None


class RuleRefused(Refused):
    """A record rule of Odoo keeps a record from the user, who has the right on the model.

    Attributes:
        record: `res.partner 41`, or "" where it is none yet or one of several.
    """

    def __init__(self, message: str, *, name: str, debug: str, record: str) -> None:
        super().__init__(message, name=name, debug=debug)
        self.record = record


class Unsendable(Refused):
    """Records cannot be written as the job says: nothing was sent, and nothing would change that.

    Attributes:
        flaw: says why.
        records: those whose fault it is, by the number of their oldest row; all of their group where none is named.
    """

    def __init__(self, flaw: Flaw, records: Collection[int] = ()) -> None:
        super().__init__(flaw.reason, name=flaw.code)
        self.flaw, self.records = flaw, records


class GroupRefused(Refused):
    """Odoo refused records that are written together, and named some of them.

    Attributes:
        named: the number of a record's oldest row to the error of that record.
    """

    def __init__(self, named: Mapping[int, Refused]) -> None:
        super().__init__("; ".join(dict.fromkeys(map(str, named.values()))))
        self.named = named


@dataclass(slots=True, eq=False)
class Outcome:
    """The confirmed part of one batch. Filled as answers come, so it is true also when a later call fails.

    Attributes:
        rejects: what cannot be sent at all.
        again: records whose create got no answer and did not land: they are to be planned anew.
        ids: of the created records.
        written: by kind of call (create, update), the records of each call that landed.
        with_lines: the updates among those that landed whose records have lines.
        moved: told when a call has landed.
    """

    created: list[Record] = field(default_factory=list)
    updated: list[Record] = field(default_factory=list)
    unchanged: list[NoChange] = field(default_factory=list)
    skipped: list[NoChange] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    again: list[Record] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    written: list[tuple[str, list[Written]]] = field(default_factory=list)
    with_lines: list[Update] = field(default_factory=list)
    moved: Callable[[], object] = field(default=lambda: None, repr=False)

    @property
    def any_stands(self) -> bool:
        """Whether Odoo has any of the records."""
        return bool(self.created or self.updated or self.unchanged or any(kept.id for kept in self.skipped))

    def landed_of(self, plan: Plan) -> list[Update]:
        """The updates of a plan that landed."""
        landed = {record.number for record in self.updated}
        return [update for update in plan.updates if update.record.number in landed]

    def open_of(self, plan: Plan, refused: Sequence[Refusal]) -> list[Record]:
        """The records of a plan without a verdict: they neither landed nor were refused."""
        known = [row for record in (*self.created, *self.updated) for row in record.rows]
        known += [row for one in refused for row in one.record.rows] + [one.row for one in self.rejects]
        reported = {row.number for row in known}
        planned = [one.record for one in plan.creates] + [one.record for one in plan.updates]
        return [record for record in planned if record.number not in reported]

    def by_kind(self) -> Iterator[tuple[str, list[Record]]]:
        """Group the records by what they became, under the name that reports count it under."""
        yield "created", self.created
        yield "updated", self.updated
        yield "unchanged", [kept.record for kept in self.unchanged]
        yield "skipped", [kept.record for kept in self.skipped]

    def take_rejects(self) -> list[Reject]:
        """The rejects, once."""
        taken, self.rejects = self.rejects, []
        return taken

    def take_again(self) -> list[Record]:
        """The records to plan anew, once."""
        taken, self.again = self.again, []
        return taken

    def take_created(self, records: Sequence[Record], ids: Sequence[int] | None) -> None:
        """Records that were created under these ids; None: they were not, and nobody refused them."""
        if ids is None:
            self.again.extend(records)
        else:
            self.created.extend(records)
            self.ids.extend(ids)
            self.written.append(("create", list(map(Written, records, ids))))
            self.moved()

    def withdraw(self, record: Record) -> None:
        """A record that was written does not stand as its rows want it: it has another verdict."""
        self.created = [one for one in self.created if one.number != record.number]
        self.updated = [one for one in self.updated if one.number != record.number]
        self.with_lines = [one for one in self.with_lines if one.record.number != record.number]

    def withdraw_group(self, bond: Key) -> list[Record]:
        """The records of a group that need no write: they have the verdict of the others."""
        left = [one.record for one in (*self.unchanged, *self.skipped) if one.record.bond == bond]
        if left:
            self.unchanged = [one for one in self.unchanged if one.record.bond != bond]
            self.skipped = [one for one in self.skipped if one.record.bond != bond]
        return left

    def take_updated(self, updates: Sequence[Update]) -> None:
        """Updates that landed in one call."""
        self.note_updated(updates)
        self.written.append(("update", [Written(update.record, update.id) for update in updates]))

    def note_updated(self, updates: Sequence[Update]) -> None:
        """Updates that landed, or would have."""
        self.updated.extend(update.record for update in updates)
        self.with_lines.extend(update for update in updates if update.record.children)
        self.moved()

    def take_with_lines(self) -> list[Update]:
        """The updates of records with lines, once."""
        taken, self.with_lines = self.with_lines, []
        return taken

    def take_written(self) -> list[tuple[str, list[Written]]]:
        """Return what the calls wrote, once."""
        taken, self.written = self.written, []
        return taken


def refusal(record: Record, error: Refused) -> list[Reject]:
    """The rejects of a record that Odoo refused, with Odoo's own words."""
    if isinstance(error, Unsendable):
        return _unsendable(record, error)
    if record.members:
        return _refusal_of_group(record, error)
    place = getattr(error, "record", "")
    reason, field = f"{place}: {error}" if place else str(error), getattr(error, "field", "")
    if record.children:
        path, lines = field_refused(record, str(error))
        reason, field = reason + lines, field or path
    return reject_all(record, Flaw("write", code_of(error.name), reason, field))


def _refusal_of_group(group: Record, error: Refused) -> list[Reject]:
    """The rejects of all rows of a group: of those that Odoo names each with its own reason, else all with the same."""
    if not isinstance(error, GroupRefused):
        reason = f"{error} (written together: {shown_rows(group.rows)})"
        return reject_all(group, Flaw("write", code_of(error.name), reason))
    by_number = {member.number: member for member in group.members}
    return _with_companions(
        group, [one for number, own in error.named.items() for one in refusal(by_number[number], own)]
    )


def _unsendable(record: Record, error: Unsendable) -> list[Reject]:
    named = [one for one in record.members if one.number in error.records] or [record]
    return _with_companions(record, [reject for one in named for reject in reject_all(one, error.flaw)])


def _with_companions(group: Record, rejects: list[Reject]) -> list[Reject]:
    """Some rejects of a group, and those of its other rows."""
    bad = {one.row.number for one in rejects}
    return [*rejects, *companions([row for row in group.rows if row.number not in bad], rejects[0])]
