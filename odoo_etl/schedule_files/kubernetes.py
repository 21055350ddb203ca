"""Kubernetes: a CronJob for each schedule. Kubernetes 1.31 or newer."""

from __future__ import annotations

from typing import Any, Final

import yaml

from odoo_etl.schedule_files.cron import Cron, differences, each_that_exists
from odoo_etl.schedule_files.entries import Entry, Platform, at_changes, notes_of, said
from odoo_etl.schedule_files.model import (
    GRACE_S,
    NOT_AGAIN,
    Place,
    ScheduledRun,
    ScheduleFile,
    Written,
    lines_of,
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
    entries = Platform("CronJob", _LACKS, lambda cron: cron.is_posix, _odd).entries(runs, place)
    files = tuple(ScheduleFile(f"{one.name}.yaml", _text(one, cron)) for one, cron in said(entries))
    return Written(files, notes_of(entries), tuple(f"kubectl apply -f {one.path}" for one in files))


def _odd(one: ScheduledRun, cron: Cron, place: Place) -> list[str]:
    return at_changes(differences(cron, one.timezone, place.now, each_that_exists))


def _text(entry: Entry, cron: Cron) -> str:
    one, place = entry.run, entry.place
    head = [
        f"# The schedule {one.name}: {cron.text}, {one.timezone}.",
        f"# The image has odoo-etl {place.version} and the project in {FOLDER}; the secret has its variables,",
        "# and STATE_URL for the ledger in PostgreSQL; with one in SQLite the claim keeps it, and reports, too.",
        *([f"# Variables: {', '.join(place.variables)}"] if place.variables else []),
        *lines_of(entry.notes),
    ]
    return "\n".join([*head, yaml.safe_dump(_cron_job(one, cron, place, entry.name), sort_keys=False, width=120)])


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
