"""The alerts that follow from how a run ended: failed, rejects, not kept, volume; and that its jobs are not silent."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from odoo_etl.alerting.reasons import of_error, of_rejects
from odoo_etl.alerting.volume import unlike
from odoo_etl.reporting.next_steps import next_steps
from odoo_etl.reporting.words import counted, cut, in_one_line
from odoo_etl.results import JobResult, RunResult
from odoo_etl.spec import AlertsSpec, Project, RulesSpec
from odoo_etl.state import Judged
from odoo_etl.text import unquoted

COMMANDS: Final = ("run", "apply", "resume", "retry")  # others bring no rows, and a person waits for them
WELL: Final = (0, 3)
LONGEST: Final = 200  # letters of an error in a summary

Memory = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class EndedRun:
    """A run that ended.

    Attributes:
        is_whole: it read all rows of its jobs, so that their number tells something.
        memory: subject to the rows of its earlier runs.
        now: epoch seconds.
    """

    result: RunResult
    is_whole: bool
    memory: Memory
    now: float


def judge_run(run: EndedRun, project: Project, spec: AlertsSpec) -> list[Judged]:
    """The things that the run shows of each job, and of itself; nothing where it is no measure.

    A job that was skipped, or interrupted, shows nothing: what was known of it stays.
    """
    if run.result.is_plan or run.result.command not in COMMANDS:
        return []
    found: dict[tuple[str, str], Judged] = {}
    for job in run.result.jobs:
        known = project.jobs.get(job.job)
        rules = spec.rules_of(job.job, known.spec.tags if known else ())
        for judged in _Job(run, job, rules).judged():
            earlier = found.get((judged.subject, judged.kind))
            if earlier is None or not earlier.firing:  # of two parts of a job, the worse one counts
                found[judged.subject, judged.kind] = judged
    has_failed_job = any(one.firing and one.kind == "failed" for one in found.values())
    shown = [*found.values(), *([] if has_failed_job else _of_run(run.result, spec.rules))]
    wanted = any(channel.values for channel in spec.channels.values())
    return shown if wanted else [_without_values(one) for one in shown]


def _without_values(judged: Judged) -> Judged:
    """Without values that no channel asks for: they are not even kept."""
    return replace(judged, facts={name: one for name, one in judged.facts.items() if name != "values"})


def subject_of(job: JobResult) -> str:
    """The job, or the part of it, that an alert is about."""
    return f"{job.job} {job.part}" if job.part else job.job


class _Job:
    """One job of a run."""

    def __init__(self, run: EndedRun, job: JobResult, rules: RulesSpec) -> None:
        self._run, self._job, self._rules, self._subject = run, job, rules, subject_of(job)

    def judged(self) -> Iterator[Judged]:
        """All that it shows, as far as its rules are on."""
        job, rules, is_retry = self._job, self._rules, self._run.result.command == "retry"
        if rules.failed.on:
            yield from self._failed()
        if job.status != "done":
            return
        yield Judged(job.job, "silent", firing=False, well_at=self._run.now, facts=self._facts("ended well again"))
        if rules.rejects.on and not (is_retry and job.counts.rejected):  # a retry reads what was rejected only
            yield self._rejects()
        if rules.not_kept.on and not is_retry:
            yield self._not_kept()
        if rules.volume.on and self._run.is_whole and self._run.result.command == "run":
            yield self._volume()

    def _failed(self) -> Iterator[Judged]:
        job = self._job
        if job.status == "done":
            yield Judged(self._subject, "failed", firing=False, facts=self._facts("ended well"))
        code = job.exit_code or self._run.result.exit_code or 1  # of the whole where a signal ended it
        if job.status == "failed" and code in self._rules.failed.exit_codes:
            why = f"failed with exit code {code}: {_brief(job.error)}"
            yield Judged(self._subject, "failed", firing=True, facts=self._facts(why, code, of_error(code, job.error)))

    def _rejects(self) -> Judged:
        counts, over = self._job.counts, self._rules.rejects.over
        told = f"{counted(counts.rejected, 'row')} of {counts.of_job:,} rejected"
        firing = over.exceeded(counts.rejected, counts.of_job)
        well = told if counts.rejected else "no row is rejected any more"
        facts = self._facts(told, 3, of_rejects(self._job.reject_groups)) if firing else self._facts(well)
        return Judged(self._subject, "rejects", firing=firing, facts=facts)

    def _not_kept(self) -> Judged:
        values = self._job.discrepancies.not_kept_values
        told = f"Odoo did not keep {counted(values, 'value')} that it was sent"
        if values <= self._rules.not_kept.over:
            return Judged(self._subject, "not_kept", firing=False, facts=self._facts("Odoo keeps what it is sent"))
        fields = sorted({one.field for one in self._job.discrepancies.not_kept})
        reasons = [{"code": "not_kept", "field": name, "text": "Odoo has another value", "rows": 0} for name in fields]
        return Judged(self._subject, "not_kept", firing=True, facts=self._facts(told, 3, {"reasons": reasons[:3]}))

    def _volume(self) -> Judged:
        rows, rule, before = self._job.counts.read, self._rules.volume, self._run.memory(self._subject)
        found, memory = unlike(rows, before, rule), [*before, rows][-rule.runs :]
        told = f"read {found}" if found else f"read {counted(rows, 'row')}, as usual"
        return Judged(self._subject, "volume", firing=found is not None, facts=self._facts(told), memory=memory)

    def _facts(self, told: str, code: int = 0, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
        job = self._job
        counts = {name: rows for name, rows in asdict(job.counts).items() if rows}
        known = {"job": job.job, "part": job.part, "counts": counts, "exit_code": code}
        return {"summary": f"{self._subject}: {told}", **_of_result(self._run.result), **known, **(more or {})}


def _of_run(result: RunResult, rules: RulesSpec) -> Iterator[Judged]:
    """The failure of a run of which no job is to blame: of steps before it, of files of the project, of the ledger."""
    if not rules.failed.on:
        return
    code = result.exit_code
    if code in rules.failed.exit_codes:
        told = f"the run failed with exit code {code}: {_brief(result.error) or 'see its report'}"
        facts = {"summary": told, **_of_result(result), "exit_code": code, **of_error(code, result.error)}
        yield Judged("", "failed", firing=True, facts=facts)
    elif code in WELL:
        yield Judged("", "failed", firing=False, facts={"summary": "a run ended well", **_of_result(result)})


def _of_result(result: RunResult) -> dict[str, Any]:
    where = f" --env {shlex.quote(result.environment)}" if result.environment else ""
    steps = next_steps(result, options=where)
    return {"run": result.run_id, "next": steps[0].command if steps else f"odoo-etl show {result.run_id}{where}"}


def _brief(error: str) -> str:
    return cut(unquoted(in_one_line(error)), LONGEST)
