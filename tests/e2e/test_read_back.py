"""What a run says is so, on a real Odoo with sales, CRM, accounting and VAT: what it recomputes, rewrites and drops."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project
from tests.servers import Server

pytestmark = pytest.mark.odoo


@pytest.fixture
def odoo(business_odoo: Server) -> Iterator[OdooClient]:
    """A client that looks at the outcome."""
    with OdooClient(business_odoo.url, business_odoo.db, api_key=business_odoo.api_key) as client:
        yield client


@pytest.fixture
def project(empty_project: Project, business_odoo: Server) -> Project:
    """A project connected to the Odoo with applications."""
    empty_project.connect(business_odoo)
    return empty_project


def job(project, target, fields, rows, name="job"):
    """Write a job and its rows; the target is model, key and mode, `fields` are columns unless they say more."""
    target = dict(zip(("model", "key", "mode"), target, strict=False))
    source = {"type": "csv", "path": f"../{name}.csv"}
    project.write(f"{name}.yaml", {"version": 1, "job": name, "source": source, "target": target, "fields": fields})
    project.rows(rows, f"{name}.csv")


def ran(project: Project, *arguments: str) -> Done:
    """A run, as JSON."""
    return project.run(*(arguments or ("run",)), "--json")


def quiet(project: Project, code: int = 0) -> Done:
    """A run that writes nothing."""
    done = ran(project)
    assert (done.code, done.writes()) == (code, {}), done.out
    return done


ORDER_LINE = {
    "order_id": {"column": "order", "lookup": {"model": "sale.order", "by": "client_order_ref"}},
    "sequence": "pos",
    "product_id": {"column": "product", "lookup": {"model": "product.product", "by": "default_code"}},
    "product_uom_qty": "qty",
}


@pytest.fixture
def line(odoo, prefix):
    """An order of one product, without lines: what a row needs to make one."""
    odoo.create("product.product", [{"name": f"{prefix} P", "default_code": f"{prefix}-P", "list_price": 10.0}])
    (partner,) = odoo.create("res.partner", [{"name": f"{prefix} buyer"}])
    odoo.create("sale.order", [{"partner_id": partner, "client_order_ref": f"{prefix}-SO"}])
    return {"order": f"{prefix}-SO", "pos": "10", "product": f"{prefix}-P", "qty": "1", "price": "7.77"}


def two_colours(odoo, prefix):
    """What gives a template two variants."""
    values = [(0, 0, {"name": "red"}), (0, 0, {"name": "blue"})]
    (attribute,) = odoo.create("product.attribute", [{"name": f"{prefix} colour", "value_ids": values}])
    colours = odoo.search_read("product.attribute.value", [["attribute_id", "=", attribute]], ["id"])
    return [(0, 0, {"attribute_id": attribute, "value_ids": [(6, 0, [row["id"] for row in colours])]})]


def lines_of(odoo, prefix):
    """Quantity and price of the lines."""
    domain = [["order_id.client_order_ref", "=", f"{prefix}-SO"]]
    rows = odoo.search_read("sale.order.line", domain, ["product_uom_qty", "price_unit"])
    return [(row["product_uom_qty"], row["price_unit"]) for row in rows]


def test_a_price_stays_when_only_the_quantity_changes(project, odoo, prefix, line):
    """Odoo would compute it anew; undo knows it, too."""
    fields = {**ORDER_LINE, "price_unit": "price"}
    job(project, ("sale.order.line", ["order_id", "sequence"]), fields, [line])
    assert ran(project).counts("job") == {"read": 1, "created": 1}
    project.rows([{**line, "qty": "5"}], "job.csv")
    changed = ran(project)
    assert (changed.counts("job"), lines_of(odoo, prefix)) == ({"read": 1, "updated": 1}, [(5.0, 7.77)])
    quiet(project)
    undone = ran(project, "undo", changed.result["run_id"], "--yes")
    assert (undone.code, lines_of(odoo, prefix)) == (0, [(1.0, 7.77)])


def test_undo_puts_back_what_odoo_computed_anew(project, odoo, prefix, line):
    """A price that no job maps, and that the run changed all the same."""
    (order,) = odoo.search_read("sale.order", [["client_order_ref", "=", line["order"]]], ["id"])
    (product,) = odoo.search_read("product.product", [["default_code", "=", line["product"]]], ["id"])
    existing = {"order_id": order["id"], "product_id": product["id"], "sequence": 10, "price_unit": 7.77}
    odoo.create("sale.order.line", [existing])
    job(project, ("sale.order.line", ["order_id", "sequence"]), ORDER_LINE, [{**line, "qty": "5"}])
    changed = ran(project)
    assert lines_of(odoo, prefix) == [(5.0, 10.0)]
    undone = ran(project, "undo", changed.result["run_id"], "--yes")
    assert (undone.code, lines_of(odoo, prefix)) == (0, [(1.0, 7.77)])


def test_orders_are_undone_with_their_lines(project, odoo, prefix, line):
    """Odoo writes an order when its lines are written or deleted: that is nobody's change."""
    fields = {
        "client_order_ref": "order",
        "partner_id": {"column": "buyer", "lookup": {"model": "res.partner", "by": "name"}},
        "note": "note",
    }
    order = {"order": f"{prefix}-NEW", "buyer": f"{prefix} buyer", "note": "a"}
    job(project, ("sale.order", ["client_order_ref"]), fields, [order], "heads")
    lines = ("sale.order.line", ["order_id", "sequence"])
    job(project, lines, {**ORDER_LINE, "price_unit": "price"}, [{**line, "order": order["order"]}], "lines")
    ran(project)
    project.rows([{**order, "note": "b"}], "heads.csv")
    project.rows([{**line, "order": order["order"], "pos": pos} for pos in ("10", "20")], "lines.csv")
    changed = ran(project)
    assert (changed.counts("heads"), changed.counts("lines")["created"]) == ({"read": 1, "updated": 1}, 1)
    assert ran(project, "undo", changed.result["run_id"], "--yes").code == 0
    found = odoo.search_read("sale.order", [["client_order_ref", "=", order["order"]]], ["note", "order_line"])
    assert [(one["note"], len(one["order_line"])) for one in found] == [("<p>a</p>", 1)]


def test_terms_that_a_company_hands_down_do_not_stay_on_its_contact(project, odoo, prefix):
    """`parent_id` comes in the second pass, and Odoo copies the company's terms of payment then."""
    fields = {
        "ref": "ref",
        "name": "name",
        "parent_id": {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}},
        "property_payment_term_id": {"column": "term", "lookup": {"model": "account.payment.term", "by": "name"}},
    }
    rows = [
        {"ref": f"{prefix}-1", "name": "Contact", "parent": f"{prefix}-2", "term": "15 Days"},
        {"ref": f"{prefix}-2", "name": "Company", "parent": "", "term": "30 Days"},
    ]
    job(project, ("res.partner", "ref"), fields, rows)
    assert ran(project).code == 0
    existing = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}-%"]], ["ref", "property_payment_term_id"])
    assert {row["ref"]: row["property_payment_term_id"][1] for row in existing} == {
        f"{prefix}-1": "15 Days",
        f"{prefix}-2": "30 Days",
    }
    quiet(project)


def test_values_in_forms_of_odoos_own_are_told_and_quiet(project, odoo, prefix):
    """VAT numbers without blanks, websites with their scheme, amounts as their currency has them."""
    fields = {"ref": "ref", "name": "ref", "vat": "vat", "website": "site", "is_company": {"value": True}}
    fields["country_id"] = {"column": "country", "lookup": {"model": "res.country", "by": "code"}}
    rows = [{"ref": prefix, "vat": "BE 0477.472.701", "site": "www.shop.example", "country": "BE"}]
    job(project, ("res.partner", "ref"), fields, rows)
    lead = {"name": "name", "expected_revenue": "amount", "website": "site"}
    job(project, ("crm.lead", "name"), lead, [{"name": prefix, "amount": "1234.567", "site": "lead.example"}], "leads")
    for done in (ran(project), quiet(project)):
        assert done.code == 0
        assert set(done.job("job")["rewritten"]) == {"vat", "website"}
        assert done.job("leads")["rewritten"].keys() == {"website"}
    assert odoo.search_read("crm.lead", [["name", "=", prefix]], ["expected_revenue"])[0]["expected_revenue"] == 1234.57
    told = project.run("run").out
    assert "Odoo keeps vat in a form of its own: 1 record, for example BE 0477.472.701 → BE0477472701" in told


@pytest.mark.parametrize("write", ["create", "if_empty"])
def test_what_people_changed_stays_though_odoo_would_compute_it_anew(project, odoo, prefix, write):
    """A lead has phone and e-mail of its partner: what a person wrote there stays when the file changes the partner."""
    refs = {number: f"{prefix}-{number}" for number in "ab"}
    both = [{"name": ref, "ref": ref, "phone": f"+32 {n}", "email": f"{n}@x.example"} for n, ref in refs.items()]
    odoo.create("res.partner", both)
    fields = {"name": "name", "partner_id": {"column": "partner", "lookup": {"model": "res.partner", "by": "ref"}}}
    fields |= {name: {"column": name, "write": write} for name in ("phone", "email_from")}
    row = {"name": prefix, "partner": refs["a"], "phone": "+32 1", "email_from": "1@x.example"}
    job(project, ("crm.lead", "name"), fields, [row])
    assert ran(project).counts("job") == {"read": 1, "created": 1}
    (lead,) = odoo.search("crm.lead", [["name", "=", prefix]])
    by_hand = {"phone": "+32 99", "email_from": "hand@x.example"}
    odoo.write("crm.lead", [lead], by_hand)
    job(project, ("crm.lead", "name"), fields, [{**row, "partner": refs["b"]}])
    assert ran(project).counts("job") == {"read": 1, "updated": 1}
    (found,) = odoo.read("crm.lead", [lead], ["partner_id", "phone", "email_from"])
    assert (found["partner_id"][1], found["phone"], found["email_from"]) == (refs["b"], *by_hand.values())
    quiet(project)


def test_properties_of_another_type_than_their_definition_are_told_at_each_run(project, odoo, prefix):
    """Odoo keeps the text, and finds nothing by it; what fits is found, and is no news."""
    types = {"pi": "integer", "pf": "float", "pd": "date", "pb": "boolean"}
    definition = [{"name": name, "type": ttype, "string": name} for name, ttype in types.items()]
    odoo.create("crm.team", {"name": prefix, "lead_properties_definition": definition})
    properties = "{'pi': size, 'pf': rate, 'pd': since, 'pb': vip}"
    fields = {
        "name": "name",
        "type": {"value": "opportunity"},
        "team_id": {"column": "team", "lookup": {"model": "crm.team", "by": "name"}},
        "lead_properties": {"expr": properties},
    }
    row = {"name": prefix, "team": prefix, "size": "7", "rate": "1,5", "since": "29.02.2024", "vip": "no"}
    job(project, ("crm.lead", "name"), fields, [row])
    for done in (ran(project), quiet(project, 3)):
        (told,) = done.job("job")["not_kept"]
        assert (done.code, told["sent"]) == (3, {"pi": "7", "pf": "1,5", "pd": "29.02.2024", "pb": "no"})
        assert (told["kept"]["pi"], told["kept"]["pb"]) == ("'7', which is no integer", True)
    fields["lead_properties"] = {"expr": properties.replace("size", "size | int").replace("vip", "vip == 'yes'")}
    job(project, ("crm.lead", "name"), fields, [{**row, "rate": "", "since": "2024-02-29"}])
    mended = ran(project)
    quiet(project)
    assert odoo.search_count("crm.lead", [["name", "=", prefix], ["lead_properties.pi", "=", 7]]) == 1
    assert (mended.code, project.run("undo", mended.result["run_id"], "--yes").code) == (0, 0)
    (lead,) = odoo.search_read("crm.lead", [["name", "=", prefix]], ["lead_properties"])
    assert [one.get("value") for one in lead["lead_properties"]] == ["7", "1,5", "29.02.2024", True]


def test_what_odoo_drops_is_told_at_each_run(project, odoo, prefix):
    """The barcode of a template with variants."""
    odoo.create("product.template", [{"name": prefix, "attribute_line_ids": two_colours(odoo, prefix)}])
    job(project, ("product.template", "name"), {"name": "name", "barcode": "code"}, [{"name": prefix, "code": prefix}])
    for done in (ran(project), quiet(project, 3)):
        assert done.code == 3
        (barcode,) = done.job("job")["not_kept"]
        assert [barcode[name] for name in ("key", "field", "sent", "kept")] == [prefix, "barcode", prefix, None]
    assert f"{prefix} (id {barcode['id']}) barcode: sent {prefix}, kept (empty)" in project.run("run").out


def test_one_address_for_a_company_and_its_contact_is_told(project, odoo, prefix):
    """One row wins for good; the other is not kept."""
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    rows = [
        {"ref": f"{prefix}-1", "zip": "94059", "parent": ""},
        {"ref": f"{prefix}-2", "zip": "94060", "parent": f"{prefix}-1"},
    ]
    fields = {"ref": "ref", "name": "ref", "zip": "zip", "parent_id": parent}
    job(project, ("res.partner", "ref"), fields, rows)
    first = ran(project)
    assert (first.code, first.counts("job"), len(first.job("job")["not_kept"])) == (3, {"read": 2, "created": 2}, 1)
    existing = {row["zip"] for row in odoo.search_read("res.partner", [["ref", "=like", f"{prefix}-%"]], ["zip"])}
    assert len(existing) == 1
    assert len(quiet(project, 3).job("job")["not_kept"]) == 1


def test_one_price_of_two_variants_is_told(project, odoo, prefix):
    """A variant's price is its template's, which the job does not map."""
    template = {"name": f"{prefix} T", "attribute_line_ids": two_colours(odoo, prefix)}
    (made,) = odoo.create("product.template", [template])
    variants = [row["id"] for row in odoo.search_read("product.product", [["product_tmpl_id", "=", made]], ["id"])]
    for number, each in enumerate(variants):
        odoo.write("product.product", [each], {"default_code": f"{prefix}-{number}"})
    rows = [{"code": f"{prefix}-{number}", "price": str(60 + number)} for number in range(2)]
    job(project, ("product.product", ["default_code"]), {"default_code": "code", "lst_price": "price"}, rows)
    first = ran(project)
    assert (first.code, [one["field"] for one in first.job("job")["not_kept"]]) == (3, ["lst_price"]), first.out
    quiet(project, 3)


def test_two_jobs_that_want_different_values_of_one_are_told(project, odoo, prefix):
    """The weight of a template is that of its only variant: the jobs do not write it in turns for ever."""
    job(project, ("product.template", "name"), {"name": "name", "weight": "kg"}, [{"name": prefix, "kg": "2"}], "a")
    template = {"column": "name", "lookup": {"model": "product.template", "by": "name"}}
    fields = {"product_tmpl_id": template, "weight": "kg"}
    job(project, ("product.product", "product_tmpl_id"), fields, [{"name": prefix, "kg": "3"}], "b")
    for done in (ran(project), quiet(project, 3)):
        told = [[one["field"] for one in done.job(name)["not_kept"]] for name in "ab"]
        assert (done.code, told) == (3, [["weight"], []]), done.out


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_jobs_whose_fields_lead_to_one_another_do_not_write_in_turns(project, odoo, prefix, order):
    """The e-mail address of a lead is its partner's: whichever job comes first, one is told in each run."""
    partner, lead = {"ref": prefix, "email": "p@x.example"}, {"lead": prefix, "of": prefix, "email": "l@x.example"}
    odoo.create("res.partner", [{"name": prefix, "ref": prefix}])
    job(project, ("res.partner", "ref", "update"), {"ref": "ref", "email": "email"}, [partner], order[0])
    of = {"column": "of", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    fields = {"referred": "lead", "name": "lead", "partner_id": of, "email_from": "email"}
    job(project, ("crm.lead", "referred"), fields, [lead], order[1])
    for done in (ran(project), quiet(project, 3)):
        lost = [one["field"] for name in "ab" for one in done.job(name)["not_kept"]]
        assert (done.code, len(lost)) == (3, 1), done.out


def test_a_template_that_lost_its_reference_is_not_made_again(project, odoo, prefix):
    """Odoo empties it as soon as there are several variants."""
    job(project, ("product.template", "default_code"), {"default_code": "code", "name": "code"}, [{"code": prefix}])
    assert ran(project).counts("job") == {"read": 1, "created": 1}
    (template,) = odoo.search_read("product.template", [["default_code", "=", prefix]], ["id"])
    odoo.write("product.template", [template["id"]], {"attribute_line_ids": two_colours(odoo, prefix)})
    done = quiet(project, 3)
    assert done.job("job")["reject_codes"] == {"key_lost": 1}
    assert f"product.template {template['id']}" in project.rejects("job")[0]["_reason"]


def test_two_external_ids_of_one_record_are_rejects_that_name_both(project, odoo, prefix):
    """As the merge wizard leaves them: the record does not flip between two rows."""
    slug = prefix.replace("-", "_").lower()
    source = {"type": "csv", "path": "../job.csv"}
    target = {"model": "res.partner", "external_id": f"{slug}.p_{{no}}"}
    fields = {"name": "name"}
    project.write("job.yaml", {"version": 1, "job": "job", "source": source, "target": target, "fields": fields})
    project.rows([{"no": "1", "name": "Ann"}, {"no": "2", "name": "Bob"}], "job.csv")
    assert ran(project).counts("job") == {"read": 2, "created": 2}
    named = odoo.search_read("ir.model.data", [["module", "=", slug]], ["name", "res_id"])
    first, second = sorted(named, key=lambda row: row["name"])
    odoo.write("ir.model.data", [second["id"]], {"res_id": first["res_id"]})
    odoo.unlink("res.partner", [second["res_id"]])
    done = quiet(project, 3)
    assert done.job("job")["reject_codes"] == {"same_record": 2}
    assert all(f"{slug}.p_1 and {slug}.p_2" in row["_reason"] for row in project.rejects("job"))
