"""`odoo-etl demo`, which `make demo` calls, as README.md shows it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.e2e.project import clean_environment

ROOT = Path(__file__).parents[2]


def test_the_demo_prints_what_the_readme_shows(tmp_path: Path) -> None:
    """Line by line; `...` in README.md stands for anything."""
    demo = [sys.executable, "-m", "odoo_etl", "demo", str(tmp_path / "demo")]
    done = subprocess.run(demo, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shown = re.search(
        r"^\$ uvx odoo-etl demo .*?\n(.*?)\n```",
        (ROOT / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert shown
    lines = [line for line in shown[1].splitlines() if line != "..."]
    assert len(lines) == 3
    for line in lines:
        assert re.search(".*".join(map(re.escape, line.split("..."))), done.stdout), line
