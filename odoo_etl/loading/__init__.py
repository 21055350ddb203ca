"""The way of the data through a job, and the only places that talk to Odoo. Start with `runner`."""
