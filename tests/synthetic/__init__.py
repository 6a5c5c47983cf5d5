"""The simulated partnership keeps its promises: repeatable, in the agreed formats, and with a truth that holds."""
