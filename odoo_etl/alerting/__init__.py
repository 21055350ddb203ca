"""Alerts: what is wrong, who is told of it, and that it is told once. Start with `watch` and `of_runs`."""

from odoo_etl.alerting.delivery import Delivery, Send, send_message
from odoo_etl.alerting.failure import NotSent
from odoo_etl.alerting.message import Alert, AlertMessage, AlertReason
from odoo_etl.alerting.of_runs import EndedRun, judge_run
from odoo_etl.alerting.silence import NoTimetable, Timetable
from odoo_etl.alerting.watch import Watch, alerts_of, unusable

__all__ = [
    "Alert",
    "AlertMessage",
    "AlertReason",
    "Delivery",
    "EndedRun",
    "NoTimetable",
    "NotSent",
    "Send",
    "Timetable",
    "Watch",
    "alerts_of",
    "judge_run",
    "send_message",
    "unusable",
]
