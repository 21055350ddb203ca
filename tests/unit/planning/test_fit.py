"""What can never work with a model's fields, from plain attributes."""

import pytest

from odoo_etl.planning.fit import misfits
from tests.builders import job_spec, target

COMPUTED = {"readonly": True, "store": True, "depends": ["name", "parent_id.path"]}
BY_ID = {"column": "no", "lookup": {"by": "id"}}


def found(fields, key="ref", *, mode="upsert", **known):
    """The places and messages of what does not fit; fields that are not described are texts."""
    spec = job_spec({"ref": "ref", **fields}, key=key, mode=mode)
    every = {name: target("char", name) for name in spec.fields}
    given = {name: target(attributes.pop("type"), name, **attributes) for name, attributes in known.items()}
    return [(misfit.at, misfit.message) for misfit in misfits(spec, every | given)]


@pytest.mark.parametrize("mode", ["create", "upsert", "mirror"])
@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("path", {"type": "char", **COMPUTED}),
        ("label", {"type": "char", "readonly": True, "store": False, "searchable": True}),
        ("owner", {"type": "char", "readonly": True, "related": "parent_id.owner"}),
        ("id", {"type": "integer", "readonly": True}),
        ("display_name", {"type": "char", "readonly": True, "store": False, "searchable": True}),
        ("create_uid", {"type": "many2one", "relation": "res.users", "readonly": True}),
        ("parent_path", {"type": "char"}),
    ],
)
def test_a_key_that_odoo_fills_itself_is_refused(mode, name, attributes):
    """A new record does not keep it, so that each run would create one more."""
    field = {"column": "c", "lookup": {"by": "id"}} if name == "create_uid" else "c"
    ((at, message),) = found({name: field}, ["ref", name], mode=mode, **{name: dict(attributes)})
    assert (at, message.startswith(f"the key field `{name}` is filled by Odoo itself")) == (("target", "key", 1), True)


@pytest.mark.parametrize("name", ["id", "path"])
def test_a_mode_that_creates_nothing_finds_by_what_odoo_fills(name):
    """As long as it can be searched."""
    attributes = {"type": "integer", "readonly": True} if name == "id" else {"type": "char", **COMPUTED}
    assert found({name: "c"}, name, mode="update", **{name: attributes}) == []


@pytest.mark.parametrize(
    ("attributes", "says"),
    [
        ({"type": "float"}, "is a float field without fixed digits, which has no exact values"),
        ({"type": "html"}, "has no exact values"),
        ({"type": "properties"}, "has no exact values"),
        ({"type": "json"}, "has no exact values"),
        ({"type": "char", "store": False}, "cannot be searched"),
    ],
)
@pytest.mark.parametrize("mode", ["upsert", "update"])
def test_a_key_that_finds_nothing_is_refused(attributes, says, mode):
    """Whatever the mode."""
    ((at, message),) = found({"code": "c"}, ["code"], mode=mode, code=dict(attributes))
    assert (at, says in message) == (("target", "key", 0), True)


@pytest.mark.parametrize("name", ["create_date", "write_date"])
def test_time_stamps_of_odoo_are_no_keys(name):
    """They have microseconds that the API does not tell."""
    attributes = {"type": "datetime", "readonly": True}
    ((at, message),) = found({name: "c"}, name, mode="update", **{name: attributes})
    assert (at, "time stamp" in message) == (("target", "key", 0), True)


@pytest.mark.parametrize("attributes", [{"readonly": True}, {"depends": ["a_id.code"], "readonly": False}, {}])
def test_what_may_keep_what_is_written_is_a_key(attributes):
    """Read-only alone is a matter of forms, and an editable computed field keeps what a new record is given."""
    assert found({}, ref={"type": "char", **attributes}) == []


@pytest.mark.parametrize("origin", [{"column": "no"}, {"expr": "no"}, {"column": "no", "default": 3}])
@pytest.mark.parametrize("kind", ["many2one", "many2many", "reference", "many2one_reference"])
def test_what_a_source_holds_is_no_database_id(kind, origin):
    """Unless the job says so."""
    field = {"type": kind, "relation": "res.country"}
    ((at, message),) = found({"link": origin}, link=field)
    assert (at, "never taken for a database id" in message) == (("fields", "link"), True)


@pytest.mark.parametrize("kind", ["many2one", "many2many"])
@pytest.mark.parametrize(
    "field",
    [
        BY_ID,
        {"column": "no", "lookup": {"model": "res.country", "by": "code"}},
        {"value": 3},
        {"value": None},
        {"column": "kind", "map": {"a": 3}},
    ],
)
def test_ids_are_taken_where_the_job_says_so(kind, field):
    """By a lookup, or because they stand in the job itself."""
    assert found({"link": field}, link={"type": kind, "relation": "res.country"}) == []


@pytest.mark.parametrize("kind", ["many2one_reference", "reference", "integer"])
def test_a_field_without_a_model_needs_one_in_its_lookup(kind):
    """Where else should the ids be looked for."""
    assert [at for at, _ in found({"link": BY_ID}, link={"type": kind})] == [("fields", "link", "lookup")]
    named = {"column": "no", "lookup": {"model": "res.partner", "by": "id"}}
    assert found({"link": named}, link={"type": kind}) == []


def test_an_id_that_is_no_key_is_refused():
    """Odoo would take no notice of it."""
    assert [at for at, _ in found({"id": "no"}, id={"type": "integer"})] == [("fields", "id")]


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        (
            "many2one",
            "`lookup: {model: res.country, by: name}`, or by whatever field holds the values; `lookup: {by: id}`",
        ),
        (
            "many2many",
            "`lookup: {model: res.country, by: name}`, or by whatever field holds the values; `lookup: {by: id}`",
        ),
        ("reference", "`lookup: {model: res.partner, by: id}`"),
        ("many2one_reference", "`lookup: {model: res.partner, by: id}`"),
    ],
)
def test_the_way_out_names_the_model_where_the_field_knows_it(kind, hint):
    """Else the job must."""
    fields = {"ref": target("char", "ref"), "link": target(kind, "link", relation="res.country")}
    [misfit] = misfits(job_spec({"ref": "ref", "link": "no"}), fields)
    assert misfit.hint == f"{hint} where they are ids of this very database"


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"type": "char"}, "`x` of res.partner is not translated"),
        ({"type": "html", "translate": True}, "term by term"),
        ({"type": "char", "translate": True}, ""),
        ({"type": "text", "translate": True}, ""),
    ],
)
def test_translations_of_what_has_no_whole_text_for_each_language(attributes, words):
    """One value for all, or one layout with terms."""
    misfit = found({"x": {"column": "x", "translations": {"fr_FR": "y"}}}, x=attributes)
    assert [at for at, message in misfit if words in message] == ([("fields", "x", "translations")] if words else [])
    assert len(misfit) == bool(words)


def test_the_bytes_of_an_attachment_are_written_as_base64():
    """`raw` would keep the base64 itself; in other models it is a field like any other."""
    fields = {"name": target("char", "name"), "raw": target("binary", "raw"), "datas": target("binary", "datas")}
    spec = job_spec(dict.fromkeys(fields, "a"), model="ir.attachment", key="name")
    assert [(one.at, one.hint) for one in misfits(spec, fields)] == [
        (("fields", "raw"), "map `datas`, which is the same content")
    ]
    assert misfits(job_spec(dict.fromkeys(fields, "a"), model="x.scan", key="name"), fields) == []


TAGS = {"model": "res.partner.category", "by": "name"}
ONE_TAG = {"type": "many2one", "relation": "res.partner.category"}


@pytest.mark.parametrize(
    ("attributes", "field", "at", "says"),
    [
        ({"type": "one2many", "relation": "res.partner"}, {}, (), "which cannot be mapped"),
        ({"type": "char", "readonly": True, "store": False}, {}, (), "is computed and cannot be written"),
        ({"type": "char"}, {"type": "html"}, ("type",), "`type: html` is for HTML fields"),
        ({"type": "char"}, {"type": "url"}, ("type",), "is for files and images"),
        ({"type": "integer"}, {"type": "date"}, ("type",), "`type: date` does not become an integer field"),
        ({"type": "char"}, {"timezone": "Asia/Tokyo"}, ("timezone",), "`timezone` is for dates"),
        ({"type": "char"}, {"lookup": TAGS}, ("lookup",), "refers to no record"),
        ({**ONE_TAG, "relation": "m"}, {"lookup": TAGS}, ("lookup", "model"), "refers to m, not to res.partner"),
        (ONE_TAG, {"lookup": TAGS, "split": "|"}, ("split",), "needs a many2many"),
        (ONE_TAG, {"lookup": TAGS, "command": "add"}, ("command",), "needs a many2many"),
        (
            {**ONE_TAG, "type": "many2many"},
            {"split": "|", "lookup": {**TAGS, "by": "child_ids.name", "exactly": True}},
            ("lookup",),
            "`exactly` finds one record",
        ),
    ],
)
def test_a_field_that_cannot_do_what_the_job_says(attributes, field, at, says):
    """A run refuses it as `validate --online` does: else a key would do nothing, or ids be those of other records."""
    ((place, message),) = found({"x": {"column": "x", **field}}, x=dict(attributes))
    assert (place, says in message) == (("fields", "x", *at), True), message


@pytest.mark.parametrize("name", ["create_date", "write_uid", "display_name"])
def test_what_odoo_fills_itself_is_not_mapped(name):
    """Odoo ignores what is written there, or refuses it."""
    ((at, message),) = found({name: {"value": 1}}, **{name: {"type": "integer"}})
    assert (at, message) == (("fields", name), f"`{name}` of res.partner is Odoo's own and cannot be written")
