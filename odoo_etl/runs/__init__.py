"""Use cases: what a person or a program asks for, from a project to results. Start with `use_cases`.

Below them is `perform` (a run from its folder to its report), then `jobs` (the jobs of a run, one after the other).
What is heavy is loaded when a use case begins.
"""

from odoo_etl.reporting.changes_file import changes_of
from odoo_etl.reporting.changes_index import WantedChanges
from odoo_etl.runs.approval import NotApproved, check_approved
from odoo_etl.runs.changes_page import ChangesPage, changes_page, prepare_changes
from odoo_etl.runs.exit_codes import worst_code
from odoo_etl.runs.interrupted import interrupt_run
from odoo_etl.runs.kept_otherwise import KeptOtherwise, kept_otherwise
from odoo_etl.runs.opening import OpenState, open_state
from odoo_etl.runs.past import PastJob, PastRun
from odoo_etl.runs.past_pages import (
    JobState,
    JobStates,
    RunsPage,
    endings,
    job_states,
    outcome_of,
    runs_page,
)
from odoo_etl.runs.person import person
from odoo_etl.runs.scheduled import pause, run_now, schedules, schedules_in, unpause
from odoo_etl.runs.shown import KeptFile, ShownRun
from odoo_etl.runs.told import KeptRun, NewKey, PurgeResult, RejectsOfRun
from odoo_etl.runs.use_cases import (
    apply,
    export,
    guess,
    history,
    init,
    inspect,
    measures,
    mend,
    plan,
    preview,
    purge,
    reconcile,
    rejects_of,
    resume,
    retry,
    run,
    show,
    undo,
    validate,
)
from odoo_etl.runs.workspace import Partition, Workers, Workspace
from odoo_etl.state import Outcome, WantedRuns

__all__ = [
    "ChangesPage",
    "JobState",
    "JobStates",
    "KeptFile",
    "KeptOtherwise",
    "KeptRun",
    "NewKey",
    "NotApproved",
    "OpenState",
    "Outcome",
    "Partition",
    "PastJob",
    "PastRun",
    "PurgeResult",
    "RejectsOfRun",
    "RunsPage",
    "ShownRun",
    "WantedChanges",
    "WantedRuns",
    "Workers",
    "Workspace",
    "apply",
    "changes_of",
    "changes_page",
    "check_approved",
    "endings",
    "export",
    "guess",
    "history",
    "init",
    "inspect",
    "interrupt_run",
    "job_states",
    "kept_otherwise",
    "measures",
    "mend",
    "open_state",
    "outcome_of",
    "pause",
    "person",
    "plan",
    "prepare_changes",
    "preview",
    "purge",
    "reconcile",
    "rejects_of",
    "resume",
    "retry",
    "run",
    "run_now",
    "runs_page",
    "schedules",
    "schedules_in",
    "show",
    "undo",
    "unpause",
    "validate",
    "worst_code",
]
