"""Steps on the records of a run: due, once, isolated, and written back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.errors import AccessRefused, ProtocolError, Refused, UnknownOutcome
from odoo_etl.odoo import ACCESS_ERROR
from odoo_etl.results import StepResult
from odoo_etl.spec import JobSpec
from odoo_etl.sync import AllRows, SomeRows
from tests.builders import ListSource
from tests.memory_odoo import raising
from tests.unit.sync.after.conftest import CONFIRM, POST

ROWS = [("a", "A"), ("b", "B"), ("c", "C")]


def test_a_step_is_done_for_what_the_run_wrote_and_the_next_run_does_nothing(stepped):
    """One call for all of them; the second run asks nothing more than it asks without steps."""
    spec = stepped.spec(CONFIRM)
    first = stepped.run(spec, *ROWS)
    assert (first.steps, first.counts.created) == ((StepResult("confirm", 3),), 3)
    assert stepped.colors() == {"a": 1, "b": 1, "c": 1}
    assert stepped.confirmed == [[1, 2, 3]]
    second = stepped.run(spec, *ROWS)
    assert (second.steps, second.counts.unchanged) == ((StepResult("confirm"),), 3)
    assert stepped.confirmed == [[1, 2, 3]]
    without = stepped.run(stepped.spec(), *ROWS)
    assert sum(second.calls.values()) == sum(without.calls.values()) + 1  # whether `where` is understood


def test_where_narrows_and_updated_records_get_it_again(stepped):
    """A record that matches again is confirmed again, once it is written."""
    spec = stepped.spec(CONFIRM)
    stepped.run(spec, *ROWS)
    stepped.odoo.records["res.partner"][2]["color"] = 0
    assert stepped.run(spec, *ROWS).steps == (StepResult("confirm"),)
    changed = stepped.run(spec, ("a", "Other"), ("b", "Other"), ("c", "C"))
    assert (changed.steps, changed.counts.updated) == ((StepResult("confirm", 1),), 2)
    assert stepped.confirmed[-1] == [2]


@pytest.mark.parametrize(("on", "done"), [("written", "ab"), ("created", "b"), ("all", "abc")])
def test_on_which_records(stepped, on, done):
    """Created and updated ones, only created ones, or all that rows stand for."""
    stepped.odoo.add("res.partner", {"ref": "a", "name": "Old"})
    stepped.odoo.records["res.partner"][3] = {"ref": "c", "name": "C", "active": True}
    stepped.odoo.records["res.partner"][9] = {"ref": "x", "name": "X", "active": True}
    spec = stepped.spec({**CONFIRM, "on": on})
    stepped.run(spec, ROWS[2], ROWS[0], ROWS[1])
    assert stepped.colors() == {"x": 0, **{ref: int(ref in done) for ref in "abc"}}
    assert len(stepped.confirmed) == 1


def test_a_refused_record_is_a_reject_and_waits(stepped):
    """The others have their step; the rows add up; each later run tries again until Odoo takes it."""
    stepped.refuses = {"b"}
    spec = stepped.spec(CONFIRM, POST)
    first = stepped.run(spec, *ROWS)
    assert (first.counts.created, first.counts.rejected) == (2, 1)
    assert first.steps == (StepResult("confirm", 2, 1), StepResult("post", 2))
    (row,) = stepped.heard.rejects
    assert (row.line, row.stage, row.code) == (3, "after", "odoo.exceptions.UserError")
    assert row.reason == "confirm: b has no lines"
    assert stepped.posted == [1, 3]
    second = stepped.run(spec, *ROWS)
    assert (second.counts.unchanged, second.counts.rejected) == (2, 1)
    stepped.refuses = set()
    third = stepped.run(spec, *ROWS)
    assert (third.counts.unchanged, third.counts.rejected) == (3, 0)
    assert third.steps == (StepResult("confirm", 1), StepResult("post", 1))
    assert stepped.posted == [1, 3, 2]
    assert stepped.run(spec, *ROWS).steps == (StepResult("confirm"), StepResult("post"))


def test_retry_does_the_step_of_its_rows_and_not_more(stepped):
    """Two wait; the retry has one of them."""
    stepped.refuses = {"a", "b"}
    spec = stepped.spec(CONFIRM)
    stepped.run(spec, *ROWS)
    stepped.refuses = set()
    rows = SomeRows(ListSource(["ref", "name"], [ROWS[1]]))
    retried = stepped.run(spec, extent=rows, retried="r1")
    assert (retried.steps, retried.counts.unchanged) == ((StepResult("confirm", 1),), 1)
    assert stepped.colors() == {"a": 0, "b": 1, "c": 1}
    assert stepped.run(spec, *ROWS).steps == (StepResult("confirm", 1),)
    assert stepped.colors() == {"a": 1, "b": 1, "c": 1}


def test_what_does_not_show_is_done_once_per_record(stepped):
    """Also where the record is written again."""
    spec = stepped.spec(POST)
    stepped.run(spec, *ROWS)
    stepped.run(spec, ("a", "Other"), *ROWS[1:], ("d", "D"))
    assert stepped.posted == [1, 2, 3, 4]


def test_where_that_still_matches_is_remembered_and_told(stepped):
    """It shows nothing, so it is done once, whatever is written later."""
    spec = stepped.spec({**POST, "where": [["name", "!=", False]]})
    first = stepped.run(spec, *ROWS)
    assert "3 records still match `where` of post after it" in first.notes[-1]
    stepped.run(spec, ("a", "Other"), *ROWS[1:])
    assert stepped.posted == [1, 2, 3]


def test_what_a_step_overwrites_is_written_back(stepped):
    """The date of the row stands in the end, and the next run writes nothing."""
    spec = stepped.spec(CONFIRM, fields=("ref", "name", "date"))
    rows = [(*one, "2020-02-02") for one in ROWS]
    done = stepped.run(spec, *rows)
    assert done.counts.created == 3
    assert done.discrepancies.not_kept_values == 0
    assert {one["date"] for one in stepped.odoo.records["res.partner"].values()} == {"2020-02-02"}
    writes = stepped.odoo.writes()
    again = stepped.run(spec, *rows)
    assert (again.counts.unchanged, stepped.odoo.writes()) == (3, writes)


def test_what_odoo_does_not_take_back_is_told_as_not_kept(stepped):
    """A confirmed record refuses another date, say."""
    spec = stepped.spec(CONFIRM, fields=("ref", "name", "date"))
    stepped.odoo.keeps = lambda model, sent, record, table: record.update(
        {"date": "2026-01-01"} if record.get("color") else {}
    )
    done = stepped.run(spec, ("a", "A", "2020-02-02"))
    assert done.discrepancies.not_kept_values == 1
    assert stepped.run(spec, ("a", "A", "2020-02-02")).counts.unchanged == 1


def test_a_lost_answer_is_settled_by_where(stepped):
    """It had landed: it is not repeated."""
    stepped.odoo.after = raising(UnknownOutcome("no answer"), "res.partner.confirm")
    done = stepped.run(stepped.spec(CONFIRM), *ROWS)
    assert (done.steps, done.status, stepped.confirmed) == ((StepResult("confirm", 3),), "done", [[1, 2, 3]])


def test_a_lost_call_is_repeated_where_records_still_match(stepped):
    """It had not landed, and can no longer do so."""
    stepped.odoo.before = raising(UnknownOutcome("no answer"), "res.partner.confirm")
    done = stepped.run(stepped.spec(CONFIRM), *ROWS)
    assert (done.steps, stepped.confirmed) == ((StepResult("confirm", 3),), [[1, 2, 3]])


@pytest.mark.parametrize("landed", [True, False])
def test_what_nobody_knows_is_told_once_and_never_repeated_blindly(stepped, landed):
    """Only `retry`, by which a person says so, does it again."""
    lost = raising(UnknownOutcome("no answer"), "res.partner.post", at=2)
    stepped.odoo.after, stepped.odoo.before = (lost, stepped.odoo.before) if landed else (stepped.odoo.after, lost)
    spec = stepped.spec(POST)
    done = stepped.run(spec, *ROWS)
    assert (done.steps, done.counts.rejected) == ((StepResult("post", 2, 0, 1),), 1)
    (row,) = stepped.heard.rejects
    assert (row.stage, row.code) == ("after", "step_unknown")
    again = stepped.run(spec, *ROWS)
    assert (again.steps, again.counts.unchanged) == ((StepResult("post"),), 3)
    assert stepped.posted == ([1, 2, 3] if landed else [1, 3])
    rows = SomeRows(ListSource(["ref", "name"], [ROWS[row.line - 2]]))
    retried = stepped.run(spec, extent=rows, retried="r1")
    assert (retried.steps, stepped.posted[-1]) == ((StepResult("post", 1),), row.line - 1)


def test_an_action_is_told_and_a_wizard_is_an_error(stepped):
    """What a button answers is not followed; one that opens a wizard has not done its work."""
    action = {"type": "ir.actions.act_window", "name": "Invoices", "res_model": "account.move", "target": "current"}
    wizard = {"type": "ir.actions.act_window", "name": "Backorder?", "res_model": "stock.x", "target": "new"}
    confirm = stepped.odoo.methods["confirm"]
    asks = {2}

    def button(records):
        if asks & records.keys():
            return wizard
        confirm(records)
        return action

    stepped.odoo.methods = {"confirm": button}
    done = stepped.run(stepped.spec(CONFIRM), *ROWS)
    assert (done.steps, done.counts.rejected) == ((StepResult("confirm", 2, 1),), 1)
    assert [row.code for row in stepped.heard.rejects] == ["opens_wizard"]
    assert 'confirm answered act_window "Invoices" (account.move): told here, not followed' in done.notes
    assert stepped.colors() == {"a": 1, "b": 0, "c": 1}


def test_values_are_written_where_they_differ(stepped):
    """As updates of the journal, so that undo finds what they replaced."""
    stepped.odoo.add("res.partner", {"ref": "a", "name": "Old", "color": 7, "lang": "fr_FR"})
    spec = stepped.spec({"write": {"color": 7, "lang": "en_US"}})
    done = stepped.run(spec, *ROWS)
    assert done.steps == (StepResult("write color, lang", 3),)
    partners = stepped.odoo.records["res.partner"].values()
    assert {(one["color"], one["lang"]) for one in partners} == {(7, "en_US")}
    calls = [call for call in stepped.ledger.calls(1) if call.kind == "update"]
    assert {"lang": "fr_FR"} in [before for call in calls for before in call.before or ()]
    writes = stepped.odoo.writes()
    assert stepped.run(spec, *ROWS).counts.unchanged == 3
    assert stepped.odoo.writes() == writes


def test_values_that_odoo_refuses_reject_their_record(stepped):
    """The others have them."""
    stepped.odoo.hidden = lambda record: record.get("ref") == "b" and "create_uid" in record
    done = stepped.run(stepped.spec({"write": {"color": 7}}), *ROWS)
    assert (done.steps, done.counts.rejected) == ((StepResult("write color", 2, 1),), 1)
    assert stepped.colors() == {"a": 7, "b": 0, "c": 7}


def test_a_new_step_begins_with_the_run_that_has_it(stepped):
    """What earlier runs wrote without it does not get it."""
    stepped.run(stepped.spec(), *ROWS)
    assert stepped.run(stepped.spec(CONFIRM), *ROWS).steps == (StepResult("confirm"),)
    assert stepped.run(stepped.spec(CONFIRM), *ROWS, ("d", "D")).steps == (StepResult("confirm", 1),)


def test_a_mended_step_is_for_what_waits_for_it(stepped):
    """Its definition was wrong, so all records were refused; the next run has another one."""
    stepped.refuses = {"a", "b", "c"}
    stepped.run(stepped.spec(CONFIRM), *ROWS)
    stepped.refuses = set()
    mended = stepped.spec({**CONFIRM, "where": [["color", "!=", 1]]})
    assert stepped.run(mended, *ROWS).steps == (StepResult("confirm", 3),)


def test_a_record_that_waits_and_that_the_source_has_lost_gets_its_step(stepped):
    """Nobody else would ever do it; what Odoo refuses of it is told."""
    stepped.refuses = {"a", "b"}
    spec = stepped.spec(CONFIRM)
    stepped.run(spec, *ROWS)
    stepped.refuses = {"b"}
    done = stepped.run(spec, ROWS[2])
    assert done.steps == (StepResult("confirm", 1, 1),)
    assert "confirm of record 2, for which no row stands any more: b has no lines" in done.notes
    assert stepped.colors() == {"a": 1, "b": 0, "c": 1}


def test_a_plan_says_for_how_many_records_at_most(stepped):
    """New ones all, others where they match now; nothing is called."""
    stepped.odoo.add("res.partner", {"ref": "a", "name": "Old"}, {"ref": "b", "name": "Old", "color": 1})
    spec = stepped.spec(CONFIRM, {**CONFIRM, "on": "all"}, POST)
    planned = stepped.plan(spec, *ROWS)
    assert planned.steps == (StepResult("confirm", 2), StepResult("confirm", 2), StepResult("post", 3))
    assert stepped.confirmed == []
    assert stepped.odoo.writes() == 0


def test_without_a_ledger_steps_are_done_in_the_run(stepped):
    """Nothing is remembered of them."""
    from odoo_etl.so_far import JobSoFar
    from odoo_etl.sync import AllRows, JobRequest, run_job
    from tests.builders import PATIENT, Heard

    stepped.refuses, heard = {"b"}, Heard()
    spec, so_far = stepped.spec(CONFIRM), JobSoFar.begun("partners", "res.partner")
    request = JobRequest(None, None, AllRows(ListSource(["ref", "name"], ROWS)), PATIENT, rejects=heard)
    result = run_job(spec, stepped.odoo, heard, so_far, request)
    assert (result.counts.created, result.counts.rejected, result.counts.accounted) == (2, 1, 3)
    assert replace(result.steps[0]) == StepResult("confirm", 2, 1)


def test_what_a_step_overwrote_is_written_back_where_the_next_one_is_refused(stepped):
    """Its row is a reject, and the record holds what the row says."""
    stepped.odoo.after = raising(UnknownOutcome("no answer"), "res.partner.post")
    spec = stepped.spec(CONFIRM, POST, fields=("ref", "name", "date"))
    done = stepped.run(spec, ("a", "A", "2020-02-02"))
    assert done.counts.rejected == 1
    assert [one["date"] for one in stepped.odoo.records["res.partner"].values()] == ["2020-02-02"]


def test_all_rows_of_a_refused_record_are_rejects(stepped):
    """They are one record; each counts once."""
    stepped.refuses = {"a"}
    done = stepped.run(stepped.spec(CONFIRM), ("a", "A"), ("b", "B"), ("a", "Other"))
    assert (done.counts.created, done.counts.rejected) == (1, 2)
    assert stepped.heard.rejected_lines == [2, 4]


def test_a_row_that_was_rejected_before_is_not_rejected_twice(stepped):
    """The other row of its record stands, and waits."""
    stepped.refuses = {"a"}
    done = stepped.run(stepped.spec(CONFIRM), ("a", "A"), ("a", ""), ("b", "B"))
    assert done.counts.accounted == 3
    assert stepped.heard.rejected_lines in ([2], [2, 3])
    assert len(set(stepped.heard.rejected_lines)) == len(stepped.heard.rejects)


def test_too_many_refused_steps_stop_the_job(stepped):
    """As rejects of any stage do."""
    stepped.refuses = {"a", "b"}
    spec = stepped.spec(CONFIRM)
    spec = spec.model_copy(update={"load": spec.load.model_validate({"max_rejects": 1})})
    done = stepped.run(spec, *ROWS)
    assert (done.status, done.exit_code, done.counts.rejected) == ("failed", 4, 2)


def test_a_step_that_odoo_refuses_for_all_stops_the_job(stepped):
    """After a hundred of them; the others are not tried, and wait."""
    names = [f"p{n:03}" for n in range(150)]
    stepped.refuses = set(names)
    confirm = stepped.odoo.methods["confirm"]

    def refuse(records):
        try:
            return confirm(records)
        except Refused as error:
            raise Refused("no lines", name=error.name) from None

    stepped.odoo.methods = {"confirm": refuse}
    done = stepped.run(stepped.spec(CONFIRM), *((name, name) for name in names))
    assert (done.status, done.exit_code, done.counts.rejected) == ("failed", 4, 100)
    assert "step confirm: Odoo refused it for each of 100 records for one reason" in done.error
    stepped.refuses = set()
    again = stepped.run(stepped.spec(CONFIRM), *((name, name) for name in names))
    assert (again.counts.unchanged, again.steps) == (150, (StepResult("confirm", 150),))


def test_a_right_that_is_missing_ends_the_job_and_its_records_wait(stepped):
    """It is no fault of a row."""
    stepped.odoo.before = raising(ProtocolError("no such method"), "res.partner.confirm")
    done = stepped.run(stepped.spec(CONFIRM), *ROWS)
    assert (done.status, done.exit_code, done.counts.created) == ("failed", 1, 3)
    assert stepped.run(stepped.spec(CONFIRM), *ROWS).steps == (StepResult("confirm", 3),)


def test_rows_without_a_record_have_no_step(stepped):
    """Of mode update, say."""
    spec = stepped.spec(CONFIRM, on_absent="reject", mode="update")
    stepped.odoo.add("res.partner", {"ref": "a", "name": "Old"})
    done = stepped.run(spec, *ROWS[:2])
    assert (done.counts.updated, done.counts.rejected, done.steps) == (1, 1, (StepResult("confirm", 1),))


def test_records_that_a_wizard_let_through_are_not_sent_again(stepped):
    """It did its work for some of them, and asks because of one."""

    def button(records):
        done = {number: one for number, one in records.items() if one["ref"] != "b"}
        stepped._confirm(done)
        return (
            {"type": "ir.actions.act_window", "res_model": "x", "target": "new"} if len(done) < len(records) else True
        )

    stepped.odoo.methods = {"confirm": button}
    done = stepped.run(stepped.spec(CONFIRM), *ROWS)
    assert (done.steps, done.counts.rejected) == ((StepResult("confirm", 2, 1),), 1)
    assert sorted(number for some in stepped.confirmed for number in some) == [1, 3]


def test_the_journal_knows_what_became_of_rejected_rows(stepped):
    """A run that goes on tells the same."""
    stepped.refuses = {"b"}
    stepped.run(stepped.spec(CONFIRM), *ROWS)
    (entry,) = stepped.ledger.jobs("r1")
    copy = stepped.ledger.start_job("r1", "partners", "res.partner", entry.database, "spec")
    copy.copy_confirmed(entry.id)
    (chunk,) = copy.confirmed_chunks().values()
    assert chunk.counts == {"created": 2, "rejected": 1}
    assert [row["stage"] for row in chunk.rejects] == ["after"]


def test_a_created_record_that_is_completed_stays_a_created_one(stepped):
    """What it waited for is written later in the same run."""
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    spec = JobSpec.model_validate(
        {
            "version": 1,
            "job": "partners",
            "source": {"type": "csv", "path": "rows.csv"},
            "target": {"model": "res.partner", "key": "ref"},
            "fields": {"ref": "ref", "name": "name", "parent_id": parent},
            "after": [{**CONFIRM, "on": "created"}],
        }
    )
    source = AllRows(ListSource(["ref", "name", "parent"], [("a", "A", "b"), ("b", "B", "")]))
    done = stepped.run(spec, extent=source)
    assert (done.counts.created, done.steps) == (2, (StepResult("confirm", 2),))


@pytest.mark.parametrize("on", ["written", "all"])
def test_a_run_that_goes_on_does_the_steps_of_what_was_confirmed_before(stepped, on):
    """It heard of none of these records itself: they are found by their keys."""
    stepped.odoo.before = raising(ProtocolError("killed, as it were"), "res.partner.confirm")
    spec = stepped.spec({**CONFIRM, "on": on})
    assert stepped.run(spec, *ROWS).status == "failed"
    (entry,) = stepped.ledger.jobs("r1")
    stepped.refuses = {"b"}
    resumed = stepped.run(spec, *ROWS, resumed=entry)
    assert (resumed.status, resumed.counts.created, resumed.counts.rejected) == ("done", 2, 1)
    assert (stepped.heard.rejected_lines, stepped.colors()) == ([3], {"a": 1, "b": 0, "c": 1})


def test_what_a_user_may_not_call_is_told_in_odoos_words(stepped):
    """Which right or rule it was nobody can say: the method may touch anything."""
    error = AccessRefused("You cannot post entries", name=ACCESS_ERROR)
    stepped.odoo.before = raising(error, "res.partner.confirm", at=None)
    done = stepped.run(stepped.spec(CONFIRM), *ROWS)
    assert (done.status, done.counts.rejected) == ("done", 3)
    assert {row.reason for row in stepped.heard.rejects} == {"confirm: You cannot post entries"}


def test_a_mirror_removes_what_vanished_although_steps_were_refused(stepped):
    """The records of rejected rows are there: Odoo was asked for them."""
    spec = stepped.spec(CONFIRM, mode="mirror", vanish={"max": {"percent": 100}, "max_shrink": 100})
    stepped.run(spec, *ROWS)
    stepped.refuses = {"d"}
    done = stepped.run(spec, ("a", "A"), ("d", "D"))
    assert (done.counts.unchanged, done.counts.rejected, done.vanished.removed) == (1, 1, 2)


def test_a_run_that_goes_on_tries_the_steps_that_were_refused_again(stepped):
    """The row is a reject no more where Odoo takes the step now, and its record is no record without a row."""
    spec = stepped.spec(CONFIRM, POST)
    stepped.refuses = {"b", "c"}
    stepped.odoo.before = raising(ProtocolError("killed, as it were"), "res.partner.post")
    assert stepped.run(spec, *ROWS).status == "failed"
    (entry,) = stepped.ledger.jobs("r1")
    stepped.refuses = {"c"}
    resumed = stepped.run(spec, *ROWS, resumed=entry)
    assert (resumed.counts.created, resumed.counts.unchanged, resumed.counts.rejected) == (1, 1, 1)
    assert (stepped.heard.rejected_lines, stepped.colors()) == ([4], {"a": 1, "b": 1, "c": 0})
    assert (resumed.steps, resumed.notes) == ((StepResult("confirm", 1, 1), StepResult("post", 2)), ())


def test_what_nobody_knows_stays_a_reject_in_the_run_that_goes_on(stepped):
    """It is not repeated there either."""
    spec = stepped.spec(POST, CONFIRM)
    stepped.odoo.after = raising(UnknownOutcome("no answer"), "res.partner.post", at=2)
    stepped.odoo.before = raising(ProtocolError("killed, as it were"), "res.partner.confirm")
    assert stepped.run(spec, *ROWS).counts.rejected == 1
    (entry,) = stepped.ledger.jobs("r1")
    resumed = stepped.run(spec, *ROWS, resumed=entry)
    assert (resumed.counts.created, resumed.counts.rejected, stepped.posted) == (2, 1, [1, 2, 3])
    assert [row.code for row in stepped.heard.rejects] == ["step_unknown"]
