"""The commands that a person can give when a run has ended: the same on the terminal, in `show` and on the page."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from odoo_etl.errors import Busy, CannotStart, SafetyLimit, StalePlan, UsageError
from odoo_etl.reporting.words import shown_path
from odoo_etl.results import JobResult, RunResult

PROGRAM: Final = "odoo-etl"
INTERRUPTED: Final = (130, 143)
FAILED: Final = 1
REJECTED: Final = 3
PENDING: Final = 8
MANY_FILES: Final = 3  # rejects files that are named, each
GOES_ON: Final = ("run", "resume", "apply")  # `resume` goes on with them
_GOES_ON: Final = "goes on where it ended"
AGAIN: Final = ("retry", "undo")  # they are given once more


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something that a person can do now.

    Attributes:
        command: as it is typed.
        why: what it is for.
        before: lines of what is to be done before it.
    """

    command: str
    why: str
    before: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """`next: mend FILE, then` and the command; no line has more than one path."""
        for number, line in enumerate((*self.before, self.command)):
            yield f"{'      ' if number else 'next: '}{line}"


def next_steps(
    result: RunResult, *, killed: bool = False, options: str | None = None, brief: bool = False
) -> tuple[NextStep, ...]:
    """The steps that a person can take after a run, the most likely one first; none where all is well.

    Args:
        killed: it had no time to say how it ended.
        options: of the command line, which the next command needs, too; None where nobody knows them any more.
        brief: the reader has seen a summary and the error, so `show` may be next, and what an error names is not.
    """
    steps = _Steps(result, options)
    if killed or result.exit_code in INTERRUPTED:
        return tuple(steps.going_on(_GOES_ON))
    found = tuple(steps.of_code(brief=brief))
    return found or (tuple(steps.showing()) if brief else ())


class _Steps:
    """The steps after one run."""

    def __init__(self, result: RunResult, options: str | None) -> None:
        self._result, self._options = result, options

    def of_code(self, *, brief: bool) -> Iterator[NextStep]:
        """The steps that follow from how it ended."""
        result, code = self._result, self._result.exit_code
        if code == UsageError.exit_code and not brief:
            yield self._step("validate", [], "says every problem of the files, with its place")
        elif code == CannotStart.exit_code:
            yield self._step("doctor", [], "says what is wrong with the server or the login, and what to do")
        elif code == Busy.exit_code:
            yield self._step("history", [], "says which run is alive; run again when it has ended")
        elif code == StalePlan.exit_code and result.plan is not None and f"{PROGRAM} resume" not in result.error:
            words = ["--out", _as_typed(result.plan.file), *result.plan.selectors]
            yield self._step("plan", words, "plans again, with what is there now")
        elif code == FAILED:
            yield from self.going_on(_GOES_ON)
        elif code == SafetyLimit.exit_code:
            yield from self.going_on(_GOES_ON, ("mend the source, or the limit, then",))
        yield from self._planned() if result.is_plan else self._mending()

    def going_on(self, why: str, before: tuple[str, ...] = ()) -> Iterator[NextStep]:
        """The command that goes on with what had begun."""
        result = self._result
        if result.is_plan:
            return
        if result.command in GOES_ON and (result.exit_code in {0, *INTERRUPTED} or _has_begun(result)):
            yield self._following("resume", result.run_id, why, before)
        elif result.command in AGAIN and result.parent:
            yield self._following(result.command, result.parent, why, before)

    def showing(self) -> Iterator[NextStep]:
        """The command that tells more of a run that has ended well enough."""
        if self._result.exit_code in {0, REJECTED} and not self._result.is_plan:
            yield self._following("show", self._result.run_id, "tells everything of it")

    def _mending(self) -> Iterator[NextStep]:
        if files := _rejects(self._result):
            why = "feeds the rejected rows again, once they, or Odoo, are mended"
            yield self._following("retry", self._result.run_id, why, files)

    def _planned(self) -> Iterator[NextStep]:
        result = self._result
        if result.command == "undo" and result.parent and result.exit_code in {0, REJECTED} and _takes_back(result):
            yield self._following("undo", result.parent, "takes back what is planned")
        if result.command != "plan":
            return
        jobs = [job.job for job in result.jobs if job.status == "done"]
        if any(job.rejects_file for job in result.jobs):
            why = "plans again, once the rejected rows are mended in the source, or Odoo is"
            yield self._step("plan", jobs, why, tuple(_listed(result)))
        if _is_pending(result.jobs) and result.exit_code in {0, REJECTED, PENDING}:
            yield self._step("run", jobs, "writes what is planned")

    def _step(self, verb: str, words: Sequence[str], why: str, before: tuple[str, ...] = ()) -> NextStep:
        """A command that follows no run: it must be told the environment."""
        where = f" --env {shlex.quote(self._result.environment)}" if self._result.environment else ""
        ending = where if self._options is None else self._options
        return NextStep(f"{PROGRAM} {verb}{ending}{''.join(f' {shlex.quote(word)}' for word in words)}", why, before)

    def _following(self, verb: str, run: str, why: str, before: tuple[str, ...] = ()) -> NextStep:
        """A command that follows a run, and works where that did."""
        return NextStep(f"{PROGRAM} {verb} {run}{self._options or ''}", why, before)


def _has_begun(result: RunResult) -> bool:
    return any(job.status != "skipped" and job.counts.read for job in result.jobs)


def _takes_back(result: RunResult) -> bool:
    return any(job.planned for job in result.jobs)


def _is_pending(jobs: Sequence[JobResult]) -> bool:
    return any(
        job.counts.created or job.counts.updated or (job.vanished is not None and job.vanished.pending) for job in jobs
    )


def _rejects(result: RunResult) -> tuple[str, ...]:
    """`mend FILE, then`; of many files, the folder."""
    files = _files(result)
    if len(files) > MANY_FILES:
        return (f"mend the rows in {shown_path(files[0].parent)}, then",)
    last = len(files) - 1
    return tuple([f"mend {shown_path(path)}{', then' if n == last else ' and'}" for n, path in enumerate(files)])


def _listed(result: RunResult) -> Iterator[str]:
    """The same of a plan, whose rows are mended where they come from."""
    files = _files(result)
    yield "mend in the source what is listed in"
    yield from ([shown_path(path) for path in files] if len(files) <= MANY_FILES else [shown_path(files[0].parent)])


def _files(result: RunResult) -> list[Path]:
    return list(dict.fromkeys(Path(job.rejects_file) for job in result.jobs if job.rejects_file))


def _as_typed(path: str) -> str:
    return shown_path(Path(path))
