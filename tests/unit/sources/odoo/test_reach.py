"""The way to the server of a source, and what goes wrong on it."""

from __future__ import annotations

import pytest

from odoo_etl.errors import (
    AccessRefused,
    CannotStart,
    ProtocolError,
    Refused,
    SourceError,
    TransientError,
    UnknownOutcome,
)
from odoo_etl.sources.odoo.reach import said_of, threads_of
from odoo_etl.spec import Server


@pytest.mark.parametrize("kind", [ProtocolError, Refused, TransientError, UnknownOutcome])
def test_what_goes_wrong_on_the_way_is_an_error_of_the_source(source, kind):
    """With its connection and model."""
    with pytest.raises(SourceError, match=r"connection `old`: res\.partner: gone") as error, said_of(source(["id"])):
        raise kind("gone")
    assert error.value.at == ("source",)


@pytest.mark.parametrize("kind", [CannotStart, AccessRefused])
def test_who_may_not_read_at_all_ends_the_run_with_the_code_of_that(source, kind):
    """Nothing was written; a connection is what is to be mended."""
    with pytest.raises(kind, match="connection `old`: no") as error, said_of(source(["id"])):
        raise kind("no")
    assert error.value.exit_code == 5


def test_other_errors_are_what_they_are(source):
    """A fault of ours is none of the source."""
    with pytest.raises(ZeroDivisionError), said_of(source(["id"])):
        raise ZeroDivisionError


@pytest.mark.parametrize(("allowed", "threads"), [(None, 4), (1, 1), (3, 3), (9, 4)])
def test_no_more_calls_at_once_than_the_connection_allows(source, server, tmp_path, allowed, threads):
    """Nor than four."""
    connection = server.connection.model_copy(update={"concurrency": allowed})
    assert threads_of(source(["id"]).on(Server(connection, tmp_path))) == threads
