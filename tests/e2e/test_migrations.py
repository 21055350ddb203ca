"""The migrations of samples/migrations on a real Odoo 19: complete, idle when run again, taken back, and killed."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.migrations import STORIES, Story, change, jobs_of
from tests.e2e.project import Done, Project
from tests.e2e.tables import Differences, Tables, changes, is_new, tables
from tests.real_odoo.server import OdooHost
from tests.real_odoo.templates import MIGRATIONS
from tests.servers import Server

NO_RIGHT, IN_PART = 5, 3
READS = {"login", "version", "context_get", "fields_get", "has_access", "search_read", "search_count", "search", "read"}
KILLS = int(os.environ.get("FAULT_MIGRATIONS", "1"))
BY_NAME = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
pytestmark = pytest.mark.odoo


class Migration:
    """A story that is played: its project, the Odoo that it writes to, and that Odoo's tables."""

    def __init__(self, story: Story, project: Project, server: Server, host: OdooHost) -> None:
        self.story, self.project, self._server, self._host = story, project, server, host
        story.copy(project.root)
        main = {"url": server.url, "db": server.db, "user": server.user, "api_key": server.api_key}
        project.write("project.yaml", {"connections": {"main": main}, "defaults": {"load": {"settle": "600ms"}}})

    def run(self, *arguments: str) -> Done:
        """A run that ends well."""
        done = self.project.run(*(arguments or ("run",)), "--json")
        assert done.code == 0, (done.out, done.err)
        return done

    def killed(self, point: tuple[str, str, int]) -> None:
        """A run that is killed at a point of its books."""
        assert self.project.zygote
        pipes = {name: str(self.project.root / name) for name in ("out", "err")}
        where = dict(zip(("when", "label", "nth"), point, strict=True))
        self.project.zygote.start({"verb": "run", "folder": str(self.project.root), "point": where, **pipes})
        assert self.project.zygote.wait() == -signal.SIGKILL, point

    def undo_all(self) -> None:
        """Take back all runs, the last one first."""
        for folder in sorted((self.project.root / ".odoo_etl/runs").iterdir(), reverse=True):
            self.undo(folder.name)

    def go_back(self) -> None:
        """Do to the records what Odoo demands before it deletes them, as the page of the migration says."""
        self.story.copy_data(self.project.root)
        for name, (method, state) in self.story.back.items():
            job = {**jobs_of(self.story.name)[name], "after": [step_back(method, state)]}
            del job["expect"]
            self.project.write(f"{name}.yaml", job)
        done = self.run("run", *self.story.back)
        assert {name.rpartition(".")[2] for name in writes(done)} == {method for method, _ in self.story.back.values()}

    def tables(self) -> Tables:
        """What Odoo holds."""
        return tables(self._host.cluster, self._server.db)

    def undo(self, run_id: str, kept: str = "", refused: Collection[str] = ()) -> None:
        """Take a run back.

        Args:
            kept: the job whose records Odoo gives nobody the right to delete.
            refused: jobs of which some records are left alone, since Odoo does not delete them.
        """
        done = self.project.run("undo", run_id, "--yes", "--delete", "--json")
        jobs = done.result["jobs"] if done.out else []
        assert [job["job"] for job in jobs if job["status"] == "failed"] == [kept] * bool(kept), (done.out, done.err)
        left = {job["job"]: job["undone"]["left"] for job in jobs if job["undone"]["left"]}
        assert left.keys() <= set(refused), left
        assert done.code == (NO_RIGHT if kept else IN_PART if left else 0), (done.out, done.err)

    def is_not_undone(self, run_id: str) -> None:
        """What is confirmed or posted stays, with all that it refers to; undo says so of each record."""
        done = self.project.run("undo", run_id, "--yes", "--delete", "--json")
        assert done.code == IN_PART, (done.out, done.err)
        for name, counts in self.story.jobs.items():
            left = [job["undone"]["left"] for job in done.result["jobs"] if job["job"] == name]
            assert bool(sum(map(len, left))) == ("created" in counts), (name, left)
        noted = [job["job"] for job in done.result["jobs"] if any("step" in note for note in job["notes"])]
        assert sorted(noted) == sorted(self.story.back)

    def archive(self, run_id: str) -> None:
        """Take a run back without `--delete`."""
        done = self.project.run("undo", run_id, "--yes", "--json")
        assert done.code == 0, (done.out, done.err)
        archived = {job["job"]: job["undone"]["archived"] for job in done.result["jobs"] if job["undone"]["archived"]}
        assert archived == {name: self.story.first[name]["read"] for name in self.story.refers}

    def sums_are_equal(self) -> None:
        """Odoo adds up to what the data says."""
        with OdooClient(self._server.url, self._server.db, api_key=self._server.api_key) as odoo:
            for one in self.story.sums:
                expected = one.of_source(self.project.root / "data")
                assert (one, one.of_odoo(odoo)) == (one, expected)
                assert expected, f"{one} shows nothing"

    def comes_back(self) -> None:
        """What each job maps is exported, with a job that loads it back and finds nothing to do."""
        root = self.project.root
        for name in jobs_of(self.story.name):
            job, file = root / f"pipelines/back_{name}.yaml", root / f"out/{name}.csv"
            to = ["--out", str(file), "--job", str(job), "--files", str(root / "out/files")]
            done = self.project.run("export", name, *to, "--json")
            assert done.code == 0, (done.out, done.err)
            assert json.loads(done.out)["records"], f"{name} is not empty"
            planned = self.project.run("plan", f"back_{name}", "--json")
            counts = planned.counts(f"back_{name}")
            assert (planned.code, counts) == (0, {"read": counts["read"], "unchanged": counts["read"]}), (
                name,
                planned.out,
            )
            job.unlink()

    def is_done(self) -> None:
        """Another run finds each row as it is, and writes nothing."""
        again = self.run()
        assert {name: again.counts(name) for name in self.story.jobs} == self.story.again
        assert writes(again) == {}


@pytest.fixture(scope="module")
def alone(odoo_host: OdooHost) -> Iterator[Callable[[str], Server]]:
    """Serves an Odoo for stories that leave something behind, one for each name."""
    served: dict[str, Server] = {}

    def serve(name: str) -> Server:
        if name not in served:
            database, key = odoo_host.fresh_database(template=MIGRATIONS)
            served[name] = odoo_host.serve(database, key, workers=0)
        return served[name]

    yield serve
    for server in served.values():
        odoo_host.end(server)


@pytest.fixture
def odoo_of(story: Story, request: pytest.FixtureRequest, alone: Callable[[str], Server]) -> Server:
    """The Odoo that stories share, since each leaves it as it was; for those that do not, one for each kind of test."""
    if story.alone:
        return alone(request.node.name.replace(story.name, ""))
    return request.getfixturevalue("migrations_odoo")


@pytest.fixture
def migration(story: Story, empty_project: Project, odoo_of: Server, odoo_host: OdooHost) -> Migration:
    """A story with its project."""
    return Migration(story, empty_project, odoo_of, odoo_host)


def step_back(method: str, state: str) -> Mapping[str, Any]:
    """A step on all records of a job that are in a state."""
    return {"call": method, "on": "all", "where": [["state", "=", state]]}


def writes(done: Done) -> dict[str, int]:
    """The calls of a run that may write."""
    calls = [call for job in done.result["jobs"] for call in job["calls"].items()]
    return {name: count for name, count in calls if name.rpartition(".")[2] not in READS}


def left(story: Story, before: Tables, after: Tables) -> dict[str, dict[str, Differences]]:
    """What is otherwise than before, but for rows and marks that Odoo keeps."""
    found = {
        table: {
            key: row
            for key, row in rows.items()
            if not (table in story.stays and is_new(row)) and not row.keys() <= set(story.marks)
        }
        for table, rows in changes(before, after).items()
    }
    return {table: rows for table, rows in found.items() if rows}


def some_point(chance: random.Random, story: Story) -> tuple[str, int]:
    """A point of a run's books at which it is killed; where there are steps, around them."""
    if story.writes:
        return chance.choice(["sent", "done"]), chance.randrange(story.writes - 2, story.writes + 1)
    label = chance.choice(["sent", "done", "confirmed"])
    return label, chance.randrange(1, len(story.jobs) * (1 if label == "confirmed" else 2))


@BY_NAME
def test_a_migration(migration: Migration) -> None:
    """It is complete and adds up, also when exported; nothing is written twice; one cell is one record; undo works."""
    story, before = migration.story, migration.tables()
    first = migration.run()
    assert {name: first.counts(name) for name in story.jobs} == story.first
    migration.sums_are_equal()
    migration.is_done()
    migration.comes_back()
    after = migration.tables()
    assert "mail_mail" not in changes(before, after), "nobody gets a mail"
    change(migration.project.root / "data", story.cell)
    changed = migration.run()
    assert {name: changed.counts(name) for name in story.jobs} == {**story.again, story.changes: story.after_change}
    found = left(story, after, migration.tables())
    assert {table: len(rows) for table, rows in found.items()} == story.changed, found
    migration.undo(changed.result["run_id"])
    assert left(story, after, migration.tables()) == {}
    if story.back:
        migration.is_not_undone(first.result["run_id"])
        assert left(story, after, migration.tables()) == {}
        migration.go_back()
    migration.undo(first.result["run_id"], kept=story.final, refused=story.refers)
    if story.refers:
        migration.archive(first.result["run_id"])
    assert left(story, after if story.final else before, migration.tables()) == {}


@BY_NAME
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_and_run_again(migration: Migration, seed: int) -> None:
    """Wherever it is killed, the next run brings the rest: nothing lost, nothing twice."""
    chance = random.Random(f"{migration.story.name} {seed}")
    label, nth = some_point(chance, migration.story)
    before = migration.tables()
    migration.killed((chance.choice(["before", "after"]), label, nth))
    migration.run()
    migration.sums_are_equal()
    migration.is_done()
    if not migration.story.alone:
        migration.undo_all()
        assert left(migration.story, before, migration.tables()) == {}
