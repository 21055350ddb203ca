"""XML: records that are elements, their attributes, and the elements in them."""

from odoo_etl.sources.xml_records.files import xml_records

__all__ = ["xml_records"]
