"""The numbers that pages promise: defaults, limits and times are those of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from odoo_etl.alerting.delivery import FIRST_WAIT_S as CHANNEL_AGAIN_S
from odoo_etl.alerting.delivery import MOST_AT_ONCE
from odoo_etl.alerting.volume import _OF_NORMAL
from odoo_etl.alerting.watch import KEYS_EACH_S
from odoo_etl.cli.main import app
from odoo_etl.dashboard.frame.starting import LOGS_KEPT_S as SAID_KEPT_S
from odoo_etl.dashboard.logs.section import LINES
from odoo_etl.dashboard.plans.section import MOST_LISTED
from odoo_etl.dashboard.plans.table import PAGE as CHANGES
from odoo_etl.dashboard.security.attempts import OF_ALL, OF_ONE, WINDOW_S
from odoo_etl.mcp_server.bounds import MOST_LETTERS
from odoo_etl.measuring.health import STALE_BEAT_S
from odoo_etl.measuring.routes import CACHED_S
from odoo_etl.odoo.api_keys import WARN_DAYS
from odoo_etl.runs import kept_plans, logs, scheduled
from odoo_etl.runs.measured import KEYS_EACH_S as MEASURED_EACH_S
from odoo_etl.runs.rotated import DAYS
from odoo_etl.scheduling.due import GRACE_S as LATE_S
from odoo_etl.scheduling.due import MOST_CAUGHT_UP
from odoo_etl.serving import attempts, connections, opened, server, station, work
from odoo_etl.serving.news_file import MOST_BYTES
from odoo_etl.serving.project import EVERY_S
from odoo_etl.spec.alerts import MOST_CHANNELS, AlertsSpec, ChannelSpec, SilentRule
from odoo_etl.spec.metrics import LEAST_TOKEN
from odoo_etl.spec.page import SHORTEST_TOKEN, PageSpec, PageToken
from odoo_etl.spec.schedule import ScheduleSpec
from odoo_etl.state import LONGEST_WAIT_S
from odoo_etl.state.alerts import LEASE_S as CHANNEL_LEASE_S
from odoo_etl.state.locks import LEASE_S
from odoo_etl.tracing.provider import FLUSH_S

DOCS = Path(__file__).parents[2] / "docs"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
WORDS = {1: "a", 2: "two", 5: "five", 6: "six", 10: "Ten"}


def default(spec: type, key: str) -> object:
    """The value of a key that nobody says."""
    return spec.model_fields[key].default


def whole(seconds: float, unit: int = 1) -> int:
    """Seconds in a larger unit, of which there is a whole number."""
    number, rest = divmod(seconds, unit)
    assert rest == 0
    return int(number)


def promises() -> Iterator[tuple[str, str]]:
    """The pages, each with words that stand there."""
    waits = [min(attempts.FIRST_WAIT_S * attempts.WIDER**n, attempts.LONGEST_WAIT_S) / MINUTE for n in range(4)]
    yield "schedules.md", "after {:g} minute, then {:g}, then {:g} ({:g} at most)".format(*waits)
    yield "schedules.md", f"for {whole(attempts.MOST_BUSY_S, HOUR)} hours at most"
    yield "schedules.md", f"could not start within {whole(LATE_S, MINUTE)} minutes is missed"
    yield "schedules.md", f"makes up for {MOST_CAUGHT_UP:,} times at most"
    yield "schedules.md", f"ended {WORDS[whole(work.GRACE_S, MINUTE)]} minute later is killed"
    yield "schedules.md", f"asked again every {server.AFTER_ERROR_S:g} seconds"
    yield "schedules.md", f"within {EVERY_S:g} seconds of a change"
    yield "schedules.md", f"`serve --runs {opened.MOST_RUNS}` of them at most"
    yield "schedules.md", f"the last {whole(MOST_BYTES, 10**6)} to {whole(2 * MOST_BYTES, 10**6)} MB"
    yield "schedules.md", f"`.odoo_etl/serve/` for {whole(station.LOGS_KEPT_S, DAY)} days"
    yield "schedules.md", f"for {whole(server.SLOTS_KEPT_S, DAY)} days."
    yield "schedules.md", f"a time passed {whole(scheduled.LATE_S, MINUTE)} minutes ago"
    yield "schedules.md", f"after {WORDS[whole(LEASE_S, MINUTE)]} minute on another one"
    for key, told in (("catch_up", "latest"), ("retries", 2), ("poll", "1m"), ("settle", "30s"), ("jitter", "0s")):
        seconds = {"1m": 60.0, "30s": 30.0, "0s": 0.0}.get(told, told)
        assert default(ScheduleSpec, key) == seconds
        yield "schedules.md", f"| `{told}` |"
    yield "page.md", f"sends {CHANGES} changes at a time"
    yield "page.md", f"the last {MOST_LISTED} plans that are kept"
    yield "page.md", f"{LINES} lines at a time"
    yield "page.md", f"the last {whole(logs.MOST_BYTES, 10**6)} MB"
    yield "page.md", f"What commands said stays for {whole(SAID_KEPT_S, DAY)} days"
    yield (
        "page.md",
        f"{WORDS[OF_ONE]} wrong tokens from one address, or {OF_ALL} from all, within {WORDS[whole(WINDOW_S, MINUTE)]}",
    )
    yield (
        "page.md",
        f"at most {connections.MOST}, and whoever does not say what they want within {connections.HEAD_S:g} seconds",
    )
    yield "page.md", f"A token has {SHORTEST_TOKEN} characters or more"
    yield "page.md", f"| `{whole(default(PageSpec, 'session'), HOUR)}h` |"
    yield "page.md", f"(`{default(PageToken, 'role')}` where nothing is said"
    yield "alerts.md", f"; {MOST_CHANNELS} channels at most"
    yield "alerts.md", f"at most 60s; default {default(ChannelSpec, 'timeout'):g}s"
    yield "alerts.md", f"default {whole(default(AlertsSpec, 'hold'), MINUTE)}m"
    yield "alerts.md", f"`grace` (default {whole(default(SilentRule, 'grace'), HOUR)}h)"
    yield "alerts.md", f"every {WORDS[whole(KEYS_EACH_S, HOUR)]} hours by `odoo-etl serve`"
    yield "alerts.md", f"after {WORDS[whole(CHANNEL_LEASE_S, MINUTE)]} minutes; one that is killed"
    yield "alerts.md", f"after {whole(CHANNEL_AGAIN_S, MINUTE)}, 2, 4, ... minutes, an hour at most"
    yield "alerts.md", f"of more than {MOST_AT_ONCE}, a message for each {MOST_AT_ONCE}"
    yield "alerts.md", f"deviation times {_OF_NORMAL}"
    yield "measures.md", f"at most {WORDS[whole(CACHED_S)]} seconds old"
    yield "measures.md", f"no sign of life for {WORDS[whole(STALE_BEAT_S, MINUTE)]} minutes"
    yield "measures.md", f"for {WORDS[whole(FLUSH_S)]} seconds at most"
    yield "measures.md", f"({LEAST_TOKEN} characters or more"
    yield "measures.md", f"every {WORDS[whole(MEASURED_EACH_S, HOUR)]} hours by `serve`"
    yield "keys.md", f"default {DAYS}, "
    yield "keys.md", f"a run warns from {WARN_DAYS} days before"
    yield "mcp.md", f"at most {MOST_LETTERS:,} characters"
    yield "mcp.md", f"more than {WORDS[whole(kept_plans.LASTS_S, DAY)]} day ago"
    yield "mcp.md", f"says otherwise, {whole(kept_plans.LONGEST_S, DAY)} days at most"
    yield "apply.md", f"After {whole(kept_plans.KEPT_S, DAY)} days the file goes"


@pytest.mark.parametrize(("page", "told"), list(promises()))
def test_what_is_promised_is_what_the_code_does(page, told):
    """Whoever changes a number changes its page."""
    assert told in " ".join((DOCS / page).read_text("utf-8").split())


def names(page, head):
    """What the rows of a table begin with."""
    table = (DOCS / page).read_text("utf-8").partition(f"\n| {head} |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([\w-]+)", table, re.MULTILINE)


def test_each_key_of_a_schedule_has_its_row():
    """And no key that is gone."""
    assert sorted(names("schedules.md", "key")) == sorted(ScheduleSpec.model_fields)


def test_each_option_of_a_new_key_has_its_row():
    """Those that all commands have are elsewhere."""
    command = typer.main.get_command(app).commands["key"].commands["rotate"]
    everywhere = {"--project", "--env", "--var", "--help"}
    options = {one.opts[0] for one in command.params} - everywhere
    assert set(names("keys.md", "option")) == options


def test_the_longest_wait_for_a_channel_is_an_hour():
    """The word stands in docs/alerts.md."""
    assert LONGEST_WAIT_S == HOUR
