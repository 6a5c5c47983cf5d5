"""The simulated truth, kept apart for tests and evaluation, with the planted faults and the identifiers delivered."""
