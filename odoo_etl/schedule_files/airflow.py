"""Airflow 3: one file with a DAG for each schedule."""

from __future__ import annotations

import json
from typing import Final

from odoo_etl.schedule_files.cron import Cron, differences, has_whole_hours, moved_or_second
from odoo_etl.schedule_files.entries import Platform, at_changes, notes_of, said
from odoo_etl.schedule_files.model import (
    GRACE_S,
    NOT_AGAIN,
    REJECTS,
    Place,
    ScheduledRun,
    ScheduleFile,
    Written,
    lines_of,
    whole_seconds,
)

_LACKS: Final = {
    "jitter": "Airflow starts it at the time itself",
    "catch_up: none": "Airflow makes up for the latest time",
}
_WEEKDAY_LAST: Final = "L"


def airflow(runs: tuple[ScheduledRun, ...], place: Place) -> Written:
    """Write the file, to be put into the folder of DAGs."""
    entries = Platform("cron of Airflow", _LACKS, lambda cron: bool(_spelled(cron)), _odd).entries(runs, place)
    dags = [_dag(one.run, _spelled(cron), place, one.name, one.notes) for one, cron in said(entries)]
    if not dags:
        return Written((), notes_of(entries), ())
    name = f"{place.prefix.replace('-', '_')}.py"
    head = _HEAD.format(
        program=_python(place.program),
        reads=f"  # the worker has {', '.join(place.variables)}" if place.variables else "",
        grace=GRACE_S,
        rejects=REJECTS,
        never=", ".join(str(code) for code in NOT_AGAIN if code != REJECTS),
    )
    text = "\n".join([head, *dags])
    return Written((ScheduleFile(name, text),), notes_of(entries), (f"cp {name} $AIRFLOW_HOME/dags/",))


def _odd(one: ScheduledRun, cron: Cron, place: Place) -> list[str]:
    if cron.is_each_hour and has_whole_hours(one.timezone, place.now):
        return []
    return at_changes(differences(cron, one.timezone, place.now, moved_or_second))


def _spelled(cron: Cron) -> str:
    """The expression as croniter has it, where the last Friday is L5; "" where it has no words for it."""
    if cron.is_strict or not cron.days:
        return ""
    if cron.is_plain:
        return cron.posix
    minute, hour, day, month, weekday = cron.text.upper().split()
    if "LW" in day or ("," in weekday and ("#" in weekday or "L" in weekday)):
        return ""
    if weekday.endswith(_WEEKDAY_LAST):
        weekday = f"L{int(weekday[:-1]) % 7}"
    return " ".join([minute, hour, day, month, weekday])


def _dag(one: ScheduledRun, cron: str, place: Place, name: str, notes: tuple[str, ...]) -> str:
    limit = "None" if one.timeout_s is None else f"timedelta(seconds={whole_seconds(one.timeout_s)})"
    start = f"datetime({place.now.year}, {place.now.month}, {place.now.day}, tzinfo=timezone.utc)"
    lines = [
        "",
        "",
        f"# {one.name}: {one.cron}, {one.timezone}",
        *lines_of(notes),
        "@dag(",
        f"    dag_id={_python(name)},",
        f"    schedule=CronTriggerTimetable({_python(cron)}, timezone={_python(one.timezone)}),",
        f"    start_date={start},",
        f"    catchup={one.catch_up == 'all'},",
        "    max_active_runs=1,",
        f"    dagrun_timeout={limit},",
        '    tags=["odoo-etl"],',
        ")",
        f"def {name.replace('-', '_')}():",
        "    @task(",
        f"        retries={one.retries},",
        "        retry_delay=timedelta(minutes=1),",
        "    )",
        "    def run():",
        f"        return odoo_etl({json.dumps(place.words(one), ensure_ascii=False)})",
        "",
        "    run()",
        "",
        "",
        f"{name.replace('-', '_')}()",
        "",
    ]
    return "\n".join(lines)


def _python(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_HEAD: Final = '''\
"""Airflow 3: the schedules of a project of odoo-etl, as `odoo-etl schedule --airflow` wrote them.

A task may be tried again at any time, also after its worker died: a run finds in the ledger what the dead one had
begun, and writes only what is missing. Each worker has odoo-etl in an environment of its own, at PROGRAM.
"""

import json
import logging
import subprocess
from datetime import datetime, timedelta, timezone

from airflow.sdk import CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

PROGRAM = {program}{reads}
REJECTS = {rejects}  # done, with rejected rows
NOT_AGAIN = {{{never}}}  # invalid files, a safety limit, a stale plan: another attempt ends the same way


def odoo_etl(words):
    """Run odoo-etl; the counts of its jobs become the XCom of the task."""
    process = subprocess.Popen([PROGRAM, *words, "--json"], stdout=subprocess.PIPE, text=True)
    try:
        printed, _ = process.communicate()
    except BaseException:  # the task is ended: the calls on their way are finished, then it ends
        process.terminate()
        process.wait(timeout={grace})
        raise
    code = process.returncode
    if code in NOT_AGAIN:
        raise AirflowFailException(f"odoo-etl ended with exit code {{code}}")
    if code not in {{0, REJECTS}}:
        raise AirflowException(f"odoo-etl ended with exit code {{code}}")
    result = json.loads(printed)
    if code == REJECTS:
        logging.getLogger(__name__).warning("rows were rejected: mend their files, then `odoo-etl retry`")
    jobs = {{job["job"]: job["counts"] for job in result["jobs"]}}
    return {{"run": result["run_id"], "exit_code": code, "jobs": jobs}}
'''
