"""A job from its rows to an Odoo in memory: what lands, what is counted, what a second run does."""

from __future__ import annotations

import gc
from contextlib import nullcontext

import pytest

from odoo_etl.errors import AccessRefused, Refused, SafetyLimit, TooLarge, TransientError, UnknownOutcome
from odoo_etl.mapping import Record
from odoo_etl.results import JobResult, RejectedRow
from odoo_etl.sync.counts import Tally
from tests.builders import Heard, ListSource, World, job_spec
from tests.memory_odoo import MemoryOdoo, raising

NAMED = {"ref": "ref", "name": "name"}
COLUMNS = ["ref", "name"]


def rows(*pairs):
    """A source of (ref, name) rows."""
    return ListSource(COLUMNS, pairs)


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


def test_rows_that_odoo_refuses_are_rejects_and_the_others_land():
    """Each refused row alone, with Odoo's exception name as code."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name") in {"bad", "worse"}))
    source = rows(*((str(n), "bad" if n == 3 else "worse" if n == 17 else "good") for n in range(40)))
    ran = world.run(job_spec(NAMED, load={"chunk_size": 16}), source)
    assert (ran.counts, ran.heard.rejected_lines, ran.adds_up) == ({"created": 38, "rejected": 2}, [5, 19], True)
    assert ran.codes == ["odoo.exceptions.ValidationError"] * 2


@pytest.mark.parametrize("method", ["create", "web_save_multi"])
@pytest.mark.parametrize("bad", [0, 499, 777, 999])
def test_one_bad_row_in_a_thousand_costs_few_calls(method, bad):
    """At most 2·log2(1000) + 2 writes more than none."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name") == "bad"))
    if method == "web_save_multi":
        world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(1000)))
    ran = world.run(job_spec(NAMED), rows(*((str(n), "bad" if n == bad else f"name {n}") for n in range(1000))))
    done = "created" if method == "create" else "updated"
    assert (ran.counts, ran.heard.rejected_lines) == ({done: 999, "rejected": 1}, [bad + 2])
    assert ran.result.calls[f"res.partner.{method}"] <= 1 + 21


def test_equal_changes_share_one_write():
    """A hundred records that get the same value cost one call."""
    world = World()
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(100)))
    ran = world.run(job_spec(NAMED), rows(*((str(n), "new") for n in range(100))))
    assert (ran.counts, ran.writes) == ({"updated": 100}, 1)


def test_an_older_server_gets_grouped_writes():
    """Odoo 18 has no web_save_multi: one `write` for each set of equal values."""
    world = World(MemoryOdoo(major=18))
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(30)))
    ran = world.run(job_spec(NAMED), rows(*((str(n), f"new {n % 3}") for n in range(30))))
    assert (ran.counts, ran.result.calls["res.partner.write"]) == ({"updated": 30}, 3)


@pytest.mark.parametrize(("count", "loads"), [(2, 1), (50, 1), (51, 2), (120, 3)])
def test_an_older_server_gets_records_with_values_of_their_own_by_load(count, loads):
    """So many in a call; unchanged the second time."""
    world = World(MemoryOdoo(major=14))
    world.odoo.add("res.country", {"code": "DE"}, {"code": "FR"})
    world.odoo.add("res.partner.category", {"name": "red"}, {"name": "blue"})
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(count)))
    fields = {
        **NAMED,
        "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
        "category_id": {"column": "tags", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}},
    }
    lines = [(str(n), f"new {n}", "FR" if n % 2 else "DE", "red|blue" if n % 2 else "blue") for n in range(count)]
    source = ListSource(["ref", "name", "country", "tags"], lines)
    ran = world.run(job_spec(fields), source)
    assert (ran.counts, ran.result.calls["res.partner.load"], ran.writes) == ({"updated": count}, loads, loads)
    assert world.partners("name", "country_id", "category_id")[0] == ("new 0", 1, [2])
    assert world.run(job_spec(fields), source).counts == {"unchanged": count}


def test_what_an_older_server_cannot_load_is_written():
    """Records that are added, and what is emptied of many records; the others are loaded beside them."""
    world = World(MemoryOdoo(major=14))
    world.odoo.add("res.partner.category", {"name": "red"}, {"name": "blue"})
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old", "category_id": [1]} for n in range(4)))
    tags = {"column": "tags", "command": "add", "lookup": {"model": "res.partner.category", "by": "name"}}
    lines = [("0", "a", "blue"), ("1", "b", "blue"), ("2", "c", ""), ("3", "d", "")]
    ran = world.run(job_spec({**NAMED, "category_id": tags}), ListSource(["ref", "name", "tags"], lines))
    calls = [ran.result.calls[f"res.partner.{method}"] for method in ("load", "write")]
    assert (ran.counts, calls) == ({"updated": 4}, [1, 2])
    assert world.partners("name", "category_id") == [("a", [1, 2]), ("b", [1, 2]), ("c", [1]), ("d", [1])]


@pytest.mark.parametrize("bad", [0, 7, 59])
def test_an_older_server_refuses_one_row_alone(bad):
    """The others land."""
    world = World(MemoryOdoo(major=14, refuses=lambda values: values.get("name") == "bad"))
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(60)))
    ran = world.run(job_spec(NAMED), rows(*((str(n), "bad" if n == bad else f"new {n}") for n in range(60))))
    assert (ran.counts, ran.heard.rejected_lines) == ({"updated": 59, "rejected": 1}, [bad + 2])
    assert ran.result.calls["res.partner.load"] <= 8


FAILURES = [
    ("res.partner.search_read", 1, TransientError("away"), 1),
    ("res.partner.search_read", 2, TransientError("away"), 1),
    ("res.partner.create", 1, TransientError("away"), 1),
    ("res.partner.search_read", 2, UnknownOutcome("no answer"), 1),
    ("res.partner.create", 1, AccessRefused("no rights"), 5),
    ("res.partner.create", 2, AccessRefused("no rights"), 5),  # of the job; `schedule` knows that rows were written
    ("res.partner.web_save_multi", 1, TransientError("away"), 1),
    ("res.partner.fields_get", 1, AccessRefused("no rights"), 5),
]


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize(("call", "at", "error", "exit_code"), FAILURES)
def test_counts_add_up_whatever_fails(call, at, error, exit_code, concurrency):
    """The rows whose outcome is not confirmed count as failed; the next run completes the work."""
    world = World()
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(0, 60, 7)))
    world.odoo.before = raising(error, call, at=at)
    pairs = [(str(n % 50), f"name {n % 50}") for n in range(60)]
    spec = job_spec(NAMED, load={"chunk_size": 10, "concurrency": concurrency})
    ran = world.run(spec, rows(*pairs))
    assert (ran.result.status, ran.adds_up) == ("failed", True)
    assert ran.result.exit_code == exit_code or concurrency > 1
    world.odoo.before = lambda *_: None
    assert world.run(spec, rows(*pairs)).result.status == "done"
    assert set(pairs) <= set(world.partners("ref", "name"))
    assert len({ref for ref, _ in world.partners("ref", "name")}) == len(world.partners("ref", "name"))


def test_rejects_that_are_known_are_told_when_a_later_call_fails():
    """A row refused alone is in the rejects, not among the failed."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name") == "bad"))
    world.odoo.add("res.partner", {"ref": "old", "name": "old"})
    world.odoo.before = raising(TransientError("away"), "res.partner.write")
    ran = world.run(job_spec(NAMED), rows(("a", "bad"), ("b", "B"), ("old", "new")))
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 1, "rejected": 1, "failed": 1}, [2])


@pytest.mark.parametrize(("landed", "creates"), [(True, 2), (False, 3)])
def test_a_create_without_an_answer_is_settled(landed, creates):
    """Its keys are looked up: what is there counts as created, what is not is created now."""
    world = World()
    lose = raising(UnknownOutcome("read timeout"), "res.partner.create")

    def before(call, payload):
        if landed and call == "res.partner.create" and not world.partners("ref"):
            world.odoo.add("res.partner", *payload)
        lose(call, payload)

    world.odoo.before = before
    ran = world.run(job_spec(NAMED), rows(("a", "A"), ("b", "B")))
    assert (ran.counts, ran.result.settled, ran.result.status) == ({"created": 2}, 1, "done")
    assert ran.result.calls["res.partner.create"] == creates
    assert world.partners("ref", "name") == [("a", "A"), ("b", "B")]


def test_a_create_that_never_gets_an_answer_fails_its_chunk():
    """After so many attempts the rows count as failed, and none of them is there twice."""
    world = World()

    def lose(call, _):
        if call == "res.partner.create":
            raise UnknownOutcome("read timeout")

    world.odoo.before = lose
    ran = world.run(job_spec(NAMED, load={"retry": {"attempts": 3}}), rows(("a", "A"), ("b", "B")))
    assert (ran.counts, ran.result.status, ran.adds_up) == ({"failed": 2}, "failed", True)
    assert ran.result.calls["res.partner.create"] == 3


def test_an_outage_fails_chunks_and_the_breaker_stops_the_job():
    """Chunks fail, rows become no rejects; after so many failures in a row nothing more is tried."""
    world = World()

    def away(call, _):
        if call == "res.partner.create":
            raise TransientError("away")

    world.odoo.before = away
    spec = job_spec(NAMED, load={"chunk_size": 1, "breaker": 2})
    ran = world.run(spec, rows(*((str(n), "A") for n in range(9))))
    assert (ran.counts, ran.result.calls["res.partner.create"]) == ({"failed": 9}, 2)
    assert "2 chunks failed in a row" in ran.result.error


def test_a_short_outage_fails_only_its_chunks():
    """The others are written, the job ends as failed and says so."""
    world = World()
    world.odoo.before = raising(TransientError("away"), "res.partner.create", at=2)
    ran = world.run(job_spec(NAMED, load={"chunk_size": 1}), rows(*((str(n), "A") for n in range(5))))
    assert (ran.counts, ran.result.status) == ({"created": 4, "failed": 1}, "failed")
    assert "1 chunk could not be written" in ran.result.error


def test_odoo_refusing_every_row_for_the_same_reason_stops_the_job():
    """After a hundred such rows and none that landed; the rest counts as failed."""
    world = World(MemoryOdoo(refuses=lambda _: True))
    ran = world.run(job_spec(NAMED), rows(*((str(n), "A") for n in range(1000))))
    assert (ran.counts, ran.result.exit_code) == ({"rejected": 100, "failed": 900}, 4)
    assert "100 rows:" in ran.result.error
    assert ran.result.reasons[0][0] == 100


@pytest.mark.parametrize("lanes", [1, 4])
def test_many_refused_rows_among_those_that_land_do_not_stop_the_job(lanes):
    """Not even when they are in the first batch, of which nothing is counted yet; nor when all others are there."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name") == "bad"))
    spec = job_spec(NAMED, load={"concurrency": lanes})
    source = rows(*((str(n), "bad" if n % 20 < 3 else "A") for n in range(1000)))
    assert world.run(spec, source).counts == {"created": 850, "rejected": 150}
    assert world.run(spec, source).counts == {"unchanged": 850, "rejected": 150}
    created = job_spec(NAMED, mode="create", load={"concurrency": lanes})
    assert world.run(created, source).counts == {"skipped": 850, "rejected": 150}


@pytest.mark.parametrize("lanes", [1, 3])
@pytest.mark.parametrize("chunk_size", [1000, 100])
@pytest.mark.parametrize("good", [range(5), range(60, 65), range(130, 135), [0, 134]])
@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_good_rows_among_many_that_are_refused_land(good, chunk_size, lanes, mode):
    """Before, among and behind them, though a hundred were refused alike before they were tried."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name", "").startswith("bad")))
    spec = job_spec(NAMED, mode=mode, load={"chunk_size": chunk_size, "concurrency": lanes})
    ran = world.run(spec, rows(*((str(n), "good" if n in good else f"bad {n}") for n in range(135))))
    assert (ran.counts, ran.result.status) == ({"created": len(good), "rejected": 135 - len(good)}, "done")
    assert (len(ran.heard.rejects), ran.adds_up) == (135 - len(good), True)


def test_a_batch_of_refused_rows_does_not_keep_the_next_ones_from_landing():
    """A few rows of the next batches are tried before the job stops; what is left of the first ones follows."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name") == "bad"))
    spec = job_spec(NAMED, load={"chunk_size": 300})
    ran = world.run(spec, rows(*((str(n), "bad" if n < 450 else "good") for n in range(900))))
    assert (ran.counts, ran.heard.rejects[-1].line > 102) == ({"created": 450, "rejected": 450}, True)


@pytest.mark.parametrize("chunk_size", [50, 100, 1000])
def test_the_calls_before_a_job_stops_are_bounded(chunk_size):
    """Some hundred for a job, however long it is."""
    world = World(MemoryOdoo(refuses=lambda _: True))
    ran = world.run(job_spec(NAMED, load={"chunk_size": chunk_size}), rows(*((str(n), "A") for n in range(20_000))))
    assert (ran.result.exit_code, ran.adds_up) == (4, True)
    assert ran.counts["rejected"] <= 130
    assert ran.result.calls["res.partner.create"] <= 450


def test_a_rotation_of_more_values_than_a_job_bears_refused_rows_lands():
    """All rows are refused alike at first, since each wants what the next one has."""
    world = World(MemoryOdoo(unique=("email",)))
    world.odoo.add("res.partner", *({"ref": str(n), "name": "A", "email": f"{n}@x"} for n in range(150)))
    source = ListSource([*COLUMNS, "email"], [(str(n), "A", f"{(n + 1) % 150}@x") for n in range(150)])
    assert world.run(job_spec({**NAMED, "email": "email"}), source).counts == {"updated": 150}


LOCKED = {"hidden": lambda record: record.get("email") == "locked@x"}


@pytest.mark.parametrize("major", [18, 19])
def test_a_record_rule_costs_the_record_that_it_refuses(major):
    """The rights on the model are asked for once for each operation; the reject names the row and the record."""
    world = World(MemoryOdoo(major=major, **LOCKED))
    spec = job_spec({**NAMED, "email": "email"})
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old", "email": f"{n % 5}@x"} for n in range(20)))
    world.odoo.records["res.partner"][8]["email"] = "locked@x"
    columns, cells = (
        [*COLUMNS, "email"],
        [(str(n), f"new {n}", "locked@x" if n in {7, 25} else "a@x") for n in range(30)],
    )
    ran = world.run(spec, ListSource(columns, cells))
    assert (ran.counts, ran.result.status) == ({"created": 9, "updated": 19, "rejected": 2}, "done")
    assert ran.codes == ["odoo.exceptions.AccessError"] * 2
    assert ran.heard.rejected_lines == [9, 27]
    assert sorted("res.partner 8: " in one.reason for one in ran.heard.rejects) == [False, True]
    assert ran.result.calls["res.partner.has_access"] == 2


@pytest.mark.parametrize("operation", ["create", "write"])
def test_missing_rights_on_the_model_stop_the_job(operation):
    """Exit code 5, and no row is a reject."""
    world = World(MemoryOdoo(lacking=frozenset({operation})))
    world.odoo.add("res.partner", {"ref": "a", "name": "old"})
    ran = world.run(
        job_spec(NAMED, load={"chunk_size": 1}), rows(*[("a", "A"), ("b", "B")][:: 1 if operation == "write" else -1])
    )
    assert (ran.counts, ran.result.exit_code) == ({"failed": 2}, 5)


def test_a_server_that_takes_no_request_of_one_row_stops_the_job():
    """A proxy with a small limit is at fault, not the row; a large row is a reject, and the others land."""

    def before(call, payload):
        size = sum(len(one.get("email", "")) for one in payload) if call.endswith(".create") else 0
        if size > 600:
            raise TooLarge("413", size * size_unit)

    world, spec = World(), job_spec({**NAMED, "email": "email"})
    world.odoo.before = before
    source = ListSource([*COLUMNS, "email"], [(str(n), "A", "x" * (900 if n == 3 else 300)) for n in range(9)])
    size_unit = 10_000
    assert world.run(spec, source).counts == {"created": 8, "rejected": 1}
    world, size_unit = World(), 10
    world.odoo.before = before
    ran = world.run(spec, source)
    assert (ran.result.exit_code, ran.counts.get("rejected")) == (1, None)
    assert "client_max_body_size" in ran.result.error


def test_the_reason_that_is_told_is_one_of_odoos():
    """Rows that could not be mapped have others."""
    world = World(MemoryOdoo(refuses=lambda _: True))
    ran = world.run(job_spec(NAMED), rows(*[("", "no key")] * 500, *((str(n), "A") for n in range(200))))
    assert ran.result.exit_code == 4
    assert "100 rows: the fake refuses these values" in ran.result.error, ran.result.error


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


def test_an_interrupt_leaves_true_counts_and_goes_up():
    """KeyboardInterrupt is not swallowed, and the result is told."""
    world = World()
    world.odoo.before = raising(KeyboardInterrupt(), "res.partner.create", at=2)  # type: ignore[arg-type]
    heard = []
    with pytest.raises(KeyboardInterrupt):
        world.run(job_spec(NAMED, load={"chunk_size": 1}), rows(("a", "A"), ("b", "B")), heard=heard)
    assert (heard[0].counts.created, heard[0].counts.failed, heard[0].status) == (1, 1, "failed")


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
        ({**NAMED, "nmae": "name"}, "ref", "did you mean name?"),
    ],
)
def test_a_job_that_cannot_work_is_told_before_any_row(fields, key, told):
    """Constants that do not fit, unfit keys and unknown fields end the job with code 2."""
    ran = World().run(job_spec(fields, key=key), rows(("1", "A")))
    assert (ran.result.status, ran.result.exit_code, ran.writes) == ("failed", 2, 0)
    assert told in ran.result.error


def test_a_refused_batch_without_rejects_to_blame_is_split_to_single_rows():
    """When everything is refused, every row is a reject and the run ends well."""
    world = World()

    def refuse(call, _):
        if call == "res.partner.create":
            raise Refused("nothing today", name="odoo.exceptions.UserError")

    world.odoo.before = refuse
    ran = world.run(job_spec(NAMED), rows(*((str(n), "A") for n in range(9))))
    assert (ran.counts, ran.result.reject_codes) == ({"rejected": 9}, {"odoo.exceptions.UserError": 9})


@pytest.mark.parametrize(("mode", "stops"), [("create", False), ("update", True)])
def test_what_a_resumed_run_takes_over_counts_for_the_stop(mode, stops):
    """In mode create, rows that are skipped are there."""
    spec = job_spec(NAMED, mode=mode)
    tally = Tally(spec, JobResult("partners", "res.partner"), Heard())
    refused = [
        RejectedRow(line=n, file="", cells=(), field="", stage="write", code="x", reason="no") for n in range(100)
    ]
    tally.restore({"skipped": 900, "rejected": 100}, refused)
    with pytest.raises(SafetyLimit) if stops else nullcontext():
        tally.check_limit()


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
    gc.disable()
    try:
        before = sum(isinstance(one, Record) for one in gc.get_objects())
        there.run(job_spec(NAMED, load={"chunk_size": 20}), rows(*pairs))
        after = sum(isinstance(one, Record) for one in gc.get_objects())
    finally:
        gc.enable()
    assert after - before <= 20


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
    world.run(job_spec(SPARED, mode=mode), source)
    assert world.partners("name", "email") == [("A", "1@x") if mode == "create" else ("B", "2@x")]
    assert world.run(job_spec(SPARED, mode=mode), source).writes == 0
