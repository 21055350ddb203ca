"""The files of the demo project: inside an installed package, or in the checkout that the package is run from."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from odoo_etl.errors import UsageError

INSTALLED = Path(__file__).with_name("project")  # pyproject.toml puts them there
CHECKOUT = Path(__file__).parents[2]
JOBS = "pipelines"
SETTINGS = f"{JOBS}/project.yaml"
SAMPLES = tuple(f"samples/{name}" for name in ("partner_tags.csv", "partners.csv", "products.sql", "shop.db"))


@dataclass(frozen=True, slots=True)
class Laid:
    """The demo project in a folder.

    Attributes:
        folder: of the project.
        written: how many files were not there yet.
    """

    folder: Path
    written: int


def demo_files() -> Mapping[str, Path]:
    """Path below the project's folder to where the file lies, of each file of the demo project."""
    if INSTALLED.is_dir():
        return {path.relative_to(INSTALLED).as_posix(): path for path in _files(INSTALLED)}
    jobs = [path.relative_to(CHECKOUT).as_posix() for path in _files(CHECKOUT / JOBS)]
    return {path: CHECKOUT / path for path in (*jobs, *SAMPLES)}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".pyc"))


def lay(folder: Path) -> Laid:
    """Write those files of the demo project that are not there; none that is there is touched.

    Raises:
        UsageError: the folder has another project, or cannot be written.
    """
    files = demo_files()
    settings = folder / SETTINGS
    if settings.exists() and settings.read_bytes() != files[SETTINGS].read_bytes():
        raise UsageError(f"{settings} is not the demo's: name a folder without a project, such as odoo-etl-demo")
    try:
        missing = {path: source for path, source in files.items() if not (folder / path).exists()}
        for path, source in missing.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / path)
    except OSError as error:
        raise UsageError(f"the demo cannot be written into {folder}: {error.strerror}") from error
    return Laid(folder, len(missing))
