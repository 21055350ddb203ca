"""A mail server on this machine that keeps what it is sent: as much of SMTP as a client needs."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy


class _Dialogue(socketserver.StreamRequestHandler):
    """One client: says yes to everything."""

    def handle(self):
        """Answer line by line; after DATA, all until a lone dot is a mail."""
        self._say(220)
        for line in self.rfile:
            verb = line.split(maxsplit=1)[0].upper() if line.strip() else b""
            if verb == b"DATA":
                self._say(354)
                mail = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(message_from_bytes(mail, policy=policy.default))
            self._say({b"QUIT": 221}.get(verb, 250))
            if verb == b"QUIT":
                return

    def _say(self, code):
        self.wfile.write(f"{code} here\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps `mails`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.mails = []

    @property
    def port(self):
        """Where it listens."""
        return self.server_address[1]


@contextmanager
def serving_mail():
    """A server that runs meanwhile."""
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
