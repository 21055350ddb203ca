"""Forms as they are posted: no larger than their action takes; files go to a temporary file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from odoo_etl.dashboard.frame import Refusal

if TYPE_CHECKING:
    from starlette.types import Message

MOST_FIELDS = 1000
MOST_FILES = 5
BEGINS_S = 30.0  # within which a small form is there
LEAST_BYTES = 10_000  # a second, of a larger one


async def form_of(request: Request, largest: int) -> FormData:
    """The form of a request.

    Raises:
        Refusal: it is larger, no form, or comes too slowly.
    """
    left = largest

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise Refusal(f"This is too much: at most {largest:,} bytes are taken here", 413)
        return message

    if int(request.headers.get("content-length") or 0) > largest:
        raise Refusal(f"This is too much: at most {largest:,} bytes are taken here", 413)
    bounded = Request(request.scope, receive)
    try:
        async with asyncio.timeout(BEGINS_S + largest / LEAST_BYTES):
            return await bounded.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=largest)
    except TimeoutError:
        raise Refusal("The form came too slowly: nothing of it was taken. Send it once more.", 408) from None
    except HTTPException as error:
        raise Refusal(f"The form cannot be read: {error.detail}", 400) from error
