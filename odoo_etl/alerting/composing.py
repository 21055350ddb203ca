"""From what the ledger knows to what is sent: alerts, and the message that has them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from odoo_etl.alerting.message import Alert, AlertKind, AlertMessage, AlertReason
from odoo_etl.reporting.words import counted
from odoo_etl.spec import Project
from odoo_etl.state import AlertState, Claim

_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends.

    Attributes:
        project: the name of its folder.
        environment: of project.yaml, or "".
        link: the address of the page, or "".
    """

    project: str
    environment: str = ""
    link: str = ""


def sender_of(project: Project) -> Sender:
    """The sender of a project's alerts."""
    return Sender(project.root.name, project.environment, project.project.page.url or "")


def alert_of(claim: Claim, sender: Sender, *, values: bool = False) -> Alert:
    """The alert that a channel is owed.

    Args:
        values: reasons may quote cells of rows.
    """
    state, event = claim.state, claim.event
    facts = state.well if event == "recovered" else state.fired
    fired_at, until = _fired_at(state), _iso(state.since) if event == "recovered" else ""
    key = _digest(sender.project, state.environment, state.subject, state.kind)
    summary = str(facts.get("summary") or state.fired.get("summary", ""))
    if event == "recovered" and not claim.send.firing:
        summary += f" (nobody could be told before: {state.fired.get('summary', 'it failed')})"
    return Alert(
        id=_digest(key, state.change, event, claim.send.repeats),
        key=key,
        event=event,
        kind=cast("AlertKind", state.kind),
        environment=state.environment,
        job=str(facts.get("job", "")),
        part=str(facts.get("part", "")),
        connection=str(facts.get("connection", "")),
        since=fired_at,
        until=until,
        summary=summary,
        run=str(facts.get("run", "")),
        exit_code=int(facts.get("exit_code", 0)),
        counts=dict(facts.get("counts", {})),
        reasons=tuple(_reasons(facts, values=values)),
        next_command=str(facts.get("next", "")) if event != "recovered" else "",
        link=_link(facts, sender),
    )


def message_of(alerts: Sequence[Alert], sender: Sender, now: float) -> AlertMessage:
    """A message with some alerts."""
    identity = _digest(*(one.id for one in alerts))
    return AlertMessage(
        identity, _iso(now), sender.project, sender.environment, title_of(alerts, sender), tuple(alerts)
    )


def trial_message(sender: Sender, now: float) -> AlertMessage:
    """A message that is no alert: it only shows that the channel takes some."""
    told = "odoo-etl can tell this channel of alerts; nothing is wrong"
    alert = Alert(_digest("test", now), _digest("test"), "test", "test", sender.environment, summary=told)
    return message_of([alert], sender, now)


def title_of(alerts: Sequence[Alert], sender: Sender) -> str:
    """One line for all: `[shop, production] orders failed`."""
    where = ", ".join(part for part in (sender.project, sender.environment) if part)
    return f"[{where}] {headline(alerts[0]) if len(alerts) == 1 else _summed_up(alerts)}"


_WORDS: Final[Mapping[AlertKind, str]] = {
    "failed": "failed",
    "rejects": "rejected rows",
    "silent": "is silent",
    "volume": "unusual number of rows",
    "not_kept": "values not kept",
    "key_expires": "API key expires",
    "test": "a test: nothing is wrong",
}


def headline(alert: Alert) -> str:
    """The subject and the kind of an alert."""
    who = " ".join(part for part in (alert.job, alert.part) if part) or alert.connection or "the project"
    before = {"recovered": "recovered: ", "repeated": "still: "}.get(alert.event, "")
    return f"{before}{who}: {_WORDS[alert.kind]}"


def _summed_up(alerts: Sequence[Alert]) -> str:
    bad = [one for one in alerts if one.event != "recovered"]
    told = [counted(len(bad), "alert")] if bad else []
    told += [f"{len(alerts) - len(bad)} recovered"] if len(bad) < len(alerts) else []
    names = list(dict.fromkeys(one.job or one.connection or "the project" for one in alerts))
    return f"{', '.join(told)}: {', '.join(names[:3])}{', …' if len(names) > 3 else ''}"


def _reasons(facts: Mapping[str, Any], *, values: bool) -> Iterable[AlertReason]:
    quoting = facts.get("values", ()) if values else ()
    for number, one in enumerate(facts.get("reasons", ())):
        text = quoting[number] if number < len(quoting) else one["text"]
        yield AlertReason(**{"field": "", "rows": 0, "cure": "", **one, "text": text})


def _fired_at(state: AlertState) -> str:
    """Since when it is, or was, wrong."""
    return _iso(float(state.fired.get("at", state.since)))


def _link(facts: Mapping[str, Any], sender: Sender) -> str:
    if not sender.link:
        return ""
    base = sender.link.rstrip("/")
    return f"{base}/runs/{facts['run']}" if facts.get("run") else f"{base}/"


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


def _digest(*parts: object) -> str:
    text = json.dumps([str(part) for part in parts])
    return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=_ID_BYTES).hexdigest()
