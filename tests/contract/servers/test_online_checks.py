"""`validate --online` against the sandbox and a real Odoo."""

from pathlib import Path

import pytest

from odoo_etl import OdooClient
from odoo_etl.checks.online import check_online
from odoo_etl.spec import load_project, select_jobs
from tests.unit.spec.conftest import job_text

ROOT = Path(__file__).parents[3]
COLUMNS = "customer_no,no,n,c,x\n"


def environment(server, **more):
    return {
        "ODOO_URL": server.url,
        "ODOO_DB": server.db,
        "ODOO_USER": server.user,
        "ODOO_API_KEY": server.api_key,
        **more,
    }


def report(root, env):
    project = load_project(root, env)
    return check_online(project, select_jobs(project, []))


@pytest.fixture
def project(tmp_path):
    """Writes one job on a connection that the environment names, and gives the folder."""

    def make(**parts: str) -> Path:
        protocol = parts.pop("protocol", "auto")
        login = 'url: "${ODOO_URL}", db: "${ODOO_DB}", user: "${ODOO_USER}", api_key: "${ODOO_API_KEY}"'
        (tmp_path / "project.yaml").write_text(f"connections: {{main: {{{login}, protocol: {protocol}}}}}\n")
        (tmp_path / "p.yaml").write_text(job_text(**parts))
        (tmp_path / "partners.csv").write_text(COLUMNS)
        return tmp_path

    return make


def test_our_own_jobs_fit(server):
    """Every job in pipelines/ fits both servers."""
    found = report(ROOT, environment(server))
    assert (found.problems, found.rights) == ((), ())


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc", "json2"])
def test_what_does_not_fit_is_found_over_every_protocol(server, project, protocol):
    """Unknown models and fields, wrong kinds of values, and required fields are told alike."""
    fields = (
        "{ref: no, nam: n, color: {column: c, type: date}, country_id: {column: c, lookup: {model: res.cuntry, by: x}}}"
    )
    found = report(project(protocol=protocol, fields=fields), environment(server))
    assert [(problem.path, problem.message) for problem in found.problems] == [
        ("fields.nam", "res.partner has no field `nam`"),
        ("fields.color.type", "`type: date` does not become an integer field"),
        ("fields.country_id.lookup.model", "the field refers to res.country, not to res.cuntry"),
    ]
    unknown = report(project(protocol=protocol, target="{model: res.partne, key: ref}"), environment(server))
    assert [problem.message for problem in unknown.problems] == ["the server has no model res.partne"]


def test_required_fields_are_known(server, project):
    """A currency needs its name and symbol; what Odoo fills itself is not asked for."""
    root = project(target="{model: res.currency, key: full_name}", fields="{full_name: x}")
    found = report(root, environment(server))
    missing = sorted(problem.hint for problem in found.problems)
    assert missing == ["add `name`", "add `symbol`"]


def test_an_installed_module_is_no_name_for_external_ids(server, project):
    """A free name is; and so is a module where no ids are made."""
    for target, places in (
        ("external_id: 'base.x_{no}'", ["target.external_id"]),
        ("external_id: 'x_legacy.{no}'", []),
        ("external_id: 'base.{no}', mode: update", []),
    ):
        root = project(target=f"{{model: res.partner, {target}}}", fields="{name: n}")
        found = report(root, environment(server))
        assert [problem.path for problem in found.problems] == places


def test_a_language_must_be_active(server, project):
    """Every call would be refused with another one."""
    for language, places in (("en_US", []), ("nl_BE", ["target.context.lang"])):
        root = project(target=f"{{model: res.partner, key: ref, context: {{lang: {language}}}}}")
        found = report(root, environment(server))
        assert [problem.path for problem in found.problems] == places


def test_what_may_go_wrong_later_is_a_warning(server, project):
    """A key that follows other records, and an id of one database."""
    target = "{model: product.template, key: default_code}"
    root = project(target=target, fields="{default_code: no, name: n, categ_id: {value: 1}}")
    found = report(root, environment(server))
    assert (found.problems, [one.path for one in found.warnings]) == ((), ["target.key", "fields.categ_id.value"])
    assert "product_variant_ids.default_code" in found.warnings[0].message


@pytest.mark.odoo
def test_missing_rights_are_found(real_odoo, project):
    """A user without the contact manager's group may read contacts, but not create or change them."""
    with OdooClient(real_odoo.url, real_odoo.db, user=real_odoo.user, api_key=real_odoo.api_key) as client:
        group = client.search_read("ir.model.data", [["module", "=", "base"], ["name", "=", "group_user"]], ["res_id"])
        values = {
            "name": "Reader",
            "login": "reader",
            "password": "reader-secret",
            "group_ids": [[6, 0, [group[0]["res_id"]]]],
        }
        client.create("res.users", values, context={"no_reset_password": True})
    root = project(protocol="jsonrpc")
    found = report(root, environment(real_odoo, ODOO_USER="reader", ODOO_API_KEY="reader-secret"))
    assert [problem.message for problem in found.rights] == [
        "the user may not create res.partner",
        "the user may not write res.partner",
    ]
