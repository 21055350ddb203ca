"""The program killed while files that are done leave their folder: none is lost, none comes twice, none stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.world import World
from tests.pairs import id_of

pytestmark = pytest.mark.parametrize("server", ["sandbox"], indirect=True)

BEFORE_IT_IS_DONE = [("before", "deliver", 1), ("after", "deliver", 1), ("before", "finish", 1)]
WHEN_IT_IS_DONE = [
    ("after", "finish", 1),
    ("before", "claim", 1),
    ("after", "claim", 2),
    ("before", "link", 1),
    ("after", "link", 1),
    ("before", "unlink", 2),
    ("after", "unlink", 1),
    ("before", "moved", 1),
    ("after", "moved", 2),
    ("after", "finish_run", 1),
]


class Inbox:
    """Two files of partners, of which the second has a row that is rejected."""

    def __init__(self, world: World) -> None:
        self.world = world
        source = {"type": "csv", "path": "../in/*.csv", "done": {"move": "../done", "failed": "../failed"}}
        world.job(source=source)
        for name in ("in", "done", "failed"):
            (world.folder / name).mkdir()
        names = {"a": ["Ann", "Ada"], "b": ["Bob", ""]}
        world.rows = [
            {"ref": f"{world.prefix}-{file}{n}", "name": name, "email": "", "parent": ""}
            for file, some in names.items()
            for n, name in enumerate(some)
        ]
        for number, file in enumerate(names):
            path = world.folder / "in" / f"{file}.csv"
            rows = world.rows[2 * number : 2 * number + 2]
            lines = [",".join(row.values()) for row in rows]
            path.write_text("\n".join(["ref,name,email,parent", *lines, ""]), "utf-8")
        self.contents = {path.read_text("utf-8") for path in self.files()}

    def files(self) -> list[Path]:
        """The files of all folders."""
        return sorted(path for name in ("in", "done", "failed") for path in (self.world.folder / name).iterdir())

    def names(self) -> list[str]:
        """Their names, with their folders."""
        return [str(path.relative_to(self.world.folder)) for path in self.files()]


@pytest.mark.parametrize("follow", ["run", "resume"])
@pytest.mark.parametrize("point", BEFORE_IT_IS_DONE + WHEN_IT_IS_DONE, ids=id_of)
def test_files_that_are_done(world: World, point: tuple[str, str, int], follow: str) -> None:
    """A run that was killed has lost none of them; the next one moves each, once, and only then."""
    inbox = Inbox(world)
    assert world.run(point=point).killed
    assert {path.read_text("utf-8") for path in inbox.files()} == inbox.contents
    if point in BEFORE_IT_IS_DONE:
        assert inbox.names() == ["in/a.csv", "in/b.csv"]
    after = world.run(follow)
    if follow == "run" and point in WHEN_IT_IS_DONE:
        (job,) = after.result["jobs"]
        assert (after.code, job["counts"]["read"]) == (0, 0), after
    assert inbox.names() == ["done/a.csv", "failed/b.csv"]
    assert {path.read_text("utf-8") for path in inbox.files()} == inbox.contents
    found = {row["ref"]: row["name"] for row in world.existing()}
    assert found == {row["ref"]: row["name"] for row in world.rows if row["name"]}
