"""The process itself. It reads one JSON request a line, answers the child's pid, and its exit code when it has ended.

A request names two files for what the child prints (`out`, `err`), perhaps one that it is fed (`stdin`); then either
a command line with `arguments`, `folder` and `environment`, or what `tests.faults.act` takes. Exit codes below 0 are
signals.

A run imports most of the program only when it needs it, which takes ten times as long as the work of a small run. So
the process does a small job itself before it forks, and each child that ends by itself leaves the names of what it
imported besides: the next one finds that imported, and what is made once in a process made.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from odoo_etl.cli.main import main as program
from tests.faults.act import act, acted
from tests.zygote.workers import DASK, fork_ahead

LONGEST_S = 120  # that a child may take

SMALL_PROJECT = {
    "rows.csv": "ref,name,parent\na,A,b\nb,B,\n,no key,\n",
    "pipelines/project.yaml": "connections: {main: {url: sandbox}}\n",
    "pipelines/partners.yaml": """
version: 1
job: partners
source: {type: csv, path: ../rows.csv}
target: {model: res.partner, key: ref}
fields:
  ref: ref
  name: {column: name, empty: clear}
  parent_id: {column: parent, lookup: {model: res.partner, by: ref, on_missing: defer}}
""",
}


def warm_up() -> None:
    """Do a small job as runs do it."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "pipelines").mkdir()
        for path, text in SMALL_PROJECT.items():
            (Path(name) / path).write_text(text)
        code, _, error = acted("run", Path(name), None)
    assert code == 3, error
    gc.collect()
    gc.freeze()  # children share these pages as long as nobody looks through them for garbage


def may_be_divided() -> bool:
    """Whether the run may start workers."""
    project = Path("pipelines/project.yaml")
    return "--workers" in sys.argv or (project.is_file() and b"\nexecutor:" in project.read_bytes())


def command(request: dict[str, Any]) -> int:
    """Run a command line; the exit code."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"] | DASK)
    time.tzset()
    tempfile.tempdir = None  # the environment may name another one
    sys.argv = ["odoo-etl", *request["arguments"]]
    if may_be_divided():
        fork_ahead()
    try:
        program()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def child(request: dict[str, Any], imported: IO[str]) -> None:
    """The forked run; never returns, and leaves the names of all modules in a file."""
    code = 1
    signal.alarm(LONGEST_S)
    try:
        os.dup2(os.open(request.get("stdin", os.devnull), os.O_RDONLY), 0)
        sys.stdin = os.fdopen(0, closefd=False)  # what the other one has read ahead is not ours
        for name, number in (("out", 1), ("err", 2)):
            file = os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
            os.dup2(file, number)
        code = command(request) if "arguments" in request else act(request)
    finally:
        if sys.exception():
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        imported.write("\n".join(sys.modules))
        imported.flush()
        os._exit(code)


def import_too(names: set[str]) -> None:
    """Import what a child imported; some modules make others up, which nobody can import."""
    for name in sorted(names):
        with suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def tell(number: int) -> None:
    """One line to the test."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until nobody asks any more."""
    warm_up()
    known = set(sys.modules)
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+") as imported:
            pid = os.fork()
            if not pid:
                child(json.loads(line), imported)
            tell(pid)
            _, status = os.waitpid(pid, 0)
            tell(os.waitstatus_to_exitcode(status))
            imported.seek(0)
            if new := set(imported.read().split()) - known:
                import_too(new)
                known |= new


if __name__ == "__main__":
    main()
