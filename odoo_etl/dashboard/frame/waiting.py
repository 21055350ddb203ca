"""The page that says how far work is that another page needs, and goes on to that by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

if TYPE_CHECKING:
    from odoo_etl.dashboard.frame.aside import TellShare
    from odoo_etl.dashboard.frame.visit import Visit

FAR: Final = "far"  # the part of the page that looks again


def waiting(
    visit: Visit, key: str, about: str, is_ready: Callable[[], bool], work: Callable[[TellShare], object]
) -> Response | None:
    """The page that waits for work; None where nothing is left to be done aside.

    Parts of pages wait for their work instead: they are asked for by pages that had it done.

    Args:
        about: what is done, in words: `The rejects are being read`.
        key, is_ready, work: as `Aside.share` has them.
    """
    looks_again = visit.request.headers.get("hx-target") == FAR
    if visit.wants_part and not looks_again:
        return None
    share = visit.site.aside.share(key, is_ready, work)
    if share is None:
        return Response(headers={"hx-refresh": "true"}) if looks_again else None
    template = "waiting_part.html" if looks_again else "waiting.html"
    return visit.render(template, 202, about=about, percent=int(100 * share))
