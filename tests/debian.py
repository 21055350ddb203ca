"""Packages of Debian, unpacked into the cache without root: for tests of programs that a machine may lack."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.real_odoo.parts import Unavailable, run, search_path


def unpack(home: Path, program: str, packages: Sequence[str], *, needed: bool = False) -> None:
    """Make `home/root` of packages, fetched by an apt state of our own.

    Args:
        program: its path below `home/root`, by which it is seen that they hold it.
        needed: also what the packages need and the machine lacks.

    Raises:
        Unavailable: there is no apt, or no mirror of this machine has them.
    """
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool, path=search_path()) is None:
            raise Unavailable(f"there is no {packages[0]}, and no {tool} to fetch Debian's")
    work = home / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    apt = ("apt-get", f"-oDir::State::Lists={work / 'lists'}", f"-oDir::Cache={work / 'cache'}")
    apt = (*apt, "-oAPT::Sandbox::User=root")
    run(*apt, "-qq", "update")
    if needed:
        packages = lacking(run(*apt, "-s", "install", "--no-install-recommends", *packages))
    run(*apt, "-qq", "download", *packages, cwd=work)
    partial = home / "root.partial"
    shutil.rmtree(partial, ignore_errors=True)
    for package in sorted(work.glob("*.deb")):
        run("dpkg", "-x", str(package), str(partial))
    if not (partial / program).is_file():
        raise Unavailable(f"the packages {', '.join(packages)} of this machine's mirror hold no {program}")
    partial.rename(home / "root")
    shutil.rmtree(work)


def lacking(simulated: str) -> list[str]:
    """The packages that apt would install."""
    return [line.split()[1] for line in simulated.splitlines() if line.startswith("Inst ")]
