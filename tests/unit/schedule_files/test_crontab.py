"""A crontab: its lines mean to cron what they mean to us."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from dataclasses import replace
from itertools import islice

import pytest

from odoo_etl.schedule_files.cron import Cron
from odoo_etl.schedule_files.crontab import crontab
from tests.unit.schedule_files.conftest import EXPRESSIONS, NOW, PLACE

UNSAYABLE = {cron for cron in EXPRESSIONS if "L" in cron.replace("JUL", "") or "#" in cron}


def entries(*runs, place=PLACE):
    """The lines that are no comments: variables, and expressions with their commands."""
    (file,) = crontab(runs, place).files
    return [line for line in file.text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("cron", sorted({*EXPRESSIONS} - UNSAYABLE))
def test_a_line_has_our_times(run, cron):
    """In a spelling that every cron knows."""
    zone, entry = entries(run(cron=cron, timezone="Europe/Brussels"))
    spelled = " ".join(entry.split()[:5])
    assert zone == "CRON_TZ=Europe/Brussels"
    assert not any("/" in field and not field.startswith("*") and "-" not in field for field in spelled.split())
    for each in (cron, spelled):
        assert list(islice(Cron.of(each).times("UTC", NOW), 50)) == list(islice(Cron.of(cron).times("UTC", NOW), 50))


@pytest.mark.parametrize("cron", sorted(UNSAYABLE))
def test_what_no_crontab_can_say_is_left_out(run, cron):
    """And told, by name."""
    written = crontab((run(name="special", cron=cron), run()), PLACE)
    assert f"special: no crontab can say `{cron}`: it is left out" in written.notes
    (file,) = written.files
    assert f"# Note: special: no crontab can say `{cron}`: it is left out" in file.text
    assert len([line for line in file.text.splitlines() if "odoo-etl run" in line]) == 1
    assert crontab((run(cron=cron),), PLACE).files == ()


def test_a_limit_is_that_of_the_system(run):
    """On SIGTERM the calls on their way are finished; a % would end the line."""
    place = PLACE.__class__(
        "/opt/50%/odoo-etl", PLACE.project, "etl", "1", NOW, environment="production", is_production=True
    )
    _, entry = entries(run(timeout_s=5400.0), place=place)
    words = shlex.split(entry.replace("\\%", "%"))[5:]
    assert "/opt/50\\%/odoo-etl" in entry
    assert words[:3] == ["timeout", "--kill-after=180", "5400"]
    assert words[3:] == [
        *("/opt/50%/odoo-etl", "--env=production", "run", "--project=/opt/shop", "--yes", "partners", "orders"),
    ]


@pytest.mark.skipif(shutil.which("crontab") is None, reason="this machine has no crontab")
def test_the_command_takes_it(run, tmp_path):
    """Without putting it in use: Debian says `-n` for that, others `-T`."""
    runs = [run(name=f"j{number}", cron=cron) for number, cron in enumerate(sorted({*EXPRESSIONS} - UNSAYABLE))]
    (file,) = crontab(tuple(runs), PLACE).files
    (tmp_path / file.path).write_text(file.text)
    known = subprocess.run(["crontab", "-h"], capture_output=True, text=True, check=False)
    option = "-T" if "-T" in known.stdout + known.stderr else "-n"
    done = subprocess.run(["crontab", option, tmp_path / file.path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("folder", ["/opt/shop", "/opt/it's [a] #1 *shop*.d", "/opt/a\\b$^"])
def test_what_is_installed_again_takes_the_place_of_what_was(run, tmp_path, folder):
    """The step of a second time leaves no line of the first, and all of others, other projects among them."""
    installed, tools = tmp_path / "installed", tmp_path / "bin"
    tools.mkdir()
    (tools / "crontab").write_text(
        f'#!/bin/sh\nif [ "$1" = -l ]; then cat {installed}; else cat > {installed}.new; fi\n'
    )
    (tools / "crontab").chmod(0o755)
    installed.write_text("MAILTO=ann\n5 5 * * * mine\n")
    for place in (replace(PLACE, project=folder), replace(PLACE, project="/srv/shop"), replace(PLACE, project=folder)):
        for one in (run(name="gone"), run(cron="7 7 * * *")):
            written = crontab((one,), place)
            (file,), (step,) = written.files, written.steps
            (tmp_path / file.path).write_text(file.text)
            path = f"{tools}:{os.environ['PATH']}"
            subprocess.run(["sh", "-e", "-c", step], cwd=tmp_path, env={"PATH": path}, check=True)
            installed.with_name("installed.new").replace(installed)
    lines = [line for line in installed.read_text().splitlines() if line and line[0] != "#" and "CRON_TZ" not in line]
    assert lines[:2] == ["MAILTO=ann", "5 5 * * * mine"]
    assert [line.split()[0] for line in lines[2:]] == ["7", "7"]


def test_what_cron_does_not_do_is_told(run):
    """Of each key that says something else than cron does."""
    notes = crontab((run(jitter_s=60.0, catch_up="all", timezone="Europe/Brussels", on_files=True),), PLACE).notes
    assert [each.split(": ")[1] for each in notes[:3]] == ["`catch_up", "`jitter`", "`retries`"]
    assert ("on: files" in notes[3], "Debian" in notes[4], len(notes)) == (True, True, 5)
    assert crontab((run(retries=0, catch_up="none"),), PLACE).notes == ()
