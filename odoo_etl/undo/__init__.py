"""Taking a run back. Start with `job`."""
