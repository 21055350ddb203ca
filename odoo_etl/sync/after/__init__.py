"""Steps on the records of a run, once all of them are written: methods and values, each once. Start with `phase`."""

from odoo_etl.sync.after.calls import MethodCalls, Sends
from odoo_etl.sync.after.misfits import step_misfits, written_fields
from odoo_etl.sync.after.pages import LedgerPage, RunPage, StepPage
from odoo_etl.sync.after.phase import AfterSteps, NoSteps, RevisitedSteps, Steps, StepWork
from odoo_etl.sync.after.planned import PlannedSteps
from odoo_etl.sync.after.progress import StepProgress
from odoo_etl.sync.after.verdicts import Verdicts
from odoo_etl.sync.after.writes import ValueWrites

__all__ = [
    "AfterSteps",
    "LedgerPage",
    "MethodCalls",
    "NoSteps",
    "PlannedSteps",
    "RevisitedSteps",
    "RunPage",
    "Sends",
    "StepPage",
    "StepProgress",
    "StepWork",
    "Steps",
    "ValueWrites",
    "Verdicts",
    "step_misfits",
    "written_fields",
]
