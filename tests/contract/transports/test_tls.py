"""TLS: certificates are verified, by the system's authorities and by one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from odoo_etl import OdooClient
from odoo_etl.errors import CannotStart, TransientError
from odoo_etl.odoo.diagnose import diagnose
from odoo_etl.odoo.transports.http import Http, HttpSettings
from tests.authorities import make_authority, server_context
from tests.contract.transports.scripted import DIALECTS, ScriptedServer

JSON2 = DIALECTS["json2"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Path:
    """A folder with a certificate authority and certificates for 127.0.0.1 (`here`) and another host (`there`)."""
    if shutil.which("openssl") is None:
        pytest.skip("NO TLS TESTS: openssl is not installed")
    return make_authority(tmp_path_factory.mktemp("tls"))


def serve(folder: Path, name: str) -> ScriptedServer:
    """A server with that certificate, whose every answer is a user id."""
    return ScriptedServer(JSON2.result({"uid": 2}), tls=server_context(folder, name))


def client(url: str, ca_file: Path | None) -> OdooClient:
    """A client over JSON-2."""
    return OdooClient(url, "shop", api_key="key", protocol="json2", ca_file=ca_file, sleep=lambda _: None)


def test_a_certificate_of_one_s_own_authority_is_trusted(authority):
    """`ca_file` adds to the system's authorities."""
    with serve(authority, "here") as server:
        assert client(server.url, authority / "ca.pem").authenticate() == 2


@pytest.mark.parametrize(("name", "trusted"), [("here", False), ("there", True)], ids=["authority", "host name"])
def test_what_cannot_be_verified_is_never_talked_to(authority, name, trusted):
    """An unknown authority, or a certificate for another host: no request is sent."""
    with serve(authority, name) as server:
        with pytest.raises(CannotStart, match="ca_file") as caught:
            client(server.url, authority / "ca.pem" if trusted else None).authenticate()
        assert caught.value.exit_code == 5
        assert server.requests == []


def test_a_server_without_tls_is_told_from_one_without_trust():
    """An https url to a plain port."""
    with ScriptedServer(JSON2.result(1)) as server, pytest.raises(CannotStart, match="WRONG_VERSION"):
        client(server.url.replace("http:", "https:"), None).authenticate()


def test_a_connection_that_breaks_in_the_handshake_was_never_sent(authority):
    """A proxy that restarts: waiting helps."""
    with serve(authority, "here") as server:
        http = Http(HttpSettings(server.url, ca_file=authority / "ca.pem"))
    with pytest.raises(TransientError):
        http.post("/json/2/m/create", b"{}", {}, "m.create")


def test_a_file_without_certificates_is_named(authority):
    """Found when the client is made."""
    with pytest.raises(CannotStart, match=r"here\.ext: no certificates"):
        client("https://127.0.0.1", authority / "here.ext")


@pytest.mark.parametrize("trusted", [True, False])
def test_the_doctor_shows_tls_as_a_line_of_its_own(authority, trusted):
    """Version and end of validity, or the remedy."""
    ca_file = authority / "ca.pem" if trusted else None
    with serve(authority, "here") as server, client(server.url, ca_file) as odoo:
        check = next(check for check in diagnose(odoo, {}, ca_file=ca_file) if check.name == "TLS")
    assert check.ok is trusted
    assert ("valid until" in check.detail) is trusted
    assert ("ca_file" in check.remedy) is not trusted
