"""Prometheus' own checker for tests of rules and queries: the machine's, or Debian's, unpacked into the cache."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.real_odoo.parts import Unavailable, cache_folder, locked, run, search_path

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
            _fetch(home)
    return home / "root/usr/bin" / PROGRAM


def _fetch(home: Path) -> None:
    """Unpack Debian's package, by an apt state of our own."""
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool, path=search_path()) is None:
            raise Unavailable(f"there is no {PROGRAM}, and no {tool} to fetch Debian's")
    work = home / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    apt = ("apt-get", f"-oDir::State::Lists={work / 'lists'}", f"-oDir::Cache={work / 'cache'}")
    apt = (*apt, "-oAPT::Sandbox::User=root")
    run(*apt, "-qq", "update")
    run(*apt, "-qq", "download", PACKAGE, cwd=work)
    partial = home / "root.partial"
    shutil.rmtree(partial, ignore_errors=True)
    run("dpkg", "-x", str(next(work.glob(f"{PACKAGE}_*.deb"))), str(partial))
    if not (partial / "usr/bin" / PROGRAM).is_file():
        raise Unavailable(f"the package {PACKAGE} of this machine's mirror holds no {PROGRAM}")
    partial.rename(home / "root")
    shutil.rmtree(work)


def promtool(program: Path, *arguments: str) -> tuple[int, str]:
    """Its exit code, and all that it says."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr
