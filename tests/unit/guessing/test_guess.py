"""A guess as a whole: fields, lookups, lines, keys, and what is unsure."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.guessing import Models, guess, read_table
from odoo_etl.snapshots import Snapshot, SnapshotModels
from tests.guesses import KnownRecords, guessed

COUNTRIES = (
    *("Belgien", "Italien", "Spanien", "Polen", "Irland", "Malta", "Zypern", "Estland", "Lettland", "Litauen"),
    *("Portugal", "Rumänien", "Bulgarien", "Kroatien", "Ungarn", "Schweden", "Finnland", "Norwegen", "Island", "China"),
)


def paths(found):
    """By column, the field that is mapped, or with `?` the one that is not."""
    return {one.column: one.path if one.active else f"?{one.path}" if one.path else "" for one in found.proposals}


def one_of(found, column):
    """The proposal of a column."""
    return next(one for one in found.proposals if one.column == column)


def test_each_field_goes_to_one_column(tmp_path):
    """The one that needs it most: `E-Mail` is an e-mail address, and `Kontakt` has to do without."""
    found = guessed(
        "Nr;E-Mail;Kontakt\n1;a@b.example;c@d.example\n2;e@f.example;g@h.example\n", "res.partner", tmp_path
    )
    assert paths(found)["E-Mail"] == "email"
    mapped = [one.path for one in found.mapped]
    assert len(mapped) == len(set(mapped))


def test_a_lookup_goes_by_what_most_values_find(tmp_path):
    """Here by name, though there are numbers, too."""
    teams = [{"name": "Nord", "ref": "1"}, {"name": "Süd", "ref": "2"}]
    found = guessed(
        "order_no;customer\nS1;Nord\nS2;Süd\nS3;nord\n", "sale.order", tmp_path, KnownRecords({"res.partner": teams})
    )
    assert one_of(found, "customer").keys["lookup"] == {"model": "res.partner", "by": "name", "ignore_case": True}


def test_a_lookup_that_finds_nothing_is_a_comment(tmp_path):
    """It would reject every row."""
    text = "order_no;customer\nS1;Nord\nS2;Süd\n"
    found = guessed(text, "sale.order", tmp_path, KnownRecords({"res.partner": [{"name": "West"}]}))
    assert paths(found)["customer"] == "?partner_id"
    assert one_of(found, "customer").against == ("none of its values is found in Odoo",)


def test_few_calls_whatever_the_number_of_values(tmp_path):
    """The records of a small model are read once; those of a large one are asked for, some at a time."""
    rows = "".join(f"S{number};C{number}\n" for number in range(400))
    records = KnownRecords({"res.partner": [{"ref": f"C{number}", "name": "x"} for number in range(3000)]})
    found = guessed(f"order_no;customer_no\n{rows}", "sale.order", tmp_path, records)
    assert one_of(found, "customer_no").keys["lookup"]["by"] == "ref"
    assert len(records.calls) < 12


def test_a_value_of_several_records_finds_none(tmp_path):
    """Two customers with one name are no way to find one."""
    partners = [{"name": "Anna", "email": "a@b.example"}, {"name": "Anna", "email": "c@d.example"}]
    found = guessed("order_no;customer\nS1;Anna\n", "sale.order", tmp_path, KnownRecords({"res.partner": partners}))
    assert not one_of(found, "customer").active


def test_parents_in_the_same_file_wait_for_their_rows(tmp_path):
    """Rows come in any order."""
    found = guessed("no;name;belongs_to\nA;Firm;\nB;Anna;A\nC;Bert;A\n", "res.partner", tmp_path)
    assert one_of(found, "belongs_to").keys["lookup"] == {"model": "res.partner", "by": "ref", "on_missing": "defer"}


def test_numbers_without_a_field_become_external_ids(tmp_path):
    """Also of parents."""
    text = "department_no;department;part_of\nD1;All;\nD2;Works;D1\nD3;Sales;D1\n"
    found = guessed(text, "hr.department", tmp_path)
    assert found.external_id == "import.department_{department_no}"
    lookup = one_of(found, "part_of").keys["lookup"]
    assert lookup == {
        "model": "hr.department",
        "by": "external_id",
        "module": "import",
        "prefix": "department_",
        "on_missing": "defer",
    }


def test_rows_that_repeat_a_number_are_lines(tmp_path):
    """What differs among them is of the lines, what does not is of the order."""
    text = (
        "order_no;customer;product;quantity;price\nS1;Anna;A-1;2;1,50\nS1;Anna;A-2;1;2,50\n"
        "S2;Bert;A-1;3;1,50\nS2;Bert;A-3;1;8,00\n"
    )
    found = guessed(text, "sale.order", tmp_path)
    assert paths(found) == {
        "order_no": "name",
        "customer": "partner_id",
        "product": "order_line.product_id",
        "quantity": "order_line.product_uom_qty",
        "price": "order_line.price_unit",
    }
    assert (found.keys[0].fields, found.line_keys) == (("name",), {"order_line": ["product_id"]})


def test_rows_with_numbers_of_their_own_are_no_lines(tmp_path):
    """Two articles of one name are two articles."""
    found = guessed("sku;article;price\nA;Shirt;1.5\nB;Shirt;2.5\nC;Shirt;3.5\n", "product.template", tmp_path)
    assert found.keys[0].fields == ("default_code",)
    assert not any("." in one.path for one in found.proposals)


def test_dates_that_may_be_either_follow_the_others(tmp_path):
    """And are comments, since a wrong day does harm."""
    text = "order_no;ordered_at;deliver_on\nS1;01/02/2025;02/13/2025\nS2;03/02/2025;04/25/2025\n"
    found = guessed(text, "sale.order", tmp_path)
    assert one_of(found, "deliver_on").keys["format"] == "%m/%d/%Y"
    ordered = one_of(found, "ordered_at")
    assert (ordered.keys["format"], ordered.active) == ("%m/%d/%Y", False)
    assert "day first or the month first" in ordered.against[0]


def test_a_price_that_may_be_thousands_is_a_comment(tmp_path):
    """1,234 is a thousand to one, a little more than one to another."""
    found = guessed("sku;name;price\nA;Chair;1,234\nB;Table;2,500\n", "product.template", tmp_path)
    assert paths(found)["price"] == "?list_price"


def test_amounts_in_cents_are_divided(tmp_path):
    """Also those that are text."""
    found = guessed("sku;name;price_cents\nA;Chair;1234\nB;Table;2500\n", "product.template", tmp_path)
    assert one_of(found, "price_cents").keys == {"expr": "(price_cents | float) / 100"}


def test_translations_stand_beside_their_column(tmp_path):
    """In languages that are installed."""
    found = guessed("sku;name;name_fr;name@de_DE\nA;Chair;Chaise;Stuhl\n", "product.template", tmp_path)
    assert {one.column: one.variant for one in found.mapped if one.variant} == {
        "name_fr": "fr_FR",
        "name@de_DE": "de_DE",
    }


def test_the_cells_that_an_export_leaves_out_are_filled(tmp_path):
    """Odoo repeats nothing of an order in the rows of its further lines."""
    text = "Order Reference,Order Lines/Product/Internal Reference,Order Lines/Quantity\nS1,A,1\n,B,2\nS2,A,3\n"
    found = guessed(text, "sale.order", tmp_path)
    assert found.source["fill_down"] == ["Order Reference"]
    assert paths(found)["Order Lines/Quantity"] == "order_line.product_uom_qty"


def test_what_new_records_lack_is_told(tmp_path):
    """Odoo refuses an employee without... nothing; a bill of material needs its product."""
    found = guessed("bom;makes\nB1;1\nB2;2\n", "mrp.bom", tmp_path)
    assert "product_tmpl_id" in found.lacking


def test_broken_rows_and_keys_that_stand_twice_are_told_with_their_lines(tmp_path):
    """So that they can be mended before the first run."""
    text = "ref;name;city\n1;Anna;Ghent\n2;Bert;Bruges\n1;Anna;Ghent\n3;Cleo;Ghent;5;6\n4;Dan;Aalst\n"
    found = guessed(text, "res.partner", tmp_path)
    assert "the key '1' stands in lines 2, 4" in found.notes
    assert any(note.startswith("line 5 is no row: too many cells") for note in found.notes)


def test_a_row_that_is_there_twice_makes_no_lines_of_the_others(tmp_path):
    """In a short file two rows of one number are a large share; where no lines take the columns, the record does."""
    found = guessed(
        "Kunden-Nr.;Firmenname;Ort;Land\n1;A;Gent;Belgien\n2;B;Lyon;Frankreich\n2;C;Lyon;France\n3;D;Bern;CH\n",
        "res.partner",
        tmp_path,
    )
    assert paths(found) == {"Kunden-Nr.": "ref", "Firmenname": "name", "Ort": "city", "Land": "country_id"}
    assert min(one.sure for one in found.proposals) > 0.8
    assert "the key '2' stands in lines 3, 4" in found.notes


def test_names_of_countries_are_no_vat_numbers(tmp_path):
    """`Deutschland` begins as a German one does, and is as long."""
    found = guessed("Kundennummer;Firma;Land\n1;A;Deutschland\n2;B;Frankreich\n", "res.partner", tmp_path)
    assert paths(found) == {"Kundennummer": "ref", "Firma": "name", "Land": "country_id"}


def test_a_number_is_the_key_though_some_rows_are_broken(tmp_path):
    """A row without it, and one that is there twice; names would make two records of what is one."""
    rows = "".join(f"A-{at};Ware {at}\n" for at in range(6))
    found = guessed(f"Artikelnummer;Bezeichnung\n{rows}A-5;Ware (neu)\n;Ohne\n", "product.product", tmp_path)
    assert found.keys[0].fields == ("default_code",)
    assert "line 9 without a key: Artikelnummer is empty" in found.notes


def test_broken_cells_are_told_with_their_lines_and_hide_no_column(tmp_path):
    """One bad latitude, country or VAT number in a short file leaves the column what it is."""
    rows = "".join(f"{at};N{at};DE13669597{at};{COUNTRIES[at]};{at},50\n" for at in range(6))
    found = guessed(f"ref;name;vat;Land;partner_latitude\n{rows}7;X;DE1;Atlantis;abc\n", "res.partner", tmp_path)
    assert [one.path for one in found.mapped] == ["ref", "name", "vat", "country_id", "partner_latitude"]
    assert [note for note in found.notes if "is no" in note] == [
        "line 8: 'DE1' in vat is no VAT number",
        "line 8: 'Atlantis' in Land is no country",
        "line 8: 'abc' in partner_latitude is no number",
    ]


def test_many_broken_cells_of_a_column_are_counted(tmp_path):
    """The first few are shown."""
    countries = "".join(f"{at};N{at};{name}\n" for at, name in enumerate(COUNTRIES, 20))
    bad = "".join(f"{at};N{at};Atlantis {at}\n" for at in range(60, 65))
    found = guessed(f"ref;name;country\n{countries}{bad}", "res.partner", tmp_path)
    assert "and 2 more cells of country are no country" in found.notes


def test_a_name_that_no_column_is_for_is_told(tmp_path):
    """Odoo does not call it required, and refuses a contact without one."""
    assert "name" in guessed("Land;Ort\nBelgien;Gent\nItalien;Rom\n", "res.partner", tmp_path).lacking


def test_a_model_that_is_not_there_is_said(tmp_path):
    """With the way to keep it for offline use."""
    with pytest.raises(UsageError, match=r"no model no\.model.*schema pull"):
        guessed("a;b\n1;2\n", "no.model", tmp_path)


@pytest.mark.parametrize(
    ("column", "values", "keys"),
    [
        ("is_company", ("ja", "nein"), {"map": {"ja": True, "nein": False}}),
        ("is_company", ("x", ""), {"map": {"x": True}, "default": False}),
        ("type", ("Delivery", "Invoice"), {"labels": "en_US"}),
        ("lang", ("FR", "DE"), {"map": {"FR": "fr_FR", "DE": "de_DE"}}),
    ],
)
def test_words_for_values(column, values, keys, tmp_path):
    """True and false, labels of selections, languages by their codes."""
    rows = "".join(f"{at};N{at};{value}\n" for at, value in enumerate(values))
    assert one_of(guessed(f"ref;name;{column}\n{rows}", "res.partner", tmp_path), column).keys == keys


def test_labels_in_the_languages_of_the_server(tmp_path):
    """Of fields and of selections; nobody has to know the words beforehand."""
    fields = {
        "name": {"type": "char", "string": "Name"},
        "x_sled": {"type": "char", "string": "Sled", "strings": {"fi_FI": "Ahkio"}},
        "x_size": {
            "type": "selection",
            "string": "Size",
            "selection": [["s", "Small"], ["l", "Large"]],
            "strings": {"fi_FI": "Koko"},
            "labels": {"fi_FI": {"s": "Pieni", "l": "Suuri"}},
        },
    }
    models = Models(SnapshotModels({"x.thing": Snapshot("x.thing", "19.0", fields)}), ["fi_FI"])
    (tmp_path / "t.csv").write_text("Nimi;Ahkio;Koko\na;b;pieni\nc;d;Suuri\n")
    found = guess(read_table(tmp_path / "t.csv"), "x.thing", models, None)
    assert paths(found)["Ahkio"] == "x_sled"
    assert one_of(found, "Ahkio").how == "label, fi_FI"
    assert (paths(found)["Koko"], one_of(found, "Koko").keys) == ("x_size", {"labels": "fi_FI"})


def test_a_word_for_numbers_or_names_beside_one_that_nobody_knows(tmp_path):
    """Not beside one that is known for something else."""
    found = guessed(
        "Mitgl.-Nr.;Name des Vereins;Name des Ansprechpartners;Haus-Nr.\nM-01;Chor;Anna;7\nM-02;Band;Bert;9\n",
        "res.partner",
        tmp_path,
    )
    assert paths(found) == {
        "Mitgl.-Nr.": "ref",
        "Name des Vereins": "name",
        "Name des Ansprechpartners": "",
        "Haus-Nr.": "",
    }
