"""A week of schedules: kills, restarts, DST, a missed night, an expired key, rows that are rejected."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import odoo_etl
from odoo_etl.alerting import Watch
from odoo_etl.sandbox import Sandbox
from odoo_etl.sandbox import World as SandboxWorld
from tests.web import Web, serving
from tests.week import World, WorldClock

BRUSSELS = ZoneInfo("Europe/Brussels")
PROJECT = """\
connections: {main: {url: "${ODOO_URL}", db: "${ODOO_DB}", user: "${ODOO_USER}", api_key: "${ODOO_API_KEY}"}}
defaults: {timezone: Europe/Brussels}
alerts:
  channels: {ops: {webhook: {url: "${ALERTS_URL}"}}}
  rules: {rejects: {over: 2%}, key_expires: {days: 3}}
tags:
  nightly: {schedule: {cron: "30 2 * * *", jitter: 5m, retries: 2}}
"""
PARTNERS = """\
version: 1
job: partners
tags: [nightly]
source: {type: csv, path: ../partners.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref, name: name, color: {column: color, type: integer}}
load: {max_rejects: 10%, chunk_size: 20}
"""
PRICES = """\
version: 1
job: prices
schedule: {cron: "0 6,18 * * *", catch_up: none}
source: {type: csv, path: ../prices.csv}
target: {model: product.template, key: default_code}
fields: {default_code: sku, name: name, list_price: price}
"""
INBOX = """\
version: 1
job: orders
schedule: {on: files, poll: 10m, settle: 1m}
source: {type: csv, path: "../inbox/*.csv", only_new: true}
target: {model: res.partner, key: ref}
fields: {ref: ref, comment: note}
"""


def rows(path: Path, *lines: tuple[object, ...]) -> None:
    """Write a CSV file."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)


def partners(path: Path, day: int, *, wrong: int = 0) -> None:
    """A hundred partners as they are on a day; some of them with a color that is no number."""
    lines = [(f"P{n:03}", f"Partner {n} of day {day}", "red" if n < wrong else n % 10) for n in range(100)]
    rows(path, ("ref", "name", "color"), *lines)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week: March 2027, in which the clocks change in the night to the 28th."""
    return datetime(2027, 3, day, hour, minute, tzinfo=BRUSSELS)


def new_key(folder: Path, sandbox: Sandbox, name: str, until: datetime) -> None:
    """Put a new API key that expires into the `.env` of the project."""
    login = {"db": sandbox.db, "user": sandbox.user, "api_key": sandbox.api_key}
    ends = f"{until.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    wanted = {"key": sandbox.api_key, "scope": "rpc", "name": name, "expiration_date": ends}
    with odoo_etl.OdooClient(sandbox.url, **login) as client:
        made = client.execute("res.users.apikeys", "generate", **wanted)
    (folder / ".env").write_text(f"ODOO_API_KEY={made}\n", "utf-8")


@pytest.fixture
def clock() -> WorldClock:
    """The time: Monday at noon."""
    return WorldClock(at(22, 12))


@pytest.fixture
def sandbox(clock: WorldClock) -> Iterator[Sandbox]:
    """The Odoo of the week; its keys expire by the time of the week."""
    server = Sandbox(None, port=0, world=SandboxWorld(clock=clock.as_odoo_writes_it))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def receiver() -> Iterator[Web]:
    """The channel that alerts go to."""
    with serving() as web:
        web.page("/ops", status=204)
        yield web


@pytest.fixture
def world(tmp_path: Path, sandbox: Sandbox, clock: WorldClock, receiver: Web) -> Iterator[World]:
    """The project, nobody serving it yet; its API key is good until the night to Saturday."""
    files = {"project": PROJECT, "partners": PARTNERS, "prices": PRICES, "orders": INBOX}
    (tmp_path / "pipelines").mkdir()
    for name, text in files.items():
        (tmp_path / f"pipelines/{name}.yaml").write_text(text, "utf-8")
    (tmp_path / "inbox").mkdir()
    partners(tmp_path / "partners.csv", 0)
    rows(tmp_path / "prices.csv", ("sku", "name", "price"), ("A", "Chair", "10.00"))
    new_key(tmp_path, sandbox, "etl", at(27, 0))
    login = {"ODOO_URL": sandbox.url, "ODOO_DB": sandbox.db, "ODOO_USER": sandbox.user}
    environ = {**login, "ALERTS_URL": receiver.url("/ops")}
    world = World(tmp_path, clock, BRUSSELS, environ, looks=(Watch(clock.now).look,))
    yield world
    world.close()


def test_a_week(world: World, sandbox: Sandbox, receiver: Web) -> None:
    """It ends as docs/schedules.md says, with exactly the alerts that docs/alerts.md speaks of."""
    source = world.folder / "partners.csv"
    world.begin()

    world.until(at(23, 0))  # Tuesday night is as all should be
    partners(source, 1)
    world.until(at(24, 0))  # on Wednesday the run is killed, and another one goes on with it
    partners(source, 2)
    world.doomed = "partners"
    world.until(at(24, 10, 55))
    rows(world.folder / "inbox/wednesday.csv", ("ref", "note"), ("P001", "called on Wednesday"))
    world.until(at(25, 0))  # on Thursday the server is killed while its run goes on
    partners(source, 3)
    world.takes_s = 1800.0
    world.until(at(25, 2, 40))
    world.kill()
    world.until(at(25, 2, 50))
    world.begin()
    world.until(at(25, 23))  # on Friday the machine is off until the morning
    world.takes_s = 240.0
    partners(source, 4)
    world.kill()
    world.until(at(26, 8))
    world.begin()
    world.until(at(27, 0))  # on Saturday the key has expired
    partners(source, 5)
    world.until(at(27, 8))
    new_key(world.folder, sandbox, "etl of April", datetime(2027, 4, 30, tzinfo=BRUSSELS))
    odoo_etl.run_now(world.folder, "tag:nightly", "ann", now=world.clock.now)
    world.until(at(28, 0))  # on Sunday the clocks are put forward
    partners(source, 6)
    world.until(at(29, 0))  # on Monday five rows of a hundred are wrong
    partners(source, 7, wrong=5)
    world.until(at(29, 12))

    assert list(world.slots("tag:nightly")) == [
        "Tue 02:30 done run:0",
        "Wed 02:30 done run:137 resume:0",
        "Thu 02:30 done run:0",
        "Fri 02:30 done run:0",
        "Sat 02:30 failed run:5 run:5 run:5",
        "Sat 08:00 now done run:0",
        "Sun 03:00 done run:0",
        "Mon 02:30 done run:3",
    ]
    assert list(world.slots("prices")) == [
        "Mon 18:00 done run:0",
        *(f"{day} {hour}:00 done run:0" for day in ("Tue", "Wed", "Thu") for hour in ("06", "18")),
        "Fri 06:00 missed",
        "Fri 18:00 done run:0",
        *("Sat 06:00 failed run:5 run:5 run:5", "Sat 18:00 done run:0"),
        *("Sun 06:00 done run:0", "Sun 18:00 done run:0", "Mon 06:00 done run:0"),
    ]
    assert list(world.slots("orders")) == ["Wed 11:02 files done run:0"]
    check_odoo(sandbox)
    check_runs(world)
    assert list(alerts(world, receiver)) == [
        "Wed 06:00 firing key_expires main",  # in less than three days
        "Fri 08:00 firing silent prices",  # the machine was off; `partners` was caught up with before anybody looked
        "Fri 18:00 recovered silent prices",
        "Sat 02:33 firing failed partners",  # once, of three attempts; and it is not silent as well
        "Sat 06:00 firing failed prices",
        "Sat 08:00 recovered failed partners",
        "Sat 08:00 recovered key_expires main",
        "Sat 18:00 recovered failed prices",
        "Mon 02:30 firing rejects partners",
    ]


def alerts(world: World, receiver: Web) -> Iterator[str]:
    """Each alert that came, in order: when, and what it said in short."""
    for asked in receiver.requests:
        sent = world.told(datetime.fromisoformat(asked.json["sent_at"]).timestamp())
        for one in asked.json["alerts"]:
            yield f"{sent} {one['event']} {one['kind']} {one['job'] or one['connection'] or 'project'}"


def check_odoo(sandbox: Sandbox) -> None:
    """Odoo is equal to the source, but for the five rows that were wrong: those are as they were the day before."""
    login = {"db": sandbox.db, "user": sandbox.user, "api_key": sandbox.api_key}
    with odoo_etl.OdooClient(sandbox.url, **login) as client:
        found = client.search_read("res.partner", [("ref", "like", "P")], ["ref", "name"])
    assert len(found) == 100
    days = {one["ref"]: one["name"].rpartition(" ")[2] for one in found}
    assert days == {f"P{n:03}": "6" if n < 5 else "7" for n in range(100)}


def check_runs(world: World) -> None:
    """No row of a night was written twice: the run that was killed wrote 20, the one that went on with it the rest."""
    written = []
    for past in reversed(odoo_etl.history(world.folder, "partners", limit=1000)):
        counts = next(iter(past.jobs)).counts
        written.append((past.status, counts.get("created", 0) + counts.get("updated", 0)))
    whole = ("done", 100)
    refused = [("failed", 0)] * 3  # by the key that had expired
    assert written == [whole, ("killed", 0), ("done", 80), whole, whole, *refused, whole, whole, ("done", 95)]
