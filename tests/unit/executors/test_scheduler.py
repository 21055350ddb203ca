"""Which Dask schedulers may be told keys and rows."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.executors import open_executor
from odoo_etl.executors.scheduler import check_scheduler, is_here
from odoo_etl.spec import ExecutorSpec


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "tcp://localhost:8786", "127.0.0.1:8786", "tcp://[::1]:8786"]
)
def test_this_machine_needs_no_encryption(address):
    """Nobody is between."""
    assert is_here(address)
    check_scheduler(address, insecure=False)


@pytest.mark.parametrize("address", ["tls://dask:8786", "wss://dask/x", "TLS://10.0.0.1:8786"])
def test_another_machine_is_spoken_to_encrypted(address):
    """Also in a private network."""
    assert not is_here(address)
    check_scheduler(address, insecure=False)


@pytest.mark.parametrize(
    "address", ["tcp://dask:8786", "dask:8786", "10.0.0.1:8786", "ws://dask", "ucx://dask:1", "x://h"]
)
def test_else_somebody_must_have_allowed_it(address):
    """Before anything is sent there."""
    with pytest.raises(UsageError, match=r"not encrypted.*tls://.*insecure: true"):
        check_scheduler(address, insecure=False)
    spec = ExecutorSpec(type="dask", scheduler=address)
    with pytest.raises(UsageError, match="not encrypted"), open_executor(spec, "postgresql://db/etl"):
        pass
    check_scheduler(address, insecure=True)


@pytest.mark.parametrize("address", ["tls://", "tcp://:8786", "tls://h:port", "tls://[::1", " "])
def test_what_is_no_address(address):
    """It says how one is written."""
    with pytest.raises(UsageError, match="write tls://host:8786"):
        check_scheduler(address, insecure=True)
