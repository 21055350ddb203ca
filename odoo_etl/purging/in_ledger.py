"""The records of some keys, taken out of the ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odoo_etl.purging.forgotten import PURGED, Forgotten
from odoo_etl.purging.wanted import WantedKeys
from odoo_etl.state import Found, Ledger, Writer
from odoo_etl.sync.existing import index_created
from odoo_etl.sync.session import scope_of

_KNOWN = ("equal", "made", "lines", "kept")  # by number of a record; what is `created` keeps its numbers


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome: how many records were taken out of a ledger, and what a person should know."""

    records: int
    notes: tuple[str, ...] = ()


def forget_in_ledger(
    ledger: Ledger, wanted: WantedKeys, key_fields: Mapping[str, Sequence[str]], jobs: Collection[str], *, planned: bool
) -> Told:
    """Forget the records that any call names by one of the keys.

    Before that, the ledger notes the numbers of all keys under which records were created: a record whose key was
    changed in Odoo is then still no second time created, and nobody can read a key from its number.

    Args:
        key_fields: job to the fields of its key, or what stands for the external id.
        jobs: names of those that are meant; none for all.
    """
    found = ledger.purges.records_with(wanted.match, jobs)
    known = {one for one in found if one.id and not one.is_open}
    still_open = [one for one in found if one.is_open]
    notes = ["a call about the key got no answer yet: run its job, which settles the call, then purge again"]
    told = Told(len({(one.model, one.database, one.id) for one in known}), tuple(notes if still_open else ()))
    if planned:
        return told
    for writer in ledger.purges.writers():
        _index(ledger, writer, key_fields.get(writer.job, ()))
        _forget_known(ledger, writer, known)
    ledger.purges.forget_records(known, wanted.match)
    reasons = set[str]()

    def edit(row: dict[str, Any]) -> dict[str, Any]:
        if not wanted.in_cells(row["cells"]):
            return row
        reasons.add(row["reason"])
        return _blank(row)

    ledger.purges.edit_rejects(edit, jobs)
    ledger.purges.edit_results(Forgotten({*wanted.texts, *reasons}).without, jobs)
    return told


def _index(ledger: Ledger, writer: Writer, names: Sequence[str]) -> None:
    if names:
        index = ledger.known(scope_of("created", writer.job, writer.database))
        index_created(index, lambda last: ledger.created_since(*_of(writer), last), tuple(names))


def _forget_known(ledger: Ledger, writer: Writer, found: Collection[Found]) -> None:
    place = (writer.model, writer.database)
    ids = {one.id for one in found if (one.model, one.database) == place}
    if ids:
        scopes = [scope_of(what, writer.job, writer.database) for what in _KNOWN]
        ledger.purges.forget_known(scopes, writer, ids)


def _of(writer: Writer) -> tuple[str, str, str]:
    return writer.job, writer.model, writer.database


def _blank(row: Mapping[str, Any]) -> dict[str, Any]:
    """A rejected row of which only the place and the code are left."""
    return {**row, "cells": [None] * len(row["cells"]), "reason": PURGED}
