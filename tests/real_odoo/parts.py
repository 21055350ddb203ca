"""Fetch what a real Odoo needs: its Debian package (unpacked, not installed) and a virtual environment of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

PACKAGE = "odoo-19"
SYSTEM_FOLDERS = ("/usr/sbin", "/sbin")

# What Debian's package declares as its Python dependencies, by their PyPI names.
LIBRARIES = """\
asn1crypto babel cbor2 chardet cryptography docutils freezegun geoip2 gevent greenlet idna Jinja2 libsass lxml
lxml-html-clean MarkupSafe num2words ofxparse openpyxl passlib Pillow polib psutil psycopg2-binary pyOpenSSL pypdf
pyserial python-dateutil python-stdnum pytz pyusb qrcode reportlab requests rjsmin setuptools urllib3 vobject
Werkzeug<3.2 xlrd XlsxWriter xlwt zeep python-magic
""".split()  # noqa: SIM905 - reads as the list it is


class Unavailable(Exception):
    """A real Odoo cannot be had on this machine; the message says why, in one line."""


@dataclass(frozen=True)
class Parts:
    """Where the unpacked Odoo and its interpreter are."""

    python: Path
    root: Path

    @property
    def program(self) -> Path:
        """The `odoo` script of the package."""
        return self.root / "usr/bin/odoo"

    @property
    def packages(self) -> Path:
        """The folder to put on PYTHONPATH."""
        return self.root / "usr/lib/python3/dist-packages"


def cache_folder() -> Path:
    """The folder that outlives the checkout: `$XDG_CACHE_HOME/odoo-etl` or `~/.cache/odoo-etl`."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "odoo-etl"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def search_path(path: str = os.environ.get("PATH", os.defpath)) -> str:
    """Where programs are looked for: PATH, and the system's folders, which the PATH of a root may lack."""
    named = path.split(os.pathsep)
    return os.pathsep.join([*named, *(folder for folder in SYSTEM_FOLDERS if folder not in named)])


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Let one process at a time build the part called `name`."""
    with FileLock(cache_folder() / f"{name}.lock"):
        yield


def fetch() -> Parts:
    """Return the parts, fetching what the cache lacks (about half a minute the first time).

    Raises:
        Unavailable: no apt, or the package or the libraries cannot be fetched.
    """
    home = cache_folder() / PACKAGE
    with locked(PACKAGE):
        if not (home / "root").exists():
            _fetch_package(home)
        if not (home / "venv" / "complete").exists():
            _fetch_libraries(home / "venv")
    return Parts(python=home / "venv/bin/python", root=home / "root")


def _fetch_package(home: Path) -> None:
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool, path=search_path()) is None:
            raise Unavailable(f"{tool} is not on this machine; Debian's package {PACKAGE} is how Odoo gets here")
    work = home / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    for uri in _mirrors():
        if _download(uri, work):
            break
    else:
        raise Unavailable(f"no package mirror of this machine serves Debian's {PACKAGE}")
    unpacked = home / "root.partial"
    shutil.rmtree(unpacked, ignore_errors=True)
    run("dpkg", "-x", str(next(work.glob(f"{PACKAGE}_*.deb"))), str(unpacked))
    unpacked.rename(home / "root")
    shutil.rmtree(work)


def _mirrors() -> list[str]:
    """The mirrors that the machine's own apt configuration names, Debian's first."""
    found = run("apt-get", "indextargets", "--format", "$(REPO_URI)").split()
    return sorted(set(found), key=lambda uri: ("debian" not in uri, "security" in uri, uri))


def _download(uri: str, work: Path) -> bool:
    sources = work / "sources.list"
    sources.write_text(f"deb {uri} sid main\n")
    private = [
        f"-oDir::Etc::sourcelist={sources}",
        "-oDir::Etc::sourceparts=/dev/null",
        f"-oDir::State::Lists={work / 'lists'}",
        f"-oDir::Cache={work / 'cache'}",
        "-oAPT::Sandbox::User=root",
    ]
    try:
        run("apt-get", *private, "-qq", "update")
        run("apt-get", *private, "-qq", "download", PACKAGE, cwd=work)
    except Unavailable:
        return False
    return any(work.glob(f"{PACKAGE}_*.deb"))


def _fetch_libraries(venv: Path) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    run(sys.executable, "-m", "venv", str(venv))
    run(str(venv / "bin/python"), "-m", "pip", "install", "--quiet", *LIBRARIES)
    (venv / "complete").touch()


def run(*command: str, cwd: Path | None = None) -> str:
    environment = {**os.environ, "PATH": search_path()}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise Unavailable(f"{Path(command[0]).name} failed: {last[0]}")
    return done.stdout
