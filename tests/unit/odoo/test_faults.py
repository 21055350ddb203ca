"""Names, codes and tracebacks of Odoo to the branches of our error tree."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused, ProtocolError, Refused, TransientError, UnknownOutcome
from odoo_etl.odoo.faults import USER_ERROR, Fault, error_from, failed_to_answer, fault_from_json, fault_from_xmlrpc
from odoo_etl.odoo.transports import Login

BRANCHES = {
    "odoo.exceptions.AccessDenied": AccessRefused,
    "odoo.exceptions.AccessError": AccessRefused,
    "werkzeug.exceptions.Unauthorized": AccessRefused,
    "odoo.exceptions.UserError": Refused,
    "odoo.exceptions.ValidationError": Refused,
    "odoo.exceptions.MissingError": Refused,
    "odoo.exceptions.RedirectWarning": Refused,
    "builtins.ValueError": Refused,
    "builtins.TypeError": Refused,
    "psycopg2.errors.NumericValueOutOfRange": Refused,
    "psycopg2.errors.InvalidTextRepresentation": Refused,
    "psycopg2.errors.NotNullViolation": Refused,
    "odoo.addons.shop.exceptions.OutOfStock": Refused,
    "psycopg2.errors.SerializationFailure": TransientError,
    "psycopg2.errors.DeadlockDetected": TransientError,
    "psycopg2.errors.LockNotAvailable": TransientError,
    "odoo.exceptions.ConcurrencyError": TransientError,
    "builtins.KeyError": ProtocolError,
    "builtins.AttributeError": ProtocolError,
    "werkzeug.exceptions.NotFound": ProtocolError,
    "werkzeug.exceptions.UnprocessableEntity": ProtocolError,
}

CALL_KW = 'Traceback (most recent call last):\n  File "/odoo/service/model.py", line 9, in {}\n    run()\n'


@pytest.mark.parametrize("name", BRANCHES)
def test_an_exception_name_decides_the_branch(name):
    """What the caller does next follows from the name alone, never from the text."""
    error = error_from(Fault(name, "502 timeout could not serialize access"), "m.write")
    assert type(error) is BRANCHES[name]
    assert str(error) == "m.write: 502 timeout could not serialize access"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("openerp.exceptions.AccessError", "odoo.exceptions.AccessError"),
        ("ValueError", "builtins.ValueError"),
        ("werkzeug.exceptions.Unauthorized", "odoo.exceptions.AccessDenied"),
    ],
)
def test_an_exception_has_one_name_over_versions_and_protocols(old, new):
    """Old names and JSON-2's HTTP names become Odoo's present ones."""
    assert error_from(Fault(old, "x"), "m.f").name == new


@pytest.mark.parametrize("name", ["builtins.TypeError", "odoo.exceptions.UserError"])
@pytest.mark.parametrize(
    ("function", "branch"), [("call_kw", ProtocolError), ("execute_cr", ProtocolError), ("create", Refused)]
)
def test_what_the_dispatcher_raises_is_about_the_call(name, function, branch):
    """An unknown model or parameter is no fault of a row, though its exception is that of a bad value."""
    assert type(error_from(Fault(name, "x", CALL_KW.format(function)), "m.f")) is branch


FRAME = '  File "/odoo/x.py", line 9, in {}\n    run()\n'
AWAY = {
    "getting a connection": (["_serve_db", "cursor", "borrow"], TransientError),
    "looking for what other workers changed": (["dispatch", "check_signaling"], TransientError),
    "checking the password": (["dispatch", "_check_uid_passwd"], TransientError),
    "the method": (["execute_cr", "retrying", "call_kw", "create"], TransientError),
    "the method over JSON-2": (["retrying", "web_json_2_rpc", "create"], TransientError),
    "the commit": (["execute_cr", "retrying", "commit"], UnknownOutcome),
    "a hook before the commit": (["call_kw", "retrying", "commit", "flush", "run"], UnknownOutcome),
    "telling the other workers": (["execute_cr", "retrying", "signal_changes", "cursor", "borrow"], UnknownOutcome),
    "the transaction round the service's own": (["_transactioning", "retrying", "flush"], UnknownOutcome),
    "nobody knows where": ([], UnknownOutcome),
}


@pytest.mark.parametrize("case", AWAY)
def test_postgresql_going_away_is_transient_only_where_nothing_can_have_been_committed(case):
    """It is waited for as long as it takes; from the commit on, nobody knows."""
    functions, branch = AWAY[case]
    debug = "Traceback (most recent call last):\n" + "".join(map(FRAME.format, functions))
    error = error_from(Fault("psycopg2.OperationalError", "gone", debug), "m.create")
    assert type(error) is branch
    assert getattr(error, "delivered", False) is False


@pytest.mark.parametrize(
    "name", ["odoo.exceptions.UserError", "psycopg2.errors.SerializationFailure", "builtins.KeyError"]
)
@pytest.mark.parametrize(
    ("functions", "after"),
    [
        (["retrying", "commit", "run", "send_mail"], True),
        (["retrying", "signal_changes"], True),
        (["retrying", "commit"], False),
        (["retrying", "commit", "flush", "run", "recompute"], False),
    ],
)
def test_what_fails_once_the_work_is_committed_is_no_refusal(name, functions, after):
    """A hook after the commit raised: isolating the row by sending it again would create it twice."""
    error = error_from(Fault(name, "x", "".join(map(FRAME.format, functions))), "m.create")
    assert isinstance(error, UnknownOutcome) is after


def test_a_transaction_that_was_rolled_back_was_delivered():
    """Only so many attempts are made, unlike for a server that is away."""
    assert error_from(Fault("psycopg2.errors.DeadlockDetected", "x"), "m.write").delivered


@pytest.mark.parametrize(
    ("code", "name"),
    [(2, "odoo.exceptions.UserError"), (3, "odoo.exceptions.AccessDenied"), (4, "odoo.exceptions.AccessError")],
)
def test_xmlrpc_codes_name_the_class(code, name):
    """Codes 2 to 4 come with the bare text."""
    assert fault_from_xmlrpc(code, "Text") == Fault(name, "Text")


OUT_OF_RANGE = "psycopg2.errors.NumericValueOutOfRange"
TRACEBACKS = {
    "plain": ("ValueError: bad\n", "ValueError", "bad"),
    "dotted": (f"{OUT_OF_RANGE}: integer out of range\n\n", OUT_OF_RANGE, "integer out of range"),
    "several lines": ("ValueError: one: two\nthree\n  four\n", "ValueError", "one: two\nthree\n  four"),
    "no text": ("KeyError\n", "KeyError", ""),
}


@pytest.mark.parametrize("case", TRACEBACKS)
def test_the_end_of_a_traceback_names_the_class(case):
    """Fault 1 carries a traceback; a chained one counts by its last part."""
    end, name, message = TRACEBACKS[case]
    text = CALL_KW.format("f") + "KeyError: 1\n\nDuring handling ...:\n\n" + CALL_KW.format("g") + end
    assert fault_from_xmlrpc(1, text) == Fault(name, message, text)


def test_a_fault_that_is_no_traceback_keeps_its_text():
    """Nothing is lost where the text has an unknown form."""
    assert fault_from_xmlrpc(1, "strange") == Fault("", "strange", "strange")


MARSHALLING = '  File "/usr/lib/python3.11/xmlrpc/client.py", line 1, in {}\n    x\n'


@pytest.mark.parametrize(
    ("frames", "function"),
    [
        (["dumps", "__dump", "dump_nil"], "dump_nil"),
        (["dumps", "__dump", "dump_struct", "__dump", "dump_nil"], "dump_struct"),
        (["dumps", "__dump", "dump_long"], "dump_long"),
    ],
)
def test_an_answer_that_xmlrpc_cannot_express_is_recognised_by_its_frames(frames, function):
    """The call was carried out; only a bare None can be told for sure."""
    assert failed_to_answer(CALL_KW.format("f") + "".join(MARSHALLING.format(frame) for frame in frames)) == function


def test_an_error_of_the_method_is_not_taken_for_one_of_marshalling():
    """The last frame decides."""
    assert failed_to_answer(CALL_KW.format("dump_nil")) == ""


def test_secrets_are_in_no_error_and_no_repr():
    """Whatever Odoo echoes, the key and the password are redacted."""
    login = Login("db", "admin", api_key="k3y-secret", password="pa55word")
    error = login.error(Fault("builtins.ValueError", "bad k3y-secret", "trace pa55word k3y-secret"), "m.f")
    shown = f"{error} {error.debug} {error!r} {login!r}"
    assert "k3y-secret" not in shown
    assert "pa55word" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("('Archive the user first', {'type': 'x'}, 'Go', None)", "Archive the user first"),
        ("('a', 'b')", "('a', 'b')"),
        ("(see the help)", "(see the help)"),
        ("(1, 2, 3, 4)", "(1, 2, 3, 4)"),
        ("(" * 5000, "(" * 5000),
        ("('x', {}, 'y', None)" + " " * 20_000, "('x', {}, 'y', None)" + " " * 20_000),
    ],
)
def test_a_warning_with_a_button_over_xmlrpc(text, shown):
    """Odoo writes its four parts as Python does; any other text stays."""
    assert fault_from_xmlrpc(2, text) == Fault(USER_ERROR, shown)


@pytest.mark.parametrize(
    ("name", "text"),
    [("odoo.exceptions.RedirectWarning", "Archive the user first"), ("odoo.exceptions.UserError", "whole\n{}")],
)
def test_a_warning_with_a_button_says_what_it_says(name, text):
    """Not the action behind its button."""
    arguments = ["Archive the user first", {"type": "ir.actions.act_window"}, "Go to users", None]
    data = {"name": name, "message": "whole\n{}", "arguments": arguments, "debug": ""}
    assert fault_from_json(data) == Fault(name, text)
