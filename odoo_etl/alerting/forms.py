"""A message in the form that its receiver reads: our JSON, Slack's, Teams', or text for a phone. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final, NamedTuple

import orjson

from odoo_etl.alerting.composing import headline
from odoo_etl.alerting.message import Alert, AlertMessage
from odoo_etl.reporting.words import counted, cut

SCHEMA_VERSION: Final = 1
LONGEST_TEXT: Final = 1_500  # letters: what a phone shows, and any receiver takes
MOST_IN_TEXT: Final = 5
_JSON: Final = "application/json"


class Body(NamedTuple):
    """The body of a request, and its type."""

    content: bytes
    type: str


def text_of(message: AlertMessage) -> str:
    """The alerts in a few lines each, the title left out."""
    shown = message.alerts[:MOST_IN_TEXT]
    blocks = ["\n".join(lines_of(one, titled=len(message.alerts) > 1)) for one in shown]
    more = len(message.alerts) - len(shown)
    return cut("\n\n".join([*blocks, *([f"and {more} more: `odoo-etl alerts`"] if more else [])]), LONGEST_TEXT)


def lines_of(alert: Alert, *, titled: bool = False) -> Iterator[str]:
    """One alert: what, since when, why, what to do, where."""
    if titled:
        yield f"* {headline(alert)}"
    yield alert.summary
    if alert.event == "recovered":
        yield f"from {_short(alert.since)} to {_short(alert.until)} UTC"
    elif alert.event == "repeated":
        yield f"since {_short(alert.since)} UTC"
    for reason in alert.reasons if alert.event != "recovered" else ():
        about = " ".join(part for part in (reason.field, reason.code) if part and not part.isdecimal())
        rows = f" ({counted(reason.rows, 'row')})" if reason.rows else ""
        if about or rows:
            yield f"- {about}{': ' if about else ''}{reason.text}{rows}"
        if reason.cure:
            yield f"  {reason.cure}"
    if alert.next_command:
        yield f"next: {alert.next_command}"
    if alert.link:
        yield alert.link


def _as_json(message: AlertMessage) -> Body:
    return Body(orjson.dumps({"schema_version": SCHEMA_VERSION, **asdict(message)}), _JSON)


def _as_text(message: AlertMessage) -> Body:
    return Body(f"{message.title}\n{text_of(message)}".encode(), "text/plain; charset=utf-8")


def _as_slack(message: AlertMessage) -> Body:
    """`text` is what a notification shows; `&`, `<` and `>` are all that Slack wants escaped."""
    said = _for_slack(text_of(message))
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(message.title, 150)}},
        {"type": "section", "text": {"type": "mrkdwn", "text": said}},
    ]
    return Body(orjson.dumps({"text": _for_slack(message.title), "blocks": blocks}), _JSON)


def _for_slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _as_teams(message: AlertMessage) -> Body:
    """An adaptive card, as workflows of Teams take it from a webhook."""
    block = {"type": "TextBlock", "wrap": True}
    lines = [{**block, "text": line, "spacing": "Small"} for line in text_of(message).split("\n") if line]
    links = list(dict.fromkeys(one.link for one in message.alerts[:MOST_IN_TEXT] if one.link))
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{**block, "text": message.title, "weight": "Bolder", "size": "Medium"}, *lines],
        "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": url} for url in links],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return Body(orjson.dumps({"type": "message", "attachments": [attachment]}), _JSON)


FORMS: Final[Mapping[str, Callable[[AlertMessage], Body]]] = {
    "json": _as_json,
    "slack": _as_slack,
    "teams": _as_teams,
    "text": _as_text,
}


def _short(moment: str) -> str:
    return moment[:16].replace("T", " ")
