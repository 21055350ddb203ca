"""Jobs are held against snapshots as against a server."""

from __future__ import annotations

import pytest

from odoo_etl.checks import check_offline
from odoo_etl.snapshots import Snapshot, write_snapshot
from odoo_etl.spec import load_project

PARTNER = {
    "ref": {"type": "char", "searchable": True, "store": True},
    "name": {"type": "char", "required": True, "searchable": True, "store": True},
    "kind": {"type": "selection", "selection": [["a", "A"]], "searchable": True, "store": True},
    "comment": {"type": "html", "store": True},
    "country_id": {"type": "many2one", "relation": "res.country", "searchable": True, "store": True},
}
COUNTRY = {"code": {"type": "char", "searchable": True, "store": True}}
HEAD = "version: 1\njob: partners\nsource: {type: csv, path: ../rows.csv}\ntarget: {model: res.partner, key: ref}\n"


@pytest.fixture
def checked(tmp_path):
    """A function that checks a job with these fields against the snapshots that are given."""

    def check(fields, **snapshots):
        folder = tmp_path / "pipelines"
        folder.mkdir()
        (folder / "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
        (folder / "partners.yaml").write_text(f"{HEAD}fields:\n{fields}")
        if not (tmp_path / "rows.csv").exists():
            (tmp_path / "rows.csv").write_text("r,n,m,c\n")
        for model, known in snapshots.items():
            write_snapshot(folder / "schema", Snapshot(model.replace("_", "."), "19.0", known))
        project = load_project(tmp_path, {})
        return check_offline(project, list(project.jobs.values()))

    return check


def test_faults_are_told_with_their_places(checked):
    """Unknown fields, choices, fields that lookups search by, relations, required ones."""
    found = checked(
        "  ref: r\n  nam: n\n  kind: {value: b}\n  country_id: {column: c, lookup: {model: res.country, by: cod}}\n",
        res_partner=PARTNER,
        res_country=COUNTRY,
    )
    assert [(one.line, one.path, one.message) for one in found.problems] == [
        (7, "fields.nam", "res.partner has no field `nam`"),
        (8, "fields.kind.value", "'b' is not among the field's values"),
        (9, "fields.country_id.lookup.by", "res.country has no field `cod`"),
        (5, "fields", "res.partner requires `name`, which the job does not map and Odoo has no default for"),
    ]


def test_values_by_company_need_a_field_that_has_them(checked):
    """As a run would say."""
    found = checked("  ref: r\n  name: {column: n, companies: {B: m}}\n", res_partner=PARTNER)
    assert [one.message for one in found.problems] == ["`name` of res.partner has one value for all companies"]


def test_a_model_without_a_snapshot_changes_nothing(checked):
    """Neither as a target nor as the model of a lookup."""
    lookup = "  ref: r\n  name: n\n  country_id: {column: c, lookup: {model: res.country, by: cod}}\n"
    found = checked(lookup, res_partner=PARTNER)
    assert (found.problems, found.warnings) == ((), ())
    assert found.note == (
        "fields of res.partner are checked against schema/ (Odoo 19.0); there is no snapshot of res.country"
    )


def test_a_target_without_a_snapshot_changes_nothing(checked):
    """The model of its lookup is known, and looked at."""
    found = checked(
        "  ref: r\n  nam: n\n  country_id: {column: c, lookup: {model: res.country, by: cod}}\n", res_country=COUNTRY
    )
    assert [one.message for one in found.problems] == ["res.country has no field `cod`"]


def test_without_snapshots_nothing_is_said(checked):
    """Nor looked at."""
    found = checked("  ref: r\n  nam: n\n")
    assert (found.problems, found.warnings, found.note) == ((), (), "")


def test_the_first_rows_are_looked_at(checked, tmp_path):
    """Once the types of the fields are known."""
    (tmp_path / "rows.csv").write_text("r,n,c\n1,A,<p>x</p>\n")
    found = checked("  ref: r\n  name: n\n  comment: c\n", res_partner=PARTNER)
    assert [one.message[:38] for one in found.warnings] == ["of the first rows, 1 cell looks like H"]
