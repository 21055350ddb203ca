"""Fresh databases, served and warm, and what they hold."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from bench.data import row
from bench.process import WrongResult
from bench.tool import LANES
from odoo_etl import OdooClient
from tests.real_odoo.server import OdooHost
from tests.real_odoo.templates import PLAIN, Template
from tests.servers import Server


@contextmanager
def served(host: OdooHost, template: Template = PLAIN) -> Iterator[Server]:
    """A warm server with `LANES` workers on a fresh copy of the template."""
    database, key = host.fresh_database("bench", template)
    server = host.serve(database, key, workers=LANES)
    try:
        _warm_up(server)
        yield server
    finally:
        _end(host, server)


def _end(host: OdooHost, server: Server) -> None:
    """Stop the server and drop its database; a server that takes its time is killed with its workers."""
    process = host.processes[server.url]
    try:
        host.end(server)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        host.cluster.drop(server.db)


def verify(host: OdooHost, server: Server, query: str, wanted: tuple[int, str]) -> None:
    """Compare what the database holds with the source.

    Raises:
        WrongResult: they differ.
    """
    with host.cluster.connect(server.db) as connection:
        held = connection.execute(query).fetchone()
    if held != wanted:
        raise WrongResult(f"Odoo holds {held}, the source {wanted} (rows, checksum)")


def verify_external_ids(host: OdooHost, server: Server, model: str, wanted: int) -> None:
    """Every loaded record has its external id.

    Raises:
        WrongResult: not all have, or some have none of the module `bench`.
    """
    query = f"SELECT count(DISTINCT res_id) FROM ir_model_data WHERE module = 'bench' AND model = '{model}'"
    with host.cluster.connect(server.db) as connection:
        held = connection.execute(query).fetchone()
    if held != (wanted,):
        raise WrongResult(f"{held} records have an external id, not {wanted}")


def _warm_up(server: Server) -> None:
    """Let every worker answer a few calls, so that its caches are filled, as those of the limit's shells are."""
    cells = row(0)
    values = {"ref": "warm", "name": cells[1], "street": cells[4], "is_company": True}

    def once(_: int) -> None:
        client.search_read("res.country", [], ["code"])
        loaded = client.load("res.partner", ["name", "country_id/id"], [["warm", "base.be"]])
        partner = client.create("res.partner", values)
        client.search_read("res.partner", [["ref", "in", ["warm"]]], ["name"])
        client.unlink("res.partner", [partner, *loaded["ids"]])

    with (
        OdooClient(server.url, server.db, api_key=server.api_key, pool_size=LANES) as client,
        ThreadPoolExecutor(LANES) as lanes,
    ):
        list(lanes.map(once, range(LANES * 8)))
