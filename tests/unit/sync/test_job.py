"""A job from its rows to an Odoo in memory: what lands, what is counted, what a second run does."""

from __future__ import annotations

import gc

import pytest

from odoo_etl.mapping import Record
from tests.builders import ListSource, World, job_spec
from tests.memory_odoo import MemoryOdoo
from tests.unit.sync.named import COLUMNS, NAMED, rows


def test_a_second_run_writes_nothing():
    """Every row is unchanged and only reads are sent."""
    world, source = World(), rows(("a", "A"), ("b", "B"), ("c", "C"))
    assert world.run(job_spec(NAMED), source).counts == {"created": 3}
    again = world.run(job_spec(NAMED), source)
    assert (again.counts, again.writes) == ({"unchanged": 3}, 0)


@pytest.mark.parametrize("shown", [None, 5])
def test_cells_that_look_like_html_are_told(shown):
    """By a plan and by a run: how many, and an example."""
    source = ListSource([*COLUMNS, "note"], [(str(n), "A", "<i>x</i>" if n % 2 else "y") for n in range(6)])
    ran = World().run(job_spec({**NAMED, "comment": "note"}, load={"chunk_size": 2}), source, shown=shown)
    (note,) = ran.result.notes
    assert note.startswith("comment: 3 cells look like HTML, such as '<i>x</i>'")


def test_only_what_differs_is_written():
    """The write carries the changed field alone."""
    world = World()
    world.odoo.add("res.partner", {"ref": "a", "name": "old", "email": "a@x"})
    sent = []
    world.odoo.before = lambda call, payload: sent.append(payload) if call.endswith(".write") else None
    ran = world.run(job_spec({**NAMED, "email": "email"}), ListSource([*COLUMNS, "email"], [("a", "new", "a@x")]))
    assert (ran.counts, sent) == ({"updated": 1}, [[{"name": "new"}]])


@pytest.mark.parametrize(
    ("mode", "counts", "partners"),
    [
        ("create", {"created": 1, "skipped": 1}, [("a", "old"), ("b", "B")]),
        ("update", {"updated": 1, "skipped": 1}, [("a", "A")]),
        ("upsert", {"created": 1, "updated": 1}, [("a", "A"), ("b", "B")]),
    ],
)
def test_the_mode_decides_which_records_are_written(mode, counts, partners):
    """Create leaves what exists, update leaves out what is missing, upsert does both."""
    world = World()
    world.odoo.add("res.partner", {"ref": "a", "name": "old"})
    ran = world.run(job_spec(NAMED, mode=mode), rows(("a", "A"), ("b", "B")))
    assert (ran.counts, world.partners("ref", "name")) == (counts, partners)


def test_an_archived_record_is_found():
    """Its key does not make a second record."""
    world = World()
    world.odoo.add("res.partner", {"ref": "a", "name": "A", "active": False})
    assert world.run(job_spec(NAMED), rows(("a", "A"))).counts == {"unchanged": 1}


def test_the_key_domain_narrows_the_search():
    """A record outside it does not count as the one with the key."""
    world = World()
    world.odoo.add("res.partner", {"ref": "a", "name": "other", "is_company": True})
    spec = job_spec(NAMED, key_domain=[["is_company", "=", False]])
    assert world.run(spec, rows(("a", "A"))).counts == {"created": 1}


def test_keys_that_differ_in_case_or_blanks_are_different_keys():
    """Nothing folds what Odoo keeps apart."""
    world = World()
    source = rows(("a", "1"), ("A", "2"), (" a", "3"), ("a ", "4"), ("ä", "5"), ("a\u0308", "6"))
    assert world.run(job_spec(NAMED), source).counts == {"created": 6}
    assert world.run(job_spec(NAMED), source).counts == {"unchanged": 6}


def test_an_ambiguous_key_is_a_reject_that_names_the_ids():
    """No record is guessed."""
    world = World()
    ids = world.odoo.add("res.partner", {"ref": "a", "name": "1"}, {"ref": "a", "name": "2"})
    ran = world.run(job_spec(NAMED), rows(("a", "A"), ("b", "B")))
    assert (ran.counts, ran.codes, ran.writes) == ({"created": 1, "rejected": 1}, ["ambiguous_key"], 1)
    assert all(str(one) in ran.heard.rejects[0].reason for one in ids)


def test_a_composite_key_may_have_an_empty_part():
    """The empty part is searched as empty, and found again."""
    spec = job_spec(NAMED, key=["name", "ref"])
    world, source = World(), ListSource(COLUMNS, [("", "A"), ("1", "A"), (None, "B"), ("", "")])
    assert world.run(spec, source).counts == {"created": 3, "rejected": 1}
    again = world.run(spec, source)
    assert (again.counts, again.codes) == ({"unchanged": 3, "rejected": 1}, ["empty_key"])


def test_rows_whose_key_is_empty_in_the_same_part_are_one_record():
    """However far apart they stand; an empty many2one is a root."""
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref"}}
    spec = job_spec(
        {"name": "name", "parent_id": parent, "email": "email"}, key=["name", "parent_id"], load={"chunk_size": 1}
    )
    world, columns = World(), ["name", "parent", "email"]
    (root,) = world.odoo.add("res.partner", {"name": "All", "ref": "R"})
    source = ListSource(columns, [("All", "", "a@x"), ("Sub", "R", ""), ("All", None, "b@x"), ("Sub", "", "")])
    assert world.run(spec, source).counts == {"created": 2, "updated": 2}
    assert world.partners("name", "parent_id", "email") == [
        ("All", False, "b@x"),
        ("Sub", False, False),
        ("Sub", root, False),
    ]
    assert world.run(spec, source).counts == {"unchanged": 4}


def test_a_boolean_in_a_key_is_a_value_also_when_false():
    """False tells records apart like any other value."""
    spec = job_spec({"is_company": "kind", "name": "name"}, key=["is_company"])
    world, source = World(), ListSource(["kind", "name"], [("no", "A"), ("yes", "B")])
    assert world.run(spec, source).counts == {"created": 2}
    assert world.run(spec, source).counts == {"unchanged": 2}


def test_zero_in_a_key_is_a_value():
    """An integer 0 finds the record whose field is 0."""
    spec = job_spec({"color": "color", "name": "name"}, key="color")
    world, source = World(), ListSource(["color", "name"], [("0", "A"), ("-1", "B"), ("-2", "C")])
    assert world.run(spec, source).counts == {"created": 3}
    assert world.run(spec, source).counts == {"unchanged": 3}


def test_an_empty_source_is_done():
    """Nothing is read from Odoo beyond its fields, and nothing written."""
    ran = World().run(job_spec(NAMED), rows())
    assert (ran.result.status, ran.counts, ran.result.calls) == ("done", {}, {"res.partner.fields_get": 1})


def test_a_source_of_rejects_only_is_done():
    """Bad lines and rows without a key are counted, and no search is sent."""
    ran = World().run(job_spec(NAMED), rows("bad line", ("", "A"), (None, "B")))
    assert (ran.counts, ran.heard.rejected_lines, ran.adds_up) == ({"rejected": 3}, [2, 3, 4], True)
    assert ran.result.calls == {"res.partner.fields_get": 1}


def test_a_missing_column_stops_before_any_write():
    """The error names the column and who needs it."""
    ran = World().run(job_spec({**NAMED, "email": "mail"}), rows(("a", "A")))
    assert (ran.result.status, ran.result.exit_code, ran.writes) == ("failed", 1, 0)
    assert "'mail' (for email)" in ran.result.error


@pytest.mark.parametrize(("least", "status"), [(2, "done"), (3, "failed")])
def test_a_short_source_stops_before_any_write(least, status):
    """Bad lines count as rows; below `min_rows` nothing is written and every row failed."""
    ran = World().run(job_spec(NAMED, min_rows=least), rows(("a", "A"), "bad line"))
    assert (ran.result.status, ran.adds_up) == (status, True)
    assert (ran.result.exit_code, ran.writes) == ((0, 1) if status == "done" else (4, 0))


@pytest.mark.parametrize(
    ("limit", "status", "counts"),
    [
        (None, "done", {"created": 2, "rejected": 2}),
        (2, "done", {"created": 2, "rejected": 2}),
        (1, "failed", {"rejected": 2, "failed": 2}),
        ("50%", "done", {"created": 2, "rejected": 2}),
        ("49%", "failed", {"rejected": 2, "failed": 2}),
        (0, "failed", {"rejected": 2, "failed": 2}),
    ],
)
def test_too_many_rejects_stop_the_job_before_the_write(limit, status, counts):
    """The limit is looked at before each write; what was not written counts as failed."""
    ran = World().run(job_spec(NAMED, load={"max_rejects": limit}), rows(("a", "A"), ("", "B"), "bad", ("d", "D")))
    assert (ran.result.status, ran.counts, ran.adds_up) == (status, counts, True)
    assert ran.result.exit_code == (4 if status == "failed" else 0)


def test_equal_changes_share_one_write():
    """A hundred records that get the same value cost one call."""
    world = World()
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(100)))
    ran = world.run(job_spec(NAMED), rows(*((str(n), "new") for n in range(100))))
    assert (ran.counts, ran.writes) == ({"updated": 100}, 1)


def test_a_deferred_lookup_waits_until_all_rows_are_written():
    """Children may come before their parents, at any depth and in any chunk; a re-run writes nothing."""
    parent = {"column": "name", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    spec = job_spec({"ref": "ref", "name": "ref", "parent_id": parent}, load={"chunk_size": 2, "concurrency": 2})
    source = rows(("e", "d"), ("d", "c"), ("c", "b"), ("b", "a"), ("a", ""), ("x", "missing"))
    world = World()
    ran = world.run(spec, source)
    assert (ran.counts, ran.codes, ran.adds_up) == ({"created": 5, "rejected": 1}, ["lookup_missing"], True)
    existing = {one["ref"]: one for one in world.odoo.records["res.partner"].values()}
    ids = {one["ref"]: number for number, one in world.odoo.records["res.partner"].items()}
    assert [existing[ref].get("parent_id") or False for ref in "edcba"] == [*(ids[ref] for ref in "dcba"), False]
    again = world.run(spec, source)
    assert (again.counts, again.writes) == ({"unchanged": 5, "rejected": 1}, 0)


def test_many_lanes_make_no_doubles():
    """Keys that repeat across chunks stay one record, and all counts are kept."""
    world = World()
    pairs = [(str(n * 7919 % 250), f"name {n}") for n in range(1000)]
    ran = world.run(job_spec(NAMED, load={"chunk_size": 10, "concurrency": 8}), rows(*pairs))
    assert (ran.counts, ran.result.duplicates) == ({"created": 250, "updated": 750}, 750)
    assert world.partners("ref", "name") == sorted(dict(pairs).items())


@pytest.mark.parametrize(
    ("fields", "key", "told"),
    [
        ({**NAMED, "color": {"value": "red"}}, "ref", "field color"),
        ({**NAMED, "lang": {"column": "name", "default": "xx"}}, "ref", "field lang"),
        (
            {"name": "name", "partner_latitude": "ref"},
            "partner_latitude",
            "`partner_latitude` is a float field without fixed",
        ),
        ({**NAMED, "nmae": "name"}, "ref", "did you mean `name`?"),
    ],
)
def test_a_job_that_cannot_work_is_told_before_any_row(fields, key, told):
    """Constants that do not fit, unfit keys and unknown fields end the job with code 2."""
    ran = World().run(job_spec(fields, key=key), rows(("1", "A")))
    assert (ran.result.status, ran.result.exit_code, ran.writes) == ("failed", 2, 0)
    assert told in ran.result.error


class Shouting(MemoryOdoo):
    """A module of it writes keys in capitals."""

    def create(self, model, values, *, context=None, fence=None):
        """See `MemoryOdoo`."""
        changed = [{**one, "ref": one["ref"].upper()} for one in values]
        return super().create(model, changed, context=context, fence=fence)


@pytest.mark.parametrize("lanes", [1, 4])
@pytest.mark.parametrize(("odoo", "domain"), [(Shouting, []), (MemoryOdoo, [["color", "=", 7]])])
def test_records_that_are_not_found_by_their_key_stop_the_job(odoo, domain, lanes):
    """After the first of them, which is created alone: each run would make them anew."""
    world = World(odoo())
    source = rows(*((f"k{n}", "A") for n in range(50)))
    ran = world.run(job_spec(NAMED, key_domain=domain, load={"chunk_size": 10, "concurrency": lanes}), source)
    assert (ran.counts, ran.result.status) == ({"created": 1, "failed": 49}, "failed")
    assert "was created with ref = 'k0' and is not found by that" in ran.result.error


@pytest.mark.parametrize(("name", "begins"), [("good", [1, 50]), ("bad", [1, 1])])
def test_the_first_record_is_created_alone_and_the_others_together(name, begins):
    """One call more for each run that creates; the first is the first that Odoo takes."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name") == "bad"))
    sizes = []
    world.odoo.before = lambda call, payload: sizes.append(len(payload)) if call == "res.partner.create" else None
    ran = world.run(job_spec(NAMED), rows(("a", name), *((f"k{n}", "A") for n in range(50))))
    assert (ran.counts["created"] + ran.counts.get("rejected", 0), sizes[:2]) == (51, begins)


class ShoutingWhereLong(MemoryOdoo):
    """A module of it writes some keys in capitals."""

    def create(self, model, values, *, context=None, fence=None):
        """See `MemoryOdoo`."""
        kept = [{**one, "ref": one["ref"].upper() if len(one["ref"]) > 2 else one["ref"]} for one in values]
        return super().create(model, kept, context=context, fence=fence)


def test_keys_that_are_rewritten_now_and_then_stop_the_job_after_its_first_batch():
    """What was created by then is counted."""
    world = World(ShoutingWhereLong())
    source = rows(*((f"k{n}", "A") for n in range(50)))
    ran = world.run(job_spec(NAMED, load={"chunk_size": 20}), source)
    assert (ran.counts, ran.result.status) == ({"created": 20, "failed": 30}, "failed")
    assert "was created with ref = 'k10'" in ran.result.error


@pytest.mark.parametrize("refused", [False, True])
def test_records_are_given_back_with_their_batch(refused):
    """Nothing holds itself: Python looks seldom for cycles, and a million rows would wait for that in memory."""
    there = World()
    if refused:
        there.odoo.refuses = lambda values: values.get("name") == "bad"
    pairs = [(f"r{number}", "bad" if refused and number % 50 == 0 else "N") for number in range(400)]
    gc.collect()
    gc.freeze()  # what there is by now is not looked at
    gc.disable()
    try:
        there.run(job_spec(NAMED, load={"chunk_size": 20}), rows(*pairs))
        left = sum(type(one) is Record for one in gc.get_objects())
    finally:
        gc.enable()
    assert left <= 20


def test_cells_hold_labels_of_a_selection():
    """What they are called in the language is asked once; the values stand in Odoo, and nothing is left to write."""
    world = World()
    world.odoo.add("res.lang", {"code": "en_US"})
    spec = job_spec({"ref": "ref", "name": "ref", "lang": {"column": "lang", "labels": "en_US", "default": "en_US"}})
    source = ListSource(["ref", "lang"], [("a", "French"), ("b", ""), ("c", "fr_FR"), ("d", " english")])
    ran = world.run(spec, source)
    assert (ran.counts, ran.codes) == ({"created": 3, "rejected": 1}, ["bad_label"])
    assert world.partners("ref", "lang") == [("a", "fr_FR"), ("b", "en_US"), ("d", "en_US")]
    assert world.run(spec, source).writes == 0


SPARED = {
    "ref": "ref",
    "name": {"column": "name", "write": "create"},
    "email": {"column": "email", "write": "if_empty"},
}


def test_a_field_is_written_to_new_records_only():
    """Later rows with another value are unchanged, in plans too; an empty one is filled where the job says so."""
    world, columns = World(), ["ref", "name", "email"]
    spec = job_spec(SPARED)
    assert world.run(spec, ListSource(columns, [("a", "A", ""), ("b", "B", "b@x")])).counts == {"created": 2}
    changed = ListSource(columns, [("a", "new", "a@x"), ("b", "new", "other@x"), ("c", "C", "c@x")])
    planned = world.run(spec, changed, shown=9)
    assert planned.counts == {"created": 1, "updated": 1, "unchanged": 1}
    assert {one.key: one.changes for one in planned.changes}["a"] == {"email": (None, "a@x")}
    assert world.run(spec, changed).counts == {"created": 1, "updated": 1, "unchanged": 1}
    assert world.partners("ref", "name", "email") == [("a", "A", "a@x"), ("b", "B", "b@x"), ("c", "C", "c@x")]
    assert world.run(spec, changed).writes == 0


def test_what_only_new_records_get_may_wait_for_others():
    """A record that is new gets it when they are there; one that was there does not."""
    world, columns = World(), ["ref", "parent"]
    world.odoo.add("res.partner", {"ref": "old", "name": "old"})
    lookup = {"model": "res.partner", "by": "ref", "on_missing": "defer"}
    parent = {"column": "parent", "write": "create", "lookup": lookup}
    spec = job_spec({"ref": "ref", "name": "ref", "parent_id": parent})
    source = ListSource(columns, [("old", "firm"), ("new", "firm"), ("firm", "")])
    assert world.run(spec, source).counts == {"created": 2, "unchanged": 1}
    firm = next(number for number, one in world.odoo.records["res.partner"].items() if one["ref"] == "firm")
    assert world.partners("ref", "parent_id") == [("firm", False), ("new", firm), ("old", False)]
    assert world.run(spec, source).writes == 0


@pytest.mark.parametrize("mode", ["create", "upsert", "mirror"])
def test_rows_of_one_key_make_a_new_record_together(mode):
    """What only new records get is what the last of them says, but in mode create, where the first stands."""
    world = World()
    source = ListSource(["ref", "name", "email"], [("a", "A", "1@x"), ("a", "B", "2@x")])
    spec = job_spec({name: name for name in SPARED} if mode == "create" else SPARED, mode=mode)
    world.run(spec, source)
    assert world.partners("name", "email") == [("A", "1@x") if mode == "create" else ("B", "2@x")]
    assert world.run(spec, source).writes == 0
