"""A guess in a terminal: a table that fits, and all that is to be said."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from odoo_etl.reporting.guessed import guessed_lines
from tests.guesses import guessed

TEXT = (
    "Customer List;;;\nKd-Nr;Firma;Zahlungsziel;等級\n1;Möbelhaus Grün und Söhne Großhandel GmbH;sofort;甲\n"
    "2;Höfer;30 Tage;乙\n2;Höfer;30 Tage;乙\n3;Weiß;14 Tage;丙;zu viel\n4;Blau;sofort;丁\n"
)


@pytest.mark.parametrize("width", [60, 80, 120, 300])
def test_no_line_is_wider_than_the_terminal(width, tmp_path):
    """Wide letters take two columns."""
    found = guessed(TEXT, "res.partner", tmp_path)
    lines = list(guessed_lines(found, "t", "pipelines/t.yaml", "Odoo", width))
    assert max(map(cell_len, lines)) <= width


def test_all_is_said(tmp_path):
    """Fields, key, what is unsure or broken, and the next command."""
    found = guessed(TEXT, "res.partner", tmp_path)
    text = "\n".join(guessed_lines(found, "t", "pipelines/t.yaml", "Odoo"))
    assert re.search(r"^Kd-Nr +1 +ref +German word +\d+%$", text, re.MULTILINE)
    assert "key     ref: 3 different in 4 rows" in text
    assert "file    line 6 is no row" in text
    assert "file    the key '2' stands in lines 4, 5" in text
    assert text.endswith("Next: odoo-etl preview t")


def test_unsure_fields_have_a_mark_and_a_reason(tmp_path):
    """And the second best where there is one."""
    found = guessed("sku;name;price\nA;Chair;1,234\nB;Table;2,500\n", "product.template", tmp_path)
    lines = list(guessed_lines(found, "t", "pipelines/t.yaml", "Odoo"))
    assert any("? list_price" in line for line in lines)
    assert any(line.startswith("unsure  price → list_price: the mark in '1,234'") for line in lines)


def test_where_nothing_was_written(tmp_path):
    """It asks whether it is the right model."""
    found = guessed("zzz;qqq\n?;!\n%;&\n", "res.country", tmp_path)
    assert "Is res.country the right model?" in "\n".join(guessed_lines(found, "t", "", "Odoo"))
