"""Where the page is served: this machine alone, unless TLS or a proxy guards what goes over the network."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from odoo_etl.dashboard.frame import Ended, Site
from odoo_etl.errors import SpecError, UsageError
from odoo_etl.loopback import is_loopback
from odoo_etl.private_files import close_to_others, opener, own_folder
from odoo_etl.runs import OpenState, Workspace, open_state
from odoo_etl.spec import PageSpec, Project

SIGNED_BY = "page.key"
ENDED = "page.ended"  # sessions that somebody ended
SECRET_BYTES = 32
ONCE_BYTES = 18


@dataclass(frozen=True, slots=True)
class Listening:
    """The address that the page listens on."""

    host: str = "127.0.0.1"
    port: int = 8321

    def url(self, settings: PageSpec) -> str:
        """The address that a person types into a browser."""
        if settings.url:
            return settings.url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if settings.tls else 'http'}://{host}:{self.port}/"


def open_site(
    workspace: Workspace,
    listening: Listening,
    tell: Callable[[str], object] | None = None,
    state: OpenState = open_state,
) -> Site:
    """The site of a project, at an address where that is safe.

    Args:
        tell: is told in a sentence what somebody did.
        state: opens the ledger; a server gives its own, which is open already.

    Raises:
        SpecError: project.yaml is invalid, or a variable of the page is not set.
        UsageError: others could read what goes to this address, or nobody could log in there.
    """
    project = workspace.load(with_jobs=False)
    if project.closed_page:
        raise SpecError(list(project.closed_page))
    settings, here = project.project.page, is_loopback(listening.host)
    _check(settings, listening, here=here)
    is_open = not settings.tokens and settings.proxy is None
    site = Site(
        workspace,
        once=secrets.token_urlsafe(ONCE_BYTES) if is_open else "",
        is_encrypted=bool(settings.tls) or (settings.url or "").startswith("https:"),
        secret=_secret(project),
        state=state,
        ended=Ended(project.state_dir / ENDED, time.time()),
    )
    return site if tell is None else replace(site, tell=tell)


def _check(settings: PageSpec, listening: Listening, *, here: bool) -> None:
    if here:
        return
    where = f"the page cannot listen on {listening.host}"
    if settings.tls is None and settings.proxy is None:
        raise UsageError(
            f"{where}: tokens and rows would cross the network for all to read; give it a certificate,"
            " `page: {tls: {cert: ..., key: ...}}`, or say which proxy stands before it,"
            " `page: {proxy: {from: [...]}}`, or listen on 127.0.0.1"
        )
    if not settings.tokens and settings.proxy is None:
        raise UsageError(f"{where}: nobody could log in; say who may, `page: {{tokens: [...]}}`")


def _secret(project: Project) -> bytes:
    """The key that sessions are signed with; it outlives a restart."""
    path = project.state_dir / SIGNED_BY
    own_folder(project.state_dir)
    with suppress(FileNotFoundError):
        known = path.read_bytes()
        if len(known) == SECRET_BYTES:
            close_to_others(path)  # it may come from a backup
            return known
    fresh = secrets.token_bytes(SECRET_BYTES)
    with open(path, "wb", opener=opener) as file:
        file.write(fresh)
    return fresh


def server_options(site: Site, listening: Listening) -> dict[str, Any]:
    """The options of uvicorn: `uvicorn.Config(application(site), **server_options(site, listening))`.

    Headers of proxies are judged by the page itself, so uvicorn believes none.
    """
    settings = site.settings
    known: dict[str, Any] = {"host": listening.host, "port": listening.port, "proxy_headers": False}
    known |= {"server_header": False, "access_log": False, "log_config": None, "timeout_graceful_shutdown": 5}
    if settings.tls:
        root = site.project(with_jobs=False).folder
        known |= {"ssl_certfile": _file(root, settings.tls.cert), "ssl_keyfile": _file(root, settings.tls.key)}
    return known


def _file(folder: Path, path: Path) -> str:
    return str(path if path.is_absolute() else folder / path)
