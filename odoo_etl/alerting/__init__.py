"""Alerts: what is wrong, who is told of it, and that it is told once. Start with `watch` and `of_runs`."""

from odoo_etl.alerting.composing import headline, sender_of, trial_message
from odoo_etl.alerting.delivery import Delivery
from odoo_etl.alerting.failure import NotSent
from odoo_etl.alerting.forms import SCHEMA_VERSION
from odoo_etl.alerting.keys import ask_server
from odoo_etl.alerting.known import KnownAlert, ToldChannel, described, known_alerts
from odoo_etl.alerting.message import Alert, AlertMessage, AlertReason
from odoo_etl.alerting.of_runs import EndedRun, judge_run
from odoo_etl.alerting.watch import Watch, alerts_of, unusable

__all__ = [
    "SCHEMA_VERSION",
    "Alert",
    "AlertMessage",
    "AlertReason",
    "Delivery",
    "EndedRun",
    "KnownAlert",
    "NotSent",
    "ToldChannel",
    "Watch",
    "alerts_of",
    "ask_server",
    "described",
    "headline",
    "judge_run",
    "known_alerts",
    "sender_of",
    "trial_message",
    "unusable",
]
