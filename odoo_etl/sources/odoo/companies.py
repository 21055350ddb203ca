"""The companies and languages that a source names, found once before the first record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.odoo import OdooClient
from odoo_etl.sources.odoo.fields import Place

COMPANY: Final = "res.company"
ALLOWED: Final = "allowed_company_ids"


@dataclass(frozen=True, slots=True)
class Companies:
    """The companies of a source.

    Attributes:
        ids: by what the source calls them.
        usable: the ids of those that the user may use.
    """

    ids: Mapping[str, int] = field(default_factory=dict)
    usable: tuple[int, ...] = ()

    def alone(self, name: str) -> dict[str, Any]:
        """The context in which there is only this company."""
        return {ALLOWED: [self.ids[name]]} if name else {}

    def first(self, name: str) -> dict[str, Any]:
        """The context in which values are this company's, and the records of the others are there."""
        own = self.ids.get(name)
        return {ALLOWED: [own, *(one for one in self.usable if one != own)]} if own else {}


def companies_of(named: Iterable[tuple[str, Place]], client: OdooClient) -> Companies:
    """Find companies; nothing is asked where none is named.

    Args:
        named: how the source calls each, and where.

    Raises:
        SourceError: one is not there, or the user may not use it.
    """
    places = dict(reversed([*named]))
    if not places:
        return Companies()
    [user] = client.read("res.users", [client.authenticate()], ["company_ids"], load="_classic_write")
    names = {
        row["id"]: row["name"] for row in client.search_read(COMPANY, [["id", "in", user["company_ids"]]], ["name"])
    }
    ids = {name: _id_of(name, names, client) for name in places}
    for name, found in ids.items():
        if found not in names:
            known = ", ".join(names.values())
            raise SourceError(f"the user may use no company `{name}`; there are: {known}", places[name])
    return Companies(ids, tuple(names))


def check_languages(named: Iterable[tuple[str, Place]], client: OdooClient) -> None:
    """Look whether languages are active; nothing is asked where none is named.

    Args:
        named: the code of each, and where.

    Raises:
        SourceError: one is not; a text in it would be another language's.
    """
    places = dict(reversed([*named]))
    if not places:
        return
    active = sorted(row["code"] for row in client.search_read("res.lang", [["active", "=", True]], ["code"]))
    for code in places.keys() - active:
        raise SourceError(f"the language `{code}` is not active there; active: {', '.join(active)}", places[code])


def _id_of(name: str, usable: Mapping[int, str], client: OdooClient) -> int:
    """The id of a company by its name, else by its external id, else the number that it is; 0 for none."""
    by_name = next((one for one, known in usable.items() if known == name), 0)
    module, dot, rest = name.partition(".")
    if by_name or not dot:
        return by_name or (int(name) if name.isdecimal() else 0)
    domain = [["model", "=", COMPANY], ["module", "=", module], ["name", "=", rest]]
    return next((row["res_id"] for row in client.search_read("ir.model.data", domain, ["res_id"])), 0)
