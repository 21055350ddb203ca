"""Writing to an environment with `production: true` needs somebody who agrees: a person who is asked, or `approved`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from odoo_etl.errors import OdooEtlError, UsageError
from odoo_etl.runs.followed import Follows, followed
from odoo_etl.spec import Project

if TYPE_CHECKING:
    from odoo_etl.runs.workspace import Workspace


class NotApproved(UsageError):
    """Nobody has agreed that production is written to; nothing was read or written.

    Attributes:
        command: the verb.
        environment: the one that is production.
        places: each connection of it, with URL, database and user.
    """

    def __init__(self, command: str, project: Project) -> None:
        self.command, self.environment, self.places = command, project.environment, places(project)
        where = f" ({'; '.join(self.places)})" if self.places else ""
        super().__init__(
            f"`{command}` writes to the environment {self.environment}, which is production{where}; nothing was read or"
            f" written: {_way_out(command, self.environment)}"
        )


def _way_out(command: str, environment: str) -> str:
    """Say how to agree; what a plan file holds has been looked at."""
    if command != "run":
        return f"look first (`odoo-etl plan --env {environment}`), then give --yes"
    return (
        f"look first (`odoo-etl plan --env {environment} --out FILE`), then give --yes, or do exactly what that plan"
        " says (`odoo-etl apply FILE`)"
    )


def places(project: Project) -> list[str]:
    """Where the jobs of a project write."""
    connections = project.project.connections
    names = [project.world.connection] if project.world.connection in connections else sorted(connections)
    return [f"{name}: {_place(project, name)}" for name in names]


def _place(project: Project, name: str) -> str:
    spec = project.connection(name)
    database = f"database {spec.db}" if spec.db else "its only database"
    return ", ".join([spec.url, database, *([f"user {spec.user}"] if spec.user else [])])


def check_approved(command: str, workspace: Workspace, project: Project) -> None:
    """Refuse to write to production as long as nobody agrees.

    Raises:
        NotApproved: so it is.
    """
    if project.is_production and not workspace.approved:
        raise NotApproved(command, project)


def check_early(
    command: str, workspace: Workspace, open_state: Callable[[Project], Any], follows: Follows | None
) -> None:
    """The same before a run has as much as a folder; whatever else is wrong is told by the run itself.

    Raises:
        NotApproved: nobody agrees.
    """
    if workspace.approved:
        return
    try:
        project = workspace.load(with_jobs=False)
        if not any(one.production for one in project.project.environments.values()):
            return
        if follows is not None:
            choice, _ = followed(workspace, open_state, follows)
            project = workspace.load(choice, with_jobs=False)
    except OdooEtlError:
        return
    check_approved(command, workspace, project)
