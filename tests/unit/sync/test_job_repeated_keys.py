"""Rows with the same key, near or far: one record, as if the rows had been applied one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ListSource, World, job_spec
from tests.examples import examples
from tests.memory_odoo import MemoryOdoo

FIELDS = {
    "ref": "ref",
    "name": "name",
    "email": {"column": "email", "empty": "clear"},
    "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
    "category_id": {
        "column": "tags",
        "empty": "clear",
        "split": "|",
        "command": "add",
        "lookup": {"model": "res.partner.category", "by": "name"},
    },
}
COLUMNS = ["ref", "name", "email", "country", "tags"]
CODES = ["DE", "FR"]
TAGS = ["red", "green", "blue"]

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", ""]),
        st.sampled_from(["A", "B", ""]),
        st.sampled_from(["x@x", ""]),
        st.sampled_from([*CODES, "ZZ", ""]),
        st.sampled_from(["", "red", "green|blue", "blue|red", "unknown"]),
    ),
    max_size=14,
)


def world() -> World:
    """Two countries and three tags."""
    made = World()
    made.odoo.add("res.country", *({"name": code, "code": code} for code in CODES))
    made.odoo.add("res.partner.category", *({"name": tag} for tag in TAGS))
    return made


def run(rows: list[tuple[Any, ...]], into: World, **load: int) -> Any:
    """One run of these rows."""
    return into.run(job_spec(FIELDS, load=load), ListSource(COLUMNS, rows))


def partners(of: World) -> list[tuple[Any, ...]]:
    """What the runs left."""
    return of.partners("ref", "name", "email", "country_id", "category_id")


@examples(15)
@given(rows=ROWS, chunk=st.integers(1, 6), lanes=st.integers(1, 3))
def test_the_result_is_that_of_the_rows_one_after_the_other(rows, chunk, lanes):
    """Whatever the chunks and lanes: the same records as a run per row, and the same rows are rejected."""
    rows = [(ref, name or "N", *rest) for ref, name, *rest in rows]
    together, singly = world(), world()
    ran = run(rows, together, chunk_size=chunk, concurrency=lanes)
    alone = [run([row], singly) for row in rows]
    assert partners(together) == partners(singly)
    assert ran.result.counts.rejected == sum(one.result.counts.rejected for one in alone)
    assert ran.heard.rejected_lines == [line for line, one in enumerate(alone, 2) if one.result.counts.rejected]
    assert ran.adds_up


@examples(15)
@given(rows=ROWS, chunk=st.integers(1, 6))
def test_a_second_run_writes_nothing(rows, chunk):
    """What the first run left is what the source wants, refused rows aside."""
    made = world()
    run(rows, made, chunk_size=chunk)
    before = partners(made)
    again = run(rows, made, chunk_size=chunk)
    assert partners(made) == before
    assert (again.result.counts.created, again.result.counts.updated) == (0, 0)


def counts(rows, **target):
    """Counts of one run in chunks of two."""
    ran = World().run(
        job_spec({"ref": "ref", "name": "name"}, load={"chunk_size": 2}, **target), ListSource(["ref", "name"], rows)
    )
    assert ran.adds_up
    return ran.counts


def test_the_first_row_creates_and_the_later_ones_update_or_change_nothing():
    """Each row is counted by what it did to the record."""
    rows = [("a", "1"), ("b", "1"), ("a", "2"), ("c", "1"), ("a", "2"), ("a", "1")]
    assert counts(rows) == {"created": 3, "updated": 2, "unchanged": 1}


def test_in_mode_create_the_first_row_stands():
    """The later rows find the record there and are skipped."""
    made = World()
    spec = job_spec({"ref": "ref", "name": "name"}, mode="create")
    ran = made.run(spec, ListSource(["ref", "name"], [("a", "1"), ("a", "2"), ("a", "3")]))
    assert (ran.counts, made.partners("ref", "name")) == ({"created": 1, "skipped": 2}, [("a", "1")])


def test_a_last_row_that_cannot_be_mapped_does_not_hold_the_others_back():
    """The record waits for its last row; when that is a reject, it goes all the same."""
    fields = {"ref": "ref", "name": "name", "color": "color"}
    made = World()
    rows = [("a", "1", "1"), ("b", "1", "1"), ("c", "1", "1"), ("a", "2", "x")]
    ran = made.run(job_spec(fields, load={"chunk_size": 2}), ListSource(["ref", "name", "color"], rows))
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 3, "rejected": 1}, [5])
    assert made.partners("ref", "name") == [("a", "1"), ("b", "1"), ("c", "1")]


def test_a_row_that_odoo_refuses_costs_only_itself():
    """The other rows with its key land, oldest first."""
    made = World(MemoryOdoo(refuses=lambda values: values.get("email") == "bad"))
    fields = {"ref": "ref", "name": "name", "email": "email"}
    rows = [("a", "1", "ok"), ("a", "2", "bad"), ("b", "1", "ok")]
    ran = made.run(job_spec(fields), ListSource(["ref", "name", "email"], rows))
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 2, "rejected": 1}, [3])
    assert made.partners("ref", "name", "email") == [("a", "1", "ok"), ("b", "1", "ok")]


def test_a_row_that_odoo_refuses_is_all_that_a_second_run_sends():
    """Whichever rows of a key are bad: what the others say is there already. What a later row covers is no harm."""
    made = World(MemoryOdoo(refuses=lambda values: "bad" in (values.get("email"), values.get("name"))))
    fields = {"ref": "ref", "name": "name", "email": {"column": "email", "empty": "clear"}}
    rows = [("a", "1", "x"), ("a", "", "bad"), ("a", "2", ""), ("a", "bad", "y"), ("b", "bad", ""), ("b", "", "bad")]
    source = ListSource(["ref", "name", "email"], rows)
    first, again = made.run(job_spec(fields), source), made.run(job_spec(fields), source)
    assert (first.counts, first.heard.rejected_lines) == ({"created": 1, "updated": 2, "rejected": 3}, [5, 6, 7])
    assert made.partners("ref", "name", "email") == [("a", "2", False)]
    assert (again.counts, again.heard.rejected_lines) == ({"unchanged": 3, "rejected": 3}, [5, 6, 7])


def test_rows_that_make_a_record_only_together():
    """One brings what Odoo requires, another what is refused."""
    made = World(MemoryOdoo(refuses=lambda values: values.get("email") == "bad" or values.get("name") is False))
    fields = {"ref": "ref", "name": {"column": "name", "empty": "clear"}, "email": "email"}
    rows = [("a", "", "x"), ("a", "1", "y"), ("a", "1", "bad")]
    source = ListSource(["ref", "name", "email"], rows)
    first, again = made.run(job_spec(fields), source), made.run(job_spec(fields), source)
    assert (first.heard.rejected_lines, first.adds_up) == ([4], True)
    assert made.partners("ref", "name", "email") == [("a", "1", "y")]
    assert again.counts == {"unchanged": 2, "rejected": 1}


def test_in_mode_create_a_refused_row_leaves_the_place_to_the_next():
    """The first row that Odoo takes makes the record."""
    made = World(MemoryOdoo(refuses=lambda values: values.get("email") == "bad"))
    fields = {"ref": "ref", "name": "name", "email": "email"}
    rows = [("a", "1", "bad"), ("a", "2", "x"), ("a", "3", "y")]
    ran = made.run(job_spec(fields, mode="create"), ListSource(["ref", "name", "email"], rows))
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 1, "skipped": 1, "rejected": 1}, [2])
    assert made.partners("ref", "name") == [("a", "2")]


def test_in_mode_create_a_new_record_gets_what_it_waited_for():
    """Its parent comes later in the source; a record that was there before is left alone."""
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    spec = job_spec({"ref": "ref", "name": "name", "parent_id": parent}, mode="create")
    made = World()
    made.odoo.add("res.partner", {"ref": "old", "name": "Old"})
    rows = [("old", "1", "b"), ("a", "1", "b"), ("a", "2", "a"), ("b", "1", "")]
    ran = made.run(spec, ListSource(["ref", "name", "parent"], rows))
    ids = {one["ref"]: number for number, one in made.odoo.records["res.partner"].items()}
    assert ran.counts == {"created": 2, "skipped": 2}
    assert made.partners("ref", "parent_id") == [("a", ids["b"]), ("b", False), ("old", False)]


def test_a_row_that_empties_what_odoo_requires_costs_only_itself():
    """A required field that one row clears rejects that row, not the one that fills it."""
    made = World()
    fields = {"ref": "ref", "name": {"column": "name", "empty": "clear"}}
    ran = made.run(job_spec(fields), ListSource(["ref", "name"], [("a", "1"), ("a", "")]))
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 1, "rejected": 1}, [3])


def test_a_key_that_stands_in_every_row_is_one_record():
    """Also when it fills many chunks."""
    assert counts([("a", str(n)) for n in range(50)]) == {"created": 1, "updated": 49}


@pytest.mark.parametrize("there", [False, True], ids=["new", "there before"])
def test_a_row_is_rejected_once_though_another_of_its_key_waits(there):
    """The second pass looks only at those that stand."""
    made = World()
    made.odoo.add("res.country", {"code": "DE", "name": "Germany"})
    if there:
        made.odoo.add("res.partner", {"ref": "a", "name": "A"})
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    country = {"column": "country", "lookup": {"model": "res.country", "by": "code"}}
    spec = job_spec({"ref": "ref", "name": "ref", "parent_id": parent, "country_id": country})
    rows = [("a", "", "ZZ"), ("a", "p", "DE"), ("p", "", "DE")]
    ran = made.run(spec, ListSource(["ref", "parent", "country"], rows))
    written = {"created": 1, "updated": 1} if there else {"created": 2}
    assert (ran.counts, ran.heard.rejected_lines, ran.adds_up) == ({**written, "rejected": 1}, [2], True)
