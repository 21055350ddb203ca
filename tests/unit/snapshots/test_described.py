"""Snapshots in place of a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.snapshots import Snapshot, SnapshotModels
from odoo_etl.spec import Job
from tests.builders import job_spec

PARTNER = Snapshot(
    "res.partner",
    "18.0",
    {"ref": {"type": "char"}, "country_id": {"type": "many2one", "relation": "res.country", "store": True}},
    defaults={"active": True},
)
MODELS = SnapshotModels({"res.partner": PARTNER})


def test_fields_are_answered_as_asked():
    """Some of them, with some of their attributes."""
    assert MODELS.fields_get("res.partner", ["ref", "no"]) == {"ref": {"type": "char"}}
    assert MODELS.fields_get("res.partner", attributes=["relation"]) == {
        "ref": {},
        "country_id": {"relation": "res.country"},
    }


def test_a_model_without_a_snapshot_cannot_be_asked():
    """It may be there all the same."""
    with pytest.raises(AccessRefused, match=r"no snapshot of res\.country"):
        MODELS.fields_get("res.country")


def test_what_is_known_of_the_models_of_jobs():
    """Of models without a snapshot nothing is said, as if nobody knew whether they are there."""
    country = {"column": "c", "lookup": {"model": "res.country", "by": "code"}}
    server = MODELS.server_models([Job(job_spec({"ref": "r", "country_id": country}), Path("x.yaml"))])
    assert server.fields == {"res.partner": PARTNER.fields, "res.country": None}
    assert (server.unknown, server.major) == ({"res.country"}, 18)
    assert server.defaults == {"res.partner": {"active"}}
