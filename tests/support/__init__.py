"""Shared by tests: small deliveries, bronze and releases of known content, and ways to run, kill and fill things."""
