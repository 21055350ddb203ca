"""What unit tests share: a folder that is quick, and no network but this machine's own."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from odoo_etl.text import secrets
from tests.folders import in_memory

if TYPE_CHECKING:  # most tests need no ledger, and it loads slowly
    from odoo_etl.state import Ledger
    from tests.shared_ledger import SharedLedger

CALLS_OUT = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}


class Network:
    """What the interpreter reports of sockets: while a unit test runs, an address elsewhere ends it.

    It is no OSError, which the code under test would take for an outage and wait.
    """

    def __init__(self) -> None:
        self.is_refused = False
        sys.addaudithook(self._watch)  # for as long as the process lives: there is no way to take it back

    def _watch(self, event: str, found: tuple[Any, ...]) -> None:
        if event in CALLS_OUT and self.is_refused and not is_here(event, found):
            if event.startswith("socket.get") and str(found[0]).endswith(".invalid"):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")  # as everywhere, by RFC 6761
            pytest.fail(f"a unit test asks the network: {event} {found[1:] or found}")


def is_here(event: str, found: tuple[Any, ...]) -> bool:
    """True when a call leads to this machine: a Unix socket, `localhost`, or an address of the loopback."""
    if event.startswith("socket.get"):
        return is_loopback(found[0])
    asking, address = found[0], found[1]
    return asking.family == getattr(socket, "AF_UNIX", None) or is_loopback(address[0])


def is_loopback(host: str | bytes | None) -> bool:
    """True for a name or an address of this machine; None is what a server binds to."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def network() -> Network:
    """The one watch of this process."""
    return Network()


@pytest.fixture(autouse=True)
def no_network(network: Network) -> Iterator[None]:
    """While a unit test runs. It may serve on the loopback, as the sandbox does."""
    network.is_refused = True
    yield
    network.is_refused = False


@pytest.fixture(autouse=True)
def own_secrets() -> Iterator[None]:
    """What a test calls a secret is none in the texts of others, which the same process runs."""
    before = set(secrets.secrets_in_use())
    yield
    secrets._in_use.intersection_update(before)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder in memory, if there is one: no unit test is about power failures, and most would wait for the disk."""
    with in_memory() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_ledger() -> Iterator[SharedLedger]:
    """The ledger of a file of tests, for those that fill it in a way of their own."""
    from tests.shared_ledger import shared

    with in_memory() as folder, shared(folder) as made:
        yield made


@pytest.fixture
def ledger(shared_ledger: SharedLedger) -> Ledger:
    """An open ledger that knows nothing."""
    return shared_ledger.put(shared_ledger.empty)
