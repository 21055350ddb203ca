"""CronJobs: Kubernetes' own schemas take them, and they say what the schedule says."""

from __future__ import annotations

import kubernetes_validate
import pytest
import yaml

from odoo_etl.schedule_files.kubernetes import kubernetes
from tests.unit.schedule_files.conftest import PLACE

VERSIONS = ["1.31", "1.36"]


def manifest(*runs, place=PLACE):
    """The one CronJob."""
    (file,) = kubernetes(runs, place).files
    return yaml.safe_load(file.text)


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_it(run, version):
    """Strictly: it knows every key."""
    job = manifest(run(timeout_s=7200.0, timezone="Europe/Brussels", name="tag:" + "very_long_" * 9))
    kubernetes_validate.validate(job, version, strict=True)
    assert len(job["metadata"]["name"]) <= 52
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**job, "spec": {**job["spec"], "timezone": "UTC"}}, version, strict=True)


def test_what_it_says(run):
    """Times, limits, attempts, and codes for which there is no further one."""
    spec = manifest(run(timeout_s=7200.0, retries=3, cron="0 4 * * 7", timezone="Europe/Brussels"))["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == ("0 4 * * 0", "Europe/Brussels", "Forbid")
    job = spec["jobTemplate"]["spec"]
    assert (job["activeDeadlineSeconds"], job["backoffLimit"]) == (7200, 3)
    fail, ignore = job["podFailurePolicy"]["rules"]
    (container,) = job["template"]["spec"]["containers"]
    assert (fail["action"], fail["onExitCodes"]["values"], ignore["action"]) == ("FailJob", [2, 3, 4, 7], "Ignore")
    assert fail["onExitCodes"]["containerName"] == container["name"]
    assert container["command"] == ["odoo-etl", "run", "partners", "orders"]


@pytest.mark.parametrize(
    ("cron", "catch_up", "late_s"),
    [("0 4 * * *", "latest", 86_400), ("0 4 * * *", "none", 300), ("*/5 * * * *", "all", 27_000)],
)
def test_how_late_it_may_start(run, cron, catch_up, late_s):
    """No more times count as missed than the controller puts up with."""
    assert manifest(run(cron=cron, catch_up=catch_up))["spec"]["startingDeadlineSeconds"] == late_s


def test_what_it_makes_of_the_change_of_clocks_is_told(run):
    """A time that does not exist is left out; one that exists twice runs twice."""
    written = kubernetes((run(cron="30 2 * * *", timezone="Europe/Brussels"),), PLACE)
    assert [each.partition("back, at ")[2] for each in written.notes] == [
        "2027-03-28 03:00 (UTC+0200) it does not run",
        "2027-10-31 02:30 (UTC+0100) it runs as well",
    ]
    assert all(f"# Note: {each}\n" in written.files[0].text for each in written.notes)
    assert kubernetes((run(cron="30 * * * *", timezone="Europe/Brussels"),), PLACE).notes == ()


@pytest.mark.parametrize("cron", ["0 4 L * *", "0 4 * * MON#1", "0 4 */2 * MON"])
def test_what_no_cronjob_can_say_is_left_out(run, cron):
    """Where both days must fit, Kubernetes would take either."""
    written = kubernetes((run(cron=cron),), PLACE)
    assert (written.files, written.notes) == ((), (f"tag:nightly: no CronJob can say `{cron}`: it is left out",))


def test_two_schedules_have_two_names(run):
    """Also where their own names differ in nothing that a name there can have."""
    runs = (run(name="a_b"), run(name="a.b"), run(name="a-b"))
    assert [one.path for one in kubernetes(runs, PLACE).files] == [
        *("odoo-etl-shop-a-b.yaml", "odoo-etl-shop-a-b-2.yaml", "odoo-etl-shop-a-b-3.yaml"),
    ]
