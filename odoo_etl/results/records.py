"""Records that a run dealt with besides its rows: vanished ones, undone ones, those of steps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that Odoo refused to change, and why."""

    id: int
    reason: str


CARRIED_OUT = {"archive": "archived", "unlink": "unlinked", "set": "set", "report": "reported"}  # by policy


@dataclass(frozen=True, slots=True)
class VanishedRecords:
    """The records that the source of a job lacks, those that it has again, and what was done with them.

    Attributes:
        policy: what a mirror does with them; "" of a job that is none, which only knows what is back.
        found: how many the source lacks.
        refused: those that Odoo refused to change.
        blocked: why nothing was looked for and removed, or "".
        returned: how many were, or would be, made active again; None where none came back.
        first: some that the source lacks, as people know them; None where nobody looked for them.
        removed: on how many the policy was carried out; None where that was not to be, or not come to.
    """

    policy: str = ""
    found: int = 0
    refused: tuple[RefusedRecord, ...] = ()
    blocked: str = ""
    returned: int | None = None
    first: tuple[str, ...] | None = None
    removed: int | None = None

    @property
    def wrote(self) -> bool:
        """Whether any record was changed."""
        return bool(self.returned or (self.removed and self.policy != "report"))

    @property
    def pending(self) -> bool:
        """Whether a run would change any, of a plan."""
        return bool(self.returned or (self.found and self.policy != "report"))


@dataclass(frozen=True, slots=True)
class LeftRecord:
    """A record that undo leaves alone, and why."""

    id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class UndoneRecords:
    """The records of a run that undo dealt with, or would: how many got values back, were made active, and so on.

    Attributes:
        ids_taken, ids_given: how many lost the external id that the run gave them, or got back one that it took.
    """

    put_back: int = 0
    made_active: int = 0
    archived: int = 0
    deleted: int = 0
    left: tuple[LeftRecord, ...] = ()
    ids_taken: int = 0
    ids_given: int = 0


@dataclass(frozen=True, slots=True)
class StepResult:
    """The outcome of one step on the records of a job.

    Attributes:
        step: what people know it by: its method, or the fields that it writes.
        records: for how many it was done; of a plan, for how many it would be, at most.
        refused: for how many Odoo refused it; they wait for the next run.
        unknown: for how many nobody knows whether it was done: a call got no answer.
    """

    step: str
    records: int = 0
    refused: int = 0
    unknown: int = 0
