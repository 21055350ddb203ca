"""`odoo-etl sandbox`, as a person starts and stops it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import xmlrpc.client
from pathlib import Path

import pytest


def start(*arguments: str) -> subprocess.Popen[str]:
    """The command, with any free port."""
    # Started in the background of a shell, the tests ignore the signal, and so would what they start.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{heed}; from odoo_etl.cli.main import main; main()", "sandbox", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True, env=environment)


def test_the_command_prints_the_login_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    """`odoo-etl sandbox` says where it serves, keeps its file, and ends with code 0."""
    with start("--db", str(tmp_path / "records.db")) as process:
        lines = dict(process.stdout.readline().split(maxsplit=1) for _ in range(4))
        with xmlrpc.client.ServerProxy(f"{lines['URL'].strip()}/xmlrpc/2/common") as server:
            version = server.version()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert version["server_version"] == "19.0"
    assert lines["login"].strip() == "admin"
    assert (tmp_path / "records.db").exists()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_order_while_it_still_prints(ending: signal.Signals) -> None:
    """As soon as it serves."""
    with start() as process:
        assert process.stdout.readline().startswith("URL")
        process.send_signal(ending)
        assert process.wait(timeout=30) == 0


def test_it_says_what_it_knows_of_pulled_models(tmp_path: Path) -> None:
    """They are plain tables, and some of their fields are left out."""
    fields = {"name": {"type": "char", "store": True}, "total": {"type": "float", "store": False}}
    (tmp_path / "x.thing.json").write_text(json.dumps({"model": "x.thing", "server": "19.0", "fields": fields}))
    with start("--schema", str(tmp_path)) as process:
        lines = [process.stdout.readline() for _ in range(7)]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert lines[5].startswith("models    x.thing: plain tables, which compute nothing")
    assert "1 field" in lines[6]
