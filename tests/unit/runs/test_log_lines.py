"""Lines of logs."""

from __future__ import annotations

import json

import pytest

from odoo_etl.runs.log_lines import LONGEST, LogLine, is_as_severe, log_line


@pytest.mark.parametrize(
    ("known", "line"),
    [
        (
            {"time": "T", "level": "warning", "event": "overdue", "text": "late", "schedule": "tags"},
            LogLine("T", "warning", "overdue", "late, schedule: tags"),
        ),
        ({"time": "T", "at_s": 1, "event": "phase", "job": "j", "part": ""}, LogLine("T", "info", "phase", "job: j")),
        ({"event": "rejected", "rows": 2}, LogLine("", "warning", "rejected", "rows: 2")),
        ({"event": "job_finished", "error": "x"}, LogLine("", "error", "job_finished", "error: x")),
        ({"event": "run_finished", "exit_code": 3}, LogLine("", "warning", "run_finished", "exit_code: 3")),
        ({"event": "run_finished", "exit_code": 1}, LogLine("", "error", "run_finished", "exit_code: 1")),
        ({"event": "run_finished", "exit_code": 0}, LogLine("", "info", "run_finished", "exit_code: 0")),
        ({"level": "?", "event": "x", "counts": {"read": 1}}, LogLine("", "info", "x", 'counts: {"read": 1}')),
    ],
)
def test_objects(known, line):
    """With the level that they say, or that what they tell of has."""
    assert log_line(json.dumps(known)) == line


@pytest.mark.parametrize(
    ("text", "level"), [("error: no", "error"), ("warning: so", "warning"), ("tags: 1 row", "info"), ("{half", "info")]
)
def test_plain_text(text, level):
    """Whatever is no object."""
    assert log_line(text) == LogLine("", level, "", text)


def test_a_line_is_bounded():
    """One may hold a megabyte."""
    assert len(log_line("x" * 1_000_000).text) == LONGEST + 1


def test_levels():
    """A level, or a worse one."""
    lines = [LogLine("", level, "", "") for level in ("info", "warning", "error")]
    assert [[is_as_severe(one, level) for one in lines] for level in ("", "info", "warning", "error")] == [
        [True, True, True],
        [True, True, True],
        [False, True, True],
        [False, False, True],
    ]
