"""A store that fails while a run goes on: the error says so, and what was confirmed stays true."""

from __future__ import annotations

import os
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from odoo_etl.errors import StateError
from odoo_etl.state import open_ledger
from tests.builders import watermark_of

ADVICE = "what was confirmed until then stays true; "
NEXT = ", then `odoo-etl resume`)"


@pytest.fixture
def url(tmp_path):
    """A store that holds nothing yet."""
    return f"sqlite:///{tmp_path}/state.db"


@contextmanager
def at_most(pages):
    """No SQLite file opened meanwhile may grow beyond so many pages."""

    def limit(raw, _):
        raw.execute(f"PRAGMA max_page_count = {pages}")

    sa.event.listen(sa.Engine, "connect", limit)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "connect", limit)


def fill(job, stored):
    """Write until it fails; the calls whose intent was stored go into `stored`."""
    for chunk in range(1000):
        stored.append(job.sent(chunk, "update", before=[{"noise": os.urandom(500).hex()}]))
        job.confirmed(chunk, {"updated": 1})


def test_a_full_store_stops_with_what_was_confirmed(url, tmp_path):
    """Every intent that was stored is there, and none that was not; with more space it goes on."""
    with at_most(60), open_ledger(url, tmp_path) as ledger:
        ledger.start_run("r1", "run")
        job = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
        stored = []
        with pytest.raises(StateError) as caught:
            fill(job, stored)
        assert ADVICE + "free space on its disk" + NEXT in str(caught.value)
        assert caught.value.exit_code == 1
        assert len(job.confirmed_chunks()) in {len(stored), len(stored) - 1}
    with open_ledger(url, tmp_path) as ledger:
        assert [call.id for call in ledger.open_calls("res.partner", "db")] == stored
        ledger.start_job("r1", "partners", "res.partner", "db", "spec").sent(0, "create")


def test_a_value_that_was_damaged(url, tmp_path):
    """Pages are sound, what one of them holds is not."""
    with open_ledger(url, tmp_path) as ledger:
        job = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
        job.sent(0, "update", keys=["C1"])
        ledger.marks("partners", "db").set_watermark(1, "r1")
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE etl_calls SET keys = x'00112233'")
            connection.exec_driver_sql("UPDATE etl_watermarks SET value = '[\"int\"'")
        engine.dispose()
        for use in (lambda: list(ledger.calls(job.id)), lambda: watermark_of(ledger, "partners", "db")):
            with pytest.raises(StateError, match="damaged"):
                use()


def test_the_folder_for_signs_of_life_cannot_be_made(url, tmp_path):
    """Without it others could not see that we live."""
    (tmp_path / "runs").touch()
    with open_ledger(url, tmp_path / "runs") as ledger, pytest.raises(StateError, match=r"runs.* \(check the folder\)"):
        ledger.lock("partners", "db", "r1").__enter__()
