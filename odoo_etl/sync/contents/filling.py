"""Values as a call takes them: contents as base64, read from their files just before they are sent."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from odoo_etl.errors import Refused
from odoo_etl.fieldtypes import Content
from odoo_etl.sync.contents.files import open_file

_MAY_HOLD = {Content, list, dict}


class ContentChanged(Refused):
    """A file is no longer what it was when the plan was made: nothing was sent."""

    def __init__(self, content: Content, what: str) -> None:
        super().__init__(f"{content.name} {what} while the job was running: run it again", name="file_changed")


def filled(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a record, lines included, with contents in place of references.

    Raises:
        ContentChanged: a file is not as it was.
    """
    if _MAY_HOLD.isdisjoint(map(type, values.values())):  # as it mostly is
        return values
    return {name: filled_value(value) for name, value in values.items()}


def filled_value(value: Any) -> Any:
    """One value, or the commands of lines."""
    if isinstance(value, Content):
        return read_content(value)
    if isinstance(value, list):
        return [filled_value(one) for one in value]
    return filled(value) if isinstance(value, dict) else value


def read_content(content: Content) -> str:
    """The content in base64.

    Raises:
        ContentChanged: the file is not as it was.
    """
    try:
        with open_file(Path(content.path)) as file:
            held = file.read(content.size + 1)
    except OSError as error:
        raise ContentChanged(content, f"could no longer be read ({error.strerror or error})") from error
    if hashlib.sha1(held, usedforsecurity=False).hexdigest() != content.sha1:
        raise ContentChanged(content, "was changed")
    return base64.b64encode(held).decode()
