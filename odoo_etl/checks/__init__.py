"""Does a job fit its model and its first rows: `validate --online` asks, and writes nothing."""
