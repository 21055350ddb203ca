"""What all files for schedulers have in common."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from odoo_etl.schedule_files.airflow import airflow
from odoo_etl.schedule_files.crontab import crontab
from odoo_etl.schedule_files.github import github
from odoo_etl.schedule_files.kubernetes import kubernetes
from odoo_etl.schedule_files.model import NOT_AGAIN
from odoo_etl.schedule_files.systemd import systemd
from odoo_etl.serving.attempts import BUSY, helps
from tests.unit.schedule_files.conftest import NIGHTLY, PLACE

PAGE = (Path(__file__).parents[3] / "docs/schedule-files.md").read_text("utf-8")
PLATFORMS = (systemd, crontab, kubernetes, github, airflow)  # as the columns of the table


def test_another_attempt_follows_where_the_server_makes_one():
    """`retries` means the same whoever runs the schedule; 8 and more are no exit codes of a run."""
    by_the_server = {code for code in range(1, 8) if helps(code) or code == BUSY}
    assert by_the_server == set(range(1, 8)) - set(NOT_AGAIN)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("jitter", {"jitter_s": 60.0}),
        *((f"catch_up: {word}", {"catch_up": word}) for word in ("latest", "none", "all")),
        ("retries", {"retries": 2}),
        ("on: files", {"on_files": True}),
    ],
)
def test_what_becomes_of_a_key_is_in_the_table(key, said):
    """A note stands where the page says that one does, and nowhere else."""
    (row,) = re.findall(rf"^\| `{key}` \|(.*)\|$", PAGE, re.MULTILINE)
    one = replace(NIGHTLY, **{"retries": 0, **said})
    noted = [any(f"`{key}`" in note for note in platform((one,), PLACE).notes) for platform in PLATFORMS]
    assert [cell.strip().startswith("told") for cell in row.split("|")] == noted
