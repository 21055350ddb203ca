"""Jobs, runs and history as pages: what they show, what they start, and how few questions they ask of the ledger."""

from __future__ import annotations

import json
import os
import re
import time
from contextlib import contextmanager, nullcontext

import pytest
import sqlalchemy as sa

from odoo_etl.dashboard.overview.history import PER_PAGE
from odoo_etl.dashboard.overview.live import Course, streamed
from odoo_etl.launching import Launched
from odoo_etl.reporting.events import EVENTS_FILE
from odoo_etl.runs import Workspace, open_state, pause, retry, run
from tests.dashboard import Launcher, NotStarted, project_with_page, site_of, window
from tests.loops import finished
from tests.past_runs import fill
from tests.unit.dashboard.conftest import job

RUN = "20261129T070000-00000abcd"


def text_of(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.fixture
def ran(shop):
    """The project, after a run in which firms had rejects and people had no source."""
    (shop / "firms.csv").write_text("ref,name\nA,One\nB,\n", "utf-8")
    run(Workspace(shop))
    return shop


def test_jobs_that_never_ran(shop):
    """They are there, with the button for who may."""
    page = window(site_of(shop), "operator").get("/").text
    assert "firms res.partner never ran not by itself Run now firms" in text_of(page)
    assert "Run now" not in window(site_of(shop), "viewer").get("/").text


def test_a_project_without_jobs(tmp_path):
    """Says how one comes."""
    page = window(site_of(project_with_page(tmp_path)), "viewer").get("/").text
    assert "odoo-etl guess" in page


def test_each_job_has_its_last_run(ran):
    """Also one that failed before the ledger had an entry of its own for it."""
    page = text_of(window(site_of(ran), "viewer").get("/").text)
    assert re.search(r"firms res.partner rejects \d+ \w+ \d\d:\d\d 1 created, 1 rejected", page)
    assert re.search(r"people res.partner failed \d+ \w+ \d\d:\d\d no rows", page)


def test_files_that_are_not_valid_are_told(ran):
    """With their places; what ran is there all the same, and nothing can be run."""
    (ran / "pipelines/people.yaml").write_text("job: people\nsource: 7\n", "utf-8")
    seen = window(site_of(ran), "operator")
    answer = seen.get("/")
    assert answer.status_code == 200
    told = text_of(answer.text)
    assert "people.yaml:2:9" in told
    assert "firms res.partner rejects" in told
    assert "Run now" not in told
    assert "not by itself" not in told + text_of(seen.get("/jobs/firms").text)  # the server keeps its schedules
    (run_id,) = set(re.findall(r"/runs/(\d{8}T\d{6}-\w+)", seen.get("/runs").text))
    for path in ("/schedule", f"/runs/{run_id}/rejects/firms"):  # nobody can know what is there
        assert (seen.get(path).status_code, "people.yaml:2:9" in seen.get(path).text) == (503, True), path
    refused = seen.client.post(
        "/run", data={"csrf": seen.token("/"), "only": "firms"}, headers={"origin": "http://127.0.0.1:8321"}
    )
    assert refused.status_code == 400
    assert "before the files of the project are valid" in refused.text


def test_jobs_are_run_by_a_process_of_their_own(shop):
    """Those that are chosen, or the one whose button it is; the page goes to their run."""
    launcher, told = Launcher(RUN), []
    seen = window(site_of(shop, launch=launcher, tell=told.append), "operator")
    token = seen.token("/")
    sent = ({"job": ["firms", "people"]}, {"job": ["firms"], "only": "people"}, {}, {"job": "--help"})
    answers = [
        seen.client.post(
            "/run", data={"csrf": token, **data}, headers={"origin": "http://127.0.0.1:8321"}, follow_redirects=False
        )
        for data in sent
    ]
    assert [one.status_code for one in answers] == [303, 303, 400, 400]
    assert answers[0].headers["location"] == f"/runs/{RUN}"
    assert [(one.verb, one.arguments, one.approved) for one in launcher.orders] == [
        ("run", ("--", "firms", "people"), True),
        ("run", ("--", "people"), True),
    ]
    assert told[-2:] == ["otto started run of firms, people", "otto started run of people"]


def test_production_is_asked_for_by_its_name(tmp_path):
    """Nothing is started before."""
    root = project_with_page(
        tmp_path,
        {"firms": job("firms")},
        environments={"live": {"production": True}},
        default_environment="live",
    )
    launcher = Launcher(RUN)
    seen = window(site_of(root, launch=launcher), "operator")
    assert "This writes to production. Type live" in text_of(seen.get("/").text)
    assert seen.post("/run", only="firms", confirm="Live").status_code == 400
    assert launcher.orders == []
    assert seen.post("/run", only="firms", confirm=" live ").status_code == 303
    assert [one.environment for one in launcher.orders] == ["live"]


class Silent(NotStarted):
    """A command that ended before a run began."""

    def __init__(self, log, code):
        super().__init__("", log)
        self._code = code

    @property
    def exit_code(self):
        return self._code


@pytest.mark.parametrize("code", [None, 2])
def test_a_command_whose_run_has_not_begun_says_so(shop, code):
    """And what it said; once it has a run, the browser goes there."""

    def launch(order, log) -> Launched:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text('{"event": "note", "text": "<i>waits</i>"}\nError: no such <b>job</b>\n', "utf-8")
        return Silent(log, code)

    site = site_of(shop, launch=launch)
    seen = window(site, "operator")
    place = seen.post("/run", only="firms").headers["location"]
    assert re.fullmatch(r"/commands/20261129T070000-[0-9a-f]{8}", place)
    page = seen.get(place).text
    assert ("http-equiv" in page) == (code is None)
    assert "&lt;i&gt;waits&lt;/i&gt;" in page
    assert "Error: no such &lt;b&gt;job&lt;/b&gt;" in page
    (key,) = site.started
    with site.started[key].log.open("a") as file:
        file.write(json.dumps({"event": "run_started", "run": RUN}) + "\n")
    assert seen.get(place, follow_redirects=False).headers["location"] == f"/runs/{RUN}"


@pytest.mark.parametrize(
    "name", ["last", "%2e%2e%2fstate.db", "20261129T0700", "20261129T070000-00000abcd%2f..", "x" * 300]
)
@pytest.mark.parametrize("place", ["/runs/{}", "/runs/{}/live", "/commands/{}"])
def test_only_whole_ids_name_a_run(ran, name, place):
    """Nothing else comes near the file system."""
    assert window(site_of(ran), "viewer").get(place.format(name), follow_redirects=False).status_code == 404


def test_the_report_of_a_run(ran):
    """Counts that add up, reasons that lead to their explanation, what comes next, where it stands in the history."""
    seen = window(site_of(ran), "operator")
    runs = seen.get("/runs").text
    (run_id,) = set(re.findall(r"/runs/(\d{8}T\d{6}-\w+)", runs))
    page = seen.get(f"/runs/{run_id}").text
    told = text_of(page)
    assert "1 of 2 jobs did not end well" in told
    assert "rows read 2 created 1 updated 0 unchanged 0 rejected 1" in told
    code = re.search(r'href="(/codes/[^"]+)"', page)[1]
    assert seen.get(code).status_code == 200
    assert f'action="/runs/{run_id}/resume"' in page
    assert f'action="/runs/{run_id}/resume"' not in window(site_of(ran), "viewer").get(f"/runs/{run_id}").text
    launcher = Launcher(RUN)
    assert window(site_of(ran, launch=launcher), "operator").post(f"/runs/{run_id}/resume").status_code == 303
    assert [(one.verb, one.arguments) for one in launcher.orders] == [("resume", (run_id,))]
    assert seen.post(f"/runs/{run_id}/stop").status_code == 400  # it has ended


def test_a_run_that_follows_another_says_so(ran):
    (first,) = set(re.findall(r"/runs/(\d{8}T\d{6}-\w+)", window(site_of(ran), "viewer").get("/runs").text))
    again = retry(Workspace(ran), first)
    assert f"Retry of {first}" in text_of(window(site_of(ran), "viewer").get(f"/runs/{again.run_id}").text)


def test_a_job_that_is_paused_runs_when_it_is_unpaused(tmp_path):
    root = project_with_page(tmp_path, {"firms": {**job("firms"), "schedule": "0 2 * * *"}})
    pause(Workspace(root), "firms", "ann")
    told = text_of(window(site_of(root), "viewer").get("/").text)
    assert "firms res.partner never ran paused when it is unpaused" in told


def test_a_job_has_its_course(ran):
    """Run by run, as a picture and as numbers."""
    run(Workspace(ran), ["firms"])
    page = window(site_of(ran), "viewer").get("/jobs/firms").text
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "Rows of firms in its last runs, by what became of them" in page
    assert "The last 2 of 2" in page
    assert window(site_of(ran), "viewer").get("/jobs/nobody").status_code == 404


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A project with 10,000 runs, its ledger, and a function that counts what is asked of that."""
    root = project_with_page(tmp_path_factory.mktemp("many"), {f"job-{n}": job(f"job-{n}") for n in range(3)})
    project = Workspace(root).load()
    with open_state(project) as ledger:
        fill(project.project.state.url.get_secret_value(), 10_000)
        site = site_of(root, state=lambda _: nullcontext(ledger))

        @contextmanager
        def counted():
            asked = []

            def hear(_, __, statement, *___):
                asked.extend([statement] if statement != "BEGIN" else [])

            sa.event.listen(sa.Engine, "before_cursor_execute", hear)
            yield asked
            sa.event.remove(sa.Engine, "before_cursor_execute", hear)

        yield window(site, "viewer"), counted


@pytest.mark.parametrize(
    ("path", "shown", "most"),
    [
        ("/runs", f"1 to {PER_PAGE} of 10,000 runs", 7),
        ("/runs?offset=9990", "9,991 to 10,000 of 10,000 runs", 7),
        ("/runs?offset=20000", "of 10,000 runs", 7),
        ("/runs?outcome=failed", f"1 to {PER_PAGE} of 1,000 runs", 7),
        ("/runs?outcome=interrupted&job=job-2", f"1 to {PER_PAGE} of 1,000 runs", 7),
        ("/runs?since=2026-11-28&until=2026-11-28", "1 to 24 of 24 runs", 7),
        ("/runs?job=nobody", "No run fits.", 5),
        ("/jobs/job-1", "The last 30 of 10,000", 10),
        ("/", "job-2", 6),
    ],
)
def test_many_runs_are_asked_for_a_page_at_a_time(many, path, shown, most):
    """A few statements, however many runs there are; none gets them all, but for the time and code of each."""
    seen, counted = many
    with counted() as asked:
        answer = seen.get(path)
    assert answer.status_code == 200
    assert shown in text_of(answer.text)
    assert len(asked) <= most, asked
    assert len(re.findall(r'href="/runs/\d', answer.text)) <= PER_PAGE
    assert len(answer.text) < 150_000
    wide = [one for one in asked if "etl_runs.arguments" in one and "LIMIT" not in one and " IN (" not in one]
    assert wide == []


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be changed here")
@pytest.mark.parametrize(("day", "runs"), [("2026-10-24", 24), ("2026-10-25", 25), ("2026-03-29", 23)])
def test_a_day_has_as_many_hours_as_the_clock_of_the_server_gives_it(many, monkeypatch, day, runs):
    """A run an hour, also on the days on which the clock changes."""
    monkeypatch.setenv("TZ", "Europe/Brussels")
    time.tzset()
    try:
        assert f"1 to {runs} of {runs} runs" in text_of(many[0].get(f"/runs?since={day}&until={day}").text)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "query", ["outcome=nothing", "since=yesterday", "until=0000-00-00", "since=99999-01-01", "until=9999-12-31"]
)
def test_a_filter_that_is_none_is_told(many, query):
    """With what is allowed."""
    assert many[0].get(f"/runs?{query}").status_code == 400


def test_a_part_of_the_history_is_that_part(many):
    """Htmx puts it into the page."""
    part = many[0].get("/runs?outcome=failed", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert "of 1,000 runs" in part


class Pace:
    """A clock that goes on when somebody sleeps, and then something happens."""

    def __init__(self, *happenings) -> None:
        self.now, self.left = 0.0, list(happenings)

    async def sleep(self, seconds):
        self.now += seconds
        if self.left:
            self.left.pop(0)()

    def course(self, longest=60.0):
        return Course(1.0, longest, self.sleep, lambda: self.now)


def heard(stream) -> list[tuple[str, str]]:
    """The events of a stream: their names and their data."""

    async def listen():
        return [part.decode() async for part in stream]

    told = finished(listen())
    split = [one.split("\n", 1) for one in told]
    return [(name.removeprefix("event: "), rest.replace("data: ", "").strip()) for name, rest in split]


def lines(*events) -> str:
    """Events as the file has them."""
    return "".join(
        json.dumps({"time": "2026-11-29T07:00:00+00:00", "at_s": n, **one}) + "\n" for n, one in enumerate(events)
    )


BEGAN = (
    {"event": "run_started", "run_id": RUN, "command": "run"},
    {"event": "jobs", "jobs": ["firms", "people"]},
    {"event": "phase", "job": "firms", "phase": "source"},
)
ROWS = (
    {"event": "job_started", "job": "firms", "rows": 200},
    {"event": "phase", "job": "firms", "phase": "rows"},
    {"event": "progress", "job": "firms", "counts": {"read": 200, "created": 90, "later_kind": 3}},
    {"event": "rejected", "job": "firms", "field": "name", "code": "required", "rows": 4},
    {"event": "note", "job": "firms", "text": "<b>bold</b>"},
    {"event": "of a later version"},
)
ENDED = (
    {
        "event": "job_finished",
        "job": "firms",
        "model": "m",
        "part": "",
        "status": "done",
        "counts": {"read": 200, "created": 200},
    },
    {"event": "run_finished", "exit_code": 0, "elapsed_s": 3.0, "error": ""},
)


@pytest.fixture
def folder(tmp_path):
    """The folder of a run that goes on: its file has the lock of its process."""
    import fcntl

    made = tmp_path / RUN
    made.mkdir()
    with (made / EVENTS_FILE).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(lines(*BEGAN))
        file.flush()

        def more(*events, cut=0):
            text = lines(*events)
            file.write(text[: len(text) - cut])
            file.flush()

        yield made, more


def visit_of(root):
    """A visit of the page of that run."""
    from odoo_etl.dashboard import Visit, Visitor, application

    app = application(site_of(root))
    scope = {
        "type": "http",
        "app": app,
        "headers": [],
        "path_params": {"run": RUN},
        "root_path": "",
        "query_string": b"",
    }
    from starlette.requests import Request

    return Visit(app.state.site, Request(scope), Visitor("vera", "viewer"), "token")


def test_a_run_is_watched_to_its_end(shop, folder):
    """Part by part, with a line for who hears it; half a line is waited for."""
    place, more = folder
    rest = lines(*ROWS)[-20:]
    pace = Pace(lambda: more(*ROWS, cut=20), lambda: more_raw(place, rest), lambda: more(*ENDED))
    said = heard(streamed(visit_of(shop), place, pace.course()))
    parts = [text for name, text in said if name == "progress"]
    assert "its source is being read" in parts[0]
    assert "reads the source" in parts[0]
    assert 'max="200"' in parts[1]
    assert 'value="90"' in parts[1]
    assert "4 rejected" in parts[1]
    assert "&lt;b&gt;bold&lt;/b&gt;" in parts[1]
    assert "To come: people" in parts[1]
    assert [text for name, text in said if name == "said"] == [
        "firms: reads the source. 0 of 2 jobs have ended.",
        "firms: 40 percent. 0 of 2 jobs have ended.",
        "The run has ended.",
    ]
    assert said[-1] == ("ended", "")


def more_raw(place, text):
    """The rest of a line."""
    with (place / EVENTS_FILE).open("a") as file:
        file.write(text)


def test_a_run_that_is_killed_ends_the_stream(shop, tmp_path):
    """Nobody holds the lock of its file any more."""
    place = tmp_path / RUN
    place.mkdir()
    (place / EVENTS_FILE).write_text(lines(*BEGAN), "utf-8")
    assert heard(streamed(visit_of(shop), place, Pace().course()))[-1] == ("ended", "")


def test_a_stream_ends_once_the_report_is_there(shop, folder):
    """A run writes it after its last event: who is sent away before finds half of it."""
    place, more = folder
    pace = Pace(lambda: more(*ENDED), lambda: None, lambda: (place / "run_results.json").write_text("{}"))
    said = heard(streamed(visit_of(shop), place, pace.course()))
    assert said[-1] == ("ended", "")
    assert (place / "run_results.json").exists()
    assert pace.left == []


def test_a_run_that_is_being_reported_is_still_watched(shop, tmp_path):
    """For some seconds; then what is known without its report is shown."""
    folder = shop / ".odoo_etl/runs" / RUN
    folder.mkdir(parents=True)
    events = folder / EVENTS_FILE
    events.write_text(lines(*BEGAN, *ENDED), "utf-8")
    now = site_of(shop).clock().timestamp()
    seen = window(site_of(shop), "viewer")
    for age, is_watched in ((1, True), (60, False)):
        os.utime(events, (now - age, now - age))
        assert ("sse-connect" in seen.get(f"/runs/{RUN}").text) is is_watched, age


def test_a_stream_ends_after_a_while(shop, folder):
    """The browser asks again, and who it is is looked at again."""
    said = heard(streamed(visit_of(shop), folder[0], Pace().course(longest=5.0)))
    assert ("ended", "") not in said


def test_a_code_has_its_page(shop):
    """Names in it are code; one that there is not is told, with the nearest."""
    seen = window(site_of(shop), "viewer")
    assert "<li>Say a <code>default</code> in the job.</li>" in seen.get("/codes/required").text
    assert "<code>required</code>" in seen.get("/codes").text
    lost = seen.get("/codes/requird")
    assert (lost.status_code, "required" in lost.text) == (404, True)
