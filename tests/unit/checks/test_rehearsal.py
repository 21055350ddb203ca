"""`validate --online` says what `plan` says: for broken jobs no less, and for good ones nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import yaml

from odoo_etl import plan
from odoo_etl.checks import check_online
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import select_jobs

CSV = {"type": "csv", "path": "../rows.csv"}
FIELDS = {"ref": "ref", "name": "name"}
LOOKUP = {"model": "res.country", "by": "code"}


def job(*, source=CSV, fields=None, target=None, **more):
    """A job on partners that fits, but for what is said."""
    own = {"model": "res.partner", "key": "ref", **(target or {})}
    own = {name: value for name, value in own.items() if value}
    return {"version": 1, "source": source, "target": own, "fields": {**FIELDS, **(fields or {})}, **more}


def sql(query, **more):
    """A query in the database beside."""
    return {"type": "sql", "url": "sqlite:///../rows.db", "query": query, **more}


GOOD = {
    "good": job(fields={"country_id": {"column": "country", "lookup": LOOKUP}}),
    "good_sql": job(source=sql("SELECT ref, name FROM rows")),
    "good_domain": job(
        fields={"country_id": {"column": "country", "lookup": {**LOOKUP, "domain": [["code", "!=", "X"]]}}},
        target={"key_domain": [["is_company", "=", True]]},
    ),
}
BROKEN = {
    "unknown_field": job(fields={"nmae": "name"}),
    "unknown_model": job(target={"model": "res.partnr"}),
    "lookup_model": job(fields={"country_id": {"column": "country", "lookup": {"model": "res.cuntry", "by": "code"}}}),
    "lookup_field": job(fields={"country_id": {"column": "country", "lookup": {"model": "res.country", "by": "kode"}}}),
    "bare_number": job(fields={"country_id": "country"}),
    "wrong_type": job(fields={"color": {"column": "country", "type": "date"}}),
    "html_key": job(fields={"comment": "ref"}, target={"key": "comment"}),
    "computed": job(fields={"display_name": "name"}),
    "constant": job(fields={"color": {"value": "red"}}),
    "company": job(target={"company": "Nobody Ltd"}),
    "language": job(
        target={"model": "res.partner.industry", "key": "name"},
        fields={"ref": None, "name": {"column": "name", "translations": {"xx_XX": "country"}}},
    ),
    "key_domain": job(target={"key_domain": [["kompany", "=", True]]}),
    "lookup_domain": job(
        fields={"country_id": {"column": "country", "lookup": {**LOOKUP, "domain": [["kode", "!=", "X"]]}}}
    ),
    "module": job(target={"key": [], "external_id": "base.p_{ref}"}),
    "step_domain": job(after=[{"write": {"color": 1}, "where": [["kolor", "=", 2]]}]),
    "step_field": job(after=[{"write": {"kolor": 1}}]),
    "expected": job(expect={"odoo": [{"sum": "kredit", "equals": 1}]}),
    "lines": job(lines={"name": {"fields": {"name": "country"}}}, fields={"name": None}),
    "mirror": job(
        target={
            "model": "res.partner.industry",
            "key": "name",
            "mode": "mirror",
            "vanish": {"policy": {"set": {"x": 1}}},
        },
        fields={"ref": None},
    ),
    "sql_syntax": job(source=sql("SELEC ref, name FROM rows")),
    "sql_table": job(source=sql("SELECT ref, name FROM nothing")),
    "sql_cursor": job(source=sql("SELECT ref, name FROM rows", incremental={"cursor": "changed"})),
    "sql_column": job(source=sql("SELECT ref FROM rows")),
    "column": job(fields={"email": "e_mail"}),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What `plan`, and `validate --online`, say of each job: one run of each for all of them."""
    root = tmp_path_factory.mktemp("jobs")
    (root / "pipelines").mkdir()
    (root / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    (root / "rows.csv").write_text("ref,name,country\na,A,DE\n")
    with closing(sqlite3.connect(root / "rows.db")) as database, database:
        database.execute("CREATE TABLE rows (ref TEXT, name TEXT)")
    for name, spec in {**GOOD, **BROKEN}.items():
        fields = {one: value for one, value in spec["fields"].items() if value is not None}
        text = yaml.safe_dump({**spec, "job": name, "fields": fields}, sort_keys=False)
        (root / f"pipelines/{name}.yaml").write_text(text)
    workspace = Workspace(root, environ={})
    planned = {one.job: one.error for one in plan(workspace, show=0).jobs}
    project = workspace.load()
    report = check_online(project, select_jobs(project, []))
    said = {name: [] for name in planned}
    for problem in (*report.problems, *report.rights, *report.warnings):
        said[problem.file.rpartition("/")[2].removesuffix(".yaml")].append(problem)
    return planned, said


@pytest.mark.parametrize("name", GOOD)
def test_good_jobs_have_no_problem(told, name):
    """Nor does a plan fail."""
    planned, said = told
    assert (planned[name], said[name]) == ("", [])


@pytest.mark.parametrize("name", BROKEN)
def test_what_plan_refuses_is_said_before(told, name):
    """With the words of the plan, and with a place of its own."""
    planned, said = told
    texts = [str(one) for one in said[name]]
    assert planned[name], name
    assert all(one.line and one.column for one in said[name]), texts
    for line in planned[name].splitlines():
        assert any(line in text or message(text) in line for text in texts), (line, texts)


def message(text):
    """The words of a problem, without its place and its hint."""
    return text.split(": ", 2)[-1].rpartition(" (")[0] or text
