"""`python -m tests.real_odoo start|stop|demo|snapshot`: a real Odoo 19 for a person, running until it is stopped."""

from __future__ import annotations

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
from tests.servers import Server

CLUSTER = "service"
ROOT = Path(__file__).parents[2]


def start() -> Server:
    """Start Odoo unless it runs already, and print how to reach it."""
    running = _running()
    if running is None:
        print("Starting a real Odoo 19 (the first time its parts are fetched: about a minute) ...", flush=True)
        host = OdooHost.open(CLUSTER, detach=True)
        database, key = host.fresh_database("odoo")
        running = host.serve(database, key, workers=3)
        _state_file().write_text(json.dumps({"pid": host.processes[running.url].pid, "server": asdict(running)}))
    print(f"url       {running.url}\ndatabase  {running.db}\nlogin     {running.user}")
    print(f"password  {running.password}\nAPI key   {running.api_key}")
    return running


def stop() -> None:
    """Stop the Odoo that `start` started, drop its database, stop its PostgreSQL."""
    if not _state_file().exists():
        print("no Odoo of ours is running")
        return
    state = json.loads(_state_file().read_text())
    stop_process(state["pid"])
    postgres.start(CLUSTER, detach=True).drop(state["server"]["db"])
    postgres.stop(CLUSTER)
    _state_file().unlink()
    print("stopped")


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
    return subprocess.run([sys.executable, str(ROOT / "samples/demo.py")], env=environment, check=False).returncode


def snapshot() -> int:
    """Take the sandbox's snapshot again, from a database that nobody has touched."""
    host = OdooHost.open("snapshot")
    database, key = host.fresh_database()
    server = host.serve(database, key)
    login = ["--url", server.url, "--db", server.db, "--user", server.user, "--password", server.password]
    take = [sys.executable, "-m", "odoo_etl.sandbox.snapshot.take", *login]
    try:
        return subprocess.run(take, cwd=ROOT, check=False).returncode
    finally:
        host.end(server)
        host.close()


def _state_file() -> Path:
    return parts.cache_folder() / "service.json"


def _running() -> Server | None:
    if not _state_file().exists():
        return None
    server = Server(**json.loads(_state_file().read_text())["server"])
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


if __name__ == "__main__":
    verbs = {"start": start, "stop": stop, "demo": demo, "snapshot": snapshot}
    try:
        answer = verbs[sys.argv[1]]()
    except parts.Unavailable as error:
        sys.exit(f"no real Odoo here: {error}")
    sys.exit(answer if isinstance(answer, int) else 0)
