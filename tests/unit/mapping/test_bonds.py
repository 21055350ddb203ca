"""What binds rows: equal values, in the form in which keys are equal."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.mapping import Flaw, Mapper, Record, Reject, Row, bound, bound_each, companions, shown_rows, unbound
from tests.builders import find_field, job_spec


def mapper(fields, together, **target):
    """The mapper of a job on partners by `ref`."""
    spec = job_spec({"ref": "ref", **fields}, load={"together": together}, **target)
    return Mapper(spec, {name: find_field("res.partner", name) for name in spec.fields}, find_field)


def bonds(made, **columns):
    """The bonds of some rows."""
    count = len(next(iter(columns.values())))
    columns.setdefault("ref", [f"r{n}" for n in range(count)])
    return made.bonds.of(columns, made.keys(columns, count))


def test_rows_of_equal_values_have_equal_bonds():
    """In all fields; a part that is empty is a value."""
    made = mapper({"name": "name", "lang": "lang"}, ["name", "lang"])
    one, two, three, four = bonds(made, name=["A", "A", "A", ""], lang=["en_US", "en_US", "", "en_US"])
    assert one == two
    assert len({one, three, four}) == 3


def test_a_row_with_nothing_in_any_of_them_is_bound_to_its_key_alone():
    """No value of another row is equal to that."""
    made = mapper({"name": "name"}, ["name"])
    assert bonds(made, name=["", "", ""], ref=["a", "b", "a"]) == [(None, "a"), (None, "b"), (None, "a")]


def test_a_flaw_leaves_the_bond_unknown():
    """The row is a reject, whose group nobody knows."""
    made = mapper({"color": {"column": "color", "type": "integer"}}, ["color"])
    assert bonds(made, color=["1", "x", "01"]) == [(1,), None, (1,)]


def test_case_is_ignored_where_the_key_ignores_it():
    """A field of the key binds as the key finds."""
    made = mapper({"name": "name"}, ["name"], key=["ref", "name"], ignore_case=True)
    one, two = bonds(made, name=["Entry", "ENTRY"])
    assert one == two


def test_lookups_bind_before_they_are_answered():
    """By what the cells say."""
    made = mapper({"parent_id": {"column": "p", "lookup": {"model": "res.partner", "by": "ref"}}}, ["parent_id"])
    one, two, three = bonds(made, p=["a", "a", "b"])
    assert (one == two, one == three) == (True, False)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("category_id", {"column": "tag", "lookup": {"model": "res.partner.category", "by": "name"}}),
        ("image", {"column": "image", "type": "base64"}),
    ],
)
def test_fields_with_several_records_or_a_file_make_no_groups(name, field):
    """They have no one value."""
    with pytest.raises(UsageError, match=f"load.together: {name} of res.partner is a "):
        mapper({name: field}, [name])


def record(number, bond):
    """A record of one row."""
    return Record((number,), {}, [Row(number + 2, "", (), number)], bond=bond)


def test_a_group_is_one_record_until_it_is_taken_apart():
    """Rows in their order, members as they were; a single record stands for itself."""
    first, second, third = record(3, ("x",)), record(1, ("x",)), record(2, ("y",))
    group, alone = bound_each([first, third, second])
    assert alone is third
    assert (group.number, [row.number for row in group.rows]) == (1, [1, 3])
    assert unbound([group, third]) == [first, second, third]
    assert bound([third]) is third


def test_companions_name_the_row_at_fault():
    """Its place, its code and its reason."""
    culprit = Reject(Row(7, "a.csv", (), 5), (Flaw("map", "bad_date", "no date: 'x'", "date"),))
    (reject,) = companions([Row(3, "a.csv", (), 1)], culprit, ["move_id"])
    assert (reject.flaws[0].code, reject.flaws[0].field) == ("together_rejected", "move_id")
    assert "line 7 of a.csv" in reject.flaws[0].reason
    assert "(bad_date: no date: 'x')" in reject.flaws[0].reason


def test_rows_of_a_group_are_shown_by_line_and_where_needed_by_file():
    """The first ten."""
    assert shown_rows([Row(n, "a.csv", ()) for n in range(2, 14)]) == "lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"
    assert shown_rows([Row(2, "a.csv", ()), Row(2, "b.csv", ())]) == "lines a.csv:2, b.csv:2"
