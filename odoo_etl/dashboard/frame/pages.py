"""Pages and actions as sections declare them: there is no other way for a route to come into the page.

So none can forget who may see it, and none that changes anything goes without its token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame.visit import Visit
    from odoo_etl.runs import ShownRun
    from odoo_etl.spec import PageRole

LARGEST_FORM: Final = 1_000_000  # bytes


class Refusal(Exception):
    """A request that is not taken: a page says why.

    Attributes:
        status: of the answer, as HTTP has it.
    """

    status = 400

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status or self.status


class NotThere(Refusal):
    """The address names something that does not exist."""

    status = 404


@dataclass(frozen=True, slots=True)
class Page:
    """A route that answers a GET, and changes nothing.

    Attributes:
        path: as Starlette has it: `/runs/{run}`; what stands in braces is in `Visit.path`.
        name: unique; `Visit.url(name, run=...)` and `url(name, ...)` in templates lead to it.
        answer: called in a thread, with the visit; what it raises becomes a page that says so (see `application`).
        needs: the least role; None: whoever comes, also without a login.
    """

    path: str
    name: str
    answer: Callable[[Visit], Response]
    needs: PageRole | None = "viewer"

    @property
    def method(self) -> str:
        """As HTTP has it."""
        return "GET"


@dataclass(frozen=True, slots=True)
class Action:
    """A route that does something at a POST, if the form has the token of the session.

    Attributes:
        path, name, answer: as of a page. The form is in `Visit.form`.
        needs: the least role; None: whoever comes, also without a login.
        largest: bytes of the request's body, at most.
    """

    path: str
    name: str
    answer: Callable[[Visit], Response]
    needs: PageRole | None = "operator"
    largest: int = LARGEST_FORM

    @property
    def method(self) -> str:
        """As HTTP has it."""
        return "POST"


@dataclass(frozen=True, slots=True)
class Link:
    """A way from a run or a job to a page of a section, such as its rejects.

    Attributes:
        title: a word or two, and figures: `312 rejects`.
        page, values: as `Visit.url` takes them.
        needs: who has a smaller role is not shown it.
        is_next: it is what a person most likely wants next, and is shown as a button.
    """

    title: str
    page: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    needs: PageRole = "viewer"
    is_next: bool = False


def _no_links(_: Any) -> Iterable[Link]:
    return ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its routes, and its entry in the navigation.

    Attributes:
        name: of the section: `Visit.render` marks its entry as the current one.
        title: the entry in the navigation; "" for none.
        entry: the name of the page that the entry leads to.
        of_run: its links for the page of a run.
        of_job: its links for the page of a job, by the name of that.
    """

    name: str
    routes: tuple[Page | Action, ...]
    title: str = ""
    entry: str = ""
    of_run: Callable[[ShownRun], Iterable[Link]] = _no_links
    of_job: Callable[[str], Iterable[Link]] = _no_links
