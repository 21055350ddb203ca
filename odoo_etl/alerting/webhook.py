"""A message sent to an address on the web, once: signed, without following redirects, bounded in time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from contextlib import closing
from datetime import datetime
from typing import Final

from urllib3.exceptions import HTTPError, LocationParseError, SSLError
from urllib3.util import Timeout

from odoo_etl.alerting.failure import NotSent
from odoo_etl.alerting.forms import FORMS
from odoo_etl.alerting.message import AlertMessage
from odoo_etl.errors import CannotStart
from odoo_etl.spec import WebhookSpec
from odoo_etl.web import pools, retry_after_s, tls_context, what_failed

_BASE64: Final = "whsec_"


def send_webhook(webhook: WebhookSpec, message: AlertMessage, timeout_s: float) -> None:
    """Send a message; redirects are not followed, since they would carry it, and its headers, elsewhere.

    Raises:
        NotSent: no answer in time, or another one than 2xx.
    """
    body = FORMS[webhook.format](message)
    headers = {name: value.get_secret_value() for name, value in webhook.headers.items()}
    headers |= {"User-Agent": "odoo-etl", "Content-Type": body.type, **signed(webhook, message, body.content)}
    url = webhook.url.get_secret_value()
    try:
        with pools(None, 1, tls_context(webhook.ca_file)) as asking:
            answer = asking.request(
                *("POST", url),
                body=body.content,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=Timeout(connect=timeout_s, read=timeout_s),
            )
            with closing(answer):  # nobody asks what it says
                status, wait_s = answer.status, retry_after_s(answer.headers)
    except SSLError as error:
        raise NotSent(f"no safe connection: {error}") from None
    except LocationParseError:
        raise NotSent("its url is no web address") from None
    except HTTPError as error:
        raise NotSent(what_failed(error)) from None
    except CannotStart as error:
        raise NotSent(str(error)) from None
    if 300 <= status < 400:
        raise NotSent(f"the answer was HTTP {status}, to another address, which is not followed: give that one")
    if not 200 <= status < 300:
        raise NotSent(f"the answer was HTTP {status}", wait_s)


def signed(webhook: WebhookSpec, message: AlertMessage, content: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks (standardwebhooks.com): id, time of sending, and what proves who sent it."""
    seconds = str(int(datetime.fromisoformat(message.sent_at).timestamp()))
    headers = {"webhook-id": message.id, "webhook-timestamp": seconds}
    secret = webhook.secret.get_secret_value()
    if not secret:
        return headers
    proof = hmac.new(_key(secret), b".".join([message.id.encode(), seconds.encode(), content]), hashlib.sha256)
    return {**headers, "webhook-signature": f"v1,{base64.b64encode(proof.digest()).decode()}"}


def _key(secret: str) -> bytes:
    """The bytes of a secret: `whsec_` and base64, or any text."""
    if secret.startswith(_BASE64):
        try:
            return base64.b64decode(secret.removeprefix(_BASE64), validate=True)
        except binascii.Error:
            raise NotSent(f"its secret begins with {_BASE64}, but what follows is no base64") from None
    return secret.encode()
