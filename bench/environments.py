"""Virtual environments of what is measured, in the cache: none has what another needs, or what only tests need."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.real_odoo import parts


def environment(name: str, *installs: Sequence[str]) -> Path:
    """The folder of an environment's programs, made on first use.

    Args:
        installs: the arguments of each `pip install`.

    Raises:
        parts.Unavailable: pip could not.
    """
    home = parts.cache_folder() / name
    with parts.locked(name):
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            output_of(sys.executable, "-m", "venv", str(home))
            for arguments in installs:
                output_of(str(home / "bin/python"), "-m", "pip", "install", "--quiet", *arguments)
            output_of(str(home / "bin/python"), "-m", "compileall", "-q", str(home / "lib"))
            (home / "complete").touch()
    return home / "bin"


def output_of(*command: str) -> str:
    """What a command prints. Raises parts.Unavailable: it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise parts.Unavailable(f"{' '.join(command[-3:])} failed: {done.stderr.strip()[-200:]}")
    return done.stdout
