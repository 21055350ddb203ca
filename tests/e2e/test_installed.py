"""What is released, where nothing else is: an empty environment with the wheel, and the source tree is away."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from odoo_etl.demo import demo_files
from odoo_etl.manual import manual_pages
from tests.e2e.project import clean_environment
from tests.real_odoo.parts import cache_folder

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S = 60
UV = [sys.executable, "-m", "uv"]


@dataclass(frozen=True)
class Installed:
    """An environment that has the wheel and what it asks for.

    Attributes:
        scripts: the folder of its programs.
        folder: an empty one, to be in.
    """

    scripts: Path
    folder: Path

    def run(self, *words: str, code: int = 0) -> str:
        """What a command prints; run in the empty folder."""
        done = subprocess.run(
            [str(self.scripts / "odoo-etl"), *words],
            cwd=self.folder,
            env=clean_environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == code, done.stderr + done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is made from the sdist; or the one that is to be released (release.yaml)."""
    if made := os.environ.get("ODOO_ETL_DIST"):
        return next(Path(made).glob("*.whl"))
    folder = tmp_path_factory.mktemp("dist")
    build = [*UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True)
    assert len(list(folder.glob("*.tar.gz"))) == 1
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The environment; its packages, in the versions of the lock file, are fetched once and cached."""
    folder = tmp_path_factory.mktemp("empty")
    cache = {"UV_CACHE_DIR": str(cache_folder() / "uv")}
    environment = clean_environment() | cache
    subprocess.run(
        [*UV, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], env=environment, check=True
    )
    scripts = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    install = [*UV, "pip", "install", "--quiet", "--python", str(scripts / "python")]
    locked = ["--constraint", str(ROOT / "requirements.lock")]
    subprocess.run([*install, *locked, str(wheel)], env=environment, check=True)
    (folder / "here").mkdir()
    return Installed(scripts, folder / "here")


def test_it_is_the_wheel_that_is_tried(installed: Installed, wheel: Path) -> None:
    """Not the checkout; its version is that of the file."""
    assert installed.run("--version").split() == ["odoo-etl", wheel.name.split("-")[1]]
    where = [str(installed.scripts / "python"), "-c", "import odoo_etl; print(odoo_etl.__file__)"]
    done = subprocess.run(
        where, cwd=installed.folder, env=clean_environment(), capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).is_relative_to(installed.scripts.parent)


def test_the_demo_is_inside(installed: Installed) -> None:
    """It plans, runs and runs again, and leaves reports."""
    assert "had nothing left to write" in installed.run("demo")
    folder = installed.folder / "odoo-etl-demo"
    assert {path for path in demo_files() if not (folder / path).is_file()} == set()
    assert len(list(folder.glob(".odoo_etl/runs/*/report.html"))) == 3


def test_the_documentation_is_inside(installed: Installed) -> None:
    """Every page that the checkout has, but none for who works on the program."""
    told = json.loads(installed.run("docs", "--json"))
    assert [page["name"] for page in told] == [page.name for page in manual_pages()]
    assert installed.run("docs", "rejects").startswith("# ")
    assert "## " in installed.run("docs", "job")


def test_the_schemas_and_codes_are_inside(installed: Installed) -> None:
    """As the checkout has them."""
    for kind in ("job", "project", "tests"):
        assert installed.run("schema", kind) == (ROOT / f"pipelines/{kind}.schema.json").read_text("utf-8")
    assert "lookup_missing" in installed.run("explain")


def test_the_server_is_inside(installed: Installed) -> None:
    """It is alive, shows its login page with styles and scripts, and ends in order when it is asked to."""
    folder = installed.folder / "served"
    installed.run("init", str(folder), "--sandbox")
    with serving(installed, folder) as url:
        assert fetched(f"{url}healthz").strip() == "ok"
        page = fetched(url)
        assert "<title>Log in" in page
        files = re.findall(r'(?:href|src)="/(static/[^"]+)"', page)
        assert {name.rpartition(".")[2] for name in files} >= {"css", "js"}
        assert all(fetched(f"{url}{name}") for name in files)


@contextmanager
def serving(installed: Installed, folder: Path) -> Iterator[str]:
    """The address of a server of the project, while it is alive."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(installed.scripts / "odoo-etl"), "serve", "--port", str(port)]
    apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if sys.platform == "win32" else {}
    log = folder / "serve.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(command, cwd=folder, env=clean_environment(), stderr=out, **apart) as server,
    ):
        try:
            until = time.monotonic() + STARTS_WITHIN_S
            while not is_up(port):
                assert server.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < until, log.read_text("utf-8")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGTERM)
    assert server.returncode == 0, log.read_text("utf-8")


def is_up(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def fetched(url: str) -> str:
    """The text there; redirections are followed."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode("utf-8")


def test_nothing_of_the_checkout_is_lost(wheel: Path) -> None:
    """Every file of the package is in the wheel: templates, styles, scripts, models of the sandbox."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "odoo_etl"]
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("no git to ask which files are the package's")
    known = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    with zipfile.ZipFile(wheel) as packed:
        inside = set(packed.namelist())
    assert {path for path in known if path and (ROOT / path).is_file()} - inside == set()
