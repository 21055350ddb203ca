"""Stores of every version are opened, and none of a later one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from odoo_etl.errors import StateError
from odoo_etl.state import open_ledger
from odoo_etl.state.tables import UPGRADES, VERSION


@pytest.fixture
def url(tmp_path):
    """A store with a run in it."""
    url = f"sqlite:///{tmp_path}/state.db"
    with open_ledger(url, tmp_path) as ledger:
        ledger.start_run("r1", "run")
    return url


def set_version(url, version):
    """Make the store say that it is of this version; its version is answered."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        if version is not None:
            connection.execute(sa.text("UPDATE etl_meta SET version = :version"), {"version": version})
        found = connection.execute(sa.text("SELECT version FROM etl_meta")).scalar_one()
    engine.dispose()
    return found


@pytest.mark.parametrize("version", range(2, VERSION + 1))
def test_a_store_of_any_version_is_opened(url, tmp_path, version):
    """It is of today's version then, and keeps what it held."""
    set_version(url, version)
    with open_ledger(url, tmp_path) as ledger:
        assert ledger.run("r1").command == "run"
    assert set_version(url, None) == VERSION


def test_a_store_of_the_next_version_is_refused(url, tmp_path):
    """It says which versions these are, and is left as it is."""
    set_version(url, VERSION + 1)
    said = f"its version is {VERSION + 1}, this one knows {VERSION}"
    with pytest.raises(StateError, match=said), open_ledger(url, tmp_path):
        pass
    assert set_version(url, None) == VERSION + 1


def test_every_version_leads_to_the_next():
    """From the first one on."""
    assert sorted(UPGRADES) == list(range(1, VERSION))
