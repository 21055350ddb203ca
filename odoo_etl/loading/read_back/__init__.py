"""What Odoo kept of what it was sent: looked at after each write, remembered, told. Start with `look`."""
