"""Prefect 3: four tasks, each does one part of every job.

A task may be tried again at any time, also after its process died: the part finds in the ledger what the dead one had
begun, settles it, and writes only what is missing. Login and addresses are Secret blocks.
"""

import os
import subprocess

from prefect import flow, task
from prefect.blocks.system import Secret
from prefect.task_runners import ThreadPoolTaskRunner

PROJECT = "/opt/project"
PARTS = 4
REJECTS = 3  # done, with rejected rows
NOT_AGAIN = {2, 4}  # invalid files, a safety limit: another attempt ends the same way
SETTINGS = ("ODOO_URL", "ODOO_DB", "ODOO_USER", "ODOO_API_KEY", "STATE_URL")


class PartFailed(Exception):
    """A part ended with an exit code that is neither 0 nor that of rejected rows."""

    def __init__(self, number: int, code: int) -> None:
        super().__init__(f"part {number} ended with exit code {code}")
        self.code = code


def worth_another_try(_task, _run, state) -> bool:
    """Whether an attempt failed for a reason that may pass."""
    try:
        state.result()
    except PartFailed as error:
        return error.code not in NOT_AGAIN
    except Exception:
        return True
    return False


@task(retries=3, retry_delay_seconds=120, retry_condition_fn=worth_another_try)
def run_part(number: int) -> int:
    """Do one part of every job."""
    done = subprocess.run(
        ["odoo-etl", "run", "--project", PROJECT, "--partition", f"{number}/{PARTS}"],
        env={**os.environ, **{name: Secret.load(name.lower().replace("_", "-")).get() for name in SETTINGS}},
        check=False,
    )
    if done.returncode not in {0, REJECTS}:
        raise PartFailed(number, done.returncode)
    return done.returncode


# All parts at once, since parts of a job wait for those of the jobs that it depends on.
@flow(task_runner=ThreadPoolTaskRunner(max_workers=PARTS))
def odoo_etl() -> None:
    """Do all parts, then tell of rejected rows."""
    codes = run_part.map(range(1, PARTS + 1)).result()
    if REJECTS in codes:
        raise RuntimeError("rows were rejected: mend their files, then `odoo-etl retry`")


if __name__ == "__main__":
    odoo_etl.serve(name="nightly", cron="30 2 * * *", limit=1)
