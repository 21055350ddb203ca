"""Use cases: what a person or a program asks for, from a project to results. Start with `use_cases`.

Below them is `perform` (a run from its folder to its report), then `schedule` (the jobs of a run, one after the other).
What is heavy is loaded when a use case begins.
"""

from odoo_etl.reporting.changes_file import changes_of
from odoo_etl.reporting.changes_index import WantedChanges
from odoo_etl.runs.approval import NotApproved
from odoo_etl.runs.changes_page import ChangesPage, changes_page
from odoo_etl.runs.past import PastJob, PastRun
from odoo_etl.runs.scheduled import pause, run_now, schedules, unpause
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

__all__ = [
    "ChangesPage",
    "KeptFile",
    "KeptRun",
    "NewKey",
    "NotApproved",
    "Partition",
    "PastJob",
    "PastRun",
    "PurgeResult",
    "RejectsOfRun",
    "ShownRun",
    "WantedChanges",
    "Workers",
    "Workspace",
    "apply",
    "changes_of",
    "changes_page",
    "export",
    "guess",
    "history",
    "init",
    "inspect",
    "measures",
    "mend",
    "pause",
    "plan",
    "preview",
    "purge",
    "reconcile",
    "rejects_of",
    "resume",
    "retry",
    "run",
    "run_now",
    "schedules",
    "show",
    "undo",
    "unpause",
    "validate",
]
