"""`compare: ledger` on each server: nobody's work is overlooked, and what nobody touched is not read again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from odoo_etl.state import open_ledger
from tests.builders import job_spec
from tests.e2e.repeated import Watched, World
from tests.servers import Server

COLUMNS = ("ref", "name", "note", "tag")
TAGS = {"model": "res.partner.category", "by": "name"}
FIELDS = {"ref": "ref", "name": "name", "comment": "note", "category_id": {"column": "tag", "lookup": TAGS}}


LIGHT, ALL = {"category_id"}, {"name", "comment", "category_id"}


@pytest.fixture
def world(server: Server, tmp_path: Path, prefix: str) -> Iterator[World]:
    """Ten partners that were created by a first run, and found equal by a second."""
    rows = [(f"{prefix}{n}", f"Name {n}", f"<p>Note {n}</p>", prefix) for n in range(10)]
    spec = job_spec(FIELDS, load={"compare": "ledger"})
    with Watched(server) as client, open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        client.create("res.partner.category", [{"name": prefix}])
        world = World(client, ledger, rows, spec, COLUMNS)
        assert (world.run(), client.read_fields) == ({"created": 10}, [ALL - LIGHT])  # there is nobody with links yet
        assert (world.run(), client.read_fields) == ({"unchanged": 10}, [ALL])
        time.sleep(1.1)  # `write_date` has seconds
        yield world


def test_what_nobody_touched_is_not_read_again(world: World) -> None:
    """One question a chunk: the keys, `write_date`, and the fields whose changes it does not tell."""
    for _ in range(2):
        assert (world.run(), world.client.read_fields) == ({"unchanged": 10}, [LIGHT])


def test_what_somebody_changed_is_put_back(world: World) -> None:
    """A field of the record, and a link that only the other side's record knows of; then all is known again."""
    world.client.write("res.partner", [world.id_of(3)], {"name": "By hand"})
    assert (world.run(), world.client.read_fields) == ({"updated": 1, "unchanged": 9}, [LIGHT, ALL])
    assert world.client.read("res.partner", [world.id_of(3)], ["name"])[0]["name"] == "Name 3"
    world.client.write(
        "res.partner.category",
        world.client.search("res.partner.category", [["name", "=", world.rows[0][3]]]),
        {"partner_ids": [[3, world.id_of(5)]]},
    )
    assert world.run()["updated"] == 1
    world.run()
    assert (world.run(), world.client.read_fields) == ({"unchanged": 10}, [LIGHT])


def test_a_row_that_changed_is_written(world: World) -> None:
    """Its digest is another one, so the record is read in full."""
    ref, _, *rest = world.rows[0]
    world.rows[0] = (ref, "New name", *rest)
    assert (world.run(), world.client.read_fields) == ({"updated": 1, "unchanged": 9}, [LIGHT, ALL])


def test_a_record_that_was_deleted_is_created_again(world: World) -> None:
    """Nothing is taken for there because it once was."""
    world.client.unlink("res.partner", [world.id_of(2)])
    assert world.run() == {"created": 1, "unchanged": 9}


def test_another_database_knows_nothing(world: World) -> None:
    """What holds for one says nothing about its copy."""
    world.database = "copy"
    assert (world.run(), world.client.read_fields) == ({"unchanged": 10}, [ALL])


def test_what_was_written_just_now_is_not_remembered(world: World) -> None:
    """Somebody may write in the same second: such records are read in full the next time, too."""
    world.client.write("res.partner", [world.id_of(n) for n in range(10)], {"function": "Buyer"})
    world.later_s = 0.0
    for _ in range(2):
        assert (world.run(), world.client.read_fields) == ({"unchanged": 10}, [LIGHT, ALL])


def test_a_plan_looks_at_odoo_alone(world: World) -> None:
    """It shows what is, not what was."""
    assert (world.run(plan=True), world.client.read_fields) == ({"unchanged": 10}, [ALL])
