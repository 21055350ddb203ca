"""An SFTP server on this machine, which serves one folder to one user."""

from __future__ import annotations

import errno
import os
import socket
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import paramiko

USER, PASSWORD = "deploy", "s3cret-Sesame"


class Login(paramiko.ServerInterface):
    """One user with a password."""

    def check_auth_password(self, username, password):
        """Whether both are right."""
        return paramiko.AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else paramiko.AUTH_FAILED

    def get_allowed_auths(self, _):
        """Passwords alone."""
        return "password"

    def check_channel_request(self, *_):
        """Every channel."""
        return paramiko.OPEN_SUCCEEDED

    def check_channel_subsystem_request(self, channel, name):
        """SFTP, as the transport knows it."""
        return super().check_channel_subsystem_request(channel, name)


class Files(paramiko.SFTPServerInterface):
    """The folder of a server as the root."""

    def __init__(self, login, server):
        super().__init__(login)
        self.server = server

    def _path(self, path):
        return self.server.folder / self.canonicalize(path).lstrip("/")

    def list_folder(self, path):
        """The entries of a folder."""
        try:
            entries = sorted(self._path(path).iterdir())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        return [paramiko.SFTPAttributes.from_stat(one.stat(), one.name) for one in entries]

    def stat(self, path):
        """A file or folder."""
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path, flags, _):
        """A file to be read."""
        self.server.opened.append(path)
        if flags & (os.O_WRONLY | os.O_RDWR):
            return paramiko.SFTPServer.convert_errno(errno.EACCES)
        try:
            file = self._path(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = file
        return handle

    def rename(self, old, new):
        """Move a file, as OpenSSH does: never over another one."""
        try:
            self._path(new).hardlink_to(self._path(old))
            self._path(old).unlink()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        return paramiko.SFTP_OK

    def posix_rename(self, old, new):
        """Move a file, over another one if there is one."""
        self._path(old).replace(self._path(new))
        return paramiko.SFTP_OK

    def mkdir(self, path, _):
        """Make a folder."""
        self._path(path).mkdir()
        return paramiko.SFTP_OK


class Sftp:
    """The server.

    Attributes:
        folder: what it serves.
        opened: the files that were opened, in order.
        host_key: its key as `ssh-keyscan` shows it.
    """

    def __init__(self, folder: Path):
        self.folder, self.opened = folder, []
        self._key = paramiko.ECDSAKey.generate()
        self.host_key = f"{self._key.get_name()} {self._key.get_base64()}"
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._transports = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                transport = paramiko.Transport(connection)
                transport.add_server_key(self._key)
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files, self)
                self._transports.append(transport)
                with suppress(paramiko.SSHException, EOFError):
                    transport.start_server(server=Login())

    def url(self, path):
        """The address of a path, without a login."""
        return f"sftp://127.0.0.1:{self.port}{path}"

    @property
    def options(self):
        """The storage_options that log in."""
        return {"username": USER, "password": PASSWORD, "host_key": self.host_key}

    def close(self):
        """End it."""
        self._socket.close()
        for transport in self._transports:
            transport.close()


@contextmanager
def serving(folder):
    """A server that runs meanwhile."""
    server = Sftp(folder)
    try:
        yield server
    finally:
        server.close()
