"""Cells to the keys of other records."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes import BadValue
from odoo_etl.mapping import Lookup, Ref
from odoo_etl.mapping.references import referring
from odoo_etl.spec import FieldSpec
from tests.builders import find_field, partner_fields

COUNTRY = partner_fields("country_id")["country_id"]
BY_ID = Lookup("res.country", ("external_id",))


def refer(cell, *, column="a", columns=None, **lookup):
    """What a cell stands for."""
    origin = {"columns": columns} if columns else {"column": column}
    spec = FieldSpec(**origin, lookup={"model": "res.country", **lookup})
    return referring(spec, COUNTRY, find_field)(cell)


@pytest.mark.parametrize(
    ("cell", "lookup", "key"),
    [
        ("base.us", {"by": "external_id"}, "base.us"),
        ("__import__.c_1.x", {"by": "external_id"}, "__import__.c_1.x"),
        ("us", {"by": "external_id", "module": "base"}, "base.us"),
        (7, {"by": "external_id", "module": "legacy", "prefix": "c_"}, "legacy.c_7"),
        ("A 1", {"by": "external_id", "module": "legacy", "prefix": "c_"}, "legacy.c_A_1"),
        ("x", {"external_id": "legacy.c_{a}"}, "legacy.c_x"),
    ],
)
def test_external_ids_of_cells(cell, lookup, key):
    """Whole, behind a module and a prefix, or from a template; by the rule of the target's own external ids."""
    assert refer(cell, **lookup) == Ref(BY_ID, (key,), "reject")


@pytest.mark.parametrize(
    ("cell", "lookup", "said"),
    [
        ("A 1", {"by": "external_id", "module": "legacy"}, ("A 1",)),
        (7.0, {"external_id": "legacy.c_{a}"}, ("7",)),
        ("legacy.c_1", {"by": "external_id"}, ()),
    ],
)
def test_what_the_ids_of_new_records_are_made_of_is_kept(cell, lookup, said):
    """So that other texts are known which become the same id; whole ids become themselves."""
    assert refer(cell, **lookup, on_missing="create", create={"name": "New"}).said == said
    assert refer(cell, **lookup).said == ()


def test_a_template_takes_several_columns_in_its_own_order():
    """Whatever order the field names them in."""
    assert refer(("1", "2"), columns=["b", "a"], external_id="legacy.{a}_{b}").key == ("legacy.2_1",)


@pytest.mark.parametrize(
    ("cell", "lookup", "code"),
    [
        ("us", {"by": "external_id"}, "bad_external_id"),
        ("base.us,base.de", {"by": "external_id"}, "bad_external_id"),
        ("base. us", {"by": "external_id"}, "bad_external_id"),
        ("base.us", {"by": "external_id", "module": "base"}, "bad_external_id"),
    ],
)
def test_cells_that_are_no_external_ids(cell, lookup, code):
    """A name without its module, several ids, one with a module too many."""
    with pytest.raises(BadValue) as caught:
        refer(cell, **lookup)
    assert caught.value.code == code


def test_a_list_is_a_set_where_one_is_looked_up_and_several_values_elsewhere():
    """As cells of other Odoos and of JSON bring it."""
    spec = FieldSpec(
        columns=["a", "b"],
        split=[None, ","],
        lookup={"model": "res.partner", "by": ["ref", "category_id.name"], "exactly": True},
    )
    convert = referring(spec, partner_fields("parent_id")["parent_id"], find_field)
    assert convert(("1", ["M", "Blue"])).key == convert(("1", "M, Blue")).key == ("1", ("Blue", "M"))
    for cells in ((["1", "2"], "M"), (["1"], ["M"])):
        with pytest.raises(BadValue) as caught:
            convert(cells)
        assert caught.value.code == "several_values"


def test_several_lookups_follow_each_other():
    """The last one says what happens when none finds anything."""
    lookups = [
        {"model": "res.country", "by": "code"},
        {"model": "res.country", "by": "name", "ignore_case": True, "domain": [["code", "!=", "XX"]]},
        {"model": "res.country", "by": "external_id", "module": "base", "on_missing": "empty"},
    ]
    ref = referring(FieldSpec(column="a", lookup=lookups), COUNTRY, find_field)("us")
    by_name = Lookup("res.country", ("name",), '[["code", "!=", "XX"]]', ignore_case=True)
    assert ref == Ref(
        Lookup("res.country", ("code",)),
        ("us",),
        "empty",
        then=Ref(by_name, ("us",), "empty", then=Ref(BY_ID, ("base.us",), "empty")),
    )


@pytest.mark.parametrize(
    ("cell", "mark", "key"),
    [("AC/DC /  Live ", " / ", "AC/DC / Live"), ("A>B >C", ">", "A>B>C"), ("A", " / ", "A"), (7, "/", "7")],
)
def test_the_levels_of_a_tree_have_no_blanks_around_them(cell, mark, key):
    """Only the mark itself parts them."""
    ref = refer(cell, by="name", path=mark)
    assert ref == Ref(Lookup("res.country", ("name",), path=(mark, "parent_id")), (key,), "reject")


@pytest.mark.parametrize("cell", [" / A", "A / ", "A /  / B"])
def test_each_level_of_a_tree_has_a_name(cell):
    """A mark too many is a mistake of the row."""
    with pytest.raises(BadValue, match="a level without a name") as caught:
        refer(cell, by="name", path=" / ")
    assert caught.value.code == "bad_path"


WAYS = [{"model": "res.country", "by": "external_id"}, {"model": "res.country", "by": "code"}]
BY_CODE = Lookup("res.country", ("code",))


@pytest.mark.parametrize(
    ("cell", "ways", "on_missing", "wanted"),
    [
        ("BE", WAYS, "empty", Ref(BY_CODE, ("BE",), "empty")),
        ("a.b", WAYS, "create", Ref(BY_ID, ("a.b",), "create", then=Ref(BY_CODE, ("a.b",), "create"))),
        ("BE", WAYS[::-1], "create", Ref(BY_CODE, ("BE",), "reject")),
        ("BE", [*WAYS[::-1], WAYS[0]], "defer", Ref(BY_CODE, ("BE",), "defer")),
    ],
)
def test_a_way_that_cannot_read_a_cell_finds_nothing(cell, ways, on_missing, wanted):
    """The others are asked; what the last one cannot read is not created."""
    ways = [*ways[:-1], {**ways[-1], "on_missing": on_missing}]
    if on_missing == "create" and ways[-1]["by"] == "external_id":
        ways[-1]["create"] = {"name": "New"}
    spec = FieldSpec(column="a", lookup=ways)
    assert referring(spec, COUNTRY, find_field)(cell) == wanted


def test_a_cell_that_no_way_can_read():
    """The last one says why."""
    spec = FieldSpec(column="a", lookup=[WAYS[0], {**WAYS[0], "domain": [["code", "=", "BE"]]}])
    with pytest.raises(BadValue) as caught:
        referring(spec, COUNTRY, find_field)("Belgium")
    assert (caught.value.code, "is no external id" in caught.value.reason) == ("bad_external_id", True)
