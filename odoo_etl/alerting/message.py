"""An alert as receivers get it. Plain values: what is sent as JSON is made of them, and so is its schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

AlertKind = Literal["failed", "rejects", "silent", "volume", "not_kept", "key_expires", "test"]
Event = Literal["firing", "repeated", "recovered", "test"]


@dataclass(frozen=True, slots=True)
class AlertReason:
    """One reason of an alert.

    Attributes:
        code: that `odoo-etl explain` knows, or "".
        field: of the target, or "".
        text: the reason; what it quotes of rows is … unless the channel asks for `values`.
        rows: how many rows it is about; 0 where it is about none.
        cure: what to do about it, or "".
    """

    code: str
    text: str
    field: str = ""
    rows: int = 0
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is wrong, or well again.

    Attributes:
        id: the same each time that this is sent: whoever has seen it need not heed it again.
        key: the same for the alert and the recovery from it, and for each later alert of its kind and subject.
        event: `firing`: it went wrong; `repeated`: it still is; `recovered`: it is well again; `test`: nothing is.
        kind: what is wrong.
        environment: of project.yaml, or "".
        job: whose it is, or "".
        part: I/N of a job that is done in parts, or "".
        connection: whose API key it is, or "".
        since: since when it is wrong, in UTC, as ISO 8601 has it.
        until: when it was well again, or "".
        summary: what happened, in one line.
        run: the run in which that was seen, or "".
        exit_code: of that run's job; 0 where it is about none.
        counts: rows of the job by what became of them, those that are not 0.
        reasons: the first ones.
        next_command: what a person can do, or "".
        link: the page of the run, the job or the schedule, or "".
    """

    id: str
    key: str
    event: Event
    kind: AlertKind
    environment: str = ""
    job: str = ""
    part: str = ""
    connection: str = ""
    since: str = ""
    until: str = ""
    summary: str = ""
    run: str = ""
    exit_code: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[AlertReason, ...] = ()
    next_command: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """Some alerts as they are sent to a channel at once.

    Attributes:
        id: the same each time that the same alerts are sent; also in the header `webhook-id`.
        sent_at: in UTC, as ISO 8601 has it.
        project: the name of the project's folder.
        environment: of project.yaml, or "".
        title: one line for all of them.
        alerts: one or several.
    """

    id: str
    sent_at: str
    project: str
    environment: str
    title: str
    alerts: tuple[Alert, ...]
