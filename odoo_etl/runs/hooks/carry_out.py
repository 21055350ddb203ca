"""Carries out the steps before and after a job or a run, in their order; a failure says what had been done by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from odoo_etl.results import Counts
from odoo_etl.runs.hooks.command import run_command
from odoo_etl.runs.hooks.failure import HookFailed
from odoo_etl.runs.hooks.http import send_request
from odoo_etl.runs.hooks.sql import carry_out_sql
from odoo_etl.spec import Hook, HttpHook, SqlHook
from odoo_etl.stop import Stop
from odoo_etl.text import redacted, secrets_in_use


@dataclass(frozen=True, slots=True)
class Hooks:
    """The steps before and after a job, or a run.

    Attributes:
        folder: of the file that they stand in, where programs start.
        environment: of programs, besides that of this process.
        stop: ends a program early.
    """

    first: Sequence[Hook]
    last: Sequence[Hook]
    folder: Path
    environment: Mapping[str, str]
    stop: Stop

    def before(self) -> None:
        """Carry out those that come first.

        Raises:
            HookFailed: one of them failed; nothing was written.
        """
        self._each("before", self.first, "nothing was written")

    def after(self, counts: Counts) -> None:
        """Carry out those that come last.

        Raises:
            HookFailed: one of them failed.
        """
        outcomes = ", ".join(f"{count:,} {kind}" for kind, count in asdict(counts).items() if count and kind != "read")
        self._each("after", self.last, f"the rows had their outcome before that: {outcomes or 'there were none'}")

    def _each(self, when: str, hooks: Sequence[Hook], so_far: str) -> None:
        done: list[str] = []
        for hook in hooks:
            try:
                self._one(hook)
            except HookFailed as error:
                earlier = f"; done before it: {', '.join(done)}" if done else ""
                text = f"{when}: {hook.name}: {error}; {so_far}{earlier}"
                raise HookFailed(redacted(text, {*hook.secrets, *secrets_in_use()})) from None
            done.append(hook.name)

    def _one(self, hook: Hook) -> None:
        if isinstance(hook, SqlHook):
            carry_out_sql(hook)
        elif isinstance(hook, HttpHook):
            send_request(hook)
        else:
            run_command(hook, self.folder, self.environment, self.stop)


def total(counts: Iterable[Counts]) -> Counts:
    """The counts of all jobs of a run."""
    sums = Counts()
    for one in counts:
        sums = sums.plus(**asdict(one))
    return sums


def run_environment(run_id: str, environment: str = "") -> dict[str, str]:
    """The variables by which programs know the run that started them, and its environment in project.yaml."""
    return {"ODOO_ETL_RUN": run_id, "ODOO_ETL_ENV": environment}


def listed(first: Sequence[Hook], last: Sequence[Hook]) -> list[str]:
    """The steps for whoever only plans."""
    return [
        f"a run does this {when}: {', '.join(hook.name for hook in hooks)}"
        for when, hooks in (("first", first), ("last", last))
        if hooks
    ]
