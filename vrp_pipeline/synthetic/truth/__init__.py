"""What really happened, kept apart for tests and evaluations, with the planted faults and the identifiers sent."""
