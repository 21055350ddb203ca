"""Scripts, styles, pictures: each under a name with the digest of its content, so that browsers keep it for good."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from odoo_etl.dashboard.frame.pages import NotThere, Page, Section
from odoo_etl.reporting.pages import STYLE

if TYPE_CHECKING:
    from odoo_etl.dashboard.frame.visit import Visit

REPORT_STYLE: Final = "report.css"  # that of reports, which all pages have
STATIC: Final = Path(__file__).parents[1] / "static"
_TYPES: Final[Mapping[str, str]] = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


def asset(name: str) -> str:
    """The name under which a file of `static/` is served: `style.css` is `style.1a2b3c4d5e6f.css`."""
    return _served_names()[name]


@cache
def _files() -> Mapping[str, Path]:
    """Name in templates to file."""
    return {path.name: path for path in STATIC.iterdir() if path.suffix in _TYPES} | {REPORT_STYLE: STYLE}


@cache
def _served_names() -> Mapping[str, str]:
    return {name: f"{Path(name).stem}.{_digest(path)}{path.suffix}" for name, path in _files().items()}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _served(visit: Visit) -> Response:
    name = next((own for own, served in _served_names().items() if served == visit.path["name"]), None)
    if name is None:
        raise NotThere("there is no such file")
    path = _files()[name]
    return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers={"cache-control": _FOR_GOOD})


ASSETS = Section("assets", (Page("/static/{name}", "asset", _served, needs=None),))
