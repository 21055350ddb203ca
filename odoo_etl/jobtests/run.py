"""Runs the tests of jobs: each in a world of its own, as a plan: it takes the whole way of a row and writes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from odoo_etl.errors import Problem, SpecError
from odoo_etl.jobtests.compare import Happened, differences
from odoo_etl.jobtests.given import given_rows
from odoo_etl.jobtests.meaning import EXTERNAL_ID, Meaning
from odoo_etl.jobtests.recorded import KeptRows, RecordedPlan
from odoo_etl.jobtests.world import OfflineClient, numbered, world_of
from odoo_etl.mapping import at_path
from odoo_etl.observers import NoObserver
from odoo_etl.results import JobResult
from odoo_etl.snapshots import Snapshot, read_snapshots
from odoo_etl.so_far import JobsSoFar
from odoo_etl.spec import ExpectSpec, JobSpec, JobTest
from odoo_etl.sync import JobRequest, SomeRows, run_job, supplied


@dataclass(frozen=True, slots=True)
class Tested:
    """The result of one test.

    Attributes:
        failures: how what came differs from what was expected.
        faults: why it could not be run.
    """

    test: JobTest
    failures: tuple[Problem, ...] = ()
    faults: tuple[Problem, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether all is as the test expects."""
        return not (self.failures or self.faults)


def run_tests(tests: Sequence[JobTest], schema: Path) -> Iterator[Tested]:
    """Run tests, one after the other.

    Args:
        schema: the folder of snapshots.

    Raises:
        SpecError: a file there is no snapshot.
    """
    snapshots = read_snapshots(schema)
    for test in tests:
        begun = time.monotonic()
        failures: Sequence[Problem] = ()
        faults: Sequence[Problem] = ()
        try:
            failures = _failures(test, schema, snapshots)
        except SpecError as error:
            faults = error.problems
        yield Tested(test, tuple(failures), tuple(faults), time.monotonic() - begun)


def _failures(test: JobTest, schema: Path, snapshots: Mapping[str, Snapshot]) -> list[Problem]:
    tables = numbered(test.spec.lookups)
    with TemporaryDirectory(prefix="odoo-etl-test-") as folder, world_of(test, tables, schema, snapshots) as client:
        _check_fields(test, client)
        rows, plan, rejects, skipped = (
            given_rows(test, Path(folder)),
            RecordedPlan(test.job.spec),
            KeptRows(),
            KeptRows(),
        )
        request = JobRequest(plan, rows=SomeRows(rows), problem=test.job.problem, rejects=rejects, skipped=skipped)
        result = _planned(_without_limits(test.job.spec), client, request)
        if result.status != "done":
            return [test.problem((), f"the job failed: {result.error}")]
        meaning = Meaning(cache(client.target_fields), tables, plan.made)
        left_alone = [row.line for row in skipped.rows]
        return differences(test, Happened(plan.records, rejects.rows, meaning, left_alone, rows.filtered))


def _planned(spec: JobSpec, client: OfflineClient, request: JobRequest) -> JobResult:
    """Plan the job on the rows of the test.

    Raises:
        SpecError: the job does not fit its model.
    """
    so_far, observer = JobsSoFar(), NoObserver()
    own = so_far.begin(spec.job, spec.target.model)
    if spec.creating:
        request = supplied(spec.job, client, observer, so_far.begin, request)
    result = run_job(spec, client, observer, own, request)
    if result.exit_code == SpecError.exit_code:
        raise SpecError([Problem(result.error)])
    return result


def _without_limits(spec: JobSpec) -> JobSpec:
    """The job without what is about whole sources, what becomes of its records, and the time of a server.

    It downloads nothing.
    """
    load = spec.load.model_copy(update={"concurrency": 1, "max_rejects": None, "chunk_size": 1000})
    fields = {name: one for name, one in spec.fields.items() if one.type != "url"}
    left_out = {"expect": ExpectSpec(), "before": [], "after": [], "unit_tests": ()}
    return spec.model_copy(update={**left_out, "load": load, "fields": fields})


def _check_fields(test: JobTest, client: OfflineClient) -> None:
    """Refuse fields that the model lacks, of the job or of what is expected. Raises SpecError."""
    spec = test.job.spec
    known = client.fields_get(spec.target.model, attributes=["type"]).keys()
    lacking = [name for name in spec.fields if name not in known]
    problems = [test.job.problem(("fields", name), f"{spec.target.model} has no field `{name}`") for name in lacking]
    given = EXTERNAL_ID if spec.target.external_id is not None else ""
    for number, record in enumerate(test.spec.expect.records or ()):
        for path in record:
            name = at_path(path)[0]
            at = ("expect", "records", number, path)
            if name not in known and name != given:
                problems.append(test.problem(at, f"{spec.target.model} has no field `{name}`"))
            elif name in spec.fields and spec.fields[name].type == "url":
                problems.append(test.problem(at, f"a test does not download, so that `{name}` has no value"))
    if problems:
        raise SpecError(problems)
