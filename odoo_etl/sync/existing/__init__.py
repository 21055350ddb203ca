"""What Odoo has: the records of a batch as they are now, and the ids of those that they refer to."""
