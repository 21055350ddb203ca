"""Where the page listens, and what it is told when it starts."""

from __future__ import annotations

import re

import pytest

from odoo_etl.dashboard import Listening, open_site, server_options
from odoo_etl.errors import SpecError, UsageError
from odoo_etl.runs import Workspace
from tests.dashboard import PAGE, project_with_page

TLS = {"tls": {"cert": "page.pem", "key": "page.key"}}
PROXY = {"proxy": {"from": ["10.0.0.1"]}}


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_needs_nothing(tmp_path, host):
    """It gets a token of its own, which is said once."""
    site = open_site(Workspace(project_with_page(tmp_path, page={})), Listening(host))
    assert len(site.once) >= 24
    assert site.once not in repr(site)
    assert not open_site(Workspace(project_with_page(tmp_path, page=PAGE)), Listening(host)).once


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "etl.example.com", ""])
@pytest.mark.parametrize(
    ("page", "told"),
    [
        ({}, "cross the network"),
        (PAGE, "cross the network"),
        (TLS, "nobody could log in"),
        ({**PAGE, **TLS}, ""),
        (PROXY, ""),
    ],
)
def test_others_reach_it_only_where_that_is_safe(tmp_path, host, page, told):
    """By TLS, or through a proxy; and where somebody can log in."""
    space = Workspace(project_with_page(tmp_path, page=page))
    if told:
        with pytest.raises(UsageError, match=told):
            open_site(space, Listening(host))
    else:
        assert not open_site(space, Listening(host)).once


def test_the_server_is_told(tmp_path):
    """No header of a proxy is believed by it; certificates lie beside project.yaml."""
    site = open_site(Workspace(project_with_page(tmp_path, page={**PAGE, **TLS})), Listening("0.0.0.0", 9000))
    known = server_options(site, Listening("0.0.0.0", 9000))
    assert (known["host"], known["port"], known["proxy_headers"], known["server_header"]) == (
        *("0.0.0.0", 9000),
        *(False, False),
    )
    assert known["ssl_certfile"] == str(tmp_path / "pipelines/page.pem")
    assert site.is_encrypted
    assert Listening("0.0.0.0", 9000).url(site.settings) == "https://0.0.0.0:9000/"
    assert Listening("::1", 1).url(site.settings) == "https://[::1]:1/"


def test_sessions_outlive_a_restart(tmp_path):
    """Their key is kept for the owner alone; one that was cut off is made anew."""
    space = Workspace(project_with_page(tmp_path, page=PAGE))
    first = open_site(space, Listening()).secret
    assert open_site(space, Listening()).secret == first
    path = tmp_path / ".odoo_etl/page.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"short")
    assert re.fullmatch(rb".{32}", open_site(space, Listening()).secret, re.DOTALL)


@pytest.mark.parametrize(
    ("settings", "at"),
    [
        ({"page": {"tokens": [{"name": "a", "token": "${NOT_SET}"}]}}, "page.tokens[0].token"),
        ({"page": {"url": "${NOT_SET}"}}, "url"),
        ({"page": {}, "metrics": {"file": "a.prom", "token": "${NOT_SET}"}}, "metrics.token"),
    ],
)
def test_only_who_serves_the_page_needs_its_variables(tmp_path, settings, at):
    """A run from cron knows no tokens; it writes the file of the measures all the same."""
    space = Workspace(project_with_page(tmp_path, **settings), environ={})
    project = space.load().project
    assert project.page.tokens == ()
    assert (project.metrics.file is not None, project.metrics.token.get_secret_value()) == ("metrics" in settings, "")
    with pytest.raises(SpecError, match="NOT_SET") as told:
        open_site(space, Listening())
    assert at in str(told.value)


def test_tokens_are_secrets(tmp_path):
    """Whatever says one is redacted."""
    assert {one["token"] for one in PAGE["tokens"]} <= Workspace(project_with_page(tmp_path)).load().secrets()


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ({"tokens": [{"name": "a", "token": "short"}]}, "at least 16 characters"),
        (
            {"tokens": [{"name": "a", "token": "x" * 20}, {"name": "a", "token": "y" * 20}]},
            "another token has this name",
        ),
        (
            {"tokens": [{"name": "a", "token": "x" * 20}, {"name": "b", "token": "x" * 20}]},
            "another token has this token",
        ),
        ({"tokens": [{"name": "a", "token": "x" * 20, "role": "admin"}]}, "viewer"),
        ({"proxy": {"from": []}}, "from"),
        ({"proxy": {"from": ["10.0.0.1/8"]}}, "an address or a network"),
        ({"proxy": {"from": ["10.0.0.1"], "header": "X User"}}, "header"),
        ({"url": "etl.example.com"}, "the address of the page"),
        ({"url": "https://etl.example.com/?a=b"}, "the address of the page"),
        ({"tls": {"cert": "a.pem"}}, "key"),
        ({"session": "never"}, "duration"),
        ({"passwords": []}, "passwords"),
    ],
)
def test_what_is_not_right_is_told_with_its_place(tmp_path, page, told):
    """Before anything listens; a token is never repeated."""
    with pytest.raises(SpecError, match=re.escape(told)) as found:
        Workspace(project_with_page(tmp_path, page=page)).load()
    assert "project.yaml" in str(found.value)
    assert "xxxx" not in str(found.value)
    assert "short" not in str(found.value)
