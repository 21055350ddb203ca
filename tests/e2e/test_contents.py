"""Images on a real Odoo: by checksum, whatever Odoo makes of them; the sandbox shrinks none."""

from __future__ import annotations

import base64
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from odoo_etl.state import open_ledger
from tests.builders import job_spec
from tests.e2e.repeated import Watched, World
from tests.servers import Server

pytestmark = pytest.mark.odoo

COLUMNS = ("ref", "name", "image")
FIELDS = {"ref": "ref", "name": "name", "image_1920": "image"}
LIGHT, IMAGES = {"name"}, {"image_1920"}


def png(width: int, height: int, seed: int) -> str:
    """A picture as base64 text."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + bytes((x * seed + y) % 256 for x in range(width * 3)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = part(b"IHDR", head) + part(b"IDAT", zlib.compress(lines)) + part(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + parts).decode()


SMALL, OTHER, LARGE = png(50, 40, 3), png(50, 40, 5), png(2400, 60, 7)


@pytest.fixture
def world(real_odoo: Server, tmp_path: Path, prefix: str) -> Iterator[World]:
    """Three partners: a picture that Odoo keeps as it is, one that it shrinks, and none."""
    rows = [(f"{prefix}{n}", f"Name {n}", image) for n, image in enumerate((SMALL, LARGE, ""))]
    spec = job_spec({**FIELDS, "image_1920": {"column": "image", "empty": "clear"}})
    with Watched(real_odoo) as client, open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        world = World(client, ledger, rows, spec, COLUMNS)
        assert world.run() == {"created": 3}
        yield world


def stored(world: World, row: int) -> str:
    return world.client.read("res.partner", [world.id_of(row)], ["image_1920"])[0]["image_1920"]


def test_the_same_pictures_again_write_nothing_and_are_not_read(world: World) -> None:
    """Also the one that Odoo has shrunk."""
    assert stored(world, 1) not in {LARGE, False}
    for plan in (True, False, False):
        assert (world.run(plan=plan), world.client.read_fields) == ({"unchanged": 3}, [LIGHT])


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_picture_that_somebody_changed_is_put_back(world: World, row: int) -> None:
    """Only that one is read, for undo; then all are equal again."""
    before = stored(world, row)
    world.client.write("res.partner", [world.id_of(row)], {"image_1920": OTHER})
    assert world.run() == {"updated": 1, "unchanged": 2}
    assert IMAGES in world.client.read_fields
    assert stored(world, row) == before
    assert (world.run(), world.client.read_fields) == ({"unchanged": 3}, [LIGHT])


def test_a_row_with_another_picture_is_written(world: World) -> None:
    """And the ledger keeps the old one."""
    ref, name, _ = world.rows[0]
    world.rows[0] = (ref, name, OTHER)
    assert world.run(plan=True) == {"updated": 1, "unchanged": 2}
    assert (world.run(), stored(world, 0)) == ({"updated": 1, "unchanged": 2}, OTHER)
    (job,) = world.ledger.jobs("r3")
    (call,) = world.ledger.calls(job.id, ["update"])
    assert call.before == [{"image_1920": SMALL}]


def test_attachments_are_records_with_a_checksum_of_their_own(world: World, prefix: str) -> None:
    """A job that writes files to `ir.attachment` reads none of them."""
    world.spec = job_spec({"name": "ref", "datas": "image"}, model="ir.attachment", key="name")
    world.rows = [(f"{prefix}{n}.txt", "", base64.b64encode(b"text %d" % n).decode()) for n in range(3)]
    assert world.run() == {"created": 3}
    calls = world.client.calls["ir.attachment.search_read"]
    assert world.run() == {"unchanged": 3}
    assert world.client.calls["ir.attachment.search_read"] - calls == 2


def test_another_picture_of_a_record_that_the_ledger_knows(world: World) -> None:
    """`compare: ledger` skips reading what is as it was; the picture is held against Odoo all the same."""
    world.spec = job_spec(FIELDS, load={"compare": "ledger"})
    time.sleep(1.1)  # records are known once their second is over
    for _ in range(2):
        assert world.run() == {"unchanged": 3}
    world.rows[0] = (*world.rows[0][:2], OTHER)
    assert world.run() == {"updated": 1, "unchanged": 2}
    assert stored(world, 0) == OTHER


def test_a_picture_is_put_where_there_is_none(world: World) -> None:
    """One that is there stays, whichever it is, and is not read."""
    image = {"column": "image", "write": "if_empty"}
    world.spec = job_spec({**FIELDS, "image_1920": image})
    kept = stored(world, 1)
    world.rows = [(ref, name, OTHER) for ref, name, _ in world.rows]
    for plan in (True, False):
        assert world.run(plan=plan) == {"updated": 1, "unchanged": 2}
    assert [stored(world, row) for row in range(3)] == [SMALL, kept, OTHER]
    assert (world.run(), world.client.read_fields) == ({"unchanged": 3}, [LIGHT])
