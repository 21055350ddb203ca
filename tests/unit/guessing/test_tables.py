"""Files as people have them become tables."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing

import pytest

from odoo_etl.errors import SourceError, UsageError
from odoo_etl.guessing import read_table
from tests.guesses import write_price_list


def table(tmp_path, text, encoding="utf-8", name="t.csv"):
    """The table of a file with this text."""
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_table(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp850", "mac_roman"])
def test_encodings(encoding, tmp_path):
    """The letters come out right."""
    text = "Straße;Größe;Café\nMühlweg Äcker;für Élise;crème brûlée à la carte\nÖlbergstraße;süß;garçon\n"
    found = table(tmp_path, text, encoding)
    assert list(found.columns) == ["Straße", "Größe", "Café"]
    assert found.columns["Straße"] == ["Mühlweg Äcker", "Ölbergstraße"]


def test_latin_9_has_the_euro(tmp_path):
    """Which is another letter in cp1252."""
    found = table(tmp_path, "Prix;Libellé\n12,50 €;Thé\n3,00 €;Café\n", "iso8859-15")
    assert found.columns["Prix"] == ["12,50 €", "3,00 €"]


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_delimiters(mark, tmp_path):
    """Also where other marks stand in the cells."""
    text = f'name{mark}"note"\nAnna{mark}"a;b,c|d"\nBert{mark}"e, f; g"\n'
    assert table(tmp_path, text).columns == {"name": ["Anna", "Bert"], "note": ["a;b,c|d", "e, f; g"]}


def test_titles_above_the_header_and_totals_below(tmp_path):
    """Both are no rows."""
    found = table(tmp_path, "Customers;;\nas of today;;\n\nno;name;amount\n1;Anna;5\n2;Bert;7\nTotal;;12\n")
    assert (found.source["header_row"], found.source["where"]) == (4, "no != 'Total'")
    assert (found.columns["name"], found.filtered, found.lines) == (["Anna", "Bert"], [7], [5, 6])


def test_a_total_with_its_number_in_the_same_cell(tmp_path):
    """The next file has another number: rows that begin so are left out."""
    found = table(tmp_path, "no;name\n1;Anna\n2;Bert\nSumme: 2;\n")
    assert (found.source["where"], found.columns["no"]) == ("(no | string)[:7] != 'Summe: '", ["1", "2"])


def test_a_total_without_a_word(tmp_path):
    """The last row adds up a column, and lacks what all others have."""
    found = table(tmp_path, "sku;item no;name;stock\nA;1;x;5\nB;2;y;7\nC;3;z;1\n;;;13\n")
    assert found.source["where"] == "sku"
    assert found.rows == 3


def test_the_rows_of_a_file_about_itself(tmp_path):
    """DATEV begins with one."""
    found = table(tmp_path, '"EXTF";700;16;"Debitoren";5;2025\nKonto;Name;Ort;Land;PLZ;Tel\n10000;A;B;DE;04105;1\n')
    assert list(found.columns) == ["Konto", "Name", "Ort", "Land", "PLZ", "Tel"]


def test_a_file_without_a_header(tmp_path):
    """Its columns get names to be replaced."""
    found = table(tmp_path, "1;Anna;a@b.example\n2;Bert;c@d.example\n")
    assert found.source["header"] == ["column_1", "column_2", "column_3"]
    assert found.rows == 2
    assert "no header" in found.notes[0]


def test_words_for_nothing(tmp_path):
    """Become null, in the job as here."""
    found = table(tmp_path, "no;name;born\n1;Anna;-\n2;NULL;2001-02-03\n3;Cleo;n/a\n")
    assert found.columns["born"] == [None, "2001-02-03", None]
    assert set(found.source["null_values"]) == {"", "-", "NULL", "n/a"}


def test_short_rows(tmp_path):
    """Several are filled up; a single one is a broken row, which is told."""
    many = table(tmp_path, "a;b;c\n1;2;3\n" + "4;5\n" * 5)
    assert (many.source["ragged"], many.rows, many.bad) == ("pad", 6, [])
    one = table(tmp_path, "a;b;c\n" + "1;2;3\n" * 50 + "4\n")
    assert ("ragged" in one.source, [bad.line for bad in one.bad]) == (False, [52])


def test_packed_files(tmp_path):
    """As the source reads them."""
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"a;b\n1;2\n"))
    assert read_table(path).columns == {"a": ["1"], "b": ["2"]}


def test_workbooks(tmp_path):
    """A title, a date and a blank row above; a total below."""
    found = read_table(write_price_list(tmp_path))
    assert (found.source["header_row"], found.source["where"]) == (4, "row['Art.-Nr.'] != 'Summe'")
    assert found.columns["VK netto (EUR)"] == [6.9, 6.5, 11.25, 8.4]


def test_tables_of_a_database(tmp_path):
    """The first, or the one that is named."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript('CREATE TABLE a (x); CREATE TABLE "b c" (y); INSERT INTO "b c" VALUES (7)')
    assert read_table(path).source["query"] == "SELECT * FROM a"
    assert read_table(path, "b c").columns == {"y": [7]}
    with pytest.raises(UsageError, match="no table 'd'; there are 'a', 'b c'"):
        read_table(path, "d")


def test_parquet(tmp_path):
    """With the types that it has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"n": [1, 2], "t": ["x", None]}), tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").columns == {"n": [1, 2], "t": ["x", None]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.json", '[{"a": {"b": 1}, "t": ["x"], "lines": [{"c": 2}]}, {"a": {"b": 3}}]'),
        ("t.jsonl", '{"a": {"b": 1}, "t": ["x"], "lines": [{"c": 2}]}\n{"a": {"b": 3}}\n'),
    ],
)
def test_nested_records(tmp_path, name, text):
    """Have the columns of the records; their lines are none of them."""
    (tmp_path / name).write_text(text)
    table = read_table(tmp_path / name)
    assert table.columns == {"a.b": [1, 3], "t": [["x"], None]}
    assert table.source["type"] == name.partition(".")[2]


def test_what_cannot_be_read(tmp_path):
    """Says why."""
    (tmp_path / "t.pdf").write_text("{}")
    (tmp_path / "empty.csv").write_text(" \n")
    with pytest.raises(UsageError, match="a PDF document, which no source reads"):
        read_table(tmp_path / "t.pdf")
    with pytest.raises(UsageError, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(SourceError, match="the file is empty"):
        read_table(tmp_path / "empty.csv")
