"""The person for whom a run is done."""

from __future__ import annotations

import getpass

from odoo_etl.launching import PERSON
from odoo_etl.runs.person import person


def test_who_launches_for_somebody_says_for_whom():
    """Else it is the login of the machine; a blank name is none."""
    assert person({PERSON: " Ann of Sales "}) == "Ann of Sales"
    assert person({PERSON: " "}) == person({}) == getpass.getuser()


def test_a_machine_without_logins(monkeypatch):
    """Containers run as users that have no name."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 987_654)
    assert person({}) == "unknown"
