"""Rows to records: empty cells, defaults, maps, expressions, keys, lists of records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.fieldtypes import IdList
from odoo_etl.mapping import CLEAR, Lookup, Mapper, Ref, RefList, Row, used_columns
from odoo_etl.text.cells import OutOfRange
from tests.builders import find_field, job_spec, mapper, partner_fields, target
from tests.memory_models import MODELS

TAGS = {"model": "res.partner.category", "by": "name"}
TAG = Lookup("res.partner.category", ("name",))


def mapped(fields, *rows, columns=("cell", "other"), **target):
    """The rows after mapping; the key is a constant unless the test maps it."""
    spec = job_spec({"ref": {"value": "key"}, **fields}, **target)
    cells = {name: [row[place] for row in rows] for place, name in enumerate(columns[: len(rows[0])])}
    return mapper(spec).records(cells, [Row(line, "", tuple(row)) for line, row in enumerate(rows, 2)])


def value(cell, name="name", **field):
    """The value of one field for one cell; absent when the row says nothing."""
    found = mapped({name: {"column": "cell", **field}}, (cell,))
    assert not found.rejects
    return found.records[0].values.get(name, "absent")


def code(cell, name="name", **field):
    """Why the row of this cell is refused."""
    found = mapped({name: {"column": "cell", **field}}, (cell,))
    assert not found.records
    return found.rejects[0].flaws[0].code


@pytest.mark.parametrize("cell", ["", None])
@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ({}, "absent"),
        ({"empty": "skip"}, "absent"),
        ({"empty": "clear"}, CLEAR),
        ({"default": "x"}, "x"),
        ({"default": None}, CLEAR),
        ({"default": "x", "required": True}, "x"),
    ],
)
def test_an_empty_cell(cell, field, wanted):
    """It says nothing, clears the field, or takes the default."""
    assert value(cell, **field) == wanted


@pytest.mark.parametrize("cell", [" ", "\u00a0", "\t \u202f\n"])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("color", {}),
        ("date", {}),
        ("active", {}),
        ("active", {"map": {"J": True}}),
        ("color", {"map": {"J": 1}}),
        ("parent_id", {"lookup": {"model": "res.partner", "by": "ref"}}),
        ("category_id", {"split": "|", "lookup": {"model": "res.partner.category", "by": "name"}}),
    ],
)
def test_a_blank_cell_is_empty_where_no_text_is_kept(cell, name, field):
    """Whatever kind of blanks; a text field keeps its blanks."""
    assert value(cell, name, **field) == "absent"
    assert value(cell) == cell


@pytest.mark.parametrize("field", [{"required": True}, {"empty": "reject"}])
def test_an_empty_cell_that_is_required_is_a_reject(field):
    """Either way of asking for a value."""
    assert code("", **field) == "required"
    assert code("  ", transform="strip", **field) == "required"


@pytest.mark.parametrize("cell", ["0", 0])
def test_zero_is_a_value(cell):
    """It is not empty, and not false."""
    found = value(cell, "color", required=True)
    assert (found, type(found)) == (0, int)


def test_false_is_a_value_of_a_boolean():
    """It is neither empty nor a missing value."""
    assert value(False, "is_company", required=True) is False
    assert value("no", "is_company", default=True) is False


@pytest.mark.parametrize(("cell", "wanted"), [("B", True), ("P", False), (True, True), (1, False), ("NO", "absent")])
def test_a_map_translates_the_text_of_the_cell(cell, wanted):
    """Typed cells are matched by how YAML writes them; null stands for an empty cell."""
    table = {"B": True, "P": False, "true": True, "1": False, "NO": None}
    assert value(cell, "is_company", map=table) is wanted


def test_a_map_works_on_each_part_of_a_list():
    """Null drops the part."""
    found = value("a|b|c", "category_id", split="|", lookup=TAGS, map={"a": "A", "b": None, "c": "A"})
    assert found == refs("A")


def test_a_text_that_is_not_in_the_map_is_a_reject():
    """The reason names what it knows."""
    found = mapped({"is_company": {"column": "cell", "map": {"B": True}}}, ("X",))
    assert found.rejects[0].flaws[0].code == "not_in_map"
    assert "knows 'B'" in found.rejects[0].flaws[0].reason


@pytest.mark.parametrize(
    ("cell", "name"), [(True, "true"), (7.0, "7"), (Decimal(7), "7"), (date(2024, 2, 29), "2024-02-29")]
)
def test_a_map_sees_the_text_of_a_typed_cell(cell, name):
    """The one that a text field would get."""
    assert value(cell, map={name: "found"}) == "found"
    assert value(cell) == name


def test_a_map_says_how_truths_are_written():
    """YAML's True is the text True, which no cell is."""
    found = mapped({"name": {"column": "cell", "map": {"True": "x"}}}, (True,))
    assert found.rejects[0].flaws[0].reason == (
        "'true' is not in the map; it knows 'True' (a truth of the source is 'true' or 'false')"
    )


@pytest.mark.parametrize("field", [{}, {"map": {"x": "y"}}, {"transform": "strip"}, {"default": None}])
@pytest.mark.parametrize("name", ["name", "color", "is_company", "category_id", "parent_id"])
def test_what_is_out_of_range_fits_no_field(name, field):
    """Whatever the field would make of it; a column that nobody reads costs no row."""
    if name in {"category_id", "parent_id"}:
        field = {"lookup": {"model": TAGS["model"] if name == "category_id" else "res.partner", "by": "name"}}
    assert code(OutOfRange("infinity"), name, **field) == "out_of_range"
    assert len(mapped({"name": "cell"}, ("x", OutOfRange("infinity"))).records) == 1


def test_an_expression_without_text_is_an_empty_cell():
    """It is skipped, cleared or rejected as any other."""
    field = {"expr": "cell ~ ' ' ~ other"}
    assert mapped({"name": {**field, "empty": "clear"}}, (None, "")).records[0].values["name"] is CLEAR
    assert mapped({"name": {**field, "required": True}}, (None, None)).rejects[0].flaws[0].code == "required"


def test_an_expression_over_what_is_out_of_range():
    """Only where it reads the column."""
    cells = ("x", OutOfRange("infinity"))
    assert mapped({"name": {"expr": "cell"}}, cells).records[0].values["name"] == "x"
    for expr in ("other ~ ''", "row['other']", "row[cell ~ 'x' | replace('xx', 'other')]"):
        assert mapped({"name": {"expr": expr}}, cells).rejects[0].flaws[0].code in {"out_of_range", "bad_expression"}


def test_a_double_is_the_key_that_its_whole_number_is():
    """The same record whether a column of numbers has gaps or not."""
    assert mapper(job_spec({"ref": "cell"})).keys({"cell": [17.0, 17, "17"]}, 3) == [("17",)] * 3


HTML = [
    ("a", "<p>a</p>"),
    ("a\r\nb\rc\nd", "<p>a<br>b<br>c<br>d</p>"),
    ('5 < 6 & "x" <b>', '<p>5 &lt; 6 &amp; "x" &lt;b&gt;</p>'),
    ("&amp;", "<p>&amp;amp;</p>"),
    (12.0, "<p>12</p>"),
]


@pytest.mark.parametrize("field", [{}, {"type": "text"}, {"type": "char"}])
@pytest.mark.parametrize(("cell", "html"), HTML)
def test_text_becomes_html(cell, html, field):
    """Nothing of it is taken for markup, and its lines stay lines."""
    assert value(cell, "comment", **field) == html
    assert value("x", "comment", map={"x": cell}, **field) == html
    assert value("", "comment", default=cell, **field) == html


def test_html_is_left_as_it_is():
    """Where the job says that cells hold it; constants and texts of a map as well."""
    html = "<p>a &amp; b</p>\n"
    assert value(html, "comment", type="html") == html
    assert value("x", "comment", type="html", map={"x": html}) == html
    assert value("", "comment", type="html", default=html) == html


def test_transforms_come_in_order_and_before_everything_else():
    """The map sees the transformed text."""
    assert value(" b ", transform=["strip", "upper"], map={"B": "yes"}) == "yes"


@pytest.mark.parametrize("cell", [1000, Decimal(1000), 1000.0, "1000"])
def test_a_typed_cell_is_changed_as_its_text(cell):
    """By steps that make something else of it; those that clean leave it as it is."""
    assert value(cell, transform=["strip", {"pad": 5}]) == "01000"
    assert value(True, "active", transform=["strip", "lower"]) is True


@pytest.mark.parametrize("cell", ["", None])
def test_no_step_sees_an_empty_cell(cell):
    """Also not the one after a step that leaves nothing."""
    assert value(cell, transform={"pad": 5}) == "absent"
    assert value(" ", transform=["strip", {"pad": 5}]) == "absent"


def test_what_a_transform_cannot_read_is_a_reject():
    """It repeats the text, as it came to the step."""
    found = mapped({"name": {"column": "cell", "transform": ["strip", "email"]}}, (" x ",))
    (flaw,) = found.rejects[0].flaws
    assert (flaw.code, flaw.field) == ("bad_email", "name")
    assert flaw.reason.startswith("'x' is no email address")


@pytest.mark.parametrize("origin", [{"column": "cell"}, {"expr": "cell"}])
def test_a_transform_may_read_another_column(origin):
    """Equal cells of different countries are different numbers; an expression has the column, too."""
    rows = [("030 123456", "Deutschland"), ("030 123456", "IT"), ("030 123456", None), ("", "Narnia"), ("1", "Narnia")]
    found = mapped({"name": {**origin, "transform": {"phone": {"country": "other"}}}}, *rows)
    assert [one.values.get("name") for one in found.records] == ["+49 30 123456", "+39 030 123456", None]
    assert [reject.flaws[0].code for reject in found.rejects] == ["bad_phone", "unknown_country"]


def test_columns_that_transforms_read_are_used_columns():
    """The source must have them."""
    spec = job_spec({"ref": "no", "phone": {"column": "tel", "transform": {"phone": {"country": "land"}}}})
    assert used_columns(spec) == {"no": ["ref"], "tel": ["phone"], "land": ["phone"]}


def test_an_expression_sees_the_row_and_keeps_its_type():
    """Its result is converted like a cell."""
    found = mapped({"color": {"expr": "cell|int + 1"}, "name": {"expr": "cell ~ row['other']"}}, ("1", "x"))
    assert found.records[0].values == {"ref": "key", "color": 2, "name": "1x"}
    bad = mapped({"color": {"expr": "1 / (cell|int)"}}, ("0", ""))
    assert bad.rejects[0].flaws[0].code == "bad_expression"


def test_all_flaws_of_a_row_are_told_at_once():
    """One reject with every field that is wrong."""
    fields = {"color": "cell", "date": "other", "name": {"column": "cell", "required": True}}
    flaws = mapped(fields, ("x", "y")).rejects[0].flaws
    assert [flaw.field for flaw in flaws] == ["color", "date"]


def test_the_same_text_is_read_alike_in_every_row():
    """Remembered conversions do not mix rows or types."""
    found = mapped({"color": "cell"}, ("1",), ("x",), ("1",), (1,), ("x",), (True,))
    assert [record.values["color"] for record in found.records] == [1, 1, 1]
    assert [reject.row.line for reject in found.rejects] == [3, 6, 7]


SPLIT = {"split": "|", "lookup": TAGS}


def refs(*names, command="set"):
    """A list of tags that are still names."""
    return RefList(tuple(Ref(TAG, (name,), "reject") for name in names), command)


@pytest.mark.parametrize(
    ("cell", "field", "wanted"),
    [
        ("a|b", {}, refs("a", "b")),
        (" a | b |a||", {}, refs("a", "b")),
        ("a", {"command": "add"}, refs("a", command="add")),
        ("", {}, "absent"),
        (" | ", {}, "absent"),
        ("", {"empty": "clear"}, IdList((), "set")),
        (" || ", {"empty": "clear", "command": "add"}, IdList((), "set")),
        ("A|b", {"transform": "lower"}, refs("a", "b")),
        ("x|y", {"transform": "digits"}, "absent"),
        ("x|y", {"transform": "digits", "empty": "clear"}, IdList((), "set")),
        ("", {"default": ["b", "a"]}, refs("b", "a")),
        ("", {"default": "a"}, refs("a")),
    ],
)
def test_many2many_cells(cell, field, wanted):
    """Parts are stripped, empty ones dropped, doubles count once."""
    assert value(cell, "category_id", **SPLIT, **field) == wanted


WITHIN = Lookup("res.partner.category", ("name", "parent_id.name"))


@pytest.mark.parametrize(
    ("cells", "field", "wanted"),
    [
        (("a| b ||a", "up"), {}, [("a", "up"), ("b", "up")]),
        (("A|x", "UP"), {"transform": "lower"}, [("a", "up"), ("x", "up")]),
        (('"a|b"|c', "up"), {}, [("a|b", "up"), ("c", "up")]),
        (("|", "up"), {}, "absent"),
        (("", "up"), {}, "absent"),
        (("", "up"), {"empty": "clear"}, IdList((), "set")),
        (("a|b", ""), {"lookup": {"on_missing": "empty"}}, IdList((), "set")),
    ],
)
def test_each_value_of_a_cell_goes_with_the_cells_beside_it(cells, field, wanted):
    """Records whose names are told apart by what stands in another column."""
    lookup = {"model": "res.partner.category", "by": list(WITHIN.by), **field.pop("lookup", {})}
    said = {"columns": ["cell", "other"], "split": ["|", None], "lookup": lookup, **field}
    [record] = mapped({"category_id": said}, cells).records
    if isinstance(wanted, list):
        wanted = RefList(tuple(Ref(WITHIN, key, "reject") for key in wanted), "set")
    assert record.values.get("category_id", "absent") == wanted


def test_the_column_that_is_cut_may_stand_anywhere():
    """Without a cell beside it, no record can be told."""
    lookup = {"model": "res.partner.category", "by": ["parent_id.name", "name"]}
    said = {"columns": ["cell", "other"], "split": [None, "|"], "lookup": lookup}
    [record] = mapped({"category_id": said}, ("up", "a|b")).records
    assert [ref.key for ref in record.values["category_id"].refs] == [("up", "a"), ("up", "b")]
    lookup["by"].reverse()
    [reject] = mapped({"category_id": {**said, "split": ["|", None]}}, ("a|b", "")).rejects
    assert reject.flaws[0].code == "incomplete_lookup"


def test_an_expression_may_give_a_list_of_names():
    """Each is looked up like a part of a cell."""
    found = mapped({"category_id": {"expr": "cell.split(',')", "lookup": TAGS}}, ("a,b,",))
    assert found.records[0].values["category_id"] == refs("a", "b")


def test_ids_without_a_lookup():
    """A cell may hold database ids, a constant a list of them."""
    assert value("7", "category_id") == IdList((7,), "set")
    assert value("7", "parent_id") == 7
    assert mapped({"category_id": {"value": [2, 1]}}, ("",)).records[0].values["category_id"] == IdList((1, 2), "set")
    assert mapped({"category_id": {"value": None}}, ("",)).records[0].values["category_id"] == IdList((), "set")


def test_the_keys_of_a_lookup_have_the_types_of_their_fields():
    """Each column is read as the field that it is searched in."""
    lookup = {"model": "res.partner.category", "by": ["name", "color"]}
    found = mapped({"category_id": {"columns": ["cell", "other"], "lookup": lookup}}, ("red", "03"))
    (ref,) = found.records[0].values["category_id"].refs
    assert ref.key == ("red", 3)


def test_a_lookup_whose_first_part_is_empty_is_an_empty_cell():
    """Any other empty part is a reject."""
    lookup = {"model": "res.country.state", "by": ["code", "country_id.code"]}
    fields = {"state_id": {"columns": ["cell", "other"], "lookup": lookup}}
    assert "state_id" not in mapped(fields, ("", "US")).records[0].values
    assert mapped(fields, ("NY", "")).rejects[0].flaws[0].code == "incomplete_lookup"


@pytest.mark.parametrize(
    ("name", "model", "by", "empty"),
    [
        ("state_id", "res.country.state", ["country_id.code", "code"], CLEAR),
        ("category_id", "res.partner.category", ["name", "color"], IdList((), "set")),
    ],
)
def test_half_a_lookup_that_may_miss_its_record_leaves_the_field_empty(name, model, by, empty):
    """No record can have it, as none can be asked for by an empty part."""
    lookup = {"model": model, "by": by, "on_missing": "empty"}
    assert mapped({name: {"columns": ["cell", "other"], "lookup": lookup}}, ("US", "")).records[0].values[name] == empty


@pytest.mark.parametrize(("cells", "key"), [(("", "b"), "m.-_b"), (("a", ""), "m.a_-"), (("a", "b"), "m.a_b")])
def test_something_may_stand_for_the_empty_parts_of_a_lookups_template(cells, key):
    """Without all of them it is an empty cell still."""
    lookup = {"model": "res.country.state", "external_id": {"template": "m.{cell}_{other}", "empty": "-"}}
    fields = {"state_id": {"columns": ["cell", "other"], "lookup": lookup}}
    assert mapped(fields, cells).records[0].values["state_id"].key == (key,)
    assert "state_id" not in mapped(fields, ("", "")).records[0].values


@pytest.mark.parametrize("cell", ["", None, "  "])
def test_a_row_without_a_key_is_a_reject(cell):
    """The flaw names the key field."""
    found = mapped({"ref": {"column": "cell", "transform": "strip"}}, (cell,))
    assert (found.rejects[0].flaws[0].code, found.rejects[0].flaws[0].field) == ("empty_key", "ref")


@pytest.mark.parametrize("empty", ["skip", "clear"])
@pytest.mark.parametrize(
    ("row", "key"),
    [(("a", ""), ("a", CLEAR)), (("", "b"), (CLEAR, "b")), ((None, "b"), (CLEAR, "b")), (("", ""), None)],
)
def test_one_part_of_a_key_may_be_empty_but_not_all(row, key, empty):
    """The empty part is a value: it is searched for, and written to a new record."""
    fields = {"ref": {"column": "cell", "empty": empty}, "email": {"column": "other", "empty": empty}}
    found = mapped(fields, row, key=["ref", "email"])
    assert [(one.key, one.values) for one in found.records] == (
        [(key, dict(zip(("ref", "email"), key, strict=True)))] if key else []
    )
    assert [flaw.code for one in found.rejects for flaw in one.flaws] == ([] if key else ["empty_key"])


def test_an_empty_boolean_alone_is_no_key():
    """No and nothing are told apart there, but an empty cell beside an empty key says neither."""
    fields = {"is_company": "cell", "ref": "other"}
    found = mapped(fields, ("", ""), ("no", ""), ("", "a"), key=["is_company", "ref"])
    assert [one.key for one in found.records] == [(False, CLEAR), (False, "a")]
    assert [reject.row.line for reject in found.rejects] == [2]


def test_a_key_part_that_cannot_be_read_is_not_an_empty_one():
    """Neither for the record nor for the look at repeated keys."""
    fields = {"ref": "cell", "color": "other"}
    assert mapped(fields, ("a", "red"), key=["ref", "color"]).rejects[0].flaws[0].field == "color"
    spec = job_spec(fields, key=["ref", "color"])
    assert mapper(spec).keys({"cell": ["a", "a"], "other": ["red", ""]}, 2) == [None, ("a", CLEAR)]


@pytest.mark.parametrize("part", [{"required": True}, {"empty": "reject"}])
def test_a_key_part_may_be_required(part):
    """Then its empty cell is a reject, as in any field."""
    fields = {"ref": "cell", "email": {"column": "other", **part}}
    assert mapped(fields, ("a", ""), key=["ref", "email"]).rejects[0].flaws[0].code == "required"


@pytest.mark.parametrize("row", [("", "US"), ("NY", "")])
def test_half_a_lookup_in_a_key_is_not_an_empty_part(row):
    """Rows with different halves would become one record."""
    lookup = {"model": "res.country.state", "by": ["code", "country_id.code"]}
    fields = {"name": {"value": "x"}, "state_id": {"columns": ["cell", "other"], "lookup": lookup}}
    found = mapped(fields, row, ("", ""), key=["name", "state_id"])
    assert [flaw.code for one in found.rejects for flaw in one.flaws] == ["incomplete_lookup"]
    assert [one.key for one in found.records] == [("x", CLEAR)]


def test_a_key_may_say_that_its_lookup_without_the_first_part_is_an_empty_part():
    """A lot is known by its name and its article; an article without a lot has none."""
    lookup = {"model": "res.country.state", "by": ["code", "country_id.code"]}
    fields = {"name": {"value": "x"}, "state_id": {"columns": ["cell", "other"], "empty": "clear", "lookup": lookup}}
    found = mapped(fields, ("", "US"), ("NY", ""), ("NY", "US"), key=["name", "state_id"])
    assert [one.key[1] if one.key[1] is CLEAR else one.key[1].key for one in found.records] == [CLEAR, ("NY", "US")]
    assert [reject.flaws[0].code for reject in found.rejects] == ["incomplete_lookup"]


@pytest.mark.parametrize(
    "field", [{"value": "x"}, {"column": "cell", "default": "x"}, {"column": "cell", "default": 2**40}]
)
def test_a_constant_that_does_not_fit_is_an_error_of_the_job(field):
    """It names the job and the field."""
    with pytest.raises(UsageError, match="job partners: field color"):
        mapped({"color": field}, ("1",))


def test_keys_are_those_of_the_records():
    """The first reading finds the same keys as the mapping; None where a row has none."""
    spec = job_spec({"ref": "cell", "color": "other", "name": "cell"}, key=["color", "ref"])
    columns = {"cell": ["a", "b", "", "c"], "other": ["1", "x", "3", 4]}
    made = mapper(spec)
    found = made.records(columns, [Row(line, "", (), line) for line in range(4)])
    assert made.keys(columns, 4) == [(1, "a"), None, (3, False), (4, "c")]
    assert [record.key for record in found.records] == [(1, "a"), (3, False), (4, "c")]


def test_used_columns_name_their_fields():
    """From columns, lookups and expressions."""
    lookup = {"model": "res.country.state", "by": ["code", "country_id.code"]}
    fields = {
        "ref": "a",
        "name": {"expr": "a ~ row['b c']"},
        "state_id": {"columns": ["d", "a"], "lookup": lookup},
        "color": {"value": 1},
    }
    assert used_columns(job_spec(fields)) == {"a": ["ref", "name", "state_id"], "b c": ["name"], "d": ["state_id"]}


@pytest.mark.parametrize("field", [{"value": "red"}, {"column": "cell", "default": "red"}])
def test_a_constant_is_looked_up_as_a_cell_would_be(field):
    """`value` and `default` beside `lookup` name a record, not an id."""
    found = mapped({"category_id": {**field, "lookup": TAGS}}, ("",))
    assert found.records[0].values["category_id"] == refs("red")


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (("BE", "DE", "FR"), ["BE", "DE", "FR"]),
        (("BE", "DEU", "FR"), ["BE", "too_long", "FR"]),
        (("DEU", "BE"), ["too_long", "BE"]),
        (("BE", "D\0"), ["BE", "bad_text"]),
        (("BE", None, "DEU"), ["BE", "absent", "too_long"]),
    ],
)
def test_a_text_that_is_too_long_is_found_among_others(cells, wanted):
    """A column of texts is looked at as a whole: its longest counts, not its shortest, and one more is too many."""
    spec = job_spec({"ref": {"value": "key"}, "name": "cell"})
    found = Mapper(spec, {"ref": target("char", "ref"), "name": target("char", "name", size=2)}, find_field).records(
        {"cell": list(cells)}, [Row(line, "", (cell,)) for line, cell in enumerate(cells, 2)]
    )
    seen = {record.rows[0].line: record.values.get("name", "absent") for record in found.records}
    seen |= {reject.row.line: reject.flaws[0].code for reject in found.rejects}
    assert [seen[line] for line in sorted(seen)] == wanted


@pytest.mark.parametrize("cells", [("A", "", "B"), ("", "A", "B"), ("A", "B", "")])
def test_one_empty_cell_among_others_leaves_its_row_alone(cells):
    """The other rows keep their values."""
    found = mapped({"name": "cell"}, *((cell,) for cell in cells))
    assert [record.values.get("name") for record in found.records] == [cell or None for cell in cells]


def test_an_empty_cell_of_one_column_leaves_the_others_their_values():
    """Whichever of the columns it is in."""
    found = mapped({"name": "cell", "email": "other"}, ("A", ""), ("", "B"), ("C", "D"))
    values = [{name: value for name, value in one.values.items() if name != "ref"} for one in found.records]
    assert values == [{"name": "A"}, {"email": "B"}, {"name": "C", "email": "D"}]


def test_keys_are_read_one_by_one_where_one_of_them_is_empty():
    """In a key of two fields, whichever column the empty cell is in."""
    fields = {"ref": "cell", "name": "other"}
    found = mapped(fields, ("A", "x"), ("", "y"), ("B", "z"), ("C", ""), key=["ref", "name"])
    assert [record.key for record in found.records] == [("A", "x"), (CLEAR, "y"), ("B", "z"), ("C", CLEAR)]


def test_columns_that_an_external_id_names_are_used():
    """Though no field reads them: without one of them the source has no names for its records."""
    spec = job_spec({"name": "name"}, external_id="legacy.partner_{company}_{name}")
    assert used_columns(spec) == {"name": ["name", "external_id"], "company": ["external_id"]}


def test_a_column_is_named_with_all_that_read_it():
    """In the order of the job."""
    spec = job_spec({"ref": "no", "name": {"expr": "no ~ other"}, "street": "no"})
    assert used_columns(spec) == {"no": ["ref", "name", "street"], "other": ["name"]}


@pytest.mark.parametrize(("known", "ends"), [(12, "'k11'"), (13, "'k11'")])
def test_a_text_that_is_not_in_a_long_map_shows_its_beginning(known, ends):
    """Twelve of its texts."""
    found = mapped({"name": {"column": "cell", "map": {f"k{number}": "v" for number in range(known)}}}, ("other",))
    assert found.rejects[0].flaws[0].reason.endswith(ends)


def test_several_parts_of_a_lookup_all_have_values():
    """The second of three may be the empty one."""
    lookup = {"model": "res.partner", "by": ["ref", "name", "email"]}
    spec = {"parent_id": {"columns": ["a", "b", "c"], "lookup": lookup}}
    found = mapped(spec, ("x", "y", "z"), ("x", "", "z"), ("x", "y", ""), columns=("a", "b", "c"))
    assert [record.values["parent_id"].key for record in found.records] == [("x", "y", "z")]
    assert [reject.flaws[0].code for reject in found.rejects] == ["incomplete_lookup"] * 2


@pytest.mark.parametrize(("kind", "mistaken"), [("html", ["a\nb"]), ("text", ["<p>x</p>"])])
def test_cells_that_look_like_the_other_of_text_and_html_are_told(kind, mistaken):
    """By field; of fields that hold no HTML nothing is said."""
    found = mapped({"comment": {"column": "cell", "type": kind}, "name": "cell"}, ("a\nb",), ("<p>x</p>",))
    assert found.mistaken == {"comment": mistaken}


def test_what_no_record_is_found_by_is_no_key_of_a_lookup():
    """A control character comes back otherwise than it was sent; a text may be longer than its field takes."""
    lookup = {"model": "res.partner", "by": "ref"}
    assert code("a\x01b", "parent_id", lookup=lookup) == "bad_text"
    spec = job_spec({"ref": {"value": "key"}, "parent_id": {"column": "cell", "lookup": lookup}})
    fields = {"ref": target("char", "ref"), "parent_id": find_field("res.partner", "parent_id")}
    made = Mapper(spec, fields, lambda _model, _path: target("char", "ref", size=2))
    [record] = made.records({"cell": ["long"]}, [Row(2, "", ("long",))]).records
    assert record.values["parent_id"].key == ("long",)


REFERENCE = {"column": "cell", "model_column": "other", "lookup": {"by": "name"}}


def referred(*rows, **field):
    """What rows with a model of their own become in a reference field, or why they are refused."""
    spec = job_spec({"ref": {"value": "key"}, "link": {**REFERENCE, **field}})
    fields = {**partner_fields("ref"), "link": target("reference", "link")}
    cells = {"cell": [row[0] for row in rows], "other": [row[1] for row in rows]}
    found = Mapper(spec, fields, strict_find).records(cells, [Row(line, "", row) for line, row in enumerate(rows, 2)])
    return [one.values.get("link", "absent") for one in found.records], [one.flaws[0].code for one in found.rejects]


def strict_find(model, path):
    """As a server would have it."""
    if model not in MODELS:
        raise UsageError(f"there is no model {model}")
    return find_field(model, path)


def test_a_reference_has_the_model_of_its_row():
    """Empty cells say nothing, with a model or without."""
    country, tag = (Lookup(model, ("name",)) for model in ("res.country", "res.partner.category"))
    rows = [("Chile", "res.country"), ("red", " res.partner.category "), ("", "res.country"), ("", ""), (None, None)]
    assert referred(*rows) == (
        [
            Ref(country, ("Chile",), "reject", named=True),
            Ref(tag, ("red",), "reject", named=True),
            "absent",
            "absent",
            "absent",
        ],
        [],
    )


def test_a_reference_needs_a_model_that_is_there():
    """Each row has its own verdict."""
    assert referred(("a", ""), ("a", "no.model"), ("b", "no.model"), ("", "no.model")) == (
        [],
        ["incomplete_lookup", "unknown_model", "unknown_model", "unknown_model"],
    )
    assert referred(("", ""), empty="clear") == ([CLEAR], [])
