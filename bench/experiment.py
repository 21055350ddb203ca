"""One round: a fresh database, Odoo's own limit, then the four runs, each of them verified."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.data import CHECKSUM_SQL, checksum, row, write_csv
from bench.limit import Limit, measure_limit
from bench.measure import LANES, Run, WrongResult, make_project, run
from odoo_etl import OdooClient
from tests.real_odoo.server import OdooHost
from tests.servers import Server

# What is run, in this order, and which rows differ from the first load: none (0), every hundredth, every one.
STEPS = {"first load": 0, "unchanged": 0, "1 % changed": 100, "all changed": 1}


@dataclass(frozen=True, slots=True)
class Round:
    """The figures of one round."""

    limit: Limit
    runs: dict[str, Run]


def measure_round(host: OdooHost, count: int) -> Round:
    """Measure every step with `count` rows in a fresh database.

    Raises:
        WrongResult: a run failed, or Odoo holds other data than the source.
    """
    with tempfile.TemporaryDirectory(prefix="odoo-etl-bench-") as name:
        folder = Path(name)
        make_project(folder)
        write_csv(folder / "partners.csv", count)
        limit = measure_limit(host, folder)
        with _served(host) as server:
            return Round(limit, {step: _step(host, folder, server, step, count) for step in STEPS})


def _step(host: OdooHost, folder: Path, server: Server, step: str, count: int) -> Run:
    write_csv(folder / "partners.csv", count, changed_every=STEPS[step])
    figures = run(folder, server)
    with host.cluster.connect(server.db) as connection:
        held = connection.execute(CHECKSUM_SQL).fetchone()
    wanted = checksum(count, changed_every=STEPS[step])
    if held != wanted:
        raise WrongResult(f"{step}: Odoo holds {held}, the source {wanted} (rows, checksum)")
    return figures


@contextmanager
def _served(host: OdooHost) -> Iterator[Server]:
    """A warm server on a fresh database."""
    database, key = host.fresh_database("bench")
    server = host.serve(database, key, workers=LANES)
    try:
        _warm_up(server)
        yield server
    finally:
        host.end(server)


def _warm_up(server: Server) -> None:
    """Let every worker answer a few calls, so that its caches are filled, as those of the limit's shells are."""
    cells = row(0)
    values = {"ref": "warm", "name": cells[1], "street": cells[4], "is_company": True}

    def once(_: int) -> None:
        client.search_read("res.country", [], ["code"])
        partner = client.create("res.partner", values)
        client.search_read("res.partner", [["ref", "in", ["warm"]]], ["name"])
        client.unlink("res.partner", [partner])

    with (
        OdooClient(server.url, server.db, api_key=server.api_key, pool_size=LANES) as client,
        ThreadPoolExecutor(LANES) as lanes,
    ):
        list(lanes.map(once, range(LANES * 8)))
