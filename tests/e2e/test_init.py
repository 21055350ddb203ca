"""A project from nothing, as a new user makes it."""

from __future__ import annotations

from tests.e2e.project import Project
from tests.e2e.terminal import answered


def test_a_new_project_works_as_it_is(empty_project: Project) -> None:
    """From an empty folder to rows in Odoo; nothing is left to write in the end."""
    assert empty_project.run("init", "--sandbox").out.endswith("next: odoo-etl plan\n")
    for verb in (["validate"], ["validate", "--online"], ["doctor"], ["test"], ["plan"], ["run"], ["run"]):
        done = empty_project.run(*verb)
        assert done.code == 0, done
    assert "3 rows: 3 unchanged" in done.out
    assert empty_project.run("plan", "--detailed-exitcode").code == 0


def test_at_a_terminal_it_asks(empty_project: Project) -> None:
    """For the two servers and their keys, which it does not show."""
    answers = [
        "http://localhost:8069",
        "test",
        "etl",
        "dev-geheim",
        "https://erp.example.com",
        "erp",
        "etl",
        "",
        "github",
    ]
    done = answered(empty_project, answers, "init")
    assert done.code == 0, done
    assert "dev-geheim" not in done.out + done.err
    assert "wrote .env\n" in done.out
    assert done.out.endswith("next: odoo-etl plan\n")
    assert (empty_project.root / ".env").read_text() == "ODOO_API_KEY='dev-geheim'\n"
    assert not (empty_project.root / ".env.production").exists()
    assert "erp.example.com" in (empty_project.root / "pipelines/project.yaml").read_text()
    assert empty_project.run("validate").out.startswith("1 job is valid")
