"""A project with alerts, a clock that a test sets, and a sender that keeps what it is given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from odoo_etl.alerting import Delivery, NotSent
from odoo_etl.results import Counts, JobResult, RunResult
from odoo_etl.spec import load_project
from odoo_etl.state import Judged

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC).timestamp()
OPS = {"ops": {"webhook": {"url": "https://hooks.example.com/ops"}}}


class Clock:
    """Epoch seconds, as a test says."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@dataclass
class Sent:
    """Keeps messages by channel; `fails` says why a channel takes none."""

    messages: list = field(default_factory=list)
    fails: dict = field(default_factory=dict)

    def __call__(self, channel, message):
        name = channel.webhook.url.get_secret_value().rpartition("/")[2]
        if name in self.fails:
            raise self.fails[name] if isinstance(self.fails[name], Exception) else NotSent(self.fails[name])
        self.messages.append((name, message))

    @property
    def events(self):
        """Every alert that was sent: channel, event, kind, subject."""
        return [
            (name, one.event, one.kind, one.job or one.connection)
            for name, message in self.messages
            for one in message.alerts
        ]


@dataclass
class World:
    """A project, a ledger, a clock and who is told."""

    root: Path
    ledger: object
    clock: Clock = field(default_factory=Clock)
    sent: Sent = field(default_factory=Sent)

    def write(self, alerts, jobs=("orders",), connections=None, **more):
        """Write a project with these alerts and jobs; a job may be a mapping of keys."""
        folder = self.root / "pipelines"
        folder.mkdir(exist_ok=True)
        spec = {"connections": connections or {"main": {"url": "sandbox"}}, "alerts": alerts, **more}
        (folder / "project.yaml").write_text(yaml.safe_dump(spec))
        for one in jobs:
            known = one if isinstance(one, dict) else {"job": one}
            source, target = {"type": "csv", "path": "x.csv"}, {"model": "res.partner", "key": "ref"}
            job = {"version": 1, "source": source, "target": target, "fields": {"ref": "ref"}, **known}
            (folder / f"{known['job']}.yaml").write_text(yaml.safe_dump(job))
        return self.project

    @property
    def project(self):
        """Its files, read."""
        return load_project(self.root, {})

    def delivery(self):
        """Who tells channels."""
        return Delivery(self.clock, self.sent)

    def judge(self, *judged):
        """Keep what was found, and tell it."""
        self.ledger.alerts.note("", judged, self.clock.now)
        return self.tell()

    def tell(self):
        """Tell what is owed."""
        project = self.project
        return self.delivery().tell(self.ledger.alerts, project, project.project.alerts)


@pytest.fixture
def world(tmp_path, ledger):
    """One with a channel, and one job."""
    made = World(tmp_path, ledger)
    made.write({"channels": OPS, "hold": 0})
    return made


def failed(firing=True, job="orders", **facts):
    """A job failed, or did not."""
    known = {"job": job, "summary": f"{job}: {'failed' if firing else 'ended well'}", "run": "r1", **facts}
    return Judged(job, "failed", firing=firing, facts=known)


def ran(*jobs, command="run", code=0, error=""):
    """The result of a run."""
    return RunResult("r1", command, "2026-11-29T12:00:00+00:00", exit_code=code, error=error, jobs=jobs)


def done(job="orders", read=100, rejected=0, **more):
    """The result of a job that came to its end."""
    counts = Counts(read=read, created=read - rejected, rejected=rejected)
    return replace(JobResult(job, "res.partner", counts=counts), **more)
