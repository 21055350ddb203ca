"""Trials of faults in a copy of the tree, so that one that is cut short leaves the checkout as it was."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.mutations import Mutation

ROOT = Path(__file__).parents[2]
ENTERED = "entered.json"
WITHOUT_SERVERS = "not odoo and not postgres"
PLUGINS = ("-p", "no:cacheprovider", "-p", "tests.mutants.unshrunk")
LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", ".hypothesis", ".odoo_etl")
MOST_BYTES = 6 << 30  # a loop that a fault made endless must not take the machine's memory


class BrokenTests(Exception):
    """The unit tests of an area fail without any fault."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the tree."""

    root: Path

    def passes(self, tests: Iterable[str], *options: str, timeout_s: float | None = None) -> bool:
        """Whether the tests pass in time."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", WITHOUT_SERVERS, *PLUGINS]
        process = subprocess.Popen(
            [*command, *options, *tests],
            cwd=self.root,
            env={**os.environ, "CI": "true", "PYTHONPATH": str(self.root), "ENTERED": str(self.root / ENTERED)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES)),  # noqa: PLW1509
        )
        try:
            return process.wait(timeout_s) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            _end(process)

    @contextmanager
    def having(self, module: str, mutation: Mutation) -> Iterator[None]:
        """Inside, the module of the copy has the fault."""
        path = self.root / module
        source = path.read_bytes()
        try:
            _write(path, mutation.of(source))
            yield
        finally:
            _write(path, source)


@dataclass(frozen=True, slots=True)
class Area:
    """The tests of an area.

    Attributes:
        tests: paths of their folders and files.
        entered: `module:line` of functions to the tests that enter them.
        seconds: how long all of them take.
    """

    tests: Sequence[str]
    entered: Mapping[str, Sequence[str]]
    seconds: float

    @classmethod
    def of(cls, copy: Copy, tests: Sequence[str]) -> Area:
        """Run the tests of an area without any fault. Raises BrokenTests where they fail."""
        began = time.monotonic()
        if not copy.passes(tests, "-p", "tests.mutants.entered"):
            raise BrokenTests(f"{' '.join(tests)}: fails without any fault")
        return cls(tests, json.loads((copy.root / ENTERED).read_bytes()), time.monotonic() - began)

    def notices(self, copy: Copy, module: str, mutation: Mutation) -> bool:
        """Whether a test fails, or never ends, with this fault in the module."""
        near = self._near(module, mutation.function)
        timeout_s = 20 + 2 * self.seconds
        with copy.having(module, mutation):
            if near and not copy.passes(near, timeout_s=timeout_s):
                return True
            # What is made once for several tests is entered by the first of them only.
            return not copy.passes(self.tests, timeout_s=timeout_s)

    def _near(self, module: str, function: range) -> list[str]:
        """The tests that enter a function; first those of its module, which notice most."""
        found = dict.fromkeys(test for line in function for test in self.entered.get(f"{module}:{line}", ()))
        return sorted(found, key=lambda test: f"/test_{Path(module).stem}" not in test)


def _write(path: Path, source: bytes) -> None:
    """Write a module and forget its compiled form, which is known by no more than its size and its second."""
    path.write_bytes(source)
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def copied() -> Iterator[Copy]:
    """A copy of the tree, while it is needed."""
    with TemporaryDirectory(prefix="mutants-") as folder:
        root = Path(folder) / ROOT.name
        shutil.copytree(ROOT, root, ignore=LEFT_BEHIND)
        yield Copy(root)
