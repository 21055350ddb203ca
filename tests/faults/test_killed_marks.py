"""The program killed around what later runs build on, a watermark or a list of files: no row is left out for good."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.builders import watermark_of
from tests.fault_proxy import FaultProxy
from tests.faults.test_killed import ENDED_WELL
from tests.faults.world import World, killer, write_csv
from tests.pairs import id_of, in_turns, pairwise

pytestmark = pytest.mark.parametrize("server", ["sandbox"], indirect=True)


class Shop:
    """A table of partners in which each change has a number, and the job that reads what has changed."""

    def __init__(self, world: World, **job: Any) -> None:
        self.world, self._file = world, world.folder / "shop.db"
        self._tell("CREATE TABLE partners (ref TEXT PRIMARY KEY, name TEXT, email TEXT, parent TEXT, changed INTEGER)")
        query = "SELECT * FROM partners"
        source = {"type": "sql", "url": "sqlite:///../shop.db", "query": query, "incremental": {"cursor": "changed"}}
        world.job(source=source, **job)

    def put(self, number: int, name: str, changed: int) -> None:
        """A person edits a row."""
        row = (f"{self.world.prefix}-{number:03}", name, changed)
        self._tell("INSERT OR REPLACE INTO partners VALUES (?, ?, NULL, NULL, ?)", row)

    def watermark(self) -> int:
        """How far the next run need not look back; 0 before the first."""
        with self.world.ledger() as ledger:
            entries = [entry for run in ledger.runs() for entry in ledger.jobs(run.id)]
            return (entries and watermark_of(ledger, "partners", entries[0].database)) or 0

    def check_watermark(self) -> None:
        """No row that is not read again, one below the watermark, is missing in Odoo."""
        mark = self.watermark()
        found = {row["ref"]: row["name"] for row in self.world.existing()}
        covered = {ref: name for ref, name, changed in self._rows() if changed < mark}
        assert {ref: found.get(ref) for ref in covered} == covered, mark

    def settle_down(self, verb: str = "run") -> None:
        """As `World.settle_down`, with what the table holds now."""
        self.world.rows = [{"ref": ref, "name": name, "email": "", "parent": ""} for ref, name, _ in self._rows()]
        self.world.settle_down(verb)
        self.check_watermark()

    def _rows(self) -> list[Any]:
        return self._tell("SELECT ref, name, changed FROM partners")

    def _tell(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with closing(sqlite3.connect(self._file)) as connection, connection:
            return connection.execute(statement, values).fetchall()


@pytest.fixture
def shop(world: World) -> Shop:
    """A shop of 14 partners, all of which a run has read, and then changed, two by two at a time."""
    made = Shop(world)
    for number in range(10):
        made.put(number, f"Name {number}", number // 2)
    assert world.run().code == 0
    for number in range(4, 14):
        made.put(number, f"Other {number}", 10 + number // 2)
    return made


WATERMARK_POINTS = [
    ("after", "sent", 1),
    ("before", "done", 2),
    ("after", "confirmed", 1),
    ("before", "set_watermark", 1),
    ("after", "set_watermark", 1),
    ("before", "finish", 1),
    ("after", "finish_run", 1),
    ("after", "write_results", 1),
]
MOVED = WATERMARK_POINTS[4:]


@pytest.mark.parametrize(("point", "follow"), in_turns(WATERMARK_POINTS, ("resume", "run"), "refused"), ids=id_of)
def test_a_watermark(shop: Shop, point: tuple[str, str, int], follow: str) -> None:
    """It covers what Odoo holds, whenever the run died; a row that was refused holds it back."""
    if follow == "refused":
        shop.put(8, "", 14)
    world, before = shop.world, shop.watermark()
    assert world.run(point=point).killed
    shop.check_watermark()
    moved = 13 if follow == "refused" else 16
    assert shop.watermark() == (moved if point in MOVED else before)
    if follow == "resume" and point not in ENDED_WELL:
        assert world.run("resume").code == 0
        shop.check_watermark()
    shop.put(0, "Last", 16)  # it shares its number with rows that were read
    shop.settle_down()
    shop.put(8, "Mended", 17)
    shop.settle_down()


@pytest.mark.parametrize(
    ("call", "forwarded", "follow"), pairwise(("create", "web_save_multi"), (False, True), ("resume", "run")), ids=id_of
)
def test_a_watermark_and_a_call(shop: Shop, proxy: FaultProxy, call: str, forwarded: bool, follow: str) -> None:
    """It does not move over a call whose outcome nobody has heard."""
    before = shop.watermark()
    killer(shop.world, proxy, call, forwarded=forwarded)
    assert shop.world.run().killed
    assert shop.watermark() == before
    shop.settle_down(follow)


FILES_POINTS = [
    ("before", "set_files", 1),
    ("after", "set_files", 1),
    ("after", "done", 1),
    ("after", "confirmed", 2),
    ("before", "set_files", 2),
    ("after", "set_files", 2),
    ("before", "finish", 1),
    ("after", "write_results", 1),
]


@pytest.mark.parametrize(("point", "then"), in_turns(FILES_POINTS, ("resume", "run"), "put back"), ids=id_of)
def test_a_list_of_files(world: World, point: tuple[str, str, int], then: str) -> None:
    """A changed file and a new one are read whole, whenever the run died; also one that is as it was before."""
    world.job(source={"type": "csv", "path": "../files/*.csv", "only_new": True})
    old = put_files(world, "Old", count=1)
    assert world.run().code == 0
    put_files(world, "New", count=2)
    assert world.run(point=point).killed
    if then == "put back":
        (world.folder / "files" / "0.csv").write_bytes(old)
        world.rows[:7] = [{**row, "name": row["name"].replace("New", "Old")} for row in world.rows[:7]]
    elif then == "resume" and point not in ENDED_WELL:
        assert world.run("resume").code == 0
    world.settle_down()


def put_files(world: World, word: str, *, count: int) -> bytes:
    """Files of seven rows each; the bytes of the first."""
    folder = world.folder / "files"
    world.rows = [
        {"ref": f"{world.prefix}-{n:03}", "name": f"{word} {n}", "email": "", "parent": ""} for n in range(7 * count)
    ]
    for number in range(count):
        write_csv(folder / f"{number}.csv", world.rows[7 * number : 7 * number + 7])
    return (folder / "0.csv").read_bytes()
