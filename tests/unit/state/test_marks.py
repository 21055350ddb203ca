"""Marks of several jobs in several databases, each its own."""

from __future__ import annotations

from itertools import product

from odoo_etl.state import KeptValue, KnownRecord

PLACES = list(product(("partners", "orders"), ("db", "copy of db")))


def test_every_job_has_its_own_marks_in_every_database(ledger):
    """Watermark, files and how they were read; setting one again leaves the others."""
    for round_ in (1, 2):
        for number, (job, database) in enumerate(PLACES):
            marks = ledger.marks(job, database)
            marks.set_watermark(number + round_, "r1", {"query": f"{number}"})
            marks.set_files({f"{number}.csv": str(round_)}, "r1", {"path": f"{number}"})
    for number, (job, database) in enumerate(PLACES):
        marks = ledger.marks(job, database)
        assert (marks.watermark().value, marks.watermark().definition) == (number + 2, {"query": f"{number}"})
        assert marks.files() == ({f"{number}.csv": "2"}, {"path": f"{number}"})


def test_kept_values_and_known_records_are_of_their_scope_record_and_field(ledger):
    """Remembering one again leaves the others."""
    for sent in (b"old", b"new"):
        for scope, record in product((1, 2), (7, 8)):
            ledger.kept(scope).remember([KeptValue(record, field, sent, b"k", True) for field in ("vat", "site")])
            ledger.known(scope).remember({record: KnownRecord(record, sent, "")})
    for scope in (1, 2):
        found = ledger.kept(scope).recall([7, 8])
        assert sorted(found) == [(7, "site"), (7, "vat"), (8, "site"), (8, "vat")]
        assert {one.sent for one in found.values()} == {b"new"}
        assert {place: one.digest for place, one in ledger.known(scope).recall([7, 8]).items()} == {
            7: b"new",
            8: b"new",
        }
    assert ledger.kept(1).any()
    assert not ledger.kept(3).any()
