"""The id map keeps, job by job, which records came from which records of another database."""

from __future__ import annotations

import dataclasses
from contextlib import closing

import pytest

from odoo_etl.state import CameFrom, IdMap, Writer
from odoo_etl.state.store import Store
from odoo_etl.state.tables import UPGRADES

PLACE = CameFrom("2024-01-01/new", "res.partner", "2019-01-01/old", "res.partner")


class Counting:
    """A store that counts what writes in it.

    Attributes:
        writes: how many transactions there were.
    """

    def __init__(self, url):
        self._store, self.writes = Store(url, UPGRADES), 0
        self.read, self.put, self.close = self._store.read, self._store.put, self._store.close

    def write(self, *, durable):
        """A transaction that writes."""
        self.writes += 1
        return self._store.write(durable=durable)


def test_what_was_noted_is_found_again(ledger):
    """Of the ids that are asked for, and by any job."""
    ledger.source_ids("partners").note(PLACE, {7: 70, 8: 80, 9: 90})
    assert ledger.source_ids("orders").records(PLACE, [7, 9, 10]) == {7: (70,), 9: (90,)}
    assert ledger.source_ids("orders").records(PLACE, []) == {}


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(CameFrom)])
def test_each_place_has_ids_of_its_own(ledger, name):
    """Of another database or model, on either side, nothing is known."""
    ledger.source_ids("partners").note(PLACE, {7: 70})
    other = dataclasses.replace(PLACE, **{name: "another"})
    assert ledger.source_ids("partners").records(other, [7]) == {}
    ledger.source_ids("partners").note(other, {7: 71})
    assert ledger.source_ids("partners").records(PLACE, [7]) == {7: (70,)}


def test_a_job_says_something_new(ledger):
    """The record that it made last counts; what another job says of the same source record stands beside it."""
    ledger.source_ids("partners").note(PLACE, {7: 70})
    ledger.source_ids("partners").note(PLACE, {7: 71})
    assert ledger.source_ids("partners").records(PLACE, [7]) == {7: (71,)}
    ledger.source_ids("addresses").note(PLACE, {7: 170})
    assert ledger.source_ids("orders").records(PLACE, [7]) == {7: (71, 170)}


def test_what_is_known_is_not_written_again(url):
    """A run in which all is unchanged only looks."""
    with closing(Counting(url)) as store:
        ids = IdMap(store, "partners")
        for pairs, written in (({7: 70, 8: 80}, 1), ({7: 70, 8: 80}, 1), ({}, 1), ({7: 70, 8: 81}, 2)):
            ids.note(PLACE, pairs)
            assert store.writes == written
        assert ids.records(PLACE, [7, 8]) == {7: (70,), 8: (81,)}


def test_a_record_is_forgotten(ledger):
    """In the maps of the job that wrote it, and in no other model or database."""
    other = dataclasses.replace(PLACE, model="res.users")
    for place in (PLACE, other):
        ledger.source_ids("partners").note(place, {7: 70, 8: 80})
    ledger.purges.forget_known([], Writer("partners", PLACE.model, PLACE.database), {70})
    assert ledger.source_ids("partners").records(PLACE, [7, 8]) == {8: (80,)}
    assert ledger.source_ids("partners").records(other, [7, 8]) == {7: (70,), 8: (80,)}


def test_many_ids_at_once(ledger):
    """More than a statement has parameters."""
    ledger.source_ids("partners").note(PLACE, {each: each + 1 for each in range(1, 40_000)})
    assert len(ledger.source_ids("partners").records(PLACE, range(1, 50_000))) == 39_999
