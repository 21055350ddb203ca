"""Forms as they are posted: no larger, and no slower, than their action takes."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request

from odoo_etl.dashboard import Refusal, forms
from odoo_etl.dashboard.login import LARGEST
from tests.loops import finished

TYPE = b"application/x-www-form-urlencoded"


def posted(*pieces, largest=100, length=None, kind=TYPE):
    """The form that comes in these pieces; None never comes."""
    left = list(pieces)

    async def receive():
        piece = left.pop(0)
        if piece is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    headers = [(b"content-type", kind), *([(b"content-length", str(length).encode())] if length else [])]
    return finished(forms.form_of(Request({"type": "http", "headers": headers, "app": None}, receive), largest))


def test_a_form_comes_in_pieces():
    assert dict(posted(b"a=1&", b"b=2")) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(("pieces", "length"), [([b"x"], 101), ([b"x" * 60, b"y" * 60], None)])
def test_a_form_that_is_too_large(pieces, length):
    """Whatever it says of its size."""
    with pytest.raises(Refusal) as refused:
        posted(*pieces, length=length)
    assert refused.value.status == 413


def test_a_form_as_large_as_it_may_be():
    """One byte more is too much."""
    assert len(posted(b"a=" + b"x" * 98, length=100)["a"]) == 98


PART = b'--x\r\nContent-Disposition: form-data; name="a"%s\r\n\r\nb\r\n'


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        (b"multipart/form-data", b"a", "boundary"),
        (b"multipart/form-data; boundary=x", b"--x\r\nno header", "Invalid"),
        (b"multipart/form-data; boundary=x", PART % b"" * (forms.MOST_FIELDS + 1), "1000"),
        (b"multipart/form-data; boundary=x", PART % b'; filename="c"' * (forms.MOST_FILES + 1), "5"),
    ],
)
def test_what_is_no_form_or_has_too_many_parts(kind, body, why):
    """It says what is wrong, and is no fault of ours."""
    with pytest.raises(Refusal, match=f"^The form cannot be read: .*{why}") as refused:
        posted(body, largest=1_000_000, kind=kind)
    assert refused.value.status == 400


def test_a_form_that_does_not_come(monkeypatch):
    """Whoever sends a byte now and then does not hold a connection for ever."""
    monkeypatch.setattr(forms, "BEGINS_S", 0.0)
    with pytest.raises(Refusal) as refused:
        posted(b"a=1", None)
    assert refused.value.status == 408


def test_anybody_may_send_little():
    """The forms that need no login are small."""
    assert forms.BEGINS_S + LARGEST / forms.LEAST_BYTES < 60
