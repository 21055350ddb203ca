"""Units of systemd: its own programs read them, and have the times that we have."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest

from odoo_etl.schedule_files.cron import Cron
from odoo_etl.schedule_files.systemd import calendar_lines, systemd
from tests.unit.schedule_files.conftest import EXPRESSIONS, NOW, PLACE

ANALYZE = shutil.which("systemd-analyze")
by_systemd = pytest.mark.skipif(ANALYZE is None, reason="this machine has no systemd-analyze")
YEAR = timedelta(days=366)


def analyzed(*arguments):
    """What systemd-analyze prints. It must be content."""
    done = subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, check=False, env={"TZ": "UTC"})
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def times_of(lines, since, count):
    """The times that systemd makes of values of OnCalendar=, as one timer has them."""
    printed = analyzed("calendar", f"--iterations={count}", f"--base-time={since:%Y-%m-%d %H:%M:%S} UTC", *lines)
    found = re.findall(r"(?:Next elapse|Iter\. #\d+): \w+ ([\d-]+ [\d:]+) UTC", printed)
    return {datetime.fromisoformat(each).replace(tzinfo=UTC) for each in found}


def ours(cron, zone, since, until):
    """Our times between two moments."""
    return set(takewhile(lambda each: each <= until, Cron.of(cron).times(zone, since)))


def theirs(cron, zone, since, until, count):
    """Those that systemd makes of the lines of a timer."""
    return {each for each in times_of(calendar_lines(Cron.of(cron), zone, NOW), since, count) if each <= until}


def units(*runs, place=PLACE):
    """The units, by their endings, of a single schedule."""
    return {Path(one.path).suffix[1:]: one.text for one in systemd(runs, place).files}


@by_systemd
@pytest.mark.parametrize("cron", EXPRESSIONS)
def test_a_timer_has_our_times(cron):
    """For a year: those of all its lines together."""
    until = NOW + (YEAR if Cron.of(cron).shortest_s(NOW) > 3600 else timedelta(days=3))
    assert theirs(cron, "UTC", NOW, until, 400) == ours(cron, "UTC", NOW, until)
    assert ours(cron, "UTC", NOW, until) or cron == "0 4 29 2 *"  # which comes in 2028


# The change to summer time, and the one back; what a timer does otherwise than we do.
CHANGES = (datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2027, 10, 30, 12, tzinfo=UTC))
NOT_3 = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


@by_systemd
@pytest.mark.parametrize(
    ("cron", "zone", "odd"),
    [
        ("30 2 * * *", "Europe/Brussels", {NOT_3: "2027-03-28 03:00 (UTC+0200)"}),
        ("15,45 2 * * *", "Europe/Brussels", {NOT_3: "2027-03-28 03:00 (UTC+0200)"}),
        ("30 */2 * * *", "Europe/Brussels", {datetime(2027, 10, 31, 1, 30, tzinfo=UTC): "2027-10-31 02:30 (UTC+0100)"}),
        ("0 4 * * *", "Europe/Brussels", {}),
        ("30 * * * *", "Europe/Brussels", {}),
        ("30 2 * * *", "Asia/Kolkata", {}),
    ],
)
def test_what_it_makes_of_the_change_of_clocks_is_told(run, cron, zone, odd):
    """And is so: it differs there, and nowhere else."""
    notes = systemd((run(cron=cron, timezone=zone),), PLACE).notes
    assert [each.partition("back, at ")[2] for each in notes] == [f"{each} it does not run" for each in odd.values()]
    windows = [(since, since + timedelta(days=2)) for since in CHANGES]
    found = set().union(*(ours(cron, zone, *each) ^ theirs(cron, zone, *each, 50) for each in windows))
    assert found == odd.keys()


@by_systemd
def test_systemd_is_content_with_the_units(run, tmp_path):
    """Of a schedule that says all there is, in a folder whose name it would read otherwise."""
    folder = tmp_path / 'a 50% "shop"'
    folder.mkdir()
    place = PLACE.__class__(sys.executable, str(folder), "root", "1.0.0", NOW, ("A",), "production", is_production=True)
    one = run(jitter_s=300.0, timeout_s=7200.0, retries=3, cron="0 4 L,15 * 3,5L", timezone="Europe/Brussels")
    for each in systemd((one,), place).files:
        (tmp_path / each.path).write_text(each.text)
    analyzed("verify", *map(str, tmp_path.glob("odoo-etl-*")))


def test_the_service(run):
    """It runs the jobs as their owner, with their codes, attempts and limits."""
    text = units(run(timeout_s=7200.0, retries=2))["service"]
    lines = text.splitlines()
    assert "ExecStart=/opt/venv/bin/odoo-etl run --project=/opt/shop partners orders" in lines
    assert {"User=etl", "SuccessExitStatus=3", "RuntimeMaxSec=7200", "TimeoutStopSec=180"} <= set(lines)
    assert {"Restart=on-failure", "StartLimitBurst=3", "StartLimitIntervalSec=77760"} <= set(lines)
    assert "RestartPreventExitStatus=2 3 4 7 130 143" in lines
    assert "# ODOO_URL, ODOO_API_KEY" in lines


def test_a_schedule_without_attempts_and_limits(run):
    """Nothing is tried again, and nothing ended."""
    text = units(run(retries=0))["service"]
    assert ("Restart=no" in text, "RuntimeMaxSec" in text, "StartLimitBurst" in text) == (True, False, False)


@pytest.mark.parametrize(("catch_up", "persistent"), [("latest", "true"), ("all", "true"), ("none", "false")])
def test_what_is_made_up_for(run, catch_up, persistent):
    """Of several times it makes up for one, which is told where all are wanted."""
    written = systemd((run(catch_up=catch_up, jitter_s=90.0),), PLACE)
    timer = written.files[1].text
    assert f"Persistent={persistent}\n" in timer
    assert "RandomizedDelaySec=90\n" in timer
    assert [each for each in written.notes if "catch_up: all" in each] == [
        *(
            ["tag:nightly: `catch_up: all`: a timer makes up for one time, however many were missed"][
                : catch_up == "all"
            ]
        )
    ]


def test_words_that_systemd_would_read_otherwise(run):
    """They are quoted."""
    place = PLACE.__class__("/opt/a b/odoo-etl", '/opt/100% $x "y"', "etl", "1", NOW)
    text = units(run(jobs=("orders",)), place=place)["service"]
    assert 'ExecStart="/opt/a b/odoo-etl" run "--project=/opt/100%% $$x \\"y\\"" orders' in text


def test_only_files_start_it(run):
    """Nothing is written, and that is said."""
    written = systemd((run(cron="", on_files=True),), PLACE)
    assert (written.files, written.steps) == ((), ())
    assert written.notes == ("tag:nightly: `on: files`: no scheduler sees files arrive, `odoo-etl serve` does",)


@by_systemd
def test_the_unit_of_the_server(tmp_path):
    """As docs/how-to/scheduled.md has it; the program and its user are those of this machine."""
    page = (Path(__file__).parents[3] / "docs/how-to/scheduled.md").read_text("utf-8")
    text = re.search(r"```ini\n(.*?)```", page, re.DOTALL)[1]
    assert set(re.findall(r"^ExecStart=(\S+)", text, re.MULTILINE)) == {PLACE.program}
    (tmp_path / "odoo-etl.service").write_text(text.replace(PLACE.program, sys.executable))
    analyzed("verify", str(tmp_path / "odoo-etl.service"))
