"""A resumed run tells what the run before it said of its jobs, and looks again at what that one owed a look."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from odoo_etl.errors import TransientError
from odoo_etl.results import Counts, JobResult, RejectedRow
from odoo_etl.runs.exit_codes import exit_code
from odoo_etl.runs.jobs.done_before import looks_of
from odoo_etl.runs.resumed import begun_of
from odoo_etl.sync.session import stored_result
from tests.unit.runs.jobs.test_one_job import Shop, told

NOT_KEPT = [[("f", "f@x", "c@x")], []]


@pytest.fixture
def shop(ledger, tmp_path):
    """Nothing is loaded yet."""
    return Shop(ledger, tmp_path)


def resume(shop, run, parent="", **request):
    """Go on with a run; the results, and the exit code."""
    shop.ledger.start_run(f"r{shop.runs + 1}", "resume", run)
    entry = shop.ledger.run(run)
    results = shop.run(begun_of(shop.ledger, entry), looks=looks_of(shop.ledger, entry), **request)
    return results, exit_code(results, writes=True)


def begin(shop):
    """The first run, as the ledger knows it."""
    shop.ledger.start_run("r1", "run")
    return shop.run()


def test_what_done_jobs_said_is_said_again(shop):
    """Values that Odoo did not keep, notes, rejects; and the exit code is that of the whole."""
    shop.write("firms", "ref,name,email\nf,F,f@x\nno,,g@x\n")
    shop.odoo.refuses = lambda values: values.get("ref") == "no"
    first = begin(shop)
    assert (told(first), exit_code(first, writes=True)) == ((NOT_KEPT, []), 3)
    for run in ("r1", "r2"):
        results, code = resume(shop, run)
        assert (told(results), code) == ((NOT_KEPT, []), 3)
        assert results[0].counts == first[0].counts
        assert (results[0].reject_codes, results[0].reasons) == (first[0].reject_codes, first[0].reasons)
        assert [row.line for row in shop.heard.rejects] == [3]
        assert [note for note in results[0].notes if note.startswith("done in")] == ["done in run r1"]
        assert not [one for one in shop.ledger.jobs(f"r{shop.runs}") if one.details.get("again")]


def test_what_was_created_for_lookups_of_a_done_job_is_told_with_it(shop):
    """As in the run that created it; its rows are in no file."""
    begin(shop)
    said = JobResult("firms-tags", "res.partner.category", counts=Counts(2, created=1, rejected=1), notes=("n",))
    made = shop.ledger.start_job("r1", said.job, said.model, "db", "spec", {"made_for": "firms"})
    row = RejectedRow(2, "", ("x",), "name", "write", "no", "no")
    made.confirmed(1, {"created": 1, "rejected": 1}, [asdict(row)])
    made.finish("done", asdict(said.counts), stored_result(said, ["name"]))
    for run in ("r1", "r2"):
        results, _ = resume(shop, run)
        assert [one.job for one in results] == ["firms", "firms-tags", "contacts"]
        assert (results[1].counts, results[1].notes) == (said.counts, ("n", "done in run r1"))
        assert shop.heard.rejects == []


def away(shop, look):
    """Odoo is away at a second look, which is the only one to ask for contacts of both jobs by their keys."""

    def before(method, _payload):
        if look(shop) and method == "res.partner.search_read":
            raise TransientError("away")

    shop.odoo.before = before


def looking(shop):
    """Whether a second look has begun in the last run."""
    return any(one.details.get("again") for one in shop.ledger.jobs(f"r{shop.runs}"))


def test_a_second_look_that_failed_is_made_by_the_run_that_goes_on(shop):
    """Also when the run that goes on with it failed in the same place."""
    away(shop, looking)
    assert begin(shop)[0].status == "failed"
    results, code = resume(shop, "r1")
    assert (results[0].status, code) == ("failed", 1)
    away(shop, lambda _: False)
    results, code = resume(shop, "r2")
    assert (told(results), code) == ((NOT_KEPT, []), 3)
    assert shop.odoo.records["res.partner"][1]["email"] == "c@x"


def test_a_second_look_that_was_never_begun_is_made_by_the_run_that_goes_on(shop):
    """The run was killed when its last job was done."""
    shop.looks = False
    begin(shop)
    shop.looks = True
    assert told(resume(shop, "r1")[0]) == (NOT_KEPT, [])


def test_a_look_that_cannot_be_made_any_more_fails_the_job(shop):
    """Its source gives other rows by now: nobody knows what the first ones wanted."""
    shop.looks = False
    begin(shop)
    shop.looks = True
    shop.write("firms", "ref,name,email\nf,F,f@x\n")
    results, code = resume(shop, "r1")
    assert (results[0].status, results[1].status, code) == ("failed", "done", 1)
    assert "gives other rows than in run r1 (2 then, 1 now)" in results[0].error
    assert "`odoo-etl run firms`" in results[0].error
