"""What Odoo kept of what it was sent: looked at after each write, remembered, reported. Start with `look`."""
