"""One reading: versions, ranges, records that a rule hides."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.odoo import ACCESS_ERROR, OdooClient
from odoo_etl.sandbox import Sandbox
from odoo_etl.sources import open_source
from odoo_etl.sources.odoo.pages import PageSize, Range
from odoo_etl.sources.odoo.reading import Reading

WAYS = [{"field": "nope", "when": {"source.version": "<17"}}, {"field": "name"}]


@pytest.fixture
def partners(client):
    """A few."""
    return client.create("res.partner", [{"name": f"P{n}", "ref": str(n)} for n in range(9)])


def test_the_first_field_that_fits_the_version_counts(reading, partners):
    """The others need not be there."""
    assert reading({"name": WAYS})[0] == ("P0",)


@pytest.mark.parametrize(("major", "name"), [(14, "A"), (16, "A"), (17, None), (19, None)])
def test_a_column_that_the_version_lacks_is_empty(source, major, name):
    """It is there all the same."""
    with Sandbox(major=major) as old, OdooClient(old.url, old.db, user=old.user, api_key=old.api_key) as client:
        client.create("res.partner", [{"name": "A", "ref": "A"}])
        reading = Reading(source({"name": {"field": "name", "when": {"source.version": "<17"}}}), client)
        [page] = reading.pages(Range(), PageSize(100, 100))
        assert reading.table(page) == {"name": [name]}


@pytest.mark.parametrize("count", [1, 2, 4, 9, 20])
def test_ranges_have_all_records_together(source, partners, count):
    """In the same order."""
    spec = source(["name"])
    parts = open_source(spec).ranges(count)
    assert len(parts) <= count
    names = [name for part in parts for chunk in part.chunks(100) for name in chunk.columns["name"]]
    assert names == [f"P{n}" for n in range(9)]


def test_ranges_of_nothing(source):
    """Give nothing."""
    assert [list(part.chunks(5)) for part in open_source(source(["name"])).ranges(3)] == [[]]


def test_rows_in_the_order_of_a_cursor_are_not_divided(source, partners):
    """One reads them."""
    assert len(open_source(source(["name"], incremental={"cursor": "write_date"})).ranges(4)) == 1


class Rules:
    """A client whose server hides records from the user once their ids are known."""

    def __init__(self, client, hidden):
        self._client, self.hidden = client, set(hidden)

    def __getattr__(self, name):
        return getattr(self._client, name)

    def search(self, model, domain=(), **keys):
        """Without what is hidden."""
        return [one for one in self._client.search(model, domain, **keys) if one not in self.hidden]

    def read(self, model, ids, fields=None, **keys):
        """All or nothing."""
        if self.hidden.intersection(ids):
            raise AccessRefused("no", name=ACCESS_ERROR)
        return self._client.read(model, ids, fields, **keys)


def test_records_that_a_rule_hides_since_their_ids_were_found(source, client, partners):
    """They are not there; the others are."""
    rules = Rules(client, [])
    reading = Reading(source(["name"]), rules)
    [page] = reading.pages(Range(), PageSize(100, 100))
    rules.hidden = {partners[3]}
    assert reading.table(page)["name"] == [f"P{n}" for n in range(9) if n != 3]


def test_records_that_may_not_be_read_at_all(source, client, partners):
    """Are an error, not a lack of records."""
    rules = Rules(client, [])
    rules.read = lambda *_, **__: (_ for _ in ()).throw(AccessRefused("no", name=ACCESS_ERROR))
    reading = Reading(source(["name"]), rules)
    [page] = reading.pages(Range(), PageSize(100, 100))
    with pytest.raises(AccessRefused):
        reading.table(page)
