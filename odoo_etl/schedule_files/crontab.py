"""crontab: a line for each schedule."""

from __future__ import annotations

import re
import shlex
from typing import Final

from odoo_etl.schedule_files.cron import Cron
from odoo_etl.schedule_files.entries import Entry, Platform, notes_of, said
from odoo_etl.schedule_files.model import (
    GRACE_S,
    Place,
    ScheduledRun,
    ScheduleFile,
    Written,
    lines_of,
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
    entries = Platform("crontab", _LACKS, lambda cron: cron.is_plain and bool(cron.days), _odd).entries(runs, place)
    notes = notes_of(entries)
    if not any(said(entries)):
        return Written((), notes, ())
    begin, end = (f"# odoo-etl of {place.project}: {word}" for word in ("begin", "end"))
    head = [
        begin,
        f"# A crontab of {place.user}. cron mails what a run says: set MAILTO.",
        "# Variables that the files of the project name are in its .env, or in lines NAME=value above.",
        *([f"# {', '.join(place.variables)}"] if place.variables else []),
    ]
    name = f"{place.prefix}.crontab"
    lines = [line for one in entries for line in _lines(one)]
    former = shlex.quote(rf"\#^{_literal(begin)}$#,\#^{_literal(end)}$#d")
    step = f"(crontab -l | sed {former}; cat {name}) | crontab -"
    return Written((ScheduleFile(name, "\n".join([*head, *lines, end, ""])),), notes, (step,))


def _literal(text: str) -> str:
    """A text as a regular expression of POSIX that # ends."""
    return re.sub(r"[][\\.*^$#]", r"\\\g<0>", text)


def _odd(one: ScheduledRun, _cron: Cron, _place: Place) -> list[str]:
    if one.timezone == "UTC":
        return []
    zone = (
        "the cron of Debian and Ubuntu goes by the timezone of the machine, not by CRON_TZ, which cronie (Fedora, Red"
        f" Hat, Arch) heeds: there the machine must be in {one.timezone}"
    )
    return [zone]


def _lines(entry: Entry) -> list[str]:
    """An entry: what it is, what cron does otherwise, and the line that cron goes by, where there can be one."""
    one, cron = entry.run, entry.cron
    about = ["", f"# {one.name}: {one.cron or 'on: files'}, {one.timezone}", *lines_of(entry.notes)]
    if cron is None:
        return about
    return [*about, f"CRON_TZ={one.timezone}", f"{_spelled(cron)} {_command(one, entry.place)}"]


def _spelled(cron: Cron) -> str:
    """The expression; where both days must fit, as it stands: cron, too, looks whether one begins with `*`."""
    return cron.text if cron.is_strict else cron.posix


def _command(one: ScheduledRun, place: Place) -> str:
    """The command line; a bare % would end it."""
    limit = [] if one.timeout_s is None else ["timeout", f"--kill-after={GRACE_S}", f"{whole_seconds(one.timeout_s)}"]
    return shlex.join([*limit, place.program, *place.words(one)]).replace("%", "\\%")
