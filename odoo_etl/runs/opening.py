"""The ledger of a project, opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from odoo_etl.spec import Project

if TYPE_CHECKING:
    from odoo_etl.state import Ledger

OpenState = Callable[[Project], AbstractContextManager["Ledger"]]


@contextmanager
def open_state(project: Project) -> Iterator[Ledger]:
    """The ledger that the project names."""
    from odoo_etl.state import open_ledger

    with open_ledger(project.project.state.url.get_secret_value(), project.state_dir) as ledger:
        yield ledger
