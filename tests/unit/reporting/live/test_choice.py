"""Which display a run has."""

from __future__ import annotations

import os
import pty
import sys
from contextlib import closing

import pytest

from odoo_etl.reporting.live.choice import display
from odoo_etl.reporting.live.objects import ObjectsDisplay
from odoo_etl.reporting.live.plain import PlainDisplay
from odoo_etl.reporting.live.quiet import QuietDisplay
from odoo_etl.reporting.live.screen import ScreenDisplay


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [({}, PlainDisplay), ({"quiet": True}, QuietDisplay), ({"objects": True, "quiet": True}, ObjectsDisplay)],
)
def test_where_stderr_is_no_terminal(wanted, kind):
    """As pytest has it."""
    with closing(display(**wanted)) as chosen:
        assert type(chosen) is kind


@pytest.mark.parametrize(("term", "kind"), [("xterm", ScreenDisplay), ("dumb", PlainDisplay), ("", ScreenDisplay)])
def test_where_it_is_one(term, kind):
    """A dumb one only prints."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal, closing(display(stream=terminal, environment={"TERM": term})) as chosen:
        assert type(chosen) is kind
    os.close(ours)
    assert sys.stderr is not terminal
