"""The program killed at each labelled point of its books, in each kind of work; then resumed, or simply run again."""

from __future__ import annotations

import pytest

from tests.fault_proxy import FaultProxy
from tests.faults.world import World, killer
from tests.pairs import id_of, in_turns

POINTS = [
    ("after", "start_run", 1),
    ("before", "start_job", 1),
    ("after", "gathered", 1),
    ("before", "sent", 1),
    ("after", "sent", 1),
    ("after", "sent", 2),
    ("before", "done", 1),
    ("after", "done", 1),
    ("before", "confirmed", 1),
    ("after", "confirmed", 1),
    ("after", "confirmed", 2),
    ("before", "stamp", 1),
    ("before", "finish", 1),
    ("after", "finish", 1),
    ("before", "finish_run", 1),
    ("after", "finish_run", 1),
    ("before", "write_results", 1),
    ("after", "write_results", 1),
]
ENDED_WELL = POINTS[-3:]  # only its report may be missing: there is nothing to resume
FOLLOWS = ("resume", "run")
# At each point, creating is followed by what updating is not followed by there.
FOLLOWS_AND_LANES = [("run", 1), ("resume", 8), ("run", 8), ("resume", 1)]
IN_TURNS = pytest.mark.parametrize(("point", "follow"), in_turns(POINTS, FOLLOWS), ids=id_of)
pytestmark = pytest.mark.parametrize("server", ["sandbox"], indirect=True)


def rows(world: World, count: int = 14, **cells: str) -> list[dict[str, str]]:
    """Rows of a world: each but the last is a child of the next one, so that parents come later."""
    refs = [f"{world.prefix}-{n:03}" for n in range(count)]
    parents = [*refs[1:], ""]
    return [
        {"ref": ref, "name": f"Name {ref}", "email": "", "parent": parent if n % 3 == 0 else "", **cells}
        for n, (ref, parent) in enumerate(zip(refs, parents, strict=True))
    ]


@pytest.mark.parametrize(("point", "then"), in_turns(POINTS, FOLLOWS_AND_LANES), ids=id_of)
def test_while_creating(world: World, point: tuple[str, str, int], then: tuple[str, int]) -> None:
    """New records, some of which wait for their parents (a second pass updates them)."""
    follow, lanes = then
    world.job(load={"concurrency": lanes})
    world.source(rows(world))
    assert world.run(point=point).killed
    world.settle_down("run" if point in ENDED_WELL else follow)


SECOND_PASS = [("before", "sent", 4), ("after", "sent", 4)]


@pytest.mark.parametrize(("point", "follow"), in_turns([*POINTS[4:12], *SECOND_PASS], FOLLOWS), ids=id_of)
def test_while_creating_only(world: World, point: tuple[str, str, int], follow: str) -> None:
    """`mode: create` leaves alone what is there, but finishes what it made itself."""
    world.job(mode="create")
    world.source(rows(world))
    assert world.run(point=point).killed
    world.settle_down(follow)


def test_what_undo_archived_comes_back(world: World) -> None:
    """Also where a run that was killed had confirmed its rows."""
    world.source(rows(world, parent=""))
    assert world.run().code == 0
    assert world.run("undo", run=world.newest()).code == 0
    assert world.run(point=("after", "confirmed", 1)).killed
    assert world.run("resume").code == 0
    assert [row["active"] for row in world.existing()] == [True] * 14


@IN_TURNS
def test_while_updating(world: World, point: tuple[str, str, int], follow: str) -> None:
    """Every record gets another name, one of them is refused."""
    some = rows(world)
    world.source(some)
    assert world.run().code == 0
    for row in some:
        row["name"] = f"Other {row['ref']}"
    some[4]["name"] = ""
    world.source(some)
    assert world.run(point=point).killed
    world.settle_down("run" if point in ENDED_WELL else follow)


@IN_TURNS
def test_while_removing(world: World, point: tuple[str, str, int], follow: str) -> None:
    """A mirror archives what vanished: what it had begun is finished, and nothing else goes."""
    world.job(mode="mirror", vanish={"max": {"percent": 100}, "max_shrink": 100})
    some = rows(world, parent="")
    world.source(some)
    assert world.run().code == 0
    some[0]["name"] = "Other"
    world.source(some[:7])
    ended = world.run(point=point)
    if not ended.killed:  # that point is not passed twice here
        assert ended.code == 0
    world.settle_down("run" if point in ENDED_WELL or not ended.killed else follow)
    active = {row["ref"]: row["active"] for row in world.existing()}
    assert active == {row["ref"]: number < 7 for number, row in enumerate(some)}


@pytest.mark.parametrize("point", POINTS, ids=id_of)
def test_while_retrying(world: World, point: tuple[str, str, int]) -> None:
    """The rejects file stays whole until its rows have landed; retried again, each of them is there once."""
    first = rejected(world)
    ended = world.run("retry", run=first, point=point)
    if ended.killed:
        assert world.run("retry", run=first).code == 0
    world.check()
    assert world.run("retry", run=first).code == 0  # nothing is left to retry


def rejected(world: World) -> str:
    """A run with rejected rows, some to be created and some to be updated, which would all land now."""
    some = rows(world, parent="")
    for row in some[3:6]:
        row["parent"] = f"{world.prefix}-missing"
    for row in some[8:12]:
        row["name"] = ""
    world.source(some)
    assert world.run().code == 3
    first = world.newest()
    world.odoo.create("res.partner", [{"ref": f"{world.prefix}-missing", "name": "There now"}])
    for row in some[8:12]:
        row["name"] = "Mended"
    world.mend(first, lambda row: row.update(name=row["name"] or "Mended"))
    world.source([*some, {"ref": f"{world.prefix}-missing", "name": "There now"}])
    return first


@pytest.mark.parametrize("point", POINTS, ids=id_of)
def test_while_undoing(world: World, point: tuple[str, str, int]) -> None:
    """Undone again, every record is as it was before the run."""
    before = changed(world)
    run = world.newest()
    world.run("undo", run=run, point=point)
    check_undone(world, run, before)


Existing = dict[str, dict[str, object]]


def changed(world: World) -> Existing:
    """A run that changes ten records and creates four; what Odoo held before."""
    some = rows(world, parent="")
    world.source(some[:10])
    assert world.run().code == 0
    before = {row["ref"]: row for row in world.existing()}
    for row in some:
        row["name"] = f"Other {row['ref']}"
    world.source(some)
    assert world.run().code == 0
    return before


def check_undone(world: World, run: str, before: Existing) -> None:
    """Undone once more, what the run changed is as before and what it created is archived."""
    assert world.run("undo", run=run).code == 0
    after = {row["ref"]: row for row in world.existing()}
    assert {ref: after[ref] for ref in before} == before
    assert not any(after[ref]["active"] for ref in after.keys() - before.keys())


HEARD = pytest.mark.parametrize("forwarded", [False, True], ids=["before the server hears", "after it has committed"])


@HEARD
@pytest.mark.parametrize("follow", ["resume", "run"])
@pytest.mark.parametrize("call", ["create", "web_save_multi", "search_read"])
def test_during_a_call(world: World, proxy: FaultProxy, call: str, forwarded: bool, follow: str) -> None:
    """Whether the server had done its work or not."""
    some = rows(world)
    world.source(some[:5])
    assert world.run().code == 0
    for row in some[:3]:
        row["name"] = f"Other {row['ref']}"
    world.source(some)
    killer(world, proxy, call, forwarded=forwarded, skip=1 if call == "search_read" else 0)
    assert world.run().killed
    world.settle_down(follow)


@HEARD
@pytest.mark.parametrize("follow", ["resume", "run"])
@pytest.mark.parametrize("call", ["web_save_multi", "write"])
def test_during_the_second_pass(world: World, proxy: FaultProxy, call: str, forwarded: bool, follow: str) -> None:
    """All records are new: only the second pass updates, several records at once and at last a single one."""
    world.source(rows(world))
    killer(world, proxy, call, forwarded=forwarded)
    assert world.run().killed
    assert len(world.existing()) == 14
    world.settle_down(follow)


@HEARD
@pytest.mark.parametrize("follow", ["resume", "run"])
def test_during_a_removal(world: World, proxy: FaultProxy, forwarded: bool, follow: str) -> None:
    """A mirror archives each of the vanished records, and no other."""
    world.job(mode="mirror", vanish={"max": {"percent": 100}, "max_shrink": 100})
    some = rows(world, parent="")
    world.source(some)
    assert world.run().code == 0
    world.source(some[:7])
    killer(world, proxy, "write", forwarded=forwarded)
    assert world.run().killed
    world.settle_down(follow)
    assert sum(row["active"] for row in world.existing()) == 7


@HEARD
@pytest.mark.parametrize("call", ["create", "write"])
def test_during_a_retry(world: World, proxy: FaultProxy, call: str, forwarded: bool) -> None:
    """Retried again, each row is there once, and none is left."""
    first = rejected(world)
    killer(world, proxy, call, forwarded=forwarded)
    assert world.run("retry", run=first).killed
    assert world.run("retry", run=first).code == 0
    world.check()
    assert world.mend(first, lambda row: None) == 0
    assert world.run().landed() == 0


@HEARD
@pytest.mark.parametrize("call", ["web_save_multi", "write"])
def test_during_an_undo(world: World, proxy: FaultProxy, call: str, forwarded: bool) -> None:
    """Values that return, and new records that are archived."""
    before = changed(world)
    run = world.newest()
    killer(world, proxy, call, forwarded=forwarded)
    assert world.run("undo", run=run).killed
    check_undone(world, run, before)
