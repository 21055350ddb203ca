"""Plans that a person approved, as the ledger knows them."""

from __future__ import annotations

import pytest

A, B = "a" * 64, "b" * 64


def test_an_approval_counts_until_it_expires(ledger):
    """And for these bytes only; one that is over is still known as such."""
    made = ledger.approvals.approve(A, "ann", 3600.0)
    assert ledger.approvals.approved(A) == ledger.approvals.last(A) == made
    assert (made.by, (made.expires - made.at).total_seconds()) == ("ann", pytest.approx(3600.0))
    assert ledger.approvals.approved(B) is None
    ledger.approvals.approve(B, "ann", -1.0)
    assert ledger.approvals.approved(B) is None
    assert ledger.approvals.last(B).by == "ann"


def test_the_last_who_approved_counts(ledger):
    """With an end of their own; nobody approves twice."""
    ledger.approvals.approve(A, "ann", 3600.0)
    later = ledger.approvals.approve(A, "bert", 60.0)
    assert ledger.approvals.approved(A) == later


def test_an_approval_can_be_withdrawn(ledger):
    """Once; others stay."""
    ledger.approvals.approve(A, "ann")
    ledger.approvals.approve(B, "ann")
    assert [ledger.approvals.withdraw(A), ledger.approvals.withdraw(A)] == [True, False]
    assert (ledger.approvals.approved(A), ledger.approvals.approved(B).by) == (None, "ann")


def test_what_is_over_for_a_year_is_forgotten(ledger):
    """So that the table does not grow for ever."""
    ledger.approvals.approve(A, "ann", -366 * 86_400.0)
    ledger.approvals.approve(B, "ann", -1.0)
    ledger.approvals.approve("c" * 64, "ann")
    assert (ledger.approvals.last(A), ledger.approvals.last(B).by) == (None, "ann")
