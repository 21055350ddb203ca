"""The snapshot of one model."""

import pytest

from odoo_etl.snapshots import Snapshot


@pytest.mark.parametrize(("server", "major"), [("19.0", 19), ("saas~18.2", 18), ("?", 0)])
def test_its_version(server, major):
    """As far as its text names one."""
    assert Snapshot("x", server, {}).major == major


def test_what_new_records_get():
    """Values that are known, and those that are other ones each time."""
    assert Snapshot("x", "19.0", {}, defaults={"a": 1}, filled=("b",)).given == {"a", "b"}


def test_choices_in_a_language():
    """Those that have a label of their own there."""
    kind = {"type": "selection", "selection": [["a", "A"], ["b", "B"]], "labels": {"fr_FR": {"a": "À"}}}
    one = Snapshot("x", "19.0", {"kind": kind})
    assert one.described("kind", "fr_FR") == {"type": "selection", "selection": [["a", "À"], ["b", "B"]]}
    assert one.described("kind", "") == {"type": "selection", "selection": [["a", "A"], ["b", "B"]]}
