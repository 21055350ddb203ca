"""The use case `inspect` on the sandbox and on snapshots."""

import pytest
from typer.testing import CliRunner

from odoo_etl import inspect
from odoo_etl.cli.main import app
from odoo_etl.errors import SpecError, UsageError


@pytest.fixture
def pulled(shop):
    """A project with the snapshot of a model."""
    done = CliRunner().invoke(app, ["schema", "pull", "res.country", "--project", str(shop.root)])
    assert done.exit_code == 0
    return shop


def test_a_model_is_described(shop):
    """With the rights of the user, and what is required."""
    report = inspect(shop.use(), "res.partner.category", key="name")
    fields = {one.name: one for one in report.fields}
    assert (report.origin, report.version, report.every) == ("SANDBOX, database sandbox", "19.0", len(fields))
    assert set(report.rights.values()) == {True}
    assert (fields["name"].required, fields["parent_id"].relation) == (True, "res.partner.category")
    assert (report.key.fields, report.key.is_unique) == (("name",), True)


def test_a_misspelt_model_comes_with_the_nearest(shop):
    """Also where the server does not tell its models."""
    with pytest.raises(UsageError, match=r"no model res\.partnr; did you mean res\.partner \(Contact\)"):
        inspect(shop.use(), "res.partnr")


def test_a_snapshot_stands_in_for_a_server(pulled):
    """Where none is named, or none is wanted; it knows of no records."""
    online = inspect(pulled.use(), "res.country")
    offline = inspect(pulled.use(), "res.country", offline=True, key=["code"])
    assert [one.name for one in offline.fields] == [one.name for one in online.fields]
    assert (offline.origin.endswith("schema/res.country.json"), offline.key, offline.rights) == (True, None, {})
    assert "not looked at" in offline.notes[0]
    pulled.write("pipelines/project.yaml", "connections: {main: {url: '${NOWHERE}'}}\n")
    assert "no server was asked: " in inspect(pulled.use(), "res.country").notes[0]
    with pytest.raises(SpecError, match="NOWHERE"):  # there is no snapshot of it
        inspect(pulled.use(), "res.partner")


def test_offline_says_what_is_missing(pulled):
    """The snapshot, or the field of a key."""
    with pytest.raises(UsageError, match=r"no snapshot of the model res\.countri; did you mean res\.country"):
        inspect(pulled.use(), "res.countri", offline=True)
    with pytest.raises(SpecError, match="no field `cod`"):
        inspect(pulled.use(), "res.country", key="cod", offline=True)
