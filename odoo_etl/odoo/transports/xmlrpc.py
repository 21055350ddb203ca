r"""XML-RPC (`/xmlrpc/2/common`, `/xmlrpc/2/object`): Odoo 8 to 19.

XML narrows what can be sent: control characters have no form in it. Odoo's answers cannot hold None and no integers
over 32 bits, and line ends `\r\n` in them arrive as `\n`.
"""

from __future__ import annotations

import math
import re
import xmlrpc.client
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape
from xmlrpc.client import Marshaller

from odoo_etl.errors import OdooError, ProtocolError, Refused, UnknownOutcome
from odoo_etl.odoo.faults import NotOdoos, failed_to_answer, fault_from_xmlrpc
from odoo_etl.odoo.transports.answers import Answer, foreign
from odoo_etl.odoo.transports.base import USER_AGENT, ServiceTransport, old_not_served
from odoo_etl.odoo.wire_values import plain

_HEADERS = {"Content-Type": "text/xml", "Accept": "text/xml", "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INT32, _INT64 = 2**31, 2**63

# What `xmlrpc.client` raises for text that is cut off, garbled, or XML of another kind.
_UNREADABLE = (ExpatError, xmlrpc.client.Error, ValueError, TypeError, LookupError, ArithmeticError, AttributeError)

Write = Callable[[str], Any]


class XmlRpc(ServiceTransport):
    """Odoo's services over XML-RPC."""

    name = "xmlrpc"

    def _ask(self, service: str, method: str, args: list[Any], where: str) -> Any:
        path = f"/xmlrpc/2/{service}"
        answer = self._http.post(path, encode(method, tuple(args), where), _HEADERS, where)
        if answer.status == 404:
            raise old_not_served(self._http.url, path, where)
        result = _result(answer, self._http.url, where)
        return self._settle(result, where) if isinstance(result, xmlrpc.client.Fault) else result

    def _settle(self, fault: xmlrpc.client.Fault, where: str) -> None:
        """Raise what a fault means; None if the method did return None, which Odoo's XML-RPC cannot say."""
        unable = failed_to_answer(str(fault.faultString))
        if unable == "dump_nil":
            return
        error: OdooError = self._login.error(fault_from_xmlrpc(fault.faultCode, str(fault.faultString)), where)
        if unable:
            raise ProtocolError(
                f"{where}: carried out, but the answer holds a value XML-RPC cannot express; use protocol jsonrpc",
                name=error.name,
                debug=error.debug,
            )
        raise error


def encode(method: str, params: tuple[Any, ...], where: str) -> bytes:
    """The XML of a request; None, dates and the like in the form Odoo takes them.

    Raises:
        Refused: a value has no form in XML-RPC (control characters, NaN, integers over 64 bits).
    """
    try:
        body = OdooMarshaller().dumps(params)
    except (TypeError, OverflowError, ValueError) as error:
        raise Refused(f"{where}: a value cannot be sent: {error}") from None
    return (f"<?xml version='1.0'?>\n<methodCall>\n<methodName>{method}</methodName>\n{body}</methodCall>\n").encode()


def _result(answer: Answer, url: str, where: str) -> Any:
    """The value in an XML-RPC answer, or its fault, which is returned: raised, it would show in later tracebacks.

    A document type is refused unread: its entities can grow without bound, and Odoo sends none. The text is decoded
    here, so no encoding that the document declares for itself can hide one.
    """
    if answer.status != 200 or answer.content_type == "text/html":
        raise foreign(answer, url, where)
    try:
        text = answer.body.decode("utf-8")
    except UnicodeDecodeError:
        raise UnknownOutcome(f"{where}: {url} answered {len(answer.body)} bytes that are not UTF-8") from None
    if "<!DOCTYPE" in text:
        raise NotOdoos(f"{where}: {url} answered XML with a document type, which Odoo never sends")
    try:
        (value,), _ = xmlrpc.client.loads(text, use_builtin_types=True)
    except xmlrpc.client.Fault as fault:
        return fault
    except _UNREADABLE:
        raise UnknownOutcome(f"{where}: {url} answered {len(answer.body)} bytes that are no whole XML") from None
    return value


def _dump_text(_: Marshaller, value: str, write: Write) -> None:
    """Text; a bare carriage return would arrive as a newline, so it is written as a reference."""
    found = _NOT_XML.search(value)
    if found:
        raise ValueError(f"the character U+{ord(found.group()):04X} has no form in XML-RPC; use protocol jsonrpc")
    write("<value><string>")
    write(escape(value).replace("\r", "&#13;"))
    write("</string></value>\n")


def _dump_integer(_: Marshaller, value: int, write: Write) -> None:
    """Integers up to 64 bits, as over JSON; Odoo reads `i8` where 32 bits do not suffice."""
    if not -_INT64 <= value < _INT64:
        raise OverflowError("an integer exceeds 64 bits")
    tag = "int" if -_INT32 <= value < _INT32 else "i8"
    write(f"<value><{tag}>{value}</{tag}></value>\n")


def _dump_float(_: Marshaller, value: float, write: Write) -> None:
    """Finite floats."""
    if not math.isfinite(value):
        raise ValueError("a number is NaN or infinite; Odoo has no such numbers")
    write(f"<value><double>{value!r}</double></value>\n")


def _dump_plain(marshaller: Marshaller, value: Any, write: Write) -> None:
    """Values that Odoo takes in the form of another type; no object is sent as a struct of its attributes."""
    simple = plain(value)
    marshaller.dispatch[type(simple)](marshaller, simple, write)


_PLAIN: dict[Any, Any] = dict.fromkeys(
    (datetime, date, Decimal, bytes, set, frozenset, range, MappingProxyType), _dump_plain
)


class OdooMarshaller(Marshaller):
    """Python values to the XML that Odoo reads: as the base class, plus what Odoo wants in its own form."""

    def __init__(self) -> None:
        super().__init__(encoding="utf-8", allow_none=True)
        self.dispatch = {
            **Marshaller.dispatch,
            str: _dump_text,
            int: _dump_integer,
            float: _dump_float,
            **_PLAIN,
            "_arbitrary_instance": _dump_plain,
        }
