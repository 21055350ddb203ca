"""The jobs of a run, one after the other in dependency order, and what a run is made of. Start with `schedule`."""
