"""Files for schedulers that somebody has: systemd, cron, Kubernetes, GitHub Actions, Airflow. Pure: values to texts.

What a platform does not do as a schedule says is a note: a comment in the file, and told to whoever asks for it.
"""

from collections.abc import Callable, Mapping
from typing import Final

from odoo_etl.schedule_files.airflow import airflow
from odoo_etl.schedule_files.crontab import crontab
from odoo_etl.schedule_files.github import github
from odoo_etl.schedule_files.kubernetes import kubernetes
from odoo_etl.schedule_files.model import Place, ScheduledRun, ScheduleFile, Written
from odoo_etl.schedule_files.systemd import systemd

PLATFORMS: Final[Mapping[str, Callable[[tuple[ScheduledRun, ...], Place], Written]]] = {
    "systemd": systemd,
    "cron": crontab,
    "k8s": kubernetes,
    "github": github,
    "airflow": airflow,
}

__all__ = ["PLATFORMS", "Place", "ScheduleFile", "ScheduledRun", "Written"]
