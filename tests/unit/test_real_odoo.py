"""What the tests' real Odoo is made of, as far as it needs none."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.real_odoo.parts import search_path
from tests.real_odoo.snapshot import keep, prune, write
from tests.real_odoo.templates import BUSINESS, PLAIN, keys_in


def test_programs_of_the_system_are_found_where_path_lacks_their_folders():
    """A root without /usr/sbin still finds useradd; what PATH names comes first, and once."""
    assert search_path("/usr/local/bin:/usr/bin") == "/usr/local/bin:/usr/bin:/usr/sbin:/sbin"
    assert search_path("/usr/sbin:/usr/bin:/sbin") == "/usr/sbin:/usr/bin:/sbin"


def test_a_template_with_another_content_is_another_database():
    """What was built before is never taken for it."""
    names = {
        PLAIN.database,
        BUSINESS.database,
        replace(PLAIN, modules="base").database,
        replace(PLAIN, prepare="").database,
    }
    assert len(names) == 4


def test_keys_are_found_among_what_odoo_prints():
    """Warnings stand between them."""
    assert keys_in("KEY admin 12ab\nWARNING: KEY of nobody is old\nKEY clerk 34cd\n") == {
        "admin": "12ab",
        "clerk": "34cd",
    }


STORED = {"type": "char", "store": True}


def test_the_snapshot_keeps_what_the_sandbox_can_serve():
    """Stored fields, related ones and a few computed ones; nothing that leads out of the bundle."""
    assert keep("res.partner", "name", STORED)
    assert keep("res.partner", "company_type", {"type": "selection", "store": False})
    assert keep("product.template", "type", {"type": "char", "store": False, "related": "categ_id.name"})
    assert not keep("res.partner", "display", {"type": "char", "store": False})
    assert not keep("res.partner", "lead_id", {"type": "many2one", "store": True, "relation": "crm.lead"})
    assert not keep("res.partner", "image_128", {"type": "binary", "store": True})


def test_related_fields_that_lead_to_dropped_ones_are_dropped():
    """Also those that lead to a related field that falls."""
    shown = {"type": "char", "store": False, "related": "parent_id.gone"}
    again = {"type": "char", "store": False, "related": "parent_id.shown"}
    parent = {"type": "many2one", "store": True, "relation": "res.partner"}
    kept = {"type": "char", "store": False, "related": "parent_id.name"}
    fields = {"name": STORED, "parent_id": parent, "kept": kept}
    assert prune({"res.partner": {**fields, "shown": shown, "again": again}}) == {"res.partner": fields}


def test_the_snapshot_is_json_with_a_line_for_each_field_and_record(tmp_path):
    """A new Odoo shows as a diff that a person can read."""
    content = {"res.lang": {"fields": {"code": STORED, "name": STORED}}, "res.users": {"rows": [[1, "a"], [2, "b"]]}}
    write(tmp_path / "models.json", content)
    text = (tmp_path / "models.json").read_text("utf-8")
    assert json.loads(text) == content
    assert {'"code":{"store":true,"type":"char"},', '[1,"a"],'} <= set(text.splitlines())
