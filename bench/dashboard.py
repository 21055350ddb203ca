"""The page of `odoo-etl serve`: how long its pages take after 10,000 runs, one of which rejected very many rows.

The pages are asked for one after the other over one connection, as a browser does; the limit is 0.3 s a page.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx

from bench.process import WrongResult
from bench.steps import TOOL, Round
from bench.tool import installed
from odoo_etl import Workspace, history, run
from tests.dashboard import OPERATOR_TOKEN, project_with_page
from tests.past_runs import fill

PAST_RUNS = 10_000
COLUMNS = 20
ASKED = 9  # times for each page
FIRST_LOOK, READ = "the first answer about the rejects", "until they are read"
PAGES = {
    "jobs": "/",
    "history": "/runs",
    "history, its last page": f"/runs?offset={PAST_RUNS - 50}",
    "history of a job, runs with rejects": "/runs?job=job-1&outcome=rejects",
    "a run with its rejects": "/runs/{run}",
    "rejects": "/runs/{run}/rejects/people",
    "rejects, the last page": "/runs/{run}/rejects/people?page={last}",
    "rejects of one reason": "/runs/{run}/rejects/people?code=bad_number",
    "rejects with a text": "/runs/{run}/rejects/people?text=cell+77-3",
}
_JOB = {
    "version": 1,
    "job": "people",
    "source": {"type": "csv", "path": "../people.csv"},
    "target": {"model": "res.partner", "key": "ref"},
    "fields": {"ref": "no", "name": "name", "partner_latitude": {"column": "latitude", "type": "decimal"}},
}


def pages(this: Round) -> None:
    """Each page, several times; all rows of the source are rejected."""
    with tempfile.TemporaryDirectory(prefix="odoo-etl-bench-") as name:
        folder = Path(name)
        rejected = _made(folder, this.rows)
        with _served(folder) as client:
            address, began = f"/runs/{rejected}/rejects/people", time.perf_counter()
            this.add(FIRST_LOOK, TOOL, _ask(client, address, httpx.codes.ACCEPTED))
            while client.get(address).status_code == httpx.codes.ACCEPTED:
                continue
            this.add(READ, TOOL, time.perf_counter() - began)
            for what, address in PAGES.items():
                at = address.format(run=rejected, last=this.rows // 50)
                try:
                    this.add(what, TOOL, median(_ask(client, at) for _ in range(ASKED)))
                except WrongResult as error:
                    this.add(what, TOOL, 0.0, None, None, None, str(error))


def _made(folder: Path, rows: int) -> str:
    """A project with a long past; the id of the run that rejected all its rows."""
    jobs = {f"job-{n}": _JOB | {"job": f"job-{n}"} for n in range(3)}
    project_with_page(folder, {"people": _JOB, **jobs})
    more = [f"more_{n}" for n in range(COLUMNS - 3)]
    with (folder / "people.csv").open("w", encoding="utf-8") as file:
        file.write(",".join(["no", "name", "latitude", *more]) + "\n")
        for row in range(rows):
            file.write(
                f"P-{row},Person {row},no number," + ",".join(f"cell {row}-{n}" for n in range(len(more))) + "\n"
            )
    history(folder)  # which makes the ledger
    fill(f"sqlite:///{folder}/.odoo_etl/state.db", PAST_RUNS)
    result = run(Workspace(folder), ["people"])
    if result.jobs[0].counts.rejected != rows:
        raise WrongResult(f"{result.jobs[0].counts.rejected} rows rejected, not {rows}")
    return result.run_id


@contextmanager
def _served(folder: Path) -> Iterator[httpx.Client]:
    """A server of its own process, and an operator who has logged in."""
    command = [str(installed()), "serve", "--port", "0", "--project", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        with httpx.Client(base_url=_address(process), timeout=300) as client:
            token = re.search(r'name="csrf" value="(\w+)"', client.get("/login").text)
            form = {"csrf": token[1] if token else "", "token": OPERATOR_TOKEN, "next": "/"}
            client.post("/login", data=form, headers={"origin": str(client.base_url).rstrip("/")})
            yield client
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _address(process: subprocess.Popen[str]) -> str:
    """What the server says where its page is. Raises WrongResult: it says nothing of the kind."""
    said = []
    for line in process.stdout or ():
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise WrongResult(f"the server ended: {''.join(said)[-500:]}")


def _ask(client: httpx.Client, address: str, code: int = httpx.codes.OK) -> float:
    """Seconds until the whole page is there. Raises WrongResult: it is not."""
    began = time.perf_counter()
    answer = client.get(address)
    seconds = time.perf_counter() - began
    if answer.status_code != code:
        raise WrongResult(f"{address} answered {answer.status_code}")
    return seconds
