"""Which database a server gave us."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused, OdooError, ProtocolError
from odoo_etl.loading.journal.identity import database_identity


class Answers:
    """An Odoo whose system parameters answer with this."""

    def __init__(self, answer: list[dict[str, str]] | OdooError) -> None:
        self._answer = answer

    def search_read(self, model, domain, fields, **_):
        if model == "res.company":
            return [{"create_date": "2026-01-01 00:00:00"}]
        if isinstance(self._answer, OdooError):
            raise self._answer
        return self._answer


def test_uuid():
    """Odoo's uuid of the database, and its name."""
    assert database_identity(Answers([{"value": "1234"}]), "main") == "1234/main"


def test_no_rights():
    """Who may not read the uuid goes by the first company."""
    refused = AccessRefused("no", name="odoo.exceptions.AccessError")
    assert database_identity(Answers(refused), "main") == "2026-01-01 00:00:00/main"


@pytest.mark.parametrize("error", [ProtocolError("a page"), AccessRefused("a firewall")])
def test_not_odoos_word(error):
    """What something on the way says in Odoo's place makes no other database of it."""
    with pytest.raises(type(error)):
        database_identity(Answers(error), "main")
