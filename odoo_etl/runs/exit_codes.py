"""The exit code of a run, from what became of its jobs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from odoo_etl.results import JobResult

# When several things went wrong, the gravest decides: a failed job, a stale plan, a busy one, no start, a limit, then
# rejected rows.
REJECTED = 3
WORST_FIRST = (1, 7, 6, 5, 4, 2)
SIGNALS = 128


def exit_code(results: Sequence[JobResult], *, writes: bool) -> int:
    """The code of the contract for these results; "nothing was written" (2, 5) is not true once a job has.

    Args:
        writes: it is no plan.
    """
    wrote = writes and any(map(_wrote, results))
    codes = {1 if wrote and result.exit_code in {2, 5} else result.exit_code for result in results}
    return worst_code({*codes, REJECTED if any(map(_incomplete, results)) else 0})


def worst_code(codes: Collection[int]) -> int:
    """The gravest of some exit codes; those of signals are the gravest, 0 where there are none."""
    ended = max((code for code in codes if code > SIGNALS), default=0)
    return ended or next((code for code in (*WORST_FIRST, REJECTED) if code in codes), 0)


def _incomplete(result: JobResult) -> bool:
    """Whether a job that ended well left something for a person to look at."""
    refused = result.vanished is not None and result.vanished.refused
    left = result.undone is not None and result.undone.left
    steps = any(step.refused or step.unknown for step in result.steps)
    return bool(result.counts.rejected or result.discrepancies.not_kept_values or refused or left or steps)


def _wrote(result: JobResult) -> bool:
    """Whether anything of a job landed in Odoo."""
    removed = result.vanished is not None and result.vanished.wrote
    return result.wrote or bool(result.counts.created or result.counts.updated) or removed
