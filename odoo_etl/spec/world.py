"""The world in which a project is read: its environment, and the variables that references in its files look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from odoo_etl.errors import UsageError
from odoo_etl.spec.dotenv_files import read_dotenv
from odoo_etl.spec.environments import VARIABLE, Choice, default_of
from odoo_etl.spec.problems import nearest
from odoo_etl.spec.strict_yaml import Document


@dataclass(frozen=True, slots=True)
class World:
    """Where and with what a project is read.

    Attributes:
        environment: of project.yaml, or "".
        connection: all jobs write through it; "" where each has its own.
        env: the variables, those of `.env` among them.
        given: those that were asked for, which win over all others.
    """

    environment: str = ""
    connection: str = ""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    given: Mapping[str, str] = field(default_factory=dict, repr=False)


def world_of(document: Document | None, root: Path, env: Mapping[str, str], choice: Choice) -> World:
    """The world that a choice leads to.

    Args:
        document: project.yaml; None where it cannot be read.
        env: the variables of the process.

    Raises:
        SpecError: a line of `.env` cannot be read.
    """
    told = told_environment(root, env, choice)
    environment = told if told is not None else default_of(document) if document else ""
    found = {**read_dotenv(root, environment), **env, **choice.variables}
    found.pop(VARIABLE, None)
    named = {VARIABLE: environment} if environment else {}
    return World(environment, choice.connection, found | named, choice.variables)


def told_environment(root: Path, env: Mapping[str, str], choice: Choice) -> str | None:
    """The environment that who calls, the process or `.env` names; None where only project.yaml may."""
    if choice.environment is not None:
        return choice.environment
    return env.get(VARIABLE) or read_dotenv(root).get(VARIABLE) or None


def check_used(given: Mapping[str, str], named: Mapping[str, str], asked: set[str]) -> None:
    """Refuse a variable that nothing looks at: its name is misspelt.

    Args:
        named: the variables of project.yaml.
        asked: the names that references have.

    Raises:
        UsageError: with each of them.
    """
    known = sorted({*named, *asked} - {VARIABLE})
    lost = [
        f"nothing in the project uses the variable {name!r}; {nearest(name, known)}"
        for name in given
        if name not in known
    ]
    if lost:
        raise UsageError("\n".join(lost))
