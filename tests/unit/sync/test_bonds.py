"""Rows of separate records that are written together: one call, one verdict, wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.errors import UnknownOutcome
from odoo_etl.sync.staging import gather
from tests.builders import ListSource, Ran, World, job_spec, mapper
from tests.examples import examples

FIELDS = {
    "ref": "ref",
    "name": "name",
    "email": "entry",
    "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
}
COLUMNS = ["ref", "name", "entry", "country"]
TWO = [("a", "A", "e1", "DE"), ("b", "B", "e1", "DE"), ("c", "C", "e2", "DE"), ("d", "D", "e2", "DE")]


def world() -> World:
    """An Odoo with two countries, which refuses bad names."""
    made = World()
    made.odoo.add("res.country", {"code": "DE"}, {"code": "FR"})
    made.odoo.refuses = lambda values: "bad" in str(values.get("name"))
    return made


def run(into: World, rows: Sequence[Any], *, shown: int | None = None, load: Any = None, **target: Any) -> Ran:
    """One run of these rows, in groups by their entry."""
    spec = job_spec(FIELDS, load={"together": "email", **(load or {})}, **target)
    return into.run(spec, ListSource(COLUMNS, rows), shown=shown)


def refs(of: World) -> list[Any]:
    """Which partners there are."""
    return [ref for (ref,) in of.partners("ref")]


def test_groups_share_a_call_and_none_is_cut():
    """The first group goes alone, since its records must be found again; then as many as a call may carry."""
    made, sent = world(), []
    made.odoo.before = lambda call, payload: sent.append(len(payload)) if call == "res.partner.create" else None
    rows = [(f"{entry}{line}", "N", f"e{entry}", "DE") for entry in range(7) for line in range(3)]
    ran = run(made, rows, load={"chunk_size": 7})
    assert ran.counts == {"created": 21}
    assert sent == [3, 3, 6, 6, 3]


def test_a_group_that_is_larger_than_a_chunk_goes_in_one_call():
    """The promise counts for more than the size of a call."""
    made = world()
    ran = run(made, [(f"r{n}", "N", "e1", "DE") for n in range(50)], load={"chunk_size": 8})
    assert (ran.counts, made.odoo.calls["res.partner.create"]) == ({"created": 50}, 1)


def test_rows_far_apart_come_together():
    """A group whose rows stand all over the source is written in one call, later rows of its records included."""
    made, sent = world(), []
    made.odoo.before = lambda call, payload: sent.append(payload) if call == "res.partner.create" else None
    rows = [(f"{entry}{line}", "N", f"e{entry}", "DE") for line in range(5) for entry in range(40)]
    ran = run(made, [*rows, ("00", "later", "e0", "DE")], load={"chunk_size": 10, "concurrency": 2})
    assert ran.counts == {"created": 200, "updated": 1}
    assert ran.adds_up
    calls = [{one["email"] for one in payload} for payload in sent]
    assert sum(map(len, calls)) == len(set().union(*calls)) == 40
    assert ("00", "later") in made.partners("ref", "name")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("b", "", "e1", "XX"), "lookup_missing"),
        (("b", "bad", "e1", "DE"), "odoo.exceptions.ValidationError"),
        (("", "B", "e1", "DE"), "empty_key"),
    ],
)
def test_one_bad_row_rejects_its_group_alone(row, code):
    """Map, lookup and refusal: all rows of the group are rejects, of the other group none is."""
    made = world()
    ran = run(made, [TWO[0], row, *TWO[2:]])
    assert refs(made) == ["c", "d"]
    assert ran.counts == {"created": 2, "rejected": 2}
    assert ran.heard.rejected_lines == [2, 3]
    assert code in ran.codes


def test_the_others_name_the_bad_row_and_its_reason():
    """Who reads a reject that is not at fault learns where the fault is."""
    ran = run(world(), [TWO[0], ("b", "B", "e1", "XX"), *TWO[2:]])
    by_line = {row.line: row for row in ran.heard.rejects}
    assert by_line[2].code == "together_rejected"
    assert "line 3, which is to be written together with this row, is rejected (lookup_missing: " in by_line[2].reason


def test_a_refusal_that_names_nobody_is_told_of_all_rows_of_the_group():
    """Odoo does not say which record of a call it refuses."""
    ran = run(world(), [TWO[0], ("b", "bad", "e1", "DE"), *TWO[2:]])
    (first, second) = sorted(ran.heard.rejects, key=lambda row: row.line)
    assert first.reason == second.reason == "the fake refuses these values (written together: lines 2, 3)"


def test_a_refused_update_takes_unchanged_and_new_records_of_its_group_along():
    """What needs no write has the verdict of the others, so that retry brings the whole group."""
    made = world()
    run(made, TWO)
    ran = run(made, [TWO[0], ("b", "bad", "e1", "DE"), ("c", "C2", "e2", "DE"), TWO[3]])
    assert ran.counts == {"updated": 1, "unchanged": 1, "rejected": 2}
    assert ran.heard.rejected_lines == [2, 3]
    assert made.partners("ref", "name") == [("a", "A"), ("b", "B"), ("c", "C2"), ("d", "D")]
    assert ran.adds_up


def test_an_ambiguous_key_rejects_the_group():
    """A plan's own rejects count, too."""
    made = world()
    made.odoo.add("res.partner", {"ref": "b", "name": "1"}, {"ref": "b", "name": "2"})
    ran = run(made, TWO)
    assert ran.codes == ["ambiguous_key", "together_rejected"]
    assert ran.counts == {"created": 2, "rejected": 2}


def test_an_unchanged_run_writes_nothing_and_updates_of_groups_share_a_call():
    """Many groups go in one call of records with values of their own."""
    made = world()
    rows = [(f"r{n}", f"N{n}", f"e{n // 2}", "DE") for n in range(20)]
    run(made, rows)
    assert run(made, rows).writes == 0
    ran = run(made, [(ref, name + "x", entry, country) for ref, name, entry, country in rows])
    assert (ran.counts, ran.writes) == ({"updated": 20}, 1)


def test_a_record_whose_rows_are_in_two_groups_is_a_reject_with_both():
    """One record has one verdict, so it can have one group only."""
    ran = run(world(), [TWO[0], TWO[2], ("a", "A", "e2", "DE"), ("x", "X", "e3", "DE")])
    assert ran.codes == ["together_differs", "together_differs", "together_rejected"]
    assert ran.counts == {"created": 1, "rejected": 3}


def test_rows_without_a_value_are_on_their_own():
    """An empty cell binds to nobody."""
    made = world()
    ran = run(made, [("a", "bad", "", "DE"), ("b", "B", "", "DE"), ("b", "B2", "", "DE")])
    assert ran.counts == {"created": 1, "updated": 1, "rejected": 1}
    assert made.partners("ref", "name") == [("b", "B2")]


def test_rows_of_one_record_are_a_group_too():
    """All of them stand or none: they are not judged one by one, as rows without a group are."""
    made = world()
    ran = run(made, [("a", "A", "e1", "DE"), ("a", "bad", "e1", "DE"), ("b", "B", "", "DE"), ("b", "bad", "", "DE")])
    assert ran.heard.rejected_lines == [2, 3, 5]
    assert made.partners("ref", "name") == [("b", "B")]
    ran = run(made, [("b", "B1", "", "DE"), ("b", "B2", "", "XX")])
    assert (ran.counts, made.partners("ref", "name")) == ({"updated": 1, "rejected": 1}, [("b", "B1")])


def test_a_limit_cuts_no_group():
    """The first rows are taken with the rest of their groups."""
    spec = job_spec(FIELDS, load={"together": "email"})
    rows = [TWO[0], TWO[2], TWO[1], TWO[3], ("x", "X", "e3", "DE")]
    with closing(gather(spec, ListSource(COLUMNS, rows), mapper(spec), 1)) as found:
        assert [row.line for batch in found.batches() for record in batch.records for row in record.rows] == [2, 4]
        assert found.rows == 2


def test_a_plan_shows_each_record_and_counts_as_the_run_will():
    """A dry run rejects groups that a run would reject for what is known before the write."""
    made = world()
    ran = run(made, [*TWO[:2], TWO[2], ("d", "D", "e2", "XX")], shown=10)
    assert (ran.counts, ran.writes) == ({"created": 2, "rejected": 2}, 0)
    assert [change.key for change in ran.changes] == ["a", "b"]


def test_a_create_without_an_answer_makes_no_second_group():
    """Landed or not: the keys tell, and the group is there once and whole."""
    for landed in (True, False):
        made, lost = world(), []

        def before(call: str, payload: Any, made: World = made, lost: list[int] = lost, landed: bool = landed) -> None:
            if call == "res.partner.create" and not lost:
                lost.append(1)
                if landed:
                    made.odoo.create("res.partner", payload)
                raise UnknownOutcome("no answer")

        made.odoo.before = before
        ran = run(made, TWO)
        assert refs(made) == ["a", "b", "c", "d"]
        assert ran.counts == {"created": 4}


def test_a_group_that_frees_what_another_wants_is_tried_again_as_a_whole():
    """The second try keeps groups whole."""
    made = world()
    made.odoo.unique = ("name",)
    run(made, TWO)
    swapped = [("a", "X", "e1", "DE"), ("b", "C", "e1", "DE"), ("c", "Z", "e2", "DE"), TWO[3]]
    ran = run(made, swapped)
    assert ran.counts == {"updated": 3, "unchanged": 1}
    assert made.partners("ref", "name") == [("a", "X"), ("b", "C"), ("c", "Z"), ("d", "D")]


def many_bad(groups: int, good: int) -> list[tuple[str, ...]]:
    """Groups of two whose second row Odoo refuses, but for one of them."""
    names = [(group, n, "bad" if n and group != good else "N") for group in range(groups) for n in (0, 1)]
    return [(f"{group}-{n}", name, f"e{group}", "DE") for group, n, name in names]


def test_a_group_that_lands_behind_many_that_are_refused_is_found():
    """What sounds the rest of the source takes whole groups, too; the others are rejects."""
    made = world()
    ran = run(made, many_bad(160, good=158), load={"chunk_size": 400})
    assert ran.counts == {"created": 2, "rejected": 318}
    assert refs(made) == ["158-0", "158-1"]


def test_a_job_of_which_odoo_refuses_every_group_stops():
    """Exit code 4, and whatever has no verdict is counted as failed."""
    made = world()
    ran = run(made, many_bad(400, good=-1), load={"chunk_size": 100})
    assert (ran.result.exit_code, refs(made)) == (4, [])
    assert ran.counts["failed"] > 0
    assert ran.adds_up


def test_too_many_rejects_stop_the_job_with_whole_groups():
    """The limit counts rows; what is rejected of a group is all of it."""
    rows = [(f"{n}-{m}", "N", f"e{n}", "XX" if n % 2 and m else "DE") for n in range(40) for m in (0, 1)]
    ran = run(world(), rows, load={"chunk_size": 10, "max_rejects": 5})
    assert ran.result.exit_code == 4
    assert ran.counts["rejected"] % 2 == 0
    assert ran.adds_up


def test_rows_that_a_lookup_leaves_alone_belong_to_no_group():
    """They are skipped, and the others land."""
    fields = {**FIELDS, "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}}}
    fields["country_id"]["lookup"]["on_missing"] = "skip_row"
    made = world()
    ran = made.run(job_spec(fields, load={"together": "email"}), ListSource(COLUMNS, [TWO[0], ("b", "B", "e1", "XX")]))
    assert (ran.counts, refs(made)) == ({"created": 1, "skipped": 1}, ["a"])


def test_mode_create_leaves_members_alone_that_are_there():
    """The others of their group are made, in one call."""
    made = world()
    made.odoo.add("res.partner", {"ref": "a", "name": "Old", "email": "e1"})
    ran = run(made, [*TWO, ("e", "E", "e1", "DE")], mode="create")
    assert ran.counts == {"created": 4, "skipped": 1}
    assert ("a", "Old") in made.partners("ref", "name")


def test_a_required_value_that_is_lacking_rejects_the_group():
    """Also where the record has several rows."""
    fields = {**FIELDS, "name": {"column": "name", "empty": "clear"}}
    made = world()
    rows = [("a", "", "e1", "DE"), ("a", "", "e1", "FR"), ("b", "B", "e1", "DE"), TWO[2], TWO[3]]
    ran = made.run(job_spec(fields, load={"together": "email"}), ListSource(COLUMNS, rows))
    assert ran.codes == ["required", "required", "together_rejected"]
    assert refs(made) == ["c", "d"]


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.sampled_from(["A", "B", "bad"]),
        st.sampled_from(["e1", "e2", "e3", ""]),
        st.sampled_from(["DE", "FR", "XX"]),
    ),
    max_size=14,
)


@examples(40)
@given(rows=ROWS, chunk=st.integers(1, 6), lanes=st.integers(1, 3))
def test_whatever_the_rows_all_of_a_group_land_or_none_does(rows, chunk, lanes):
    """Either all rows of a group are rejects or none of them is; only new records here."""
    made = world()
    ran = run(made, rows, load={"chunk_size": chunk, "concurrency": lanes})
    rejected = {line - 2 for line in ran.heard.rejected_lines}
    for entry in {row[2] for row in rows} - {""}:
        group = {number for number, row in enumerate(rows) if row[2] == entry}
        assert group <= rejected or not group & rejected
    assert ran.adds_up
    landed = {rows[number][0] for number in range(len(rows)) if number not in rejected}
    assert set(refs(made)) == landed


@examples(40)
@given(rows=ROWS, chunk=st.integers(1, 6), major=st.sampled_from([14, 19]))
def test_whatever_is_there_already_all_of_a_group_is_as_its_rows_want_or_as_it_was(rows, chunk, major):
    """Changed, new and unchanged records of a group have one verdict, and a rejected group is untouched."""
    made = world()
    made.odoo.major = major
    before = [(ref, "A", f"e{number % 3 + 1}", "DE") for number, ref in enumerate("abcd")]
    run(made, before)
    was = dict(made.partners("ref", "name"))
    last = {row[0]: row for row in rows}
    ran = run(made, rows, load={"chunk_size": chunk})
    rejected = {rows[line - 2][0] for line in ran.heard.rejected_lines}
    now = dict(made.partners("ref", "name"))
    for ref, (_, name, entry, _country) in last.items():
        if not entry and ref in rejected:
            continue  # rows without a group are judged one by one
        assert now.get(ref) == (was.get(ref) if ref in rejected else name)
        group = {one[0] for one in rows if one[2] == entry} if entry else {ref}
        assert group <= rejected or not group & rejected
    assert ran.adds_up
