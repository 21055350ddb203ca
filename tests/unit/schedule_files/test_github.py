"""Workflows of GitHub: its schema and a linter of their security take them, and their script does as we say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from odoo_etl.schedule_files.github import github
from tests.unit.schedule_files.conftest import PLACE

BIN = Path(sys.executable).parent


def workflow(*runs, place=PLACE):
    """The one workflow; `on` stays text."""
    (file,) = github(runs, place).files
    return yaml.load(file.text, yaml.BaseLoader)


def script(*runs, place=PLACE):
    """The script that runs the jobs."""
    (step,) = (each for each in workflow(*runs, place=place)["jobs"]["run"]["steps"] if each.get("name") == "Run")
    return step["run"]


def test_their_own_checkers_are_content(run, tmp_path):
    """With every key said."""
    files = github(
        (run(timeout_s=7200.0, timezone="Europe/Brussels", jitter_s=60.0), run(name="hourly", cron="5 * * * *")), PLACE
    ).files
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    for each in files:
        (folder / each.path).write_text(each.text)
    for command in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, folder.iterdir())],
        ["zizmor", "--offline", "--no-progress", "--quiet", str(folder)],
    ):
        done = subprocess.run([BIN / command[0], *command[1:]], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("cron", "zone", "said"),
    [
        ("0 4 * * 7", "Europe/Brussels", {"cron": "0 4 * * 0", "timezone": "Europe/Brussels"}),
        ("0 4 * * *", "UTC", {"cron": "0 4 * * *"}),
        ("5 * * * *", "Europe/Brussels", {"cron": "5 * * * *"}),
        ("5 * * * *", "Asia/Kolkata", {"cron": "5 * * * *", "timezone": "Asia/Kolkata"}),
    ],
)
def test_its_times(run, cron, zone, said):
    """In their timezone, where UTC has others."""
    assert workflow(run(cron=cron, timezone=zone))["on"]["schedule"] == [said]


def test_variables_come_from_where_the_settings_have_them(run):
    """Keys are secrets; the ledger is in a database, since each runner is new."""
    (step,) = (each for each in workflow(run())["jobs"]["run"]["steps"] if "env" in each)
    assert step["env"] == {
        "ODOO_URL": "${{ vars.ODOO_URL }}",
        "ODOO_API_KEY": "${{ secrets.ODOO_API_KEY }}",
        "STATE_URL": "${{ secrets.STATE_URL }}",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="there is no bash")
@pytest.mark.parametrize(
    ("codes", "ended"),
    [
        ([0], 0),
        ([3], 0),
        ([1, 0], 0),
        ([6, 143, 3], 0),
        ([5, 0], 0),
        ([1, 1, 1], 1),
        *(([code], code) for code in (2, 4, 7)),
    ],
)
def test_its_attempts(run, tmp_path, codes, ended):
    """As bash carries it out: another attempt only where it can help, and rejected rows are a warning."""
    program = """
        n=$(cat n 2>/dev/null || echo 0)
        echo $((n + 1)) > n
        echo "$@" > words
        exit $(sed -n "$((n + 1))p" codes)
    """
    for name, text in {"odoo-etl": program, "sleep": "exit 0"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "codes").write_text("\n".join(map(str, codes)) + "\n")
    command = ["bash", "-e", "-o", "pipefail", "-c", script(run(retries=2))]
    path = f"{tmp_path}:/usr/bin:/bin"
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True, check=False)
    assert (done.returncode, int((tmp_path / "n").read_text())) == (ended, len(codes)), done.stderr
    assert ("::warning::rows were rejected" in done.stdout) == (codes[-1] == 3)
    assert (tmp_path / "words").read_text() == "run partners orders\n"


def test_a_schedule_without_attempts(run):
    """Has one, and waits for none."""
    assert ("for attempt in 1; do" in script(run(retries=0)), "sleep" in script(run(retries=0))) == (True, False)


def test_what_github_does_not_do_is_told(run):
    """And what nobody knows of it."""
    notes = github((run(cron="*/2 2 * * *", timezone="Europe/Brussels", jitter_s=60.0),), PLACE).notes
    assert [each.split(": ", 1)[1][:34] for each in notes] == [
        "`catch_up: latest`: GitHub makes u",
        "`jitter`: GitHub starts it when it",
        "GitHub starts a workflow every fiv",
        "GitHub does not say how often it r",
    ]
    assert notes[-1].endswith("twice: 2027-10-31 02:00, 2027-10-31 02:02, 2027-10-31 02:04")
    assert github((run(cron="0 4 L * *", catch_up="none"),), PLACE).notes == (
        "tag:nightly: no workflow can say `0 4 L * *`: it is left out",
    )
