"""Certificates for servers of this machine, signed by an authority that nobody else knows."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

# Python 3.13 and later want to be told what the key of an authority is for.
_USAGE = "-addext keyUsage=critical,keyCertSign"
_AUTHORITY = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority {_USAGE} -keyout ca.key -out ca.pem"
_REQUEST = "req -newkey rsa:2048 -nodes -subj /CN=odoo -keyout {0}.key -out {0}.csr"
_SIGN = "x509 -req -in {0}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile {0}.ext -out {0}.pem"


def make_authority(folder: Path) -> Path:
    """Fill a folder with an authority and certificates for 127.0.0.1 (`here`) and another host (`there`)."""
    _openssl(folder, _AUTHORITY)
    for name, address in {"here": "IP:127.0.0.1", "there": "DNS:odoo.example.com"}.items():
        (folder / f"{name}.ext").write_text(f"subjectAltName={address}")
        _openssl(folder, _REQUEST.format(name))
        _openssl(folder, _SIGN.format(name))
    return folder


def server_context(folder: Path, name: str) -> ssl.SSLContext:
    """The side of a server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


def _openssl(folder: Path, command: str) -> None:
    subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
