"""`--log-level`: where it may stand, and who sets up logging."""

from __future__ import annotations

import logging

import pytest

from odoo_etl.cli import _voice
from odoo_etl.cli._log import LogLevel, _Stderr, in_front, set_up
from odoo_etl.cli._voice import Voice
from odoo_etl.text import keep_secret


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("--log-level debug run", "--log-level debug run"),
        ("run --log-level debug partners", "--log-level debug run partners"),
        ("run partners --log-level=info", "--log-level=info run partners"),
        ("run --log-level", "--log-level run"),
        ("call m f -- --log-level debug", "call m f -- --log-level debug"),
        ("run", "run"),
        ("run --quiet partners --log-format=json", "--quiet --log-format=json run partners"),
        ("run -q --log-format json", "-q --log-format json run"),
        ("call m f -- --quiet", "call m f -- --quiet"),
    ],
)
def test_the_option_may_stand_before_or_after_the_verb(written, read):
    """People write it where they think of it."""
    assert in_front(written.split()) == read.split()


@pytest.mark.parametrize("is_json", [False, True])
def test_a_fault_is_told_whole_and_without_secrets(capsys, monkeypatch, is_json):
    """In lines for people and for programs."""
    monkeypatch.setattr(_voice, "_voice", [Voice(objects=is_json)])
    keep_secret({"a-key-of-theirs"})
    fault = RuntimeError("key a-key-of-theirs")
    record = logging.LogRecord("odoo_etl.x", logging.ERROR, "", 0, "GET /", (), (RuntimeError, fault, None))
    handler = _Stderr()
    handler.handle(record)
    told = capsys.readouterr().err
    assert "RuntimeError: key" in told
    assert "a-key-of-theirs" not in told
    assert len(told.splitlines()) == 1 or not is_json


def test_what_a_server_says_does_not_steer_the_terminal(capsys):
    """Neither in the log nor in an error."""
    ours = logging.getLogger("odoo_etl")
    before = ours.handlers, ours.propagate, ours.level
    try:
        set_up(LogLevel.WARNING)
        logging.getLogger("odoo_etl.test").warning("retry: %s", "\x9b2Jdone")
    finally:
        ours.handlers, ours.propagate = before[:2]
        ours.setLevel(before[2])
    assert "retry: \\x9b2Jdone\n" in capsys.readouterr().err
