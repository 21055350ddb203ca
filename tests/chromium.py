"""A headless Chromium for tests of pages: the machine's own, or Debian's, unpacked into the cache without root."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real_odoo.parts import Unavailable, cache_folder, locked, run, search_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PACKAGE = "chromium"
INSTALLED = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FONTS = "fonts-dejavu-core"  # a machine without any font shows no text
# They let it work as root, and keep it from looking for a network on its own.
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@dataclass(frozen=True)
class Chromium:
    """The program, and the variables that it needs besides those of this process."""

    program: Path
    variables: Mapping[str, str] = field(default_factory=dict)


def find(path: str | None = None) -> Chromium:
    """The machine's own, or the one of the cache, which is fetched the first time (120 MB).

    Args:
        path: folders in which the machine's own is looked for; by default those of PATH.

    Raises:
        Unavailable: there is none, and it cannot be fetched.
    """
    for name in INSTALLED:
        if found := shutil.which(name, path=path if path is not None else search_path()):
            return Chromium(Path(found))
    home = cache_folder() / PACKAGE
    with locked(PACKAGE):
        if not (home / "root").exists():
            _fetch(home)
    return unpacked(home / "root")


def unpacked(root: Path) -> Chromium:
    """The one below a folder, with the libraries that were unpacked beside it."""
    own = root / "usr/lib/chromium"
    libraries = sorted({str(each.parent) for each in (root / "usr/lib").rglob("*.so*") if own not in each.parents})
    variables = {"LD_LIBRARY_PATH": os.pathsep.join(libraries)}
    if not any(Path("/usr/share/fonts").rglob("*.ttf")):
        variables["FONTCONFIG_FILE"] = str(_fonts(root))
    return Chromium(root / "usr/lib/chromium/chromium", variables)


def _fonts(root: Path) -> Path:
    """The configuration by which it finds the fonts that were unpacked beside it."""
    path, folder = root / "fonts.conf", root / "usr/share/fonts"
    cache = f"<cachedir>{root / 'fonts-cache'}</cachedir>"
    path.write_text(f'<?xml version="1.0"?>\n<fontconfig><dir>{folder}</dir>{cache}</fontconfig>\n', encoding="utf-8")
    return path


def _fetch(home: Path) -> None:
    """Unpack Debian's package and what it needs and the machine lacks, by an apt state of our own."""
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool, path=search_path()) is None:
            raise Unavailable(f"there is no {PACKAGE}, and no {tool} to fetch Debian's")
    work = home / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    apt = ("apt-get", f"-oDir::State::Lists={work / 'lists'}", f"-oDir::Cache={work / 'cache'}")
    apt = (*apt, "-oAPT::Sandbox::User=root")
    run(*apt, "-qq", "update")
    run(
        *apt,
        "-qq",
        "download",
        *lacking(run(*apt, "-s", "install", "--no-install-recommends", PACKAGE, FONTS)),
        cwd=work,
    )
    partial = home / "root.partial"
    shutil.rmtree(partial, ignore_errors=True)
    for package in sorted(work.glob("*.deb")):
        run("dpkg", "-x", str(package), str(partial))
    if not (partial / "usr/lib/chromium/chromium").is_file():
        raise Unavailable(f"the package {PACKAGE} of this machine's mirror holds no browser")
    partial.rename(home / "root")
    shutil.rmtree(work)


def lacking(simulated: str) -> list[str]:
    """The packages that apt would install."""
    return [line.split()[1] for line in simulated.splitlines() if line.startswith("Inst ")]


@contextmanager
def launched(chromium: Chromium) -> Iterator[Browser]:
    """A browser with an empty profile of its own.

    Raises:
        Unavailable: it does not start on this machine.
    """
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=chromium.program, args=list(FLAGS), env={**os.environ, **chromium.variables}
            )
        except Error as error:
            why = next((line for line in str(error).splitlines() if "[err]" in line), str(error).splitlines()[0])
            raise Unavailable(f"{chromium.program} does not start: {why.strip()}") from error
        try:
            yield browser
        finally:
            browser.close()
