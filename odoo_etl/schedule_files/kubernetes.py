"""Kubernetes: a CronJob for each schedule. Kubernetes 1.31 or newer."""

from __future__ import annotations

from typing import Any, Final

import yaml

from odoo_etl.schedule_files.cron import Cron, differences, each_that_exists
from odoo_etl.schedule_files.model import (
    GRACE_S,
    NOT_AGAIN,
    Place,
    ScheduledRun,
    ScheduleFile,
    Written,
    lines_of,
    lost,
    slugs,
    whole_seconds,
)

FOLDER: Final = "/project"
_VARIABLES: Final = "odoo-etl"
_LACKS: Final = {
    "jitter": "a CronJob starts at the time itself",
    "catch_up: all": "a CronJob makes up for one time, however many were missed",
}
_LATE_S: Final = {"none": 300, "latest": 86_400, "all": 86_400}
_MOST_MISSED: Final = 90  # the controller complains of more than 100


def kubernetes(runs: tuple[ScheduledRun, ...], place: Place) -> Written:
    """Write the manifests, each in a file of its own."""
    names, files, notes = slugs(runs), list[ScheduleFile](), list[str]()
    for one in runs:
        cron = Cron.of(one.cron) if one.cron else None
        own = _notes(one, cron, place)
        notes += own
        if cron is not None and _can_say(cron):
            name = f"{place.prefix}-{names[one.name]}"
            files.append(ScheduleFile(f"{name}.yaml", _text(one, cron, place, name, tuple(own))))
    steps = tuple(f"kubectl apply -f {one.path}" for one in files)
    return Written(tuple(files), tuple(notes), steps)


def _notes(one: ScheduledRun, cron: Cron | None, place: Place) -> list[str]:
    notes = lost(one, _LACKS)
    if cron is not None and not _can_say(cron):
        notes.append(f"{one.name}: no CronJob can say `{cron.text}`: it is left out")
    elif cron is not None:
        odd = differences(cron, one.timezone, place.now, each_that_exists)
        notes += [f"{one.name}: where clocks are put forward or back, {each}" for each in odd]
    return notes


def _can_say(cron: Cron) -> bool:
    return cron.is_plain and not cron.is_strict


def _text(one: ScheduledRun, cron: Cron, place: Place, name: str, notes: tuple[str, ...]) -> str:
    head = [
        f"# The schedule {one.name}: {cron.text}, {one.timezone}.",
        f"# The image has odoo-etl {place.version} and the project in {FOLDER}; the secret has its variables,",
        "# and STATE_URL for the ledger in PostgreSQL; with one in SQLite the claim keeps it, and reports, too.",
        *([f"# Variables: {', '.join(place.variables)}"] if place.variables else []),
        *lines_of(notes),
    ]
    return "\n".join([*head, yaml.safe_dump(_cron_job(one, cron, place, name), sort_keys=False, width=120)])


def _cron_job(one: ScheduledRun, cron: Cron, place: Place, name: str) -> dict[str, Any]:
    late_s = min(_LATE_S[one.catch_up], whole_seconds(_MOST_MISSED * cron.shortest_s(place.now)))
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": "odoo-etl"}},
        "spec": {
            "schedule": cron.posix,
            "timeZone": one.timezone if one.timezone != "UTC" else "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": late_s,
            "jobTemplate": {"spec": _job(one, place)},
        },
    }


def _job(one: ScheduledRun, place: Place) -> dict[str, Any]:
    """The Job of one time: the limit is for all its attempts together."""
    limit = {} if one.timeout_s is None else {"activeDeadlineSeconds": whole_seconds(one.timeout_s)}
    ends = {"containerName": "run", "operator": "In", "values": list(NOT_AGAIN)}
    return {
        **limit,
        "backoffLimit": one.retries,
        "podFailurePolicy": {
            "rules": [
                {"action": "FailJob", "onExitCodes": ends},
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
            ]
        },
        "template": {"spec": _pod(one, place)},
    }


def _pod(one: ScheduledRun, place: Place) -> dict[str, Any]:
    container = {
        "name": "run",
        "image": f"registry.example.com/odoo-etl-project:{place.version}",
        "command": ["odoo-etl", *place.words(one, with_folder=False)],
        "workingDir": FOLDER,
        "envFrom": [{"secretRef": {"name": _VARIABLES}}],
        "resources": {"requests": {"cpu": "1", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": "runs", "mountPath": f"{FOLDER}/.odoo_etl"}],
    }
    return {
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": GRACE_S,
        "automountServiceAccountToken": False,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
        "volumes": [{"name": "runs", "persistentVolumeClaim": {"claimName": "odoo-etl-runs"}}],
    }
