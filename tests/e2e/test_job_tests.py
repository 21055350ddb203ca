"""`schema pull`, then `validate` and `test` without the server, as people use them."""

from __future__ import annotations

import json

JOB = {
    "version": 1,
    "job": "banks",
    "source": {"type": "csv", "path": "../banks.csv"},
    "target": {"model": "res.bank", "key": "bic"},
    "fields": {
        "bic": {"column": "bic", "transform": ["strip", "upper"]},
        "name": {"column": "name", "required": True},
        "country": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
    },
    "unit_tests": [
        {
            "name": "a bank",
            "given": [{"bic": " abcbbebb ", "name": "ABC", "country": "BE"}, {"bic": "X", "name": ""}],
            "lookups": {"res.country": [{"id": 21, "code": "BE"}]},
            "expect": {
                "records": [{"bic": "ABCBBEBB", "name": "ABC", "country": 21}],
                "rejects": [{"row": 2, "code": "required"}],
            },
        }
    ],
}


def test_what_a_server_says_is_used_without_it(empty_project, real_odoo):
    """A model that the sandbox does not bundle is pulled, checked, tested, and then filled in the embedded sandbox."""
    project = empty_project
    project.connect(real_odoo)
    project.write("banks.yaml", JOB)
    without = project.run("test")
    assert (without.code, "schema pull res.bank" in without.out) == (2, True), without
    pulled = project.run("schema", "pull")
    assert (pulled.code, pulled.err) == (0, "")
    assert [path.name for path in sorted((project.root / "pipelines/schema").iterdir())] == [
        "res.bank.json",
        "res.country.json",
    ]
    kept = json.loads((project.root / "pipelines/schema/res.bank.json").read_text("utf-8"))
    assert (kept["server"], kept["description"], kept["defaults"]["active"]) == ("19.0", "Bank", True)

    project.write("project.yaml", {"connections": {"main": {"url": "sandbox"}}})
    tested = project.run("test", "--junit", "out.xml")
    assert (tested.code, tested.out) == (0, "ok    banks: a bank\n1 test: 1 passed, 0 failed\n")
    assert 'failures="0"' in (project.root / "out.xml").read_text("utf-8")

    project.rows([{"bic": "A", "name": "A bank", "country": "BE"}], "banks.csv")
    valid = project.run("validate")
    assert (valid.code, valid.out.splitlines()) == (
        0,
        ["note: fields of res.bank, res.country are checked against schema/ (Odoo 19.0)", "1 job is valid"],
    )
    assert project.run("run", "--json").counts("banks") == {"read": 1, "created": 1}
    assert project.run("run", "--json").counts("banks") == {"read": 1, "unchanged": 1}

    wrong = {**JOB, "fields": {**JOB["fields"], "nam": "name"}}
    project.write("banks.yaml", wrong)
    invalid = project.run("validate", "--json")
    assert (invalid.code, json.loads(invalid.out)["problems"][0]["path"]) == (2, "fields.nam")


def test_a_second_pull_changes_nothing(empty_project, real_odoo):
    """Files are compared by people: what Odoo says anew each time is not in them."""
    empty_project.connect(real_odoo)
    models = ["res.bank", "product.template", "res.partner", "mail.activity"]
    folder = empty_project.root / "pipelines/schema"
    assert empty_project.run("schema", "pull", *models).code == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert empty_project.run("schema", "pull", *models).code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert len(first) == len(models)


def test_a_folder_that_is_not_there_is_told(empty_project):
    """A sandbox without the models that somebody wants would refuse them one by one."""
    missing = empty_project.run("sandbox", "--schema", "nowhere")
    assert (missing.code, "schema pull" in missing.err) == (2, True)
