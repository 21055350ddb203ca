"""`--log-level`: where it may stand, and who sets up logging."""

from __future__ import annotations

import subprocess
import sys

import pytest

from odoo_etl.cli._log import in_front


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("--log-level debug run", "--log-level debug run"),
        ("run --log-level debug partners", "--log-level debug run partners"),
        ("run partners --log-level=info", "--log-level=info run partners"),
        ("run --log-level", "--log-level run"),
        ("call m f -- --log-level debug", "call m f -- --log-level debug"),
        ("run", "run"),
    ],
)
def test_the_option_may_stand_before_or_after_the_verb(written, read):
    """People write it where they think of it."""
    assert in_front(written.split()) == read.split()


@pytest.mark.parametrize("module", ["odoo_etl", "odoo_etl.cli.main", "odoo_etl.loading.schedule"])
def test_importing_sets_up_nothing(module):
    """Whoever uses the package from Python decides what is logged."""
    code = f"import logging, {module}; root = logging.root; ours = logging.getLogger('odoo_etl')\n"
    code += "print(root.handlers, root.level, ours.handlers, ours.level, ours.propagate)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "30", "[]", "0", "True"]
