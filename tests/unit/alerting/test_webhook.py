"""Webhooks: what they get, how it is signed, and every way in which a receiver does not take it."""

from __future__ import annotations

import pytest

from odoo_etl.alerting.composing import Sender, alert_of, message_of, trial_message
from odoo_etl.alerting.failure import NotSent
from odoo_etl.alerting.message import AlertMessage
from odoo_etl.alerting.webhook import send_webhook, signed
from odoo_etl.reporting.schemas import alerts_schema
from odoo_etl.spec import WebhookSpec
from odoo_etl.state import AlertSend, AlertState, Claim
from tests.authorities import make_authority, server_context
from tests.published import closed
from tests.unit.alerting.conftest import NOON
from tests.web import serving

FACTS = {
    "summary": "orders: 2 rows of 40 rejected <&>",
    "job": "orders",
    "run": "r1",
    "at": NOON,
    "exit_code": 3,
    "counts": {"read": 40, "created": 38, "rejected": 2},
    "reasons": [{"code": "lookup_missing", "text": "no … has code = …", "field": "a_id", "rows": 2, "cure": "Mend."}],
    "values": ["no res.country has code = 'XX'"],
    "next": "odoo-etl retry r1",
}
SENDER = Sender("shop", "production", "https://etl.example.com/")


def claimed(event="firing", change=1, subject="orders"):
    """The right to tell of rejected rows."""
    well = {"summary": "orders: no row is rejected any more", "job": "orders", "run": "r2"}
    firing = event != "recovered"
    state = AlertState("production", subject, "rejects", firing, change, NOON + 60 * change, NOON, FACTS, well, None)
    return Claim(state, AlertSend("ops", firing=not firing), event)


def message(*claims, values=False):
    """Some alerts."""
    return message_of([alert_of(one, SENDER, values=values) for one in claims or [claimed()]], SENDER, NOON)


@pytest.fixture
def web():
    """A receiver."""
    with serving() as server:
        server.page("/hook", status=204)
        yield server


def hook(web, path="/hook", **more):
    """A webhook of the receiver."""
    return WebhookSpec.model_validate({"url": web.url(path), **more})


def sent(web, said, **more):
    """The request that a message makes."""
    send_webhook(hook(web, **more), said, 5.0)
    return web.requests[-1]


def test_json_is_as_its_schema_says(web):
    """Every property, and none besides."""
    from jsonschema import Draft202012Validator

    schema = Draft202012Validator(closed(alerts_schema()))
    for said in (message(), message(claimed("recovered", 2), claimed()), trial_message(SENDER, NOON)):
        got = sent(web, said)
        schema.validate(got.json)
        assert (got.json["id"], got.headers["Content-Type"]) == (got.headers["webhook-id"], "application/json")
    first = message().alerts[0]
    assert (first.link, first.summary) == ("https://etl.example.com/runs/r1", FACTS["summary"])


def test_cells_are_quoted_only_where_that_is_asked_for():
    """By default a reason says which kind of value it was about."""
    assert message().alerts[0].reasons[0].text == "no … has code = …"
    assert message(values=True).alerts[0].reasons[0].text == "no res.country has code = 'XX'"


def test_the_signature_is_that_of_standard_webhooks():
    """The example of its own documentation."""
    said = AlertMessage("msg_p5jXN8AQM9LWM0D4loKWxJek", "2021-02-25T15:02:10+00:00", "", "", "", ())
    webhook = WebhookSpec.model_validate(
        {"url": "https://example.com", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    )
    assert signed(webhook, said, b'{"test": 2432232314}') == {
        "webhook-id": said.id,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_that_is_no_base64_is_told_without_it(web):
    """Where it begins as one that is."""
    with pytest.raises(NotSent, match="no base64") as caught:
        send_webhook(hook(web, secret="whsec_!!hush!!"), message(), 5.0)
    assert "hush" not in str(caught.value)


def test_headers_are_those_of_the_channel_and_ours(web):
    """Without a secret there is no signature."""
    got = sent(web, message(), headers={"Authorization": "Bearer t0ken"})
    assert (got.method, got.headers["Authorization"], got.headers["User-Agent"]) == ("POST", "Bearer t0ken", "odoo-etl")
    assert "webhook-signature" not in got.headers


def test_slack_gets_text_and_blocks(web):
    """`&`, `<` and `>` are escaped, as Slack wants them; what a notification shows is the title."""
    got = sent(web, message(), format="slack").json
    assert got["text"] == "[shop, production] orders: rejected rows"
    header, section = got["blocks"]
    assert (header["type"], header["text"]["text"]) == ("header", got["text"])
    assert section["text"] == {
        "type": "mrkdwn",
        "text": "orders: 2 rows of 40 rejected &lt;&amp;&gt;\n"
        "- a_id lookup_missing: no … has code = … (2 rows)\n  Mend.\n"
        "next: odoo-etl retry r1\nhttps://etl.example.com/runs/r1",
    }


def test_teams_gets_an_adaptive_card(web):
    """With the title, a line a block, and the links as buttons."""
    (attachment,) = sent(web, message(claimed("recovered", 2), claimed()), format="teams").json["attachments"]
    card = attachment["content"]
    assert (attachment["contentType"], card["type"]) == ("application/vnd.microsoft.card.adaptive", "AdaptiveCard")
    assert card["body"][0]["text"] == "[shop, production] 1 alert, 1 recovered: orders"
    assert {block["type"] for block in card["body"]} == {"TextBlock"}
    assert [action["url"] for action in card["actions"]] == [
        "https://etl.example.com/runs/r2",
        "https://etl.example.com/runs/r1",
    ]


def test_text_is_short_enough_for_a_phone(web):
    """However much there is to be told."""
    said = message(*(claimed(subject=f"{number}") for number in range(50)))
    got = sent(web, said, format="text").body.decode()
    assert got.startswith("[shop, production] 50 alerts: orders\n* orders: rejected rows\n")
    assert len(got) < 1_700
    short = sent(web, message(claimed("repeated")), format="text").body.decode().splitlines()
    assert short[:3] == [
        "[shop, production] still: orders: rejected rows",
        "orders: 2 rows of 40 rejected <&>",
        "since 2026-11-29 12:00 UTC",
    ]


@pytest.mark.parametrize(
    ("page", "told", "wait_s"),
    [
        ({"status": 500}, "the answer was HTTP 500", None),
        ({"status": 503, "Retry_After": "120"}, "the answer was HTTP 503", 120.0),
        ({"status": 404}, "the answer was HTTP 404", None),
        (
            {"status": 302, "Location": "https://elsewhere.invalid/"},
            "the answer was HTTP 302, to another address",
            None,
        ),
        ({"status": 0}, "the connection broke off", None),
    ],
)
def test_a_receiver_that_does_not_take_it(web, page, told, wait_s):
    """A redirect is not followed: it would carry message and headers to whoever it names."""
    web.page("/hook", **page)
    with pytest.raises(NotSent, match=told) as caught:
        send_webhook(hook(web), message(), 5.0)
    assert (caught.value.retry_after_s, len(web.requests)) == (wait_s, 1)


def test_a_receiver_that_does_not_answer(web):
    """The wait has an end."""
    web.page("/hook", lambda _: web.gate.wait(5) and (204, {}, b""))
    with pytest.raises(NotSent, match=r"no answer in time|broke off"):
        send_webhook(hook(web), message(), 0.1)
    web.gate.set()


def test_nobody_is_there():
    """The port of a server that has gone."""
    with serving() as server:
        gone = server.url("/hook")
    with pytest.raises(NotSent, match="cannot be connected to"):
        send_webhook(WebhookSpec.model_validate({"url": gone}), message(), 1.0)
    with pytest.raises(NotSent, match="its host is not found"):
        send_webhook(WebhookSpec.model_validate({"url": "https://nowhere.invalid/"}), message(), 1.0)


def test_certificates_are_looked_at(tmp_path):
    """Those of an authority that `ca_file` names will do, but only for their host."""
    make_authority(tmp_path)
    for name, fits in (("here", True), ("there", False)):
        with serving(server_context(tmp_path, name)) as server:
            server.page("/hook", status=204)
            url = server.url("/hook").replace("http:", "https:")
            with pytest.raises(NotSent, match="no safe connection"):
                send_webhook(WebhookSpec.model_validate({"url": url}), message(), 5.0)
            trusting = WebhookSpec.model_validate({"url": url, "ca_file": str(tmp_path / "ca.pem")})
            if fits:
                send_webhook(trusting, message(), 5.0)
            else:
                with pytest.raises(NotSent, match="no safe connection"):
                    send_webhook(trusting, message(), 5.0)
    with pytest.raises(NotSent, match=r"ca_file .*no certificates to be read"):
        send_webhook(WebhookSpec.model_validate({"url": url, "ca_file": str(tmp_path / "no.pem")}), message(), 5.0)
