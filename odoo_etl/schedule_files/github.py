"""GitHub Actions: a workflow for each schedule."""

from __future__ import annotations

import math
import re
import shlex
from typing import Final

from odoo_etl.schedule_files.cron import Cron, doubled, has_whole_hours
from odoo_etl.schedule_files.entries import Entry, Platform, notes_of, said
from odoo_etl.schedule_files.model import (
    NOT_AGAIN,
    REJECTS,
    Place,
    ScheduledRun,
    ScheduleFile,
    Written,
    lines_of,
)

# A tag can be moved to other code, a commit cannot.
_CHECKOUT: Final = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
_SETUP: Final = "actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0"
_UPLOAD: Final = "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2"
_SECRETS: Final = re.compile(r"KEY|PASS|SECRET|TOKEN|STATE_URL|DSN")  # in names of variables
_SHORTEST_S: Final = 300
_LONGEST_MIN: Final = 360
_MISSED: Final = "GitHub makes up for no time, and drops some where much is due, at full hours above all"
_LACKS: Final = {
    "jitter": "GitHub starts it when it comes to it, often minutes late",
    "catch_up: all": _MISSED,
    "catch_up: latest": _MISSED,
}


def github(runs: tuple[ScheduledRun, ...], place: Place) -> Written:
    """Write the workflows, to be put into .github/workflows."""
    entries = Platform("workflow", _LACKS, lambda cron: cron.is_posix, _odd).entries(runs, place)
    files = tuple(ScheduleFile(f"{one.name}.yaml", _text(one, cron)) for one, cron in said(entries))
    steps = ("mkdir -p .github/workflows", "cp odoo-etl-*.yaml .github/workflows/") if files else ()
    return Written(files, notes_of(entries), steps)


def _odd(one: ScheduledRun, cron: Cron, place: Place) -> list[str]:
    notes = list[str]()
    if cron.shortest_s(place.now) < _SHORTEST_S:
        notes.append("GitHub starts a workflow every five minutes at most")
    if _zone(one, cron, place) and (twice := doubled(cron, one.timezone, place.now)):
        notes.append(f"GitHub does not say how often it runs at a time that exists twice: {', '.join(twice)}")
    return notes


def _zone(one: ScheduledRun, cron: Cron, place: Place) -> str:
    """The timezone that must be said; "" where UTC has the same times."""
    if one.timezone in {"UTC", "Etc/UTC"} or (cron.is_each_hour and has_whole_hours(one.timezone, place.now)):
        return ""
    return one.timezone


def _text(entry: Entry, cron: Cron) -> str:
    one, place, name = entry.run, entry.place, entry.name
    zone = _zone(one, cron, place)
    minutes = _LONGEST_MIN if one.timeout_s is None else math.ceil(one.timeout_s / 60)
    lines = [
        f"# .github/workflows/{name}.yaml of the repository with your pipelines/",
        f"# The schedule {one.name}: {cron.text}, {one.timezone}.",
        *lines_of(entry.notes),
        f"name: {name}",
        "on:",
        "  schedule:",
        f'    - cron: "{cron.posix}"',
        *([f"      timezone: {zone}"] if zone else []),
        "  workflow_dispatch:",
        f"concurrency: {{group: {name}, cancel-in-progress: false}}",
        "permissions: {contents: read}",
        "jobs:",
        "  run:",
        "    runs-on: ubuntu-latest",
        f"    timeout-minutes: {minutes + 10}",
        "    steps:",
        f"      - uses: {_CHECKOUT}",
        "        with: {persist-credentials: false}",
        f"      - uses: {_SETUP}",
        '        with: {python-version: "3.12"}',
        f"      - run: pip install 'odoo-etl[postgres]=={place.version}'",
        "      - name: Run",
        f"        timeout-minutes: {minutes}",
        "        env:",
        *(f"          {each}: ${{{{ {_home(each)}.{each} }}}}" for each in _variables(place)),
        "        run: |",
        *(f"          {line}" for line in _script(one, place)),
        f"      - uses: {_UPLOAD}",
        "        if: always()",
        "        with: {name: runs, path: .odoo_etl/runs, include-hidden-files: true}",
        "",
    ]
    return "\n".join(lines)


def _variables(place: Place) -> list[str]:
    """The variables that a run needs; a runner is a new machine each time, so the ledger is in PostgreSQL."""
    return list(dict.fromkeys([*place.variables, "STATE_URL"]))


def _home(variable: str) -> str:
    return "secrets" if _SECRETS.search(variable) else "vars"


def _script(one: ScheduledRun, place: Place) -> list[str]:
    """Attempts until one ends in a way in which the next one would end, too."""
    command = shlex.join(["odoo-etl", *place.words(one, with_folder=False)])
    attempts = range(1, one.retries + 2)
    last = attempts[-1]
    never = "|".join(str(code) for code in NOT_AGAIN if code != REJECTS)
    return [
        f"for attempt in {' '.join(map(str, attempts))}; do",
        "  code=0",
        f"  {command} || code=$?",
        '  case "$code" in',
        "    0) exit 0 ;;",
        f'    {REJECTS}) echo "::warning::rows were rejected, see the artifact"; exit 0 ;;',
        f'    {never}) exit "$code" ;;',
        "  esac",
        *([f'  [ "$attempt" -eq {last} ] || sleep 60'] if one.retries else []),
        "done",
        'exit "$code"',
    ]
