"""Logging in, by token and by proxy; sessions and their end."""

from __future__ import annotations

import pytest
import yaml
from starlette.requests import Request

from odoo_etl.dashboard import Listening, known_to, open_site
from odoo_etl.dashboard.frame import Ended
from odoo_etl.dashboard.security.attempts import ADDRESSES, OF_ALL, OF_ONE, WINDOW_S, Attempts
from odoo_etl.dashboard.security.identity import LONGEST_NAME
from odoo_etl.runs import Workspace
from tests.dashboard import HOST, OPERATOR_TOKEN, PAGE, VIEWER_TOKEN, project_with_page, site_of, window


def rewritten(root, **page):
    """The key `page` of project.yaml is another one from now on."""
    path = root / "pipelines/project.yaml"
    spec = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**spec, "environments": {"live": {}}, "page": page}), "utf-8")


def test_a_token_lets_in_and_the_way_out_ends_its_session(shop):
    """Whoever kept a copy of the cookie is out as well."""
    told = []
    seen = window(site_of(shop, tell=told.append))
    assert seen.get("/", follow_redirects=False).headers["location"] == "/login?next=%2F"
    assert seen.log_in("wrong") == 401
    assert seen.log_in(OPERATOR_TOKEN) == 303
    kept = dict(seen.client.cookies)
    assert seen.get("/").status_code == 200
    assert seen.post("/logout").headers["location"] == "/login"
    seen.client.cookies.update(kept)
    assert seen.get("/", follow_redirects=False).status_code == 303
    assert told == [
        "a login from testclient had a token that is not right",
        "otto (operator) logged in",
        "otto logged out",
    ]


def test_a_session_that_was_ended_is_ended_everywhere(shop):
    """For a server that starts afterwards, one beside it, and the measures; old endings are forgotten."""
    listening = Listening()
    site, beside = (open_site(Workspace(shop), listening) for _ in range(2))
    seen = window(site, "operator")
    kept = dict(seen.client.cookies)
    copies = [window(each).client for each in (site, beside, open_site(Workspace(shop), listening))]
    for copy in copies:
        copy.cookies.update(kept)
        assert copy.get("/runs", follow_redirects=False).status_code == 200
    assert seen.post("/logout").status_code == 303
    later = window(open_site(Workspace(shop), listening)).client
    later.cookies.update(kept)
    assert [each.get("/runs", follow_redirects=False).status_code for each in (*copies, later)] == [303] * 4
    asked = copies[0].build_request("GET", "/metrics")
    headers = [(name.lower(), value) for name, value in asked.headers.raw]
    assert not known_to(site)(Request({"type": "http", "headers": headers, "client": ("192.0.2.7", 1)}))
    ended = shop / ".odoo_etl/page.ended"
    assert ended.stat().st_mode & 0o077 == 0
    until = float(ended.read_text("ascii").split()[1])
    assert "x" not in Ended(ended, until + 1)
    assert ended.read_bytes() == b""


def test_who_never_logged_in_leaves_no_trace(shop):
    """Anybody may send the form of the way out, as often as they like."""
    site = open_site(Workspace(shop), Listening())
    assert window(site).post("/logout").status_code == 303
    assert not (shop / ".odoo_etl/page.ended").exists()


def test_the_cookie_is_kept_from_scripts_and_other_sites(shop):
    """And goes over TLS alone, where there is TLS."""
    for is_encrypted in (False, True):
        seen = window(site_of(shop, is_encrypted=is_encrypted))
        answer = seen.get("/login")
        cookie = answer.headers["set-cookie"]
        assert "; HttpOnly; SameSite=Strict" in cookie
        assert ("; Secure" in cookie, "strict-transport-security" in answer.headers) == (is_encrypted, is_encrypted)
        assert OPERATOR_TOKEN not in cookie


def test_a_login_begins_a_session_of_its_own(shop):
    """One that somebody else planted in the browser is worth nothing afterwards."""
    seen = window(site_of(shop))
    planted = seen.get("/login").headers["set-cookie"].partition(";")[0]
    assert seen.log_in(VIEWER_TOKEN) == 303
    other = window(site_of(shop)).client
    assert other.get("/", headers={"cookie": planted}, follow_redirects=False).status_code == 303


def test_a_forged_session_is_none(shop):
    """It is signed; that of another project, or of another key, is not ours."""
    ours, theirs = window(site_of(shop), "operator"), window(site_of(shop), "operator")
    ours.client.cookies = theirs.client.cookies
    assert ours.get("/", follow_redirects=False).status_code == 303


def test_who_is_taken_out_of_the_file_is_out_at_once(shop):
    """And who gets another role has it; where the file is not valid, what it last said holds."""
    site = site_of(shop)
    otto, vera = window(site, "operator"), window(site, "viewer")
    rewritten(shop, tokens=[{"name": "vera", "token": VIEWER_TOKEN, "role": "operator"}])
    assert otto.get("/", follow_redirects=False).status_code == 303
    assert "vera</span>" in vera.get("/").text.replace(" <span", "</span><span") or "vera" in vera.get("/").text
    assert vera.post("/run", job="firms").status_code == 303
    (shop / "pipelines/project.yaml").write_text("page: [", "utf-8")
    assert vera.get("/codes").status_code == 200
    assert vera.get("/").status_code == 503


@pytest.mark.parametrize("name", [".env", ".env.live"])
def test_a_token_is_another_one_as_soon_as_its_file_says_so(shop, name):
    """Whoever logged in by the old one is out."""
    token = {"name": "otto", "token": "${PAGE_TOKEN_OTTO}", "role": "operator"}
    rewritten(shop, tokens=[token])
    (shop / name).write_text("PAGE_TOKEN_OTTO=an-old-token-of-otto\n", "utf-8")
    site = site_of(shop, workspace=Workspace(shop, environ={}, environment="live"))
    seen = window(site)
    assert seen.log_in("an-old-token-of-otto") == 303
    (shop / name).write_text("PAGE_TOKEN_OTTO=the-new-token-of-otto\n", "utf-8")
    assert seen.get("/", follow_redirects=False).status_code == 303
    assert window(site).log_in("an-old-token-of-otto") == 401
    assert window(site).log_in("the-new-token-of-otto") == 303


def test_too_many_tries_are_refused_for_a_while(shop):
    """Also with the right token; others may go on."""
    seen = window(site_of(shop))
    assert [seen.log_in(f"wrong {n}") for n in range(OF_ONE)] == [401] * OF_ONE
    assert seen.log_in(OPERATOR_TOKEN) == 429


def test_a_login_that_is_right_forgets_the_tries_before_it(shop):
    """Those of its address: nobody is locked out by what they mistyped yesterday and today together."""
    site = site_of(shop)
    seen = window(site)
    for _ in range(2):
        assert [seen.log_in(f"wrong {n}") for n in range(OF_ONE - 1)] == [401] * (OF_ONE - 1)
        assert seen.log_in(OPERATOR_TOKEN) == 303
        assert seen.post("/logout").status_code == 303


def test_addresses_that_are_remembered_are_bounded():
    """The last ones; who fails again is one of them."""
    tries = Attempts(lambda: 0.0)
    for _ in range(OF_ONE):
        tries.failed("first")
    for n in range(ADDRESSES - 1):
        tries.failed(f"10.0.{n // 250}.{n % 250}")
    tries._all.clear()  # those of all are another bound
    assert tries.wait_s("first") > 0
    tries.failed("first")
    tries.failed("one more")
    assert tries.wait_s("first") > 0
    for n in range(ADDRESSES):
        tries.failed(f"10.1.{n // 250}.{n % 250}")
    tries._all.clear()
    assert tries.wait_s("first") == 0
    assert len(tries._of) == ADDRESSES


def test_tries_are_forgotten_with_time():
    """Those of one address, and of all of them; memory is bounded."""
    now = [0.0]
    tries = Attempts(lambda: now[0])
    for n in range(OF_ONE - 1):
        tries.failed("a")
        now[0] = float(n)
    assert tries.wait_s("a") == 0
    tries.failed("a")
    assert tries.wait_s("a") > 0
    assert tries.wait_s("b") == 0
    now[0] += WINDOW_S
    assert tries.wait_s("a") == 0
    for n in range(OF_ALL):
        tries.failed(f"10.0.{n // 250}.{n % 250}")
    assert tries.wait_s("never seen") > 0


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/runs?job=a", "/runs?job=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\nx", "/"),
        ("", "/"),
    ],
)
def test_after_the_login_comes_a_page_of_ours(shop, wanted, leads):
    """Whatever the address says."""
    seen = window(site_of(shop))
    answer = seen.post("/login", token=OPERATOR_TOKEN, next=wanted)
    assert answer.headers["location"] == leads


def test_the_token_that_is_printed_lets_in_an_operator(shop):
    """It is that of one process."""
    rewritten(shop, session="8h")
    site = site_of(shop, once="a-token-of-this-time-alone")
    seen = window(site)
    assert "no token" not in seen.get("/login").text
    assert seen.log_in("a-token-of-this-time-alone") == 303
    assert "operator" in seen.get("/").text
    assert window(site_of(shop, once="that-of-another-process")).log_in("a-token-of-this-time-alone") == 401


def proxied(root, **keys):
    """A page behind a proxy at the address `testclient` of Starlette's client, or what `keys` say."""
    spec = {"proxy": {"from": ["10.0.0.0/8"], "roles": {"anna": "operator", "*": "viewer"}, **keys}}
    return project_with_page(root, page=spec)


@pytest.mark.parametrize(
    ("address", "headers", "role"),
    [
        ("10.1.2.3", {"x-forwarded-user": "anna"}, "operator"),
        ("::ffff:10.1.2.3", {"x-forwarded-user": "anna"}, "operator"),
        ("10.1.2.3", {"x-forwarded-user": "bert"}, "viewer"),
        ("10.1.2.3", {"x-forwarded-user": ""}, ""),
        ("10.1.2.3", {"x-forwarded-user": "*"}, ""),
        ("10.1.2.3", {"x-forwarded-user": "b" * LONGEST_NAME}, "viewer"),
        ("10.1.2.3", {"x-forwarded-user": "b" * (LONGEST_NAME + 1)}, ""),
        ("10.1.2.3", {"remote-user": "anna"}, ""),
        ("192.168.0.1", {"x-forwarded-user": "anna"}, ""),
        ("testclient", {"x-forwarded-user": "anna"}, ""),
    ],
)
def test_only_the_proxy_says_who_somebody_is(tmp_path, address, headers, role):
    """By its header, from its addresses."""
    seen = window(site_of(proxied(tmp_path)))
    seen.client._transport.client = (address, 1)
    answer = seen.get("/", headers=headers, follow_redirects=False)
    assert answer.status_code == (200 if role else 303)
    assert f"({role})" in answer.text or not role


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("10.1.2.3", ["192.0.2.7"], "192.0.2.7"),
        ("10.1.2.3", ["198.51.100.1, 192.0.2.7"], "192.0.2.7"),
        ("10.1.2.3", ["198.51.100.1", "192.0.2.7"], "192.0.2.7"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["anything, of theirs"], "10.1.2.3"),
        ("203.0.113.9", ["192.0.2.7"], "203.0.113.9"),
    ],
)
def test_tries_are_counted_by_the_address_that_the_proxy_says(tmp_path, peer, told, address):
    """Nobody else may say one, nor write whatever they like into the log."""
    said = []
    page = {**PAGE, "proxy": {"from": ["10.0.0.0/8"], "roles": {}}}
    seen = window(site_of(project_with_page(tmp_path, page=page), tell=said.append))
    seen.client._transport.client = (peer, 1)
    headers = [("origin", HOST), *(("x-forwarded-for", one) for one in told)]
    data = {"csrf": seen.token(), "token": "wrong"}
    assert seen.client.post("/login", data=data, headers=headers).status_code == 401
    assert said == [f"a login from {address} had a token that is not right"]


def test_who_is_not_named_may_not_enter(tmp_path):
    """Where no role is for all."""
    seen = window(site_of(proxied(tmp_path, roles={"anna": "viewer"})))
    seen.client._transport.client = ("10.0.0.1", 1)
    assert seen.get("/", headers={"x-forwarded-user": "bert"}, follow_redirects=False).status_code == 303
    assert "logged in by the proxy" in seen.get("/login", headers={"x-forwarded-user": "bert"}).text


def test_a_header_that_was_sent_past_the_proxy_counts_for_nothing(tmp_path):
    """Two of them: nobody knows which is the proxy's."""
    seen = window(site_of(proxied(tmp_path)))
    seen.client._transport.client = ("10.0.0.1", 1)
    both = [("x-forwarded-user", "anna"), ("x-forwarded-user", "bert")]
    assert seen.client.get("/", headers=both, follow_redirects=False).status_code == 303


def test_a_form_behind_a_proxy_is_of_the_address_that_the_file_says(tmp_path):
    """The proxy speaks HTTPS, and asks us by a name of its own."""
    root = project_with_page(tmp_path, page={**PAGE, "url": "https://etl.example.com/tools"})
    seen = window(site_of(root, is_encrypted=True))
    headers = {"host": "etl.example.com", "origin": "https://etl.example.com"}
    page = seen.get("/tools/login", headers=headers)
    assert 'action="/tools/login"' in page.text
    assert "Path=/tools;" in page.headers["set-cookie"]
    token = page.text.split('name="csrf" value="')[1].partition('"')[0]
    cookie = page.headers["set-cookie"].partition(";")[0]
    data = {"csrf": token, "token": OPERATOR_TOKEN}
    for origin, status in ((HOST, 403), ("http://etl.example.com", 403), ("https://etl.example.com", 303)):
        sent = {**headers, "origin": origin, "cookie": cookie}
        answer = seen.client.post("/login", data=data, headers=sent, follow_redirects=False)
        assert answer.status_code == status, origin
    assert answer.headers["location"] == "/tools/"
