"""The migrations of samples/migrations on a real Odoo 19: complete, idle when run again, taken back, and killed."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator

import pytest

from odoo_etl import OdooClient
from tests.e2e.migrations import STORIES, Story, change
from tests.e2e.project import Done, Project
from tests.e2e.tables import Differences, Tables, changes, is_new, tables
from tests.real_odoo.server import OdooHost
from tests.real_odoo.templates import MIGRATIONS
from tests.servers import Server

NO_RIGHT = 5
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

    def tables(self) -> Tables:
        """What Odoo holds."""
        return tables(self._host.cluster, self._server.db)

    def undo(self, run_id: str, kept: str = "") -> None:
        """Take a run back; what it created is deleted, but for a job whose records Odoo lets nobody delete."""
        done = self.project.run("undo", run_id, "--yes", "--delete", "--json")
        assert done.code == (NO_RIGHT if kept else 0), (done.out, done.err)
        assert [job["job"] for job in done.result["jobs"] if job["status"] == "failed"] == [kept] * bool(kept)

    def sums_are_equal(self) -> None:
        """Odoo adds up to what the data says."""
        with OdooClient(self._server.url, self._server.db, api_key=self._server.api_key) as odoo:
            for one in self.story.sums:
                expected = one.of_source(self.project.root / "data")
                assert (one, one.of_odoo(odoo)) == (one, expected)
                assert expected, f"{one} shows nothing"

    def is_done(self) -> None:
        """Another run finds each row as it is, and writes nothing."""
        again = self.run()
        assert {name: again.counts(name) for name in self.story.jobs} == self.story.again
        assert writes(again) == {}


@pytest.fixture
def odoo_of(story: Story, request: pytest.FixtureRequest, odoo_host: OdooHost) -> Iterator[Server]:
    """The Odoo that stories share, since each leaves it as it was; who cannot has one alone."""
    if not story.final:
        yield request.getfixturevalue("migrations_odoo")
        return
    database, key = odoo_host.fresh_database(template=MIGRATIONS)
    server = odoo_host.serve(database, key, workers=0)
    yield server
    odoo_host.end(server)


@pytest.fixture
def migration(story: Story, empty_project: Project, odoo_of: Server, odoo_host: OdooHost) -> Migration:
    """A story with its project."""
    return Migration(story, empty_project, odoo_of, odoo_host)


def writes(done: Done) -> dict[str, int]:
    """The calls of a run that may write."""
    calls = [call for job in done.result["jobs"] for call in job["calls"].items()]
    return {name: count for name, count in calls if name.rpartition(".")[2] not in READS}


def left(story: Story, before: Tables, after: Tables) -> dict[str, dict[str, Differences]]:
    """What is otherwise than before, but for rows that Odoo keeps."""
    found = {
        table: {key: row for key, row in rows.items() if table not in story.stays or not is_new(row)}
        for table, rows in changes(before, after).items()
    }
    return {table: rows for table, rows in found.items() if rows}


@BY_NAME
def test_a_migration(migration: Migration) -> None:
    """It is complete and adds up; nothing is written twice; one cell is one record; undo puts everything back."""
    story, before = migration.story, migration.tables()
    first = migration.run()
    assert {name: first.counts(name) for name in story.jobs} == story.first
    migration.sums_are_equal()
    migration.is_done()
    after = migration.tables()
    assert "mail_mail" not in changes(before, after), "nobody gets a mail"
    change(migration.project.root / "data", story.cell)
    changed = migration.run()
    assert {name: changed.counts(name) for name in story.jobs} == {**story.again, story.changes: story.after_change}
    found = left(story, after, migration.tables())
    assert {table: len(rows) for table, rows in found.items()} == story.changed, found
    migration.undo(changed.result["run_id"])
    assert left(story, after, migration.tables()) == {}
    migration.undo(first.result["run_id"], kept=story.final)
    assert left(story, after if story.final else before, migration.tables()) == {}


@BY_NAME
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_and_run_again(migration: Migration, seed: int) -> None:
    """Wherever it is killed, the next run brings the rest: nothing lost, nothing twice."""
    chance = random.Random(f"{migration.story.name} {seed}")
    label = chance.choice(["sent", "done", "confirmed"])
    nth = chance.randrange(1, len(migration.story.jobs) * (1 if label == "confirmed" else 2))
    before = migration.tables()
    migration.killed((chance.choice(["before", "after"]), label, nth))
    migration.run()
    migration.sums_are_equal()
    migration.is_done()
    if not migration.story.final:
        migration.undo_all()
        assert left(migration.story, before, migration.tables()) == {}
