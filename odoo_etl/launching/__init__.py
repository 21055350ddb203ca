"""Runs in processes of their own, which go on when whoever launched them ends."""

from odoo_etl.launching.launched import PERSON, Launched, Order, launch, run_told

__all__ = ["PERSON", "Launched", "Order", "launch", "run_told"]
