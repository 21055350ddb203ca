"""Every route of the page, for everybody: who may, who is asked to log in, whose form is not theirs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.datastructures import UploadFile

from odoo_etl.dashboard import Action, Page, application
from odoo_etl.dashboard.security import POLICY
from tests.dashboard import HOST, TOKENS, Window, project_with_page, site_of, window

FILLED = {"run": "20261129T070000-00000abcd", "key": "20261129T070000-0000abcd", "name": "style.css"}
VISITORS = ("", "viewer", "operator")
DECLARED = application(site_of(Path())).state.declared


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Window]:
    """A browser of each role, and one of nobody."""
    site = site_of(project_with_page(tmp_path_factory.mktemp("page")))
    return {role: window(site, role) for role in VISITORS}


def address(route: Page | Action) -> str:
    """An address of the route; what it names is not there."""
    return re.sub(r"{(\w+)(:\w+)?}", lambda found: FILLED.get(found[1], "nothing"), route.path)


def refused(route: Page | Action, role: str) -> int | None:
    """The status by which this visitor is refused; None where they are let in."""
    if route.needs is None or role == "operator" or (role == "viewer" and route.needs == "viewer"):
        return None
    if role == "viewer":
        return 403
    return 303 if isinstance(route, Page) else 401


def test_all_routes_are_declared():
    """There is no way into the page beside the gate."""
    app = application(site_of(Path()))
    assert {(one.path, *(one.methods - {"HEAD"})) for one in app.routes} == {
        (one.path, one.method) for one in app.state.declared
    }
    assert len({one.name for one in app.state.declared}) == len(app.state.declared)


@pytest.mark.parametrize("role", VISITORS)
@pytest.mark.parametrize("route", DECLARED, ids=lambda one: one.name)
def test_only_who_may_is_let_in(windows, route, role):
    """A viewer writes nothing, nobody sees nothing; a form without a token, or of another site, does nothing."""
    seen, path = windows[role], address(route)
    wanted = refused(route, role)
    if isinstance(route, Page):
        status = seen.get(path, follow_redirects=False).status_code
        assert status == wanted if wanted else status not in {401, 403, 500}
        return
    headers = {"origin": HOST}
    if wanted:
        assert seen.client.post(path, headers=headers).status_code == wanted
        return
    assert route.needs in {None, "operator"}, "what changes anything needs an operator"
    others = {"origin": "https://evil.example"}
    token = {"csrf": seen.token()} if not role else {"csrf": seen.token("/")}
    sent = [
        seen.client.post(path, headers=headers),
        seen.client.post(path, data={"csrf": "0" * 64}, headers=headers),
        seen.client.post(path, data=token, headers=others),
        seen.client.post(path, data=token),
        seen.client.post(path, data=token, headers={"origin": "null"}),
    ]
    assert [answer.status_code for answer in sent] == [403] * 5


@pytest.mark.parametrize("route", DECLARED, ids=lambda one: one.name)
def test_every_answer_has_the_headers(windows, route):
    """Pages, files, refusals: nothing of others is loaded, framed or guessed; only files are kept."""
    answer = windows["viewer"].client.request(route.method, address(route), follow_redirects=False)
    headers = answer.headers
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert (headers["referrer-policy"], headers["cache-control"]) == ("same-origin", "no-store")
    assert "server" not in headers


def test_a_name_of_somebody_else_is_refused(windows):
    """A site of others that points its name to this machine gets nothing, with a cookie or without."""
    for host in ("evil.example", "evil.example:8321", "127.0.0.1.evil.example", "localhost.evil.example", ""):
        assert windows["operator"].get("/", headers={"host": host}).status_code == 421, host
    for host in ("localhost:8321", "127.0.0.1", "[::1]:8321", "192.168.1.7:8321"):
        assert windows["operator"].get("/", headers={"host": host}).status_code == 200, host


@pytest.mark.parametrize(("is_theirs", "status"), [(True, 401), (False, 403)])
def test_files_that_came_with_a_form_are_given_back(windows, monkeypatch, is_theirs, status):
    """Also those of a form that is refused: the scheduler beside the page needs files as well."""
    closed, close = [], UploadFile.close

    async def noted(file):
        closed.append(file.filename)
        await close(file)

    monkeypatch.setattr(UploadFile, "close", noted)
    seen = windows[""]
    data = {"csrf": seen.token() if is_theirs else "0" * 64, "token": "wrong"}
    answer = seen.client.post("/login", data=data, files={"file": ("x.csv", b"a")}, headers={"origin": HOST})
    assert (answer.status_code, closed) == (status, ["x.csv"])


def test_tokens_are_never_shown(windows):
    """No page holds one."""
    pages = [windows["operator"].get(address(one)).text for one in DECLARED if isinstance(one, Page)]
    assert [token for token in TOKENS.values() for page in pages if token in page] == []
