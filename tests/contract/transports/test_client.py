"""The client on top of the transports: which protocol, how many requests, what is sent again, how a start fails."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo_etl import OdooClient, RetryPolicy
from odoo_etl.errors import AccessRefused, AskedToWait, CannotStart, ProtocolError, TransientError, UnknownOutcome
from tests.contract.transports.scripted import DIALECTS, DROP, Reply, ScriptedServer, page

JSONRPC, XMLRPC, JSON2 = DIALECTS["jsonrpc"], DIALECTS["xmlrpc"], DIALECTS["json2"]


def client(url: str, **settings) -> OdooClient:
    """A client that never really waits."""
    known = {"db": "shop", "user": "admin", "api_key": "the-api-key", "sleep": lambda _: None}
    return OdooClient(url, **{**known, **settings})


def version(major: int | str) -> Reply:
    """What `version_info` answers."""
    return JSONRPC.result({"server_version": f"{major}.0", "server_version_info": [major, 0, 0, "final", 0, ""]})


NOT_FOUND = page(404)


def test_auto_takes_json2_where_it_and_a_key_exist():
    """One request for the version, none to log in; the key and the database travel in headers."""
    with ScriptedServer(version(19), JSON2.result([7])) as server, client(server.url) as odoo:
        assert odoo.search("res.partner") == [7]
        assert odoo.protocol == "json2"
        assert odoo.calls == {"common.version": 1, "res.partner.search": 1}
        asked = server.requests[-1]
        assert asked.path == "/json/2/res.partner/search"
        assert asked.headers["Authorization"] == "bearer the-api-key"
        assert asked.headers["X-Odoo-Database"] == "shop"


@pytest.mark.parametrize(
    ("before", "login"), [([version(18)], {}), ([version("saas~18")], {}), ([], {"api_key": "", "password": "secret"})]
)
def test_auto_takes_jsonrpc_on_older_servers_and_without_a_key(before, login):
    """One request to log in; the version matters only where there is a key for JSON-2."""
    with ScriptedServer(*before, JSONRPC.result(2), JSONRPC.result([7])) as server:
        odoo = client(server.url, **login)
        assert odoo.search("res.partner") == [7]
        assert odoo.protocol == "jsonrpc"
        assert odoo.calls["common.login"] == 1
        assert {request.path for request in server.requests[-2:]} == {"/jsonrpc"}


def test_auto_takes_xmlrpc_where_jsonrpc_is_not_served():
    """Some proxies let only XML-RPC through."""
    script = version(14), NOT_FOUND, XMLRPC.result(2), XMLRPC.result([7])
    with ScriptedServer(*script) as server, client(server.url) as odoo:
        assert odoo.search("res.partner") == [7]
        assert odoo.protocol == "xmlrpc"


def test_the_version_is_found_where_only_the_new_route_answers():
    """`/web/version` is asked when `version_info` is not there."""
    body = Reply(200, b'{"version": "20.1", "version_info": [20, 1, 0, "final", 0, ""]}')
    with ScriptedServer(NOT_FOUND, body) as server, client(server.url) as odoo:
        assert (odoo.version().text, odoo.version().major) == ("20.1", 20)
        assert [request.path for request in server.requests] == ["/web/webclient/version_info", "/web/version"]


def test_version_and_login_are_asked_once():
    """Whatever is called how often."""
    with ScriptedServer(version(17), JSONRPC.result(2), JSONRPC.result([])) as server, client(server.url) as odoo:
        for _ in range(3):
            assert (odoo.version().major, odoo.authenticate(), odoo.search("m")) == (17, 2, [])
        assert odoo.calls == {"common.version": 1, "common.login": 1, "m.search": 3}


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc"])
def test_a_server_without_the_old_protocols_says_that_json2_is_the_way(protocol):
    """What `--load=base,web` and later versions answer."""
    with (
        ScriptedServer(NOT_FOUND) as server,
        pytest.raises(CannotStart, match="use protocol json2 with an api_key"),
    ):
        client(server.url, protocol=protocol).authenticate()


UNUSABLE = {
    "a login page": [page()],
    "another site": [Reply(200, b'{"hello": 1}')],
    "an unknown database over JSON-2": [version(19), NOT_FOUND],
    "an unknown database over JSON-RPC": [version(18), JSONRPC.error("psycopg2.OperationalError", "FATAL")],
    "a server that is down": [page(503)],
    "a server that drops": [DROP],
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_start_that_fails_is_one_error_whatever_the_cause(case):
    """The server cannot be used as configured: exit code 5, with the remedy."""
    with ScriptedServer(*UNUSABLE[case]) as server, pytest.raises(CannotStart, match="check ") as caught:
        client(server.url).authenticate()
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc"])
def test_a_refused_login_is_told_by_the_old_protocols_with_false(protocol):
    """It names the user and the database, and is not tried again."""
    with ScriptedServer(DIALECTS[protocol].result(False)) as server:
        with pytest.raises(AccessRefused, match="user 'admin' on database 'shop'") as caught:
            client(server.url, protocol=protocol).authenticate()
        assert (caught.value.exit_code, caught.value.name) == (5, "odoo.exceptions.AccessDenied")
        assert len(server.requests) == 1


def test_a_refused_key_is_told_by_json2_with_401():
    """The same error as over the old protocols."""
    refusal = Reply(401, b'{"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}')
    with (
        ScriptedServer(refusal) as server,
        pytest.raises(AccessRefused, match="user 'admin' on database 'shop'") as caught,
    ):
        client(server.url, protocol="json2").authenticate()
    assert caught.value.name == "odoo.exceptions.AccessDenied"


WRONG = {
    "no scheme": {"url": "odoo.example.com"},
    "a password in the url": {"url": "https://admin:hunter2@odoo.example.com"},
    "an impossible port": {"url": "http://odoo.example.com:99999"},
    "half an address": {"url": "http://[::1"},
    "an unknown protocol": {"url": "http://localhost", "protocol": "soap"},
    "a CA file that is not there": {"url": "https://localhost", "ca_file": "/nowhere.pem"},
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_settings_are_found_before_anything_is_sent(case):
    """The error never repeats a password."""
    with pytest.raises(CannotStart) as caught:
        client(**WRONG[case])
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("protocol", "missing", "text"),
    [
        ("json2", "api_key", "needs an api_key"),
        ("jsonrpc", "user", "lacks user"),
        ("xmlrpc", "db", "lacks db"),
    ],
)
def test_what_a_protocol_needs_to_log_in_is_named(protocol, missing, text):
    """Found before anything is sent."""
    with pytest.raises(CannotStart, match=text):
        client("http://localhost:1", protocol=protocol, **{missing: ""}).authenticate()


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"api_key": "key\n"}, "copy it again"),
        ({"api_key": "ключ"}, "copy it again"),
        ({"db": "shop\r\nX-Evil: 1"}, "copy it again"),
        ({"db": "магазин"}, "protocol: jsonrpc"),
        ({"db": "büro"}, "protocol: jsonrpc"),
    ],
)
def test_what_no_header_can_carry_is_refused_without_showing_it(wrong, remedy):
    """A key with a line end, as files often have it; a database may be called anything, and other protocols take it."""
    with pytest.raises(CannotStart, match="no HTTP header can carry") as caught:
        client("http://localhost:1", protocol="json2", **wrong).authenticate()
    assert next(iter(wrong.values())) not in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "login"),
    [(JSON2.result([{"id": 7, "login": "bot"}]), "bot"), (JSON2.error("odoo.exceptions.AccessError", "no"), "id 7")],
)
def test_the_key_says_who_we_are_over_json2(answer, login):
    """Whatever the user beside it; the old protocols log in as that user."""
    with ScriptedServer(JSON2.result({"uid": 7}), answer) as server:
        assert client(server.url, user="", protocol="json2").login() == login
    with ScriptedServer(JSONRPC.result(2)) as server:
        assert client(server.url, protocol="jsonrpc").login() == "admin"


def test_a_host_name_that_cannot_be_one_ends_the_start():
    """A label over 63 letters."""
    with pytest.raises(CannotStart, match="host name"):
        client(f"https://{'a' * 64}.example.com", protocol="json2").authenticate()


def test_no_repr_shows_a_secret():
    """Clients stand in tracebacks and logs."""
    odoo = client("http://localhost", password="pa55word")
    shown = f"{odoo!r} {odoo}"
    assert "the-api-key" not in shown
    assert "pa55word" not in shown


def test_an_outage_is_waited_out_and_counted(protocol, dialect):
    """Every request counts, repeats included; the caller hears of each wait."""
    events = []
    script = [dialect.result({"uid": 2} if protocol == "json2" else 2), page(503), page(429), dialect.result([7])]
    with ScriptedServer(*script) as server:
        odoo = client(server.url, protocol=protocol, on_retry=events.append)
        odoo.authenticate()
        assert odoo.create("res.partner", [{"name": "x"}]) == [7]
        assert odoo.calls == {"common.login": 1, "res.partner.create": 3}
        assert [(event.call, event.attempt) for event in events] == [
            ("res.partner.create", 1),
            ("res.partner.create", 2),
        ]


def test_who_watches_hears_of_each_call():
    """Repeats and those that begin a session included; how many records, and how it ended."""
    heard = []

    class Watch:
        def began(self, call):
            heard.append(call)

        def ended(self, call, records, seconds, outcome):
            assert 0 < seconds < 60
            heard.append((call, records, outcome))

    with ScriptedServer(JSON2.result({"uid": 2}), page(503), JSON2.result([7])) as server:
        odoo = client(server.url, protocol="json2", watch=Watch())
        odoo.authenticate()
        odoo.create("res.partner", [{"name": "x"}])
    assert heard == [
        "common.login",
        ("common.login", 0, "answered"),
        "res.partner.create",
        ("res.partner.create", 1, "TransientError"),
        "res.partner.create",
        ("res.partner.create", 1, "answered"),
    ]


def test_a_create_without_an_answer_is_sent_once_and_a_read_again(protocol, dialect):
    """The one could make a second record, the other changes nothing."""
    login = dialect.result({"uid": 2} if protocol == "json2" else 2)
    with ScriptedServer(login, DROP, DROP, dialect.result([])) as server:
        odoo = client(server.url, protocol=protocol)
        odoo.authenticate()
        with pytest.raises(UnknownOutcome, match=r"res\.partner\.create"):
            odoo.create("res.partner", [{"name": "x"}])
        assert odoo.search("res.partner") == []
        assert odoo.calls == {"common.login": 1, "res.partner.create": 1, "res.partner.search": 2}


def test_an_outage_in_the_middle_of_a_run_stays_transient():
    """Only a start turns it into an error of the configuration."""
    with ScriptedServer(JSON2.result({"uid": 2}), page(503)) as server:
        odoo = client(server.url, protocol="json2", retry=RetryPolicy(attempts=2, deadline_s=60))
        odoo.authenticate()
        with pytest.raises(TransientError):
            odoo.search("m")
        assert odoo.calls["m.search"] > 2


def test_threads_share_as_many_connections_as_the_pool_has():
    """A third thread waits for one of two connections instead of opening another."""
    with ScriptedServer(JSON2.result([])) as server, client(server.url, protocol="json2", pool_size=2) as odoo:
        together = threading.Barrier(6)

        def work(_: int) -> list[int]:
            together.wait(10)
            return odoo.search("m")

        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(work, range(6))) == [[]] * 6
        assert odoo.calls["m.search"] == len(server.requests) == 6
        assert server.connections <= 2


def test_before_odoo_15_many2one_ids_are_read_in_a_second_call():
    """`search_read` there does not know `load`."""
    script = version(14), JSONRPC.result(2), JSONRPC.result([3, 4]), JSONRPC.result([{"id": 3}, {"id": 4}])
    with ScriptedServer(*script) as server, client(server.url) as odoo:
        assert odoo.search_read("m", [], ["a"], load="_classic_write") == [{"id": 3}, {"id": 4}]
        assert odoo.calls == {"common.version": 1, "common.login": 1, "m.search": 1, "m.read": 1}


def unable(function: str) -> Reply:
    """The fault of an Odoo whose XML-RPC could not express the answer in this function."""
    fault = XMLRPC.error("TypeError", "x").body.decode()
    fault = fault.replace("/odoo/models.py", "/lib/xmlrpc/client.py").replace("in create", f"in {function}")
    return Reply(200, fault.encode(), "text/xml")


def test_a_method_that_returns_none_over_xmlrpc_returned_none():
    """Odoo's XML-RPC answers it with a fault after the work is committed."""
    with ScriptedServer(XMLRPC.result(2), unable("dump_nil")) as server:
        assert client(server.url, protocol="xmlrpc").execute("m", "do_it", ids=[1]) is None


def test_an_answer_xmlrpc_cannot_express_says_that_the_call_was_carried_out():
    """A number over 32 bits in the answer: the work is done, another protocol would tell the answer."""
    with (
        ScriptedServer(XMLRPC.result(2), unable("dump_long")) as server,
        pytest.raises(ProtocolError, match="carried out, but the answer"),
    ):
        client(server.url, protocol="xmlrpc").execute("m", "do_it", ids=[1])


def test_one_record_created_gives_one_id(protocol, dialect):
    """And a list gives a list, over every protocol."""
    login = dialect.result({"uid": 2} if protocol == "json2" else 2)
    with ScriptedServer(login, dialect.result([7])) as server:
        odoo = client(server.url, protocol=protocol)
        odoo.authenticate()
        assert odoo.create("m", {"name": "x"}) == 7
        assert odoo.create("m", [{"name": "x"}]) == [7]


def test_a_connection_that_is_never_accepted_times_out_as_transient():
    """The backlog of a listening socket that nobody serves is full: connecting hangs."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(CannotStart, match="cannot connect"):
            client(url, protocol="json2", connect_timeout_s=0.2).authenticate()
        for one in waiting:
            one.close()


@pytest.mark.parametrize("lost_at", [1, 2, 3])
def test_who_may_not_send_any_more_ends_a_call_between_its_attempts(lost_at):
    """The fence stands right before each attempt, the first one included; what it raises comes through."""

    class Lost(Exception):
        pass

    asked = []

    def fence():
        asked.append("asked")
        if len(asked) == lost_at:
            raise Lost

    with ScriptedServer(JSONRPC.result(2), page(503), page(503), JSONRPC.result([7])) as server:
        odoo = client(server.url, api_key="", password="secret")
        with pytest.raises(Lost):
            odoo.create("res.partner", [{"name": "A"}], fence=fence)
        assert odoo.calls["res.partner.create"] == lost_at - 1


@pytest.mark.parametrize("asked", ["901", "9" * 400, "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_server_that_asks_for_more_time_than_there_is_ends_the_work_at_once(asked):
    """Nobody waits, neither this thread nor the next one: what it says is no matter of the moment."""
    waits = []
    replies = (JSONRPC.result(2), page(503, Retry_After=asked), JSONRPC.result([7]))
    with ScriptedServer(*replies) as server:
        odoo = client(server.url, api_key="", password="secret", sleep=waits.append)
        with pytest.raises(AskedToWait, match=r"asks to wait .* \(Retry-After\), longer than load\.retry\.deadline"):
            odoo.create("res.partner", [{"name": "A"}])
        assert odoo.search("res.partner") == [7]
    assert [wait for wait in waits if wait] == []


def test_an_unanswered_call_stays_open_when_the_server_then_asks_for_too_much_time():
    """It may have been carried out."""
    with ScriptedServer(JSONRPC.result(2), DROP, page(503, Retry_After="9999")) as server:
        odoo = client(server.url, api_key="", password="secret")
        with pytest.raises(UnknownOutcome):
            odoo.write("res.partner", [1], {"name": "A"})


def test_a_start_that_is_asked_to_wait_cannot_begin():
    """It says so."""
    with (
        ScriptedServer(page(429, Retry_After="9999")) as server,
        pytest.raises(CannotStart, match=r"asks to wait 9,999 s .* 20 s that a start waits: run again later$"),
    ):
        client(server.url, api_key="", password="secret").authenticate()
