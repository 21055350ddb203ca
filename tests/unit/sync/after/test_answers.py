"""Answers of methods: actions, and which of them open a wizard."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.sync.after.answers import Wizards, shown_action, wizard_error


class Models:
    """An Odoo that knows which models are transient, and counts who asks."""

    def __init__(self, *transient, refuses=False):
        self.transient, self.refuses, self.asked = transient, refuses, []

    def search_read(self, model, domain, fields):
        """One model."""
        assert (model, fields) == ("ir.model", ["transient"])
        self.asked.append(domain[0][2])
        if self.refuses:
            raise AccessRefused("not for you")
        return [{"id": 1, "transient": domain[0][2] in self.transient}]


def window(target="current", model="account.move"):
    """An action that shows a model."""
    return {"type": "ir.actions.act_window", "res_model": model, "target": target}


@pytest.mark.parametrize("answer", [True, False, None, [1], {}, {"type": "form"}, {"warning": "x"}, "ir.actions.x"])
def test_most_answers_are_no_actions(answer):
    """And open nothing; nobody is asked."""
    odoo = Models()
    assert (shown_action(answer), Wizards(odoo).opens(answer), odoo.asked) == ("", False, [])


@pytest.mark.parametrize(
    ("answer", "opens"),
    [
        (window("new"), True),
        (window("new", model=""), True),
        (window(model="sale.wizard"), True),
        (window(), False),
        (window(model=False), False),
        ({"type": "ir.actions.report", "name": "Invoice"}, False),
        ({"type": "ir.actions.client", "target": "new"}, False),
    ],
)
def test_which_actions_open_a_wizard(answer, opens):
    """A window over the page, or one of a model that lives for a moment."""
    assert Wizards(Models("sale.wizard")).opens(answer) is opens


@pytest.mark.parametrize("refuses", [False, True])
def test_a_model_is_asked_for_once(refuses):
    """Also where the user may not ask: then the window alone decides."""
    odoo = Models("sale.wizard", refuses=refuses)
    wizards = Wizards(odoo)
    assert [wizards.opens(window(model="sale.wizard")) for _ in range(3)] == [not refuses] * 3
    assert odoo.asked == ["sale.wizard"]


def test_actions_are_told_for_people():
    """Kind, name, model."""
    assert shown_action({**window(), "name": "Invoices"}) == 'act_window "Invoices" (account.move)'
    assert shown_action({"type": "ir.actions.act_url"}) == "act_url"
    assert "button_validate opens the wizard act_window (stock.backorder)" in str(
        wizard_error("button_validate", window("new", "stock.backorder"))
    )
