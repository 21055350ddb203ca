"""`odoo-etl init` where nobody sits at a terminal: flags and defaults."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app
from odoo_etl.spec import Choice, load_project


@pytest.fixture
def init(tmp_path):
    """A function that begins a project in a folder of its own."""
    return lambda *options: CliRunner().invoke(app, ["init", str(tmp_path / "shop"), *options])


def test_without_flags_it_takes_the_sandbox(init, tmp_path):
    """And ends with the next command."""
    done = init()
    assert done.exit_code == 0, done.output
    assert "wrote pipelines/project.yaml\n" in done.output
    assert done.output.endswith(f"next: cd {tmp_path / 'shop'} && odoo-etl plan\n")
    assert "\npartners is a sample; for a file of yours: odoo-etl guess FILE --model MODEL\n" in done.output
    assert load_project(tmp_path / "shop", {}).connection().is_sandbox


def test_flags_say_what_a_person_would_be_asked(init, tmp_path):
    """A key is none of them: others see command lines."""
    dev = ("--url", "http://localhost:8069", "--db", "test", "--user", "me")
    done = init(*dev, "--production-url", "https://erp.example.com", "--job", "firms", "--ci", "gitlab")
    assert done.exit_code == 0, done.output
    assert done.output.endswith("cp .env.example .env && chmod 600 .env\nthen: odoo-etl doctor\n")
    project = load_project(tmp_path / "shop", {"ODOO_API_KEY": "k"}, choice=Choice("dev"))
    assert (project.connection().url, project.connection().db, list(project.jobs)) == (
        "http://localhost:8069",
        "test",
        ["firms"],
    )
    assert (tmp_path / "shop/.gitlab-ci.yml").exists()


def test_a_second_time_it_touches_nothing(init, tmp_path):
    """Also with other flags."""
    init()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "shop").rglob("*")}
    done = init("--production-url", "https://erp.example.com")
    assert "wrote" not in done.output
    assert "left pipelines/project.yaml as it was" in done.output
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "shop").rglob("*")}


def test_wrong_flags_write_nothing(init, tmp_path):
    """They say what is wrong."""
    done = init("--url", "erp.example.com")
    assert "the URL of dev" in str(done.exception)
    assert not (tmp_path / "shop").exists()


def test_the_first_job_may_be_guessed_from_a_file(init, tmp_path):
    """In place of the sample, whose test the file for CI does not run then."""
    rows = tmp_path / "kunden.csv"
    rows.write_text("Kundennummer;Firma;Land\nK1;Acme;Deutschland\nK2;Beta;Frankreich\n")
    done = init("--sandbox", "--from", str(rows), "--model", "res.partner", "--ci", "github")
    assert done.exit_code == 0, done.output
    project = load_project(tmp_path / "shop", {})
    assert {"ref", "name"} <= set(project.jobs["kunden"].spec.fields)
    assert list(project.jobs) == ["kunden"]
    assert "odoo-etl test" not in (tmp_path / "shop/.github/workflows/odoo-etl.yaml").read_text()


def test_a_guess_waits_for_the_key_of_a_server(init, tmp_path):
    """It is the next command then."""
    rows = tmp_path / "kunden.csv"
    rows.write_text("a\n1\n")
    done = init("--url", "http://localhost:8069", "--from", str(rows), "--model", "res.partner")
    assert done.output.endswith(f"then: odoo-etl guess {rows} --model res.partner\n"), done.output


@pytest.mark.parametrize("half", [["--from", "nowhere.csv", "--model", "m"], ["--model", "m"], ["--from", "x"]])
def test_a_file_and_its_model_belong_together(init, tmp_path, half):
    """Before anything is written."""
    assert "give both" in str(init(*half).exception)
    assert not (tmp_path / "shop").exists()
