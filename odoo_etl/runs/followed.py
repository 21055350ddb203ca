"""The world of a run that is resumed, retried or undone, or of a plan: its environment, connection and variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from odoo_etl.errors import UsageError
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Choice, Project, told_environment
from odoo_etl.spec.project import find_project, root_of

if TYPE_CHECKING:
    from odoo_etl.state import Ledger, RunEntry


class Follows(Protocol):
    """Finds the run that is meant; None where there is none, and nothing to do."""

    def __call__(self, ledger: Ledger, told: str | None, /) -> RunEntry | None:
        """The run; of `last`, that of an environment where one is told. Raises UsageError."""
        ...


def recorded(project: Project) -> dict[str, Any]:
    """The world of a run, as the ledger keeps it for those that follow: no secret is in it."""
    world, secrets = project.world, {secret for secret in project.secrets() if secret}
    unsaid = [name for name, value in world.given.items() if _may_tell(value, secrets)]
    return {
        "environment": world.environment,
        "connection": world.connection,
        "variables": {name: value for name, value in world.given.items() if name not in unsaid},
        "unsaid": unsaid,
    }


def _may_tell(value: str, secrets: Iterable[str]) -> bool:
    """Whether a value is, holds, or is part of a secret."""
    return bool(value) and any(value in secret or secret in value for secret in secrets)


def within(entries: Iterable[RunEntry], told: str | None) -> Iterator[RunEntry]:
    """The runs of an environment, or all; earlier releases did not say which one it was."""
    return (one for one in entries if told is None or one.arguments.get("environment", told) == told)


def followed(
    workspace: Workspace, open_state: Callable[[Project], Any], follows: Follows
) -> tuple[Choice, RunEntry | None]:
    """The run that is followed, and the world in which that is done.

    Raises:
        UsageError: it was in another one than the caller says, or cannot be followed.
    """
    own = workspace.choice
    project = workspace.load(with_jobs=False)
    told = told_environment(project.root, workspace.environ, own)
    with open_state(project) as ledger:
        entry = _found(ledger, told, follows, project)
    if entry is None or "environment" not in entry.arguments:
        return own, entry
    return _world(entry.arguments, f"run {entry.id}", told, own), entry


def as_planned(workspace: Workspace, planned: Mapping[str, Any], file: Path) -> Workspace:
    """The workspace in the world of a plan that is applied.

    Args:
        planned: the world, as `recorded` has it.

    Raises:
        UsageError: who calls says another one.
    """
    own = workspace.choice
    told = told_environment(root_of(find_project(workspace.start, upwards=workspace.upwards)), workspace.environ, own)
    choice = _world(planned, f"the plan file {file}", told, own)
    return replace(workspace, environment=choice.environment, connection=choice.connection, variables=choice.variables)


def _found(ledger: Ledger, told: str | None, follows: Follows, project: Project) -> RunEntry | None:
    try:
        return follows(ledger, told)
    except UsageError as error:
        apart = [name for name, one in project.project.environments.items() if "state" in one.model_fields_set]
        if not apart or told is not None:
            raise
        raise UsageError(f"{error}; {' and '.join(apart)} keep their runs elsewhere: say --env") from error


def _world(known: Mapping[str, Any], whose: str, told: str | None, own: Choice) -> Choice:
    then = _checked(known, whose)
    if told is not None and told != then.environment:
        raise _elsewhere(whose, _named("environment", then.environment or ""), _named("environment", told))
    if own.connection and own.connection != then.connection:
        raise _elsewhere(whose, _named("connection", then.connection), _named("connection", own.connection))
    if lacking := [name for name in known.get("unsaid", ()) if name not in own.variables]:
        again = " ".join(f"--var {name}=..." for name in lacking)
        raise UsageError(f"{whose} had secrets on its command line, which nobody keeps: say again {again}")
    return Choice(then.environment, then.connection, {**then.variables, **own.variables})


def _elsewhere(whose: str, then: str, now: str) -> UsageError:
    return UsageError(
        f"{whose} was made in {then}, not in {now}; nothing was read or written: leave that out, and it is"
        " followed where it was"
    )


def _named(what: str, name: str) -> str:
    return f"{what} {name}" if name else f"no {what} of its own"


def _checked(known: Mapping[str, Any], whose: str) -> Choice:
    """The world of a run, once it is known to be one that a command line could have had."""
    environment, connection = known.get("environment"), known.get("connection")
    variables = known.get("variables")
    texts = isinstance(variables, Mapping) and all(isinstance(one, str) for one in variables.values())
    if not (isinstance(environment, str) and isinstance(connection, str) and texts):
        raise UsageError(f"{whose} cannot be followed: what it says of its environment is none that odoo-etl has had")
    return Choice(environment, connection, dict(variables or {}))
