"""Commands that the page starts."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

from odoo_etl.dashboard import Action, Section
from odoo_etl.dashboard.frame import log_of, start
from odoo_etl.dashboard.frame.starting import LOGS_KEPT_S
from odoo_etl.dashboard.sections import SECTIONS
from odoo_etl.state import open_ledger
from tests.dashboard import HOST, Launcher, project_with_page, site_of, window


def started(root: Path, verb: str, *, writes: bool = True) -> Launcher:
    """What an operator launches by a form that starts this verb."""
    launcher = Launcher()
    section = Section("s", (Action("/start", "begin", lambda visit: start(visit, verb, "x", writes=writes)),))
    seen = window(site_of(root, launch=launcher), "operator", [*SECTIONS, section])
    assert seen.post("/start").status_code == 303
    return launcher


def test_for_whom_and_whether_they_agree(tmp_path):
    """Verbs that ask get an answer; those that have nobody to ask are not told `--yes`, which they do not know."""
    root = project_with_page(tmp_path)
    for verb, writes, approved in (("run", True, True), ("apply", True, False), ("undo", False, False)):
        (order,) = started(root, verb, writes=writes).orders
        assert (order.verb, order.person, order.approved) == (verb, "otto", approved)


def test_what_commands_said_long_ago_goes(tmp_path):
    """The next command takes it away."""
    root = project_with_page(tmp_path)
    now = site_of(root).clock().timestamp()
    old, young = (log_of(root / ".odoo_etl", key) for key in ("20261001T070000-0000abcd", "20261120T070000-0000abcd"))
    old.parent.mkdir(parents=True)
    for log, age in ((old, LOGS_KEPT_S + 1), (young, LOGS_KEPT_S - 1)):
        log.touch()
        os.utime(log, (now - age, now - age))
    started(root, "run")
    assert (old.exists(), young.exists()) == (False, True)


def test_nothing_begins_where_the_ledger_of_the_server_is_gone(tmp_path):
    """A run would make a new one there, and know nothing of those before it."""
    root, launcher = project_with_page(tmp_path), Launcher()
    state = root / ".odoo_etl/state.db"
    section = Section("s", (Action("/start", "begin", lambda visit: start(visit, "run", "x")),))
    with open_ledger(f"sqlite:///{state}", state.parent) as ledger:
        seen = window(
            site_of(root, launch=launcher, state=lambda _: nullcontext(ledger)), "operator", [section, *SECTIONS]
        )
        csrf = seen.token("/")
        state.unlink()
        answer = seen.client.post("/start", data={"csrf": csrf}, headers={"origin": HOST})
    assert (answer.status_code, launcher.orders, state.exists()) == (503, [], False)
    assert "deleted" in answer.text
