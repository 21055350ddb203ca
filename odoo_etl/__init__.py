"""odoo_etl keeps Odoo in step with tabular data, declaratively.

Public from here, and loaded when it is first asked for: the use cases (`plan`, `apply`, `run`, `resume`, `retry`,
`undo`, `reconcile`, `init`, `guess`, `inspect`, `preview`, `export`, `history`, `show`, `explain`, `purge`,
`schedules`, `pause`, `unpause`, `run_now`, `measures`), what they take and return, and the client. See docs/api.md.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as typing has it, which takes longer to load than the whole of this: Ctrl-C may come meanwhile
if TYPE_CHECKING:
    from odoo_etl.errors import OdooEtlError, Problem, SpecError, UsageError
    from odoo_etl.events import Answered, Phase, Wait
    from odoo_etl.explaining import CodePage, explain
    from odoo_etl.exporting import ExportOptions
    from odoo_etl.exports import ExportResult
    from odoo_etl.guessing import Guess, KeyCandidate, Proposal
    from odoo_etl.inspections import FieldReport, KeyReport, ModelReport, RepeatedValue
    from odoo_etl.measuring import JobMeasures, KeyMeasures, Measures, ScheduleMeasures, Waits
    from odoo_etl.observers import NoObserver, Observer, Several
    from odoo_etl.odoo import OdooClient, RetryPolicy
    from odoo_etl.previews import JobPreview, Pick, PreviewedField, PreviewedFlaw, PreviewedRecord
    from odoo_etl.reporting.events import Calls, Events, JobEvents
    from odoo_etl.reporting.plans import write_changes_csv, write_changes_page
    from odoo_etl.results import (
        AppliedPlan,
        Change,
        ChangedField,
        Counts,
        Destination,
        DifferingRecord,
        Discrepancies,
        Discrepancy,
        Expectation,
        JobResult,
        LeftRecord,
        LineCounts,
        RefusedRecord,
        RejectedRow,
        RejectGroup,
        Rewritten,
        RunResult,
        StepResult,
        UndoneRecords,
        UsedFile,
        VanishedRecords,
    )
    from odoo_etl.runs import (
        ChangesPage,
        KeptFile,
        KeptRun,
        NewKey,
        NotApproved,
        Partition,
        PastJob,
        PastRun,
        PurgeResult,
        ShownRun,
        WantedChanges,
        Workers,
        Workspace,
        apply,
        changes_of,
        changes_page,
        export,
        guess,
        history,
        init,
        inspect,
        measures,
        pause,
        plan,
        preview,
        purge,
        reconcile,
        resume,
        retry,
        run,
        run_now,
        schedules,
        show,
        undo,
        unpause,
        validate,
    )
    from odoo_etl.runs.guessed import GuessedJob, GuessOptions
    from odoo_etl.scaffold import NewProject, Scaffold, Server
    from odoo_etl.schedule_files import ScheduleFile, Written
    from odoo_etl.schedule_states import ScheduleAttempt, ScheduleSlot, ScheduleState
    from odoo_etl.state import Approval
    from odoo_etl.stop import Stop

__all__ = [
    "Answered",
    "AppliedPlan",
    "Approval",
    "Calls",
    "Change",
    "ChangedField",
    "ChangesPage",
    "CodePage",
    "Counts",
    "Destination",
    "DifferingRecord",
    "Discrepancies",
    "Discrepancy",
    "Events",
    "Expectation",
    "ExportOptions",
    "ExportResult",
    "FieldReport",
    "Guess",
    "GuessOptions",
    "GuessedJob",
    "JobEvents",
    "JobMeasures",
    "JobPreview",
    "JobResult",
    "KeptFile",
    "KeptPlan",
    "KeptRun",
    "KeyCandidate",
    "KeyMeasures",
    "KeyReport",
    "LeftRecord",
    "LineCounts",
    "Measures",
    "ModelReport",
    "NewKey",
    "NewProject",
    "NoObserver",
    "NotApproved",
    "Observer",
    "OdooClient",
    "OdooEtlError",
    "Partition",
    "PastJob",
    "PastRun",
    "Phase",
    "Pick",
    "PreviewedField",
    "PreviewedFlaw",
    "PreviewedRecord",
    "Problem",
    "Proposal",
    "PurgeResult",
    "RefusedRecord",
    "RejectGroup",
    "RejectedRow",
    "RepeatedValue",
    "RetryPolicy",
    "Rewritten",
    "RunResult",
    "Scaffold",
    "ScheduleAttempt",
    "ScheduleFile",
    "ScheduleMeasures",
    "ScheduleSlot",
    "ScheduleState",
    "SchedulerPlace",
    "Server",
    "Several",
    "ShownRun",
    "SpecError",
    "StepResult",
    "Stop",
    "UndoneRecords",
    "UsageError",
    "UsedFile",
    "Validation",
    "VanishedRecords",
    "Wait",
    "Waits",
    "WantedChanges",
    "Workers",
    "Workspace",
    "Written",
    "apply",
    "approve",
    "changes_of",
    "changes_page",
    "explain",
    "export",
    "guess",
    "history",
    "init",
    "inspect",
    "kept_plan",
    "kept_plans",
    "measures",
    "pause",
    "plan",
    "preview",
    "purge",
    "reconcile",
    "resume",
    "retry",
    "run",
    "run_now",
    "scheduler_files",
    "schedules",
    "show",
    "undo",
    "unpause",
    "validate",
    "write_changes_csv",
    "write_changes_page",
]

_NAMES = {
    "odoo_etl.guessing": "Guess KeyCandidate Proposal",
    "odoo_etl.runs.guessed": "GuessOptions GuessedJob",
    "odoo_etl.errors": "OdooEtlError Problem SpecError UsageError",
    "odoo_etl.explaining": "CodePage explain",
    "odoo_etl.exporting": "ExportOptions",
    "odoo_etl.exports": "ExportResult",
    "odoo_etl.events": "Answered Phase Wait",
    "odoo_etl.inspections": "FieldReport KeyReport ModelReport RepeatedValue",
    "odoo_etl.measuring": "JobMeasures KeyMeasures Measures ScheduleMeasures Waits",
    "odoo_etl.observers": "NoObserver Observer Several",
    "odoo_etl.odoo": "OdooClient RetryPolicy",
    "odoo_etl.previews": "JobPreview Pick PreviewedField PreviewedFlaw PreviewedRecord",
    "odoo_etl.reporting.events": "Calls Events JobEvents",
    "odoo_etl.reporting.plans": "write_changes_csv write_changes_page",
    "odoo_etl.results": "Change ChangedField Counts Destination DifferingRecord Discrepancies Discrepancy Expectation"
    " JobResult LeftRecord LineCounts RefusedRecord RejectGroup RejectedRow Rewritten RunResult StepResult"
    " UndoneRecords UsedFile VanishedRecords AppliedPlan",
    "odoo_etl.runs": "ChangesPage KeptFile KeptRun NewKey NotApproved Partition PastJob PastRun PurgeResult ShownRun"
    " WantedChanges Workers Workspace apply changes_of changes_page export guess history init inspect measures plan"
    " preview purge reconcile resume retry run show undo validate",
    "odoo_etl.runs.kept_plans": "KeptPlan approve kept_plan kept_plans",
    "odoo_etl.runs.scheduled": "pause run_now schedules unpause",
    "odoo_etl.runs.validated": "Validation",
    "odoo_etl.runs.scheduler_files": "SchedulerPlace scheduler_files",
    "odoo_etl.scaffold": "NewProject Scaffold Server",
    "odoo_etl.schedule_files": "ScheduleFile Written",
    "odoo_etl.schedule_states": "ScheduleAttempt ScheduleSlot ScheduleState",
    "odoo_etl.state": "Approval",
    "odoo_etl.stop": "Stop",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Load a public name at its first use, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
