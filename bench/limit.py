"""What Odoo itself can do: its own shell, as many processes as the server has workers, no network, no diff.

Each process creates, and then writes, its share of the rows in chunks of 1,000, one transaction a chunk, with the
context that the tool uses. Start-up, reading the CSV file and looking the countries up are not counted; the time runs
from the first process's start to the last one's end.

The shell is Odoo's superuser, for whom no access right is checked. No API key has that: what the checks cost is seen by
creating the same rows once more as the user that the tool logs in as.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.data import CHANGED_COLUMN, COLUMNS
from bench.process import WrongResult
from bench.tool import LANES
from odoo_etl.sync.wiring import CONTEXT
from tests.real_odoo.server import OdooHost

CHUNK_ROWS = 1000
CHUNK_DOCUMENTS = 200
TEXTS = ("odoo_shell.py", "documents_shell.py")
STEP_TIMEOUT_S = 1200
STEPS = ("create", "create_as_user", "write")


@dataclass(frozen=True, slots=True)
class Limit:
    """Seconds that Odoo itself needs to create all rows (as superuser, as the user), and to write one field of each."""

    create_s: float
    create_as_user_s: float
    write_s: float


def measure_limit(host: OdooHost, folder: Path) -> Limit:
    """Load the partners of `rows.csv` of the folder into a fresh database by Odoo's shells, then drop it.

    Raises:
        WrongResult: a shell failed.
    """
    database, _ = host.fresh_database("limit")
    try:
        more = {"folder": str(folder), "columns": COLUMNS, "changed_column": CHANGED_COLUMN, "chunk_rows": CHUNK_ROWS}
        return Limit(*_seconds(host, database, "work", STEPS, more))
    finally:
        host.cluster.drop(database)


def measure_documents(host: OdooHost, database: str, folder: Path, model: str) -> float:
    """Create the documents of `rows.csv` of the folder by Odoo's shells; the seconds that it took.

    Raises:
        WrongResult: a shell failed.
    """
    more = {"folder": str(folder), "model": model, "chunk_rows": CHUNK_DOCUMENTS}
    (taken,) = _seconds(host, database, "load_documents", ("create",), more)
    return taken


def _seconds(
    host: OdooHost, database: str, function: str, steps: Sequence[str], options: Mapping[str, Any]
) -> list[float]:
    """The seconds of each step of a function that Odoo's shells run together, in the `folder` of the options."""
    common, folder = {"shares": LANES, "context": CONTEXT}, Path(options["folder"])
    calls = [f"{function}(env, {share}, { {**common, **options}!r})\n" for share in range(LANES)]
    text = "\n".join(Path(__file__).with_name(name).read_text() for name in TEXTS)
    shells = [host.start_shell(database, f"{text}\n{call}") for call in calls]
    try:
        for step in steps:
            _start_together(folder, step, shells)
        printed = [_output(shell) for shell in shells]
    finally:
        for shell in shells:
            shell.kill()
            shell.wait()
        for file in [*folder.glob("*-ready-*"), *folder.glob("*-go")]:
            file.unlink()
    return [_wall(printed, step) for step in steps]


def _start_together(folder: Path, step: str, shells: Sequence[subprocess.Popen[str]]) -> None:
    """Let every shell come to the same point, then let all of them go on."""
    deadline = time.monotonic() + STEP_TIMEOUT_S
    while len(list(folder.glob(f"{step}-ready-*"))) < len(shells):
        if any(shell.poll() is not None for shell in shells) or time.monotonic() > deadline:
            raise WrongResult(f"Odoo's shell did not come to the step {step}")
        time.sleep(0.05)
    (folder / f"{step}-go").touch()


def _output(shell: subprocess.Popen[str]) -> str:
    """What a shell prints until it ends."""
    assert shell.stdout
    text = shell.stdout.read()
    shell.wait()
    return text


def _wall(printed: Sequence[str], step: str) -> float:
    """Seconds from the first start to the last end of a step."""
    times = [line.split() for text in printed for line in text.splitlines() if line.startswith(f"TIMES {step} ")]
    if len(times) != len(printed):
        raise WrongResult(f"Odoo's shell did not finish the step {step}")
    return max(float(time[3]) for time in times) - min(float(time[2]) for time in times)
