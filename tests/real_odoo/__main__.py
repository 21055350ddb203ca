"""A real Odoo 19 for a person, running until it is stopped: `python -m tests.real_odoo VERB`.

- `start [business]`: base, contacts and product; or also sales, CRM, accounting and HR, with an internal user `clerk`;
- `start migrations`: all that docs/how-to needs;
- `stop`: all that was started;
- `demo`: the demo against the plain one;
- `snapshot`: the sandbox's models and records again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import asdict
from pathlib import Path

from tests.real_odoo import parts, postgres
from tests.real_odoo.server import OdooHost, stop_process
from tests.real_odoo.templates import PLAIN, TEMPLATES, Template
from tests.servers import Server

CLUSTER = "service"
ROOT = Path(__file__).parents[2]


def start(template: Template = PLAIN) -> Server:
    """Start Odoo on a copy of the template unless it runs already, and print how to reach it."""
    running = _running(template)
    if running is None:
        print("Starting a real Odoo 19 (the first time its parts are fetched: about a minute) ...", flush=True)
        host = OdooHost.open(CLUSTER, detach=True)
        database, key = host.fresh_database("odoo", template)
        running = host.serve(database, key, workers=3)
        state = {
            "pid": host.processes[running.url].pid,
            "server": asdict(running),
            "keys": host.template_keys(template),
        }
        _state_file(template).write_text(json.dumps(state))
    _show(running, json.loads(_state_file(template).read_text())["keys"])
    return running


def _show(running: Server, keys: dict[str, str]) -> None:
    print(f"url       {running.url}\ndatabase  {running.db}")
    for login, key in keys.items():
        print(f"login     {login}\npassword  {login}\nAPI key   {key}")


def stop() -> None:
    """Stop what `start` started, drop its databases, stop its PostgreSQL."""
    files = [file for file in map(_state_file, TEMPLATES.values()) if file.exists()]
    for file in files:
        state = json.loads(file.read_text())
        stop_process(state["pid"])
        postgres.start(CLUSTER, detach=True).drop(state["server"]["db"])
        file.unlink()
    postgres.stop(CLUSTER)
    print("stopped" if files else "no Odoo of ours is running")


def demo() -> int:
    """Run the demo against the real Odoo, in a database of its own."""
    server = start()
    environment = {
        **os.environ,
        "ODOO_URL": server.url,
        "ODOO_DB": server.db,
        "ODOO_USER": server.user,
        "ODOO_API_KEY": server.api_key,
    }
    command = [sys.executable, "-m", "odoo_etl", "demo", str(ROOT), "--odoo"]
    return subprocess.run(command, env=environment, check=False).returncode


def snapshot() -> int:
    """Take the sandbox's snapshot again, from a database that nobody has touched."""
    host = OdooHost.open("snapshot")
    database, key = host.fresh_database()
    server = host.serve(database, key)
    login = ["--url", server.url, "--db", server.db, "--user", server.user, "--password", server.password]
    take = [sys.executable, "-m", "tests.real_odoo.snapshot", *login]
    try:
        return subprocess.run(take, cwd=ROOT, check=False).returncode
    finally:
        host.end(server)
        host.close()


def _state_file(template: Template) -> Path:
    return parts.cache_folder() / f"service-{template.name}.json"


def _running(template: Template) -> Server | None:
    if not _state_file(template).exists():
        return None
    server = Server(**json.loads(_state_file(template).read_text())["server"])
    try:
        question = urllib.request.Request(
            f"{server.url}/json/2/res.users/context_get",
            data=b"{}",
            headers={
                "Authorization": f"bearer {server.api_key}",
                "X-Odoo-Database": server.db,
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(question, timeout=5):
            return server
    except (urllib.error.URLError, OSError):
        return None


def main() -> int:
    """Do what the command line says and return the exit code."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m tests.real_odoo", description=__doc__, formatter_class=raw)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("start").add_argument("template", nargs="?", choices=list(TEMPLATES), default=PLAIN.name)
    for name in ("stop", "demo", "snapshot"):
        verbs.add_parser(name)
    request = parser.parse_args()
    if request.verb == "start":
        start(TEMPLATES[request.template])
    elif request.verb == "stop":
        stop()
    else:
        return {"demo": demo, "snapshot": snapshot}[request.verb]()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except parts.Unavailable as error:
        sys.exit(f"no real Odoo here: {error}")
