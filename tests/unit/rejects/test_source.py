"""A rejects file as people and spreadsheets hand it back."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.rejects.source import RejectedRows

HEAD = "ref;name;_line;_field;_stage;_code;_reason;_attempts\r\n"


@pytest.mark.parametrize("column", ["name", "näme"])
def test_saved_in_another_encoding(tmp_path, column):
    """The file is named, and a way out that leads to a file which can be read."""
    path = tmp_path / "partners.csv"
    text = HEAD.replace("name", column) + "1;Zoë;rows.csv:2;name;map;bad_value;no;1\r\n"
    path.write_bytes(text.encode("cp1252"))
    with pytest.raises(
        SourceError, match=r"partners\.csv: line [12]: byte 0xe. .*save the file again: .*CSV UTF-8"
    ) as caught:
        list(RejectedRows(path).chunks(10))
    assert "in the job" not in str(caught.value)
    path.write_bytes(text.encode("utf-8-sig"))
    assert [chunk.columns[column] for chunk in RejectedRows(path).chunks(10)] == [["Zoë"]]


def test_rows_of_nothing_and_malformed_quotes(tmp_path):
    """The former are none, the latter stay rejects; neither costs another row."""
    path = tmp_path / "partners.csv"
    path.write_text(HEAD + ';;;;;;;\n1;"a" b;rows.csv:2;;;;;1\n2;c;rows.csv:3;;;;;1\n', "utf-8")
    chunks = list(RejectedRows(path).chunks(10))
    assert [ref for chunk in chunks for ref in chunk.columns["ref"]] == ["2"]
    assert [bad.code for chunk in chunks for bad in chunk.bad] == ["bad_quote"]
