"""Rows in parts, cut by processes that share nothing."""

from __future__ import annotations

import os
import subprocess
import sys

from odoo_etl.sync.staging.partition import number_of

KEYS = [("A-1",), ("é", 7), (None, True), ("a'b", 1.5), (False,), ("",)]
NUMBERS = f"from odoo_etl.sync.staging.partition import number_of; print([number_of(key, 0, 1000) for key in {KEYS!r}])"


def test_every_process_finds_the_same_parts():
    """Whatever seed its hashes have."""
    told = {
        subprocess.check_output([sys.executable, "-c", NUMBERS], env={**os.environ, "PYTHONHASHSEED": seed}, text=True)
        for seed in ("0", "1", "4711")
    }
    assert told == {f"{[number_of(key, 0, 1000) for key in KEYS]}\n"}
