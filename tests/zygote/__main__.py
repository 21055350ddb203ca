"""The process itself. It reads one JSON request a line, answers the child's pid, and its exit code when it has ended.

A request names two files for what the child prints (`out`, `err`); then either a command line with `arguments`,
`folder` and `environment`, or what `tests.faults.act` takes. Exit codes below 0 are signals.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from odoo_etl.cli.main import main as program
from tests.faults.act import act

LONGEST_S = 120  # that a child may take


def command(request: dict[str, Any]) -> int:
    """Run a command line; the exit code."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["odoo-etl", *request["arguments"]]
    try:
        program()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def child(request: dict[str, Any]) -> None:
    """The forked run; never returns."""
    code = 1
    signal.alarm(LONGEST_S)
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for name, number in (("out", 1), ("err", 2)):
            file = os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, number)
        code = command(request) if "arguments" in request else act(request)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Serve until nobody asks any more."""
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            child(json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
