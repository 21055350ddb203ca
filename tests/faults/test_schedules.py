"""Random kills and faults, one after the other, until a run gets through: nothing lost, nothing twice.

Each schedule is made from its seed alone: `FAULT_SEED=123 pytest tests/faults/test_schedules.py` plays one again.
`make soak` plays many (`FAULT_SCHEDULES=1000 FAULT_SCHEDULES_ODOO=100`).
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from tests import fault_proxy as faults
from tests.fault_proxy import Fault, FaultProxy
from tests.faults.world import World, killer
from tests.servers import Server

SANDBOX = int(os.environ.get("FAULT_SCHEDULES", "20"))
REAL = int(os.environ.get("FAULT_SCHEDULES_ODOO", "2"))
FIRST = int(os.environ.get("FAULT_SEED", "1"))
ONE = "FAULT_SEED" in os.environ
SLOW_S = 0.5  # a little longer than a client waits

CALLS = ["create", "web_save_multi", "write", "search_read", "fields_get", "version", "login"]
LABELS = ["start_job", "gathered", "sent", "done", "confirmed", "stamp", "finish", "finish_run"]
FAULTS: list[Callable[[], Fault]] = [
    lambda: faults.DROP_BEFORE,
    lambda: faults.DROP_AFTER,
    lambda: faults.TRUNCATED,
    lambda: faults.PAGE,
    lambda: faults.CLOSE_IDLE,
    lambda: faults.slow(SLOW_S),
    lambda: faults.late(SLOW_S),
    lambda: faults.refuse(0.3),
    lambda: faults.status(429),
    lambda: faults.status(503),
    lambda: faults.status(502, forwarded=True),
    lambda: faults.status(504, forwarded=True),
    lambda: faults.status(504),
]


def seeds(count: int) -> range:
    """The seeds of one run of the tests."""
    return range(FIRST, FIRST + 1 if ONE else FIRST + count)


def source(world: World, chance: random.Random) -> list[dict[str, str]]:
    """Rows with repeated keys, parents that come later, bad rows, and changes from time to time."""
    refs = [f"{world.prefix}-{n:02}" for n in range(12)]
    rows = []
    for _ in range(chance.randint(8, 22)):
        ref = chance.choice(refs)
        later = [one for one in refs if one > ref]  # no cycles
        parent = chance.choice(later) if later and chance.random() < 0.3 else ""
        name = "" if chance.random() < 0.05 else f"Name {ref} {chance.randint(1, 3)}"
        rows.append({"ref": ref, "name": name, "email": chance.choice(["", "a@example.com"]), "parent": parent})
    return rows


def crash(world: World, proxy: FaultProxy, chance: random.Random, verb: str) -> bool:
    """One run that meets faults and may be killed; whether it ended by itself."""
    for _ in range(chance.randint(0, 3)):
        proxy.script(chance.choice(FAULTS)(), chance.choice(CALLS), skip=chance.randint(0, 3))
    point = None
    if chance.random() < 0.6:
        point = (chance.choice(["before", "after"]), chance.choice(LABELS), chance.randint(1, 4))
    elif chance.random() < 0.6:
        killer(world, proxy, chance.choice(CALLS), forwarded=chance.random() < 0.5, skip=chance.randint(0, 3))
    return not world.run(verb, point=point).killed


def play(world: World, proxy: FaultProxy, api_key: str, seed: int) -> None:
    """One schedule."""
    chance = random.Random(seed)
    world.connect(proxy.url, api_key=api_key, read_timeout=SLOW_S - 0.1)
    lanes = chance.choice([1, 8])
    world.job(load={"concurrency": lanes, "chunk_size": chance.randint(2, 8), "settle": "900ms"})
    world.source(source(world, chance))
    for _ in range(chance.randint(1, 3)):
        verb = chance.choice(["run", "run", "resume"])
        crash(world, proxy, chance, verb)
        if chance.random() < 0.3:
            world.source(source(world, chance))
    proxy.calm()
    if chance.random() < 0.5:
        resumed = world.run("resume")
        assert resumed.code in {0, 2, 3}, (seed, resumed.err)  # 2: nothing to resume, or another source by now
    ended = world.run()
    assert ended.code in {0, 3}, (seed, ended.err, ended.result)
    again = world.run()
    assert (again.code in {0, 3}, again.landed()) == (True, 0), (seed, again.result)
    world.check_rows(seed)


@pytest.mark.parametrize("server", ["sandbox"], indirect=True)
@pytest.mark.parametrize("seed", seeds(SANDBOX))
def test_on_the_sandbox(world: World, proxy: FaultProxy, server: Server, seed: int) -> None:
    """Whatever happens on the way, in the end Odoo equals the source."""
    play(world, proxy, server.api_key, seed)


@pytest.mark.odoo
@pytest.mark.parametrize("server", ["odoo"], indirect=True)
@pytest.mark.parametrize("seed", seeds(REAL))
def test_on_a_real_odoo(world: World, proxy: FaultProxy, server: Server, seed: int) -> None:
    """The same."""
    play(world, proxy, server.api_key, seed)
