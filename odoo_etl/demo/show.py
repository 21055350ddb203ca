"""The demo itself: plan, run, and run again, as a user would, against a fresh sandbox or a real Odoo."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from odoo_etl.errors import OdooEtlError, UsageError
from odoo_etl.sandbox import Sandbox, World

ENDED_WELL = (0, 3)  # 3: rows were rejected; the sample has a few that must be
Tell = Callable[[str], None]


def show(folder: Path, environment: Mapping[str, str], tell: Tell, *, real: bool = False) -> None:
    """Plan, run and run again the demo project, showing what each command prints.

    Args:
        folder: with the demo project (`lay`).
        environment: of the commands.
        tell: what is said goes there, a line each.
        real: write to the Odoo that `ODOO_URL` names, in place of a sandbox.

    Raises:
        UsageError: no `ODOO_URL` where it is to be a real one.
        OdooEtlError: a command failed, or the second run wrote something.
    """
    with _target(folder, environment, tell, real=real) as chosen:
        tell(f"The jobs are in pipelines/, their data in samples/. The target is {chosen['ODOO_URL']}.")
        _odoo_etl("plan --show 1", folder, chosen, tell)
        _odoo_etl("run", folder, chosen, tell)
        tell("\nThe rejected rows are meant to be there; see them in the rejects file. Now the same run again:")
        again = json.loads(_odoo_etl("run --json", folder, chosen, tell))
    jobs = again["jobs"]
    if writes := sum(job["counts"]["created"] + job["counts"]["updated"] for job in jobs):
        raise OdooEtlError(f"the second run wrote {writes} records: it should have written none; please report this")
    rows, calls = sum(job["counts"]["read"] for job in jobs), sum(sum(job["calls"].values()) for job in jobs)
    tell(f"\nThe second run looked at {rows:,} rows with {calls} calls and had nothing left to write.")


@contextmanager
def _target(folder: Path, environment: Mapping[str, str], tell: Tell, *, real: bool) -> Iterator[dict[str, str]]:
    """The environment of the commands, with where they write to."""
    if real:
        if not environment.get("ODOO_URL"):
            raise UsageError(
                "--odoo writes to the Odoo that ODOO_URL, ODOO_DB, ODOO_USER and ODOO_API_KEY name: set them"
            )
        yield dict(environment)
        return
    with Sandbox(world=World(folder / "pipelines/schema")) as sandbox:
        tell(f"A sandbox, empty and in memory, answers as Odoo 19 would at {sandbox.url}")
        for line in sandbox.pulled.told():
            tell(f"Of pipelines/schema it serves {line}.")
        named = {"ODOO_URL": sandbox.url, "ODOO_DB": sandbox.db, "ODOO_API_KEY": sandbox.api_key}
        yield {**environment, **named}


def _odoo_etl(arguments: str, folder: Path, environment: Mapping[str, str], tell: Tell) -> str:
    """Carry a command out as a user would, showing what it prints; its output where it is for programs."""
    tell(f"\n$ odoo-etl {arguments}")
    done = subprocess.run(
        [sys.executable, "-m", "odoo_etl", *shlex.split(arguments)],
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE if "--json" in arguments else None,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in ENDED_WELL:
        raise OdooEtlError(f"the demo failed: `odoo-etl {arguments}` exits with {done.returncode}; see above")
    return done.stdout or ""
