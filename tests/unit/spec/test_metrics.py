"""The key `metrics` of project.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from odoo_etl.spec.metrics import MetricsSpec


def test_a_file_of_measures_has_the_name_that_is_read():
    """The node exporter passes over any other."""
    assert MetricsSpec.model_validate({"file": "/var/lib/x/etl.prom"}).file == Path("/var/lib/x/etl.prom")
    with pytest.raises(ValidationError, match=r"must end in \.prom"):
        MetricsSpec.model_validate({"file": "etl.txt"})


def test_a_token_is_long_and_is_not_shown():
    """One that can be guessed is none; an empty one is no token."""
    assert not MetricsSpec.model_validate({"token": ""}).token.get_secret_value()
    assert "0123456789abcdef" not in repr(MetricsSpec.model_validate({"token": "0123456789abcdef"}))
    with pytest.raises(ValidationError, match="must have at least 16 characters"):
        MetricsSpec.model_validate({"token": "short"})
