"""Prometheus' own checker for tests of rules and queries: the machine's, or Debian's, unpacked into the cache."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.debian import unpack
from tests.real_odoo.parts import cache_folder, locked, search_path

PACKAGE, PROGRAM = "prometheus", "promtool"


def find(path: str | None = None) -> Path:
    """The machine's own, or the one of the cache, which is fetched the first time (20 MB).

    Args:
        path: folders in which the machine's own is looked for; by default those of PATH.

    Raises:
        Unavailable: there is none, and it cannot be fetched.
    """
    if found := shutil.which(PROGRAM, path=path if path is not None else search_path()):
        return Path(found)
    home = cache_folder() / PACKAGE
    with locked(PACKAGE):
        if not (home / "root").exists():
            unpack(home, f"usr/bin/{PROGRAM}", [PACKAGE])
    return home / "root/usr/bin" / PROGRAM


def promtool(program: Path, *arguments: str) -> tuple[int, str]:
    """Its exit code, and all that it says."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr
