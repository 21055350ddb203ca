"""One job, from rows to writes. Start with `job`; everything that talks to Odoo for a job is here."""
