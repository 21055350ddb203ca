"""Fixtures that give tests a server: the sandbox, a real Odoo 19, a real PostgreSQL.

A real part that cannot be had ends the whole run with one line that says why.
"""

from __future__ import annotations

import gc
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from odoo_etl.gc_pauses import COLLECT_EVERY
from tests.examples import ORDINARY

# Helpers that assert: a failure says what was there, as in the tests.
pytest.register_assert_rewrite(
    "tests.e2e", "tests.faults", "tests.boms", "tests.dashboard", "tests.terminal", "tests.week"
)

if TYPE_CHECKING:  # most runs of the unit tests need none of these, and they load slowly
    from playwright.sync_api import Browser

    from tests.real_odoo import postgres
    from tests.real_odoo.mariadb import MariaDb
    from tests.real_odoo.server import OdooHost
    from tests.servers import Server
    from tests.zygote import Zygote

CLUSTER = "tests"
REAL_PARTS = {"odoo": "odoo_host", "postgres": "cluster", "mariadb": "mariadb", "chromium": "browser"}
WITHOUT = "`.venv/bin/python -m pytest -m 'not odoo and not postgres'`"

# CI tries the same examples each time; elsewhere every run looks for new ones. `make soak` tries far more of them.
EXAMPLES = int(os.environ.get("EXAMPLES", ORDINARY))
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=EXAMPLES)
settings.register_profile("here", deadline=None, max_examples=EXAMPLES)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

if sys.platform == "win32":  # which has neither `resource` nor `pty`
    collect_ignore = [f"unit/{name}" for name in ("rejects/test_folder.py", "reporting/test_run_folder.py")]
    collect_ignore.append("unit/reporting/live/test_choice.py")

# Collecting thousands of tests makes many objects and no garbage; looking through them again and again takes long.
gc.set_threshold(COLLECT_EVERY)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a real part, so that `-m` can leave it out."""
    for item in items:
        asked = getattr(item, "fixturenames", ())
        for mark, fixture in REAL_PARTS.items():
            if fixture in asked:
                item.add_marker(mark)


def pytest_collection_finish() -> None:
    """What was imported and collected stays; nothing looks through it again for garbage."""
    gc.freeze()


@contextmanager
def _real_part(session: pytest.Session) -> Iterator[None]:
    from tests.real_odoo import parts

    try:
        yield
    except (parts.Unavailable, OSError) as error:
        session.shouldfail = f"a real Odoo and PostgreSQL cannot be had: {error}; {WITHOUT} runs what needs neither"
        pytest.skip("the run ends here")


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> postgres.Cluster:
    """The PostgreSQL cluster of the tests."""
    from tests.real_odoo import postgres

    with _real_part(request.session):
        return postgres.start(CLUSTER, fleeting=True)


@pytest.fixture(scope="session")
def postgres_database(cluster: postgres.Cluster) -> Iterator[str]:
    """Name of a PostgreSQL database that tests have one after the other."""
    name = f"source_{uuid.uuid4().hex[:8]}"
    cluster.create(name)
    yield name
    cluster.drop(name)


@pytest.fixture
def postgres_url(cluster: postgres.Cluster, postgres_database: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database."""
    yield cluster.url(postgres_database)
    cluster.empty(postgres_database)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """A MariaDB server, where the machine can get one."""
    from tests.real_odoo import parts
    from tests.real_odoo.mariadb import serving

    with ExitStack() as stack:
        try:
            server = stack.enter_context(serving())
        except (parts.Unavailable, OSError) as error:
            pytest.skip(f"NO MARIADB, so nothing of it is tried: {error}")
        yield server


@pytest.fixture
def mariadb_url(mariadb: MariaDb) -> Iterator[str]:
    """SQLAlchemy URL of an empty MariaDB database."""
    import pymysql

    name = f"source_{uuid.uuid4().hex[:8]}"
    with pymysql.connect(**mariadb.login, autocommit=True) as connection:
        connection.query(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        yield mariadb.url(name)
        connection.query(f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def odoo_host(request: pytest.FixtureRequest) -> Iterator[OdooHost]:
    """The parts of a real Odoo; stops the processes that tests started."""
    from tests.real_odoo.server import OdooHost

    with _real_part(request.session):
        host = OdooHost.open(CLUSTER, fleeting=True)
    yield host
    host.close()


@pytest.fixture(scope="session")
def serve(request: pytest.FixtureRequest, odoo_host: OdooHost) -> Iterator[Callable[..., Server]]:
    """Serves a fresh copy of the template with a name until the session ends."""
    from tests.real_odoo.templates import TEMPLATES

    served = []

    def one(template: str, **options: str) -> Server:
        with _real_part(request.session):
            database, key = odoo_host.fresh_database(template=TEMPLATES[template])
            # One process: it loads the models once, and needs no other for a bus that nobody listens to.
            served.append(odoo_host.serve(database, key, workers=0, **options))
        return served[-1]

    yield one
    for server in served:
        odoo_host.end(server)


@pytest.fixture(scope="session")
def real_odoo(serve: Callable[..., Server]) -> Server:
    """A real Odoo 19 with a fresh database, speaking all three protocols."""
    return serve("plain")


@pytest.fixture(scope="session")
def real_odoo_json2_only(serve: Callable[..., Server]) -> Server:
    """A real Odoo 19 with XML-RPC and JSON-RPC switched off, as later versions are."""
    return serve("plain", load="base,web")


@pytest.fixture(scope="session")
def business_odoo(serve: Callable[..., Server]) -> Server:
    """A real Odoo 19 that also has sales, CRM, accounting with a chart, and HR."""
    return serve("business")


@pytest.fixture(scope="session")
def migrations_odoo(serve: Callable[..., Server]) -> Server:
    """A real Odoo 19 with all that samples/migrations needs."""
    return serve("migrations")


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Server]:
    """The embedded sandbox, in memory."""
    from odoo_etl.sandbox import Sandbox
    from tests.servers import Server

    with Sandbox() as sandbox:
        yield Server("sandbox", sandbox.url, sandbox.db, sandbox.user, sandbox.password, sandbox.api_key)


@pytest.fixture(scope="session", params=["sandbox", pytest.param("odoo", marks=pytest.mark.odoo)])
def server(request: pytest.FixtureRequest) -> Server:
    """Each server in turn: the sandbox and a real Odoo."""
    return request.getfixturevalue({"sandbox": "sandbox_server", "odoo": "real_odoo"}[request.param])


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """What forks runs of the program."""
    from tests.zygote import Zygote

    with Zygote() as made:
        yield made


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A headless Chromium; where none can be had, CI fails, and elsewhere its tests are skipped."""
    from tests.chromium import find, launched
    from tests.real_odoo.parts import Unavailable

    with ExitStack() as stack:
        try:
            found = stack.enter_context(launched(find()))
        except (Unavailable, OSError) as error:
            if os.environ.get("CI") == "true":
                request.session.shouldfail = f"no Chromium can be had: {error}"
            pytest.skip(f"NO CHROMIUM, so no page is looked at: {error}")
        yield found
