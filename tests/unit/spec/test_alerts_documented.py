"""The examples of docs/alerts.md: each is a valid part of project.yaml, each URL of apprise one that it knows."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from odoo_etl.alerting.message import Alert, AlertKind
from odoo_etl.spec import load_project
from odoo_etl.spec.alerts import RulesSpec
from tests.unit.spec.conftest import PROJECT, job_text

PAGE = (Path(__file__).parents[3] / "docs/alerts.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
VARIABLES = defaultdict(lambda: "https://example.com/x", MAIL_USER="me", MAIL_PASSWORD="word", NTFY_TOPIC="etl")
VARIABLES |= {"PAGERDUTY_KEY": "A" * 32, "PAGERDUTY_TOKEN": "B" * 32, "HEALTHCHECK": "1-2"}


def loaded(make_project, example):
    """The project with an example in it."""
    environ = {name: VARIABLES[name] for name in re.findall(r"\$\{(\w+)\}", example)}
    jobs = {"partners": job_text(), "hourly": job_text("hourly", extra="tags: [hourly]\n")}
    return load_project(make_project(project=PROJECT + example, **jobs), environ)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(make_project, example):
    """With all that they name."""
    project = loaded(make_project, example)
    assert project.unusable_channels == {}
    assert len(EXAMPLES) == 3


def test_urls_of_apprise(make_project):
    """It would take them."""
    import apprise

    channels = loaded(make_project, EXAMPLES[0]).project.alerts.channels
    urls = [one.apprise.get_secret_value() for one in channels.values() if one.apprise is not None]
    assert len(urls) == 2
    assert all(apprise.Apprise.instantiate(url) for url in urls)


def test_each_kind_has_its_row_and_its_default():
    """As the rules have it; what is shown as a rule in the example is the default, or said to be none."""
    kinds = set(AlertKind.__args__) - {"test"}
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == kinds
    assert set(RulesSpec.model_fields) - {"recovered"} == kinds
    rules, shown = RulesSpec(), yaml.safe_load(EXAMPLES[1])["alerts"]["rules"]
    said = RulesSpec.model_validate(shown)
    for kind in ("failed", "volume", "not_kept", "key_expires", "recovered"):
        assert getattr(said, kind) == getattr(rules, kind)
    assert Alert.__doc__
