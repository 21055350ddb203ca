"""What a PostgreSQL adds: a server that may go away, and refuse to write."""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from odoo_etl.errors import StateError
from odoo_etl.state import open_ledger
from odoo_etl.state.store import Store
from odoo_etl.state.tables import UPGRADES

pytestmark = pytest.mark.postgres


@pytest.fixture
def cut(postgres_url):
    """A function that ends all other connections to the database."""
    engine = sa.create_engine(postgres_url)
    mine = "datname = current_database() AND pid <> pg_backend_pid()"
    others = f"FROM pg_stat_activity WHERE backend_type = 'client backend' AND {mine}"

    def end():
        with engine.connect() as connection:
            assert connection.exec_driver_sql(f"SELECT count(pg_terminate_backend(pid)) {others}").scalar_one() > 0

    yield end
    engine.dispose()


def test_connections_that_were_cut_at_rest_are_made_anew(postgres_url, tmp_path, cut):
    """The server restarted between two calls: the run goes on."""
    with open_ledger(postgres_url, tmp_path) as ledger:
        job = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
        call = job.sent(0, "create")
        cut()
        job.done(call, [1])
        cut()
        assert [(entry.state, entry.ids) for entry in ledger.calls(job.id)] == [("done", [1])]
        cut()
        job.sent(1, "create")


def test_a_connection_that_is_cut_at_work_fails_with_advice(postgres_url, cut):
    """Whether it was stored is not known, so nobody may go on."""
    store = Store(postgres_url, UPGRADES)
    with pytest.raises(StateError, match=r"stays true; check that the database server runs, then `odoo-etl resume`"):  # noqa: PT012, SIM117
        with store.write(durable=True) as connection:
            cut()
            connection.exec_driver_sql("SELECT 1")
    store.close()


def test_a_forked_child_leaves_the_connections_of_its_parent_open(postgres_url):
    """To the server they are the same ones."""
    store = Store(postgres_url, UPGRADES)
    served_by = "SELECT pg_backend_pid()"
    with store.read() as connection:
        before = connection.exec_driver_sql(served_by).scalar_one()
    child = os.fork()
    if not child:
        store.close()
        os._exit(0)
    assert os.waitpid(child, 0) == (child, 0)
    with store.read() as connection:
        assert connection.exec_driver_sql(served_by).scalar_one() == before
    store.close()


def test_a_server_that_can_only_be_read(postgres_url, tmp_path):
    """A replica, for example: found on opening."""
    url = f"{postgres_url}&options={quote('-c default_transaction_read_only=on')}"
    with pytest.raises(StateError, match="name its primary server"), open_ledger(url, tmp_path):
        pass


def test_a_database_that_is_not_there(postgres_url, tmp_path):
    """It is not made: that takes rights which a loader should not have."""
    url = sa.make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)
    with (
        pytest.raises(StateError, match=r"postgresql:///nowhere: .* user, password and database\)"),
        open_ledger(url, tmp_path),
    ):
        pass


def test_intents_wait_for_the_disk_and_outcomes_do_not(postgres_url):
    """As on SQLite."""
    store = Store(postgres_url, UPGRADES)
    for durable, setting in ((True, "on"), (False, "off")):
        with store.write(durable=durable) as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == setting
    store.close()
