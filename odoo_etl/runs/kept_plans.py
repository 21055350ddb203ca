"""Plans in the state folder of a project: made, listed, and approved by a person before a program applies them.

    plan ─► .odoo_etl/plans/<time>.plan ─► a person looks, and approves its digest ─► apply

A plan is known by its digest, the SHA-256 of the plan file, or by how that begins: whoever approved one approved these
bytes and no others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import StalePlan, UsageError
from odoo_etl.planfile import NotAPlanFile, PlanFile
from odoo_etl.private_files import own_folder
from odoo_etl.reporting.run_folder import KEPT_PLANS, new_run_id
from odoo_etl.runs.applied import appliers, in_its_world, run_that_applied
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.person import person
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Project as Loaded
from odoo_etl.state import Approval, Ledger

ENDING: Final = ".plan"
KEPT_S: Final = 30 * 86_400.0
SHORTEST: Final = 8  # digits of a digest that tell plans apart
LASTS_S: Final = 86_400.0
LONGEST_S: Final = 30 * 86_400.0
Project = Workspace | Path | str | None


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan file of the state folder; times are in UTC.

    Attributes:
        digest: SHA-256 of the file, in hexadecimal digits.
        run_id: of the plan: its folder has result and report.
        selectors: of its jobs, as whoever planned gave them.
        counts: planned writes by kind, and what else is to happen.
        destinations: where it writes, by connection: url, database, user.
        environment: of project.yaml, or "".
        limit: it was made of so many rows of each job; None for all.
        full_refresh: it was made of all rows, whatever earlier runs have read.
        approval: the one that counts now, or None.
        applied_by: the run that has applied it, or begun to; "" where none has.
        is_applied: that run has ended well.
        stale_for: the last run that would have applied it and found that something had changed, or "".
    """

    digest: str
    path: Path
    run_id: str
    made_at: datetime
    made_by: str
    selectors: tuple[str, ...]
    counts: Mapping[str, int]
    destinations: Mapping[str, Mapping[str, str]]
    environment: str
    limit: int | None = None
    full_refresh: bool = False
    approval: Approval | None = None
    applied_by: str = ""
    is_applied: bool = False
    stale_for: str = ""


def new_plan_path(project: Loaded) -> Path:
    """A name for a plan that is to be kept; plans that are older than 30 days go.

    Raises:
        UsageError: the folder cannot be made.
    """
    folder = project.state_dir / KEPT_PLANS
    try:
        own_folder(project.state_dir)
        own_folder(folder)
        for path in folder.glob(f"*{ENDING}"):
            with suppress(FileNotFoundError):  # another process has taken it away
                if time.time() - path.stat().st_mtime > KEPT_S:
                    path.unlink()
    except OSError as error:
        raise UsageError(f"the folder of plans {folder} cannot be used: {error}") from error
    return folder / f"{new_run_id(datetime.now(UTC))}{ENDING}"


def kept_plans(project: Project = None) -> list[KeptPlan]:
    """The plans of the project, newest first; of those of other environments only the ledger of theirs knows more.

    Raises:
        StateError: the ledger cannot be read.
    """
    workspace = Workspace.of(project)
    loaded = workspace.load(with_jobs=False)
    folder, found = loaded.state_dir / KEPT_PLANS, list[KeptPlan]()
    for path in sorted(folder.glob(f"*{ENDING}"), reverse=True) if folder.is_dir() else ():
        with suppress(NotAPlanFile, OSError):  # half of one, or of another release: nobody can apply it
            found.append(kept_in(path))
    if not any(one.environment == loaded.environment for one in found):
        return found
    with open_state(loaded) as ledger:
        known = _known_to(ledger)
        return [known(one) if one.environment == loaded.environment else one for one in found]


def kept_plan(project: Project, name: str | Path) -> KeptPlan:
    """The plan of a digest, or of how one begins, or of a file.

    Raises:
        UsageError: there is none, or several begin so.
        StateError: the ledger cannot be read.
    """
    workspace = Workspace.of(project)
    if isinstance(name, Path) or not _is_digest(name):
        return _with_approval(workspace, kept_in(Path(name)))
    found = [one for one in kept_plans(workspace) if one.digest.startswith(name.lower())]
    if len(found) != 1:
        what = "several plans begin" if found else "there is no kept plan whose digest begins"
        known = ", ".join(one.digest[:12] for one in (found or kept_plans(workspace))[:3]) or "none"
        raise UsageError(f"{what} with {name}; kept plans: {known}: plan again, or say more of the digest")
    return _with_approval(workspace, found[0])


def approve(project: Project, plan: KeptPlan, by: str = "", lasts_s: float = LASTS_S) -> Approval:
    """Note that a person has seen a plan and agrees to it.

    Args:
        by: who; by default the person for whom this process works.
        lasts_s: for how many seconds the approval counts.

    Raises:
        UsageError: the file is not the one that was looked at, or the time is none between a second and 30 days.
        StateError: it cannot be noted.
    """
    if not 1 <= lasts_s <= LONGEST_S:
        raise UsageError("an approval counts for a second at least and for 30 days at most, as in 8h or 2d")
    if kept_in(plan.path).digest != plan.digest:
        raise UsageError(f"{plan.path} is not the plan any more that was looked at: look again")
    with open_state(in_its_world(Workspace.of(project), plan.path).load(with_jobs=False)) as ledger:
        return ledger.approvals.approve(plan.digest, by or person(Workspace.of(project).environ), lasts_s)


def withdraw(project: Project, plan: KeptPlan) -> bool:
    """Take an approval back; False where there was none. Raises StateError."""
    with open_state(in_its_world(Workspace.of(project), plan.path).load(with_jobs=False)) as ledger:
        return ledger.approvals.withdraw(plan.digest)


def kept_in(path: Path) -> KeptPlan:
    """The plan of a file; nothing is known of its approval. Raises NotAPlanFile."""
    try:
        status = path.stat()
    except OSError as error:
        raise NotAPlanFile(f"there is no plan file {path}: `odoo-etl plan --out FILE` makes one") from error
    return _kept_in(path.absolute(), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)  # a digest reads the whole file, and lists are asked for often
def _kept_in(path: Path, _changed_ns: int, _size: int) -> KeptPlan:
    with PlanFile(path) as file:
        facts: Mapping[str, Any] = file.facts
        return KeptPlan(
            digest=file.digest(),
            path=path,
            run_id=facts["run_id"],
            made_at=datetime.fromisoformat(facts["made_at"]),
            made_by=facts["made_by"],
            selectors=tuple(facts["selectors"]),
            counts=file.counts(),
            destinations=facts["destinations"],
            environment=facts["world"]["environment"],
            limit=facts["limit"],
            full_refresh=facts["full_refresh"],
        )


def _with_approval(workspace: Workspace, plan: KeptPlan) -> KeptPlan:
    """The plan as the ledger of its environment knows it."""
    try:
        project = in_its_world(workspace, plan.path).load(with_jobs=False)
    except UsageError:  # a plan of another environment than the one that is meant
        return plan
    with open_state(project) as ledger:
        return _known_to(ledger)(plan)


def _known_to(ledger: Ledger) -> Callable[[KeptPlan], KeptPlan]:
    """Adds what the ledger knows of a plan."""
    runs = appliers(ledger)

    def known(plan: KeptPlan) -> KeptPlan:
        run = run_that_applied(ledger, runs, plan.digest)
        plan = replace(plan, approval=ledger.approvals.approved(plan.digest))
        if run is not None:
            return replace(plan, applied_by=run.id, is_applied=run.ended_well)
        stale = (
            one.id for one in runs if one.arguments["plan"] == plan.digest and one.exit_code == StalePlan.exit_code
        )
        return replace(plan, stale_for=next(stale, ""))

    return known


def _is_digest(name: str) -> bool:
    return len(name) >= SHORTEST and all(char in "0123456789abcdef" for char in name.lower())
