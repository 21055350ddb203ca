"""A pytest plugin that writes down which tests enter which functions of the package: few need to be run for a fault.

The file that `ENTERED` names receives, as JSON, `module:line` of each function to the ids of the tests that entered it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

PACKAGE = Path("odoo_etl").absolute()

_tests: dict[str, list[str]] = defaultdict(list)
_codes: dict[int, CodeType] = {}


def _enter(frame: FrameType, event: str, _: Any) -> None:
    if event == "call":
        _codes[id(frame.f_code)] = frame.f_code  # hashing code looks at all of it


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Run a test and note the functions that it enters, its fixtures included."""
    _codes.clear()
    threading.setprofile(_enter)
    sys.setprofile(_enter)
    try:
        return (yield)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        for place in {_place(code) for code in list(_codes.values())}:
            _tests[place].append(item.nodeid)


def _place(code: CodeType) -> str:
    path = Path(code.co_filename)
    return f"{path.relative_to(PACKAGE.parent)}:{code.co_firstlineno}" if path.is_relative_to(PACKAGE) else ""


def pytest_sessionfinish() -> None:
    """Write it down."""
    _tests.pop("", None)
    Path(os.environ["ENTERED"]).write_text(json.dumps(_tests), encoding="utf-8")
