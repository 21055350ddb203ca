"""The files of docs/monitoring: every metric is one of ours, every query parses, every rule fires as its tests say."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from odoo_etl.measuring import METRICS
from tests.promtool import find, promtool
from tests.real_odoo.parts import Unavailable

FOLDER = Path(__file__).parents[2] / "docs/monitoring"
RULES, TESTS = FOLDER / "odoo_etl.rules.yaml", FOLDER / "odoo_etl.rules.test.yaml"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "odoo_etl.dashboard.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
METRIC = re.compile(r"\bodoo_etl_\w+")
LABELS = re.compile(r"(?:\bby|\bon|\bignoring) \(([^)]*)\)|[{,]\s*(\w+)\s*[!=]~?\"")


@pytest.fixture(scope="module")
def program() -> Path:
    """Prometheus' own checker."""
    try:
        return find()
    except Unavailable as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have promtool: {error}")
        pytest.skip(str(error))


def rules() -> list[dict[str, Any]]:
    """The alert rules."""
    return [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]


def queries() -> Iterator[tuple[str, str]]:
    """Where each query stands, and the query, its variables filled in as Grafana does."""
    for panel in PANELS:
        for target in panel["targets"]:
            yield (
                f"{panel['title']} {target['refId']}",
                target["expr"].replace("$job", ".*").replace("$environment", ".*"),
            )
    for rule in rules():
        yield rule["alert"], rule["expr"]


ASKED = list(queries())


@pytest.mark.parametrize(("place", "query"), ASKED, ids=[place for place, _ in ASKED])
def test_every_metric_and_label_is_one_of_ours(place: str, query: str) -> None:
    """What is not measured would show nothing, for ever."""
    named = set(METRIC.findall(query))
    assert named
    assert named <= METRICS.keys()
    known = {label for name in named for label in METRICS[name].labels}
    used = {label for one in LABELS.findall(query) for label in re.split(r",\s*", one[0] or one[1])}
    assert used <= known


def test_every_metric_is_shown_or_watched() -> None:
    """But for what says how a picture is to be read: when runs began, how often they waited."""
    named = {name for _, query in ASKED for name in METRIC.findall(query)}
    beside = ("start_timestamp_seconds", "_calls", "_waits")
    assert {name for name in METRICS.keys() - named if not name.endswith(beside)} == set()


def test_queries_parse(program: Path, tmp_path: Path) -> None:
    """As rules, all in one file."""
    recorded = [{"record": f"q{number}", "expr": query} for number, (_, query) in enumerate(ASKED)]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": recorded}]}))
    assert promtool(program, "check", "rules", str(file))[0] == 0, promtool(program, "check", "rules", str(file))[1]
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": [{"record": "q", "expr": "sum(("}]}]}))
    assert promtool(program, "check", "rules", str(file))[0] != 0


def test_rules_fire_when_they_should(program: Path) -> None:
    """And not before."""
    assert promtool(program, "check", "rules", str(RULES))[0] == 0
    code, said = promtool(program, "test", "rules", str(TESTS))
    assert code == 0, said


def test_every_rule_has_a_test_that_fires_it() -> None:
    """With what it tells."""
    fired = {
        one["alertname"]
        for test in yaml.safe_load(TESTS.read_text("utf-8"))["tests"]
        for one in test["alert_rule_test"]
        if one.get("exp_alerts")
    }
    assert fired == {rule["alert"] for rule in rules()}
    assert all(rule["annotations"].keys() == {"summary", "description"} for rule in rules())


def test_what_we_expose_passes_the_linter_of_prometheus(program: Path) -> None:
    """Names, units, help."""
    import subprocess

    from odoo_etl.measuring import exposition
    from tests.unit.measuring.test_exposition import FULL

    text, _ = exposition(FULL)
    done = subprocess.run([program, "check", "metrics"], input=text, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


def test_the_dashboard_is_one() -> None:
    """Of a version that Grafana 10 and later read: panels of known kinds, which do not overlap, each with a source."""
    assert DASHBOARD["schemaVersion"] >= 39
    assert {"title", "uid", "panels", "templating", "time", "tags"} <= DASHBOARD.keys()
    assert [one["name"] for one in DASHBOARD["templating"]["list"]] == ["datasource", "environment", "job"]
    assert {panel["type"] for panel in PANELS} <= {"stat", "table", "timeseries"}
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["targets"]
        assert panel["description"].endswith(".")
    for one in DASHBOARD["templating"]["list"][1:]:
        metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", one["definition"]).groups()  # type: ignore[union-attr]
        assert label in METRICS[metric].labels
