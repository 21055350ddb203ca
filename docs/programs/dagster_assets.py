"""Dagster: a job as an asset, materialized by a schedule; its counts are metadata.

A run may be tried again at any time, also after its process died: it finds in the ledger what the dead one had begun,
and writes only what is missing. odoo-etl has an environment of its own, at ODOO_ETL.
"""

import json
import os
import subprocess

from dagster import (
    AssetExecutionContext,
    Definitions,
    Failure,
    MaterializeResult,
    MetadataValue,
    RetryPolicy,
    ScheduleDefinition,
    asset,
    define_asset_job,
)

ODOO_ETL = os.environ.get("ODOO_ETL", "/opt/venv/bin/odoo-etl")
PROJECT = os.environ.get("ODOO_ETL_PROJECT", "/opt/project")
REJECTS = 3  # done, with rejected rows
NOT_AGAIN = {2, 4, 7}  # invalid files, a safety limit, a stale plan: another attempt ends the same way
GRACE_S = 180  # the calls on their way are finished


@asset(retry_policy=RetryPolicy(max_retries=2, delay=int(os.environ.get("RETRY_DELAY_S", "60"))))
def partners(context: AssetExecutionContext) -> MaterializeResult:
    """Partners of Odoo, as the source has them."""
    command = [ODOO_ETL, "run", "--project", PROJECT, "--json", "partners"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        printed, _ = process.communicate()
    except BaseException:  # the step is ended
        process.terminate()
        process.wait(timeout=GRACE_S)
        raise
    code = process.returncode
    if code not in {0, REJECTS}:
        raise Failure(f"odoo-etl ended with exit code {code}", allow_retries=code not in NOT_AGAIN)
    run = json.loads(printed)
    (job,) = run["jobs"]
    if code == REJECTS:
        context.log.warning("rows were rejected: mend their file, then `odoo-etl retry`")
    report = f"{PROJECT}/.odoo_etl/runs/{run['run_id']}/report.html"
    counts = {name: MetadataValue.int(count) for name, count in job["counts"].items()}
    return MaterializeResult(
        metadata={"run": run["run_id"], "exit_code": code, "report": MetadataValue.path(report), **counts}
    )


nightly = define_asset_job("nightly", selection=[partners])
definitions = Definitions(
    assets=[partners],
    jobs=[nightly],
    schedules=[ScheduleDefinition(job=nightly, cron_schedule="0 4 * * *", execution_timezone="Europe/Brussels")],
)
