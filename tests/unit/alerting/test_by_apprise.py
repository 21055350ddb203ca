"""Mail, ntfy and others, by apprise: against receivers of this machine."""

from __future__ import annotations

import sys

import pytest

from odoo_etl.alerting.by_apprise import send_by_apprise
from odoo_etl.alerting.failure import NotSent
from tests.mail import serving_mail
from tests.unit.alerting.test_webhook import claimed, message
from tests.web import as_json, serving


def test_mail(monkeypatch):
    """The title is the subject; the text is as short as everywhere."""
    monkeypatch.setattr("socket.getfqdn", lambda *_: "etl.example.com")  # else smtplib asks the network who it is
    with serving_mail() as server:
        url = f"mailto://127.0.0.1:{server.port}?from=etl@example.com&to=ops@example.com&mode=insecure"
        send_by_apprise(url, message())
        (mail,) = server.mails
    assert mail["Subject"] == "[shop, production] orders: rejected rows"
    assert "ops@example.com" in mail["To"]
    text = mail.get_body(("plain",)).get_content()
    assert text.splitlines()[0] == "orders: 2 rows of 40 rejected <&>"
    assert "next: odoo-etl retry r1" in text


def test_ntfy():
    """Its own server, as people run it at home."""
    with serving() as web:
        web.pages["/"] = 200, {"Content-Type": "application/json"}, b"{}"
        web.pages["/etl"] = 200, {"Content-Type": "application/json"}, b"{}"
        send_by_apprise(f"ntfy://127.0.0.1:{web.server_port}/etl", message(claimed("recovered", 2)))
        (got,) = web.requests
    assert got.json["topic"] == "etl"
    assert got.json["title"] == "[shop, production] recovered: orders: rejected rows"
    assert got.json["message"].startswith("orders: no row is rejected any more\nfrom 2026-11-29 12:00 to")


@pytest.mark.parametrize(("event", "kind"), [("firing", "failure"), ("repeated", "failure"), ("recovered", "success")])
def test_the_mark_of_a_message_says_how_bad_it_is(event, kind):
    """Services show it as a colour or a symbol."""
    with serving() as web:
        web.pages["/"] = as_json({})
        send_by_apprise(f"json://127.0.0.1:{web.server_port}/", message(claimed(event)))
        assert web.requests[0].json["type"] == kind


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nosuchservice://hush.example.com", "none that apprise knows"),
        ("json://127.0.0.1:9/hush", "JSON was not heard: A Connection error occurred"),
    ],
)
def test_a_service_that_does_not_take_it(url, told):
    """The reason is that which apprise gives; the URL, which holds secrets, is not in it."""
    with pytest.raises(NotSent, match=told) as caught:
        send_by_apprise(url, message())
    assert "hush" not in str(caught.value)


def test_without_the_extra(monkeypatch):
    """It says what to install."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(NotSent, match=r"pip install 'odoo-etl\[alerts\]'"):
        send_by_apprise("json://127.0.0.1/", message())
