"""The demo behind `make demo`: plan, run, and run again, against a fresh sandbox or the Odoo that ODOO_URL names."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("odoo-etl")
ROOT = Path(__file__).parents[1]
ENDED_WELL = (0, 3)  # 3: rows were rejected; the sample has a few that must be


def odoo_etl(arguments: str, environment: dict[str, str]) -> str:
    """Run a command as a user would, showing what it prints; return its standard output."""
    print(f"\n$ odoo-etl {arguments}", flush=True)
    captured = "--json" in arguments
    done = subprocess.run(
        [str(PROGRAM), *shlex.split(arguments)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE if captured else None,
        text=True,
        check=False,
    )
    if done.returncode not in ENDED_WELL:
        sys.exit(f"the demo failed: exit code {done.returncode}")
    return done.stdout or ""


def main() -> None:
    """Show the tool at work."""
    with ExitStack() as stack:
        environment = dict(os.environ)
        if not environment.get("ODOO_URL"):
            from odoo_etl.sandbox import Sandbox, World

            sandbox = stack.enter_context(Sandbox(world=World(Path("pipelines/schema"))))
            environment |= {"ODOO_URL": sandbox.url, "ODOO_DB": sandbox.db, "ODOO_API_KEY": sandbox.api_key}
            print(f"A sandbox, empty and in memory, answers as Odoo 19 would at {sandbox.url}")
            print("".join(f"Of pipelines/schema it serves {line}.\n" for line in sandbox.pulled.told()), end="")
        print(f"The jobs are in pipelines/, their data in samples/. The target is {environment['ODOO_URL']}.")
        odoo_etl("plan --show 1", environment)
        odoo_etl("run", environment)
        print("\nThe rejected rows are meant to be there; see them in the rejects file. Now the same run again:")
        again = json.loads(odoo_etl("run --json", environment))
        writes = sum(job["counts"]["created"] + job["counts"]["updated"] for job in again["jobs"])
        rows = sum(job["counts"]["read"] for job in again["jobs"])
        calls = sum(sum(job["calls"].values()) for job in again["jobs"])
    if writes:
        sys.exit(f"the second run wrote {writes} records: it should have written none")
    print(f"\nThe second run looked at {rows:,} rows with {calls} calls and had nothing left to write.")


if __name__ == "__main__":
    main()
