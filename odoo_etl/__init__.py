"""odoo_etl keeps Odoo in step with tabular data, declaratively."""
