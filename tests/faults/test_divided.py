"""Divided runs whose processes are killed, or told to end: nothing is lost, nothing is there twice.

A worker is known by the lock of its part; the proxy stops a call of any of them on its way, and then one is killed.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from odoo_etl.runs.perform import Openings, perform
from odoo_etl.runs.selected import selected
from odoo_etl.runs.work import Arguments, Request
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Project as LoadedProject
from odoo_etl.state import Ledger, open_ledger
from tests import fault_proxy as faults
from tests.e2e.project import Done, Project, clean_environment
from tests.fault_proxy import FaultProxy, meanwhile
from tests.faults.world import World
from tests.servers import Server

WAIT_S = 60
PROCESSES = ["--workers", "2"]
DASK = "executor: {type: dask, workers: 2}\n"
SANDBOX = pytest.mark.parametrize("server", ["sandbox"], indirect=True)
FORWARDED = pytest.mark.parametrize("forwarded", [False, True], ids=["before the server hears", "after it committed"])


@pytest.fixture
def state(world: World) -> str:
    """URL of the ledger."""
    return f"sqlite:///{world.folder}/.odoo_etl/state.db"


@pytest.fixture
def project(world: World) -> Iterator[Project]:
    """The program in the world's folder; whatever it leaves running is killed, and fails the test."""
    before = set(psutil.Process().children(recursive=True))
    yield Project(world.folder, clean_environment())
    _, left = psutil.wait_procs(set(psutil.Process().children(recursive=True)) - before, timeout=WAIT_S)
    for process in left:
        process.kill()
    assert not left


def forking(world: World, project: Project) -> Project:
    """The same, whose runs are forked one at a time, and so are their workers: where no start of one is the matter."""
    return replace(project, zygote=world.zygote)


def owners(state: str, parts: str) -> dict[str, int]:
    """The processes that hold the locks of parts, by part; `parts` as LIKE has it."""
    engine = sa.create_engine(state.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    query = "SELECT part, pid FROM etl_locks WHERE resource = 'job:partners' AND part LIKE :parts"
    with engine.connect() as connection:
        return dict(connection.execute(sa.text(query), {"parts": parts}).all())


def give_up(state: str) -> None:
    """Make the last sign of life of every owner so old that its lock is free."""
    engine = sa.create_engine(state, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE etl_locks SET beat = beat - 61"))


def kill_one(state: str, parts: str = "%/%") -> Callable[[], None]:
    """What kills the owner of such a part."""

    def kill() -> None:
        os.kill(owners(state, parts).popitem()[1], signal.SIGKILL)

    return kill


def with_parents(world: World, count: int = 20) -> None:
    """A source whose parents come later."""
    refs = [f"{world.prefix}-{n:02}" for n in range(count)]
    rows = zip(refs, [*refs[1:], ""], strict=True)
    world.source(
        [
            {"ref": ref, "name": f"Name {ref}", "parent": later if n % 3 == 0 else ""}
            for n, (ref, later) in enumerate(rows)
        ]
    )


def use_dask(world: World) -> None:
    """Divide runs on a local cluster."""
    with (world.folder / "pipelines/project.yaml").open("a") as file:
        file.write(DASK)


def end(running) -> Done:
    """Wait for a run."""
    out, err = running.communicate(timeout=180)
    return Done(running.returncode, out, err)


def settle_down(world: World, project: Project, *verb: str) -> None:
    """Go on until all is done, then look; a further run writes nothing."""
    project = forking(world, project)
    ended = project.run(*verb, "--json")
    if verb == ("resume",) and ended.code == 2:  # the last run had ended well
        ended = project.run("run", "--json")
    assert ended.code == 0, ended
    world.check()
    again = project.run("run", "--json")
    assert (again.code, again.writes()) == (0, {}), again


@SANDBOX
@FORWARDED
@pytest.mark.parametrize("way", ["processes"])
def test_a_worker_killed(
    world: World, proxy: FaultProxy, project: Project, *, state: str, way: str, forwarded: bool
) -> None:
    """Its part is done by another one, which finds out what became of the call."""
    if way == "dask":
        use_dask(world)
    with_parents(world)
    proxy.script(meanwhile(kill_one(state), forwarded=forwarded), "create", skip=1)
    ended = forking(world, project).run("run", *PROCESSES, "--json")
    assert (ended.code, proxy.met()) == (0, 1), ended
    world.check()
    settle_down(world, project, "run")


@pytest.mark.odoo
@pytest.mark.parametrize("server", ["odoo"], indirect=True)
def test_a_dask_worker_killed_on_a_real_odoo(
    world: World, proxy: FaultProxy, project: Project, server: Server, *, state: str
) -> None:
    """The same, after the server has committed."""
    world.connect(proxy.url, api_key=server.api_key)
    world.job(load={"settle": "5s"})
    test_a_worker_killed(world, proxy, project, state=state, way="dask", forwarded=True)


@pytest.mark.postgres
@SANDBOX
def test_parts_that_share_a_postgresql(world: World, proxy: FaultProxy, project: Project, postgres_url: str) -> None:
    """A worker and a partition are killed; the others see at once that they are dead."""
    with (world.folder / "pipelines/project.yaml").open("a") as file:
        file.write(f"state: {{url: '{postgres_url}'}}\n")
    with_parents(world)
    proxy.script(meanwhile(kill_one(postgres_url, "2/2"), forwarded=True), "create")
    forks = forking(world, project)
    assert forks.run("run", "--partition", "2/2").code == -signal.SIGKILL
    proxy.script(meanwhile(kill_one(postgres_url), forwarded=False), "create")
    ended = forks.run("run", *PROCESSES, "--json")
    assert (ended.code, proxy.met()) == (0, 2), ended
    world.check()
    settle_down(world, project, "run", *PROCESSES)


POINTS = [
    ("create", "%/%", 1, "resume"),
    ("search_read", "closing", 0, "run"),
    ("web_save_multi", "closing", 0, "resume"),
]


@SANDBOX
@pytest.mark.parametrize(("call", "parts", "skip", "follow"), POINTS, ids=["parts at work", "between", "closing"])
def test_who_directs_them_killed(
    world: World,
    proxy: FaultProxy,
    project: Project,
    *,
    state: str,
    follow: str,
    call: str,
    parts: str,
    skip: int,
    tmp_path: Path,
) -> None:
    """The workers end, too, and leave no rows behind; the next run goes on."""
    with_parents(world)
    running = None

    def kill() -> None:
        if owners(state, parts):
            running.kill()
        else:
            proxy.script(meanwhile(kill, forwarded=True), call)

    proxy.script(meanwhile(kill, forwarded=True), call, skip=skip)
    rows_in_files = tmp_path / "temporary"
    rows_in_files.mkdir()
    project = Project(project.root, {**project.environment, "TMPDIR": str(rows_in_files)})
    if parts == "closing":
        running = project.fork(world.zygote, "run", *PROCESSES, "--json")
    else:
        running = project.start("run", *PROCESSES, "--json")
    assert end(running).code == -signal.SIGKILL
    deadline = time.monotonic() + WAIT_S
    while any(map(psutil.pid_exists, owners(state, "%/%").values())) or list(rows_in_files.iterdir()):
        assert time.monotonic() < deadline, f"the workers stay, or their files: {list(rows_in_files.iterdir())}"
        time.sleep(0.1)
    proxy.calm()
    settle_down(world, project, *([follow] if follow == "resume" else ["run", *PROCESSES]))


@contextmanager
def impatient(project: LoadedProject) -> Iterator[Ledger]:
    """The ledger, for which who is silent has been so for thirty times as long."""
    url = project.project.state.url.get_secret_value()
    with open_ledger(url, project.state_dir, clock=lambda: 30 * time.monotonic()) as ledger:
        yield ledger


@SANDBOX
def test_suspended_while_it_waits_to_repeat(world: World, proxy: FaultProxy, project: Project, state: str) -> None:
    """Another process takes the part over and does it; who comes back sends nothing more."""
    world.job(load={"retry": {"max_wait": "50ms", "deadline": "120s"}})
    with_parents(world)
    suspend = faults.turned_away_meanwhile(lambda: os.kill(world.zygote.pid, signal.SIGSTOP))
    proxy.script(suspend, "create", skip=1)
    running = project.fork(world.zygote, "run", "--partition", "1/1", "--json")
    deadline = time.monotonic() + WAIT_S
    while not proxy.met():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    give_up(state)
    request, alone = Request("run", Workspace(world.folder), None), Arguments(part="1/1")
    other = perform(request, partial(selected, arguments=alone), Openings(impatient))
    writes = [call for call, _ in proxy.seen].count("create")
    os.kill(world.zygote.pid, signal.SIGCONT)
    ended = end(running)
    assert (other.exit_code, ended.code, " was lost to " in ended.out) == (0, 1, True), (other, ended)
    assert [call for call, _ in proxy.seen].count("create") == writes
    world.check()
    settle_down(world, project, "run")


@SANDBOX
def test_a_partition_killed(world: World, proxy: FaultProxy, project: Project, state: str) -> None:
    """Started again, it does its part, and closes."""
    with_parents(world)
    proxy.script(meanwhile(kill_one(state, "1/2"), forwarded=True), "create")
    forks = forking(world, project)
    assert forks.run("run", "--partition", "1/2").code == -signal.SIGKILL
    first = project.start("run", "--partition", "1/2", "--json")
    second = forks.run("run", "--partition", "2/2", "--json")
    assert (end(first).code, second.code) == (0, 0)
    world.check()
    settle_down(world, project, "run")


@SANDBOX
@pytest.mark.parametrize("way", ["processes", "dask"])
def test_interrupted(world: World, proxy: FaultProxy, project: Project, state: str, way: str) -> None:
    """The calls in flight are finished, and resume goes on; the workers hear the signal of a terminal, too."""
    if way == "dask":
        use_dask(world)
    with_parents(world, 60)
    running = None
    proxy.script(meanwhile(lambda: os.killpg(running.pid, signal.SIGINT), forwarded=True), "create", skip=1)
    running = project.start("run", *PROCESSES, "--json")
    ended = end(running)
    assert (ended.code, owners(state, "%")) == (130, {}), ended
    assert len(world.existing()) < 60 or way == "dask"  # whose workers hear of it a little later
    settle_down(world, project, "resume")


@SANDBOX
def test_the_same_job_at_once(world: World, proxy: FaultProxy, project: Project, server: Server) -> None:
    """While parts of it are alive, neither the whole nor another divided run of it begins; nor the other way round."""
    with_parents(world)
    world.connect(proxy.url, api_key=server.api_key)
    busy: list[Done] = []

    def meet(*others: list[str]) -> Callable[[], None]:
        return lambda: busy.extend(project.run("run", *other, "--json") for other in others)

    proxy.script(meanwhile(meet([], ["--partition", "1/3"]), forwarded=True), "create")
    assert forking(world, project).run("run", "--partition", "1/2", "--json").code == 0
    proxy.script(meanwhile(meet(PROCESSES), forwarded=True), "create")
    assert forking(world, project).run("run", "--json").code == 0
    assert [one.code for one in busy] == [6] * 3, busy
    settle_down(world, project, "run", "--partition", "2/2")


FAULTS = [
    faults.DROP_BEFORE,
    faults.DROP_AFTER,
    faults.TRUNCATED,
    faults.status(503),
    faults.status(502, forwarded=True),
]
CALLS = ["create", "web_save_multi", "search_read"]
SEEDS = range(1, 1 + int(os.environ.get("FAULT_SCHEDULES_DIVIDED", "1")))


def play(world: World, proxy: FaultProxy, project: Project, state: str, seed: int) -> None:
    """One schedule: runs that meet faults and whose processes are killed; then one that meets none."""
    chance = random.Random(seed)

    def kill_any() -> None:
        if pids := list(owners(state, "%").values()):
            with suppress(ProcessLookupError):
                os.kill(chance.choice(pids), signal.SIGKILL)

    with_parents(world, chance.randint(10, 40))
    for _ in range(2):
        for _ in range(chance.randint(1, 3)):
            fault = chance.choice([*FAULTS, *[meanwhile(kill_any, forwarded=chance.random() < 0.5)] * 3])
            proxy.script(fault, chance.choice(CALLS), skip=chance.randint(0, 4))
        forking(world, project).run(
            *chance.choice([["run", *PROCESSES], ["resume"], ["run", "--workers", "3"]]), "--json"
        )
    proxy.calm()
    settle_down(world, project, *(["resume"] if chance.random() < 0.3 else ["run", *PROCESSES]))


@SANDBOX
@pytest.mark.parametrize(("way", "seed"), [(("dask", "processes")[seed % 2], seed) for seed in SEEDS])
def test_random_schedules(
    world: World, proxy: FaultProxy, project: Project, *, state: str, way: str, seed: int
) -> None:
    """Whatever happens on the way, in the end Odoo equals the source."""
    if way == "dask":
        use_dask(world)
    play(world, proxy, project, state, seed)
