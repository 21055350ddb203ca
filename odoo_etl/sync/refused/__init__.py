"""What Odoo refused, tried once more when later rows may have made room for it."""
