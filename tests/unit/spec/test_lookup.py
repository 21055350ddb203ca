"""Lookups: what fits together, and what a person is told when it does not."""

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import load_project
from tests.unit.spec.conftest import job_text


def job(lookup: str, origin: str = "column: a") -> str:
    """A job with one such lookup."""
    return job_text(fields=f"{{ref: no, x: {{{origin}, lookup: {lookup}}}}}")


@pytest.mark.parametrize(
    ("lookup", "path", "words"),
    [
        ("{model: m, by: x, module: legacy}", ".module", "goes with `by: external_id`"),
        ("{model: m, by: external_id, prefix: p_}", ".prefix", "needs `module`"),
        ("{model: m, by: external_id, module: a.b}", ".module", "name of a module"),
        ("{model: m, by: external_id, module: legacy, prefix: a b}", ".prefix", "must match"),
        ("{model: m, by: external_id, ignore_case: true}", ".ignore_case", "not ids"),
        ("{by: id, ignore_case: true}", ".ignore_case", "not ids"),
        ("{model: m, external_id: legacy.x}", ".external_id", "at least one column"),
        ("{model: m, external_id: 'legacy.x_{a}', by: name}", ".external_id", "beside `by`"),
        ("{model: m, external_id: 'legacy.x_{b}'}", ".external_id", "other columns"),
        ("{model: m, external_id: {template: 'legacy.x_{b}', empty: '-'}}", ".external_id", "other columns"),
        ("{model: m, by: x, domain: [[a, is, 1]]}", ".domain", "the operator 'is'"),
        ("{model: m, by: x, on_ambiguous: last}", ".on_ambiguous", "reject, first, not 'last'"),
        ("{model: m, by: x, exactly: true, path: /}", ".exactly", "does not go with `path`"),
        ("{model: m, by: external_id, exactly: true}", ".exactly", "not ids"),
        ("{model: m, by: x.y.z, exactly: true}", ".by", "one dot only"),
        ("{model: m, by: x.y, exactly: true, on_missing: create}", ".on_missing", "is not created"),
        ("{model: m, by: external_id, path: /}", ".path", "not ids"),
        ("{model: m, by: x.y, path: /}", ".path", "without dots"),
        ("{model: m, by: x, path: ' '}", ".path", "more than blanks"),
        ("{model: m, by: x, parent: y}", ".parent", "needs `path`"),
        ("{model: m, by: x, path: /, on_missing: create, create: {parent_id: 1}}", ".create.parent_id", "looked up by"),
        ("{model: m, by: x, create: {y: 1}}", ".create", "needs `on_missing: create`"),
        ("{by: id, on_missing: create}", ".on_missing", "an id of your own"),
        ("{model: m, by: external_id, on_missing: create}", ".on_missing", "gives a new record no value"),
        ("{model: m, external_id: 'x.{a}', on_missing: create}", ".on_missing", "gives a new record no value"),
        ("{model: m, by: x.y, on_missing: create, create: {x: 1}}", ".create.x", "that it is looked up by"),
        ("{model: m, by: x, on_missing: create, create: {y: {z: 1}}}", ".create.y", "must be a text, a number"),
        ("{model: res.partner, by: x, on_missing: create}", ".on_missing", "the job itself creates"),
        ("[{model: m, by: x}, {model: res.partner, by: y, on_missing: create}]", "[1].on_missing", "the job itself"),
        ("[]", "", "at least 1 item(s)"),
        ("[{model: m, by: x, on_missing: empty}, {model: m, by: y}]", "", "only the last of several"),
        ("[{model: m, by: x}, {model: m, bye: y}]", "[1].bye", "unknown key"),
        ("[{model: m, by: x}, {model: m, by: [y, z]}]", "[1].by", "names 2 fields"),
    ],
)
def test_lookup_that_is_wrong(problems, lookup, path, words):
    """Each mistake is told at the key at fault."""
    told = [(found, message) for found, message, _ in problems(job(lookup))]
    assert any(found == f"fields.x.lookup{path}" and words in message for found, message in told), told


def test_a_template_makes_ids_of_columns(problems):
    """A constant or an expression has none."""
    [(path, message, _)] = problems(job("{model: m, external_id: 'legacy.x_{a}'}", "value: 7"))
    assert (path, message) == (
        "fields.x.lookup.external_id",
        "`external_id` makes ids of columns, not of a value or an expression",
    )


@pytest.mark.parametrize(
    ("lookup", "origin"),
    [
        ("{model: m, by: external_id}", "column: a"),
        ("{model: m, by: external_id, module: legacy, prefix: partner_}", "column: a"),
        ("{model: m, external_id: 'legacy.partner_{a}'}", "column: a"),
        ("{model: m, external_id: 'legacy.{a}_{b}'}", "columns: [b, a]"),
        ("{model: m, by: name, domain: ['|', [a, '=', 1], [b, in, [2]]], ignore_case: true}", "column: a"),
        ("{model: m, by: name, on_ambiguous: first}", "column: a"),
        ("{model: m, by: name, path: ' / ', parent: location_id}", "column: a"),
        ("[{model: m, by: code}, {model: m, by: name, on_missing: empty}]", "column: a"),
        ("{model: m, by: name}", "column: a, command: remove, split: ','"),
        ("{model: m, by: [name, x.y], on_missing: create, create: {z: true, t: [1, 2]}}", "columns: [a, b]"),
    ],
)
def test_lookups_that_fit(make_project, lookup, origin):
    """What the docs show is valid, and one lookup is a list of one."""
    root = make_project(partners=job(lookup, origin))
    assert load_project(root, {}).jobs["partners"].spec.fields["x"].lookup[0].model == "m"


def test_the_name_of_a_job_that_creates_what_is_missing_is_taken(make_project):
    """No other job has it."""
    text = job("{model: m, by: x, on_missing: create}")
    with pytest.raises(SpecError) as caught:
        load_project(make_project(partners=text, other=job_text("partners.X")), {})
    [problem] = caught.value.problems
    assert (problem.path, problem.hint) == ("job", "give it another name")
    assert "for the records that its field x creates" in problem.message


@pytest.mark.parametrize("length", [99, 100])
def test_the_name_of_that_job_is_no_longer_than_others(problems, length):
    """It has the name of the field, too."""
    fields = "{ref: no, x: {column: a, lookup: {model: m, by: x, on_missing: create}}}"
    found = problems(job_text("p" * length, fields=fields))
    assert [(path, hint) for path, _, hint in found] == [
        ("job", f"take a name that is {length - 98} characters shorter")
    ]


@pytest.mark.parametrize(
    ("origin", "exactly", "words"),
    [
        ("columns: [a, b]", "true", "`exactly` needs `split`"),
        ("columns: [a, b], split: x", "true", "is a list beside `columns`"),
        ("columns: [a, b], split: [x, y]", "true", "is a list beside `columns`"),
        ("columns: [a, b], split: [null]", "true", "is a list beside `columns`"),
        ("columns: [a, b], split: [x, y]", "false", "is a list beside `columns`"),
        ("columns: [a, b], split: x", "false", "is a list beside `columns`"),
    ],
)
def test_the_cell_that_names_a_set_is_said(problems, origin, exactly, words):
    """By `split`: a list beside `columns`."""
    [(path, message, _)] = problems(job(f"{{model: m, by: [x, y.z], exactly: {exactly}}}", origin))
    assert path in {"fields.x", "fields.x.split"}
    assert words in message


def test_a_list_of_marks_goes_with_columns(problems):
    """One column has one mark."""
    [(path, message, hint)] = problems(job("{model: m, by: x}", "column: a, split: [', ']"))
    assert (path, message) == ("fields.x.split", "a list in `split` goes with `columns`")
    assert hint == 'one column: `split: ", "`'


def test_one_of_several_columns_is_split(make_project):
    """Each of its values goes with the cells of the others."""
    root = make_project(partners=job("{model: m, by: [x, y.z]}", "columns: [a, b], split: ['|', null]"))
    assert load_project(root, {}).jobs["partners"].spec.fields["x"].split == ("|", None)


def test_a_set_is_split(make_project):
    """One column, or one of several."""
    for origin, by in (("columns: [a, b], split: [null, ', ']", "[x, y.z]"), ("column: a, split: ','", "y.z")):
        root = make_project(partners=job(f"{{model: m, by: {by}, exactly: true}}", origin))
        assert load_project(root, {}).jobs["partners"].spec.fields["x"].lookup[0].exactly


@pytest.mark.parametrize(
    ("origin", "lookup", "path", "words"),
    [
        ("column: a, model_column: m", "{model: m, by: x}", ".lookup.model", "beside `model_column`"),
        ("column: a, model_column: m", "{by: x, on_missing: create}", ".lookup.on_missing", "depend on the row"),
        ("value: a, model_column: m", "{by: x}", ".model_column", "no matter of a column"),
        ("column: a, model_column: ''", "{by: x}", ".model_column", "at least 1 character"),
    ],
)
def test_a_column_names_the_model_alone(problems, origin, lookup, path, words):
    """Or the lookup does."""
    told = problems(job(lookup, origin))
    assert any(found == f"fields.x{path}" and words in message for found, message, _ in told), told


@pytest.mark.parametrize(
    ("lookup", "place"),
    [
        ("{model: m, by: name, on_missing: create}", ""),
        ("[{model: m, by: ref}, {model: m, by: name, on_missing: create}]", "[1]"),
    ],
)
def test_nothing_is_created_to_be_taken_away(problems, lookup, place):
    """A record that is not there needs no removal."""
    [(path, message, hint)] = problems(job(lookup, "column: a, split: ',', command: remove"))
    assert path == f"fields.x.lookup{place}.on_missing"
    assert "created to be taken away" in message
    assert hint.startswith("`on_missing: empty`")


@pytest.mark.parametrize("lookup", ["{by: ref}", "{by: id}", "[{by: ref}, {by: name}]", "{by: external_id}"])
def test_models_may_stand_in_a_column(make_project, lookup):
    """Then no lookup names one."""
    root = make_project(partners=job(lookup, "column: a, model_column: m"))
    assert load_project(root, {}).jobs["partners"].spec.fields["x"].model_column == "m"


def test_a_key_may_be_found_by_a_set(make_project):
    """It is one record, though its cell names several."""
    fields = "{id: {columns: [a, b], split: [null, ','], lookup: {model: m, by: [x, y.z], exactly: true}}, name: n}"
    text = job_text(target="{model: m, key: id, mode: update}", fields=fields)
    assert load_project(make_project(partners=text), {}).jobs["partners"].spec.target.key == ("id",)
