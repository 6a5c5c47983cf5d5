"""The simulated world before any agency records it: places, people, incidents, crimes, and their times."""
