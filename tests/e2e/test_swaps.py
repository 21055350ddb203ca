"""Barcodes that products hand on to each other, on a real Odoo, which lets only one have each."""

from __future__ import annotations

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project
from tests.servers import Server


@pytest.fixture
def server(real_odoo: Server) -> Server:
    """The sandbox has no unique barcodes."""
    return real_odoo


@pytest.mark.parametrize("chunk_size", [1, 1000])
def test_barcodes_are_swapped_and_handed_on(project: Project, odoo: OdooClient, prefix: str, chunk_size: int) -> None:
    """In one run; a second one finds nothing to do, and undo gives them back."""
    before = dict(zip("abcdef", (f"{prefix}{n}" for n in "123456"), strict=True))
    wanted = dict(zip("abcdefg", (f"{prefix}{n}" for n in "2153764"), strict=True))  # a swap, and a chain to a new one
    odoo.create(
        "product.product", [{"name": n, "default_code": f"{prefix}-{n}", "barcode": b} for n, b in before.items()]
    )
    project.rows([{"code": f"{prefix}-{name}", "name": name, "barcode": code} for name, code in wanted.items()])
    project.write(
        "products.yaml",
        {
            "version": 1,
            "job": "products",
            "source": {"type": "csv", "path": "../rows.csv"},
            "target": {"model": "product.product", "key": "default_code"},
            "fields": {"default_code": "code", "name": "name", "barcode": "barcode"},
            "load": {"chunk_size": chunk_size},
        },
    )

    def existing() -> dict[str, str]:
        found = odoo.search_read("product.product", [["default_code", "=like", f"{prefix}-%"]], ["name", "barcode"])
        return {row["name"]: row["barcode"] for row in found}

    done = project.run("run", "--json")
    assert (done.code, done.counts("products")) == (0, {"read": 7, "created": 1, "updated": 5, "unchanged": 1})
    assert existing() == wanted
    assert project.run("run", "--json").writes() == {}
    run = min((project.root / ".odoo_etl/runs").iterdir()).name
    assert project.run("undo", run, "--yes", "--delete").code == 0
    assert existing() == before
