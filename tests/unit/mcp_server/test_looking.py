"""The tools that look: each answers as its use case does."""

from __future__ import annotations

import pytest

from odoo_etl.runs import run


def test_jobs(ask):
    """What each is about."""
    told = ask("list_jobs")
    assert told["valid"]
    assert [(one["job"], one["model"], one["source"]) for one in told["jobs"]] == [
        ("firms", "res.partner", "csv"),
        ("people", "res.partner", "csv"),
    ]


def test_invalid_files_are_told_with_their_places(shop, ask):
    """By all tools that need them, and by the one that looks for it."""
    shop.write("pipelines/firms.yaml", "version: 1\njob: firms\nsoruce: {}\n")
    assert 3 in [one["line"] for one in ask("list_jobs")["problems"]]
    assert (ask("validate")["valid"], "firms.yaml:3" in ask("job", name="firms")) == (False, True)


def test_a_job(ask):
    """As it is written."""
    told = ask("job", name="firms")
    assert (told["file"].startswith("fields:"), told["problems"]) == (True, [])
    assert ask("job", name="nobody") == "there is no job 'nobody'; jobs: firms, people"


def test_a_model(ask):
    """Its fields, without what they have not."""
    told = ask("inspect_model", model="res.country", word="code")
    assert [one["name"] for one in told["fields"]] == ["code", "phone_code"]
    assert "key" not in told


def test_a_preview(ask):
    """A row by its key."""
    (record,) = ask("preview", job="firms", key="g")["records"]
    assert (record["key"], record["fate"]) == ("g", "create")


def test_runs_and_rejects(shop, ask):
    """The last run, what it rejected and why; no path of this machine."""
    done = run(shop.use())
    (past,) = ask("history")["runs"]
    assert (past["id"], past["exit_code"]) == (done.run_id, 3)
    shown = ask("show_run")
    assert (shown["result"]["run_id"], str(shop.root) in str(shown["result"]["jobs"])) == (done.run_id, False)
    told = ask("rejects", job="people")
    assert (told["total"], told["reasons"]) == (1, [{"code": "required", "field": "name", "rows": 1}])
    assert told["rows"][0]["cells"] == {"ref": "p", "name": ""}
    assert ask("rejects", job="people", code="bad_email")["found"] == 0


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "..", "."])
def test_names_are_no_paths(ask, path):
    """Whatever is named has to be known."""
    for tool, argument in [
        ("job", "name"),
        ("show_run", "run"),
        ("docs", "page"),
        ("preview", "job"),
        ("apply_plan", "digest"),
    ]:
        assert isinstance(ask(tool, **{argument: path}), str)
    assert isinstance(ask("rejects", job="people", run=path), str)
    assert isinstance(ask("rejects", job=path), str)


def test_codes_and_documentation(ask):
    """One, some, or the list."""
    assert ask("explain", code="bad_email")["pages"][0]["code"] == "bad_email"
    assert "bad_email" in ask("explain")["codes"]
    assert ask("docs", page="schedules")["title"] == "Schedules"
    assert "schedules" in [one["page"] for one in ask("docs", search="jitter")["found"]]
    assert "rejects" in [one["page"] for one in ask("docs")["pages"]]


def test_schedules(shop, ask):
    """When the next times are."""
    path = shop.root / "pipelines/firms.yaml"
    path.write_text(f'schedule: "0 2 * * *"\n{path.read_text()}')
    (told,) = ask("schedules")["schedules"]
    assert (told["name"], told["jobs"], told["cron"]) == ("firms", ["firms"], "0 2 * * *")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("history", {"limit": 0}),
        ("history", {"limit": 51}),
        ("preview", {"job": "firms", "rows": 51}),
        ("rejects", {"job": "people", "limit": 51}),
        ("plan", {"limit": 0}),
        ("plan_changes", {"digest": "a" * 12, "limit": 101}),
    ],
)
def test_bounds_of_arguments(ask, tool, arguments):
    """Larger ones are refused, before anything is read."""
    assert "validation error" in ask(tool, **arguments)
