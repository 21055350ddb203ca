"""A job whose rows several processes share, by a hash of their keys. Start with `director`."""
