"""Answers of methods: Odoo's buttons answer actions, which a person's browser would follow."""

from __future__ import annotations

from typing import Any

from odoo_etl.errors import OdooError, Refused
from odoo_etl.sync.ports import Odoo

_ACTION = "ir.actions."
_WINDOW = ".act_window"


class OpensWizard(Refused):
    """A method wants a person to answer a question first, so it has not done its work."""


def shown_action(answer: Any) -> str:
    """An action for people: `act_window "Invoices" (account.move)`; "" of what is none."""
    if not is_action(answer):
        return ""
    kind = str(answer["type"]).removeprefix(_ACTION)
    name = f' "{answer["name"]}"' if answer.get("name") else ""
    model = f" ({answer['res_model']})" if answer.get("res_model") else ""
    return f"{kind}{name}{model}"


def is_action(answer: Any) -> bool:
    """Whether an answer is an action."""
    return isinstance(answer, dict) and str(answer.get("type", "")).startswith(_ACTION)


class Wizards:
    """Tells which actions open a wizard; asks Odoo once a model which of them live for a moment only."""

    def __init__(self, client: Odoo) -> None:
        self._client = client
        self._known: dict[str, bool] = {}

    def opens(self, answer: Any) -> bool:
        """Whether an answer is an action that opens a wizard: a window over the page, or a transient model."""
        if not (is_action(answer) and str(answer["type"]).endswith(_WINDOW)):
            return False
        return answer.get("target") == "new" or self._is_transient(str(answer.get("res_model") or ""))

    def _is_transient(self, model: str) -> bool:
        if model and model not in self._known:
            try:
                found = self._client.search_read("ir.model", [["model", "=", model]], ["transient"])
            except OdooError:  # who may not ask goes by the window alone
                found = []
            self._known[model] = any(row["transient"] for row in found)
        return self._known.get(model, False)


def wizard_error(method: str, answer: Any) -> OpensWizard:
    """The error of a method that opens a wizard."""
    return OpensWizard(
        f"{method} opens the wizard {shown_action(answer)} and waits for a person, so it did not do its work: nothing"
        " is answered there for you. Call the method that the wizard calls in the end, or narrow `where`"
    )
