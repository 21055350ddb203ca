"""Rows that Odoo refuses: each costs itself alone, and too many for one reason stop the job."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from odoo_etl.errors import Refused, SafetyLimit, TooLarge
from odoo_etl.results import RejectedRow
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync.counts import Tally
from tests.builders import Heard, ListSource, World, job_spec
from tests.memory_odoo import MemoryOdoo
from tests.unit.sync.named import COLUMNS, NAMED, rows


def test_rows_that_odoo_refuses_are_rejects_and_the_others_land():
    """Each refused row alone, with Odoo's exception name as code."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name") in {"bad", "worse"}))
    source = rows(*((str(n), "bad" if n == 3 else "worse" if n == 17 else "good") for n in range(40)))
    ran = world.run(job_spec(NAMED, load={"chunk_size": 16}), source)
    assert (ran.counts, ran.heard.rejected_lines, ran.adds_up) == ({"created": 38, "rejected": 2}, [5, 19], True)
    assert ran.codes == ["odoo.exceptions.ValidationError"] * 2


@pytest.mark.parametrize(("method", "bad"), [("create", 0), ("create", 499), ("create", 999), ("web_save_multi", 777)])
def test_one_bad_row_in_a_thousand_costs_few_calls(method, bad):
    """At most 2·log2(1000) + 2 writes more than none."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name") == "bad"))
    if method == "web_save_multi":
        world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(1000)))
    ran = world.run(job_spec(NAMED), rows(*((str(n), "bad" if n == bad else f"name {n}") for n in range(1000))))
    done = "created" if method == "create" else "updated"
    assert (ran.counts, ran.heard.rejected_lines) == ({done: 999, "rejected": 1}, [bad + 2])
    assert ran.result.calls[f"res.partner.{method}"] <= 1 + 21


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
    tally = Tally(spec, JobSoFar.begun("partners", "res.partner"), Heard())
    refused = [
        RejectedRow(line=n, file="", cells=(), field="", stage="write", code="x", reason="no") for n in range(100)
    ]
    tally.restore({"skipped": 900, "rejected": 100}, refused)
    with pytest.raises(SafetyLimit) if stops else nullcontext():
        tally.check_limit()
