"""What the documentation shows for Airflow, Dagster and Prefect, carried out by them, on the sandbox."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import odoo_etl
from tests.e2e.project import PROGRAM, Project, partner_rows, partners_job
from tests.orchestrators import Orchestrator, orchestrator

PROGRAMS = Path(__file__).parents[2] / "docs/programs"
# odoo-etl as the examples call it: some of its calls end with another exit code at once.
FLAKY = """#!/bin/sh
n=$(cat {here}/calls 2>/dev/null || echo 0)
echo $((n + 1)) > {here}/calls
code=$(sed -n "$((n + 1))p" {here}/codes)
[ -n "$code" ] && exit "$code"
exec {program} "$@"
"""


@pytest.fixture(scope="module")
def installed(request: pytest.FixtureRequest) -> Callable[[str], Orchestrator]:
    """One of them; where it cannot be had, CI fails, and elsewhere its test is skipped."""
    from tests.real_odoo.parts import Unavailable

    def get(name: str) -> Orchestrator:
        try:
            return orchestrator(name)
        except (Unavailable, OSError) as error:
            if os.environ.get("CI") == "true":
                request.session.shouldfail = f"{name} cannot be had: {error}"
            pytest.skip(f"NO {name.upper()}, so what the documentation shows of it is not tried: {error}")

    return get


@pytest.fixture
def ready(empty_project: Project, prefix: str) -> Project:
    """A project of its own sandbox, whose last row is a reject."""
    empty_project.write("project.yaml", {"connections": {"main": {"url": "sandbox"}}})
    empty_project.write("partners.yaml", partners_job(tags=["nightly"], schedule={"cron": "0 4 * * *", "retries": 2}))
    empty_project.rows([*partner_rows(prefix, 3), {**partner_rows(prefix, 4)[3], "name": ""}])
    return empty_project


def program(project: Project, *codes: int | None) -> Path:
    """odoo-etl, whose first calls end with these exit codes; None does what it is told to."""
    (project.root / "codes").write_text("".join(f"{'' if code is None else code}\n" for code in codes))
    path = project.root / "flaky-odoo-etl"
    path.write_text(FLAKY.format(here=project.root, program=PROGRAM))
    path.chmod(0o755)
    return path


def calls(project: Project) -> int:
    """How often it was called."""
    return int((project.root / "calls").read_text())


def carried_out(one: Orchestrator, project: Project, script: str, environment: dict[str, str]) -> Any:
    """What a script prints last, as JSON, in the environment of an orchestrator."""
    done = subprocess.run(
        [str(one.python), "-c", script],
        cwd=project.root,
        env={**environment, "ODOO_ETL_PROJECT": str(project.root), "RETRY_DELAY_S": "0"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


DAGSTER = f"""
import json, sys
sys.path.insert(0, {str(PROGRAMS)!r})
from dagster import DagsterInstance, materialize
from dagster_assets import definitions, partners

assert definitions.get_repository_def().schedule_defs[0].execution_timezone == "Europe/Brussels"
told = []
for _ in range(2):
    with DagsterInstance.ephemeral() as instance:
        result = materialize([partners], instance=instance, raise_on_error=False)
        events = result.get_asset_materialization_events()
        found = {{key: one.value for event in events for key, one in event.materialization.metadata.items()}}
    told.append([result.success, found])
print(json.dumps(told))
"""


def test_dagster(installed: Callable[[str], Orchestrator], ready: Project, tmp_path_factory: Any) -> None:
    """A killed run is tried again; rejected rows are metadata; what another attempt cannot help is not tried."""
    dagster = installed("dagster")
    environment = dagster.variables(tmp_path_factory.mktemp("home"))
    environment["ODOO_ETL"] = str(program(ready, 143, None, 4))
    (done, found), never = carried_out(dagster, ready, DAGSTER, environment)
    assert (done, found["exit_code"], found["created"], found["rejected"]) == (True, 3, 3, 1)
    assert Path(found["report"]).is_file()
    assert (never, calls(ready)) == ([False, {}], 3)


PREFECT = f"""
import asyncio, json, sys
sys.path.insert(0, {str(PROGRAMS)!r})
from prefect.artifacts import Artifact
from prefect_nightly import nightly

states = [nightly(return_state=True) for _ in range(2)]
found = [state.result(raise_on_failure=False) for state in states]
rows = json.loads(Artifact.get("odoo-etl-counts").data)
print(json.dumps([[state.name for state in states], found[0], str(found[1]), rows]))
"""


def test_prefect(installed: Callable[[str], Orchestrator], ready: Project, tmp_path_factory: Any) -> None:
    """The same, in a flow without a server that runs already; the counts are an artifact."""
    prefect = installed("prefect")
    environment = prefect.variables(tmp_path_factory.mktemp("home"))
    environment["ODOO_ETL"] = str(program(ready, 5, None, 4))
    names, found, never, rows = carried_out(prefect, ready, PREFECT, environment)
    assert (names, found["exit_code"], never) == (["Completed", "Failed"], 3, "odoo-etl ended with exit code 4")
    assert [(one["job"], one["created"], one["rejected"]) for one in rows] == [("partners", 3, 1)]
    assert calls(ready) == 3


AIRFLOW = """
import json
from airflow.dag_processing.dagbag import DagBag

bag = DagBag(PATH)
assert not bag.import_errors, bag.import_errors
(dag,) = bag.dags.values()
run = dag.test()
(instance,) = run.get_task_instances()
found = instance.xcom_pull(task_ids="run")
told = [str(run.state), dag.get_task("run").retries, dag.catchup, found]
module = vars(__import__("sys").modules[dag.get_task("run").python_callable.__module__])
for _ in range(6):
    try:
        module["odoo_etl"](["run"])
    except module["AirflowException"] as error:
        told.append(type(error).__name__)
print()
print(json.dumps(told))
"""


def test_airflow(installed: Callable[[str], Orchestrator], ready: Project, tmp_path_factory: Any) -> None:
    """The file that `schedule --airflow` writes, in a real `dag.test()`; its counts are an XCom.

    What another attempt cannot help fails for good there, all else for another attempt.
    """
    airflow = installed("airflow")
    folder = tmp_path_factory.mktemp("home")
    place = odoo_etl.SchedulerPlace(str(program(ready, None, 1, 5, 6, 143, 2, 4)))
    (file,) = odoo_etl.scheduler_files(ready.root, "airflow", place).files
    environment = airflow.variables(folder)
    dags = Path(environment["AIRFLOW_HOME"], "dags")  # `dag.test()` finds it there alone
    dags.mkdir()
    (dags / file.path).write_text(file.text)
    script = AIRFLOW.replace("PATH", repr(str(dags / file.path)))
    state, retries, catchup, found, *failures = carried_out(airflow, ready, script, environment)
    assert (state.rpartition(".")[2].lower(), retries, catchup) == ("success", 2, False)
    assert (found["exit_code"], found["jobs"]["partners"]["created"], calls(ready)) == (3, 3, 7)
    assert failures == ["AirflowException"] * 4 + ["AirflowFailException"] * 2
