"""The alerts of API keys that expire: their servers are asked, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from odoo_etl.alerting.commands import command
from odoo_etl.connections import open_client
from odoo_etl.errors import OdooEtlError
from odoo_etl.odoo import KeyExpiry, RetryPolicy, key_expiry
from odoo_etl.spec import AlertsSpec, Project
from odoo_etl.state import Judged

# Of a connection of a project, and the time: when its key expires; None where nobody can say now.
AskExpiry = Callable[[Project, str, datetime], KeyExpiry | None]


def ask_server(project: Project, name: str, now: datetime) -> KeyExpiry | None:
    """Ask the server of a connection when the API key that it is used with expires."""
    try:
        with open_client(project.connection(name), project.state_dir, pool_size=1) as client:
            return key_expiry(client.with_retry(RetryPolicy(attempts=1)), now)
    except OdooEtlError:
        return None


def judge_keys(project: Project, spec: AlertsSpec, ask: AskExpiry, now: float) -> Iterator[Judged]:
    """Which keys expire soon; a server that does not say leaves what was known of its key."""
    rule, moment = spec.rules.key_expires, datetime.fromtimestamp(now, UTC)
    if not rule.on:
        return
    for name, connection in project.project.connections.items():
        if connection.is_sandbox or not connection.api_key.get_secret_value():
            continue
        found = ask(project, name, moment)
        if found is None:
            continue
        left, told = found.days_left(moment), f"connection {name}: {found.described(moment)}"
        facts = {"connection": name, "summary": told, "next": command(project, "key rotate", f"--connection={name}")}
        yield Judged(name, "key_expires", firing=left is not None and left < rule.days, facts=facts)
