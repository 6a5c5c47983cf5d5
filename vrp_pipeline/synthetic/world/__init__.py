"""The simulated world before any agency writes it down: places, people, incidents, crimes, and when they happen."""
