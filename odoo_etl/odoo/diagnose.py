"""Is this server fit for work? One check after the other, from the host name to the rights, each with its remedy."""

from __future__ import annotations

import socket
import ssl
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from odoo_etl.errors import AccessRefused, CannotStart, OdooError
from odoo_etl.loopback import is_loopback
from odoo_etl.odoo.client import OdooClient
from odoo_etl.odoo.transports.http import tls_context

_PROBES = 5


@dataclass(frozen=True, slots=True)
class Check:
    """The finding of one check; `remedy` says what to do where it failed."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def diagnose(
    client: OdooClient, needs: Mapping[str, Sequence[str]], *, ca_file: Path | None = None, timeout_s: float = 10.0
) -> Iterator[Check]:
    """Check step by step; a failed step of the way there ends the checks, a missing right does not.

    Args:
        client: a client of the connection.
        needs: operations (`read`, `create`, `write`, `unlink`) by model.
        ca_file: as the connection has it.
        timeout_s: how long to wait for a connection.
    """
    for step in (*_network_steps(client.url, ca_file, timeout_s), *_server_steps(client)):
        check = step()
        yield check
        if not check.ok:
            return
    for model, operations in needs.items():
        yield check_rights(client, model, operations)
    yield _latency(client)


def _network_steps(url: str, ca_file: Path | None, timeout_s: float) -> list[Callable[[], Check]]:
    """Resolve, connect, and TLS where the url asks for it."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    steps = [lambda: _resolves(host, port), lambda: _connects(host, port, timeout_s)]
    if parts.scheme == "https":
        steps.append(lambda: _tls(host, port, tls_context(ca_file), timeout_s))
    elif not is_loopback(host):
        steps.append(lambda: Check("TLS", ok=True, detail="none: whoever is between reads the key and all data"))
    return steps


def _server_steps(client: OdooClient) -> list[Callable[[], Check]]:
    """Version, protocol, login."""
    return [
        lambda: _asked("version", lambda: f"Odoo {client.version().text}", "is the url that of an Odoo server?"),
        lambda: _asked("protocol", lambda: client.protocol, "give the connection what the protocol needs"),
        lambda: _asked(
            "login",
            lambda: f"{client.login()} is user {client.authenticate()}",
            "check db, user and api_key (or password) of the connection",
        ),
    ]


def _asked(name: str, ask: Callable[[], str], remedy: str) -> Check:
    """A check that succeeds if asking does."""
    try:
        return Check(name, ok=True, detail=ask())
    except (CannotStart, OdooError) as error:
        return Check(name, ok=False, detail=str(error), remedy=remedy)


def _resolves(host: str, port: int) -> Check:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return Check("resolves", ok=False, detail=f"{host}: {error}", remedy="check the host name in the url, and DNS")
    addresses = sorted({str(address[0]) for *_, address in found})
    return Check("resolves", ok=True, detail=f"{host} is {', '.join(addresses)}")


def _connects(host: str, port: int, timeout_s: float) -> Check:
    begin = time.perf_counter()
    try:
        socket.create_connection((host, port), timeout_s).close()
    except OSError as error:
        remedy = "is Odoo running, the port right, and no firewall in between?"
        return Check("connects", ok=False, detail=f"{host}:{port}: {error}", remedy=remedy)
    return Check("connects", ok=True, detail=f"{host}:{port} in {_ms(time.perf_counter() - begin)}")


def _tls(host: str, port: int, context: ssl.SSLContext, timeout_s: float) -> Check:
    try:
        with (
            socket.create_connection((host, port), timeout_s) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            certificate = secure.getpeercert() or {}
            return Check("TLS", ok=True, detail=f"{secure.version()}, valid until {certificate.get('notAfter')}")
    except OSError as error:
        remedy = "name your own certificate authority with ca_file, or correct the url"
        return Check("TLS", ok=False, detail=f"{host}:{port}: {error}", remedy=remedy)


def check_rights(client: OdooClient, model: str, operations: Sequence[str]) -> Check:
    """Whether the user may do all of that to a model; Odoo 18 renamed the question."""
    name = f"rights on {model}"
    try:
        missing = [operation for operation in operations if not client.may(model, operation)]
    except AccessRefused as error:
        return Check(name, ok=False, detail=str(error), remedy="give the user more rights in Odoo")
    except OdooError as error:
        return Check(name, ok=False, detail=str(error), remedy="check the model's name; is its module installed?")
    if missing:
        remedy = f"give user {client.user} a group in Odoo that may {', '.join(missing)} {model}"
        return Check(name, ok=False, detail=f"may not {', '.join(missing)}", remedy=remedy)
    return Check(name, ok=True, detail=", ".join(operations))


def _latency(client: OdooClient) -> Check:
    """The median of a few calls that do next to nothing."""
    return _asked("latency", lambda: f"{_ms(_median_s(client))} a call", "the server answers irregularly: try again")


def _median_s(client: OdooClient) -> float:
    times = []
    for _ in range(_PROBES):
        begin = time.perf_counter()
        client.execute("res.users", "context_get")
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
