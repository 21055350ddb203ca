"""From a connection as the user wrote it to a client; `url: sandbox` starts the embedded server for as long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr

from odoo_etl.odoo import CallWatch, Limiter, OdooClient, RetryEvent, RetryPolicy
from odoo_etl.private_files import own_folder
from odoo_etl.results import Destination
from odoo_etl.spec import SANDBOX, ConnectionSpec, Project, RetrySpec, schema_dir

SANDBOX_NAME = "SANDBOX"


def retry_policy(spec: RetrySpec) -> RetryPolicy:
    """The policy a job's `load.retry` asks for."""
    return RetryPolicy(attempts=spec.attempts, max_wait_s=spec.max_wait, deadline_s=spec.deadline)


@contextmanager
def open_client(  # noqa: PLR0913 - options by keyword
    connection: ConnectionSpec,
    state_dir: Path,
    *,
    pool_size: int = 4,
    retry: RetryPolicy | None = None,
    on_retry: Callable[[RetryEvent], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    share: float = 1.0,
    watch: CallWatch | None = None,
) -> Iterator[OdooClient]:
    """A client for the connection, closed at the end; it keeps to the connection's `rate` and `concurrency`.

    Args:
        connection: from project.yaml.
        state_dir: where the sandbox keeps its database (`sandbox.db`).
        pool_size: how many threads will call at once.
        retry: how long to go on when the server is away.
        on_retry: told before each wait.
        sleep: waits that many seconds.
        share: the part of the connection's limits that is ours, where several processes use it for one run.
        watch: hears of each call.

    Raises:
        CannotStart: the url or the ca_file cannot be used.
    """
    with served(connection, state_dir) as address:
        client = OdooClient(
            address.url,
            address.db,
            user=address.user,
            api_key=address.api_key.get_secret_value(),
            password=address.password.get_secret_value(),
            protocol=connection.protocol,
            connect_timeout_s=connection.connect_timeout,
            read_timeout_s=connection.read_timeout,
            ca_file=connection.ca_file,
            insecure_http=connection.insecure_http,
            pool_size=pool_size,
            retry=retry,
            on_retry=on_retry,
            sleep=sleep,
            limiter=Limiter(connection.rate, connection.concurrency, share=share, sleep=sleep),
            watch=watch,
        )
        with client:
            yield client


def destination(name: str, project: Project, client: OdooClient) -> Destination:
    """The server that the client of a connection writes to; asks it for its version and, where need be, who we are."""
    version = f"Odoo {client.version().text}"
    url = SANDBOX_NAME if project.connection(name).is_sandbox else client.url
    return Destination(name, url, client.db, client.login(), version, project.environment)


@contextmanager
def served(connection: ConnectionSpec, state_dir: Path) -> Iterator[ConnectionSpec]:
    """The connection with an address that other processes can use, too; the sandbox runs as long as the caller."""
    if not connection.is_sandbox:
        yield connection
        return
    from odoo_etl.sandbox import Sandbox, World  # noqa: PLC0415 - brings SQLAlchemy along

    own_folder(state_dir)
    world = World(schema_dir(state_dir.parent), name=connection.db or SANDBOX)
    with Sandbox(state_dir / sandbox_file(world.name), world=world) as sandbox:
        login = {"db": sandbox.db, "user": sandbox.user, "api_key": SecretStr(sandbox.api_key)}
        yield connection.model_copy(update={"url": sandbox.url, **login})


def sandbox_file(db: str) -> str:
    """The file of a sandbox in the state folder; each database that a connection names has one of its own."""
    return f"sandbox-{quote(db, safe='')}.db" if db != SANDBOX else "sandbox.db"
