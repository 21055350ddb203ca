"""`odoo-etl schema` through the command line."""

import json

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app
from odoo_etl.reporting.schemas import alerts_schema, events_schema, results_schema
from odoo_etl.spec.json_schema import json_schema


@pytest.mark.parametrize(
    ("args", "kind"), [([], "job"), (["job"], "job"), (["project"], "project"), (["tests"], "tests")]
)
def test_schema_is_printed(args, kind):
    """A job's schema unless the project's is asked for."""
    result = CliRunner().invoke(app, ["schema", *args])
    assert (result.exit_code, json.loads(result.stdout)) == (0, json_schema(kind))


@pytest.mark.parametrize(
    ("kind", "schema"), [("results", results_schema), ("events", events_schema), ("alerts", alerts_schema)]
)
def test_schemas_of_what_a_run_leaves(kind, schema):
    """For programs that read it."""
    result = CliRunner().invoke(app, ["schema", kind])
    assert (result.exit_code, json.loads(result.stdout)) == (0, schema())


def test_unknown_kind_is_bad_usage():
    """There are six kinds of files."""
    assert CliRunner().invoke(app, ["schema", "row"]).exit_code == 2


@pytest.fixture
def pull(tmp_path):
    """A function that pulls models in a project with one job on the embedded sandbox."""
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "project.yaml").write_text("connections: {main: {url: sandbox}, other: {url: sandbox}}\n")
    (folder / "tags.yaml").write_text(
        "version: 1\njob: tags\nsource: {type: csv, path: x}\n"
        "target: {model: res.partner.category, key: name}\nfields: {name: n}\n"
    )
    return lambda *arguments: CliRunner().invoke(app, ["schema", "pull", "--project", str(tmp_path), *arguments])


def test_the_models_of_the_jobs_are_pulled(pull, tmp_path):
    """Without a word; again it is the same file."""
    done = pull()
    path = tmp_path / "pipelines/schema/res.partner.category.json"
    first = path.read_bytes()
    assert (done.exit_code, [one.name for one in path.parent.iterdir()]) == (0, [path.name])
    assert "fields of res.partner.category, as Odoo 19.0 has them" in done.stdout
    assert (pull().exit_code, path.read_bytes()) == (0, first)


def test_models_that_are_named_are_pulled(pull, tmp_path):
    """Those that the server lacks are told; a job that is wrong is no hindrance."""
    (tmp_path / "pipelines/bad.yaml").write_text("a: b\n")
    done = pull("res.country", "no.model")
    assert (done.exit_code, (tmp_path / "pipelines/schema/res.country.json").is_file()) == (2, True)
    assert "no model no.model" in done.stderr


def test_a_connection_without_a_job_needs_names(pull):
    """Nothing was asked for."""
    done = pull("--connection", "other")
    assert (done.exit_code, "name the models" in done.stderr) == (2, True)
