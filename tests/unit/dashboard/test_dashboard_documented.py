"""docs/page.md has every key of `page`, and its example is a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from starlette.applications import Starlette

from odoo_etl.dashboard.overview.standing import of_one_job
from odoo_etl.runs import Workspace
from odoo_etl.spec.page import PageProxy, PageSpec, PageTls
from tests.dashboard import project_with_page

PAGE = (Path(__file__).parents[3] / "docs/page.md").read_text("utf-8")


def test_each_key_has_its_row():
    """And no row is of a key that is gone."""
    nested = {"proxy": PageProxy, "tls": PageTls}
    keys = {name for name in PageSpec.model_fields if name not in nested}
    keys |= {f"{name}.{one.alias or key}" for name, kind in nested.items() for key, one in kind.model_fields.items()}
    table = PAGE.partition("| key of `page` |")[2].partition("\n\n")[0]
    assert {key for row in table.splitlines()[2:] for key in re.findall(r"`([\w.]+)`", row.split("|")[1])} == keys


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(page:.*?)```", PAGE, re.DOTALL))
def test_examples_are_valid(tmp_path, text):
    """With their variables set."""
    space = Workspace(project_with_page(tmp_path, **yaml.safe_load(text)), environ={"PAGE_TOKEN_ANNA": "x" * 20})
    assert space.load().closed_page == ()


def test_it_can_be_made_by_a_program(tmp_path, monkeypatch):
    """As the page says."""
    project_with_page(tmp_path / "shop")
    monkeypatch.chdir(tmp_path)
    known: dict[str, object] = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], known)
    assert isinstance(known["app"], Starlette)


def test_each_word_of_a_job_is_there():
    """How a job stands is one of them."""
    words = re.search(r"How a job stands is one word: (.*?)\n\n", PAGE, re.DOTALL)[1]
    told = set(re.findall(r"`([a-z ]+)`", words))
    source = Path(of_one_job.__code__.co_filename).read_text("utf-8").partition("def of_job")[2]
    assert set(re.findall(r'Standing\("([a-z ]+)"', source)) | {"failed", "skipped", "interrupted"} == told
