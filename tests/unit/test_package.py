"""What importing the package costs, and what it offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import odoo_etl


def test_importing_the_package_loads_nothing_heavy():
    """Neither HTTP nor pandas nor SQLAlchemy is loaded before it is needed."""
    heavy = {"urllib3", "tenacity", "pandas", "sqlalchemy", "pydantic"}
    program = f"import sys, odoo_etl; sys.exit(', '.join({heavy!r} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", odoo_etl.__all__)
def test_public_names_are_there(name):
    """Everything in `__all__` can be had."""
    assert getattr(odoo_etl, name).__name__ == name


def test_other_names_are_not():
    """A typo is an AttributeError as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'OdooKlient'"):
        odoo_etl.OdooKlient  # noqa: B018 - the access is what is tested
