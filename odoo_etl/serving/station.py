"""All that a server has for as long as it lives: its parts, its ledger, and how it starts runs of its project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from odoo_etl.errors import Busy
from odoo_etl.launching import Order
from odoo_etl.serving.parts import News, Parts
from odoo_etl.state import Ledger, Lock, Slots

LOGS_KEPT_S = 30 * 86_400.0


class _NotNowError(Exception):
    """The owner of a lock may be dead, which takes a further look."""


@dataclass(frozen=True, slots=True)
class Station:
    """Where a server works.

    Attributes:
        project: the folder of the project.
        approved: whoever started the server agrees that it writes, also to production.
        logs: the folder for what runs say.
        environ: the variables of runs.
        token: tells its claims from those of other servers.
        most: so many runs at once.
    """

    parts: Parts
    ledger: Ledger
    project: Path
    environment: str
    connection: str
    variables: Mapping[str, str]
    approved: bool
    logs: Path
    environ: Mapping[str, str]
    token: str
    most: int

    @property
    def slots(self) -> Slots:
        """The schedules of the environment, as the ledger knows them."""
        return self.ledger.slots(self.environment)

    def order(self, verb: str, arguments: Sequence[str]) -> Order:
        """The command of a run."""
        where = (self.project, self.environment, self.connection, self.variables)
        return Order(verb, tuple(arguments), *where, approved=self.approved)

    def tell(self, event: str, text: str, *, level: str = "info", **known: Any) -> None:
        """Tell what happened."""
        self.parts.tell(News(level, event, text, known))

    def prune_logs(self, now: float) -> None:
        """Take away what runs said long ago; their reports stay."""
        for log in self.logs.glob("*.log"):
            with suppress(OSError):
                if now - log.stat().st_mtime > LOGS_KEPT_S:
                    log.unlink()

    @contextmanager
    def holding(self, schedule: str) -> Iterator[Lock]:
        """Be the only server that has a schedule.

        Raises:
            Busy: another server has it, and lives as far as can be seen.
        """
        name = f"schedule {schedule}"
        with ExitStack() as stack:
            try:
                lock = stack.enter_context(self.ledger.lock(name, self.environment, name, wait=_do_not))
            except _NotNowError:
                raise Busy("the server that has it gives no sign of life") from None
            yield lock


def _do_not(_: float) -> None:
    """The loop looks again soon: it does not wait."""
    raise _NotNowError
