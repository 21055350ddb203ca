"""Every change in Odoo, and what becomes of calls that are refused or get no answer. Start with `writer`."""
