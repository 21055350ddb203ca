"""One request, and whoever made it: what sections need to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from odoo_etl.dashboard.frame.rendering import rendered

if TYPE_CHECKING:
    from starlette.requests import Request

    from odoo_etl.dashboard.frame.pages import Link, Section
    from odoo_etl.dashboard.frame.site import Site
    from odoo_etl.runs import ShownRun
    from odoo_etl.spec import PageRole

ROLES: tuple[PageRole, ...] = ("viewer", "operator")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is let in.

    Attributes:
        name: as project.yaml or the proxy says it.
        role: `viewer` sees everything and changes nothing, `operator` may.
    """

    name: str
    role: PageRole

    def may(self, needed: PageRole | None) -> bool:
        """Whether this role is enough."""
        return needed is None or ROLES.index(self.role) >= ROLES.index(needed)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request.

    Attributes:
        site: the page of which project.
        visitor: who it is; None where nobody logged in.
        token: goes into each form, as `csrf` (templates: `{{ csrf_field }}`).
        form: what was posted.
        sections: for the navigation.
        section: the one that the route belongs to.
    """

    site: Site
    request: Request
    visitor: Visitor | None
    token: str
    sections: tuple[Section, ...] = ()
    section: str = ""
    form: FormData = field(default_factory=FormData)

    @property
    def path(self) -> Mapping[str, str]:
        """The values that stand in the braces of the route's path."""
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        """The values behind `?`."""
        return self.request.query_params

    @property
    def is_operator(self) -> bool:
        """Whether they may change anything."""
        return self.visitor is not None and self.visitor.may("operator")

    @property
    def who(self) -> str:
        """The name of the visitor, for logs and for whoever asks later who did it."""
        return self.visitor.name if self.visitor else ""

    @property
    def wants_part(self) -> bool:
        """Whether htmx asks, which puts the answer into a part of the page (give it the fragment alone)."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"

    def text(self, name: str, default: str = "") -> str:
        """A field of the form that is text."""
        value = self.form.get(name, default)
        return value if isinstance(value, str) else default

    def url(self, page: str, /, **values: str | int) -> str:
        """The address of a page: `url("run", run=...)`; what its path does not hold goes behind `?`."""
        return address(self.request, page, values)

    def links_of_run(self, run: ShownRun) -> list[Link]:
        """The links of all sections to what they know of a run, as far as the visitor may follow them."""
        return [one for section in self.sections for one in section.of_run(run) if self._may(one)]

    def links_of_job(self, job: str) -> list[Link]:
        """The same of a job."""
        return [one for section in self.sections for one in section.of_job(job) if self._may(one)]

    def _may(self, link: Link) -> bool:
        return self.visitor is not None and self.visitor.may(link.needs)

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """A template of `dashboard/templates/` with these values, and those that all have (see `base.html`)."""
        known = {
            "visit": self,
            "visitor": self.visitor,
            "is_operator": self.is_operator,
            "csrf": self.token,
            "sections": self.sections,
            "section": self.section,
            "url": self.url,
            "place": self.site.place,
            "asked_first": self.site.asked_first,
            "prefix": self.request.scope.get("root_path", ""),
        }
        return HTMLResponse(rendered(template, **(known | values)), status)

    def go(self, page: str, /, **values: str | int) -> Response:
        """To another page, after something was done."""
        return RedirectResponse(self.url(page, **values), 303)


def address(request: Request, name: str, values: Mapping[str, str | int]) -> str:
    """The path and query of a route, below the prefix that the whole page has."""
    routes = request.app.state.paths
    held = routes[name]
    own = {key: str(value) for key, value in values.items() if f"{{{key}}}" in held or f"{{{key}:" in held}
    rest = {key: value for key, value in values.items() if key not in own and value != ""}
    path = str(request.scope.get("root_path", "")) + str(request.app.url_path_for(name, **own))
    return f"{path}?{urlencode(rest)}" if rest else path
