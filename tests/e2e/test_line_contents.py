"""Images of lines on a real Odoo: sent once, compared by checksum whatever Odoo made of them, undone."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from odoo_etl.state import open_ledger
from tests.builders import job_spec
from tests.e2e.repeated import Watched, World
from tests.e2e.test_contents import LARGE, OTHER, SMALL
from tests.servers import Server

pytestmark = pytest.mark.odoo
COLUMNS = ("ref", "contact", "image")


def lines(root: Path, **more: object) -> dict[str, object]:
    """Contacts of a firm, each with a picture."""
    image = {"column": "image", "type": "file", "root": str(root), **more}
    return {"child_ids": {"key": "ref", "fields": {"ref": "contact", "name": "contact", "image_1920": image}}}


@pytest.fixture
def world(real_odoo: Server, tmp_path: Path, prefix: str) -> Iterator[World]:
    """A firm with three contacts: a picture that Odoo keeps as it is, one that it shrinks, and none."""
    for name, content in {"small": SMALL, "large": LARGE, "other": OTHER}.items():
        (tmp_path / f"{name}.png").write_bytes(base64.b64decode(content))
    rows = [(f"{prefix}", f"{prefix}{n}", path) for n, path in enumerate(("small.png", "large.png", ""))]
    spec = job_spec({"ref": "ref", "name": {"value": "Firm"}}, lines=lines(tmp_path))
    with Watched(real_odoo) as client, open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        world = World(client, ledger, rows, spec, COLUMNS)
        assert world.run(plan=True) == {"created": 3}
        assert world.run() == {"created": 3}
        yield world


def stored(world: World, contact: int) -> str:
    """The picture of a contact."""
    domain = [["ref", "=", world.rows[contact][1]]]
    return str(world.client.search_read("res.partner", domain, ["image_1920"])[0]["image_1920"])


def test_the_same_files_again_write_nothing(world: World) -> None:
    """Also the one that Odoo has shrunk; none of them is read, and none was sent twice."""
    assert (stored(world, 0), stored(world, 1) in {LARGE, "False"}) == (SMALL, False)
    for plan in (True, False, False):
        assert world.run(plan=plan) == {"unchanged": 3}
        assert "image_1920" not in set().union(*world.client.read_fields)
        assert world.client.writes == []


def test_a_file_with_another_content_is_written(world: World, tmp_path: Path) -> None:
    """The ledger keeps what it replaces, and undo puts that back."""
    shrunk = stored(world, 1)
    (tmp_path / "small.png").write_bytes(base64.b64decode(LARGE))
    (tmp_path / "large.png").write_bytes(base64.b64decode(OTHER))
    assert world.run(plan=True) == {"updated": 3}
    assert "image_1920" not in set().union(*world.client.read_fields)
    assert (world.run(), world.client.writes) == ({"updated": 3}, ["write"])
    written = f"r{world.runs}"
    assert (stored(world, 0) == shrunk, stored(world, 1)) == (True, OTHER)
    assert world.run() == {"unchanged": 3}
    (job,) = world.ledger.jobs(written)
    (call,) = world.ledger.calls(job.id, ["update"])
    assert [one.get("image_1920") for one in call.before[0]["child_ids[]"]] == [SMALL, shrunk, None]
    assert OTHER not in str(call.after)
    undone = world.undo(written)
    assert (undone.put_back, list(undone.left)) == (1, [])
    assert [stored(world, n) for n in range(2)] == [SMALL, shrunk]


def test_lines_that_go_come_back_with_their_pictures(world: World, tmp_path: Path) -> None:
    """Their content is read before they go."""
    shrunk = stored(world, 1)
    rest = {"child_ids": {**lines(tmp_path)["child_ids"], "rest": "remove"}}
    world.spec = job_spec({"ref": "ref", "name": {"value": "Firm"}}, lines=rest)
    assert world.run() == {"unchanged": 3}
    rows, world.rows = world.rows, world.rows[2:]
    assert world.run() == {"updated": 1}
    world.undo(f"r{world.runs}")
    world.rows = rows
    assert [stored(world, n) for n in range(2)] == [SMALL, shrunk]


def test_a_missing_file_rejects_the_firm(world: World, tmp_path: Path) -> None:
    """Or empties the field, where the job says so."""
    (tmp_path / "small.png").unlink()
    assert world.run() == {}
    assert {one.code for one in world.heard.rejects} == {"file_missing", "line_rejected"}
    world.spec = job_spec({"ref": "ref", "name": {"value": "Firm"}}, lines=lines(tmp_path, on_missing="empty"))
    assert (world.run(), stored(world, 0)) == ({"updated": 3}, "False")
    assert world.run() == {"unchanged": 3}


def test_contents_in_the_cells_of_lines(world: World, tmp_path: Path) -> None:
    """As base64."""
    cells = {"child_ids": {"key": "ref", "fields": {"ref": "contact", "name": "contact", "image_1920": "image"}}}
    world.spec = job_spec({"ref": "ref", "name": {"value": "Firm"}}, lines=cells)
    world.rows = [(*row[:2], image) for row, image in zip(world.rows, (SMALL, OTHER, LARGE), strict=True)]
    assert (world.run(), stored(world, 1)) == ({"updated": 3}, OTHER)
    assert (world.run(), world.client.writes) == ({"unchanged": 3}, [])
