"""The options that every verb has which opens a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from odoo_etl.cli._choice import Chosen, Verbs, choose, chosen
from odoo_etl.cli._project import ProjectOption
from odoo_etl.cli.main import app
from odoo_etl.errors import UsageError

OURS = ("--env NAME", "--connection NAME", "--var NAME=VALUE")


@pytest.fixture
def said():
    """A program of two verbs, one of which opens a project: what its command line chooses."""
    verbs = Verbs()
    found = []

    @verbs.callback()
    def _options(env: str | None = None) -> None:
        choose(env, anew=True)

    @verbs.command()
    def look(words: list[str], *, project: Path | None = None) -> None:
        found.append((words, project, chosen()))

    @verbs.command()
    def serve() -> None:
        found.append(chosen())

    @verbs.command()
    def own(*, project: Path | None = None, connection: Annotated[str, typer.Option()] = "main") -> None:
        found.append((project, connection, chosen()))

    def run(line):
        del found[:]
        result = CliRunner().invoke(verbs, line.split())
        return found[0] if found else result.exception or result.output

    yield run
    choose(anew=True)


def test_they_may_stand_anywhere(said):
    """Behind the verb they win; variables add up."""
    assert said("look a") == (["a"], None, Chosen())
    assert said("--env x look a --env y b --connection c --var a=1 --var b=2=3") == (
        ["a", "b"],
        None,
        Chosen("y", "c", {"a": "1", "b": "2=3"}),
    )
    assert said("--env x look a --project p") == (["a"], Path("p"), Chosen("x"))


def test_what_one_command_line_says_is_not_said_by_the_next(said):
    """In one process, as tests have it."""
    said("--env x look a")
    assert said("look a") == (["a"], None, Chosen())


def test_a_verb_that_opens_no_project_has_none(said):
    """It refuses what stands before it."""
    assert isinstance(said("--env x serve"), UsageError)
    assert isinstance(said("serve --var a=1"), SystemExit)
    assert said("serve") == Chosen()


def test_a_verb_may_have_one_of_its_own(said):
    """The others are added."""
    assert said("own --connection c --env x") == (None, "c", Chosen("x"))


@pytest.mark.parametrize("text", ["a", "=1", "a-b=1", ""])
def test_variables_are_pairs(text):
    """Their names are those that references may have."""
    with pytest.raises(UsageError, match="is not NAME=VALUE, as in --var region=north"):
        choose(var=[text], anew=True)


def test_the_help_of_each_verb_names_them():
    """Where it takes a project, and only there."""
    for verb in app.registered_commands:
        shown = CliRunner().invoke(app, [verb.name or verb.callback.__name__, "--help"], terminal_width=200).output
        assert all((option in shown) == ("--project" in shown) for option in OURS), verb.name
    assert all(one in CliRunner().invoke(app, ["schema", "pull", "--help"], terminal_width=200).output for one in OURS)


def test_ctrl_c_ends_a_verb_with_one_line():
    """Exit code 130, as shells expect, and no traceback."""
    app = Verbs()

    @app.command()
    def look(*, project: ProjectOption = None) -> None:
        raise KeyboardInterrupt

    done = CliRunner().invoke(app, [])
    assert (done.exit_code, done.output) == (130, "error: interrupted\n")
