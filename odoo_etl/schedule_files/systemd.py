"""systemd: a service and a timer for each schedule."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from odoo_etl.schedule_files.cron import Cron, Days, differences, first_of_those_that_exist, has_whole_hours, ranges
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

_WEEKDAYS: Final = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_BETWEEN_ATTEMPTS_S: Final = 60
_LACKS: Final = {
    "catch_up: all": "a timer makes up for one time, however many were missed",
    "timeout": "of systemd it is the time of each attempt, not of all together",
}


def systemd(runs: tuple[ScheduledRun, ...], place: Place) -> Written:
    """Write the units, to be put into /etc/systemd/system."""
    entries = Platform("timer", _LACKS, lambda cron: bool(cron.days), _odd).entries(runs, place)
    files, timers = list[ScheduleFile](), list[str]()
    for one, cron in said(entries):
        timers.append(f"{one.name}.timer")
        files.append(ScheduleFile(f"{one.name}.service", _service(one.run, cron, place, one.name)))
        files.append(ScheduleFile(timers[-1], _timer(one.run, cron, place, one.notes)))
    steps = (
        "sudo cp *.service *.timer /etc/systemd/system/",
        "sudo systemctl daemon-reload",
        f"sudo systemctl enable --now {' '.join(timers)}",
    )
    return Written(tuple(files), notes_of(entries), steps if timers else ())


def calendar_lines(cron: Cron, timezone: str, now: datetime) -> list[str]:
    """An expression as values of OnCalendar=; each fits at the times that it has, all together at all of them."""
    zone = "UTC" if _is_of_utc(cron, timezone, now) else timezone
    time = f"{_listed(cron.hours, 24)}:{_listed(cron.minutes, 60)}:00"
    return [f"{_date(one, cron.months)} {time} {zone}" for one in cron.days]


def _date(days: Days, months: tuple[int, ...]) -> str:
    weekdays = ",".join(_stretch(one) for one in ranges(days.weekdays)) + " " if days.weekdays is not None else ""
    month = _listed(months, 12)
    if days.days is None:
        return f"{weekdays}*-{month}-*"
    if days.days[0] < 0:  # counted from the end of the month; there is no range of those
        return f"{weekdays}*-{month}~{','.join(f'{-one:02}' for one in sorted(days.days, reverse=True))}"
    return f"{weekdays}*-{month}-{_listed(days.days, 31)}"


def _stretch(stretch: tuple[int, int]) -> str:
    first, last = stretch
    return _WEEKDAYS[first] if first == last else f"{_WEEKDAYS[first]}..{_WEEKDAYS[last]}"


def _listed(values: tuple[int, ...], full: int) -> str:
    if len(values) == full:
        return "*"
    return ",".join(f"{one:02}..{last:02}" if last > one else f"{one:02}" for one, last in ranges(values))


def _odd(one: ScheduledRun, cron: Cron, place: Place) -> list[str]:
    if _is_of_utc(cron, one.timezone, place.now):
        return []
    return at_changes(differences(cron, one.timezone, place.now, first_of_those_that_exist))


def _is_of_utc(cron: Cron, timezone: str, now: datetime) -> bool:
    return cron.is_each_hour and has_whole_hours(timezone, now)


def _service(one: ScheduledRun, cron: Cron, place: Place, unit: str) -> str:
    limits = [] if one.timeout_s is None else [f"RuntimeMaxSec={whole_seconds(one.timeout_s)}"]
    lines = [
        "[Unit]",
        f"Description=odoo-etl: {one.name} of {_specified(place.project)}",
        "Wants=network-online.target",
        "After=network-online.target",
        *_attempts(one, cron, place),
        "",
        "[Service]",
        "Type=exec",
        f"User={_specified(place.user)}",
        f"WorkingDirectory={_specified(place.project)}",
        "# Variables that the files of the project name, a NAME=value a line; readable by root alone.",
        *([f"# {', '.join(place.variables)}"] if place.variables else []),
        "EnvironmentFile=-/etc/odoo-etl.env",
        f"ExecStart={' '.join(map(_quoted, [place.program, *place.words(one)]))}",
        "# 3: done, with rejected rows.",
        f"SuccessExitStatus={REJECTS}",
        *_restarts(one),
        *limits,
        "# On SIGTERM the calls on their way are finished.",
        f"TimeoutStopSec={GRACE_S}",
        "",
        "# It writes into its own folder, and reads the rest.",
        "ProtectSystem=strict",
        f"ReadWritePaths={_path(place.project)}",
        "ProtectHome=read-only",
        "PrivateTmp=true",
        *_HARDENED,
    ]
    return "\n".join([f"# /etc/systemd/system/{unit}.service", *lines, ""])


def _attempts(one: ScheduledRun, cron: Cron, place: Place) -> list[str]:
    if not one.retries:
        return ["StartLimitIntervalSec=0"]
    interval = whole_seconds(min(cron.shortest_s(place.now), 86_400.0) * 0.9)
    return [
        f"# So many attempts: {one.retries + 1} between two times.",
        f"StartLimitIntervalSec={interval}",
        f"StartLimitBurst={one.retries + 1}",
    ]


def _restarts(one: ScheduledRun) -> list[str]:
    if not one.retries:
        return ["Restart=no"]
    codes = " ".join(map(str, (*NOT_AGAIN, 130, 143)))
    return [
        "# Another attempt cannot help with invalid files (2), a safety limit (4), a stale plan (7).",
        "# 130 and 143: somebody, or the limit of time, ended it.",
        "Restart=on-failure",
        f"RestartSec={_BETWEEN_ATTEMPTS_S}",
        f"RestartPreventExitStatus={codes}",
    ]


def _timer(one: ScheduledRun, cron: Cron, place: Place, notes: tuple[str, ...]) -> str:
    jitter = [f"RandomizedDelaySec={whole_seconds(one.jitter_s)}"] if one.jitter_s else []
    lines = [
        f"# cron: {cron.text}, {one.timezone}",
        *lines_of(notes),
        "[Unit]",
        f"Description=odoo-etl: times of {one.name} of {_specified(place.project)}",
        "",
        "[Timer]",
        *(f"OnCalendar={line}" for line in calendar_lines(cron, one.timezone, place.now)),
        *jitter,
        "AccuracySec=1s",
        f"Persistent={'false' if one.catch_up == 'none' else 'true'}",
        "",
        "[Install]",
        "WantedBy=timers.target",
        "",
    ]
    return "\n".join(lines)


def _specified(text: str) -> str:
    return text.replace("%", "%%")


def _path(text: str) -> str:
    """A path in a list of paths."""
    return f'"{_escaped(text)}"' if re.search(r"[\s\"'\\]", text) else _specified(text)


def _quoted(word: str) -> str:
    """A word of a command line, as systemd.service(5) has it."""
    word = word.replace("$", "$$")
    return f'"{_escaped(word)}"' if re.search(r"[\s\"'\\;]", word) or not word else _specified(word)


def _escaped(text: str) -> str:
    return _specified(text).replace("\\", "\\\\").replace('"', '\\"')


_HARDENED: Final = (
    "PrivateDevices=true",
    "ProtectClock=true",
    "ProtectControlGroups=true",
    "ProtectHostname=true",
    "ProtectKernelLogs=true",
    "ProtectKernelModules=true",
    "ProtectKernelTunables=true",
    "NoNewPrivileges=true",
    "CapabilityBoundingSet=",
    "LockPersonality=true",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces=true",
    "RestrictRealtime=true",
    "RestrictSUIDSGID=true",
    "SystemCallArchitectures=native",
    "UMask=0077",
)
