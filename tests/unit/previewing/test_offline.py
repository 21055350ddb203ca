"""The first rows of a job as far as they are known without a server."""

from __future__ import annotations

from odoo_etl.previewing import preview_offline
from odoo_etl.snapshots import Snapshot
from tests.builders import ListSource, job_spec
from tests.memory_models import MODELS
from tests.unit.previewing.conftest import fields_of

COLUMNS = ["ref", "name", "country", "weight", "lang"]
FIELDS = {
    "ref": "ref",
    "name": {"column": "name", "required": True},
    "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
    "weight": {"column": "weight", "type": "decimal", "decimal": ","},
    "lang": "lang",
}
ROWS = [("a", "A", "DE", "1,5", "en_US"), ("b", "", "", "x", "xx_XX"), "rubbish"]


def snapshots(*models):
    """As `schema pull` would keep them."""
    return {model: Snapshot(model, "19.0", MODELS[model]) for model in models}


def look(*models, spec=None, rows=20):
    """The preview of the rows."""
    return preview_offline(spec or job_spec(FIELDS), ListSource(COLUMNS, ROWS), rows, snapshots(*models))


def test_values_are_typed_by_snapshots():
    """Lookups are asked of nobody; flaws of mapping stand at their fields."""
    shown = look("res.partner", "res.country")
    first = fields_of(shown)
    assert (first["weight"].value, first["country_id"].asked) == (1.5, ("res.country with code = 'DE'",))
    assert {path: one.flaws[0].code for path, one in fields_of(shown, 1).items() if one.flaws} == {
        "name": "required",
        "weight": "bad_number",
        "lang": "bad_selection",
    }
    assert [one.fate for one in shown.records] == ["unknown", "reject", "reject"]
    assert (shown.destination, shown.notes, shown.exit_code, shown.read) == ("", (), 3, 3)


def test_without_a_snapshot_fields_are_texts():
    """And it says so."""
    shown = look(rows=1)
    assert fields_of(shown)["weight"].value == "1.5"
    assert "there is no snapshot of res.partner, res.country" in shown.notes[0]
    assert len(shown.records) == 1
    assert "no snapshot of res.country:" in look("res.partner").notes[0]


def test_companies_and_lines_are_mapped_too():
    """Under the names that the job gives them."""
    fields = {
        "code": "ref",
        "cost": {"column": "weight", "type": "decimal", "decimal": ",", "companies": {"B": "lang"}},
    }
    lines = {"line_ids": {"key": "sequence", "fields": {"sequence": {"column": "country"}, "name": "name"}}}
    spec = job_spec(fields, model="mrp.bom", key="code", lines=lines)
    rows = ListSource(COLUMNS, [("a", "Top", "1", "1,5", "2,5")])
    shown = preview_offline(spec, rows, 5, snapshots("mrp.bom", "mrp.bom.line"))
    values = {path: (one.cells, one.value) for path, one in fields_of(shown).items()}
    assert values["cost@B"] == ({"lang": "2,5"}, 2.5)
    assert values["line_ids[1].name"] == ({"name": "Top"}, "Top")


def test_a_source_that_cannot_be_read_is_told():
    """With its exit code."""
    shown = preview_offline(job_spec(FIELDS), ListSource(["ref"], []), 5, {})
    assert (shown.exit_code, "lacks the column" in shown.error) == (1, True)
