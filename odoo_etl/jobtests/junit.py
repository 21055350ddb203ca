"""Results of tests as JUnit XML, which CI servers show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from odoo_etl.jobtests.run import Tested

_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[Tested]) -> bytes:
    """The document: a suite for each job, a case for each test."""
    root = Element("testsuites", _counts(results), name="odoo-etl test")
    for job, some in groupby(results, key=lambda one: one.test.job.name):
        own = list(some)
        suite = SubElement(root, "testsuite", _counts(own), name=job)
        for one in own:
            _add_case(suite, one)
    indent(root)
    found: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return found


def _add_case(suite: Element, one: Tested) -> None:
    place = one.test.problem((), "")
    about = {"classname": one.test.job.name, "file": place.file, "line": str(place.line), "time": f"{one.seconds:.3f}"}
    case = SubElement(suite, "testcase", about, name=_clean(one.test.name))
    for kind, problems in (("failure", one.failures), ("error", one.faults)):
        if problems:
            first = replace(problems[0], file="", line=0, column=0)  # the text has the place
            found = SubElement(case, kind, message=_clean(str(first)))
            found.text = _clean("\n".join(map(str, problems)))


def _counts(results: Sequence[Tested]) -> dict[str, str]:
    return {
        "tests": str(len(results)),
        "failures": str(sum(bool(one.failures) for one in results)),
        "errors": str(sum(bool(one.faults) for one in results)),
        "time": f"{sum(one.seconds for one in results):.3f}",
    }


def _clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)
