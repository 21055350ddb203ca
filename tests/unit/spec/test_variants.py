"""Values of a field in other languages: what may be said of them, and what they take over from the field."""

from __future__ import annotations

import pytest

from tests.builders import field_spec, job_spec
from tests.unit.spec.conftest import job_text

WRONG = [
    ("{column: a, translations: {French: b}}", ".translations.French", "as Odoo writes it, such as de_DE"),
    ("{column: a, translations: {fr_FR: }}", ".translations.fr_FR", "names no column"),
    ("{column: a, translations: {fr_FR: {empty: skip}}}", ".translations.fr_FR", "says not where its value comes from"),
    ("{column: a, translations: {fr_FR: {column: b, expr: b}}}", ".translations.fr_FR.expr", "one origin"),
    ("{column: a, translations: {fr_FR: {column: b, required: true}}}", ".translations.fr_FR.required", "unknown key"),
    (
        "{column: a, translations: {fr_FR: {column: b, transform: upppercase}}}",
        ".translations.fr_FR.transform",
        "one of",
    ),
    ("{column: a, type: integer, translations: {fr_FR: b}}", ".translations", "`type: integer` is none"),
    ("{column: a, labels: de_DE, translations: {fr_FR: b}}", ".translations", "`labels` has no place"),
    ("{column: a, translations: {en_US: b}}", ".translations.en_US", "the job's own language"),
    ("{column: a, companies: {NL: b}, translations: {fr_FR: b}}", ".companies", "no field of Odoo has both"),
    ("{column: a, companies: {NL: {columns: [b, c]}}}", ".companies.NL.columns", "only makes sense with `lookup`"),
    ("{column: a, companies: {NL: {lookup: x, column: a}}}", ".companies.NL.lookup", "unknown key"),
    (
        "{column: a, companies: {NL: b}, lookup: {model: res.country, by: code, on_missing: create}}",
        ".companies",
        "the job's own company",
    ),
    ("{column: a, translations: [fr_FR]}", ".translations", "must be a mapping"),
]


@pytest.mark.parametrize(("field", "path", "words"), WRONG)
def test_translations_that_are_wrong(problems, field, path, words):
    """Each mistake is one problem at the key at fault."""
    ((found, message, _),) = problems(job_text(fields=f"{{ref: no, x: {field}}}"))
    assert found == f"fields.x{path}"
    assert words in message


def test_a_translation_is_as_the_field_unless_it_says_otherwise():
    """Default and required are about the own text alone."""
    field = field_spec(
        transform="strip",
        default="none",
        empty="clear",
        translations={"fr_FR": "name_fr", "de_DE": {"expr": "a ~ b", "empty": "skip", "transform": "lower"}},
    )
    french, german = field.in_languages["fr_FR"], field.in_languages["de_DE"]
    assert (french.column, french.transform, french.empty, french.has_default) == (
        "name_fr",
        ("strip",),
        "clear",
        False,
    )
    assert (german.column, german.expr, german.transform, german.empty) == (None, "a ~ b", ("lower",), "skip")


def test_another_company_is_looked_up_as_the_field_says():
    """By its own columns."""
    lookup = {"model": "res.country.state", "by": ["code", "country_id.code"]}
    field = field_spec(
        columns=["a", "b"], lookup=lookup, companies={"NL": {"columns": ["c", "d"]}, "3": {"columns": ["e", "f"]}}
    )
    dutch = field.in_companies["NL"]
    assert (dutch.columns, dutch.lookup, dutch.column) == (("c", "d"), field.lookup, None)


@pytest.mark.parametrize(("company", "known"), [(3, "3"), ("3", "3"), ("My Company (NL)", "My Company (NL)")])
def test_a_company_is_named_by_text_or_number(company, known):
    """As YAML gives it."""
    assert job_spec({"ref": "ref"}, company=company).target.company == known


def test_one_company_for_every_call(problems):
    """Not two."""
    text = job_text().replace("key: ref", "key: ref, company: NL, context: {allowed_company_ids: [3]}")
    ((found, message, _),) = problems(text)
    assert (found, "each says the company" in message) == ("target.company", True)


def test_the_jobs_own_language():
    """The context says it; English else."""
    field = {"ref": "ref", "name": {"column": "name", "translations": {"de_DE": "name_de"}}}
    assert job_spec(field).language == "en_US"
    assert job_spec(field, context={"lang": "fr_FR"}).language == "fr_FR"
    assert (job_spec(field).has_variants, job_spec({"ref": "ref"}).has_variants) == (True, False)
