"""Files over SFTP from a server that is known: one that nobody has vouched for is not given a password."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import unquote, urlsplit

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from odoo_etl.spec import store_and_path

CONNECT_S = 20.0
_AT_ONCE = 64  # requests for pieces of a file that are under way


class VerifiedSftp(SFTPFileSystem):  # type: ignore[misc]  # it has no annotations
    """As fsspec has it, but with the key of the host compared, and files read ahead.

    The keys are those of `~/.ssh/known_hosts`, of the file `known_hosts`, or `host_key` itself, as `ssh-keyscan` shows
    it: `ssh-ed25519 AAAA...`.
    """

    def _connect(self) -> None:
        options = dict(self.ssh_kwargs)
        known, host_key = options.pop("known_hosts", None), options.pop("host_key", "")
        self.client = paramiko.SSHClient()
        if known:
            self.client.load_host_keys(known)
        else:
            self.client.load_system_host_keys()
        if host_key:
            name = self.host if options.get("port", 22) == 22 else f"[{self.host}]:{options['port']}"
            self.client.get_host_keys().add(name, *_key(host_key))
        self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
        limits = {"timeout": CONNECT_S, "banner_timeout": CONNECT_S, "auth_timeout": CONNECT_S}
        self.client.connect(self.host, **{**limits, **options})
        self.ftp = self.client.open_sftp()

    def _open(self, path: str, mode: str = "rb", **kwargs: Any) -> Any:
        file = super()._open(path, mode, **kwargs)
        file.prefetch(self.info(path)["size"], _AT_ONCE)
        return file

    def rename_anew(self, old: str, new: str) -> None:
        """Rename a file, never over another one; what fsspec calls `mv` would. Raises OSError."""
        self.ftp.rename(old, new)


def sftp_of(url: str, options: dict[str, Any]) -> tuple[VerifiedSftp, str]:
    """The server of a URL, and the path there. Raises paramiko's errors, OSError, ValueError: the key is none."""
    parts = urlsplit(url)
    login = {"username": parts.username, "password": parts.password}
    said = {name: unquote(value) for name, value in login.items() if value is not None}
    port = {"port": parts.port} if parts.port else {}
    wanted = {"host": parts.hostname or "", **port, **said, **options, "skip_instance_cache": True}
    return VerifiedSftp(**wanted), store_and_path(url)[1]


def _key(text: str) -> tuple[str, paramiko.PKey]:
    """The kind and the key of a line of ssh-keyscan, whose host may be left out."""
    words = text.split()
    kind, data = (words[-2], words[-1]) if len(words) > 1 else ("", "")
    try:
        return kind, paramiko.PKey.from_type_string(kind, base64.b64decode(data))
    except (paramiko.SSHException, ValueError) as error:
        raise ValueError("host_key is no key as ssh-keyscan shows it: ssh-ed25519 AAAA...") from error
