"""`odoo-etl test`: the tests of the jobs, without a server."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import ProjectOption, Selectors, open_project
from odoo_etl.cli._streams import say
from odoo_etl.errors import SpecError, UsageError

if TYPE_CHECKING:
    from odoo_etl.jobtests import Tested


def run_unit_tests(
    jobs: Selectors = None,
    *,
    project: ProjectOption = None,
    junit: Annotated[
        Path | None,
        typer.Option("--junit", metavar="FILE", show_default=False, help="Write the results there as JUnit XML."),
    ] = None,
) -> None:
    """Run the unit_tests of the jobs, without a server.

    They give the rows, so that no source is needed either.
    """
    from odoo_etl.jobtests import run_tests
    from odoo_etl.spec import load_tests, select_jobs

    loaded = open_project(project)
    names = {job.name for job in select_jobs(loaded, jobs or [], connected=False)}
    tests = [one for one in load_tests(loaded) if one.job.name in names]
    if not tests:
        raise UsageError("none of these jobs has tests: give some as `unit_tests:`, or in tests/ beside the jobs")
    results = [_told(one) for one in run_tests(tests, loaded.schema_dir)]
    if junit is not None:
        _write(junit, results)
    say(_summary(results))
    raise typer.Exit(SpecError.exit_code if any(one.faults for one in results) else int(_failed(results) > 0))


def _told(one: Tested) -> Tested:
    """Say what became of a test."""
    word = "ok   " if one.passed else "ERROR" if one.faults else "FAIL "
    say(f"{word} {one.test.job.name}: {one.test.name}")
    for problem in (*one.faults, *one.failures):
        say(f"  {problem}")
    return one


def _failed(results: Iterable[Tested]) -> int:
    return sum(not one.passed for one in results)


def _summary(results: list[Tested]) -> str:
    count, failed = len(results), _failed(results)
    return f"{'1 test' if count == 1 else f'{count} tests'}: {count - failed} passed, {failed} failed"


def _write(path: Path, results: list[Tested]) -> None:
    from odoo_etl.jobtests import junit

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(junit(results))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
