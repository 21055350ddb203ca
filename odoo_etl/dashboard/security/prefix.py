"""The prefix that the page has behind a proxy, whether that takes it from the path or not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from odoo_etl.dashboard.frame import Site


class Prefixed:
    """An ASGI application below the path of `page.url`; mounted by others, it is below theirs."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the prefix in `root_path`."""
        url = self._site.settings.url
        prefix = unquote(urlsplit(url).path) if url else ""
        if prefix and scope["type"] == "http" and not scope.get("root_path"):
            path = scope["path"]
            whole = path if path == prefix or path.startswith(f"{prefix}/") else prefix + path
            scope = {**scope, "root_path": prefix, "path": whole}
        await self._app(scope, receive, send)
