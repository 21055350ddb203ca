"""What Odoo holds: the records of a chunk as they are now, and the ids of those that they refer to."""
