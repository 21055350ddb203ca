"""Each write of a run that applies a plan is held against it: exactly the plan is written, or the run ends before."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.errors import UnknownOutcome
from tests.boms import BOM, LINE
from tests.builders import ListSource, job_spec
from tests.examples import examples
from tests.memory_odoo import raising
from tests.unit.planfile.desk import Desk, Watched

FIELDS = {"ref": "ref", "name": "name", "email": "email"}
COLUMNS = ["ref", "name", "email"]
STALE = 7


def rows(*pairs):
    """A source of (ref, name, email)."""
    return ListSource(COLUMNS, pairs)


def partners(**load):
    """A job that writes one record after the other."""
    return job_spec(FIELDS, load={"chunk_size": 100, "concurrency": 1, **load})


WANTED = (("a", "A", "a@x"), ("b", "old b", "b@x"), ("c", "old c", "new@x"), ("d", "D", "d@x"))
WRITES = [("d", "ref", "d"), ("d", "name", "D"), ("d", "email", "d@x"), ("a", "name", "A"), ("c", "email", "new@x")]


def test_a_plan_that_holds_is_carried_out(desk):
    """Its writes, and no other ones; the counts are those of a run."""
    desk.plan((partners(), rows(*WANTED)))
    (result,) = desk.apply((partners(), rows(*WANTED)))
    assert (result.exit_code, result.counts.created, result.counts.updated, result.counts.unchanged) == (0, 1, 2, 1)
    assert desk.odoo.landed == WRITES
    assert [one.counts.unchanged for one in desk.run((partners(), rows(*WANTED)))] == [4]


@pytest.mark.parametrize(
    ("meddle", "told"),
    [
        (lambda table: table[1].update(name="x"), "a (res.partner 1): name planned 'old a' → 'A', now 'x' → 'A'"),
        (lambda table: table[1].update(name="A"), "a (res.partner 1): the planned update is not due any more"),
        (
            lambda table: table[2].update(name="x"),
            "b (res.partner 2) is not planned: name: 'x' →",
        ),
        (lambda table: table.pop(3), "c (res.partner 3) was to be changed, and is not there any more"),
        (
            lambda table: table.update({9: {"ref": "d", "name": "x"}}),
            "d (res.partner 9) was to be created, and is there",
        ),
        (
            lambda table: table.update({9: {"ref": "d", "name": "D", "email": "d@x"}}),
            "it was to be created, and is there",
        ),
        (lambda table: table.update({9: {"ref": "a", "name": "x"}}), "the planned update cannot be made: 2 records"),
    ],
)
def test_what_changes_between_the_plan_and_the_write_is_not_written(desk, meddle, told):
    """Nothing of its call is: the run ends, and names it."""
    desk.plan((partners(), rows(*WANTED)))
    meddle(desk.odoo.records["res.partner"])
    (result,) = desk.apply((partners(), rows(*WANTED)))
    assert (result.exit_code, desk.odoo.landed) == (STALE, [])
    assert told in result.error
    assert "Written before that: 0 of the planned" in result.error


def test_other_fields_of_a_record_are_somebody_elses(desk):
    """They are neither compared nor written."""
    desk.plan((partners(), rows(*WANTED)))
    desk.odoo.records["res.partner"][1]["color"] = 7
    (result,) = desk.apply((partners(), rows(*WANTED)))
    assert (result.exit_code, desk.ref("a")["color"], desk.odoo.landed) == (0, 7, WRITES)


def test_a_row_that_odoo_refuses_is_a_reject_as_in_a_run(desk):
    """The others land."""
    desk.plan((partners(), rows(*WANTED)))
    desk.odoo.refuses = lambda values: values.get("name") == "A"
    (result,) = desk.apply((partners(), rows(*WANTED)))
    assert (result.exit_code, result.counts.rejected, result.counts.created, result.counts.updated) == (0, 1, 1, 1)
    assert [one for one in WRITES if one[0] != "a"] == desk.odoo.landed


def test_a_call_without_an_answer_is_settled_under_the_plan(desk):
    """What it wrote counts as written; what it did not is written."""
    desk.plan((partners(), rows(*WANTED)))
    desk.odoo.before = raising(UnknownOutcome("no answer"), "res.partner.create")
    (result,) = desk.apply((partners(), rows(*WANTED)))
    assert (result.exit_code, result.counts.created, sorted(map(str, desk.odoo.landed))) == (
        0,
        1,
        sorted(map(str, WRITES)),
    )


def test_the_rows_are_those_of_the_plan(desk):
    """Else nothing is written."""
    desk.plan((partners(), rows(*WANTED)))
    (result,) = desk.apply((partners(), rows(*WANTED[:3])))
    assert (result.exit_code, desk.odoo.landed) == (STALE, [])
    assert "the rows of its source have changed (rows.csv: 4 rows then, 3 now)" in result.error


def test_no_job_begins_once_the_plan_is_stale(desk):
    """Whatever it would write."""
    others = job_spec({"ref": "ref", "name": "name"}).model_copy(update={"job": "others"})
    more = ListSource(["ref", "name"], [("z", "Z")])
    desk.plan((partners(), rows(*WANTED)), (others, more))
    desk.odoo.records["res.partner"][1]["name"] = "x"
    results = desk.apply((partners(), rows(*WANTED)), (others, more))
    assert [one.exit_code for one in results] == [STALE]


def test_records_that_refer_to_each_other_get_their_ids_as_they_come(desk):
    """What the plan creates has no id in it: a child that comes before its parent, and one that comes after."""
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    spec = job_spec({"ref": "ref", "name": "name", "parent_id": parent}, load={"chunk_size": 1})
    source = ListSource(["ref", "name", "parent"], [("k", "K", "p"), ("p", "P", ""), ("a", "old a", "p")])
    desk.plan((spec, source))
    assert desk.again((spec, source)).first == []
    (result,) = desk.apply((spec, source))
    parent_id = next(number for number, one in desk.odoo.records["res.partner"].items() if one["ref"] == "p")
    assert (result.exit_code, result.error) == (0, "")
    assert [desk.ref(ref)["parent_id"] for ref in "ka"] == [parent_id] * 2


def test_what_one_job_creates_another_looks_up(desk):
    """And what lookups create themselves: they are compared by key."""
    country = {"column": "country", "lookup": {"model": "res.country", "by": "name", "on_missing": "create"}}
    tags = {"column": "tags", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}}
    first = job_spec({"name": "name"}, model="res.partner.category", key="name").model_copy(update={"job": "tags"})
    spec = job_spec({"ref": "ref", "name": "name", "category_id": tags, "country_id": country})
    jobs = (
        (first, ListSource(["name"], [("T1",), ("T2",)])),
        (spec, ListSource(["ref", "name", "tags", "country"], [("a", "A", "T1|T2", "Utopia"), ("n", "N", "T2", "")])),
    )
    desk.plan(*jobs)
    assert desk.again(*jobs).first == []
    results = desk.apply(*jobs)
    assert [(one.exit_code, one.error) for one in results] == [(0, ""), (0, "")]
    assert (len(desk.ref("a")["category_id"]), len(desk.odoo.records["res.country"])) == (2, 1)


def test_a_row_that_the_plan_rejects_stays_a_reject(desk):
    """Although it could land by now, since somebody, or the run itself, made what it refers to."""
    country = {"column": "country", "lookup": {"model": "res.country", "by": "name"}}
    spec = job_spec({"ref": "ref", "name": "name", "country_id": country})
    source = ListSource(["ref", "name", "country"], [("a", "A", ""), ("b", "B", "Utopia"), ("n", "N", "Utopia")])
    (planned,) = desk.plan((spec, source))
    desk.odoo.add("res.country", {"name": "Utopia"})
    assert desk.again((spec, source)).count == 2
    (result,) = desk.apply((spec, source))
    assert (result.exit_code, result.counts.rejected, planned.counts.rejected) == (0, 2, 2)
    assert (dict(result.reject_codes), desk.odoo.landed) == ({"rejected_in_plan": 2}, [("a", "name", "A")])
    ((_, reason),) = result.reasons
    assert reason.startswith("the plan rejects this row, so it is left out now as well: no res.country has name")


def test_rows_of_a_record_that_odoo_refuses_write_nothing_else_than_planned(desk):
    """A run would try each row alone: a row that leads to another value is a reject."""
    twice = rows(("a", "A", "bad"), ("a", "AA", "new@x"), ("d", "D", "bad"), ("d", "DD", "d@x"), ("b", "B", "b@x"))
    desk.plan((partners(), twice))
    assert desk.again((partners(), twice)).first == []
    desk.odoo.refuses = lambda values: values.get("name") in {"AA", "DD"}
    (result,) = desk.apply((partners(), twice))
    assert (result.exit_code, dict(result.reject_codes)["rejected_in_plan"], result.error) == (0, 2, "")
    assert desk.odoo.landed == [("b", "name", "B")]


def test_lines_of_the_plan(shared_ledger, tmp_path):
    """New ones, changed ones, and those that go; one that somebody changed ends it."""
    desk = Desk(tmp_path / "file.plan", ledger=shared_ledger.put(shared_ledger.empty))
    fields = {"sequence": {"column": "pos", "type": "integer"}, "name": "part"}
    lines = {"line_ids": {"key": "sequence", "rest": "remove", "fields": fields}}
    job = job_spec({"code": "code", "name": "name"}, model=BOM, key="code", lines=lines)
    columns = ["code", "name", "pos", "part"]
    desk.run((job, ListSource(columns, [("t", "T", "1", "Top"), ("t", "T", "2", "Leg")])))
    wanted = ListSource(columns, [("t", "T", "1", "Plate"), ("t", "T", "3", "Foot"), ("u", "U", "1", "Top")])
    desk.plan((job, wanted))
    assert desk.again((job, wanted)).first == []
    desk.odoo.records[LINE][1]["name"] = "Somebody's"
    again, (stopped,) = desk.again((job, wanted)), desk.apply((job, wanted))
    told = "line_ids[1].name planned 'Top' → 'Plate', now \"Somebody's\" → 'Plate'"
    assert (again.count, told in again.first[0], stopped.exit_code, told in stopped.error) == (1, True, STALE, True)
    desk.odoo.records[LINE][1]["name"] = "Top"
    (result,) = desk.apply((job, wanted), made={("main", BOM): {2}})  # u had its trial before
    assert (result.error, result.lines.created, result.lines.updated, result.lines.removed) == ("", 1, 1, 1)


def test_a_record_that_two_jobs_of_the_plan_write(desk):
    """What the first one wrote is no change of somebody else, to the second."""
    second = job_spec({"ref": "ref", "name": "name"}).model_copy(update={"job": "second"})
    jobs = ((partners(), rows(("a", "A", "a@x"))), (second, ListSource(["ref", "name"], [("a", "AA")])))
    desk.plan(*jobs)
    assert [one.exit_code for one in desk.apply(*jobs)] == [0, 0]
    assert desk.ref("a")["name"] == "AA"


def test_a_run_that_goes_on_finds_what_the_first_one_wrote(desk):
    """Each field is as the plan found it, or as it wants it; anything else ends it."""
    desk.plan((partners(), rows(*WANTED)))
    table = desk.odoo.records["res.partner"]
    table[1]["name"] = "A"  # by the run that died
    table[9] = {"ref": "d", "name": "D", "email": "d@x", "active": True}
    (result,) = desk.apply((partners(), rows(*WANTED)), made={("main", "res.partner"): {9}})
    assert (result.exit_code, desk.odoo.landed) == (0, [("c", "email", "new@x")])
    table[3]["email"] = "x"
    (result,) = desk.apply((partners(), rows(*WANTED)), made={("main", "res.partner"): {9}})
    assert (result.exit_code, desk.odoo.landed) == (STALE, [("c", "email", "new@x")])


def test_a_run_that_goes_on_takes_no_record_of_somebody_else_for_its_own(desk):
    """A planned record that is there and that the run did not create."""
    desk.plan((partners(), rows(*WANTED)))
    desk.odoo.records["res.partner"][9] = {"ref": "d", "name": "D", "email": "d@x", "active": True}
    (result,) = desk.apply((partners(), rows(*WANTED)), made={("main", "res.partner"): set()})
    assert (result.exit_code, "it was to be created, and is there as res.partner 9" in result.error) == (STALE, True)


def test_a_mirror_removes_the_planned_records_alone(desk, shared_ledger):
    """Another one that vanished meanwhile stays."""
    desk.ledger = shared_ledger.put(shared_ledger.empty)
    mirror = job_spec({"ref": "ref", "name": "name"}, mode="mirror", vanish={"max": {"percent": 100}})
    whole = ListSource(["ref", "name"], [(ref, f"old {ref}") for ref in "abcd"])
    desk.run((mirror, whole))
    less = ListSource(["ref", "name"], [(ref, f"old {ref}") for ref in "abc"])
    desk.plan((mirror, less))
    assert desk.again((mirror, less)).first == []
    desk.odoo.records["res.partner"][4]["ref"] = "other"  # somebody made it another record
    again = desk.again((mirror, less))
    assert [one for one in again.first if "archive of record 4" in one] == again.first
    desk.odoo.records["res.partner"][4]["ref"] = "d"
    desk.apply((mirror, less))
    assert [one["active"] for one in desk.odoo.records["res.partner"].values()] == [True, True, True, False]


def test_steps_are_for_the_records_of_the_plan(desk, shared_ledger):
    """Those that it writes, and those that wait."""
    desk.ledger = shared_ledger.put(shared_ledger.empty)
    desk.odoo.methods = {"confirm": lambda records: [one.update(color=1) for one in records.values()]}
    spec = partners().model_copy(update={})
    spec = type(spec).model_validate(
        {**spec.model_dump(mode="json", exclude_defaults=True), "after": [{"call": "confirm"}]}
    )
    desk.plan((spec, rows(*WANTED)))
    assert desk.again((spec, rows(*WANTED))).first == []
    (result,) = desk.apply((spec, rows(*WANTED)))
    assert (result.exit_code, result.steps[0].records) == (0, 3)
    assert [desk.ref(ref).get("color") for ref in "abcd"] == [1, None, 1, 1]


CELLS = st.tuples(st.sampled_from("abcdef"), st.sampled_from(["A", "B", "old a"]), st.sampled_from(["a@x", "new@x"]))
MEDDLING = st.tuples(
    st.integers(0, 6),  # the question for records and their values before which somebody changes something
    st.integers(1, 6),  # in which record
    st.sampled_from(["name", "email", "color"]),
    st.sampled_from(["old a", "A", "x", "new@x"]),
)


@given(
    st.lists(CELLS, max_size=6, unique_by=lambda one: one[0]), st.lists(MEDDLING, max_size=3), st.sampled_from([1, 100])
)
@examples(150)
def test_whatever_happens_nothing_but_the_plan_is_written(tmp_path_factory, wanted, meddled, size):
    """Each change that lands is a planned one, in place of the planned value; without code 7, all of them landed."""
    desk = Desk(tmp_path_factory.mktemp("plan") / "file.plan", Watched())
    desk.odoo.add("res.partner", *[{"ref": ref, "name": f"old {ref}", "email": f"{ref}@x"} for ref in "abcdef"])
    job = job_spec(FIELDS, load={"chunk_size": size, "concurrency": 1}), rows(*wanted)
    desk.plan(job)
    table, questions = desk.odoo.records["res.partner"], itertools.count()

    def meddle(call, payload):
        now = next(questions) if call == "res.partner.search_read" and payload[0][0] == "ref" else None
        for at, number, name, value in meddled:
            if at == now:
                table[number][name] = value

    desk.odoo.meddler = meddle
    (result,) = desk.apply(job)
    landed, planned = set(desk.odoo.replaced), expected(wanted)
    assert landed <= planned
    assert result.exit_code in {0, STALE}
    assert result.exit_code == STALE or landed == planned
    assert result.counts.updated == len({ref for ref, *_ in landed})


def expected(wanted):
    """The changes that the plan is to make: (ref, field, old value, new value)."""
    there = {ref: {"name": f"old {ref}", "email": f"{ref}@x"} for ref in "abcdef"}
    return {
        (ref, name, there[ref][name], value)
        for ref, *cells in wanted
        for name, value in zip(("name", "email"), cells, strict=True)
        if there[ref][name] != value
    }
