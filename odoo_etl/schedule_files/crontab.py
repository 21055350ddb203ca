"""crontab: a line for each schedule."""

from __future__ import annotations

import shlex
from typing import Final

from odoo_etl.schedule_files.cron import Cron
from odoo_etl.schedule_files.model import (
    GRACE_S,
    Place,
    ScheduledRun,
    ScheduleFile,
    Written,
    lines_of,
    lost,
    whole_seconds,
)

_MISSED: Final = "cron leaves out what was missed while the machine was off"
_LACKS: Final = {
    "jitter": "cron starts it at the time itself",
    "catch_up: all": _MISSED,
    "catch_up: latest": _MISSED,
    "retries": "cron makes one attempt; the next one is at the next time",
}


def crontab(runs: tuple[ScheduledRun, ...], place: Place) -> Written:
    """Write a file for the `crontab` command."""
    lines, notes, count = list[str](), list[str](), 0
    for one in runs:
        cron = Cron.of(one.cron) if one.cron else None
        own = _notes(one, cron)
        notes += own
        lines += ["", f"# {one.name}: {one.cron or 'on: files'}, {one.timezone}", *lines_of(tuple(own))]
        if cron is not None and _can_say(cron):
            count += 1
            lines += [f"CRON_TZ={one.timezone}", f"{_spelled(cron)} {_command(one, place)}"]
    if not count:
        return Written((), tuple(notes), ())
    head = [
        f"# A crontab of {place.user}. cron mails what a run says: set MAILTO.",
        "# Variables that the files of the project name are in its .env, or in lines NAME=value here.",
        *([f"# {', '.join(place.variables)}"] if place.variables else []),
    ]
    name = f"{place.prefix}.crontab"
    step = f"(crontab -l; cat {name}) | crontab -"
    return Written((ScheduleFile(name, "\n".join([*head, *lines, ""])),), tuple(notes), (step,))


def _notes(one: ScheduledRun, cron: Cron | None) -> list[str]:
    notes = lost(one, _LACKS)
    if cron is None:
        return notes
    if not _can_say(cron):
        notes.append(f"{one.name}: no crontab can say `{cron.text}`: it is left out")
    elif one.timezone != "UTC":
        notes.append(
            f"{one.name}: the cron of Debian and Ubuntu goes by the timezone of the machine, not by CRON_TZ, which"
            f" cronie (Fedora, Red Hat, Arch) heeds: there the machine must be in {one.timezone}"
        )
    return notes


def _can_say(cron: Cron) -> bool:
    return cron.is_plain and bool(cron.days)


def _spelled(cron: Cron) -> str:
    """The expression; where both days must fit, as it stands: cron, too, looks whether one begins with `*`."""
    return cron.text if cron.is_strict else cron.posix


def _command(one: ScheduledRun, place: Place) -> str:
    """The command line; a bare % would end it."""
    limit = [] if one.timeout_s is None else ["timeout", f"--kill-after={GRACE_S}", f"{whole_seconds(one.timeout_s)}"]
    return shlex.join([*limit, place.program, *place.words(one)]).replace("%", "\\%")
