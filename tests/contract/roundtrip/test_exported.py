"""Everything that a job could write of models that Odoo has records of: exported, it comes back as it is."""

from __future__ import annotations

import json

import pytest

from tests.e2e.project import Project, clean_environment

pytestmark = pytest.mark.odoo

# Between them they have fields of every type.
MODELS = {
    "account.tax": ("keys", "jsonl"),
    "ir.ui.menu": ("ids", "csv"),
    "mail.template": ("external-ids", "xlsx"),
    "product.category": ("keys", "jsonl"),
    "res.company": ("external-ids", "jsonl"),
    "res.lang": ("keys", "parquet"),
    "res.partner": ("keys", "csv"),
    "res.users": ("ids", "jsonl"),
}


@pytest.mark.parametrize(("model", "how"), MODELS.items(), ids=MODELS)
def test_all_fields_come_back(business_odoo, zygote, tmp_path, model, how):
    """The job that an export writes finds nothing to do, whatever the format, and whatever names other records."""
    project = Project(tmp_path, clean_environment(), zygote)
    project.connect(business_odoo)
    relations, form = how
    to = ["--out", f"back.{form}", "--job", "pipelines/back.yaml", "--archived", "--relations", relations]
    done = project.run("export", model, *to, "--json")
    assert done.code == 0, done.err
    records = json.loads(done.out)["records"]
    planned = project.run("plan", "back", "--json")
    told = project.run("plan", "back", "--show", "20").out
    assert records, model
    assert planned.counts("back") == {"read": records, "unchanged": records}, told
