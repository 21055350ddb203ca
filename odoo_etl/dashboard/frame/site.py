"""The site of a project: the project, how runs are launched, who is told of what was done."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from odoo_etl.dashboard.frame.aside import Aside
from odoo_etl.dashboard.frame.ended import Ended
from odoo_etl.dashboard.frame.settings import KeptWorkspace
from odoo_etl.launching import Launched, Order, launch
from odoo_etl.runs import OpenState, Workspace, open_state
from odoo_etl.spec import PageSpec, Project


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing(*_: object, **__: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Site:
    """The page of one project.

    Attributes:
        workspace: the project, its environment and variables.
        launch: starts a command in a process of its own; its second argument is the file for what it says.
        clock: the time, in UTC.
        tell: is told in a sentence what somebody did: for the log of the server.
        once: a token of this process alone, which lets in an operator; "" where there is none.
        is_encrypted: people speak HTTPS with us, or with the proxy before us.
        started: commands that the page launched, by their key.
        aside: work of pages that takes longer than a page may.
        secret: signs sessions.
        state: opens the ledger; a server gives its own, which is open already.
        ended: sessions that nobody has any more.
    """

    workspace: Workspace
    launch: Callable[[Order, Path], Launched] = launch
    clock: Callable[[], datetime] = _now
    tell: Callable[[str], object] = _nothing
    once: str = field(default="", repr=False)
    is_encrypted: bool = False
    started: dict[str, Launched] = field(default_factory=dict)
    aside: Aside = field(default_factory=Aside)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    state: OpenState = open_state
    ended: Ended = field(default_factory=Ended)

    def __post_init__(self) -> None:
        """Keep what the project's files say."""
        if not isinstance(self.workspace, KeptWorkspace):
            object.__setattr__(self, "workspace", KeptWorkspace.around(self.workspace))

    @property
    def settings(self) -> PageSpec:
        """The key `page` of project.yaml as it is now; as it was last valid, where it is not."""
        known = self._known
        return known.project.page if known else PageSpec()

    @property
    def place(self) -> str:
        """Which project this is, and in which environment: for the head of each page."""
        known = self._known
        parts = (known.root.name, known.environment) if known else (self.workspace.start.name,)
        return " · ".join(part for part in parts if part)

    @property
    def asked_first(self) -> str:
        """The name of a production environment, which people type before they write to it; "" where none is asked."""
        known = self._known
        return known.environment if known and known.is_production else ""

    @property
    def _known(self) -> Project | None:
        """The project as it last was valid."""
        return self.workspace.valid() if isinstance(self.workspace, KeptWorkspace) else None

    def project(self, *, with_jobs: bool = True) -> Project:
        """The project as it is now.

        Raises:
            SpecError: a file of it is invalid.
            UsageError: it is gone.
        """
        return self.workspace.load(with_jobs=with_jobs)
