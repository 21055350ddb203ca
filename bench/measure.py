"""One `odoo-etl run` as a process of its own: how long, how many calls, how much memory."""

from __future__ import annotations

import compileall
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import odoo_etl
from tests.servers import Server

LANES = 3

PROJECT = """\
connections:
  main: {url: "${ODOO_URL}", db: "${ODOO_DB}", user: "${ODOO_USER}", api_key: "${ODOO_API_KEY}", protocol: auto}
"""
JOB = f"""\
version: 1
job: partners
source: {{type: csv, path: ../partners.csv, delimiter: ";"}}
target: {{model: res.partner, key: ref}}
fields:
  ref: ref
  name: name
  email: email
  phone: phone
  street: street
  city: city
  zip: zip
  function: function
  is_company: is_company
  country_id: {{column: country, lookup: {{model: res.country, by: code}}}}
load: {{concurrency: {LANES}}}
"""


class WrongResult(Exception):
    """A run that failed, or left other data in Odoo than it should have; its figures are worth nothing."""


@dataclass(frozen=True, slots=True)
class Run:
    """The figures of one process: wall-clock seconds, requests it sent, peak resident memory."""

    seconds: float
    calls: int
    peak_mib: float


def make_project(folder: Path) -> None:
    """A project with one job that reads `partners.csv` in the folder."""
    (folder / "pipelines").mkdir()
    (folder / "pipelines/project.yaml").write_text(PROJECT)
    (folder / "pipelines/partners.yaml").write_text(JOB)


def compile_package() -> None:
    """Compile the package, as an installer does: the first start would otherwise pay for all."""
    compileall.compile_dir(Path(odoo_etl.__file__).parent, quiet=1)


def run(folder: Path, server: Server) -> Run:
    """Run the job once.

    Raises:
        WrongResult: it did not end with code 0.
    """
    environment = {
        **os.environ,
        "ODOO_URL": server.url,
        "ODOO_DB": server.db,
        "ODOO_USER": server.user,
        "ODOO_API_KEY": server.api_key,
    }
    command = [str(Path(sys.executable).with_name("odoo-etl")), "run", "--json", "--project", str(folder)]
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        started = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise WrongResult(f"odoo-etl run ended with {process.returncode}: {(folder / 'stderr').read_text()[-500:]}")
    job = json.loads((folder / "stdout").read_text())["jobs"][0]
    return Run(seconds, sum(job["calls"].values()), usage.ru_maxrss / 1024)
