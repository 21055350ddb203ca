"""A message sent by apprise: mail, ntfy, and a hundred other services."""

from __future__ import annotations

import logging
from typing import Any

from odoo_etl.alerting.failure import NotSent
from odoo_etl.alerting.forms import text_of
from odoo_etl.alerting.message import AlertMessage

NEEDED = "apprise is not installed: pip install 'odoo-etl[alerts]'"


def send_by_apprise(url: str, message: AlertMessage) -> None:
    """Send a message as text, with its title as the subject.

    Raises:
        NotSent: apprise is not there, does not know the URL, or was not heard.
    """
    try:
        import apprise
    except ImportError:
        raise NotSent(NEEDED) from None
    said = _Said()
    logger = logging.getLogger("apprise")
    logger.addHandler(said)
    try:
        service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
        if service is None:
            raise NotSent("its URL is none that apprise knows: see `apprise --details`, or appriseit.com")
        taken = service.notify(
            body=text_of(message),
            title=message.title,
            notify_type=_type(message, apprise),
            body_format=apprise.NotifyFormat.TEXT,
        )
    finally:
        logger.removeHandler(said)
    if not taken:
        raise NotSent(f"{service.service_name} was not heard: {said.last or 'it does not say why'}")


def _type(message: AlertMessage, apprise: Any) -> Any:
    """The mark or colour of the message."""
    events = {one.event for one in message.alerts}
    if events & {"firing", "repeated"}:
        return apprise.NotifyType.FAILURE
    return apprise.NotifyType.SUCCESS if "recovered" in events else apprise.NotifyType.INFO


class _Said(logging.Handler):
    """Keeps the last warning of apprise: it raises nothing, and says only there why something went wrong."""

    last = ""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is said."""
        self.last = record.getMessage().rstrip(".")
