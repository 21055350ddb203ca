"""The page of a project for tests: a browser without a window, that has logged in; and launchers that start nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from starlette.testclient import TestClient

from odoo_etl.dashboard import Site, application
from odoo_etl.launching import Launched, Order
from odoo_etl.runs import Workspace

HOST = "http://127.0.0.1:8321"
VIEWER_TOKEN, OPERATOR_TOKEN = "viewer-token-0123456789", "operator-token-0123456789"
PAGE = {
    "tokens": [
        {"name": "vera", "token": VIEWER_TOKEN, "role": "viewer"},
        {"name": "otto", "token": OPERATOR_TOKEN, "role": "operator"},
    ]
}
TOKENS = {"viewer": VIEWER_TOKEN, "operator": OPERATOR_TOKEN}


class NotStarted(Launched):
    """A command that was only written down."""

    def __init__(self, run: str, log: Path) -> None:
        self.log, self.pid, self._run = log, 0, run
        self.interrupted = 0

    @property
    def exit_code(self) -> int | None:
        return None

    def run_id(self, within_s: float) -> str:
        return self._run

    def told(self) -> Iterator[Mapping[str, Any]]:
        yield from ()

    def interrupt(self) -> None:
        self.interrupted += 1


@dataclass
class Launcher:
    """Writes orders down in place of starting them.

    Attributes:
        run: the id of the run that each of them begins.
    """

    run: str = "20261129T070000-00000abcd"
    orders: list[Order] = field(default_factory=list)

    def __call__(self, order: Order, log: Path) -> Launched:
        self.orders.append(order)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("", encoding="utf-8")
        return NotStarted(self.run, log)


def project_with_page(root: Path, jobs: Mapping[str, Mapping[str, Any]] | None = None, **settings: Any) -> Path:
    """A project on the sandbox, whose page has a viewer and an operator; `settings` lie over project.yaml."""
    folder = root / "pipelines"
    folder.mkdir(parents=True, exist_ok=True)
    spec = {"connections": {"main": {"url": "sandbox"}}, "page": PAGE, **settings}
    (folder / "project.yaml").write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    for name, job in (jobs or {}).items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(dict(job), sort_keys=False), encoding="utf-8")
    return root


def site_of(root: Path, **options: Any) -> Site:
    """The site of a project; by default it launches nothing, and it is 7 o'clock."""
    known: dict[str, Any] = {"launch": Launcher(), "clock": lambda: datetime(2026, 11, 29, 7, tzinfo=UTC)}
    return Site(options.pop("workspace", Workspace(root)), **known | options)


@dataclass
class Window:
    """A browser without scripts: it follows links and sends forms as they stand in the page."""

    client: TestClient
    said: list[str] = field(default_factory=list)

    def token(self, at: str = "/login") -> str:
        """The token of this session's forms."""
        found = re.search(r'name="csrf" value="(\w+)"', self.client.get(at).text)
        assert found, "the page has no form"
        return found[1]

    def log_in(self, token: str) -> int:
        """Send the form of the login."""
        answer = self.post("/login", token=token, next="/")
        return answer.status_code

    def get(self, path: str, **options: Any) -> Any:
        """A page."""
        return self.client.get(path, **options)

    def post(self, path: str, /, headers: Mapping[str, str] | None = None, files: Any = None, **fields: str) -> Any:
        """Send a form, with the token of the session and the origin of the page; the answer, not followed."""
        data = {"csrf": self.token("/"), **fields}
        known = {"origin": HOST, **(headers or {})}
        return self.client.post(path, data=data, files=files, headers=known, follow_redirects=False)


def window(site: Site, role: str = "", sections: Sequence[Any] | None = None) -> Window:
    """A browser; with a role, it has logged in."""
    app = application(site) if sections is None else application(site, tuple(sections))
    opened = Window(TestClient(app, base_url=HOST))
    if role:
        assert opened.log_in(TOKENS[role]) == 303
    return opened
