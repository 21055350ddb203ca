"""A store that answers as S3 does, on this machine."""

from __future__ import annotations

from contextlib import contextmanager

import fsspec
import urllib3

BUCKET = "deliveries"
KEY, SECRET = "AKIAEXAMPLE0001", "moto-s3cret-Sesame"


class S3:
    """The store.

    Attributes:
        options: the storage_options that reach it.
    """

    def __init__(self, endpoint):
        self.options = {"key": KEY, "secret": SECRET, "client_kwargs": {"endpoint_url": endpoint}}
        self.files = fsspec.filesystem("s3", skip_instance_cache=True, use_listings_cache=False, **self.options)
        self.files.mkdir(BUCKET)

    def put(self, path, content):
        """Store a file."""
        self.files.pipe_file(f"{BUCKET}/{path}", content)

    def url(self, path):
        """The address of a path."""
        return f"s3://{BUCKET}/{path}"


@contextmanager
def serving():
    """A store that runs meanwhile."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        endpoint = f"http://{host}:{port}"
        urllib3.request("POST", f"{endpoint}/moto-api/reset")  # what it has is that of the process
        yield S3(endpoint)
    finally:
        server.stop()
