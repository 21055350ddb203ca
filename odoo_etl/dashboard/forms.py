"""Forms as they are posted: no larger than their action takes; files go to a temporary file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

if TYPE_CHECKING:
    from starlette.types import Message

MOST_FIELDS = 1000
MOST_FILES = 5


class BadForm(Exception):
    """A form that is not taken; `status` is that of the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def form_of(request: Request, largest: int) -> FormData:
    """The form of a request.

    Raises:
        BadForm: it is larger, or no form.
    """
    left = largest

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise BadForm(413, f"This is too much: at most {largest:,} bytes are taken here")
        return message

    if int(request.headers.get("content-length") or 0) > largest:
        raise BadForm(413, f"This is too much: at most {largest:,} bytes are taken here")
    bounded = Request(request.scope, receive)
    try:
        return await bounded.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=largest)
    except HTTPException as error:
        raise BadForm(400, f"The form cannot be read: {error.detail}") from error
