"""Standard error as JSON objects."""

from __future__ import annotations

import io
import json

from odoo_etl.cli._log import wants_objects
from odoo_etl.cli._streams import _Objects, without_middle
from odoo_etl.reporting.live import as_object


def test_each_line_of_stderr_is_an_object():
    """Those of others, such as click, too; what is one already stays as it is, and what has no end yet waits."""
    kept = io.StringIO()
    stream = _Objects(kept)
    own = as_object("info", "started")
    for text in ("Usage: odoo-etl\nEr", "ror: No such option\n\n", f"{own}\n", "last"):
        stream.write(text)
    assert kept.getvalue().count("\n") == 3
    stream.end()
    lines = kept.getvalue().splitlines()
    assert lines[2] == own
    told = [json.loads(line) for line in lines]
    assert [(one["level"], one.get("text")) for one in told] == [
        ("info", "Usage: odoo-etl"),
        ("error", "Error: No such option"),
        ("info", None),
        ("info", "last"),
    ]


def test_objects_are_asked_for_however_the_rest_is():
    """A command line that is wrong says how to speak of it, too."""
    assert wants_objects(["plan", "--log-format", "json", "--nope"])
    assert wants_objects(["--log-format=json"])
    assert not wants_objects(["plan", "--log-format", "text", "json"])


def test_a_long_name_is_cut():
    """Both ends stay."""
    assert without_middle("a" * 200 + "b") == "a" * 60 + "…" + "a" * 59 + "b"
    assert without_middle("short") == "short"
