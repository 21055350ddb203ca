"""Results for people and programs: progress and summary on the terminal, JSON, and the files of a run."""
