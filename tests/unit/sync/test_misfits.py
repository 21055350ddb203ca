"""Jobs that can never work with their server, and how the server is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from odoo_etl.errors import AccessRefused, SpecError
from odoo_etl.sync.misfits import is_installed, refuse_misfits
from tests.builders import job_spec, partner_fields


@dataclass
class Modules:
    """A server that has these modules, and shows them, or only what they brought along.

    Attributes:
        asked: the models that were asked, in order.
    """

    installed: frozenset[str]
    shown: bool = True
    asked: list[str] = field(default_factory=list)

    def search_read(self, model, domain, fields, *, context=None):
        """Modules, or their code in `ir.model.data`."""
        self.asked.append(model)
        if model == "ir.module.module" and not self.shown:
            raise AccessRefused("no", name="odoo.exceptions.AccessError")
        return [{"name": domain[0][2]}] if domain[0][2] in self.installed else []


@pytest.mark.parametrize("shown", [True, False])
def test_whether_a_module_is_installed(shown):
    """Who may not see modules sees them by their code."""
    server = Modules(frozenset({"sale"}), shown)
    assert [is_installed(server, name) for name in ("sale", "legacy")] == [True, False]


@pytest.mark.parametrize(("mode", "refused"), [("upsert", True), ("create", True), ("mirror", True), ("update", False)])
def test_external_ids_under_an_installed_module_are_refused(mode, refused):
    """With the place in the job, unless no ids are made; other names cost one question."""
    spec = job_spec({"name": "name"}, external_id="sale.p_{no}", mode=mode)
    server = Modules(frozenset({"sale"}))
    if not refused:
        refuse_misfits(spec, server, partner_fields("name"))
        assert server.asked == []
        return
    with pytest.raises(SpecError, match=r"target.external_id: `sale` is an installed module .* for example `legacy.p_"):
        refuse_misfits(spec, server, partner_fields("name"))


def test_adoption_makes_ids_too():
    """Also where nothing is created."""
    spec = job_spec({"name": "name"}, external_id="sale.p_{no}", key="name", mode="update")
    with pytest.raises(SpecError, match="an installed module"):
        refuse_misfits(spec, Modules(frozenset({"sale"})), partner_fields("name"))


@dataclass
class Languages:
    """A server with these languages; None where the user may not see them."""

    installed: tuple[str, ...] | None

    def search_read(self, model, domain, fields, *, context=None):
        """The active languages."""
        assert (model, domain) == ("res.lang", [])
        if self.installed is None:
            raise AccessRefused("no", name="odoo.exceptions.AccessError")
        return [{"code": code} for code in self.installed]


def test_labels_in_a_language_that_is_not_installed_are_refused():
    """With the place in the job, and the languages that are."""
    spec = job_spec({"ref": "no", "lang": {"column": "lang", "labels": "de_DE"}})
    fields = partner_fields("ref", "lang")
    with pytest.raises(SpecError, match=r"fields.lang.labels: the language `de_DE` is not installed .* en_US, fr_FR"):
        refuse_misfits(spec, Languages(("fr_FR", "en_US")), fields)
    refuse_misfits(spec, Languages(("de_DE",)), fields)
    refuse_misfits(spec, Languages(None), fields)


def test_labels_are_of_selections():
    """Another field has none."""
    spec = job_spec({"ref": {"column": "no", "labels": "en_US"}})
    with pytest.raises(SpecError, match="`labels` is for selections, and `ref` is a char field"):
        refuse_misfits(spec, Languages(("en_US",)), partner_fields("ref"))


def test_a_truth_is_never_empty():
    """So that nothing would ever be written."""
    spec = job_spec({"ref": "no", "is_company": {"column": "firm", "write": "if_empty"}})
    with pytest.raises(
        SpecError, match=r"fields.is_company.write: `is_company` is a boolean field, which is never empty"
    ):
        refuse_misfits(spec, Languages(()), partner_fields("ref", "is_company"))
