"""Commands, without a process of their own."""
