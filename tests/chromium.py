"""A headless Chromium for tests of pages: the machine's own, or Debian's, unpacked into the cache without root."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.debian import unpack
from tests.real_odoo.parts import Unavailable, cache_folder, locked, search_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PACKAGE = "chromium"
PROGRAM = "usr/lib/chromium/chromium"
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
            unpack(home, PROGRAM, [PACKAGE, FONTS], needed=True)
    return unpacked(home / "root")


def unpacked(root: Path) -> Chromium:
    """The one below a folder, with the libraries that were unpacked beside it."""
    own = root / "usr/lib/chromium"
    libraries = sorted({str(each.parent) for each in (root / "usr/lib").rglob("*.so*") if own not in each.parents})
    variables = {"LD_LIBRARY_PATH": os.pathsep.join(libraries)}
    if not any(Path("/usr/share/fonts").rglob("*.ttf")):
        variables["FONTCONFIG_FILE"] = str(_fonts(root))
    return Chromium(root / PROGRAM, variables)


def _fonts(root: Path) -> Path:
    """The configuration by which it finds the fonts that were unpacked beside it."""
    path, folder = root / "fonts.conf", root / "usr/share/fonts"
    cache = f"<cachedir>{root / 'fonts-cache'}</cachedir>"
    path.write_text(f'<?xml version="1.0"?>\n<fontconfig><dir>{folder}</dir>{cache}</fontconfig>\n', encoding="utf-8")
    return path


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
