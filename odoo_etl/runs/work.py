"""The work of a run: what is asked for, what is open while it lasts, what is to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from odoo_etl.reporting.run_folder import RunFolder
from odoo_etl.runs.followed import Follows
from odoo_etl.runs.workspace import Workspace
from odoo_etl.so_far import JobsSoFar
from odoo_etl.spec import Project

if TYPE_CHECKING:
    from odoo_etl.state import Ledger, RunEntry
    from odoo_etl.sync import Witness


@dataclass(frozen=True, slots=True)
class Request:
    """The question of a caller.

    Attributes:
        plan_shown: None for a run; for a plan, how many changes of each job to show.
        pending_code: the exit code of a plan with pending changes, where it is not 0.
        compares: the plan is to tell how Odoo differs from the sources.
        every_change: every planned change is kept in the run's folder.
        follows: finds the run that is resumed, retried or undone.
    """

    command: str
    workspace: Workspace
    plan_shown: int | None = None
    pending_code: int = 0
    compares: bool = False
    every_change: bool = False
    follows: Follows | None = None


@dataclass(frozen=True, slots=True)
class Arguments:
    """The choice of a run's rows, as the ledger keeps it for the run that goes on with it.

    Attributes:
        selectors: of the jobs; none for all of them.
        part: i/N, where other processes do the other parts, or "".
        executor: what differs from the executor of project.yaml.
        limit: read only so many rows of each job.
        full_refresh: read everything, whatever earlier runs have read.
        plan: the digest of the plan file that is applied, or "".
        success: list the rows that land, with the ids of their records, whatever the jobs say.
    """

    selectors: Sequence[str] = ()
    part: str = ""
    executor: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None
    full_refresh: bool = False
    plan: str = ""
    success: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """All that is open while a run lasts.

    Attributes:
        jobs: those that have begun.
        notes: what a person should know of the run.
        followed: the run that is resumed, retried or undone.
        witness: hears of each planned write; None where nobody asks.
        trace: the span of a job, for its workers; "" where there is none.
    """

    request: Request
    project: Project
    ledger: Ledger
    folder: RunFolder
    run_id: str
    jobs: JobsSoFar
    notes: list[str]
    followed: RunEntry | None = None
    witness: Witness | None = None
    trace: Callable[[str], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Work:
    """The work that a run is to do.

    Attributes:
        begin: does it, and returns the exit code.
        parent: the run that is resumed, retried or undone, or "".
    """

    begin: Callable[[], int]
    arguments: Arguments = Arguments()
    parent: str = ""


Choose = Callable[[Open], Work]
