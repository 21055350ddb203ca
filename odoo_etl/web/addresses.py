"""Connections to public addresses alone: a name is looked up, judged and connected to in one step.

So no name can stand for one address when it is judged and for another when it is used, and none leads into the network
that this machine is in, unless the job names it.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, cast

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
MOST_HOSTS = 32

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class PrivateAddress(Exception):
    """A host has an address that is not public."""


def is_public(text: str) -> bool:
    """Whether an address is one of the internet; IPv4 inside IPv6 is looked at as what it is."""
    address = _inner(ipaddress.ip_address(text.partition("%")[0]))
    return address.is_global and not address.is_multicast


def _inner(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def plain_host(host: str) -> str:
    """A name of a host as it is compared."""
    return host.strip("[]").rstrip(".").lower()


def pools(
    allowed: Collection[str] | None, per_host: int, ssl_context: ssl.SSLContext | None = None
) -> urllib3.PoolManager:
    """Connections by host, kept open.

    Args:
        allowed: hosts that may have addresses of any kind; None for all of them.
        per_host: how many are kept.
        ssl_context: whom to trust; by default, the authorities of the system.
    """
    hosts = None if allowed is None else frozenset(map(plain_host, allowed))
    manager = urllib3.PoolManager(num_pools=MOST_HOSTS, maxsize=per_host, ssl_context=ssl_context)
    plain = type("Pool", (HTTPConnectionPool,), {"ConnectionCls": type("Plain", (_Plain,), {"allowed": hosts})})
    secure = type("TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": type("Secure", (_Secure,), {"allowed": hosts})})
    manager.pool_classes_by_scheme = {"http": plain, "https": secure}
    return manager


class _Judging(HTTPConnection):
    """Connects to judged addresses, and waits for the head of an answer no longer than for its first byte."""

    allowed: frozenset[str] | None = frozenset()

    def _new_conn(self) -> socket.socket:
        found = self._judged()
        timeout = cast("float", self.timeout)
        last: OSError = OSError("no address")
        for family, kind, protocol, _, address in found:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(timeout)
                sock.connect(address)
            except OSError as error:
                sock.close()
                last = error
            else:
                return sock
        raise NewConnectionError(self, str(last)) from last

    def _judged(self) -> list[Any]:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameResolutionError(self.host, self, cast("Any", error)) from error
        if self.allowed is None:
            return found
        private = [str(one[4][0]) for one in found if not is_public(str(one[4][0]))]
        if private and plain_host(self.host) not in self.allowed:
            what = self.host if self.host == private[0] else f"{self.host} is {private[0]}, which"
            raise PrivateAddress(f"{what} is no public address")
        return found

    def getresponse(self) -> Any:
        with ending(partial(shut_down, self.sock), cast("float", self.timeout)):
            return super().getresponse()


class _Plain(_Judging):
    """Without TLS."""


class _Secure(_Judging, HTTPSConnection):
    """With TLS: the certificate must be that of the name."""


@contextmanager
def ending(end: Callable[[], object], after_s: float) -> Iterator[None]:
    """Call `end` after so many seconds: what goes on over a socket comes to its end, however slowly it drips."""
    timer = threading.Timer(after_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def shut_down(sock: socket.socket | None) -> None:
    """Whoever reads from the socket sees its end."""
    with suppress(OSError):
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)
