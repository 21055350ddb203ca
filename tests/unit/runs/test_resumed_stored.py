"""What the ledger holds of a command line is looked at like anything that others can write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.runs.resumed import stored_arguments
from odoo_etl.state import RunEntry


def entry(**arguments):
    """A run that ended early."""
    return RunEntry("r1", "run", "", arguments, datetime(2026, 1, 1, tzinfo=UTC), None, None)


@pytest.mark.parametrize(
    "arguments",
    [{}, {"selectors": ["a", "tag:x"], "part": "1/4", "executor": {}, "limit": None}, {"executor": {"workers": 4}}],
)
def test_what_a_run_stores_is_read(arguments):
    """As it was given."""
    stored = stored_arguments(entry(**arguments))
    assert stored.selectors == arguments.get("selectors", [])
    assert stored.part == arguments.get("part", "")
    assert stored.executor == arguments.get("executor", {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("selectors", "partners"),
        ("selectors", [1]),
        ("selectors", {"a": 1}),
        ("part", 1),
        ("part", "5/4"),
        ("part", "../x"),
        ("limit", 0),
        ("limit", True),
        ("limit", "10"),
        ("full_refresh", "no"),
        ("executor", "dask"),
        ("executor", {"workers": 10**9}),
        ("executor", {"workers": "4"}),
        ("executor", {"workers": -1}),
    ],
)
def test_what_no_command_line_can_have_had_is_refused(name, value):
    """It says which part of it."""
    with pytest.raises(UsageError, match=rf"run r1 cannot go on: .*\({name}\)"):
        stored_arguments(entry(**{name: value}))


SCHEDULER = {"type": "dask", "scheduler": "tcp://evil.example.com:8786", "insecure": True, "workers": 3}


def test_a_stored_scheduler_is_never_used():
    """Whoever resumes says where the cluster is, in project.yaml or on the command line, or wants processes."""
    stored = stored_arguments(entry(executor=SCHEDULER))
    with pytest.raises(UsageError, match="say again where that is, with --scheduler"):
        stored.executor_for({}, "r1", has_cluster=False)
    assert stored.executor_for({}, "r1", has_cluster=True) == {"workers": 3}
    assert stored.executor_for({"workers": 2}, "r1", has_cluster=False) == {"workers": 2}
    ours = {"type": "dask", "scheduler": "tls://ours:8786"}
    assert stored.executor_for(ours, "r1", has_cluster=False) == {"workers": 3, **ours}


def test_nothing_else_of_a_stored_executor_is_used():
    """Neither its type, nor what it allows."""
    stored = stored_arguments(entry(executor={"type": "dask", "insecure": True}))
    assert stored.executor_for({}, "r1", has_cluster=False) == {}
