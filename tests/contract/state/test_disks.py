"""A disk that is full, and a store that is large: what a process of its own meets, and many megabytes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from odoo_etl.errors import StateError
from odoo_etl.state import open_ledger

ADVICE = "what was confirmed until then stays true; "
NEXT = ", then `odoo-etl resume`)"


@pytest.fixture
def url(tmp_path):
    """A SQLite store that holds nothing yet."""
    return f"sqlite:///{tmp_path}/state.db"


FILL = """
import itertools, resource, sys
from pathlib import Path
from odoo_etl.state import open_ledger
with open_ledger(sys.argv[1], Path("runs")) as ledger:
    job = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    for chunk in itertools.count():
        print(job.sent(chunk, "update", keys=["C1"] * 50, before=[{"name": f"Partner {chunk}"}] * 50), flush=True)
"""


def test_a_full_disk(tmp_path):
    """Not even an empty store fits."""
    code = (
        "import resource, sys; from pathlib import Path; from odoo_etl.state import open_ledger\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "open_ledger(sys.argv[1], Path('runs')).__enter__()"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/state.db"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "StateError" in done.stderr.splitlines()[-1]
    assert "is it full" in done.stderr.splitlines()[-1]


def test_a_disk_that_takes_no_more(url, tmp_path):
    """The same when the system refuses to write: the store is whole afterwards."""
    done = subprocess.run([sys.executable, "-c", FILL, url], capture_output=True, text=True, check=False, timeout=60)
    said = done.stderr.splitlines()[-1]
    assert "StateError" in said
    assert ADVICE in said
    assert NEXT in said
    numbers = [int(line) for line in done.stdout.split()]
    assert len(numbers) > 10
    with open_ledger(url, tmp_path) as ledger:
        assert [call.id for call in ledger.open_calls("res.partner", "db")] == numbers


def test_a_large_store_is_not_read_through_on_opening(url, tmp_path):
    """That would take long; its damage is found when it matters."""
    with open_ledger(url, tmp_path) as ledger:
        job = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
        for chunk in range(20):
            job.sent(chunk, "update", before=[{"noise": os.urandom(500_000).hex()}] * 2)
    wreck(tmp_path / "state.db", spared=17 * 1024**2)
    said = r"the file is damaged: .*, then `odoo-etl resume`"
    with open_ledger(url, tmp_path) as ledger, pytest.raises(StateError, match=said):
        list(ledger.calls(job.id))


def wreck(path, spared):
    """Overwrite a file but for so many bytes at its beginning."""
    with path.open("r+b") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(spared)
        stream.write(os.urandom(size - spared))
