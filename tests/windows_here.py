"""As far as it can be seen on Linux: the program on a Windows, which has neither `fcntl` nor most signals.

Everything is loaded and carried out once as it is, so that no library of others looks for a real Windows later. Then
what POSIX alone has is taken away from our modules, `sys.platform` says `win32`, and they are loaded and run anew.

    python -m tests.windows_here FOLDER     begins a project there, runs it twice, prints what that gave
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import fcntl
import importlib
import io
import json
import os
import pkgutil
import signal
import subprocess
import sys
import types
from collections.abc import Collection
from multiprocessing import connection
from pathlib import Path
from typing import Any

POSIX_ONLY = {
    "os": (
        *(
            "O_CLOEXEC",
            "O_NOFOLLOW",
            "O_NONBLOCK",
            "O_DIRECTORY",
            "O_NOCTTY",
            "fork",
            "forkpty",
            "setsid",
            "getsid",
            "killpg",
        ),
        *(
            "getpgid",
            "setpgid",
            "getuid",
            "geteuid",
            "getgid",
            "mkfifo",
            "fchmod",
            "fchown",
            "sched_getaffinity",
            "uname",
        ),
        *("statvfs", "sysconf", "nice", "wait", "waitpid", "openpty", "pread", "pwrite"),
    ),
    "signal": (
        *("SIGKILL", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGALRM", "SIGPIPE", "SIGWINCH", "SIGTSTP"),
        *("SIG_BLOCK", "SIG_SETMASK", "SIG_UNBLOCK", "pthread_sigmask", "sigwait", "sigpending", "alarm", "setitimer"),
    ),
}
MODULES_OF_POSIX = ("fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "syslog", "posix")


def main() -> None:
    """Run it."""
    folder = Path(sys.argv[1])
    carry_out(folder / "posix")
    load_all()
    ours = [name for name in sys.modules if name.split(".")[0] == "odoo_etl"]
    for name in ours:
        del sys.modules[name]
    become_windows()
    loaded = load_all()
    sys.__stdout__.write(json.dumps({"loaded": loaded, "runs": carry_out(folder / "windows")}))


def load_all() -> int:
    """Load every module of ours; how many there are."""
    package = importlib.import_module("odoo_etl")
    names = [each.name for each in pkgutil.walk_packages(package.__path__, "odoo_etl.")]
    for name in names:
        if not name.endswith("__main__"):
            importlib.import_module(name)
    return len(names)


class Without:
    """A module as our code sees it: without some of its names."""

    def __init__(self, module: types.ModuleType, names: Collection[str]) -> None:
        self.__dict__.update(_module=module, _names=frozenset(names))

    def __getattr__(self, name: str) -> object:
        if name in self._names:
            raise AttributeError(f"module {self._module.__name__!r} has no attribute {name!r} on Windows")
        return getattr(self._module, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._module, name, value)


def become_windows() -> None:
    """From now on our modules have what Windows has; what locks a byte is played by what locks one here."""
    locking = types.ModuleType("msvcrt")
    locking.LK_NBLCK, locking.LK_UNLCK = 2, 0
    locking.locking = _locking
    sys.modules["msvcrt"] = locking
    signal.SIGBREAK, signal.CTRL_BREAK_EVENT = signal.SIGUSR2, 1
    subprocess.CREATE_NEW_PROCESS_GROUP = 0x200
    connection.PipeConnection = connection.Connection
    sys.platform = "win32"
    seen = {name: Without(sys.modules[name], names) for name, names in POSIX_ONLY.items()}
    load = builtins.__import__

    def load_as_windows(name: str, known: Any = None, *rest: Any) -> Any:
        if known and str(known.get("__name__")).startswith("odoo_etl"):
            if name in MODULES_OF_POSIX:
                raise ModuleNotFoundError(f"no module named {name!r} on Windows", name=name)
            if name in seen:
                return seen[name]
        return load(name, known, *rest)

    builtins.__import__ = load_as_windows


def _locking(file: int, mode: int, count: int) -> None:
    try:
        fcntl.lockf(
            file, fcntl.LOCK_EX | fcntl.LOCK_NB if mode else fcntl.LOCK_UN, count, os.lseek(file, 0, os.SEEK_CUR)
        )
    except OSError as error:
        raise PermissionError(errno.EACCES, "Permission denied") from error


def carry_out(folder: Path) -> list[dict[str, object]]:
    """Begin a project in the embedded sandbox's folder, run it, look at it."""
    from odoo_etl.cli.main import main as program

    told = []
    for words in (["init", str(folder), "--sandbox"], ["validate"], ["plan", "--json"], ["run", "--json"], ["history"]):
        out = io.StringIO()
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
        sys.argv = ["odoo-etl", *words]
        code: object = 0
        with contextlib.redirect_stdout(out):
            try:
                program()
            except SystemExit as ended:
                code = ended.code or 0
        told.append({"verb": words[0], "code": code, "out": out.getvalue()})
    return told


if __name__ == "__main__":
    main()
