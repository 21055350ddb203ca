"""The server: each time of a schedule ends once, whatever happens to servers, runs and clocks."""

from __future__ import annotations

import os
from itertools import pairwise, takewhile
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odoo_etl
from odoo_etl.errors import SourceError, StateError
from odoo_etl.scheduling import timetable_of
from odoo_etl.serving import ProjectFiles
from odoo_etl.serving.attempts import NOT_BEGUN
from odoo_etl.serving.server import SLOTS_KEPT_S, STEP_S
from odoo_etl.serving.station import LOGS_KEPT_S
from odoo_etl.state import Slots
from tests.examples import examples
from tests.folders import in_memory
from tests.unit.serving.world import KILLED, World

HOURLY = 'schedule: "0 * * * *"'
HOUR = 3600.0
DAY = 24 * HOUR


def test_a_time_is_run_for_once(world):
    world.write(nightly=HOURLY)
    world.begin()
    world.settle(2.5 * HOUR)
    assert world.told() == [("time", "ended", 0, ["run:0"])] * 2
    assert [(run.order.verb, run.order.arguments) for run in world.runs] == [("run", ("nightly",))] * 2


def test_a_run_knows_for_which_time_it_is(world):
    world.write(project="defaults: {timezone: Europe/Brussels}", nightly=HOURLY)
    world.begin()
    world.settle(1.5 * HOUR)
    assert world.runs[0].environ == {"LANG": "C", "ODOO_ETL_DUE": "2027-01-15T10:00:00+01:00"}
    assert "nightly: run for 2027-01-15 10:00 Europe/Brussels" in [one.text for one in world.news]


def test_nothing_is_made_up_for_from_before_the_schedule_was_first_seen(world):
    world.write(nightly=HOURLY)
    world.time.forward(HOUR)
    world.begin()
    world.step(60)
    assert world.runs == []


def test_the_latest_of_the_times_that_passed_meanwhile_is_made_up_for(world):
    world.write(nightly=HOURLY)
    world.begin()
    world.step()
    world.kill()
    world.time.forward(5 * HOUR)
    world.begin()
    world.settle(60)
    assert world.told() == [("time", "missed", None, []), ("time", "ended", 0, ["run:0"])]
    assert world.slots()[0].times == 4


def test_all_of_them_run_one_after_the_other(world):
    world.write(nightly='schedule: {cron: "0 * * * *", catch_up: all}')
    world.begin()
    world.step()
    world.kill()
    world.time.forward(5 * HOUR)
    world.begin()
    world.settle(600)
    assert world.told() == [("time", "ended", 0, ["run:0"])] * 5
    assert all(one.ends_at <= later.began for one, later in pairwise(world.runs))


def test_or_none_of_them(world):
    world.write(nightly='schedule: {cron: "0 * * * *", catch_up: none}')
    world.begin()
    world.step()
    world.kill()
    world.time.forward(5.2 * HOUR)
    world.begin()
    world.settle(600)
    assert world.told() == [("time", "missed", None, [])]
    assert world.slots()[0].times == 5


def test_a_schedule_never_overlaps_itself(world):
    """The times that come meanwhile are merged into one."""
    world.write(nightly=HOURLY)
    world.takes_s = 2.5 * HOUR
    world.begin()
    world.settle(6.2 * HOUR)
    assert world.told()[:3] == [
        ("time", "ended", 0, ["run:0"]),
        ("time", "missed", None, []),
        ("time", "ended", 0, ["run:0"]),
    ]
    assert all(one.ends_at <= later.began for one, later in pairwise(world.runs))


def test_no_server_looks_again_and_again_while_a_run_takes_longer_than_until_its_next_time(world):
    """Neither the one that has it nor the other: nothing can follow before its end."""
    world.write(nightly=HOURLY)
    world.takes_s = 2.5 * HOUR
    world.begin()
    world.begin()
    world.settle(HOUR)
    world.step(1.2 * HOUR)
    assert [one.server.step() for one in world.live] == [STEP_S, STEP_S]


def test_different_schedules_run_at_once_up_to_a_bound(world):
    world.write(**dict.fromkeys(("a", "b", "c"), HOURLY))
    world.begin(most=2)
    world.settle(HOUR + 10)
    assert {run.order.arguments for run in world.runs} == {("a",), ("b",)}
    world.settle(60)
    assert [run.began for run in world.runs][2] >= world.runs[0].ends_at


def test_jobs_of_a_tag_run_together(world):
    world.write(project=f"tags: {{night: {{{HOURLY}}}}}", a="tags: [night]", b="tags: [night]", c="")
    world.begin()
    world.settle(1.5 * HOUR)
    assert [run.order.arguments for run in world.runs] == [("a", "b")]


def test_a_run_that_fails_is_gone_on_with(world):
    world.write(nightly=HOURLY)
    world.codes = [1, KILLED, 0]
    world.begin()
    world.settle(1.5 * HOUR)
    assert world.told() == [("time", "ended", 0, ["run:1", f"resume:{KILLED}", "resume:0"])]
    assert [run.order.arguments for run in world.runs] == [("nightly",), ("run-0",), ("run-1",)]
    waits = [later.began - one.ends_at for one, later in pairwise(world.runs)]
    assert 60 <= waits[0] < 120
    assert 240 <= waits[1] < 300


@pytest.mark.parametrize("codes", [[], [1]])
def test_who_watches_a_run_or_waits_for_the_next_attempt_writes_nothing(world, monkeypatch, codes):
    """What has become of a slot is kept once."""
    world.write(nightly=HOURLY)
    world.codes, world.takes_s = codes, 20.0 if codes else HOUR / 2
    world.begin()
    world.settle(HOUR)
    world.step(30)
    world.step(2)
    with monkeypatch.context() as watched:
        put = Mock(wraps=world.live[0].ledger.slots("").put)
        watched.setattr(Slots, "put", put)
        for _ in range(5):
            world.step(2)
    assert put.call_count == 0
    assert [one.state for one in world.slots()] == ["running"]


def test_rejected_rows_are_no_reason_for_another_attempt(world):
    world.write(nightly=HOURLY)
    world.codes = [3]
    world.begin()
    world.settle(1.5 * HOUR)
    assert world.told() == [("time", "ended", 3, ["run:3"])]


def test_retries_come_to_an_end(world):
    world.write(nightly='schedule: {cron: "0 * * * *", retries: 1}')
    world.codes = [1, 1, 0]
    world.begin()
    world.settle(1.5 * HOUR)
    assert world.told() == [("time", "ended", 1, ["run:1", "resume:1"])]


def test_a_run_that_takes_too_long_is_interrupted_and_not_tried_again(world):
    world.write(nightly='schedule: {cron: "0 * * * *", timeout: 10m}')
    world.takes_s = HOUR / 2
    world.begin()
    world.settle(1.5 * HOUR)
    assert world.told() == [("time", "ended", 143, ["run:143"])]
    assert world.slots()[0].note == "it took longer than its timeout of 600 s"
    assert world.runs[0].signals == ["interrupt"]


def test_a_run_that_does_not_heed_that_is_killed(world):
    world.write(nightly='schedule: {cron: "0 * * * *", timeout: 10m}')
    world.takes_s, world.obeys = HOUR / 2, False
    world.begin()
    world.settle(1.5 * HOUR)
    assert world.told() == [("time", "ended", KILLED, [f"run:{KILLED}"])]
    assert world.runs[0].signals == ["interrupt", "kill"]


def test_who_waits_for_another_run_has_all_its_retries_left(world):
    world.write(nightly=HOURLY)
    world.codes = [6, 6, 6, 6, 1, 1, 0]
    world.begin()
    world.settle(1.9 * HOUR)
    assert world.told()[0] == ("time", "ended", 0, ["run:1", "resume:1", "resume:0"])


def test_another_run_is_waited_for_for_half_a_day(world):
    """Less and less often; then the slot ends, so that somebody hears of it."""
    world.write(nightly='schedule: "0 9 * * *"')
    world.codes = [6] * 1000
    world.begin()
    world.settle(20 * HOUR)
    assert world.told() == [("time", "ended", 6, ["run:6"])]
    began = [run.began for run in world.runs]
    assert 12 * HOUR <= began[-1] - began[0] < 12.5 * HOUR
    waits = [later - one for one, later in pairwise(began)]
    assert (waits[0] < 180, waits[-1] > 600, len(began) < 120) == (True, True, True)


def test_a_run_that_cannot_be_gone_on_with_is_begun_anew(world):
    world.write(nightly=HOURLY)
    world.codes = [1, 2, 0]
    world.begin()
    world.settle(1.5 * HOUR)
    assert world.told() == [("time", "ended", 0, ["run:1", "resume:2", "run:0"])]


@pytest.mark.parametrize(("code", "attempts"), [(4, ["run:4"]), (130, ["run:130"]), (1, ["run:1", "resume:0"])])
def test_a_ledger_that_is_away_when_a_run_ends_changes_nothing_of_what_follows(world, monkeypatch, code, attempts):
    """The same outage may have ended the run: one that is held back by a limit, say, is not begun anew."""
    world.write(nightly=HOURLY)
    world.codes = [code]
    world.begin()
    world.settle(HOUR)
    (first,), ledger = world.runs, world.live[0].ledger
    with monkeypatch.context() as away:
        away.setattr(ledger, "run", Mock(side_effect=StateError("the ledger is away")))
        world.step(40)
    world.settle(0.5 * HOUR)
    assert world.told() == [("time", "ended", 0 if code == 1 else code, attempts)]
    assert all(one.began - first.ends_at >= 60 for one in world.runs[1:])


def test_a_process_that_cannot_be_started_is_tried_again(world):
    world.write(nightly=HOURLY)
    world.fails = 1
    world.begin()
    world.settle(1.5 * HOUR)
    assert world.told() == [("time", "ended", 0, ["run:1", "run:0"])]


def test_the_run_of_a_server_that_was_killed_is_watched_by_the_next(world):
    world.write(nightly=HOURLY)
    world.takes_s = 600.0
    world.begin()
    world.settle(HOUR)
    assert len(world.runs) == 1
    world.kill()
    world.time.forward(30)
    world.begin()
    world.settle(HOUR / 2)
    assert world.told() == [("time", "ended", 0, ["run:0"])]
    assert "adopted" in world.events()
    assert len(world.runs) == 1


def test_the_end_of_the_machine_is_a_reason_to_go_on(world):
    """Server and run are gone."""
    world.write(nightly=HOURLY)
    world.takes_s = 600.0
    world.begin()
    world.settle(HOUR)
    world.kill()
    world.runs[0].kill()
    world.begin()
    world.settle(HOUR / 2)
    assert world.told() == [("time", "ended", 0, [f"run:{KILLED}", "resume:0"])]


def test_two_servers_run_each_time_once(world):
    world.write(nightly=HOURLY, other='schedule: "*/7 * * * *"')
    world.begin()
    world.begin()
    world.settle(3.1 * HOUR)
    assert world.told() == [("time", "ended", 0, ["run:0"])] * 3
    assert len(world.told("other")) == len(world.runs) - 3 == 27


def test_a_server_takes_over_what_another_one_left(world):
    world.write(nightly=HOURLY)
    world.takes_s = 600.0
    world.begin()
    world.begin()
    world.settle(HOUR)
    owner = next(place for place, one in enumerate(world.live) if one.server.has_work)
    world.kill(owner)
    world.settle(HOUR / 2)
    assert world.told() == [("time", "ended", 0, ["run:0"])]


def test_a_server_that_ends_in_order_lets_its_runs_go_on(world):
    world.write(nightly=HOURLY)
    world.takes_s = 600.0
    server = world.begin()
    world.settle(HOUR)
    server.stop(stop_runs=False)
    assert not server.has_work
    assert world.runs[0].signals == []
    world.begin()
    world.live.pop(0).stack.close()
    world.settle(HOUR / 2)
    assert world.told() == [("time", "ended", 0, ["run:0"])]


def test_or_interrupts_them_for_the_next_server_to_go_on(world):
    """Also where no attempt is left: that is not the fault of the job."""
    world.write(nightly='schedule: {cron: "0 * * * *", retries: 0}')
    world.takes_s = 600.0
    server = world.begin()
    world.settle(HOUR)
    server.stop(stop_runs=True)
    world.step(1)
    world.step(1)
    assert not server.has_work
    assert world.told() == [("time", "running", None, ["run:143"])]
    world.begin()
    world.live.pop(0).stack.close()
    world.settle(HOUR / 2)
    assert world.told() == [("time", "ended", 0, ["run:143", "resume:0"])]


def test_what_was_begun_in_the_page_ends_with_the_runs_of_schedules(world):
    """In a container it would be killed; else it goes on, too."""
    world.write(nightly=HOURLY)
    server = world.begin()
    done, at_work = Mock(exit_code=0), Mock(exit_code=None)
    server.started = lambda: [done, at_work]
    server.stop(stop_runs=False)
    assert (server.has_work, at_work.interrupt.called) == (False, False)
    server.stop(stop_runs=True)
    assert (server.has_work, done.interrupt.called, at_work.interrupt.call_count) == (True, False, 1)
    at_work.exit_code = 143
    assert not server.has_work


def test_a_paused_schedule_rests_and_makes_up_for_nothing(world):
    world.write(nightly=HOURLY)
    world.begin()
    world.step()
    odoo_etl.pause(world.folder, "nightly", "ann", now=world.time.now)
    world.settle(3 * HOUR)
    assert world.runs == []
    odoo_etl.unpause(world.folder, "nightly", now=world.time.now)
    world.settle(1.5 * HOUR)
    assert world.told() == [("time", "ended", 0, ["run:0"])] * len(world.runs)
    assert 1 <= len(world.runs) <= 2


def test_who_asks_for_a_run_gets_one_also_while_it_is_paused(world):
    world.write(nightly=HOURLY)
    world.begin()
    world.step()
    odoo_etl.pause(world.folder, "nightly", "ann", now=world.time.now)
    first = odoo_etl.run_now(world.folder, "nightly", "ann", now=world.time.now)
    again = odoo_etl.run_now(world.folder, "nightly", "bob", now=world.time.now)
    assert first == again
    world.settle(HOUR / 4)
    assert world.told() == [("now", "ended", 0, ["run:0"])]
    assert world.slots()[0].asked_by == "ann"


def test_a_clock_that_is_set_back_makes_nothing_run_again(world):
    world.write(nightly=HOURLY)
    world.begin()
    world.settle(2.5 * HOUR)
    world.time.wall -= 1.8 * HOUR
    world.settle(3.5 * HOUR)
    dues = [one.due for one in world.slots()]
    assert len(dues) == len(set(dues)) == len(world.runs) == 4


def test_a_clock_that_was_years_ahead_is_forgiven(world):
    world.write(nightly=HOURLY)
    world.begin()
    world.step()
    world.time.wall += 5 * 365 * 24 * HOUR
    world.settle(HOUR / 4)
    world.time.wall -= 5 * 365 * 24 * HOUR
    before = len(world.runs)
    world.settle(2.5 * HOUR)
    assert len(world.runs) - before == 2


def test_a_schedule_with_other_times_makes_up_for_nothing(world):
    world.write(nightly=HOURLY)
    world.begin()
    world.step()
    world.kill()
    world.time.forward(5 * HOUR)
    world.write(nightly='schedule: "30 * * * *"')
    world.begin()
    world.settle(60)
    assert world.runs == []


def test_edits_count_at_once_and_wrong_ones_end_nothing(world):
    world.write(nightly=HOURLY)
    world.begin()
    world.step()
    world.write(nightly="schedule: [nonsense]")
    world.settle(1.5 * HOUR)
    assert "project_invalid" in world.events()
    assert len(world.runs) == 1
    world.write(nightly='schedule: "*/10 * * * *"')
    world.settle(HOUR)
    assert len(world.runs) in {6, 7}


def test_a_schedule_that_went_and_came_back_makes_up_for_nothing(world):
    world.write(nightly=HOURLY, other="")
    world.begin()
    world.step()
    world.write(nightly="schedule: none", other="")
    world.step(60)
    assert "schedule_gone" in world.events()
    world.time.forward(4 * HOUR)
    world.write(nightly=HOURLY, other="")
    world.settle(60)
    assert world.runs == []


def test_what_runs_said_long_ago_goes_once_a_day(world):
    """What is younger stays, and what is no log."""
    world.write(nightly="")
    logs = world.begin().station.logs
    world.step()
    logs.mkdir(parents=True)
    now = world.time.now() + DAY
    for log, age_s in (
        ("old.log", LOGS_KEPT_S + HOUR),
        ("young.log", LOGS_KEPT_S - HOUR),
        ("old.txt", 2 * LOGS_KEPT_S),
    ):
        (logs / log).write_text("what a run said", "utf-8")
        os.utime(logs / log, (now - age_s, now - age_s))
    world.step(DAY - 1)
    assert len(list(logs.iterdir())) == 3
    world.step(1)
    assert {one.name for one in logs.iterdir()} == {"young.log", "old.txt"}


def test_slots_of_long_ago_go_but_for_the_last_of_each_schedule(world):
    """Of one that runs no more as well."""
    world.write(nightly='schedule: "0 12 * * 1"', other='schedule: "0 12 * * 1"')
    world.begin()
    world.settle(15 * DAY, DAY)
    world.write(nightly='schedule: "0 12 * * 1"', other="schedule: none")
    world.settle(SLOTS_KEPT_S + 15 * DAY, DAY)
    oldest = world.slots()[0].due
    assert world.time.now() - SLOTS_KEPT_S - DAY <= oldest < world.time.now() - SLOTS_KEPT_S + 8 * DAY
    assert len(world.slots("other")) == 1


def test_files_start_a_run_once_they_are_whole(world):
    world.write(nightly="schedule: {on: files, poll: 10s, settle: 30s}")
    world.begin()
    world.settle(120)
    assert world.runs == []
    file = world.folder / "nightly.csv"
    file.write_text("ref\n1\n")
    world.settle(20)
    file.write_text("ref\n1\n2\n")  # it is still written to
    world.settle(20)
    assert world.runs == []
    world.settle(200)
    assert world.told() == [("files", "ended", 0, ["run:0"])]
    world.settle(600)
    assert len(world.runs) == 1


@pytest.mark.parametrize("poll", ["10s", "1m", "1h"])
@pytest.mark.parametrize("code", [1, 5])
def test_another_attempt_waits_for_files_that_are_still_written_to(world, code, poll):
    """It reads all of them, as the first one does."""
    world.write(nightly=f"schedule: {{on: files, poll: {poll}, settle: 30s}}")
    file = world.folder / "nightly.csv"
    file.write_text("ref\n1\n")
    world.codes = [code]
    world.begin()
    world.settle(100, each_s=1)
    (first,) = world.runs
    assert first.exit_code() == code
    for lines in range(10):
        file.write_text("ref\n1\n" + "2\n" * lines)
        world.settle(15, each_s=1)
        assert len(world.runs) == 1
    for _ in range(65):
        world.step(1)
        if len(world.runs) == 2:
            break
    assert len(world.runs) == 2
    file.unlink()  # as `done` does
    world.settle(300)
    assert len(world.runs) == 2


@pytest.mark.parametrize("poll", ["10s", "1h"])
def test_another_attempt_does_not_wait_for_the_next_look(world, poll):
    """However seldom files are looked for."""
    world.write(nightly=f"schedule: {{on: files, poll: {poll}, settle: 0s}}")
    (world.folder / "nightly.csv").write_text("ref\n1\n")
    world.codes = [1]
    world.begin()
    world.settle(150, each_s=1)
    first, second = world.runs
    assert second.began - first.ends_at <= 65


def test_files_that_came_while_the_project_was_not_valid_are_run_for_once_it_is(world):
    """Their run could not begin, and nothing else would start another one."""
    valid = "schedule: {on: files, poll: 10s, settle: 0s}"
    world.write(nightly=valid)
    world.codes = [NOT_BEGUN, NOT_BEGUN]
    world.begin()
    world.begin()
    world.step()
    world.write(nightly=f"{valid}\nnonsense: 1")
    (world.folder / "nightly.csv").write_text("ref\n1\n")
    world.settle(300)
    assert [code for _, _, code, _ in world.told()] == [NOT_BEGUN]
    world.write(nightly=f"{valid}\ntags: [still, not, right]")  # valid, but Odoo has no such field, say
    world.settle(300)
    assert [code for _, _, code, _ in world.told()] == [NOT_BEGUN, NOT_BEGUN]
    world.write(nightly=valid)
    world.settle(900)
    assert [code for _, _, code, _ in world.told()] == [NOT_BEGUN, NOT_BEGUN, 0]


def test_files_that_another_server_has_seen_are_not_new_to_the_next(world):
    world.write(nightly="schedule: {on: files, poll: 10s, settle: 0s}")
    (world.folder / "nightly.csv").write_text("ref\n1\n")
    world.begin()
    world.begin()
    world.settle(300)
    world.kill()
    world.begin()
    world.settle(300)
    assert world.told() == [("files", "ended", 0, ["run:0"])]


def test_a_server_that_was_slower_waits_for_no_files_any_more(world):
    """Those that another one has run for; else `--once` would never end."""
    world.write(nightly="schedule: {on: files, poll: 10s, settle: 0s}")
    (world.folder / "nightly.csv").write_text("ref\n1\n")
    first, second = world.begin(), world.begin()
    world.settle(300)
    assert (first.is_idle, second.is_idle) == (True, True)
    (world.folder / "nightly.csv").unlink()
    world.settle(60)
    assert world.live[0].ledger.slots("").seen("nightly") == set()


def test_a_file_that_went_while_the_ledger_was_away_is_new_when_it_comes_back(world, monkeypatch):
    world.write(nightly="schedule: {on: files, poll: 10s, settle: 0s}")
    file = world.folder / "nightly.csv"
    file.write_text("ref\n1\n")
    world.begin()
    world.settle(100)
    moved = file.rename(world.folder / "elsewhere")
    with monkeypatch.context() as away:
        away.setattr(Slots, "unsee", Mock(side_effect=StateError("the ledger is away")))
        world.step(20)
    world.settle(100)
    moved.rename(file)
    world.settle(100)
    assert len(world.runs) == 2


def test_files_that_cannot_be_looked_for_are_told_once_and_so_is_that_they_can(world, monkeypatch):
    """Whoever waits for a run sees why none comes; files that came meanwhile are run for then."""
    world.write(nightly="schedule: {on: files, poll: 10s, settle: 0s}")
    (world.folder / "nightly.csv").write_text("ref\n1\n")
    world.begin()
    with monkeypatch.context() as away:
        away.setattr("odoo_etl.serving.inboxes.listing_of", Mock(side_effect=SourceError("the share is away")))
        world.settle(100)
    assert world.runs == []
    told = [one for one in world.news if one.event.endswith("known")]
    assert [(one.event, one.text) for one in told] == [
        ("files_unknown", "nightly: its files cannot be looked for: the share is away")
    ]
    world.settle(300)
    assert [one for one in world.events() if one.endswith("known")] == ["files_unknown", "files_known"]
    assert world.told() == [("files", "ended", 0, ["run:0"])]


def test_a_file_that_went_and_came_back_is_new(world):
    world.write(nightly="schedule: {on: files, poll: 10s, settle: 0s}")
    file = world.folder / "nightly.csv"
    file.write_text("ref\n1\n")
    world.begin()
    world.settle(100)
    moved = file.rename(world.folder / "elsewhere")
    world.settle(100)
    moved.rename(file)
    world.settle(100)
    assert len(world.runs) == 2


STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([5.0, 61.0, 400.0, 3700.0, 20_000.0])),
    st.tuples(st.just("kill"), st.integers(0, 1)),
    st.tuples(st.just("begin"), st.just(0)),
    st.tuples(st.just("kill_run"), st.just(0)),
    st.tuples(st.just("code"), st.sampled_from([0, 1, 2, 3, 4, 5, 6, 130, 143, KILLED])),
)


@examples(5)
@given(
    schedule=st.sampled_from(
        [
            '{cron: "0 * * * *", catch_up: latest}',
            '{cron: "*/20 * * * *", catch_up: all, retries: 1}',
            '{cron: "7,37 */2 * * *", catch_up: none, jitter: 5m, timeout: 15m}',
        ]
    ),
    steps=st.lists(STEPS, min_size=3, max_size=25),
)
def test_each_time_ends_once_whatever_happens(schedule, steps):
    """Kills of servers and runs, restarts, two servers, every exit code: nothing is lost, nothing overlaps."""
    with in_memory() as folder:
        world = World(folder)
        world.write(nightly=f"schedule: {schedule}")
        table = timetable_of(next(iter(ProjectFiles(odoo_etl.Workspace(folder)).schedules.values())))
        start = world.time.now()
        world.begin()
        world.step()
        for what, value in steps:
            if what == "kill" and value < len(world.live):
                world.kill(value)
            elif what == "begin" and len(world.live) < 2:
                world.begin()
            elif what == "kill_run" and world.runs:
                world.runs[-1].kill()
            elif what == "code":
                world.codes.append(value)
            elif what == "wait":
                world.settle(value, 600.0) if world.live else world.time.forward(value)
        world.codes.clear()
        while world.live:
            world.kill()
        world.begin()
        world.settle(9000, 300.0)
        slots = world.slots()
        accounted = sum(one.times for one in slots)
        due = list(takewhile(lambda at: at <= max((one.due for one in slots), default=0), table.after(start)))
        assert accounted == len(due)
        assert {one.due for one in slots} <= set(due)
        assert [one for one in slots[:-1] if one.state not in {"ended", "missed"}] == []
        assert all(one.exit_code is not None for one in slots if one.state == "ended")
        assert all(one.ends_at <= later.began for one, later in pairwise(world.runs))
        assert all(sum(each.counts for each in one.attempts) <= 3 for one in slots)
        world.close()
