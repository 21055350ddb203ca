"""Rows that are written together, killed and unanswered at each point: no group is ever there in part, or twice."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from tests.fault_proxy import DROP_AFTER, DROP_BEFORE, FaultProxy
from tests.faults.world import PATIENCE, World, killer
from tests.pairs import id_of, in_turns

POINTS = [
    ("before", "sent", 1),
    ("after", "sent", 1),
    ("after", "sent", 2),
    ("after", "sent", 3),
    ("before", "done", 1),
    ("after", "done", 1),
    ("after", "done", 2),
    ("after", "confirmed", 1),
]
FOLLOWS = ("resume", "run")
GROUPS, OF = 4, 3
pytestmark = pytest.mark.parametrize("server", ["sandbox"], indirect=True)


@pytest.fixture
def world(world: World) -> World:
    """Partners of one address are one group."""
    job = {
        "version": 1,
        "job": "partners",
        "source": {"type": "csv", "path": "../rows.csv"},
        "target": {"model": "res.partner", "key": "ref"},
        "fields": {"ref": "ref", "name": {"column": "name", "empty": "clear"}, "email": "email"},
        "load": {"together": ["email"], "chunk_size": 5, "settle": "600ms", "retry": PATIENCE},
    }
    (world.folder / "pipelines/partners.yaml").write_text(yaml.safe_dump(job), encoding="utf-8")
    return world


def rows(world: World, name: str = "Name", of: int = OF) -> list[dict[str, str]]:
    """Groups whose rows stand far apart."""
    return [
        {"ref": f"{world.prefix}-{group}-{n}", "name": f"{name} {n}", "email": f"{group}@{world.prefix}"}
        for n in range(of)
        for group in range(GROUPS)
    ]


def check_whole(world: World, *sizes: int) -> None:
    """Every group that is there has one of these sizes, and one state."""
    existing = world.existing()
    assert set(Counter(row["email"] for row in existing).values()) <= set(sizes), existing
    names = {
        row["email"]: {one["name"].split()[0] for one in existing if one["email"] == row["email"]} for row in existing
    }
    assert all(len(some) == 1 for some in names.values()), names


@pytest.mark.parametrize(("point", "follow"), in_turns(POINTS, FOLLOWS), ids=id_of)
def test_killed_while_creating(world: World, point: tuple[str, str, int], follow: str) -> None:
    """New groups."""
    world.source(rows(world))
    assert world.run(point=point).killed
    check_whole(world, OF)
    world.settle_down(follow)
    check_whole(world, OF)


@pytest.mark.parametrize(("point", "follow"), in_turns(POINTS, FOLLOWS), ids=id_of)
def test_killed_while_groups_grow(world: World, point: tuple[str, str, int], follow: str) -> None:
    """Changed and new records in one call: two intents, of which both or none come true."""
    world.source(rows(world))
    assert world.run().code == 0
    world.source(rows(world, "Other", OF + 2))
    assert world.run(point=point).killed
    check_whole(world, OF, OF + 2)
    world.settle_down(follow)
    check_whole(world, OF + 2)


@pytest.mark.parametrize("call", ["create", "load"])
@pytest.mark.parametrize("fault", [DROP_AFTER, DROP_BEFORE], ids=["landed", "lost"])
def test_unanswered(world: World, proxy: FaultProxy, call: str, fault: object) -> None:
    """A call whose answer never comes, whether or not it landed."""
    world.source(rows(world))
    if call == "load":
        assert world.run().code == 0
        world.source(rows(world, "Other", OF + 1))
    proxy.script(fault, call)
    assert world.run().code == 0
    assert proxy.met() == 1
    check_whole(world, OF, OF + 1)
    world.settle_down()


@pytest.mark.parametrize("forwarded", [True, False])
@pytest.mark.parametrize("call", ["create", "load"])
def test_killed_while_a_call_is_on_its_way(world: World, proxy: FaultProxy, call: str, forwarded: bool) -> None:
    """Before the server hears of it, or before its answer is heard."""
    world.source(rows(world))
    if call == "load":
        assert world.run().code == 0
        world.source(rows(world, "Other", OF + 1))
    killer(world, proxy, call, forwarded=forwarded)
    assert world.run().killed
    check_whole(world, OF, OF + 1)
    world.settle_down("resume")
    check_whole(world, OF, OF + 1)
