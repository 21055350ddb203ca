"""The client on whole servers: the sandbox and a real Odoo, over each protocol, and alike."""

from __future__ import annotations

import pytest

from odoo_etl import OdooClient
from odoo_etl.errors import AccessRefused, CannotStart, OdooError, ProtocolError, Refused
from odoo_etl.odoo import TRANSPORTS
from odoo_etl.odoo.diagnose import diagnose

ARCHIVED_TOO = {"active_test": False}


def open_client(server, **settings) -> OdooClient:
    """A client of the server that never waits long."""
    known = {"db": server.db, "user": server.user, "api_key": server.api_key, "sleep": lambda _: None}
    return OdooClient(server.url, **{**known, **settings})


@pytest.fixture
def odoo(server, protocol):
    """A client over each protocol."""
    with open_client(server, protocol=protocol) as client:
        yield client


@pytest.fixture
def partners(odoo):
    """Two partners of this test."""
    ids = odoo.create("res.partner", [{"name": "Ada", "ref": "T1"}, {"name": "Bob\nx", "ref": "T2", "active": False}])
    yield ids
    odoo.unlink("res.partner", ids)


def test_version_and_login_work_over_each_protocol(odoo, protocol):
    """The same answers, one request each."""
    assert odoo.version().major >= 19
    assert odoo.authenticate() > 0
    assert odoo.protocol == protocol
    assert odoo.calls == {"common.version": 1, "common.login": 1}


def test_reading_is_the_same_over_each_protocol(server, odoo, partners):
    """Ids, order, windows, many2one, False for empty, and the types of all values."""
    answers = []
    for protocol in TRANSPORTS:
        with open_client(server, protocol=protocol) as client:
            domain = [["id", "in", partners]]
            answers.append(
                (
                    client.search("res.partner", domain, order="ref desc", context=ARCHIVED_TOO),
                    client.search("res.partner", domain, offset=1, limit=1, context=ARCHIVED_TOO),
                    client.search_count("res.partner", domain),
                    client.search_read("res.partner", domain, ["name", "ref", "country_id"], load="_classic_write"),
                    client.read("res.partner", partners, ["ref", "active"]),
                    client.display_name("res.partner", partners),
                    client.fields_get("res.partner", ["name", "country_id"], ["type", "relation"]),
                    client.search_read("res.country", [["code", "=", "FR"]], ["code", "currency_id"]),
                )
            )
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][2] == 1
    assert answers[0][3] == [{"id": partners[0], "name": "Ada", "ref": "T1", "country_id": False}]


def test_writing_works_over_each_protocol(odoo, partners):
    """write, web_save_multi, load and create arrive."""
    one, two = partners
    assert odoo.write("res.partner", partners, {"city": "Łódź & <co>", "comment": False}) is True
    odoo.web_save_multi("res.partner", partners, [{"ref": "W1"}, {"ref": "W2"}])
    assert odoo.read("res.partner", partners, ["ref", "city"]) == [
        {"id": one, "ref": "W1", "city": "Łódź & <co>"},
        {"id": two, "ref": "W2", "city": "Łódź & <co>"},
    ]
    loaded = odoo.load("res.partner", ["name", "ref"], [["Loaded", "L1"]])
    assert odoo.read("res.partner", loaded["ids"], ["name"]) == [{"id": loaded["ids"][0], "name": "Loaded"}]
    assert odoo.unlink("res.partner", loaded["ids"]) is True


@pytest.mark.parametrize("value", ["a\r\nb", "😀 é ]]> &amp;", "x" * 100_000])
def test_text_arrives_as_it_was_sent(server, odoo, partners, value):
    """Read back over JSON, which changes nothing."""
    odoo.write("res.partner", partners, {"street": value})
    with open_client(server, protocol="jsonrpc") as reader:
        assert reader.read("res.partner", partners[:1], ["street"]) == [{"id": partners[0], "street": value}]


REFUSALS = {
    "an unknown field": ("create", {"vals_list": [{"nope": 1}]}, Refused, "builtins.ValueError"),
    "a wrong selection": ("create", {"vals_list": [{"name": "x", "type": "?"}]}, Refused, "builtins.ValueError"),
    "a constraint": ("create", {"vals_list": [{}]}, Refused, None),
    "a private method": ("_write", {"vals": {}}, AccessRefused, "odoo.exceptions.AccessError"),
    "an unknown method": ("nope", {}, ProtocolError, None),
    "an unknown parameter": ("search", {"domain": [], "nope": 1}, ProtocolError, None),
    "an unknown field in a domain": ("search", {"domain": [["nope", "=", 1]]}, Refused, "builtins.ValueError"),
    "NaN": ("create", {"vals_list": [{"name": "x", "color": float("nan")}]}, Refused, ""),
    "NUL": ("create", {"vals_list": [{"name": "x\x00"}]}, Refused, None),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_in_the_same_branch_over_each_protocol(odoo, case):
    """What the caller does next must not depend on the wire; the name does not where the wire tells it."""
    method, params, branch, name = REFUSALS[case]
    with pytest.raises(OdooError) as caught:
        odoo.execute("res.partner", method, **params)
    assert isinstance(caught.value, branch)
    assert name is None or caught.value.name == name


def test_a_warning_with_a_button_says_what_it_says(odoo):
    """Not where the button leads, whatever the wire makes of it."""
    (user,) = odoo.search_read("res.users", [["login", "=", "admin"]], ["partner_id"])
    with pytest.raises(Refused, match="You cannot delete contacts linked to an active user") as caught:
        odoo.unlink("res.partner", user["partner_id"][:1])
    assert str(caught.value).startswith("res.partner.unlink: You cannot")
    assert not [part for part in ("ir.actions", "None)", "\\n") if part in str(caught.value)]


def test_an_unknown_model_is_no_fault_of_a_row(odoo, protocol):
    """But over XML-RPC, where it is a user error without a traceback and cannot be told from one."""
    with pytest.raises(Refused if protocol == "xmlrpc" else ProtocolError, match=r"no\.model"):
        odoo.search("no.model")


@pytest.mark.parametrize("wrong", [{"api_key": "not-the-key"}, {"db": "no_such_database"}])
def test_a_wrong_login_ends_the_start(server, protocol, wrong):
    """Exit code 5, before anything else is asked."""
    with pytest.raises((AccessRefused, CannotStart)) as caught:
        open_client(server, protocol=protocol, **wrong).authenticate()
    assert caught.value.exit_code == 5


def test_auto_takes_json2_on_a_server_of_today(server):
    """No login request is needed for the work."""
    with open_client(server) as client:
        assert client.search_count("res.country") > 200
        assert client.calls == {"common.version": 1, "res.country.search_count": 1}
        assert client.protocol == "json2"


def test_the_doctor_finds_a_server_in_order_and_names_what_is_not(server):
    """One line a check; an unknown model fails without ending the checks."""
    with open_client(server) as client:
        checks = {
            check.name: check for check in diagnose(client, {"res.partner": ["read", "write"], "no.model": ["read"]})
        }
    assert [name for name, check in checks.items() if not check.ok] == ["rights on no.model"]
    assert checks["rights on res.partner"].detail == "read, write"
    assert list(checks)[-2:] == ["latency", "clock"]


@pytest.mark.odoo
@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc"])
def test_a_server_with_json2_only_says_so_to_the_old_protocols(real_odoo_json2_only, protocol):
    """What versions after 19 answer."""
    with pytest.raises(CannotStart, match="json2"):
        open_client(real_odoo_json2_only, protocol=protocol).authenticate()


@pytest.mark.odoo
def test_a_server_with_json2_only_serves_auto(real_odoo_json2_only):
    """The version is found without the old protocols."""
    with open_client(real_odoo_json2_only) as client:
        assert client.search_count("res.country") > 200
        assert client.protocol == "json2"
