"""The program killed while it carries out steps: each record has its step once; what nobody knows is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.fault_proxy import FaultProxy
from tests.faults.world import EVERY, World, killer
from tests.pairs import id_of, in_turns
from tests.servers import Server
from tests.zygote import Zygote

ROWS = 7
ARCHIVE = {"call": "action_archive", "where": [["active", "=", True]], "size": 3}
POST = {"call": "message_post", "kwargs": {"body": "Taken over"}, "size": 1}
FOLLOWS = ("resume", "run")
# The first intents are those of the creations: one record alone, then two batches.
CREATES = 3
POINTS = [
    ("after", "sent", CREATES),
    ("after", "done", CREATES),
    ("after", "confirmed", 2),
    *[(when, "sent", CREATES + nth) for nth in (1, 3) for when in ("before", "after")],
    *[(when, "done", CREATES + nth) for nth in (1, 2) for when in ("before", "after")],
    ("before", "conclude", 1),
    ("after", "conclude", 1),
    ("before", "finish", 1),
]


def stepped(world: World, *after: dict[str, Any], **load: Any) -> None:
    """Write the job and its rows."""
    world.source([{"ref": f"{world.prefix}-{n}", "name": f"Name {n}"} for n in range(ROWS)])
    job = {
        "version": 1,
        "job": "partners",
        "source": {"type": "csv", "path": "../rows.csv"},
        "target": {"model": "res.partner", "key": "ref"},
        "fields": {"ref": "ref", "name": "name"},
        "after": list(after),
        "load": {"chunk_size": 5, "settle": "600ms", **load},
    }
    world._yaml("partners.yaml", job)


def active(world: World) -> list[bool]:
    """Whether each record is active."""
    return [row["active"] for row in world.existing()]


@pytest.mark.parametrize("server", ["sandbox"], indirect=True)
@pytest.mark.parametrize(("point", "follow"), in_turns(POINTS, FOLLOWS), ids=id_of)
def test_what_shows_is_done_for_each_record(world: World, point: tuple[str, str, int], follow: str) -> None:
    """Also for those that the killed run had written, and that are unchanged now."""
    stepped(world, ARCHIVE)
    assert world.run(point=point).killed
    assert world.run(follow).code == 0
    assert active(world) == [False] * ROWS
    again = world.run()
    (job,) = again.result["jobs"]
    assert (again.code, again.landed(), job["calls"].get("res.partner.action_archive", 0)) == (0, 0, 0)


@pytest.mark.parametrize("server", ["sandbox"], indirect=True)
@pytest.mark.parametrize("forwarded", [False, True], ids=["before", "after"])
def test_killed_while_a_call_is_on_its_way(world: World, proxy: FaultProxy, forwarded: bool) -> None:
    """It landed or it did not: `where` says so, once it can no longer land."""
    stepped(world, ARCHIVE)
    killer(world, proxy, "action_archive", forwarded=forwarded)
    assert world.run().killed
    ended = world.run()
    (job,) = ended.result["jobs"]
    assert (ended.code, active(world), job["settled"]) == (0, [False] * ROWS, 1)
    assert job["steps"][0]["records"] == (ROWS - 3 if forwarded else ROWS)


@pytest.fixture
def business(zygote: Zygote, business_odoo: Server, tmp_path: Path) -> Iterator[tuple[World, FaultProxy]]:
    """A world on a real Odoo, where contacts have messages; its prefix is of the test."""
    server = business_odoo
    with (
        OdooClient(server.url, server.db, api_key=server.api_key) as odoo,
        FaultProxy(server.url) as proxy,
    ):
        made = World(zygote, odoo, tmp_path, f"S-{tmp_path.name[-8:]}")
        made.connect(proxy.url, api_key=server.api_key)
        yield made, proxy


def messages(world: World) -> list[int]:
    """How many of our messages each record has."""
    said = [["model", "=", "res.partner"], ["body", "ilike", "Taken over"]]
    ids = world.odoo.search("res.partner", [["ref", "=like", f"{world.prefix}%"]], order="ref", context=EVERY)
    return [world.odoo.search_count("mail.message", [*said, ["res_id", "=", each]]) for each in ids]


@pytest.mark.odoo
@pytest.mark.parametrize("forwarded", [False, True], ids=["before", "after"])
def test_a_message_is_posted_once_and_doubt_is_told(business: tuple[World, FaultProxy], forwarded: bool) -> None:
    """Killed while the third was on its way: that one is told, the others have theirs."""
    world, proxy = business
    stepped(world, POST)
    killer(world, proxy, "message_post", forwarded=forwarded, skip=2)
    assert world.run().killed
    ended = world.run()
    assert ended.code == 3
    (job,) = ended.result["jobs"]
    assert (job["reject_codes"], job["steps"][0]["unknown"]) == ({"step_unknown": 1}, 1)
    assert sorted(messages(world)) == ([1] * ROWS if forwarded else [0, *[1] * (ROWS - 1)])
    assert world.run().code == 0
    assert sum(messages(world)) == (ROWS if forwarded else ROWS - 1)
    if not forwarded:  # a person has looked, and says so
        assert world.run("retry").code == 0
        assert messages(world) == [1] * ROWS


@pytest.mark.odoo
@pytest.mark.parametrize(
    ("point", "follow"),
    in_turns([*POINTS[:3], ("before", "sent", CREATES + 3), ("after", "done", CREATES + 3), *POINTS[-3:]], FOLLOWS),
    ids=id_of,
)
def test_between_two_messages_nobody_is_in_doubt(
    business: tuple[World, FaultProxy], point: tuple[str, str, int], follow: str
) -> None:
    """What is done is in the ledger before the next one is sent."""
    world, _ = business
    stepped(world, POST)
    assert world.run(point=point).killed
    assert world.run(follow).code == 0
    assert messages(world) == [1] * ROWS
    assert world.run().code == 0
    assert messages(world) == [1] * ROWS
