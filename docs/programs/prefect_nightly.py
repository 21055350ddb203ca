"""Prefect 3: a job as a task, in a flow with a schedule; its counts are an artifact.

A run may be tried again at any time, also after its process died: it finds in the ledger what the dead one had begun,
and writes only what is missing. odoo-etl has an environment of its own, at ODOO_ETL.
"""

import json
import os
import subprocess

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.schedules import Cron

ODOO_ETL = os.environ.get("ODOO_ETL", "/opt/venv/bin/odoo-etl")
PROJECT = os.environ.get("ODOO_ETL_PROJECT", "/opt/project")
REJECTS = 3  # done, with rejected rows
NOT_AGAIN = {2, 4, 7}  # invalid files, a safety limit, a stale plan: another attempt ends the same way
GRACE_S = 180  # the calls on their way are finished


class RunFailed(Exception):
    """A run ended with an exit code that is neither 0 nor that of rejected rows."""

    def __init__(self, code: int) -> None:
        super().__init__(f"odoo-etl ended with exit code {code}")
        self.code = code


def worth_another_try(_task, _run, state) -> bool:
    """Whether an attempt failed for a reason that may pass."""
    try:
        state.result()
    except RunFailed as error:
        return error.code not in NOT_AGAIN
    except Exception:
        return True
    return False


@task(retries=2, retry_delay_seconds=int(os.environ.get("RETRY_DELAY_S", "60")), retry_condition_fn=worth_another_try)
def run(jobs: list[str]) -> dict:
    """Run jobs, together."""
    process = subprocess.Popen(
        [ODOO_ETL, "run", "--project", PROJECT, "--json", *jobs], stdout=subprocess.PIPE, text=True
    )
    try:
        printed, _ = process.communicate()
    except BaseException:  # the task is ended
        process.terminate()
        process.wait(timeout=GRACE_S)
        raise
    if process.returncode not in {0, REJECTS}:
        raise RunFailed(process.returncode)
    result = json.loads(printed)
    if process.returncode == REJECTS:
        get_run_logger().warning("rows were rejected: mend their files, then `odoo-etl retry`")
    rows = [{"job": job["job"], **job["counts"]} for job in result["jobs"]]
    create_table_artifact(table=rows, key="odoo-etl-counts", description=f"Run {result['run_id']}")
    return {"run": result["run_id"], "exit_code": process.returncode, "rows": rows}


@flow
def nightly() -> dict:
    """All jobs of the night."""
    return run(["tag:nightly"])


if __name__ == "__main__":
    nightly.serve(name="nightly", schedule=Cron("0 4 * * *", timezone="Europe/Brussels"), limit=1)
