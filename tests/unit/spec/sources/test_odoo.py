"""The keys of a source that is another Odoo."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import ConnectionSpec, OdooSource, Server, load_project
from tests.unit.spec.conftest import job_text

SOURCE = "{type: odoo, connection: old, model: res.partner, fields: [id, name]}"
PROJECT = """\
connections:
  main: {url: sandbox}
  old: {url: "https://old.example.com", db: old, api_key: "s3cret-key-of-old"}
environments:
  test: {connections: {old: {url: "https://test.example.com"}}}
"""


def loaded(make_project, source=SOURCE, project=PROJECT, **choice):
    """The source of the only job."""
    root = make_project(project=project, partners=job_text(source=source, fields="{ref: name}"))
    return load_project(root, {}, **choice).jobs["partners"].spec.source


def test_the_project_says_where_the_connection_leads(make_project, tmp_path):
    """With its login, and the folder that a sandbox keeps its records in."""
    server = loaded(make_project).server
    assert (server.connection.url, server.connection.db) == ("https://old.example.com", "old")
    assert server.state_dir == tmp_path / ".odoo_etl"


def test_an_environment_says_it_otherwise(make_project):
    """As for the connection of a target."""
    from odoo_etl.spec import Choice

    source = loaded(make_project, choice=Choice(environment="test"))
    assert source.server.connection.url == "https://test.example.com"


def test_another_connection_to_write_to_is_none_to_read_from(make_project):
    """`--connection` is for targets."""
    from odoo_etl.spec import Choice

    assert loaded(make_project, choice=Choice(connection="main")).server.connection.db == "old"


def test_a_connection_that_lacks_a_variable_has_its_problem(make_project):
    """Who does not read from it need not care."""
    project = 'connections: {main: {url: sandbox}, old: {url: "${OLD_URL}", db: x, api_key: k}}\n'
    server = loaded(make_project, project=project).server
    assert server.connection is None
    assert "OLD_URL" in str(server.problems[0])


def test_a_connection_that_is_not_there(problems):
    """Is told where the source names it."""
    text = job_text(source=SOURCE.replace("old", "mian"), fields="{ref: name}")
    assert problems(text) == [("source.connection", "project.yaml has no connection `mian`", "did you mean `main`?")]


def test_sources_of_lines_are_bound_as_well(make_project):
    """Each to its own."""
    lines = f"lines: {{child_ids: {{key: ref, source: {SOURCE}, match: {{name: name}}, fields: {{ref: id}}}}}}\n"
    text = job_text(source=SOURCE, fields="{ref: name}", extra=lines)
    job = load_project(make_project(project=PROJECT, partners=text), {}).jobs["partners"].spec
    assert [one.server.connection.db for one in job.every_source] == ["old", "old"]


def test_the_login_is_no_part_of_what_is_kept_or_shown(make_project):
    """A pickle has it: workers read with it."""
    source = loaded(make_project)
    assert "s3cret" not in repr(source)
    assert "s3cret" not in source.model_dump_json()
    assert pickle.loads(pickle.dumps(source)).server.connection.api_key.get_secret_value() == "s3cret-key-of-old"


def test_nobody_can_write_the_server_into_a_job(problems):
    """It is no key."""
    found = problems(job_text(source=SOURCE[:-1].replace("old", "main") + ", server: x}", fields="{ref: name}"))
    assert [(path, message) for path, message, _ in found] == [("source.server", "unknown key")]


def test_a_source_is_bound_without_changing_the_other():
    """They are values."""
    source = OdooSource(type="odoo", connection="old", model="res.partner", fields=["id"])
    bound = source.on(Server(ConnectionSpec(url="sandbox"), Path()))
    assert (source.server, bound.server.connection.url) == (None, "sandbox")
    assert bound.model_copy(update={"archived": True}).server is bound.server


@pytest.mark.parametrize(
    ("keys", "path", "message"),
    [
        ("fields: []", "source.fields", "at least 1"),
        ("fields: [id, id]", "source.fields", "names id twice"),
        ("fields: [id, 3]", "source.fields", "list of fields"),
        ("fields: {x: a.b.}", "source.fields.x", "fields joined by dots"),
        ("fields: {x: {field: a, when: {}}}", "source.fields.x.when", "missing"),
        ("fields: {x: {field: a, when: {source.version: newer}}}", "source.fields.x.when", "major versions"),
        ("fields: {x: {field: a, when: {version: 17}}}", "source.fields.x.when.version", "unknown key"),
        ("fields: {x: []}", "source.fields.x", "at least 1"),
        ("fields: [id], company: X, context: {allowed_company_ids: [1]}", "source.company", "each says the same"),
        ("fields: [id], archived: true, context: {active_test: false}", "source.archived", "each says the same"),
        ("fields: [id], lines: {id: {fields: [name]}}", "source.fields", "called as the lines of `id`"),
        ("fields: {a.b: x}, lines: {a: {fields: [name]}}", "source.fields.a.b", "called as the lines of `a`"),
        ("fields: [id], domain: [[id]]", "source.domain", "field, operator, value"),
        ("fields: [id], incremental: {cursor: write_date}, min_rows: 5", "source.min_rows", "counts all rows"),
        ("fields: {write_date: name}, incremental: {cursor: write_date}", "source.fields.write_date", "something else"),
    ],
)
def test_keys_that_do_not_fit(problems, keys, path, message):
    """Each is told with its place."""
    text = job_text(source=f"{{type: odoo, connection: main, model: res.partner, {keys}}}", fields="{ref: name}")
    found = problems(text)
    assert any(at.startswith(path) and message in said for at, said, _ in found), found


def test_lines_of_records_that_changed_are_whole(make_project):
    """So that those which are lost may go, and that they need no key."""
    source = SOURCE[:-1] + ", lines: {child_ids: {fields: [name]}}, incremental: {cursor: write_date}}"
    lines = "lines: {child_ids: {rest: remove, fields: {name: child_ids.name}}}\n"
    text = job_text(source=source, fields="{ref: name}", extra=lines)
    assert load_project(make_project(project=PROJECT, partners=text), {}).jobs["partners"].spec.lines


def test_the_cursor_is_a_column():
    """That which holds it, or one of its own."""

    def columns(fields):
        spec = OdooSource.model_validate(
            {
                "type": "odoo",
                "connection": "old",
                "model": "res.partner",
                "fields": fields,
                "incremental": {"cursor": "write_date"},
            }
        )
        return spec.cursor_column, spec.columns

    assert columns(["id"]) == ("write_date", ["id", "write_date"])
    assert columns(["write_date"]) == ("write_date", ["write_date"])
    assert columns({"when": "write_date"}) == ("when", ["when"])
    assert columns({"when": {"field": "write_date", "lang": "fr_FR"}}) == ("write_date", ["when", "write_date"])


def test_a_problem_of_a_connection_ends_what_reads_from_it(make_project):
    """As one of the target's does."""
    from odoo_etl.sources import open_source

    project = 'connections: {main: {url: sandbox}, old: {url: "${OLD_URL}", db: x, api_key: k}}\n'
    with pytest.raises(SpecError, match="OLD_URL"):
        open_source(loaded(make_project, project=project)).columns()
