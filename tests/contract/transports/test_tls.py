"""TLS: certificates are verified, by the system's authorities and by one's own."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from odoo_etl import OdooClient
from odoo_etl.errors import CannotStart, TransientError
from odoo_etl.odoo.diagnose import diagnose
from odoo_etl.odoo.transports.http import Http, HttpSettings
from tests.contract.transports.scripted import DIALECTS, ScriptedServer

JSON2 = DIALECTS["json2"]

_AUTHORITY = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem"
_REQUEST = "req -newkey rsa:2048 -nodes -subj /CN=odoo -keyout {0}.key -out {0}.csr"
_SIGN = "x509 -req -in {0}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile {0}.ext -out {0}.pem"


def openssl(folder: Path, command: str) -> None:
    """Run one of openssl's commands in a folder."""
    subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Path:
    """A folder with a certificate authority and certificates for 127.0.0.1 (`here`) and another host (`there`)."""
    if shutil.which("openssl") is None:
        pytest.skip("NO TLS TESTS: openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    openssl(folder, _AUTHORITY)
    for name, address in {"here": "IP:127.0.0.1", "there": "DNS:odoo.example.com"}.items():
        (folder / f"{name}.ext").write_text(f"subjectAltName={address}")
        openssl(folder, _REQUEST.format(name))
        openssl(folder, _SIGN.format(name))
    return folder


def serve(folder: Path, name: str) -> ScriptedServer:
    """A server with that certificate, whose every answer is a user id."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return ScriptedServer(JSON2.result({"uid": 2}), tls=context)


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
