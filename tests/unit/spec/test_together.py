"""What a job whose rows are written together can say."""

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import load_project
from tests.unit.spec.conftest import job_text

LOOKUP = "{column: e, lookup: {model: res.partner, by: ref"


def text(fields: str, together: str = "parent_id", target: str = "{model: res.partner, key: ref}") -> str:
    """A job by these groups."""
    return job_text(fields=f"{{ref: customer_no, {fields}}}", target=target, load=f"{{together: {together}}}")


def test_groups_by_one_field_or_several_are_valid(make_project):
    """A name alone is a list of one."""
    jobs = load_project(
        make_project(partners=text("parent_id: " + LOOKUP + "}}, lang: l", "[parent_id, lang]")), {}
    ).jobs
    assert jobs["partners"].spec.load.together == ("parent_id", "lang")


@pytest.mark.parametrize(
    ("fields", "together", "path", "message"),
    [
        ("lang: l", "lange", "load.together", "`lange` is not in `fields`"),
        ("lang: l", "[lang, lang]", "load.together[1]", "`lang` stands there twice"),
        (
            "parent_id: {column: e, split: '|', lookup: {model: res.partner, by: ref}}",
            "parent_id",
            "fields.parent_id.split",
            "a field of `load.together` holds one value, so it cannot have `split`",
        ),
        (
            f"parent_id: {LOOKUP}, on_missing: empty}}}}",
            "parent_id",
            "fields.parent_id.lookup.on_missing",
            "rows with different missing records would become one group",
        ),
        (
            f"lang: l, parent_id: {LOOKUP}, on_missing: defer}}}}",
            "lang",
            "fields.parent_id.lookup.on_missing",
            "what waits for other rows is written in a second call, and `load.together` promises one",
        ),
        (
            "lang: l, name: {column: n, translations: {fr_FR: f}}",
            "lang",
            "fields.name.translations",
            "`translations` take a call each, and `load.together` promises one",
        ),
    ],
)
def test_what_takes_a_second_call_is_refused(problems, fields, together, path, message):
    """Before anything is read, at its place."""
    assert [(at, why) for at, why, _ in problems(text(fields, together))] == [(path, message)]


def test_external_ids_for_records_that_a_key_finds_are_refused(problems):
    """They are given in a call of their own."""
    target = '{model: res.partner, key: ref, external_id: "x.p_{customer_no}"}'
    ((at, why, _),) = problems(text("lang: l", "lang", target))
    assert (at, why) == (
        "target.external_id",
        "giving external ids to records that their key finds takes a call of its own, `load.together` one",
    )


def test_defaults_of_a_project_make_no_groups(make_project):
    """They lie under jobs with other fields."""
    project = "connections: {main: {url: sandbox}}\ndefaults: {load: {together: lang}}\n"
    with pytest.raises(SpecError, match="`together` names fields of one job"):
        load_project(make_project(project=project, partners=job_text()), {})
