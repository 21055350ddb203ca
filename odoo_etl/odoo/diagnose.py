"""Is this server fit for work? One check after the other, from the host name to the rights, each with its remedy."""

from __future__ import annotations

import socket
import ssl
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from odoo_etl.errors import AccessRefused, CannotStart, OdooError
from odoo_etl.loopback import is_loopback
from odoo_etl.odoo.api_keys import REMEDY, key_expiry
from odoo_etl.odoo.client import OdooClient
from odoo_etl.odoo.probing import Found, Prober, lacking
from odoo_etl.odoo.transports import TRANSPORTS
from odoo_etl.web import tls_context

_PROBES = 5
_CLOCK_S = 30
_LIMIT_S = 120


@dataclass(frozen=True, slots=True)
class Check:
    """The finding of one check; `remedy` says what to do where it failed.

    Attributes:
        warns: it works, and will not always do so.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    warns: bool = False


Others = Callable[[str], AbstractContextManager[OdooClient]]  # the same connection over another protocol


def diagnose(
    client: OdooClient,
    needs: Mapping[str, Sequence[str]],
    *,
    ca_file: Path | None = None,
    timeout_s: float = 10.0,
    others: Others | None = None,
) -> Iterator[Check]:
    """Check step by step; a failed step of the way there ends the checks, a missing right does not.

    Args:
        client: a client of the connection.
        needs: operations (`read`, `create`, `write`, `unlink`) by model.
        ca_file: as the connection has it.
        timeout_s: how long to wait for a connection.
        others: opens a client over another protocol, to tell a wrong secret from a wrong protocol.
    """
    prober = Prober(client.url, ca_file, timeout_s)
    for step in (*_network_steps(prober), *_server_steps(client, prober, others)):
        check = step()
        yield check
        if not check.ok:
            return
    for model, operations in needs.items():
        yield check_rights(client, model, operations)
    yield _latency(client)
    yield from check_clock(prober)


def _network_steps(prober: Prober) -> list[Callable[[], Check]]:
    """Resolve, connect, and TLS where the url asks for it."""
    parts, timeout_s = urlsplit(prober.url), prober.timeout_s
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    steps = [lambda: _resolves(host, port), lambda: _connects(host, port, timeout_s)]
    if parts.scheme == "https":
        steps.append(lambda: _tls(host, port, prober))
    elif not is_loopback(host):
        steps.append(lambda: Check("TLS", ok=True, detail="none: whoever is between reads the key and all data"))
    return steps


def _server_steps(client: OdooClient, prober: Prober, others: Others | None) -> list[Callable[[], Check]]:
    """Version, protocol, login."""
    return [
        lambda: _version(client, prober),
        lambda: _asked("protocol", lambda: client.protocol, "give the connection what the protocol needs"),
        lambda: _login(client, prober, others),
    ]


def _version(client: OdooClient, prober: Prober) -> Check:
    """The version of what answers, or what else is there."""
    check = _asked("version", lambda: f"Odoo {client.version().text}", "is the url that of an Odoo server?")
    return check if check.ok else _explained(check, prober.why_no_odoo())


def _explained(check: Check, found: Found | None) -> Check:
    """The failed check with what was found out about it."""
    return check if found is None else replace(check, detail=found.detail, remedy=found.remedy)


def _login(client: OdooClient, prober: Prober, others: Others | None) -> Check:
    """Who we are, or why nobody knows: the database, the protocol, or user and secret."""
    check = _asked(
        "login",
        lambda: f"{client.login()} is user {client.authenticate()}",
        "check db, user and api_key (or password) of the connection",
    )
    if check.ok:
        return check
    if (known := prober.databases()) is not None and (why := lacking(client.db, known)):
        return replace(check, detail=why, remedy="name one of them with db: in the connection")
    return _explained(check, _elsewhere(client, others)) if others is not None else check


def _elsewhere(client: OdooClient, others: Others) -> Found | None:
    """Whether the same user and secret log in over another protocol: then the secret is right."""
    refused = []
    for protocol in TRANSPORTS:
        try:
            if protocol == client.protocol:
                continue
            with others(protocol) as other:
                user = f"{other.user} (id {other.authenticate()})"
            return Found(*_other_protocol(client.protocol, protocol, user))
        except AccessRefused:
            refused.append(protocol)
        except (CannotStart, OdooError):
            continue
    if not refused:
        return None
    detail = (
        f"{client.protocol} refuses user {client.user or '(none)'} with this secret, and so does {', '.join(refused)}"
    )
    return Found(detail, "check user and api_key (or password): one of them is wrong, or the key has expired")


def _other_protocol(wanted: str, works: str, user: str) -> tuple[str, str]:
    if wanted == "json2":
        detail = (
            f"json2 refuses the secret, and {works} logs {user} in with it: it is a password, and json2 takes API keys"
        )
        return detail, f"make an API key in Odoo (My Preferences, Account Security), or say protocol: {works}"
    detail = f"{wanted} does not work here, and {works} logs {user} in with the same secret"
    return detail, f"say protocol: {works}, or protocol: auto"


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


def _tls(host: str, port: int, prober: Prober) -> Check:
    try:
        with (
            socket.create_connection((host, port), prober.timeout_s) as plain,
            tls_context(prober.ca_file).wrap_socket(plain, server_hostname=host) as secure,
        ):
            certificate = secure.getpeercert() or {}
            return Check("TLS", ok=True, detail=f"{secure.version()}, valid until {certificate.get('notAfter')}")
    except OSError as error:
        remedy = "name your own certificate authority with ca_file, or correct the url"
        check = Check("TLS", ok=False, detail=f"{host}:{port}: {error}", remedy=remedy)
        return (
            check
            if isinstance(error, ssl.SSLCertVerificationError)
            else _explained(check, prober.why_no_connection(error))
        )


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


def check_clock(prober: Prober) -> Iterator[Check]:
    """Whether both clocks agree: keys expire, and incremental sources go, by them."""
    ahead = prober.clock_ahead_s()
    if ahead is None:
        return
    if abs(ahead) <= _CLOCK_S:
        yield Check("clock", ok=True, detail=f"as ours, within {_CLOCK_S} s")
        return
    detail = f"the server's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} ours"
    yield Check("clock", ok=True, detail=detail, remedy="set both clocks by NTP", warns=True)


def check_key(client: OdooClient, now: datetime) -> Check:
    """How long the API key is good for."""
    found = key_expiry(client, now)
    if found is None:
        return Check("API key", ok=True, detail="Odoo does not say when it expires")
    if warning := found.warning(now):
        remedy = REMEDY
        is_over = (found.days_left(now) or 0) < 0
        detail = warning.partition(";")[0]
        return Check("API key", ok=not is_over, detail=detail, remedy=remedy, warns=not is_over)
    return Check("API key", ok=True, detail=found.described(now))


def check_timeout(read_timeout_s: float) -> Check:
    """Whether we wait as long as Odoo works: it ends a request after 120 s unless told otherwise (limit_time_real)."""
    detail = f"we wait {read_timeout_s:.0f} s for an answer"
    if read_timeout_s >= _LIMIT_S:
        return Check("time limit", ok=True, detail=f"{detail}; Odoo ends a request after {_LIMIT_S} s by default")
    detail += f"; Odoo works up to {_LIMIT_S} s on one by default (limit_time_real), and goes on when we have left"
    return Check("time limit", ok=True, detail=detail, remedy=f"read_timeout: {_LIMIT_S + 10}s", warns=True)


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
