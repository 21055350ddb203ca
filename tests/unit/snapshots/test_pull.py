"""Snapshots are asked of a server: here of the sandbox, which answers as Odoo 19 does."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl import OdooClient
from odoo_etl.sandbox import Sandbox
from odoo_etl.snapshots import pull, pulled_for
from odoo_etl.spec import Job
from tests.builders import job_spec


@pytest.fixture(scope="module")
def client():
    """A client of the sandbox."""
    with Sandbox() as server, OdooClient(server.url, server.db, user=server.user, api_key=server.api_key) as made:
        yield made


def test_fields_are_kept_without_what_is_empty(client):
    """What the checks and the mapping look at; no help texts."""
    [found], missing = pull(["res.partner.category"], client)
    assert (missing, found.server) == ([], "19.0")
    assert found.fields["name"] == {
        "required": True,
        "searchable": True,
        "store": True,
        "string": "Name",
        "translate": True,
        "type": "char",
    }
    assert found.fields["child_ids"]["relation_field"] == "parent_id"
    assert found.defaults["active"] is True


def test_defaults_that_may_be_others_tomorrow_are_only_named(client):
    """A unit of a product is a record, whose id says nothing elsewhere."""
    [found], _ = pull(["product.template"], client)
    assert found.defaults["type"] == "consu"
    assert "uom_id" in found.filled
    assert "uom_id" not in found.defaults


def test_models_that_are_not_there_are_named(client):
    """The others are pulled, each once."""
    found, missing = pull(["res.country", "no.model", "res.country"], client)
    assert ([one.model for one in found], missing) == (["res.country"], ["no.model"])


def test_the_models_of_jobs(client):
    """Their targets, the models of lookups, and those that dotted ones lead through; not the program's own."""
    lookup = {"columns": ["s", "c"], "lookup": {"model": "res.country.state", "by": ["code", "country_id.code"]}}
    tags = {"column": "t", "split": "|", "lookup": {"model": "res.partner.category", "by": "external_id"}}
    spec = job_spec({"ref": "r", "state_id": lookup, "category_id": tags}, external_id="legacy.p_{r}")
    found = pulled_for([Job(spec, Path("x.yaml"))], client)
    assert [one.model for one in found] == ["res.country", "res.country.state", "res.partner", "res.partner.category"]


class French:
    """A server whose terms are French, where it is asked in French."""

    def __init__(self, client):
        self._client = client

    def __getattr__(self, name):
        return getattr(self._client, name)

    def search_read(self, model, domain, fields, **options):
        """French is active, too."""
        found = self._client.search_read(model, domain, fields, **options)
        return [*found, {"code": "fr_FR"}] if model == "res.lang" else found

    def fields_get(self, model, fields=None, attributes=None, *, context=None):
        """One label is another one."""
        if (context or {}).get("lang") != "fr_FR":
            return self._client.fields_get(model, fields, attributes, context=context)
        found = self._client.fields_get(model, fields, attributes)
        choices = [
            [value, "Livraison" if value == "delivery" else label] for value, label in found["type"]["selection"]
        ]
        return {**found, "type": {**found["type"], "selection": choices}}


def test_labels_of_other_languages(client):
    """Only those that differ: most choices are called alike everywhere, as time zones are."""
    [found], _ = pull(["res.partner"], French(client))
    assert {name: raw["labels"] for name, raw in found.fields.items() if "labels" in raw} == {
        "type": {"fr_FR": {"delivery": "Livraison"}}
    }
