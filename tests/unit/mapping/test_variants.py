"""Rows to values in other languages."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Mapper, Row, Variant, used_columns
from tests.builders import find_field, job_spec, target

FRENCH, GERMAN = Variant("fr_FR"), Variant("de_DE")
FIELDS = {"ref": target("char", "ref"), "name": target("char", "name"), "note": target("text", "note")}


def records(fields, columns):
    """The records and rejects of rows that are given column by column."""
    spec = job_spec({"ref": "ref", **fields})
    mapper = Mapper(spec, {name: FIELDS[name] for name in spec.fields}, lambda *_: FIELDS["ref"])
    count = len(columns["ref"])
    rows = [Row(number + 2, "", (), number) for number in range(count)]
    return mapper.records(columns, rows)


def variants(mapped):
    """The values in each language, row by row."""
    return [{one.variant.language: one.values for one in record.variants} for record in mapped.records]


def test_each_language_has_its_values():
    """Those of one language stand together; what is skipped is left out."""
    name = {"column": "name", "translations": {"fr_FR": "fr", "de_DE": {"column": "de", "transform": "strip"}}}
    note = {"column": "note", "translations": {"fr_FR": {"value": "Rien"}}}
    columns = {"ref": ["a", "b"], "name": ["A", "B"], "fr": ["FA", ""], "de": [" DA ", "DB"], "note": ["", "N"]}
    assert variants(records({"name": name, "note": note}, columns)) == [
        {"fr_FR": {"name": "FA", "note": "Rien"}, "de_DE": {"name": "DA"}},
        {"fr_FR": {"note": "Rien"}, "de_DE": {"name": "DB"}},
    ]


def test_a_translation_may_be_emptied():
    """Whether or not the row brings the own text, which is to show then."""
    name = {"column": "name", "translations": {"fr_FR": {"column": "fr", "empty": "clear"}}}
    columns = {"ref": ["a", "b"], "name": ["A", ""], "fr": ["", ""]}
    assert variants(records({"name": name}, columns)) == [{"fr_FR": {"name": False}}] * 2


def test_no_translation_of_an_empty_text():
    """Odoo keeps none: the row says what cannot be."""
    name = {"column": "name", "empty": "clear", "translations": {"fr_FR": "fr"}}
    mapped = records({"name": name}, {"ref": ["a", "b"], "name": ["", ""], "fr": ["F", ""]})
    ((flaw,),) = [one.flaws for one in mapped.rejects]
    assert (flaw.code, flaw.field) == ("translation_alone", "name@fr_FR")
    assert variants(mapped) == [{"fr_FR": {"name": False}}]


@pytest.mark.parametrize(("translation", "code"), [("bad\0", "bad_text"), ("", "required")])
def test_flaws_name_the_language(translation, code):
    """Beside those of the own values."""
    name = {"column": "name", "required": True, "translations": {"fr_FR": {"column": "fr", "empty": "reject"}}}
    mapped = records({"name": name}, {"ref": ["a"], "name": [""], "fr": [translation]})
    (reject,) = mapped.rejects
    assert [(one.code, one.field) for one in reject.flaws] == [("required", "name"), (code, "name@fr_FR")]


def test_the_columns_of_translations_are_used():
    """A source that lacks one is refused, with the field that reads it."""
    name = {"column": "name", "translations": {"fr_FR": "fr", "de_DE": {"expr": "de ~ name"}}}
    used = used_columns(job_spec({"ref": "ref", "name": name}))
    assert used == {"ref": ["ref"], "name": ["name", "name@de_DE"], "fr": ["name@fr_FR"], "de": ["name@de_DE"]}


def test_another_company_is_asked_for_its_records():
    """Whatever lookup finds them."""
    lookups = [{"model": "res.country", "by": "code"}, {"model": "res.country", "by": "name"}]
    country = {"column": "own", "lookup": lookups, "companies": {"NL": "nl"}}
    spec = job_spec({"ref": "ref", "country_id": country})
    fields = {"ref": FIELDS["ref"], "country_id": target("many2one", "country_id", relation="res.country")}
    mapper = Mapper(spec, fields, find_field, {"NL": 3})
    row = Row(2, "", (), 0)
    (record,) = mapper.records({"ref": ["a"], "own": ["DE"], "nl": ["BE"]}, [row]).records
    own, ((variant, values),) = record.values["country_id"], record.variants
    theirs = values["country_id"]
    assert (str(variant), mapper.paths["country_id@company:3"].name) == ("company:3", "country_id")
    assert [one.lookup.company for one in (own, own.then, theirs, theirs.then)] == [0, 0, 3, 3]


def test_a_company_has_no_value_where_the_cell_is_cleared():
    """Unlike a language, which shows the own text then."""
    note = {"column": "note", "companies": {"NL": {"column": "nl", "empty": "clear"}}}
    spec = job_spec({"ref": "ref", "note": note})
    mapper = Mapper(spec, {name: FIELDS[name] for name in spec.fields}, find_field, {"NL": 3})
    (record,) = mapper.records({"ref": ["a"], "note": ["N"], "nl": [""]}, [Row(2, "", (), 0)]).records
    assert [one.values for one in record.variants] == [{"note": False}]
    assert used_columns(spec)["nl"] == ["note@NL"]
