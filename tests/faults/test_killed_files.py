"""The program killed while files that are done leave their folder: none is lost, none comes twice, none stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import s3, sftp
from tests.faults.world import World
from tests.pairs import id_of, in_turns

pytestmark = pytest.mark.parametrize("server", ["sandbox"], indirect=True)

BEFORE_IT_IS_DONE = [("before", "deliver", 1), ("after", "deliver", 1), ("before", "finish", 1)]
WHEN_IT_IS_DONE = [
    ("after", "finish", 1),
    ("before", "claim", 1),
    ("after", "claim", 2),
    ("before", "moved", 1),
    ("after", "moved", 2),
    ("after", "finish_run", 1),
]
ON_DISK = [("before", "link", 1), ("after", "link", 1), ("before", "unlink", 2), ("after", "unlink", 1)]
OVER_SFTP = [("before", "_rename", 2), ("after", "_rename", 1)]
IN_S3 = [("before", "_take", 2), ("after", "_take", 1), ("before", "remove", 1), ("after", "remove", 2)]
POINTS = {
    "disk": [*BEFORE_IT_IS_DONE, *WHEN_IT_IS_DONE, *ON_DISK],
    "sftp": [*OVER_SFTP, *BEFORE_IT_IS_DONE, *WHEN_IT_IS_DONE],
    "s3": [*BEFORE_IT_IS_DONE, *WHEN_IT_IS_DONE, *IN_S3],
}
CASES = [(kind, *case) for kind, points in POINTS.items() for case in in_turns(points, ["run", "resume"])]


class Disk:
    """Folders on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source: dict[str, Any] = {"path": "../in/*.csv"}

    def put(self, path: str, text: str) -> None:
        """Write a file."""
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_text(text, "utf-8")

    def files(self) -> dict[str, str]:
        """What the files of all folders hold, by their names."""
        found = [path for name in ("in", "done", "failed") for path in (self.folder / name).glob("*")]
        return {str(path.relative_to(self.folder)): path.read_text("utf-8") for path in sorted(found)}


class Served(Disk):
    """Folders of an SFTP server."""

    def __init__(self, server: sftp.Sftp) -> None:
        super().__init__(server.folder)
        self.source = {"path": server.url("/in/*.csv"), "storage_options": server.options}


class Stored:
    """Objects in S3."""

    def __init__(self, store: s3.S3) -> None:
        self.store = store
        self.source: dict[str, Any] = {"path": store.url("in/*.csv"), "storage_options": store.options}

    def put(self, path: str, text: str) -> None:
        """Write a file."""
        self.store.put(path, text.encode())

    def files(self) -> dict[str, str]:
        """What the objects hold, by their names; a name that is taken is none yet."""
        self.store.files.invalidate_cache()
        found = {path: self.store.files.cat_file(path).decode() for path in sorted(self.store.files.find(s3.BUCKET))}
        return {
            path.removeprefix(f"{s3.BUCKET}/"): text
            for path, text in found.items()
            if not text.startswith("odoo-etl moves a file here")
        }


class Inbox:
    """Two files of partners, of which the second has a row that is rejected."""

    def __init__(self, world: World, place: Disk | Stored) -> None:
        self.world, self.place = world, place
        world.job(source={"type": "csv", **place.source, "done": {"move": "../done", "failed": "../failed"}})
        names = {"a": ["Ann", "Ada"], "b": ["Bob", ""]}
        world.rows = [
            {"ref": f"{world.prefix}-{file}{n}", "name": name, "email": "", "parent": ""}
            for file, some in names.items()
            for n, name in enumerate(some)
        ]
        for number, file in enumerate(names):
            rows = world.rows[2 * number : 2 * number + 2]
            lines = [",".join(row.values()) for row in rows]
            place.put(f"in/{file}.csv", "\n".join(["ref,name,email,parent", *lines, ""]))
        self.contents = set(place.files().values())


@pytest.fixture
def inbox(world: World, kind: str) -> Iterator[Inbox]:
    if kind == "disk":
        yield Inbox(world, Disk(world.folder))
    elif kind == "s3":
        with s3.serving() as store:
            yield Inbox(world, Stored(store))
    else:
        (world.folder / "served").mkdir()
        with sftp.serving(world.folder / "served") as server:
            yield Inbox(world, Served(server))


@pytest.mark.parametrize(("kind", "point", "follow"), CASES, ids=id_of)
def test_files_that_are_done(inbox: Inbox, point: tuple[str, str, int], follow: str) -> None:
    """A run that was killed has lost none of them; the next one moves each, once, and only then."""
    world, place = inbox.world, inbox.place
    assert world.run(point=point).killed
    assert set(place.files().values()) == inbox.contents
    if point in BEFORE_IT_IS_DONE:
        assert list(place.files()) == ["in/a.csv", "in/b.csv"]
    after = world.run(follow)
    if follow == "run" and point not in BEFORE_IT_IS_DONE:
        (job,) = after.result["jobs"]
        assert (after.code, job["counts"]["read"]) == (0, 0), after
    assert list(place.files()) == ["done/a.csv", "failed/b.csv"]
    assert set(place.files().values()) == inbox.contents
    found = {row["ref"]: row["name"] for row in world.existing()}
    assert found == {row["ref"]: row["name"] for row in world.rows if row["name"]}
