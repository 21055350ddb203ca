"""`odoo-etl schema` through the command line."""

import json

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app
from odoo_etl.spec.json_schema import json_schema


@pytest.mark.parametrize(("args", "kind"), [([], "job"), (["job"], "job"), (["project"], "project")])
def test_schema_is_printed(args, kind):
    """A job's schema unless the project's is asked for."""
    result = CliRunner().invoke(app, ["schema", *args])
    assert (result.exit_code, json.loads(result.stdout)) == (0, json_schema(kind))


def test_unknown_kind_is_bad_usage():
    """There are two kinds of files."""
    assert CliRunner().invoke(app, ["schema", "row"]).exit_code == 2
