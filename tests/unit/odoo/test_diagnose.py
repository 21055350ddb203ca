"""What `doctor` finds at addresses where no Odoo answers, and of logins that fail: against servers that stand in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from odoo_etl.odoo import OdooClient, RetryPolicy
from odoo_etl.odoo.diagnose import check_clock, check_timeout, diagnose
from odoo_etl.odoo.probing import Prober, lacking, root_of
from tests.stand_in import StandIn, serving


@pytest.fixture
def stand_in():
    """A server that says it is an Odoo 19."""
    return StandIn()


@pytest.fixture
def url(stand_in):
    """Where it is."""
    with serving(stand_in) as address:
        yield address


def failed(url, protocol="auto", **login):
    """The check that fails."""
    settings = {"user": "u", "api_key": "k", **login}

    def over(other):
        return OdooClient(url, "db", protocol=other, retry=RetryPolicy(attempts=1), **settings)

    with over(protocol) as client:
        checks = list(diagnose(client, {}, others=over))
    assert not checks[-1].ok, checks
    return checks[-1]


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("", ""),
        ("/odoo", ""),
        ("/odoo/contacts/7", ""),
        ("/web", ""),
        ("/web/login", ""),
        ("/web/database/manager", ""),
        ("/xmlrpc/2", ""),
        ("/xmlrpc/2/common", ""),
        ("/jsonrpc", ""),
        ("/json/2", ""),
        ("/erp", "/erp"),
        ("/erp/web/login", "/erp"),
        ("/webshop", "/webshop"),
    ],
)
def test_the_root_of_a_page(path, root):
    """What stands before the page is the server's own."""
    assert root_of(f"https://host{path}") == f"https://host{root}"


@pytest.mark.parametrize("path", ["/odoo", "/web/login", "/web", "/xmlrpc/2", "/web/database/manager"])
def test_the_address_of_a_page_is_told_from_a_wrong_host(url, path):
    """Odoo answers above it."""
    check = failed(url + path)
    assert check.name == "version"
    assert check.detail == f"Odoo 19.0 answers at {url}, not at {url}{path}"
    assert check.remedy == f"write url: {url}"


@pytest.mark.parametrize(
    ("answer", "detail", "remedy"),
    [
        ((301, {"Location": "https://127.0.0.1/web/version"}, ""), "wants https", "url: https://127.0.0.1"),
        ((303, {"Location": "/web/database/selector"}, ""), "one of its databases is chosen", "db:"),
        (
            (302, {"Location": "https://sso.example.com/login?to=1"}, ""),
            "leads to https://sso.example.com/login",
            "proxy",
        ),
        ((200, {}, "<html><title>Sign in\n&amp; go</title></html>"), "titled 'Sign in & go'", "another host"),
        ((403, {}, "<title>Forbidden</title>"), "HTTP 403, titled 'Forbidden'", "another host"),
        ((502, {}, "<title>Bad Gateway</title>"), "does not reach the Odoo behind it", "is Odoo running"),
        ((400, {}, "<title>400 The plain HTTP request was sent to HTTPS port</title>"), "wants https", "https://"),
        ((404, {}, "nothing"), "answered HTTP 404", "is the url that of an Odoo server?"),
    ],
)
def test_what_is_there_in_place_of_an_odoo(stand_in, url, answer, detail, remedy):
    """A redirect, a page of a proxy, another site."""
    stand_in.paths = {"/web/version": answer, "/web/webclient/version_info": answer}
    check = failed(url)
    assert check.name == "version"
    assert detail in check.detail
    assert remedy in check.remedy


def test_a_plain_port_is_told_from_a_wrong_certificate(url):
    """Where https was tried."""
    check = failed(url.replace("http:", "https:"))
    assert (check.name, check.remedy) == ("TLS", f"write url: {url}")
    assert "Odoo answers to http" in check.detail


def test_a_wrong_database_comes_with_those_that_there_are(stand_in, url):
    """As far as the server tells them."""
    stand_in.paths["/web/database/list"] = {"result": ["prod", "test"]}
    check = failed(url)
    assert check.detail == "there is no database 'db'; the server has prod, test"
    assert "db:" in check.remedy
    assert lacking("prod", ["prod"]) == ""
    assert "names none: a, b" in lacking("", ["a", "b"])
    assert lacking("", ["a"]) == ""


def test_a_wrong_password_is_told_from_a_wrong_protocol(stand_in, url):
    """The secret is tried over the other protocols: where one takes it, it is right."""
    stand_in.password = "k"
    check = failed(url, "json2")
    assert check.detail == (
        "json2 refuses the secret, and jsonrpc logs u (id 2) in with it: it is a password, and json2 takes API keys"
    )
    assert "protocol: jsonrpc" in check.remedy
    stand_in.password = "another"
    wrong = failed(url, "json2")
    assert wrong.detail == "json2 refuses user u with this secret, and so does jsonrpc"
    assert "check user and api_key (or password)" in wrong.remedy
    stand_in.password = ""
    stand_in.paths["/json/2/res.users/context_get"] = {"uid": 2, "lang": "en_US", "tz": False}
    gone = failed(url, "xmlrpc")
    assert "xmlrpc does not work here, and json2 logs u" in gone.detail
    assert "protocol: auto" in gone.remedy


@pytest.mark.parametrize(("ahead", "text"), [(5, "as ours"), (300, "ahead of ours"), (-300, "behind ours")])
def test_a_clock_that_goes_wrong_is_a_warning(stand_in, url, ahead, text):
    """Keys expire by it."""
    stand_in.ahead = timedelta(seconds=ahead)
    assert abs(Prober(url).clock_ahead_s() - ahead) < 3
    (check,) = check_clock(Prober(url))
    assert (check.ok, check.warns, text in check.detail) == (True, abs(ahead) > 30, True)


@pytest.mark.parametrize(("wait", "warns"), [(130, False), (120, False), (30, True)])
def test_waiting_less_than_odoo_works_is_a_warning(wait, warns):
    """A call that we gave up goes on there."""
    check = check_timeout(wait)
    assert (check.ok, check.warns, bool(check.remedy)) == (True, warns, warns)
