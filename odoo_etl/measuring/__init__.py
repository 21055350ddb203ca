"""Measures of a project: what Prometheus reads of its jobs, runs and schedules.

It asks over HTTP (`routes`), or the node exporter reads a text file.
"""

from odoo_etl.measuring.exposition import METRICS, Metric, exposition
from odoo_etl.measuring.gathered import Gathering
from odoo_etl.measuring.health import Health, Problem
from odoo_etl.measuring.measures import JobMeasures, KeyMeasures, Measures, ScheduleMeasures, Waits
from odoo_etl.measuring.text_file import write_text_file

__all__ = [
    "METRICS",
    "Gathering",
    "Health",
    "JobMeasures",
    "KeyMeasures",
    "Measures",
    "Metric",
    "Problem",
    "ScheduleMeasures",
    "Waits",
    "exposition",
    "write_text_file",
]
