"""A file of DAGs. A real Airflow runs one in tests/e2e/test_orchestrators.py; here is what it says."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from odoo_etl.schedule_files.airflow import airflow
from odoo_etl.schedule_files.cron import moved_or_second
from tests.unit.schedule_files.conftest import NOW, PLACE


def dag_of(*runs, place=PLACE):
    """The arguments of the one DAG, as texts; and the text of the file."""
    (file,) = airflow(runs, place).files
    tree = ast.parse(file.text)
    (call,) = [
        node.decorator_list[0] for node in tree.body if isinstance(node, ast.FunctionDef) and node.name != "odoo_etl"
    ]
    return {each.arg: ast.unparse(each.value) for each in call.keywords}, file.text


def test_what_it_says(run):
    """The timezone, attempts, and a limit for all attempts together."""
    said, text = dag_of(run(timezone="Europe/Brussels", timeout_s=7200.0, retries=3))
    assert said["schedule"] == "CronTriggerTimetable('0 4 * * *', timezone='Europe/Brussels')"
    assert (said["dagrun_timeout"], said["max_active_runs"], said["catchup"]) == (
        "timedelta(seconds=7200)",
        "1",
        "False",
    )
    assert said["start_date"] == "datetime(2026, 11, 29, tzinfo=timezone.utc)"
    assert "retries=3," in text
    assert 'odoo_etl(["run", "--project=/opt/shop", "partners", "orders"])' in text


@pytest.mark.parametrize(
    ("catch_up", "catches", "told"), [("all", "True", 0), ("latest", "False", 0), ("none", "False", 1)]
)
def test_what_is_made_up_for(run, catch_up, catches, told):
    """It always makes up for the latest time."""
    said, _ = dag_of(run(catch_up=catch_up))
    assert (said["catchup"], len(airflow((run(catch_up=catch_up),), PLACE).notes)) == (catches, told)


@pytest.mark.parametrize(
    ("cron", "spelled"),
    [
        *(("0 4 * * 7", "0 4 * * 0"), ("5/20 3 * * *", "5,25,45 3 * * *"), ("0 4 L * *", "0 4 L * *")),
        *(("0 4 * * MON#1", "0 4 * * MON#1"), ("0 4 * * 5L", "0 4 * * L5"), ("0 4 * * 7L", "0 4 * * L0")),
    ],
)
def test_its_spelling(run, cron, spelled):
    """The last Friday is L5 there."""
    said, _ = dag_of(run(cron=cron))
    assert said["schedule"] == f"CronTriggerTimetable('{spelled}', timezone='UTC')"


@pytest.mark.parametrize("cron", ["0 4 LW * *", "0 4 */2 * MON", "0 4 * * 3,5L"])
def test_what_its_cron_cannot_say_is_left_out(run, cron):
    """And told."""
    written = airflow((run(cron=cron),), PLACE)
    assert (written.files, "is left out" in written.notes[0]) == ((), True)


def test_texts_of_people_are_texts_of_python(run):
    """Whatever is in them."""
    folder = 'shop """ \\ {x}\u2028é'
    place = PLACE.__class__("/opt/b", f"/opt/{folder}", "etl", "1", NOW)
    said, text = dag_of(run(name="tag:x"), place=place)
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    (words,) = [each.args[0] for each in calls if ast.unparse(each.func) == "odoo_etl"]
    assert ast.literal_eval(words) == ["run", f"--project=/opt/{folder}", "partners", "orders"]
    assert said["dag_id"] == "'odoo-etl-shop-x-tag-x'"


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2027-03-28 02:30", "2027-03-28 01:30"),
        ("2027-10-31 02:30", "2027-10-31 01:30"),
        ("2027-06-01 02:30", "2027-06-01 00:30"),
    ],
)
def test_its_rule_for_the_change_of_clocks(wall, moment):
    """As a real one answered: later by as much as clocks are put forward, the second of two."""
    found = moved_or_second(datetime.fromisoformat(wall), ZoneInfo("Europe/Brussels"))
    assert found == [datetime.fromisoformat(moment).replace(tzinfo=UTC)]
