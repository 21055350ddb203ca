"""What other systems lack is asked for nowhere, as far as a Linux can show it (docs/platforms.md)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.e2e.project import clean_environment

ROOT = Path(__file__).parents[2]


def test_a_project_where_only_windows_has_is_there(tmp_path: Path) -> None:
    """Every module loads, and a project is begun, planned and run, without `fcntl` and the signals of POSIX."""
    command = [sys.executable, "-m", "tests.windows_here", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["loaded"] > 800
    assert {one["verb"]: one["code"] for one in told["runs"]} == dict.fromkeys(
        ("init", "validate", "plan", "run", "history"), 0
    ), done.stderr
    results = {one["verb"]: one["out"] for one in told["runs"]}
    assert json.loads(results["run"])["jobs"][0]["counts"]["created"] == 3
    assert " done " in results["history"]
