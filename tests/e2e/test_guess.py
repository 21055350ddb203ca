"""Guesses on a real Odoo 19, each where a migration has come to its file: they are right, and what they write plans."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

import odoo_etl
from odoo_etl import GuessOptions, Workspace
from tests.e2e.migrations import STORIES, Story
from tests.e2e.project import Project
from tests.guesses import Tally, job_of, sample_meanings, samples_of, tally, told
from tests.real_odoo.server import OdooHost
from tests.real_odoo.templates import MIGRATIONS
from tests.servers import Server

# A few by default, since the jobs that a file needs run before it is guessed; GUESS_STORIES=all measures all of them.
WANTED = os.environ.get("GUESS_STORIES", "01-partners")
LEAST = 0.92
DONE, WITH_REJECTS = 0, 3
pytestmark = pytest.mark.odoo


@pytest.fixture
def own_odoo(odoo_host: OdooHost) -> Iterator[Server]:
    """An Odoo for all that migrations leave behind."""
    database, key = odoo_host.fresh_database(template=MIGRATIONS)
    server = odoo_host.serve(database, key, workers=0)
    yield server
    odoo_host.end(server)


def guessed(story: Story, project: Workspace) -> Iterator[Tally]:
    """The tally of each file of a migration, guessed before its own job runs; what is written can be planned."""
    for name in story.jobs:
        for path, sheet, model in samples_of(story.name):
            if job_of(story.jobs, path, sheet, model) == name:
                options = GuessOptions(sheet=sheet, job="guessed", force=True)
                found = odoo_etl.guess(project, project.start / path.partition("/")[2], model, options)
                planned = odoo_etl.plan(project, ["guessed"])
                assert planned.exit_code in {DONE, WITH_REJECTS}, (path, found.text, planned)
                yield tally(f"{path} {sheet} {model}", found.guess, sample_meanings(path, sheet, model))
        (project.start / "pipelines/guessed.yaml").unlink(missing_ok=True)
        assert odoo_etl.run(project, [name]).exit_code == DONE


def test_guesses_are_right_and_plan(own_odoo: Server, empty_project: Project) -> None:
    """Lookups are those that find the records which the jobs before have made."""
    main = {"url": own_odoo.url, "db": own_odoo.db, "user": own_odoo.user, "api_key": own_odoo.api_key}
    tallies: list[Tally] = []
    for story in STORIES:
        if WANTED == "all" or story.name in WANTED.split(","):
            for file in (empty_project.root / "pipelines").glob("*.yaml"):
                file.unlink()
            story.copy(empty_project.root)
            empty_project.write("project.yaml", {"connections": {"main": main}})
            tallies += guessed(story, Workspace(empty_project.root, environ={}))
    right, wrong = sum(len(one.right) for one in tallies), sum(len(one.wrong) for one in tallies)
    assert right / (right + wrong) >= LEAST, told(tallies)
