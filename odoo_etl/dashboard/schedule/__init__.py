"""Schedules: when jobs run by themselves, how that went, pause."""

from odoo_etl.dashboard.schedule.section import SCHEDULE

__all__ = ["SCHEDULE"]
