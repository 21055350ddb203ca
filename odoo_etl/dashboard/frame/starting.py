"""Commands that the page starts: each in a process of its own, which goes on when the page ends."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from odoo_etl.dashboard.frame.pages import NotThere, Refusal
from odoo_etl.launching import Order

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from odoo_etl.dashboard.frame.visit import Visit

LAUNCHED: Final = "launched"  # folder below the state folder: what each command said
WAIT_S: Final = 3.0  # for the run to begin, before a page says that it has not
LOGS_KEPT_S: Final = 30 * 86_400.0
NEVER_ASK: Final = ("plan", "apply")  # verbs without `--yes`: whoever gives a plan file has seen what it does
KEY: Final = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}", re.ASCII)
RUN_ID: Final = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6,12}", re.ASCII)


def start(
    visit: Visit,
    verb: str,
    *arguments: str,
    what: str = "",
    writes: bool = True,
    variables: Mapping[str, str] | None = None,
) -> Response:
    """Start a command for the visitor, and lead to its run; where none has begun yet, to what the command says.

    Args:
        verb, arguments: as of `launching.Order`; texts that a person chose stand behind `--`.
        what: it is done to, for the log: `of partners`.
        writes: it may write to Odoo; a plan does not, and nobody is asked.
        variables: `--var`.

    Raises:
        Refusal: the environment is one of production, and the form's `confirm` is not its name.
        StateError: the ledger is not there: the command would begin with a new one in its place.
    """
    if writes:
        check_confirmed(visit)
    site = visit.site
    space = site.workspace
    project = site.project(with_jobs=False)
    with site.state(project) as ledger:
        ledger.runs(1)
    order = Order(
        verb,
        arguments,
        project.root,
        environment=project.environment or None,
        connection=space.connection,
        variables={**space.variables, **(variables or {})},
        approved=writes and verb not in NEVER_ASK,
        person=visit.who,
    )
    key = f"{site.clock():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    log = log_of(project.state_dir, key)
    _forget_old(log.parent, site.clock().timestamp())
    for each in [each for each, one in site.started.items() if not one.log.exists()]:
        del site.started[each]
    launched = site.launch(order, log)
    site.started[key] = launched
    site.tell(f"{visit.who} started {verb} {what}".rstrip())
    run = launched.run_id(WAIT_S)
    return visit.go("run", run=run) if run else visit.go("command", key=key)


def _forget_old(folder: Path, now: float) -> None:
    """Take away what commands said long ago; the reports of their runs stay."""
    for log in folder.glob("*.log"):
        with suppress(OSError):
            if now - log.stat().st_mtime > LOGS_KEPT_S:
                log.unlink()


def check_confirmed(visit: Visit) -> None:
    """Whoever writes to production typed its name: the field `confirm` (`confirm.html`).

    Raises:
        Refusal: they did not.
    """
    if visit.site.asked_first and visit.text("confirm").strip() != visit.site.asked_first:
        raise Refusal(f"This writes to production: type {visit.site.asked_first!r} to say that it is meant")


def log_of(state_dir: Path, key: str) -> Path:
    """The file with what a command said."""
    return state_dir / LAUNCHED / f"{key}.log"


def checked_key(text: str) -> str:
    """The key of a command, as it stands in an address. Raises NotThere: it is none."""
    if not KEY.fullmatch(text):
        raise NotThere("there is no such command")
    return text


def checked_run(text: str) -> str:
    """The whole id of a run, as it stands in an address. Raises NotThere: it is none."""
    if not RUN_ID.fullmatch(text):
        raise NotThere("there is no such run")
    return text
