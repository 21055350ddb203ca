"""Which times a schedule has, and which of them are due; pure: clocks and memories are arguments."""

from odoo_etl.scheduling.due import Due, Missed, due_now
from odoo_etl.scheduling.timetable import Timetable, cron_words, timetable_of

__all__ = ["Due", "Missed", "Timetable", "cron_words", "due_now", "timetable_of"]
