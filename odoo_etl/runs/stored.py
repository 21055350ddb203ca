"""The arguments of a run as the ledger holds them: whoever can write there must not say what a later run does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.runs.workspace import MOST_WORKERS
from odoo_etl.state import RunEntry
from odoo_etl.sync.staging import Part


@dataclass(frozen=True, slots=True)
class StoredArguments:
    """The command line of an earlier run, as far as it may be asked for again.

    Attributes:
        executor: into how many parts jobs are divided; never where these work.
        on_cluster: the command line had named a Dask scheduler.
    """

    selectors: list[str] = field(default_factory=list)
    part: str = ""
    executor: Mapping[str, int] = field(default_factory=dict)
    on_cluster: bool = False
    limit: int | None = None
    full_refresh: bool = False

    def executor_for(self, wanted: Mapping[str, Any], run: str, *, has_cluster: bool) -> dict[str, Any]:
        """The executor of a run that goes on: what its own command line wants, else what the first one had.

        Args:
            has_cluster: project.yaml names a scheduler.

        Raises:
            UsageError: the first one had a Dask cluster, and nobody says where that is now.
        """
        if self.on_cluster and not (has_cluster or wanted):
            raise UsageError(
                f"run {run} was divided on a Dask cluster: say again where that is, with --scheduler ADDRESS (the"
                " ledger is not asked for it), or divide what is left among processes of this machine, with --workers N"
            )
        return {**self.executor, **wanted}


def stored_arguments(entry: RunEntry) -> StoredArguments:
    """The arguments of a run, once they are known to be some that a command line could have had.

    Raises:
        UsageError: they are not.
    """
    given = entry.arguments
    executor = given.get("executor", {})
    selectors, part, limit = given.get("selectors", []), given.get("part", ""), given.get("limit")
    anew = given.get("full_refresh", False)
    workers = executor.get("workers") if isinstance(executor, dict) else False
    fits = {
        "selectors": isinstance(selectors, list) and all(isinstance(one, str) for one in selectors),
        "part": isinstance(part, str) and _is_part(part),
        "limit": limit is None or _is_whole(limit),
        "full_refresh": isinstance(anew, bool),
        "executor": workers is None or _is_whole(workers, MOST_WORKERS),
    }
    if wrong := [name for name, fit in fits.items() if not fit]:
        raise UsageError(
            f"run {entry.id} cannot go on: what the ledger holds of its command line ({', '.join(wrong)}) is none that"
            " odoo-etl has had; start anew with `odoo-etl run`: it finds what is already there"
        )
    return StoredArguments(
        selectors, part, {"workers": workers} if workers else {}, bool(executor.get("scheduler")), limit, anew
    )


def _is_whole(value: Any, most: float = float("inf")) -> bool:
    return type(value) is int and 1 <= value <= most


def _is_part(text: str) -> bool:
    try:
        return not text or bool(Part.parse(text))
    except UsageError:
        return False
