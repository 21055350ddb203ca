"""Airflow 3: four mapped tasks, each does one part of every job, every night.

A task may be tried again at any time, also after its worker died: the part finds in the ledger what the dead one had
begun, settles it, and writes only what is missing. Login and addresses are Airflow variables, best from a secrets
backend; each worker has odoo-etl installed and the project in PROJECT.
"""

import os
import subprocess
from datetime import datetime, timedelta

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.sdk import Variable, dag, task

PROJECT = "/opt/project"
PARTS = 4
REJECTS = 3  # done, with rejected rows
NOT_AGAIN = {2, 4}  # invalid files, a safety limit: another attempt ends the same way
SETTINGS = ("ODOO_URL", "ODOO_DB", "ODOO_USER", "ODOO_API_KEY", "STATE_URL")


@dag(schedule="30 2 * * *", start_date=datetime(2025, 1, 1), catchup=False, max_active_runs=1)
def odoo_etl():
    """All parts at once, since parts of a job wait for those of the jobs that it depends on."""

    @task(retries=3, retry_delay=timedelta(minutes=2), max_active_tis_per_dagrun=PARTS)
    def run_part(number: int) -> int:
        done = subprocess.run(
            ["odoo-etl", "run", "--project", PROJECT, "--partition", f"{number}/{PARTS}"],
            env={**os.environ, **{name: Variable.get(name.lower()) for name in SETTINGS}},
            check=False,
        )
        if done.returncode in NOT_AGAIN:
            raise AirflowFailException(f"part {number} ended with exit code {done.returncode}")
        if done.returncode not in {0, REJECTS}:
            raise AirflowException(f"part {number} ended with exit code {done.returncode}")
        return done.returncode

    @task
    def tell_rejects(codes: list[int]) -> None:
        """A task of its own, so that nobody who tries it again repeats a part that is done."""
        if REJECTS in codes:
            raise AirflowFailException("rows were rejected: mend their files, then `odoo-etl retry`")

    tell_rejects(run_part.expand(number=list(range(1, PARTS + 1))))


odoo_etl()
