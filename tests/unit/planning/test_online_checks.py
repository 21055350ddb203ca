"""Jobs against what a server says about its models; no server is needed."""

from pathlib import Path

import pytest

from odoo_etl.planning.online_checks import (
    ServerModels,
    check_job,
    check_rights,
    models_of,
    needed_rights,
    next_models,
)
from odoo_etl.planning.online_warnings import check_warnings
from odoo_etl.spec import Job, JobSpec, load_project


def field(kind: str, **attributes):
    return {"type": kind, "store": True, "searchable": True, "readonly": False, "required": False, **attributes}


PARTNER = {
    "id": field("integer", readonly=True),
    "ref": field("char"),
    "name": field("char", required=True),
    "color": field("integer"),
    "res_id": field("many2one_reference"),
    "active": field("boolean"),
    "since": field("date"),
    "score": field("float", readonly=True),
    "display": field("char", readonly=True, store=False, searchable=False),
    "kind": field("selection", selection=[["contact", "Contact"], ["other", "Other"]]),
    "country_id": field("many2one", relation="res.country"),
    "state_id": field("many2one", relation="res.country.state"),
    "tag_ids": field("many2many", relation="res.tag"),
    "line_ids": field("one2many", relation="res.tag"),
    "write_date": field("datetime", readonly=True),
}
COUNTRY = {"id": field("integer"), "code": field("char"), "flag": field("char", store=False, searchable=False)}
STATE = {"code": field("char"), "country_id": field("many2one", relation="res.country")}
SERVER = ServerModels(
    {
        "res.partner": PARTNER,
        "res.country": COUNTRY,
        "res.country.state": STATE,
        "res.tag": {"name": field("char")},
        "x.no": None,
    }
)


def job(fields=None, **target) -> Job:
    spec = {
        "version": 1,
        "job": "p",
        "source": {"type": "csv", "path": "p.csv"},
        "target": {"model": "res.partner", **({} if "external_id" in target else {"key": "ref"}), **target},
        "fields": {"ref": "no", "name": "name", **(fields or {})},
    }
    return Job(JobSpec.model_validate(spec), Path("p.yaml"))


def lookup(model, by, column="c", **more):
    origin = {"column": column} if isinstance(by, str) else {"columns": [column] * len(by)}
    return {**origin, "lookup": {"model": model, "by": by}, **more}


@pytest.mark.parametrize(
    ("name", "spec", "path", "words"),
    [
        ("nam", "c", "fields.nam", "res.partner has no field `nam` (did you mean `name`?)"),
        ("display", "c", "fields.display", "cannot be written"),
        ("write_date", "c", "fields.write_date", "cannot be written"),
        (
            "color",
            {"column": "c", "type": "date"},
            "fields.color.type",
            "`type: date` does not become an integer field",
        ),
        ("active", {"column": "c", "type": "char"}, "fields.active.type", "fitting: integer, decimal, boolean"),
        ("since", {"column": "c", "type": "decimal"}, "fields.since.type", "does not become"),
        ("kind", {"column": "c", "type": "html"}, "fields.kind.type", "`type: html` is for HTML fields"),
        ("kind", {"column": "c", "timezone": "UTC"}, "fields.kind.timezone", "`timezone` is for dates and datetimes"),
        (
            "kind",
            {"column": "c", "map": {"K": "contact", "S": "supplier"}},
            "fields.kind.map.S",
            "'supplier' is not among",
        ),
        ("kind", {"value": "contct"}, "fields.kind.value", "did you mean `contact`?"),
        ("kind", {"column": "c", "default": "x"}, "fields.kind.default", "allowed: contact, other"),
        ("kind", lookup("res.country", "code"), "fields.kind.lookup", "refers to no record"),
        ("color", lookup("res.country", "cod"), "fields.color.lookup.by", "did you mean `code`?"),
        (
            "country_id",
            lookup("res.tag", "name"),
            "fields.country_id.lookup.model",
            "refers to res.country, not to res.tag",
        ),
        ("country_id", lookup("res.country", "cod"), "fields.country_id.lookup.by", "did you mean `code`?"),
        ("country_id", lookup("res.country", "flag"), "fields.country_id.lookup.by", "cannot be searched"),
        (
            "state_id",
            lookup("res.country.state", ["code", "country_id.cod"]),
            "fields.state_id.lookup.by.1",
            "res.country has no",
        ),
        ("state_id", lookup("res.country.state", "code.x"), "fields.state_id.lookup.by", "`code.x` leads nowhere"),
        ("zzz", lookup("x.no", "code"), "fields.zzz.lookup.model", "the server has no model x.no"),
        ("line_ids", "c", "fields.line_ids", "cannot be mapped"),
        ("country_id", lookup("res.country", "code", split="|"), "fields.country_id.split", "needs a many2many field"),
    ],
)
def test_fields_that_do_not_fit(name, spec, path, words):
    """Each mismatch is a problem at its key."""
    found = {problem.path: str(problem) for problem in check_job(job({name: spec}), SERVER)}
    assert words in found[path]


def test_a_job_that_fits_has_no_problem():
    """Lookups by several and dotted fields, maps into a selection, stored read-only fields."""
    fields = {
        "score": {"column": "s", "type": "integer"},
        "since": {"column": "d", "type": "date"},
        "color": {"column": "c", "type": "decimal", "map": {"x": 1}},
        "kind": {"column": "k", "map": {"K": "contact", "": None}, "default": "other"},
        "country_id": lookup("res.country", "code"),
        "state_id": lookup("res.country.state", ["code", "country_id.code"]),
        "tag_ids": lookup("res.tag", "name", split="|", command="add"),
    }
    assert check_job(job(fields), SERVER) == []


def test_an_unknown_model_still_has_its_lookups_checked():
    """All problems come at once."""
    found = check_job(job({"x": lookup("res.country", "zip")}, model="x.no"), SERVER)
    assert [problem.path for problem in found] == ["target.model", "fields.x.lookup.by"]


def test_keys_must_be_searchable():
    """A computed field cannot identify a record."""
    found = check_job(job({"display": "d"}, key=["ref", "display"]), SERVER)
    assert "target.key.1" in [problem.path for problem in found]


@pytest.mark.parametrize(
    ("mode", "operations"), [("create", "create read"), ("update", "read write"), ("upsert", "create read write")]
)
def test_rights_by_mode(mode, operations):
    """The mode says what a run will do to its model; lookups only read."""
    asked = needed_rights(job({"country_id": lookup("res.country", "code")}, mode=mode))
    assert {operation for model, operation in asked if model == "res.partner"} == set(operations.split())
    assert ("res.country", "read") in asked
    assert len(asked) == len(operations.split()) + 1


def test_a_mirror_that_deletes_needs_to_be_allowed_to():
    """Besides what an upsert needs; archiving is a write."""
    assert ("res.partner", "unlink") not in needed_rights(job(mode="mirror"))
    assert ("res.partner", "unlink") in needed_rights(job(mode="mirror", vanish={"policy": "unlink"}))
    assert {("res.partner", one) for one in ("read", "create", "write")} <= needed_rights(job(mode="mirror"))


def test_adoption_needs_the_right_to_make_external_ids():
    """`mode: create` adopts nothing."""
    both = {"external_id": "legacy.p_{no}", "key": "ref"}
    asked = {mode: needed_rights(job(mode=mode, **both)) for mode in ("upsert", "create")}
    assert {mode: ("ir.model.data", "create") in rights for mode, rights in asked.items()} == {
        "upsert": True,
        "create": False,
    }
    assert ("ir.model.data", "create") not in needed_rights(job(external_id="legacy.p_{no}"))


@pytest.mark.parametrize(
    ("policy", "path", "words"),
    [
        ({"set": {"colour": 1}}, "policy.set.colour", "no field `colour`"),
        ({"set": {"color": "red"}}, "policy.set.color", "does not fit"),
        ({"set": {"kind": "none"}}, "policy.set.kind", "does not fit"),
        ({"set": {"display": "x"}}, "policy.set.display", "cannot be written"),
        ({"set": {"write_date": None}}, "policy.set.write_date", "cannot be written"),
        ({"set": {"color": {"a": 1}}}, "policy.set.color", "is no value"),
    ],
)
def test_policies_that_do_not_fit(policy, path, words):
    """Each problem names the key at fault."""
    (problem,) = check_job(job(mode="mirror", vanish={"policy": policy}), SERVER)
    assert (problem.path, words in problem.message) == (f"target.vanish.{path}", True)


def test_archive_needs_active():
    """A model without it can have its records deleted, marked or reported."""
    tags = {"model": "res.country", "key": "code", "mode": "mirror"}
    fields = {"ref": {"column": "no"}, "code": "code"}
    messages = [str(one) for one in check_job(job(fields, **tags), SERVER)]
    assert any("target.vanish.policy: res.country has no field `active`" in one for one in messages)
    reporting = check_job(job(fields, **tags, vanish={"policy": "report"}), SERVER)
    assert not any("vanish" in one.path for one in reporting)


def test_policies_that_fit_have_no_problem():
    """Constants are read as those of fields are."""
    policy = {"set": {"color": 3, "kind": "other", "since": "2026-01-31", "country_id": None, "active": False}}
    assert check_job(job(mode="mirror", vanish={"policy": policy}), SERVER) == []
    assert check_job(job(mode="mirror"), SERVER) == []


def test_missing_rights_are_named():
    """One problem a right, at the model that it is about; unknown models are reported elsewhere."""
    forbidden = frozenset({("res.partner", "create"), ("res.country", "read"), ("x.no", "read")})
    server = ServerModels(SERVER.fields, forbidden=forbidden)
    found = check_rights(job({"country_id": lookup("res.country", "code"), "x": lookup("x.no", "y")}), server)
    assert [(problem.path, problem.message) for problem in found] == [
        ("fields.country_id.lookup.model", "the user may not read res.country"),
        ("target.model", "the user may not create res.partner"),
    ]


def test_models_to_ask_for():
    """First those that are named, then those that dotted lookups lead to."""
    jobs = [job({"state_id": lookup("res.country.state", ["code", "country_id.code"])})]
    assert models_of(jobs) == {"res.partner", "res.country.state"}
    assert next_models(jobs, {"res.partner": PARTNER, "res.country.state": STATE}) == {"res.country"}
    assert next_models(jobs, SERVER.fields) == set()


def test_problems_have_places(tmp_path):
    """A job from a file knows its lines."""
    (tmp_path / "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    (tmp_path / "p.yaml").write_text(
        "version: 1\njob: p\nsource: {type: csv, path: x}\ntarget: {model: res.partner, key: ref}\n"
        "fields:\n  ref: no\n  name: name\n  nam: {column: x}\n"
    )
    (problem,) = check_job(load_project(tmp_path, {}).jobs["p"], SERVER)
    assert (Path(problem.file).name, problem.line, problem.column) == ("p.yaml", 8, 3)


def test_lines_do_not_say_whose_they_are():
    """Odoo fills the field that holds their record."""
    partner = {**PARTNER, "line_ids": field("one2many", relation="res.tag", relation_field="partner_id")}
    tag = {"name": field("char"), "partner_id": field("many2one", relation="res.partner")}
    server = ServerModels({"res.partner": partner, "res.tag": tag})
    lines = {"line_ids": {"fields": {"name": "tag", "partner_id": lookup("res.partner", "ref")}}}
    spec = job().spec.model_dump(mode="json", exclude_unset=True)
    given = Job(JobSpec.model_validate({**spec, "lines": lines}), Path("p.yaml"))
    (problem,) = check_job(given, server)
    assert (problem.path, "holds the record of a line" in problem.message) == ("lines.line_ids.fields.partner_id", True)


@pytest.mark.parametrize("name", ["res_id", "color"])
def test_a_number_that_is_an_id_takes_a_lookup(name):
    """As the run does; of which model it is the field does not say."""
    assert check_job(job({name: lookup("res.country", "code")}), SERVER) == []


DOUBTFUL = {
    **PARTNER,
    "code": field("char", depends=["variant_ids.code"]),
    "login": field("char", depends=["partner_id.login"], related="partner_id.login"),
    "label": field("char", depends=["name"]),
    "extra": field("properties"),
}


@pytest.mark.parametrize(
    ("fields", "target", "paths"),
    [
        ({"code": "c"}, {"key": "code"}, ["target.key.0"]),
        ({"code": "c"}, {"key": ["ref", "code"], "mode": "update"}, ["target.key.1"]),
        ({"code": "c"}, {}, []),
        ({"login": "c", "label": "l"}, {"key": ["login", "label"]}, []),
        ({"country_id": {"value": 3}}, {}, ["fields.country_id.value"]),
        ({"tag_ids": {"value": [3, 4]}}, {}, ["fields.tag_ids.value"]),
        ({"country_id": {"column": "c", "map": {"a": 3, "b": None}}}, {}, ["fields.country_id.map.a"]),
        ({"country_id": {"value": None}}, {}, []),
        ({"country_id": {"value": 3, "lookup": {"by": "id"}}}, {}, []),
        ({"color": {"value": 3}, "active": {"value": True}}, {}, []),
        ({"extra": "x"}, {}, []),
        ({"extra": "x"}, {"external_id": "legacy.{no}"}, ["fields.extra"]),
        ({"extra": "x"}, {"external_id": "legacy.{no}", "mode": "update"}, []),
    ],
)
def test_what_may_go_wrong_later(fields, target, paths):
    """Keys that follow other records, ids of one database, and fields that new records cannot be given."""
    assert [problem.path for problem in check_warnings(job(fields, **target), DOUBTFUL)] == paths


def users(fields, major, known):
    """The problems of a job of users, on a server of a version with these fields."""
    spec = {
        "version": 1,
        "job": "u",
        "source": {"type": "csv", "path": "u.csv"},
        "target": {"model": "res.users", "key": "login"},
        "fields": {"login": "l", **fields},
    }
    server = ServerModels(
        {"res.users": {"login": field("char"), **known}, "res.groups": {"name": field("char")}, "uom.category": None},
        major=major,
    )
    return [str(one) for one in check_job(Job(JobSpec.model_validate(spec), Path("u.yaml")), server)]


@pytest.mark.parametrize(
    ("mapped", "held", "major", "words"),
    [
        ("groups_id", "group_ids", 19, "`groups_id` (in Odoo 19 this is `group_ids`, since 19)"),
        ("group_ids", "groups_id", 14, "`group_ids` (in Odoo 14 this is `groups_id`; `group_ids` since 19)"),
        ("group_ids", "groups_id", 0, "`group_ids` (did you mean `groups_id`?)"),
    ],
)
def test_names_of_other_versions_are_known(mapped, held, major, words):
    """A job of an older or newer version, and a server of which nobody knows the version."""
    many = field("many2many", relation="res.groups")
    found = users({mapped: lookup("res.groups", "name")}, major, {held: many})
    assert any(words in one for one in found), found


def test_models_and_values_of_other_versions_are_known():
    """Of lookups, and of constants."""
    found = users(
        {"kind": {"value": "private"}, "unit": lookup("uom.category", "name")},
        19,
        {
            "kind": field("selection", selection=[["contact", "Contact"]]),
            "type": field("selection", selection=[["contact", "Contact"]]),
            "unit": field("many2one", relation="uom.category"),
        },
    )
    assert any("no model uom.category (gone since Odoo 19: " in one for one in found), found
    typed = users({"type": {"value": "private"}}, 17, {"type": field("selection", selection=[["contact", "Contact"]])})
    assert any(
        "'private' is not among the field's values (in Odoo 17 this is `contact`, since 17" in one for one in typed
    )
