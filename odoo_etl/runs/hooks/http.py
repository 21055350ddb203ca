"""One HTTP request before or after a job: a webhook."""

from __future__ import annotations

import json

import urllib3
from urllib3.exceptions import HTTPError, ReadTimeoutError

from odoo_etl.runs.hooks.failure import HookFailed
from odoo_etl.spec import HttpHook

_USER_AGENT = "odoo_etl"


def send_request(hook: HttpHook) -> None:
    """Send the request once; redirects are not followed: they would carry its headers elsewhere.

    Raises:
        HookFailed: no answer in time, or another one than 2xx.
    """
    request, body = hook.http, None
    headers = {"User-Agent": _USER_AGENT, **{name: one.get_secret_value() for name, one in request.headers.items()}}
    if request.json_body is not None:
        body = json.dumps(request.json_body).encode()
        headers = {"Content-Type": "application/json", **headers}
    elif request.body is not None:
        body = request.body.get_secret_value().encode()
    limits = urllib3.Timeout(total=hook.timeout)
    try:
        with urllib3.PoolManager(retries=False) as pools:
            url = request.url.get_secret_value()
            answer = pools.request(
                request.method, url, body=body, headers=headers, timeout=limits, redirect=False, preload_content=False
            )
            answer.close()  # nobody asks what it says
    except ReadTimeoutError:
        raise HookFailed(f"no answer within {hook.timeout:g} s, so it may have been taken or not") from None
    except (HTTPError, OSError, ValueError) as error:
        raise HookFailed(f"no answer: {_cause(error)} (check the address and the network)") from None
    if not 200 <= answer.status < 300:
        raise HookFailed(f"the answer was HTTP {answer.status}, not 2xx")


def _cause(error: Exception) -> str:
    """The kind of an error: its text names the whole address."""
    return type(error).__name__
