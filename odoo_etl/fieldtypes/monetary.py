"""`monetary`: a number that Odoo rounds to the currency of its record, so that its changes depend on another field."""

from __future__ import annotations

from dataclasses import replace

from odoo_etl.fieldtypes.numbers import FLOAT

MONETARY = replace(FLOAT, is_exact_at_digits=False, is_dated=False, is_rewritten=True, is_money=True)
