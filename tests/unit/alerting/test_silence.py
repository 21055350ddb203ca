"""Jobs that have not ended well for too long: by a duration, or by their schedule."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from odoo_etl.alerting.by_schedules import BySchedules
from odoo_etl.state import Judged, MetSchedule
from tests.unit.alerting.conftest import NOON, OPS, failed

NIGHTLY = {"job": "orders", "schedule": {"cron": "0 2 * * *", "timezone": "Europe/Brussels"}}
BRUSSELS = ZoneInfo("Europe/Brussels")


def local(*moment):
    """Epoch seconds of a moment in Brussels."""
    return datetime(*moment, tzinfo=BRUSSELS).timestamp()


def look(world, at):
    """What a watch tells at a moment."""
    from odoo_etl.alerting import Watch

    world.clock.now, before = at, len(world.sent.events)
    assert Watch(world.clock, world.sent, lambda *_: None).look(world.project, world.ledger) == []
    return [(event, job) for _, event, kind, job in world.sent.events[before:] if kind == "silent"]


def ended_well(world, at, job="orders"):
    """A run of a job ended well."""
    world.ledger.alerts.note("", [Judged(job, "silent", firing=False, well_at=at, facts={"job": job})], at)


def test_after_a_duration(world):
    """At the limit it is not silent yet; the first look begins to count."""
    world.write({"channels": OPS, "hold": 0, "rules": {"silent": {"after": "26h"}}})
    assert look(world, NOON) == []
    assert look(world, NOON + 26 * 3600) == []
    assert look(world, NOON + 26 * 3600 + 1) == [("firing", "orders")]
    assert look(world, NOON + 99 * 3600) == []
    ended_well(world, NOON + 100 * 3600)
    assert look(world, NOON + 100 * 3600) == [("recovered", "orders")]
    (_, told) = world.sent.messages[0]
    expected = "orders has not ended well since 2026-11-29 12:00 UTC, which is longer than 26 h"
    assert (told.alerts[0].summary, told.alerts[0].next_command) == (expected, "odoo-etl history orders")


@pytest.mark.parametrize("was_silent", [False, True])
def test_a_clock_that_was_a_year_ahead_is_forgiven(world, was_silent):
    """The job counts from when the clock is right; what fires goes on to."""
    world.write({"channels": OPS, "hold": 0, "rules": {"silent": {"after": "26h"}}})
    wrong = NOON + 365 * 86_400
    look(world, wrong)
    assert look(world, wrong + 27 * 3600 * was_silent) == [("firing", "orders")] * was_silent
    assert look(world, NOON) == []
    assert look(world, NOON + 27 * 3600) == ([] if was_silent else [("firing", "orders")])
    ended_well(world, NOON + 28 * 3600)
    assert look(world, NOON + 28 * 3600) == [("recovered", "orders")]
    assert look(world, NOON + 55 * 3600) == [("firing", "orders")]


@pytest.mark.parametrize(("grace", "late"), [("1h", 3600), ("10m", 600)])
def test_by_the_schedule(world, grace, late):
    """It may take so long from its time on; without a schedule, nobody waits for a job."""
    world.write({"channels": OPS, "hold": 0, "rules": {"silent": {"grace": grace}}}, (NIGHTLY, "by_hand"))
    look(world, local(2026, 11, 29, 1))
    due = local(2026, 11, 29, 2)
    assert look(world, due + late - 1) == []
    assert look(world, due + late) == [("firing", "orders")]
    ended_well(world, due + 7200)
    assert look(world, due + 7200) == [("recovered", "orders")]
    assert look(world, local(2026, 11, 30, 2)) == []


def test_a_job_that_is_known_to_have_failed_is_not_silent_as_well(world):
    """Once it has ended well, it is waited for again; what was silent before it failed stays so until then."""
    world.write({"channels": OPS, "hold": 0, "rules": {"silent": {"after": "1h"}}})
    look(world, NOON)
    world.ledger.alerts.note("", [failed()], NOON + 60)
    assert look(world, NOON + 9000) == []
    ended_well(world, NOON + 9001)
    world.ledger.alerts.note("", [failed(firing=False)], NOON + 9001)
    assert look(world, NOON + 9001 + 3601) == [("firing", "orders")]
    world.ledger.alerts.note("", [failed()], NOON + 13_000)
    assert look(world, NOON + 14_000) == []
    ended_well(world, NOON + 15_000)
    assert look(world, NOON + 15_000) == [("recovered", "orders")]


def test_a_run_that_ended_before_its_time_does_not_count_for_it(world):
    """Somebody ran it by hand in the evening."""
    world.write({"channels": OPS}, (NIGHTLY,))
    look(world, local(2026, 11, 29, 12))
    ended_well(world, local(2026, 11, 29, 23))
    assert look(world, local(2026, 11, 30, 3)) == [("firing", "orders")]


@pytest.mark.parametrize(("day", "due"), [((2027, 3, 28), 3), ((2026, 10, 25), 2)])
def test_when_clocks_change(world, day, due):
    """Two o'clock does not exist, or exists twice: the job is waited for once, an hour after its time."""
    world.write({"channels": OPS, "rules": {"silent": {"grace": 0}}}, (NIGHTLY,))
    began = local(*day, due)
    look(world, began - 7200)
    assert look(world, began - 1) == []
    ended_well(world, began + 60)
    for hours in range(22):
        assert look(world, began + 60 + 3600 * hours) == []


def test_a_schedule_that_is_paused_is_not_waited_for(world):
    """Nor for the times of the pause, afterwards; one that is silent already recovers."""
    world.write({"channels": OPS, "hold": 0}, (NIGHTLY,))
    slots = world.ledger.slots("")
    look(world, local(2026, 11, 28, 12))
    assert look(world, local(2026, 11, 29, 12)) == [("firing", "orders")]
    slots.pause("orders", "ann", world.clock.now)
    assert look(world, local(2026, 11, 29, 13)) == [("recovered", "orders")]
    assert look(world, local(2026, 12, 3, 12)) == []
    slots.unpause("orders", world.clock.now)
    assert look(world, local(2026, 12, 3, 13)) == []
    assert look(world, local(2026, 12, 4, 4)) == [("firing", "orders")]


def test_times_before_a_server_met_the_schedule_do_not_count(world):
    """It is new, or its cron is another one."""
    world.write({"channels": OPS}, (NIGHTLY,))
    job = world.project.jobs["orders"]
    met = {"orders": MetSchedule("", local(2026, 11, 29, 12))}
    evening = local(2026, 11, 29, 20)
    assert BySchedules(world.project, met).last_due(job, 0, evening) is None
    assert BySchedules(world.project, {}).last_due(job, 0, evening) == local(2026, 11, 29, 2)


def test_what_is_gone_recovers(world):
    """A job that is no longer in the project, and one whose rule has changed."""
    world.write({"channels": OPS, "hold": 0, "rules": {"silent": {"after": "1h"}}}, ("orders", "people"))
    look(world, NOON)
    assert look(world, NOON + 4000) == [("firing", "orders"), ("firing", "people")]
    (world.root / "pipelines/people.yaml").unlink()
    assert look(world, NOON + 4001) == [("recovered", "people")]
    world.write({"channels": OPS, "hold": 0, "rules": {"silent": {"after": "9h"}}})
    assert look(world, NOON + 4002) == [("recovered", "orders")]
    summaries = [one.summary for _, message in world.sent.messages[-2:] for one in message.alerts]
    assert summaries == ["people is gone from the project", "orders is not waited for any more"]
