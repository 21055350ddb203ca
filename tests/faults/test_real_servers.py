"""What may befall a real Odoo, its PostgreSQL or the login while records are created; and runs that meet each other.

A lock on the table of partners holds a create up in its midst: Odoo still answers questions.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project, clean_environment
from tests.faults.world import World
from tests.real_odoo import parts, postgres
from tests.real_odoo.server import OdooHost
from tests.real_odoo.templates import PLAIN, keys_in
from tests.servers import Server

pytestmark = pytest.mark.odoo
WAITS = "SELECT 1 FROM pg_locks WHERE relation = 'res_partner'::regclass AND NOT granted"
LAST_KEY = "SELECT max(id) FROM res_users_apikeys"
WAIT_S = 60
MORTAL = "restarts"  # the cluster that may be restarted


@pytest.fixture(scope="module")
def server(odoo_host: OdooHost) -> Iterator[Server]:
    """An Odoo that may be killed: nobody else uses it."""
    served = odoo_host.serve(*odoo_host.fresh_database())
    yield served
    odoo_host.end(served)


@pytest.fixture
def mortal_host(odoo_host: OdooHost) -> Iterator[OdooHost]:
    """A host whose PostgreSQL may be restarted: one test at a time uses it."""
    with parts.locked(MORTAL):
        host = OdooHost.open(MORTAL, fleeting=True)
        yield host
        host.close()


@pytest.fixture
def world(world: World, server: Server) -> World:
    """A world with three chunks of new partners, some of which wait for their parents."""
    reach(world, server)
    refs = [f"{world.prefix}-{number:02}" for number in range(15)]
    world.source([{"ref": ref, "name": f"Name {ref}", "parent": refs[14] if ref == refs[0] else ""} for ref in refs])
    return world


def reach(world: World, server: Server, **target: str) -> None:
    """Let the world's project write to a server that may be away for a while."""
    world.connect(server.url, api_key=server.api_key)
    world.job(load={"settle": "2s", "retry": {"max_wait": "1s", "deadline": "60s"}}, **target)


@contextmanager
def held_up(cluster: postgres.Cluster, database: str) -> Iterator[Callable[[], None]]:
    """No partner can be written meanwhile; what is yielded waits until somebody tries to."""
    with_lock = psycopg.connect(dbname=database, host=str(cluster.socket), user=postgres.ROLE)
    with_lock.execute("LOCK TABLE res_partner IN EXCLUSIVE MODE")

    def until_a_write_waits() -> None:
        deadline = time.monotonic() + WAIT_S
        while not with_lock.execute(WAITS).fetchone():
            assert time.monotonic() < deadline, "nobody writes"
            time.sleep(0.05)

    try:
        yield until_a_write_waits
    finally:
        with_lock.close()


def test_workers_killed(world: World, server: Server, odoo_host: OdooHost) -> None:
    """Odoo's workers are killed in the middle of a create: its outcome is found out, and it is made again."""
    with held_up(odoo_host.cluster, server.db) as until_a_write_waits:
        world.begin("run")
        until_a_write_waits()
        for worker in psutil.Process(odoo_host.processes[server.url].pid).children():
            worker.kill()
    ended = world.end()
    assert (ended.code, ended.result["jobs"][0]["settled"]) == (0, 1), ended.err
    world.check()
    world.settle_down()


def test_odoo_restarted(world: World, server: Server, odoo_host: OdooHost) -> None:
    """Odoo is gone in the middle of a create, and back some seconds later."""
    with held_up(odoo_host.cluster, server.db) as until_a_write_waits:
        world.begin("run")
        until_a_write_waits()
        process = odoo_host.processes[server.url]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    time.sleep(2)
    odoo_host.serve(server.db, server.api_key, port=int(server.url.rpartition(":")[2]))
    ended = world.end()
    assert (ended.code, ended.result["jobs"][0]["settled"]) == (0, 1), ended.err
    world.check()
    world.settle_down()


def test_postgres_restarted(world: World, mortal_host: OdooHost) -> None:
    """PostgreSQL is gone in the middle of a create, and back some seconds later.

    This Odoo has no worker processes: with them its master ends when PostgreSQL does, as in `test_odoo_restarted`.
    """
    server = mortal_host.serve(*mortal_host.fresh_database(), workers=0)
    with OdooClient(server.url, server.db, user=server.user, api_key=server.api_key) as odoo:
        world = replace(world, odoo=odoo)
        reach(world, server)
        with held_up(mortal_host.cluster, server.db) as until_a_write_waits:
            world.begin("run")
            until_a_write_waits()
            postgres.restart(MORTAL, away_s=2)
        ended = world.end()
        assert ended.code == 0, ended.err
        world.check()
        world.settle_down()
    mortal_host.end(server)


def test_key_revoked(world: World, server: Server, odoo_host: OdooHost) -> None:
    """The run stops without a reject, says why, and goes on with another key."""
    key = keys_in(odoo_host.shell(server.db, PLAIN.prepare))[server.user]
    world.connect(server.url, api_key=key)
    with held_up(odoo_host.cluster, server.db) as until_a_write_waits:
        world.begin("run")
        until_a_write_waits()
        with odoo_host.cluster.connect(server.db) as connection:
            connection.execute(f"DELETE FROM res_users_apikeys WHERE id = ({LAST_KEY})")
    ended = world.end()
    job = ended.result["jobs"][0]
    assert (ended.code, job["wrote"], job["counts"]["rejected"]) == (1, True, 0), job
    assert "check user, api_key" in job["error"]
    world.connect(server.url, api_key=server.api_key)
    world.settle_down("resume")


def test_the_same_job_twice(world: World, server: Server, odoo_host: OdooHost) -> None:
    """The second run ends at once and names the first."""
    with held_up(odoo_host.cluster, server.db) as until_a_write_waits:
        world.begin("run")
        until_a_write_waits()
        first = world.newest()
        second = program(world).run("run", "--json")
    assert (second.code, f"run {first} (host " in second.job()["error"]) == (6, True), second
    assert world.end().code == 0
    world.check()
    world.settle_down()


def test_two_jobs_at_once(world: World, server: Server, odoo_host: OdooHost) -> None:
    """Jobs of one project that write the same partners by key: one creates them, the other finds them."""
    partners = world.folder / "pipelines/partners.yaml"
    (world.folder / "pipelines/others.yaml").write_text(partners.read_text().replace("job: partners", "job: others"))
    with held_up(odoo_host.cluster, server.db) as until_a_write_waits:
        running = [program(world).start("run", job, "--json") for job in ("partners", "others")]
        until_a_write_waits()
    created = [end(one).counts(job).get("created", 0) for one, job in zip(running, ("partners", "others"), strict=True)]
    assert sorted(created) == [0, 15]
    world.check()
    world.settle_down()


def test_two_projects_at_once(world: World, server: Server, odoo_host: OdooHost, tmp_path: Path) -> None:
    """Projects that know nothing of each other write the same partners by external id: each is there once."""
    worlds = [replace(world, folder=tmp_path / name) for name in ("one", "two")]
    with held_up(odoo_host.cluster, server.db) as until_a_write_waits:
        for one in worlds:
            reach(one, server, external_id="faults.{ref}")
            one.source(world.rows)
        running = [program(one).start("run", "--json") for one in worlds]
        until_a_write_waits()
    assert [end(one).code for one in running] == [0, 0]
    for one in worlds:
        one.check()
        one.settle_down()


def program(world: World) -> Project:
    """The program in the world's folder, as a process of its own."""
    return Project(world.folder, clean_environment())


def end(running: subprocess.Popen[str]) -> Done:
    """Wait for a run."""
    out, err = running.communicate(timeout=120)
    return Done(running.returncode, out, err)
