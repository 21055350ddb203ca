"""Results while a run goes on: what is known of each job, as values that later ones replace.

A signal may end a run at any moment, and its report is true then. So the result of a job does not wait for its end.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, Final

from odoo_etl.errors import Interrupted, OdooEtlError
from odoo_etl.results import AppliedPlan, JobResult, UsedFile

INTERRUPTED: Final = "interrupted"


class JobSoFar:
    """The result of one job, as far as it is known; every method may be called from any lane."""

    def __init__(self, result: JobResult) -> None:
        self._result = result
        self._lock = threading.Lock()

    @classmethod
    def begun(cls, job: str, model: str, part: str = "") -> JobSoFar:
        """A job that begins: whatever ends it before it knows of its end has interrupted it."""
        return cls(JobResult(job, model, "failed", part, error=INTERRUPTED))

    def succeed(self) -> None:
        """The job has come to its end."""
        self.know(status="done", error="")

    @property
    def result(self) -> JobResult:
        """The result by now."""
        return self._result

    def become(self, result: JobResult) -> None:
        """This is the result by now."""
        with self._lock:
            self._result = result

    def know(self, **fields: Any) -> None:
        """These fields of the result are known, or known better."""
        with self._lock:
            self._result = replace(self._result, **fields)

    def add(self, **more: Any) -> None:
        """Add to these fields of the result: numbers, or what a sequence is to end with."""
        with self._lock:
            sums = {name: getattr(self._result, name) + one for name, one in more.items()}
            self._result = replace(self._result, **sums)

    def count(self, **rows: int) -> None:
        """So many more rows have these outcomes."""
        with self._lock:
            self._result = replace(self._result, counts=self._result.counts.plus(**rows))

    def note(self, text: str) -> None:
        """A person should know this, too."""
        self.add(notes=(text,))

    def fail(self, error: OdooEtlError | Interrupted) -> None:
        """An error ended the job."""
        text = INTERRUPTED if isinstance(error, Interrupted) else str(error)
        self.know(status="failed", error=text, exit_code=error.exit_code)


class JobsSoFar:
    """The jobs of a run that have begun, in their order.

    Attributes:
        files: that they were made of.
        plan: the plan file that the run applies.
    """

    def __init__(self) -> None:
        self._jobs: list[JobSoFar] = []
        self.files: list[UsedFile] = []
        self.plan: AppliedPlan | None = None

    def begin(self, job: str, model: str, part: str = "") -> JobSoFar:
        """A job begins; its result so far."""
        self._jobs.append(JobSoFar.begun(job, model, part))
        return self._jobs[-1]

    def add(self, result: JobResult) -> None:
        """Add the result of a job that has ended."""
        self._jobs.append(JobSoFar(result))

    def results(self) -> tuple[JobResult, ...]:
        """The results by now."""
        return tuple([one.result for one in self._jobs])

    def __len__(self) -> int:
        """How many have begun."""
        return len(self._jobs)

    def __getitem__(self, number: int) -> JobSoFar:
        """The job that was the so manyth to begin, from 0 on."""
        return self._jobs[number]

    def since(self, one: JobSoFar) -> list[JobSoFar]:
        """A job, and those that have begun after it."""
        return self._jobs[self._jobs.index(one) :]
