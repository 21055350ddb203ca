"""The job that is written: valid, short, with what is unsure as comments."""

from __future__ import annotations

from pathlib import Path

import yaml

from odoo_etl.guessing import JobFile, is_writable
from odoo_etl.spec import JobSpec
from tests.guesses import guessed


def written(found, folder):
    """The text of the job in a folder."""
    return JobFile(folder / "pipelines/t.yaml", "t").text(found)


def is_valid(text):
    """Whether it is a job."""
    return JobSpec.model_validate(yaml.safe_load(text)).job == "t"


def test_short_forms_comments_and_the_key_first(tmp_path):
    """As a person would write it."""
    text = "name;Kd-Nr;price list;what\nAnna;1;Gold;x1\nBert;2;Iron;y1\n"
    lines = written(guessed(text, "res.partner", tmp_path), tmp_path).splitlines()
    assert lines[0] == "# yaml-language-server: $schema=job.schema.json"
    assert 'source: {type: csv, path: ../table.csv, delimiter: ";"}' in lines
    assert "target: {model: res.partner, key: ref}" in lines
    at = lines.index("fields:")
    assert lines[at + 1 : at + 3] == ["  ref: Kd-Nr", "  name: name"]
    at = lines.index("# Columns that no field was found for:")
    assert lines[at + 1] == "#   what: x1 | y1"


def test_an_unsure_mapping_is_a_comment_that_can_be_taken_in(tmp_path):
    """Without its mark it is a valid line."""
    found = guessed("sku;name;price\nA;Chair;1,234\nB;Table;2,500\n", "product.template", tmp_path)
    text = written(found, tmp_path)
    assert "  # Unsure (" in text
    assert "may part decimals or thousands" in text
    assert is_valid(text.replace("  # list_price:", "  list_price:"))


def test_names_that_yaml_or_variables_would_read_otherwise(tmp_path):
    """They stay what they are."""
    found = guessed('no;"name: x";"${city}";yes\n1;Anna;Ghent;"true"\n2;Bert;Aalst;"false"\n', "res.partner", tmp_path)
    job = yaml.safe_load(written(found, tmp_path))
    assert job["fields"]["ref"] == "no"
    assert job["fields"]["city"] == "$${city}"


def test_lines_stand_below_their_field(tmp_path):
    """With what tells them apart."""
    text = "order_no;customer;pos;product;quantity\nS1;Anna;1;A;2\nS1;Anna;2;B;1\nS2;Bert;1;A;3\nS2;Bert;2;C;1\n"
    job = yaml.safe_load(written(guessed(text, "sale.order", tmp_path), tmp_path))
    assert job["lines"]["order_line"]["key"] == "sequence"
    assert set(job["lines"]["order_line"]["fields"]) == {"sequence", "product_id", "product_uom_qty"}


def test_texts_of_others_cannot_leave_their_comment(tmp_path):
    """Cells with line breaks and control characters stay on one line."""
    found = guessed('ref;name;odd\n1;Anna;"a\nversion: 2\x1b[31m"\n2;Bert;b\n', "res.partner", tmp_path)
    text = written(found, tmp_path)
    assert is_valid(text)
    assert "\x1b" not in text


def test_nothing_to_map_is_no_job(tmp_path):
    """Nothing of it fits."""
    assert not is_writable(guessed("zzz;qqq\n?;!\n%;&\n", "res.country", Path(tmp_path)))
