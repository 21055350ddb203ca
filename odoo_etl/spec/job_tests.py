"""The tests of a project's jobs: those in the job's own file, and those in `tests/` beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from odoo_etl.errors import Problem, SpecError
from odoo_etl.spec.problems import from_validation, in_order, nearest, problem_at
from odoo_etl.spec.project import Job, Project
from odoo_etl.spec.project_file import display
from odoo_etl.spec.strict_yaml import Document, parse_yaml
from odoo_etl.spec.unit_tests import JobTestsSpec, UnitTestSpec
from odoo_etl.spec.variables import Variables, filled

TESTS_FOLDER: Final = "tests"


@dataclass(frozen=True, slots=True)
class JobTest:
    """One test of a job.

    Attributes:
        number: which one of its file, from 0.
        document: the file it stands in; None for a job built in Python.
    """

    job: Job
    spec: UnitTestSpec
    number: int
    document: Document | None

    @property
    def name(self) -> str:
        """The name that reports have."""
        return self.spec.name or f"test {self.number + 1}"

    def problem(self, at: Sequence[str | int], message: str, hint: str = "") -> Problem:
        """A problem with what stands at a place of the test."""
        path = ("unit_tests", self.number, *at)
        if self.document is None:
            return Problem(message, str(self.job.path), path=".".join(map(str, path)), hint=hint)
        return problem_at(self.document, path, message, hint, key=True)


def load_tests(project: Project) -> list[JobTest]:
    """The tests of all jobs, in the order of the jobs; those of a job's own file first.

    Raises:
        SpecError: with every problem of the files in `tests/`.
    """
    loader = _Loader(project, project.variables)
    beside = [test for path in test_files(project.folder) for test in loader.load(path)]
    if loader.problems:
        raise SpecError(in_order(loader.problems))
    own = [
        JobTest(job, spec, number, job.document)
        for job in project.jobs.values()
        for number, spec in enumerate(job.spec.unit_tests)
    ]
    return sorted([*own, *beside], key=lambda test: test.job.name)


def test_files(folder: Path) -> list[Path]:
    """The files of tests below the folder of jobs, by name; hidden ones are none."""
    tests = folder / TESTS_FOLDER
    found = tests.iterdir() if tests.is_dir() else ()
    return sorted(path for path in found if path.suffix in {".yaml", ".yml"} and not path.name.startswith("."))


class _Loader:
    """Reads the files of tests; collects their problems."""

    def __init__(self, project: Project, variables: Variables) -> None:
        self._jobs, self._variables = project.jobs, variables
        self.problems: list[Problem] = []

    def load(self, path: Path) -> Iterator[JobTest]:
        """The tests of a file; none where it has problems."""
        try:
            document = parse_yaml(path.read_bytes(), display(path))
        except OSError as error:
            self.problems.append(Problem(f"cannot be read: {error.strerror}", display(path)))
            return
        except SpecError as error:
            self.problems += error.problems
            return
        spec = self._spec(document)
        if spec is None:
            return
        if spec.job not in self._jobs:
            hint = nearest(spec.job, sorted(self._jobs))
            self.problems.append(problem_at(document, ("job",), f"there is no job `{spec.job}`", hint))
            return
        for number, test in enumerate(spec.unit_tests):
            yield JobTest(self._jobs[spec.job], test, number, document)

    def _spec(self, document: Document) -> JobTestsSpec | None:
        data, unfilled = filled(document.root, self._variables)
        self.problems += [*document.problems]
        self.problems += [problem_at(document, item.at, item.message, item.hint) for item in unfilled]
        try:
            return JobTestsSpec.model_validate(data)
        except ValidationError as error:
            ignored = frozenset(item.at for item in unfilled)
            self.problems += from_validation(error, JobTestsSpec, document, ignored)
            return None
