"""Whatever jobs need of a database besides models and rights on them: languages that are active, companies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odoo_etl.errors import OdooError
from odoo_etl.odoo import OdooClient
from odoo_etl.odoo.diagnose import Check
from odoo_etl.spec import Job
from odoo_etl.sync.existing import company_misfits, find_companies
from odoo_etl.sync.misfits import named_languages


def check_surroundings(client: OdooClient, jobs: Sequence[Job]) -> Iterator[Check]:
    """The languages and companies that the jobs name; nothing is asked where they name none."""
    try:
        yield from _languages(client, jobs)
        yield from _companies(client, jobs)
    except OdooError as error:
        yield Check("languages and companies", ok=False, detail=str(error), remedy="let the user read them")


def _languages(client: OdooClient, jobs: Sequence[Job]) -> Iterator[Check]:
    """One check for all of them."""
    wanted: dict[str, list[str]] = {}
    for job in jobs:
        codes = {code for _, code in named_languages(job.spec)} | {job.spec.target.context.get("lang", "")} - {""}
        for code in codes:
            wanted.setdefault(code, []).append(job.name)
    if not wanted:
        return
    active = {row["code"] for row in client.search_read("res.lang", [], ["code"])}
    if missing := {code: names for code, names in sorted(wanted.items()) if code not in active}:
        detail = "; ".join(f"{code} is not active, and {_listed(names)} names it" for code, names in missing.items())
        remedy = f"activate it in Odoo (Settings, Languages); active are {', '.join(sorted(active))}"
        yield Check("languages", ok=False, detail=detail, remedy=remedy)
    else:
        yield Check("languages", ok=True, detail=f"{', '.join(sorted(wanted))}: active")


def _companies(client: OdooClient, jobs: Sequence[Job]) -> Iterator[Check]:
    """One check for all of them."""
    named: set[str] = set()
    wrong: dict[tuple[str, str], list[str]] = {}
    for job in jobs:
        companies = find_companies(job.spec, client)
        named |= companies.ids.keys()
        for one in company_misfits(job.spec, companies):
            wrong.setdefault((one.message, one.hint), []).append(job.name)
    if wrong:
        detail = "; ".join(f"{message} ({_listed(names)})" for (message, _), names in wrong.items())
        yield Check("companies", ok=False, detail=detail, remedy="; ".join(dict.fromkeys(hint for _, hint in wrong)))
    elif named:
        yield Check("companies", ok=True, detail=f"{', '.join(sorted(named))}: the user may use them")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))
