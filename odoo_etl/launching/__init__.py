"""Runs in processes of their own, which go on when whoever launched them ends."""

from odoo_etl.launching.launched import Launched, Order, launch

__all__ = ["Launched", "Order", "launch"]
