"""Forgetting: nothing of it is left, and what later runs need stays."""

from __future__ import annotations

import os
import shutil
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from odoo_etl import history, plan, purge, resume, retry, run, undo
from odoo_etl.errors import UsageError
from odoo_etl.runs.past import LAST
from odoo_etl.runs.purged import Wanted, moment_of, needed_runs, purge_project
from odoo_etl.runs.retention import keep_retention
from odoo_etl.spool_folders import ALIVE, PREFIX, spool
from odoo_etl.state import open_ledger
from tests.unit.runs.conftest import Shop, ran

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MARKER = "Zanzibarine"
KEY = "KEY-4711"
NOWHERE = timedelta(0)


@pytest.fixture(scope="module")
def ran_thrice(tmp_path_factory):
    """Three runs of a mirror: a record is created, changed, and rejected; reports speak of it."""
    shop = Shop(tmp_path_factory.mktemp("people"))
    channel = "{webhook: {url: 'http://127.0.0.1:9/'}, values: true}"
    alerts = f"alerts: {{channels: {{ops: {channel}}}}}\n"
    shop.write("pipelines/project.yaml", f"connections: {{main: {{url: sandbox}}}}\n{alerts}")
    shop.job("people", email={"column": "email", "type": "text"}, color={"column": "color", "type": "integer"})
    path = shop.root / "pipelines/people.yaml"
    path.write_text(path.read_text().replace("key: ref", "key: ref\n  mode: mirror"))
    for name, color in (("Ann", "1"), ("Zoe", "2"), ("Eve", f"no {MARKER}")):
        rows = f"ref,name,email,color\n{KEY},{name} {MARKER},{MARKER}@x.org,{color}\nOTHER-1,Bob,b@x.org,none\n"
        (shop.root / "people.csv").write_text(rows)
        run(shop.use(success=True), "people")
        plan(shop.use(), "people")
    return shop.root


@pytest.fixture
def people(ran_thrice, tmp_path):
    """A project that had these runs."""
    return Shop(shutil.copytree(ran_thrice, tmp_path / "people"))


def everything(root):
    """All bytes below the state folder, also those that are squeezed; without what the embedded server keeps."""
    found = b""
    for path in sorted((root / ".odoo_etl").rglob("*")):
        if path.is_file() and not path.name.startswith("sandbox"):
            found += unsqueezed(path.read_bytes())
    return found.decode("utf-8", "replace")


def unsqueezed(data):
    """The bytes, and those of each stream of zlib in them, also of one that is free to be overwritten."""
    texts, place = [data], data.find(b"\x78\x01")
    while place >= 0:
        with suppress(zlib.error):
            texts.append(zlib.decompressobj().decompress(data[place:]))
        place = data.find(b"\x78\x01", place + 1)
    return b"\n".join(texts)


def test_alerts_quote_cells_where_a_channel_asks_for_them(people):
    """The tests below show that a purge forgets these, too."""
    with open_ledger(f"sqlite:///{people.root}/.odoo_etl/state.db", people.root) as ledger:
        quoted = [text for state in ledger.alerts.states("") for text in state.fired.get("values", ())]
    assert any(MARKER in text for text in quoted)


def test_of_old_runs_only_keys_are_left(people):
    """Folders, rejects, before-images, results: no byte of a value is left; keys are, since a mirror goes by them."""
    assert MARKER in everything(people.root)
    purged = purge(people.use(), before=NOWHERE)
    assert len(purged.runs) == 6
    assert purged.notes == ()
    assert MARKER not in everything(people.root)
    assert KEY in everything(people.root)


def test_of_a_key_nothing_is_left(people):
    """In no file and no table; the other record is still known, and so are the runs."""
    purged = purge(people.use(), keys=[KEY])
    assert (purged.records, purged.rows) == (1, 4)
    text = everything(people.root)
    assert KEY not in text
    assert MARKER not in text
    assert "OTHER-1" in text
    assert len(history(people.use())) == 3


def test_of_a_key_nothing_is_left_in_logs(people):
    """Those of runs and commands go whole where they name it; of a server, the lines that do."""
    state, line = people.root / ".odoo_etl", '{"event": "look", "text": "%s"}\n'
    for name in ("serve", "launched"):
        (state / name).mkdir()
        (state / name / "one.log").write_text(f"rejected: line 2: no country of {KEY}\n")
        (state / name / "other.log").write_text("rejected: line 3: no country of OTHER-1\n")
    (state / "serve/server.jsonl").write_text(line % f"a fault with {KEY}" + line % "all is well")
    notes = purge(people.use(), keys=[KEY]).notes
    assert any("serve/one.log, launched/one.log" in note for note in notes)
    assert KEY not in everything(people.root)
    assert (state / "serve/server.jsonl").read_text() == line % "all is well"
    assert [(state / name / "other.log").exists() for name in ("serve", "launched")] == [True, True]


def test_a_plan_of_a_purge_changes_nothing(people):
    """It tells the same."""
    planned = purge(people.use(), before=NOWHERE, plan=True)
    assert planned.planned
    assert purge(people.use(), keys=KEY, plan=True).records == 1
    assert MARKER in everything(people.root)
    assert planned.runs == purge(people.use(), before=NOWHERE).runs


def test_a_purged_run_is_neither_undone_nor_resumed_nor_retried(people):
    """Each says so, with the day."""
    first = history(people.use())[-1].id
    purge(people.use(), before=NOWHERE)
    for use_case in (undo, resume, retry):
        result = use_case(people.use(), first)
        assert result.exit_code == 2
        assert "purged on" in result.error or "ended well" in result.error
    assert "before-images" in undo(people.use(), first).error


def test_a_mirror_still_knows_what_it_wrote(people):
    """A row that vanishes after the purge takes its record along, and no other."""
    purge(people.use(), before=NOWHERE)
    (people.root / "people.csv").write_text("ref,name,email,color\nOTHER-1,Bob,b@x.org,2\n")
    (job,) = run(people.use(), "people").jobs
    assert (job.vanished.found, job.vanished.removed) == (1, 1)


def test_no_second_record_is_made_of_a_forgotten_key(people):
    """Its record has another key in Odoo now; the ledger keeps a number of the old one, which nobody can read."""
    people.job("renamed")
    path = people.root / "pipelines/renamed.yaml"
    path.write_text(path.read_text().replace("key: ref", "key: name"))
    (people.root / "renamed.csv").write_text(f"ref,name\nNEW-1,Zoe {MARKER}\n")
    assert run(people.use(), "renamed").jobs[0].counts.updated == 1
    purge(people.use(), keys=[KEY])
    (people.root / "people.csv").write_text(f"ref,name,email,color\n{KEY},Ann,a@x.org,1\nOTHER-1,Bob,b@x.org,2\n")
    (job,) = run(people.use(), "people").jobs
    assert dict(job.reject_codes) == {"key_lost": 1}


def test_what_a_resume_needs_stays(ledger):
    """The last run that did not end well, and those that it goes on with; a run that lives; with the reason."""
    ran(ledger, "r1", 1)
    ran(ledger, "r2", 130, command="resume", parent="r1")
    assert needed_runs(ledger) == {
        "r1": "run r2 can be resumed, and goes on from it",
        "r2": "it did not end well, and can be resumed",
    }
    ran(ledger, "r3", 0)
    assert needed_runs(ledger) == {}
    with ledger.lock("partners", "db", "r3"):
        assert needed_runs(ledger) == {"r3": "it is running"}


def test_parts_of_an_unfinished_job_stay(ledger):
    """Until all are done: the last one needs what the others know."""
    from odoo_etl.state import JobPart

    for part, run_id in (("1/2", "r1"), ("2/2", "r2")):
        ledger.start_run(run_id, "run")
        job = ledger.start_job(run_id, "partners", "res.partner", "db", "s", job_part=JobPart("2.1", part))
        if part == "1/2":
            job.finish("done", {})
        ledger.finish_run(run_id, 0)
        if part == "1/2":
            assert set(needed_runs(ledger)) == {"r1"}
    assert set(needed_runs(ledger)) == {"r1", "r2"}
    job.finish("done", {})
    assert needed_runs(ledger) == {}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90d", NOW - timedelta(days=90)),
        ("2w", NOW - timedelta(days=14)),
        ("1y", NOW - timedelta(days=365)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        (timedelta(days=1), NOW - timedelta(days=1)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_age_or_a_date(text, moment):
    """As people write them."""
    assert moment_of(text, NOW) == moment


@pytest.mark.parametrize("text", ["soon", "90", "-1d", "2027-01-01", ""])
def test_what_is_no_age_is_refused(text):
    """And so is the future."""
    with pytest.raises(UsageError, match="--before"):
        moment_of(text, NOW)


def test_one_of_both_must_be_said(shop):
    """A purge of everything is none that anybody means; nor is one of an empty key."""
    with pytest.raises(UsageError, match="say what to purge"):
        purge(shop.use())
    with pytest.raises(UsageError, match="is empty"):
        purge(shop.use(), keys=[" | "])
    with pytest.raises(UsageError, match="no run of a job 'nobody' is known"):
        purge(shop.use(), before="90d", jobs="nobody")
    with pytest.raises(UsageError, match="goes with no --before"):
        purge(shop.use(), before="90d", keys="x")


def test_only_runs_of_a_job(people):
    """A run of two jobs is no run of one of them."""
    people.job("others")
    (people.root / "others.csv").write_text("ref,name\nX-1,Xi\n")
    run(people.use(), "others")
    run(people.use(), ["others", "people"])
    assert len(purge(people.use(), before=NOWHERE, jobs="others").runs) == 1


def test_retention_is_kept_once_a_day(people):
    """When a run ends; with the ages that project.yaml says."""
    text = "connections: {main: {url: sandbox}}\nretention: {runs: 30d}\n"
    people.write("pipelines/project.yaml", text)
    notes, now = [], datetime.now(UTC).timestamp()
    with open_ledger(f"sqlite:///{people.root}/.odoo_etl/state.db", people.root / ".odoo_etl") as ledger:
        keep_retention(people.project, ledger, notes.append, lambda: now + 29 * 86_400)
        assert MARKER in everything(people.root)
        keep_retention(people.project, ledger, notes.append, lambda: now + 31 * 86_400)
        runs = list((people.root / ".odoo_etl/runs").iterdir())
        keep_retention(people.project, ledger, notes.append, lambda: now + 31 * 86_400)
    assert (runs, notes) == ([], [])


def test_a_purge_that_fails_fails_no_run(people):
    """It is noted, with the way out."""
    people.write("pipelines/project.yaml", "connections: {main: {url: sandbox}}\nretention: {runs: 30d}\n")
    (people.root / ".odoo_etl/.purged").mkdir()
    later, notes = datetime.now(UTC).timestamp() + 100 * 86_400, []
    with open_ledger(f"sqlite:///{people.root}/.odoo_etl/state.db", people.root / ".odoo_etl") as ledger:
        keep_retention(people.project, ledger, notes.append, lambda: later)
    assert len(notes) == 1
    assert "`odoo-etl purge` does it by hand" in notes[0]


def test_last_is_not_a_purged_run(people):
    """`undo last` means the last run, and says that it is purged."""
    purge(people.use(), before=NOWHERE)
    assert "purged" in undo(people.use(), LAST).error


def test_rows_that_killed_runs_put_aside_go(people, tmp_path):
    """Those of a dead process, and of no living one; a plan of a purge leaves all."""
    dead = tmp_path / f"{PREFIX}dead"
    with spool(tmp_path) as living:
        dead.mkdir()
        (dead / ALIVE).touch()
        os.utime(dead / ALIVE, (0, 0))
        os.utime(living / ALIVE, (0, 0))
        purge_project(people.use(), Wanted(before=NOWHERE, planned=True), tmp_path)
        assert dead.exists()
        purge_project(people.use(), Wanted(before=NOWHERE), tmp_path)
        assert (dead.exists(), living.exists()) == (False, True)
