"""Airflow, Dagster and Prefect for the tests of what the documentation says of them: each in an environment of its own.

They lie in the cache, outside of the checkout, since their packages do not go with ours.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.real_odoo.parts import cache_folder, locked, run

PACKAGES: Final = {"airflow": "apache-airflow==3.3.2", "dagster": "dagster==1.13.29", "prefect": "prefect==3.9.1"}
UV: Final = Path(sys.executable).with_name("uv")
QUIET: Final[Mapping[str, Mapping[str, str]]] = {
    "airflow": {"AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__CORE__UNIT_TEST_MODE": "False"},
    "dagster": {"DAGSTER_DISABLE_TELEMETRY": "1"},
    "prefect": {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    },
}
HOMES: Final = {"airflow": "AIRFLOW_HOME", "dagster": "DAGSTER_HOME", "prefect": "PREFECT_HOME"}


@dataclass(frozen=True)
class Orchestrator:
    """One of them.

    Attributes:
        python: of its environment.
        home: a folder that it begins with, such as the one with an empty database.
    """

    name: str
    python: Path
    home: Path

    def variables(self, folder: Path) -> dict[str, str]:
        """The variables that a process of it needs, with a home of its own below a folder."""
        home = folder / self.name
        shutil.copytree(self.home, home)
        ours = ("AIRFLOW", "DAGSTER", "PREFECT", "ODOO_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**kept, **QUIET[self.name], HOMES[self.name]: str(home), "HOME": str(folder)}


def orchestrator(name: str) -> Orchestrator:
    """One of them, installed the first time (up to 200 MB).

    Raises:
        Unavailable: its packages cannot be fetched.
    """
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    root = cache_folder() / f"orchestrator-{PACKAGES[name].replace('==', '-')}-py{python}"
    with locked(root.name):
        if not (root / "complete").exists():
            shutil.rmtree(root, ignore_errors=True)
            run(str(UV), "venv", "--quiet", "--python", sys.executable, str(root / "venv"))
            run(str(UV), "pip", "install", "--quiet", "--python", str(root / "venv/bin/python"), PACKAGES[name])
            (root / "home").mkdir()
            if name == "airflow":
                _migrate(root)
            (root / "complete").touch()
    return Orchestrator(name, root / "venv/bin/python", root / "home")


def _migrate(root: Path) -> None:
    """Make its empty database once: that takes half a minute."""
    home = [f"{name}={value}" for name, value in {**QUIET["airflow"], "AIRFLOW_HOME": str(root / "home")}.items()]
    run("env", *home, str(root / "venv/bin/airflow"), "db", "migrate")
    (root / "home/airflow.cfg").unlink(missing_ok=True)  # it names this folder; the tests have another
