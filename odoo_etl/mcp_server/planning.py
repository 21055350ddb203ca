"""Plans of an assistant: made and kept freely; applied only where a person has approved exactly that one."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field

from odoo_etl.errors import UsageError
from odoo_etl.launching import Launched, Order, launch
from odoo_etl.mcp_server.bounds import plain
from odoo_etl.mcp_server.looking import Jobs
from odoo_etl.reporting.run_folder import as_json
from odoo_etl.runs import WantedChanges, Workspace, changes_page, plan
from odoo_etl.runs.kept_plans import KeptPlan, kept_plan, kept_plans
from odoo_etl.spec.project import STATE_FOLDER, find_project, root_of

SHOWN: Final = 5
MOST_PLANS: Final = 20
WAIT_S: Final = 45.0  # clients give a tool about a minute
BEGINS_S: Final = 15.0
_DIGEST: Final = re.compile(r"[0-9a-f]{12,64}")
LOGS: Final = "launched"  # which the page shows

Digest = Annotated[str, Field(description="How the digest of the plan begins: 12 digits or more.")]


@dataclass(frozen=True, slots=True)
class Planning:
    """The tools about plans.

    Attributes:
        start: launches a command, whose words go into a file.
        wait_s: how long an answer waits for the end of a run.
    """

    workspace: Workspace
    start: Callable[[Order, Path, Mapping[str, str]], Launched] = launch
    wait_s: float = WAIT_S

    def plan(
        self,
        jobs: Jobs = (),
        limit: Annotated[int | None, Field(ge=1, description="Read only the first rows of each job.")] = None,
        full_refresh: Annotated[bool, Field(description="Read also what earlier runs have read.")] = False,
    ) -> dict[str, Any]:
        """Plan a run without writing to Odoo: counts, the first changes, and the digest of the plan, which is kept."""
        result = plan(self.workspace, jobs, limit=limit, full_refresh=full_refresh, show=SHOWN, keep=True)
        told = {
            "exit_code": result.exit_code,
            "error": result.error,
            "run": result.run_id,
            "jobs": [_summary(one) for one in as_json(result)["jobs"]],
        }
        kept = next((one for one in kept_plans(self.workspace) if one.run_id == result.run_id), None)
        if kept is None:
            return {**told, "plan": None, "next": "the plan did not come to its end, so it is not kept"}
        return {**told, "plan": _told(kept), "next": _how_to_approve(kept)}

    def plans(self) -> dict[str, Any]:
        """List the plans that are kept, newest first: what they write, who approved them, whether they were applied."""
        return {"plans": [_told(one) for one in kept_plans(self.workspace)[:MOST_PLANS]]}

    def plan_changes(
        self,
        digest: Digest,
        job: Annotated[str, Field(description="Only those of this job.")] = "",
        field: Annotated[str, Field(description="Only changes of this field.")] = "",
        offset: Annotated[int, Field(ge=0)] = 0,
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
    ) -> dict[str, Any]:
        """Show changes of a kept plan, some at a time: old and new value of each field."""
        wanted = WantedChanges(job=job, field=field)
        page = changes_page(self.workspace, self._kept(digest).run_id, wanted, offset=offset, limit=limit)
        rows = [{"job": one.job, **plain(change)} for one, change in page.changes]
        return {"total": page.total, "offset": page.offset, "changes": rows}

    def apply_plan(self, digest: Digest) -> dict[str, Any]:
        """Write to Odoo exactly what a kept plan says, once a person has approved it; refused otherwise."""
        kept = self._kept(digest)
        if kept.approval is None:
            raise UsageError(f"nobody has approved plan {kept.digest[:12]}, or that is over; {_how_to_approve(kept)}")
        run = self._launched(kept, kept.approval.by)
        run_id, code = run.run_id(BEGINS_S), run.ended(self.wait_s)
        told = {"run": run_id, "plan": kept.digest, "approved_by": kept.approval.by, "exit_code": code}
        if code is None:
            return {**told, "next": f"it goes on: ask show_run for {run_id or 'last'}"}
        return {**told, "meaning": _MEANINGS.get(code, "it failed"), "next": _next(code, run_id)}

    def _launched(self, kept: KeptPlan, by: str) -> Launched:
        """A process of its own, which goes on when the assistant goes."""
        workspace = self.workspace
        root = root_of(find_project(workspace.start, upwards=workspace.upwards))
        log = root / STATE_FOLDER / LOGS / f"mcp-{kept.digest[:12]}-{time.time_ns()}.jsonl"
        choice = (workspace.environment, workspace.connection, workspace.variables)
        return self.start(Order("apply", (str(kept.path),), root, *choice, person=by), log, workspace.environ)

    def _kept(self, digest: str) -> KeptPlan:
        """The plan of a digest, and of nothing that could be the name of a file."""
        if not _DIGEST.fullmatch(digest):
            raise UsageError("a plan is named by its digest: 12 to 64 of the digits that plan and plans tell")
        return kept_plan(self.workspace, digest)


_MEANINGS: Final = {
    0: "done: exactly the plan was written",
    3: "done, with rejected rows",
    5: "cannot connect or log in; nothing was written",
    6: "another run of a job is alive; nothing of that job was written",
    7: "the plan is stale: something has changed since; what differs was not written",
}


def _next(code: int, run_id: str) -> str:
    if code == 7:
        return "plan again; the new plan has to be approved anew"
    return f"explain has code {code}; show_run {run_id} has the rest" if code else f"show_run {run_id} has the rest"


def _how_to_approve(kept: KeptPlan) -> str:
    if not kept.counts:
        return "nothing is to be written"
    return (
        f"a person looks at it and approves it: `odoo-etl approve {kept.digest[:12]}` at a terminal, or in the page of"
        " `odoo-etl serve`; then apply_plan carries out exactly that"
    )


_SUMMARY: Final = (
    *("job", "model", "status", "counts", "planned", "changed_fields", "reject_codes", "error", "notes", "changes"),
)


def _summary(job: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a planned job and its first changes."""
    return {name: plain(job[name]) for name in _SUMMARY}


def _told(kept: KeptPlan) -> dict[str, Any]:
    approval = kept.approval
    return {
        "digest": kept.digest,
        "made_at": plain(kept.made_at),
        "made_by": kept.made_by,
        "jobs": list(kept.selectors),
        "counts": dict(kept.counts),
        "environment": kept.environment,
        "destinations": plain(kept.destinations),
        "approved": None if approval is None else {"by": approval.by, "until": plain(approval.expires)},
        "applied": kept.is_applied,
    }
