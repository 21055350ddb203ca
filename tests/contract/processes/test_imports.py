"""What importing the program does, each time in a process that has imported nothing yet."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"pandas", "numpy", "pyarrow", "sqlalchemy", "rich", "jinja2"}


@pytest.mark.parametrize("module", ["odoo_etl", "odoo_etl.cli.main", "odoo_etl.odoo"])
def test_importing_it_loads_nothing_heavy(module):
    """`--help` answers at once."""
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    "module", ["odoo_etl.spec", "odoo_etl.fieldtypes", "odoo_etl.mapping", "odoo_etl.planning", "odoo_etl.sources"]
)
def test_the_pure_layers_load_nothing_heavy(module):
    """Frames and SQL load when a source needs them, Jinja2 when a job has an expression."""
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("module", ["odoo_etl", "odoo_etl.cli.main", "odoo_etl.runs.jobs.schedule"])
def test_importing_sets_up_nothing(module):
    """Whoever uses the package from Python decides what is logged."""
    code = f"import logging, {module}; root = logging.root; ours = logging.getLogger('odoo_etl')\n"
    code += "print(root.handlers, root.level, ours.handlers, ours.level, ours.propagate)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "30", "[]", "0", "True"]


def test_without_pyarrow():
    """The extra is named."""
    program = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from odoo_etl.sources import open_source\n"
        "from odoo_etl.spec.sources import ParquetSource\n"
        "open_source(ParquetSource(type='parquet', path='rows.parquet'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "SourceError: a Parquet source needs the extra: pip install 'odoo-etl[parquet]'" in done.stderr
