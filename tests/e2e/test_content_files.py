"""Images and attachments from files, on a real Odoo: sent once, compared by checksum, undone."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from odoo_etl.state import open_ledger
from tests.builders import job_spec
from tests.e2e.repeated import Watched, World
from tests.e2e.test_contents import COLUMNS, LARGE, LIGHT, OTHER, SMALL, stored
from tests.servers import Server

pytestmark = pytest.mark.odoo


def image(root: Path, **more: object) -> dict[str, object]:
    """The field whose cells are paths."""
    return {"column": "image", "type": "file", "root": str(root), **more}


@pytest.fixture
def world(real_odoo: Server, tmp_path: Path, prefix: str) -> Iterator[World]:
    """Three partners: a picture that Odoo keeps as it is, one that it shrinks, and none."""
    for name, content in {"small": SMALL, "large": LARGE, "other": OTHER}.items():
        (tmp_path / f"{name}.png").write_bytes(base64.b64decode(content))
    rows = [(f"{prefix}{n}", f"Name {n}", path) for n, path in enumerate(("small.png", "large.png", ""))]
    spec = job_spec({"ref": "ref", "name": "name", "image_1920": image(tmp_path)})
    with Watched(real_odoo) as client, open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        world = World(client, ledger, rows, spec, COLUMNS)
        assert world.run(plan=True) == {"created": 3}
        assert world.run() == {"created": 3}
        yield world


def test_the_same_files_again_write_nothing(world: World) -> None:
    """Also the one that Odoo has shrunk; Odoo's are not read."""
    assert stored(world, 0) == SMALL
    assert stored(world, 1) not in {LARGE, False}
    for plan in (True, False, False):
        assert (world.run(plan=plan), world.client.read_fields) == ({"unchanged": 3}, [LIGHT])


def test_a_file_with_another_content_is_written(world: World, tmp_path: Path) -> None:
    """A plan reads only whether the record is archived; a run keeps what Odoo had in the ledger, not what it sent."""
    (tmp_path / "small.png").write_bytes(base64.b64decode(OTHER))
    planned = {"updated": 1, "unchanged": 2}
    assert (world.run(plan=True), world.client.read_fields) == (planned, [LIGHT, {"active"}])
    assert (world.run(), stored(world, 0)) == ({"updated": 1, "unchanged": 2}, OTHER)
    (job,) = world.ledger.jobs(f"r{world.runs}")
    (call,) = world.ledger.calls(job.id, ["update"])
    assert call.before == [{"image_1920": SMALL}]
    assert OTHER not in str(call.after)
    assert world.run() == {"unchanged": 3}


def test_a_missing_file_empties_the_field(world: World, tmp_path: Path) -> None:
    """Where the job says so."""
    world.spec = job_spec({"ref": "ref", "name": "name", "image_1920": image(tmp_path, on_missing="empty")})
    (tmp_path / "small.png").unlink()
    assert (world.run(), stored(world, 0)) == ({"updated": 1, "unchanged": 2}, False)
    assert world.run() == {"unchanged": 3}


def test_new_records_with_an_external_id(world: World, tmp_path: Path, prefix: str) -> None:
    """`load` takes contents as well."""
    world.spec = job_spec({"ref": "ref", "name": "name", "image_1920": image(tmp_path)}, external_id="contents.c_{ref}")
    world.rows = [(f"{prefix}x{n}", f"Name {n}", path) for n, path in enumerate(("small.png", "large.png"))]
    assert world.run() == {"created": 2}
    assert stored(world, 0) == SMALL
    assert world.run() == {"unchanged": 2}


def test_attachments_of_records(world: World, tmp_path: Path, prefix: str) -> None:
    """The record that they belong to is found by a lookup; another content is written, the same is not."""
    fields = {
        "name": "ref",
        "datas": image(tmp_path),
        "res_model": {"value": "res.partner"},
        "res_id": {"column": "name", "lookup": {"model": "res.partner", "by": "ref"}},
    }
    partner = world.id_of(0)
    world.rows = [(f"{prefix}{n}.png", f"{prefix}0", f"{n}.txt") for n in range(3)]
    for n in range(3):
        (tmp_path / f"{n}.txt").write_bytes(b"text %d" % n)
    world.spec = job_spec(fields, model="ir.attachment", key="name")
    assert (world.run(), world.run()) == ({"created": 3}, {"unchanged": 3})
    (tmp_path / "1.txt").write_bytes(b"another text")
    assert (world.run(), world.run()) == ({"updated": 1, "unchanged": 2}, {"unchanged": 3})
    domain = [["res_model", "=", "res.partner"], ["res_id", "=", partner], ["res_field", "=", False]]
    found = world.client.search_read("ir.attachment", domain, ["name", "datas"])
    assert {one["name"]: base64.b64decode(one["datas"]) for one in found} == {
        f"{prefix}0.png": b"text 0",
        f"{prefix}1.png": b"another text",
        f"{prefix}2.png": b"text 2",
    }


def test_images_are_undone(world: World, prefix: str) -> None:
    """Also one that Odoo has shrunk; one that somebody changed since is left alone."""
    world.rows = [(f"{prefix}{n}", f"Name {n}", path) for n, path in enumerate(("large.png", "other.png", "large.png"))]
    shrunk = stored(world, 1)
    assert world.run() == {"updated": 3}
    assert stored(world, 0) not in {SMALL, LARGE, False}
    world.client.write("res.partner", [world.id_of(2)], {"image_1920": OTHER})
    undone = world.undo(f"r{world.runs}")
    assert (undone.put_back, [one.id for one in undone.left]) == (2, [world.id_of(2)])
    assert [stored(world, row) for row in range(3)] == [SMALL, shrunk, OTHER]


@pytest.mark.parametrize("write", ["always", "create", "if_empty"])
def test_every_new_record_gets_its_image(real_odoo: Server, tmp_path: Path, prefix: str, write: str) -> None:
    """Of several new products, Odoo gives its image to the first alone; the run sees to the others, and to no older."""
    (tmp_path / "small.png").write_bytes(base64.b64decode(SMALL))
    fields = {"ref": "ref", "name": {"column": "name", "write": "create"}, "image_1920": image(tmp_path, write=write)}
    fields["default_code"] = fields.pop("ref")
    spec = job_spec(fields, model="product.product", key="default_code")
    rows = [(f"{prefix}-{number}", "N", "small.png") for number in range(5)]
    with Watched(real_odoo) as client, open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        (older,) = client.create("product.product", [{"name": "older", "default_code": rows[0][0]}])
        world = World(client, ledger, rows, spec, COLUMNS)
        assert world.run() == {"created": 4, "unchanged" if write == "create" else "updated": 1}
        of_them = [["default_code", "=like", f"{prefix}-%"]]
        left = {
            row["id"] for row in client.search_read("product.product", of_them, ["image_128"]) if not row["image_128"]
        }
        assert left == ({older} if write == "create" else set())
        assert world.run() == {"unchanged": 5}
