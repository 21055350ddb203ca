"""Errors of writes as what they are: about one record, about the whole job, or about the way to Odoo."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused, OdooError, ProtocolError, Refused, TooLarge, TransientError
from odoo_etl.odoo import ACCESS_ERROR
from odoo_etl.sync.outcome import RuleRefused
from odoo_etl.sync.ports import NoJournal, Target
from odoo_etl.sync.writing.recorder import SMALL_BYTES, Recorder, Rights
from tests.memory_odoo import MemoryOdoo, raising

NO_ACCESS = AccessRefused("no", name=ACCESS_ERROR)


def met(error, kind="update", odoo=None, **what):
    """What becomes of the error that a call meets."""
    recorder = Recorder(NoJournal(), lambda _: None, Rights(Target(odoo or MemoryOdoo(), "res.partner", {})))

    def send(*, fence):
        raise error

    with pytest.raises(OdooError) as caught:
        recorder.send(recorder.begin(1, kind, **what), send)
    return caught.value


@pytest.mark.parametrize("kind", ["create", "load", "update", "archive", "unlink"])
def test_an_access_error_with_rights_on_the_model_is_a_refusal(kind):
    """The first one asks whether they are there."""
    assert isinstance(met(NO_ACCESS, kind, ids=[7]), RuleRefused)
    lacking = MemoryOdoo(lacking=frozenset({"create", "write", "unlink"}))
    assert met(NO_ACCESS, kind, lacking, ids=[7]) is NO_ACCESS


@pytest.mark.parametrize("kind", ["adopt", "disown"])
def test_an_access_error_of_external_ids_is_about_no_record(kind):
    """They are records of another model."""
    assert met(NO_ACCESS, kind, ids=[7]) is NO_ACCESS


def test_a_refusal_by_rule_names_a_record_that_stands_alone():
    """Of several nobody knows which one it is."""
    assert met(NO_ACCESS, ids=[7]).record == "res.partner 7"
    assert met(NO_ACCESS, ids=[7, 8]).record == met(NO_ACCESS, "create", keys=[{"ref": "a"}]).record == ""


def test_a_login_that_is_refused_is_about_no_record():
    """Nor is what a proxy says; Odoo is not asked then."""
    odoo = MemoryOdoo()
    for error in (AccessRefused("no", name="odoo.exceptions.AccessDenied"), AccessRefused("a firewall")):
        assert met(error, odoo=odoo) is error
    assert not odoo.calls


def test_an_outage_while_the_rights_are_asked_for_goes_up():
    """The write itself is known to have been refused."""
    away = TransientError("away")
    assert met(NO_ACCESS, odoo=MemoryOdoo(before=raising(away, "res.partner.has_access"))) is away


def test_a_load_that_is_refused_for_lack_of_rights_stops_the_job():
    """`load` says so in the message of each row, in the user's language."""
    refused, lacking = Refused("you may not"), MemoryOdoo(lacking=frozenset({"create"}))
    assert isinstance(met(refused, "load", lacking, keys=[{}]), AccessRefused)
    assert met(refused, "load", keys=[{}]) is met(refused, "create", lacking, keys=[{}]) is refused


@pytest.mark.parametrize(
    ("records", "size", "fault"), [(1, SMALL_BYTES - 1, True), (1, SMALL_BYTES, False), (2, 10, False)]
)
def test_a_server_that_takes_no_small_record_is_at_fault(records, size, fault):
    """Several records may be too large together, one of a megabyte by itself."""
    error = met(TooLarge("413", size), "create", keys=[{"ref": "a"}] * records)
    assert isinstance(error, ProtocolError) is fault
    assert isinstance(error, Refused) is not fault
