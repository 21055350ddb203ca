"""`odoo-etl export` through the command line."""

from __future__ import annotations

import csv
import json
import os
import signal

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.export import _domain
from odoo_etl.cli.main import app
from odoo_etl.errors import Interrupted, SourceError, UsageError


@pytest.fixture
def export(tmp_path):
    """A function that runs the verb in a project on the embedded sandbox."""
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    return lambda *arguments: CliRunner().invoke(app, ["export", *arguments, "--project", str(tmp_path)])


def test_text_and_json_say_the_same(export, tmp_path):
    """How many, from where, to where."""
    out = tmp_path / "countries.csv"
    told = export("res.country", "--fields", "code,currency_id", "--out", str(out), "--limit", "3")
    assert told.exit_code == 0, told.output
    assert "3 records with 2 columns in" in told.stdout
    found = json.loads(export("res.country", "--fields", "code", "--out", str(out), "--force", "--json").stdout)
    assert (found["records"], found["columns"], found["target"]) == (found["rows"], ["code"], str(out))
    assert "sandbox" in found["origin"]
    assert len(list(csv.reader(out.read_text().splitlines()))) == found["records"] + 1


def test_quiet_says_nothing(export, tmp_path):
    """Where all goes well."""
    out = ["--out", str(tmp_path / "a.csv")]
    told = CliRunner().invoke(app, ["--quiet", "export", "res.country", *out, "--project", str(tmp_path)])
    assert (told.exit_code, told.output) == (0, "")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["res.country"], "--out FILE, or --to URL"),
        (["res.country", "--out", "a.csv", "--to", "sqlite:///a.db"], "--out FILE, or --to URL"),
        (["res.country", "--to", "sqlite:///a.db"], "--to and --table go together"),
        (["res.country", "--out", "a.nope"], "the suffix says no format: give --format csv, xlsx, jsonl, parquet"),
        (["res.country", "--out", "."], "is a folder"),
        (["res.country", "--out", "a.csv", "--fields", "cod"], "res.country has no field cod: did you mean code"),
        (["res.country", "--out", "a.csv", "--fields", "code,code"], "names code twice"),
        (["res.country", "--out", "a.csv", "--fields", "code.name"], "code is a char field, behind which nothing"),
        (["res.cuntry", "--out", "a.csv"], "the server has no model res.cuntry"),
        (["res.country", "--out", "a.csv", "--domain", "code = BE"], "--domain code = BE is no domain"),
        (["res.country", "--out", "a.csv", "--domain", "[['code', 'is', 'BE']]"], "has the operator 'is'"),
        (["res.country", "--out", "a.csv", "--delimiter", "ab"], "--delimiter 'ab' is not one character"),
        (["res.country", "--out", "a.csv", "--encoding", "utf-99"], "--encoding utf-99: there is none"),
        (["res.country", "--out", "a.csv", "--resume"], "there is no broken export to go on with"),
    ],
)
def test_wrong_usage(export, tmp_path, monkeypatch, options, why):
    """Nothing is read or written."""
    monkeypatch.chdir(tmp_path)
    told = export(*options)
    assert isinstance(told.exception, UsageError), told.output
    assert why in str(told.exception)
    assert {path.name for path in tmp_path.iterdir()} <= {"pipelines", ".odoo_etl"}


def test_a_file_that_is_there_stays(export, tmp_path):
    """Unless it is to be replaced."""
    out = tmp_path / "a.csv"
    out.write_text("mine")
    told = export("res.country", "--out", str(out))
    assert "is there already: --force replaces it" in str(told.exception)
    assert out.read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("", []),
        ("[['active', '=', true]]", [["active", "=", True]]),
        ("[('active', '=', True), ('ref', '!=', None)]", [["active", "=", True], ["ref", "!=", None]]),
        ('["|", ["a", "=", 1], ["b", "=", "x (y)"]]', ["|", ["a", "=", 1], ["b", "=", "x (y)"]]),
    ],
)
def test_a_domain_as_python_json_and_yaml_write_it(text, domain):
    """With their words for what is true and for nothing."""
    assert _domain(text) == domain


@pytest.mark.parametrize("made_of_it", [None, ZeroDivisionError("a library was at work")])
def test_a_signal_keeps_what_was_read(export, tmp_path, monkeypatch, made_of_it):
    """The exit code is that of the signal, and the same command goes on."""
    from odoo_etl.exporting.part import PartFile

    out, add = tmp_path / "a.csv", PartFile.add

    def interrupted(*values):
        add(*values)
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except Interrupted as error:
            raise made_of_it or error from None

    monkeypatch.setattr(PartFile, "add", interrupted)
    told = export("res.country", "--fields", "code", "--out", str(out))
    assert (told.exit_code, out.exists()) == (130, False)
    assert "interrupted; what was read is kept: the same command with --resume goes on" in told.stderr
    monkeypatch.undo()
    told = export("res.country", "--fields", "code", "--out", str(out), "--resume")
    assert told.exit_code == 0, told.output
    assert "of them before it was resumed" in told.stdout


def test_an_export_that_read_nothing_has_nothing_to_go_on_with(export, tmp_path, monkeypatch):
    """So its error does not say so."""
    from odoo_etl.exporting.carry_out import carry_out

    def unreadable(*_):
        raise SourceError("the server is away")

    monkeypatch.setitem(carry_out.__globals__, "_read", unreadable)
    told = export("res.country", "--fields", "code", "--out", str(tmp_path / "a.csv"))
    assert (told.exit_code, "the server is away" in told.stderr, "--resume" in told.stderr) == (1, True, False)
