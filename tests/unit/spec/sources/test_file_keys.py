"""Where files lie: what a path may be, which options go with it, and what of it is secret."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from odoo_etl.spec.sources import CsvSource


def spec(path, **keys):
    """A CSV file at a path."""
    return CsvSource(type="csv", path=path, **keys)


@pytest.mark.parametrize(
    ("path", "place", "secrets"),
    [
        ("/in/a b.csv", "/in/a b.csv", set()),
        ("C:/in/a.csv", "C:/in/a.csv", set()),
        ("-", "-", set()),
        ("s3://bucket/in/*.csv", "s3://bucket/in/*.csv", set()),
        ("sftp://anna:Sesame%21@host:2222/in/a.csv", "sftp://host:2222/in/a.csv", {"Sesame%21", "Sesame!"}),
        ("sftp://host/in/day#1/file?.csv", "sftp://host/in/day#1/file?.csv", set()),
        ("abfs://container@account/in/a.csv", "abfs://container/in/a.csv", set()),
        ("https://host/a.csv?page=2&sig=ab%2Fcd", "https://host/a.csv?page=2&sig=***", {"ab/cd", "ab%2Fcd"}),
        (f"https://host/a.csv?x={'y' * 24}", "https://host/a.csv?x=***", {"y" * 24}),
    ],
)
def test_a_place_is_shown_without_secrets(path, place, secrets):
    """They are known, so that they are redacted elsewhere as well."""
    found = spec(path)
    assert (found.place, found.secrets) == (place, secrets)


def test_options_are_secret_but_for_names_of_places():
    """Whatever library they are for; a bearer's token also without its word."""
    options = {
        "key": "AKIA-1",
        "username": "odoo",
        "client_kwargs": {"endpoint_url": "http://store:9000", "aws_session_token": "token-2"},
        "keys": ["one-3", 4],
        "headers": {"Authorization": "Bearer token-5"},
    }
    found = spec("s3://bucket/a.csv", storage_options=options)
    assert found.secrets == {"AKIA-1", "token-2", "one-3", "Bearer token-5", "token-5"}
    assert "token" not in repr(found)
    assert set(found.model_dump()["storage_options"].values()) == {"***"}


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"path": "/in/a.csv", "storage_options": {"key": "x"}}, "`path` is a file of this machine"),
        ({"path": "-", "storage_options": {"key": "x"}}, "`path` is the standard input"),
        ({"path": "/in/a.csv", "timeout": "5s"}, "`timeout` is for URLs"),
        ({"path": "-", "only_new": True}, "the standard input has none"),
        ({"path": "zip://a.csv::s3://b/x.zip"}, "a URL of several protocols"),
        ({"path": "https://host/in/*.csv"}, "the web has no list of files"),
        ({"path": "https://host/a.csv", "storage_options": {"token": "x"}}, "has only headers, not token"),
        ({"path": "https://host/a.csv", "storage_options": {"headers": {"X": 1}}}, "must be a mapping of texts"),
        ({"path": "https://host/a.csv", "storage_options": ["x"]}, "must be a mapping of options"),
        ({"path": "https://host/a.csv", "max_size": 0}, "greater than or equal to 1"),
    ],
)
def test_keys_that_do_not_fit_together(keys, problem):
    """Each is said where it stands, without the values of options."""
    with pytest.raises(ValidationError) as caught:
        CsvSource(type="csv", **keys)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    "path", ["https://host/a.csv?q=*", "https://host/a%20b.csv", "ftp://host/in/*.csv", "memory://in/[ab].csv"]
)
def test_patterns_and_marks_that_may_be(path):
    """A query is no pattern; servers that list their files take one."""
    assert spec(path).path == path


@pytest.mark.parametrize("path", ["file:///in/a%20b.csv", "FILE://localhost/in/a%20b.csv"])
def test_a_file_url_is_a_path(path):
    """So that such files cost no more than others."""
    assert (spec(path).path, spec(path).is_here) == ("/in/a b.csv", True)


def test_the_folder_of_copies_goes_along():
    """To copies of the spec and to other processes, but into no dump of it."""
    found = spec("s3://bucket/a.csv")
    found.keep_copies(Path("/state/downloads"))
    other = pickle.loads(pickle.dumps(found.model_copy(update={"min_rows": 1})))
    assert other.copies == Path("/state/downloads")
    assert "/state" not in repr(other.model_dump())


@pytest.mark.parametrize(
    ("keys", "pattern"),
    [
        ({"path": "/in/*.csv"}, "/in/*.csv"),
        ({"path": "/in/a.zip", "member": "*.csv"}, "/in/*/*.csv"),
        ({"path": "/in/a.zip", "member": "b.csv"}, "/in/a.zip"),
        ({"path": "sftp://anna:Sesame@host/in/*.csv"}, "sftp://host/in/*.csv"),
        ({"path": "https://host/a.csv?page=2"}, "https://host/a.csv"),
    ],
)
def test_the_names_of_its_files_follow_a_pattern(keys, pattern):
    """By which reports tell whether several files may have rows; a query of the web is none."""
    assert CsvSource(type="csv", **keys).pattern == pattern
